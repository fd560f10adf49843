"""Flutterwave's transfers: bank accounts and wallets of several countries, through a beneficiary that it keeps.

Facts from Flutterwave's reference: accounts/resolve, beneficiaries, transfers. It has no call that verifies a transfer
by our reference, but its list is filtered by it. The same reference again is refused.
"""

from collections.abc import Mapping
from typing import Any

from commerce.orders.payment import Provider
from commerce.payments.providers import client, mobile_money
from commerce.payments.providers.flutterwave_gateway import Flutterwave
from commerce.payments.providers.flutterwave_units import UNITS
from commerce.payments.providers.model import MethodRefused, ProviderRefused, ProviderTrouble
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

_WHO = Provider.FLUTTERWAVE
# Currencies whose bank accounts it can name the holder of, and those of its wallets.
_BANKS = frozenset({"NGN", "GHS", "KES", "ZAR", "UGX", "TZS", "RWF"})
_WALLETS = frozenset({"GHS"})
_NETWORKS = {"mtn": "MTN", "vodafone": "VDF", "telecel": "VDF", "airteltigo": "ATL"}
_STATES = {"SUCCESSFUL": TransferState.PAID, "FAILED": TransferState.FAILED, "REVERSED": TransferState.RETURNED}
_LATER = ("insufficient", "balance")
_TWICE = ("reference", "already exist", "duplicate")
_UNNAMED = ("an error occurred", "please contact support")


class FlutterwaveTransfers:
    """Transfers of api.flutterwave.com."""

    def __init__(self, url: str) -> None:
        self._flutterwave = Flutterwave(url)

    def resolve(self, destination: Destination) -> Resolved:
        currency = destination.currency
        if destination.kind is Kind.BANK and currency in _BANKS:
            bank, account = destination.bank, destination.account
            asked = {"account_number": account, "account_bank": bank}
            found = self._flutterwave.answer("POST", "/v3/accounts/resolve", repeatable=True, json=asked)
            with client.parsing(_WHO):
                name = str(found["data"]["account_name"])
        elif destination.kind is Kind.MOBILE_MONEY and currency in _WALLETS:
            bank, account = mobile_money.payout_wallet(destination.bank, destination.account, currency, _NETWORKS)
            name = destination.name
        else:
            raise MethodRefused(f"Flutterwave does not pay out {currency} this way.")
        body = {"account_bank": bank, "account_number": account, "beneficiary_name": name, "currency": currency}
        made = self._flutterwave.answer("POST", "/v3/beneficiaries", json=body)
        with client.parsing(_WHO):
            return Resolved(str(int(made["data"]["id"])), name)

    def transfer(self, transfer: Transfer) -> TransferReport:
        body = {
            "beneficiary": int(transfer.token),
            "amount": UNITS.to_major(transfer.amount_minor, transfer.currency),
            "currency": transfer.currency,
            "debit_currency": transfer.currency,
            "reference": transfer.reference,
            "narration": "Payout",
        }
        try:
            answer = self._flutterwave.answer("POST", "/v3/transfers", charges=True, json=body)
        except ProviderRefused as refusal:
            said = refusal.words.lower()
            if any(word in said for word in _LATER):
                raise TransferPostponed(_WHO, refusal.words) from None
            if any(word in said for word in (*_TWICE, *_UNNAMED)):
                raise ProviderTrouble(_WHO) from None
            raise
        with client.parsing(_WHO, charges=True):
            return _report(transfer, answer["data"])

    def fetch_transfer(self, transfer: Transfer) -> TransferReport:
        try:
            with client.missing_key_as_trouble(_WHO):
                query = {"reference": transfer.reference}
                answer = self._flutterwave.answer("GET", "/v3/transfers", repeatable=True, params=query)
        except ProviderRefused:
            raise ProviderTrouble(_WHO) from None
        with client.parsing(_WHO):
            rows: list[dict[str, Any]] = answer["data"]
            found = next((row for row in rows if row.get("reference") == transfer.reference), None)
            return _report(transfer, found) if found else TransferReport(TransferState.UNKNOWN)


def _report(transfer: Transfer, data: Mapping[str, Any]) -> TransferReport:
    if data["reference"] != transfer.reference:
        raise ValueError("an answer about another transfer")
    currency = str(data["currency"])
    require_same(transfer, UNITS.from_major(data["amount"], currency), currency)
    status = str(data["status"]).upper()
    state = _STATES.get(status, TransferState.PENDING)
    is_wrong = state in (TransferState.FAILED, TransferState.RETURNED)
    problem = f"Flutterwave: {status.lower()}. {data.get('complete_message') or ''}".strip()[:200] if is_wrong else ""
    return TransferReport(state, str(data["id"]), UNITS.fee_from_major(data.get("fee") or 0, currency), problem)
