"""Stripe Connect: connected accounts, and transfers to them. An account exists by being named; one whose id begins with
acct_incomplete cannot be paid yet."""

import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox import stripe_objects, stripe_rules
from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.http import Operation, api_path, names

NAME = "stripe"
TRANSFER_FIELDS = names(
    "amount currency destination description metadata source_transaction source_type transfer_group"
)
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]+")
Notify = Callable[[str, dict[str, Any]], None]


class StripeTransfers:
    """Transfers, which are done when they are made. `notify` sends a webhook."""

    def __init__(self, context: ProviderContext, notify: Notify) -> None:
        self._context = context
        self._notify = notify

    def operations(self) -> dict[tuple[str, str], Operation]:
        """Its part of the API."""
        return {
            ("GET", "/v1/accounts/{id}"): self._account,
            ("POST", "/v1/transfers"): self._transfer,
            ("GET", "/v1/transfers"): self._list,
        }

    def _account(self, request: Request) -> Response:
        return JSONResponse(_account(_named(request.path_params["id"])))

    def _transfer(self, request: Request) -> Response:
        fields, store = stripe_rules.fields(request), self._context.store
        stripe_rules.require_known(fields, TRANSFER_FIELDS)
        currency = stripe_rules.currency(fields.get("currency"))
        amount = stripe_rules.amount(fields.get("amount"), currency)
        destination = _named(str(fields.get("destination", "")))
        if self._context.settings.transfer_outcome != "paid":
            raise stripe_rules.refusal(
                400, "You have insufficient funds in your Stripe account.", code="balance_insufficient"
            )
        made = {
            "id": stripe_objects.new_id("tr"),
            "object": "transfer",
            "amount": amount,
            "amount_reversed": 0,
            "balance_transaction": stripe_objects.new_id("txn"),
            "created": now_ms() // 1000,
            "currency": currency,
            "description": fields.get("description"),
            "destination": destination,
            "destination_payment": stripe_objects.new_id("py"),
            "livemode": False,
            "metadata": fields.get("metadata", {}),
            "reversed": False,
            "source_transaction": None,
            "source_type": "card",
            "transfer_group": fields.get("transfer_group"),
        }
        made["reversals"] = stripe_objects.listing(f"/v1/transfers/{made['id']}/reversals", [])
        reference = str(made["transfer_group"] or made["id"])
        store.put("stripe.transfer", made["id"], made, reference)
        store.transfer(
            provider=NAME,
            reference=reference,
            transfer=made["id"],
            amount_minor=stripe_rules.CURRENCIES.minor(amount, currency.upper()),
            currency=currency.upper(),
            at=now_ms(),
        )
        self._notify("transfer.created", made)
        return JSONResponse(made)

    def _list(self, request: Request) -> Response:
        rows = self._context.store.of("stripe.transfer", str(stripe_rules.fields(request).get("transfer_group", "")))
        return JSONResponse(stripe_objects.listing(api_path(request), rows))

    def give_back(self, reference: str) -> None:
        """It is reversed; the platform is told. Raises Refusal."""
        rows = self._context.store.of("stripe.transfer", reference)
        if not rows or rows[0]["reversed"]:
            raise stripe_rules.refusal(404, "No such transfer.", code="resource_missing")
        made = rows[0] | {"reversed": True, "amount_reversed": rows[0]["amount"]}
        self._context.store.put("stripe.transfer", made["id"], made, reference)
        self._context.store.return_transfer(NAME, reference)
        self._notify("transfer.reversed", made)


def _named(account: str) -> str:
    if not _ACCOUNT.fullmatch(account):
        message = f"No such destination: '{account}'"
        raise stripe_rules.refusal(404, message, code="resource_missing")
    return account


def _account(name: str) -> dict[str, Any]:
    is_complete = not name.startswith("acct_incomplete")
    lists = names("alternatives currently_due errors eventually_due past_due pending_verification")
    nothing: dict[str, list[str]] = {name: [] for name in lists}
    due = {**nothing, "current_deadline": None, "disabled_reason": None if is_complete else "requirements.past_due"}
    return {
        "id": name,
        "object": "account",
        "business_profile": {"mcc": None, "name": "Connected Ltd", "url": None},
        "business_type": None,
        "capabilities": {"transfers": "active" if is_complete else "inactive"},
        "charges_enabled": is_complete,
        "controller": {"type": "account"},
        "country": "US",
        "created": now_ms() // 1000,
        "default_currency": "usd",
        "details_submitted": is_complete,
        "email": "connected@example.com",
        "external_accounts": stripe_objects.listing(f"/v1/accounts/{name}/external_accounts", []),
        "future_requirements": due,
        "metadata": {},
        "payouts_enabled": is_complete,
        "requirements": due,
        "settings": {"payouts": {"debit_negative_balances": True}},
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": "standard",
    }
