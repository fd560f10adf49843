"""What sellers see of their money and where they have it sent, the same in every contract that mounts it
(docs/contracts: payouts)."""

from typing import Annotated, Any, TypedDict

from pydantic import Field

from commerce.kit import clock, money, settings
from commerce.orders.payment import Provider
from commerce.payments.providers.transfers import Destination, Kind
from commerce.payouts.model import Balance, Payout, Recipient
from commerce.payouts.service import PayoutPage, Payouts
from commerce.payouts.statements import Statement, as_csv
from rest import parameters
from rest.api import Access, Api, Reply, Request
from rest.bodies import FILLED, Body, one_of
from rest.parameters import PAGE, Parameters

_PROVIDERS = (Provider.PAYSTACK, Provider.FLUTTERWAVE, Provider.STRIPE)

# Of a statement.
PERIOD: Parameters = {
    "from": parameters.day("The first day (UTC); thirty days before the last when left out"),
    "to": parameters.day("The last day (UTC); today when left out"),
    "currency": parameters.text("Its currency; the shop's when left out"),
    "format": parameters.one_of("`json`, or `csv` for a spreadsheet", ("json", "csv"), "Choose json or csv."),
}


class ChooseRecipient(Body):
    """Where money goes. `bank` is a bank's code or a network of mobile money, `account` a number, a phone or
    a connected account; `name` is asked for where the provider cannot say whose it is."""

    provider: Annotated[str, one_of(_PROVIDERS)]
    kind: Annotated[str, one_of(Kind)]
    account: Annotated[str, Field(min_length=1, max_length=64), FILLED]
    bank: Annotated[str, Field(max_length=20)] = ""
    name: Annotated[str, Field(max_length=100)] = ""

    def destination(self, currency: str) -> Destination:
        return Destination(
            Kind(self.kind), currency.upper(), self.account.strip(), self.bank.strip(), self.name.strip()
        )


class BalanceBody(TypedDict):
    currency: str
    pending: str
    available: str
    in_transit: str
    paid: str


class BalancesBody(TypedDict):
    balances: list[BalanceBody]


class RecipientBody(TypedDict):
    currency: str
    provider: str
    kind: str
    bank: str
    account: str
    name: str
    changed_at: str


class RecipientsBody(TypedDict):
    recipients: list[RecipientBody]


class PayoutBody(TypedDict):
    id: int
    reference: str
    status: str
    amount: str
    currency: str
    recipient: RecipientBody
    problem: str
    created_at: str
    updated_at: str


class PayoutsBody(TypedDict):
    payouts: list[PayoutBody]
    has_next: bool


class MovementBody(TypedDict):
    at: str
    kind: str
    about: str
    amount: str
    balance: str


class StatementBody(TypedDict):
    seller_id: int
    currency: str
    first: str
    last: str
    opening_balance: str
    closing_balance: str
    movements: list[MovementBody]


def payout_routes(api: Api, payouts: Payouts, under: str) -> None:
    """Routes below `under` for sellers: balances, recipients, payouts, statements."""

    @api.get(f"{under}/balance/", access=Access.SELLER, returns=BalancesBody)
    def balance(request: Request) -> BalancesBody:
        """What the caller has earned, by currency: pending until the time for clawbacks is over."""
        return {"balances": [balance_body(one) for one in payouts.balances(request.caller)]}

    @api.get(f"{under}/recipients/", access=Access.SELLER, returns=RecipientsBody)
    def recipients(request: Request) -> RecipientsBody:
        """Where the caller's money goes, by currency; accounts show their last characters only."""
        return {"recipients": [recipient_body(one) for one in payouts.recipients.of(request.caller)]}

    @api.put(
        f"{under}/recipients/{{currency}}/",
        access=Access.SELLER,
        body=ChooseRecipient,
        returns=RecipientBody,
    )
    def choose(request: Request) -> RecipientBody:
        """Where the caller's money of that currency goes from now on; what is on its way goes where it was sent."""
        body, currency = request.body, request.params["currency"]
        chosen = payouts.recipients.choose(request.caller, Provider(body.provider), body.destination(currency))
        return recipient_body(chosen)

    @api.delete(f"{under}/recipients/{{currency}}/", access=Access.SELLER, returns=RecipientsBody)
    def remove(request: Request) -> RecipientsBody:
        """Pay nothing of that currency out any more; the recipients that are left."""
        payouts.recipients.remove(request.caller, request.params["currency"].upper())
        return recipients(request)  # type: ignore[no-any-return]

    @api.get(f"{under}/statement/", access=Access.SELLER, returns=StatementBody, query=PERIOD)
    def statement(request: Request) -> Any:
        """The caller's movements of some days, 93 at most, with what stood before and after; with `format=csv` as a
        table."""
        asked = request.query
        found = payouts.statement(request.caller, currency_of(asked), asked["from"], asked["to"])
        return statement_reply(found, asked)

    @api.get(f"{under}/", access=Access.SELLER, returns=PayoutsBody, query=PAGE)
    def history(request: Request) -> PayoutsBody:
        """The caller's payouts, the latest first."""
        return payouts_body(payouts.of_seller(request.caller, request.page))

    @api.get(f"{under}/{{payout_id}}/", access=Access.SELLER, returns=PayoutBody)
    def payout(request: Request) -> PayoutBody:
        """One of the caller's payouts."""
        return payout_body(payouts.payout(request.caller, request.id("payout_id", "Payout")))


def currency_of(asked: dict[str, Any]) -> str:
    """The currency that a statement is asked in."""
    return (asked["currency"] or settings.text("DEFAULT_CURRENCY")).upper()


def balance_body(balance: Balance) -> BalanceBody:
    currency = balance.currency
    return {
        "currency": currency,
        "pending": money.text(balance.pending_minor, currency),
        "available": money.text(balance.available_minor, currency),
        "in_transit": money.text(balance.in_transit_minor, currency),
        "paid": money.text(balance.paid_minor, currency),
    }


def recipient_body(recipient: Recipient) -> RecipientBody:
    return {
        "currency": recipient.currency,
        "provider": str(recipient.provider),
        "kind": recipient.kind,
        "bank": recipient.bank,
        "account": f"•••• {recipient.ending}",
        "name": recipient.name,
        "changed_at": clock.iso(recipient.changed_at),
    }


def payout_body(payout: Payout) -> PayoutBody:
    return {
        "id": payout.id,
        "reference": payout.reference,
        "status": str(payout.state),
        "amount": money.text(payout.amount_minor, payout.currency),
        "currency": payout.currency,
        "recipient": recipient_body(payout.recipient),
        "problem": payout.problem,
        "created_at": clock.iso(payout.created_at),
        "updated_at": clock.iso(payout.updated_at),
    }


def payouts_body(page: PayoutPage) -> PayoutsBody:
    return {"payouts": [payout_body(payout) for payout in page.payouts], "has_next": page.has_next}


def statement_reply(statement: Statement, asked: dict[str, Any]) -> Any:
    """The statement in the format that was asked for."""
    if asked["format"] == "csv":
        name = f"statement-{statement.seller_id}-{statement.currency}-{statement.first}-{statement.last}.csv"
        headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'}
        return Reply(as_csv(statement), headers=headers)
    return statement_body(statement)


def statement_body(statement: Statement) -> StatementBody:
    currency = statement.currency
    return {
        "seller_id": statement.seller_id,
        "currency": currency,
        "first": statement.first.isoformat(),
        "last": statement.last.isoformat(),
        "opening_balance": money.text(statement.opening_minor, currency),
        "closing_balance": money.text(statement.closing_minor, currency),
        "movements": [
            {
                "at": clock.iso(row.at),
                "kind": row.kind,
                "about": row.about,
                "amount": money.text(row.amount_minor, currency),
                "balance": money.text(row.balance_minor, currency),
            }
            for row in statement.rows
        ],
    }
