"""Bodies of the staff's payout routes."""

from collections.abc import Sequence
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.kit import money
from commerce.payouts.model import Balance, Payout
from rest.bodies import FILLED, Body
from routes.payouts import BalanceBody, PayoutBody, balance_body, payout_body


class RunForSeller(Body):
    currency: Annotated[str, Field(min_length=3, max_length=3)]


class GiveUp(Body):
    reason: Annotated[str, Field(max_length=150), FILLED]


class SellerBalanceBody(BalanceBody):
    seller_id: int


class BalancesBody(TypedDict):
    balances: list[SellerBalanceBody]


class StaffPayoutBody(PayoutBody):
    seller_id: int
    provider_reference: str
    fee: str
    tries: int


class PayoutsBody(TypedDict):
    payouts: list[StaffPayoutBody]


class RunBody(TypedDict):
    detail: str


def balances(found: Sequence[Balance]) -> BalancesBody:
    return {"balances": [{**balance_body(one), "seller_id": one.seller_id} for one in found]}


def payout(payout: Payout) -> StaffPayoutBody:
    return {
        **payout_body(payout),
        "seller_id": payout.seller_id,
        "provider_reference": payout.provider_reference,
        "fee": money.text(payout.fee_minor, payout.currency),
        "tries": payout.tries,
    }


def payouts(found: Sequence[Payout]) -> PayoutsBody:
    return {"payouts": [payout(one) for one in found]}


def run() -> RunBody:
    return {"detail": "Everybody who has enough is being paid."}
