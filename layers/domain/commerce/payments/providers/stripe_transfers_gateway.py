"""Stripe Connect: transfers from our balance to the connected account of a seller, who has its payouts from there.

Facts from Stripe's reference: accounts, transfers. A transfer is done when it is made; it may be reversed later. It is
found again by its transfer group, which is our reference, as an idempotency key is kept for a day only.
"""

import re
from typing import Any

from commerce.orders.payment import Provider
from commerce.payments.providers import client
from commerce.payments.providers.model import MethodRefused, ProviderRefused, ProviderTrouble
from commerce.payments.providers.stripe_gateway import Stripe
from commerce.payments.providers.stripe_units import UNITS
from commerce.payments.providers.transfers import (
    Destination,
    Kind,
    Resolved,
    Transfer,
    TransferPostponed,
    TransferReport,
    TransferState,
    require_same,
)

_WHO = Provider.STRIPE
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{6,40}")
_LATER = frozenset({"balance_insufficient", "insufficient_funds"})


class StripeTransfers:
    """Transfers of api.stripe.com."""

    def __init__(self, url: str) -> None:
        self._stripe = Stripe(url)

    def resolve(self, destination: Destination) -> Resolved:
        name = destination.account
        if destination.kind is not Kind.CONNECTED_ACCOUNT or not _ACCOUNT.fullmatch(name):
            raise MethodRefused("Stripe pays out to a connected account, such as acct_1PgafTB7WZ01zgkW.")
        found = self._stripe.call(lambda api: api.v1.accounts.retrieve(name))
        with client.parsing(_WHO):
            if not found.payouts_enabled:
                raise MethodRefused("Stripe does not pay out to this account yet: complete it there first.")
            profile = getattr(found, "business_profile", None)
            return Resolved(found.id, str(getattr(profile, "name", None) or found.email or found.id))

    def transfer(self, transfer: Transfer) -> TransferReport:
        wanted: Any = {
            "amount": UNITS.to_units(transfer.amount_minor, transfer.currency),
            "currency": transfer.currency.lower(),
            "destination": transfer.token,
            "transfer_group": transfer.reference,
            "metadata": {"reference": transfer.reference},
        }
        options: Any = {"idempotency_key": transfer.reference}
        try:
            made = self._stripe.call(lambda api: api.v1.transfers.create(wanted, options))
        except ProviderRefused as refusal:
            if refusal.reason in _LATER:
                raise TransferPostponed(_WHO, refusal.words) from None
            raise
        with client.parsing(_WHO, charges=True):
            return _report(transfer, made)

    def fetch_transfer(self, transfer: Transfer) -> TransferReport:
        query: Any = {"transfer_group": transfer.reference, "limit": 10}
        try:
            with client.missing_key_as_trouble(_WHO):
                rows = self._stripe.call(lambda api: api.v1.transfers.list(query)).data
        except ProviderRefused:
            raise ProviderTrouble(_WHO) from None
        with client.parsing(_WHO):
            return _report(transfer, rows[0]) if rows else TransferReport(TransferState.UNKNOWN)


def _report(transfer: Transfer, made: Any) -> TransferReport:
    currency = str(made.currency).upper()
    require_same(transfer, UNITS.from_units(made.amount, currency), currency)
    if made.reversed:
        return TransferReport(TransferState.RETURNED, made.id, 0, "Stripe: the transfer was reversed.")
    return TransferReport(TransferState.PAID, made.id)
