"""Bodies of the staff's payment routes."""

from decimal import Decimal
from typing import Annotated, TypedDict

from pydantic import Field

from commerce.kit import clock, ids, money
from commerce.orders.model import Order
from commerce.orders.payment import Attempt, Dispute, JournalEntry, Refund
from rest.bodies import FILLED, Body


class RefundOrder(Body):
    reason: Annotated[str, Field(max_length=200), FILLED]
    amount: str | int | Decimal | None = None
    seller_id: Annotated[int, Field(ge=1, le=ids.LARGEST)] | None = None

    def written(self) -> money.Written | None:
        """The amount in the order's currency, None for all."""
        return None if self.amount is None else money.Written(self.amount)


class RetryRefund(Body):
    by_hand: bool = False


class AttemptBody(TypedDict):
    reference: str
    provider: str
    method: str
    status: str
    amount: str
    captured: str
    fee: str
    currency: str
    transaction: str
    checks: int
    created_at: str
    updated_at: str


class ShareBody(TypedDict):
    seller_id: int
    amount: str


class RefundBody(TypedDict):
    id: str
    reference: str
    provider: str
    status: str
    amount: str
    currency: str
    reason: str
    shares: list[ShareBody]
    is_surplus: bool
    by_hand: bool
    problem: str
    tries: int
    created_at: str


class DisputeBody(TypedDict):
    id: str
    reference: str
    provider: str
    status: str
    amount: str
    fee: str
    currency: str
    reason: str
    opened_at: str


class NoticeBody(TypedDict):
    provider: str
    kind: str
    reference: str
    received_at: str


class EntryBody(TypedDict):
    key: str
    kind: str
    currency: str
    at: str
    postings: dict[str, str]


class PaymentsBody(TypedDict):
    order_id: int
    payment_status: str
    currency: str
    total: str
    captured: str
    refund_promised: str
    refunded: str
    attempts: list[AttemptBody]
    refunds: list[RefundBody]
    disputes: list[DisputeBody]
    notices: list[NoticeBody]
    journal: list[EntryBody]


def payments(order: Order) -> PaymentsBody:
    return {
        "order_id": order.id,
        "payment_status": str(order.payment_status),
        "currency": order.currency,
        "total": money.text(order.total_minor, order.currency),
        "captured": money.text(order.captured_minor, order.currency),
        "refund_promised": money.text(order.promised_minor, order.currency),
        "refunded": money.text(order.refunded_minor, order.currency),
        "attempts": [attempt(one) for one in order.attempts],
        "refunds": [refund(one) for one in order.refunds],
        "disputes": [_dispute(one) for one in order.disputes],
        "notices": [
            {
                "provider": notice["provider"],
                "kind": notice["kind"],
                "reference": notice["reference"],
                "received_at": clock.iso(notice["received_at"]),
            }
            for notice in order.notices
        ],
        "journal": [_entry(entry) for entry in order.journal],
    }


def attempt(attempt: Attempt) -> AttemptBody:
    return {
        "reference": attempt.reference,
        "provider": str(attempt.provider),
        "method": str(attempt.method),
        "status": str(attempt.status),
        "amount": money.text(attempt.amount_minor, attempt.currency),
        "captured": money.text(attempt.captured_minor, attempt.currency),
        "fee": money.text(attempt.fee_minor, attempt.currency),
        "currency": attempt.currency,
        "transaction": attempt.transaction,
        "checks": attempt.checks,
        "created_at": clock.iso(attempt.created_at),
        "updated_at": clock.iso(attempt.updated_at),
    }


def refund(refund: Refund) -> RefundBody:
    return {
        "id": refund.id,
        "reference": refund.reference,
        "provider": str(refund.provider),
        "status": str(refund.status),
        "amount": money.text(refund.amount_minor, refund.currency),
        "currency": refund.currency,
        "reason": refund.reason,
        "shares": [
            {"seller_id": seller, "amount": money.text(amount, refund.currency)}
            for seller, amount in refund.shares.items()
        ],
        "is_surplus": refund.is_surplus,
        "by_hand": refund.by_hand,
        "problem": refund.problem,
        "tries": refund.tries,
        "created_at": clock.iso(refund.created_at),
    }


def _dispute(dispute: Dispute) -> DisputeBody:
    return {
        "id": dispute.id,
        "reference": dispute.reference,
        "provider": str(dispute.provider),
        "status": str(dispute.status),
        "amount": money.text(dispute.amount_minor, dispute.currency),
        "fee": money.text(dispute.fee_minor, dispute.currency),
        "currency": dispute.currency,
        "reason": dispute.reason,
        "opened_at": clock.iso(dispute.opened_at),
    }


def _entry(entry: JournalEntry) -> EntryBody:
    return {
        "key": entry.key,
        "kind": entry.kind,
        "currency": entry.currency,
        "at": clock.iso(entry.at),
        "postings": {account: money.text(amount, entry.currency) for account, amount in entry.postings.items()},
    }
