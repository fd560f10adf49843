"""Paystack's transfers: bank accounts in Nigeria, Ghana and South Africa, mobile money in Ghana and Kenya.

Facts from Paystack's reference: bank/resolve, transferrecipient, transfer, transfer/verify. A reference is at least
sixteen small letters, digits, `-` or `_`, and unique: the same one again is refused, never sent twice.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from commerce.orders.payment import Provider
from commerce.payments.providers import client, mobile_money
from commerce.payments.providers.model import MethodRefused, ProviderRefused, ProviderTrouble
from commerce.payments.providers.paystack_gateway import Paystack
from commerce.payments.providers.paystack_units import UNITS
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

_WHO = Provider.PAYSTACK
# What a bank account is called in each currency; wallets are called the same in all of theirs.
_BANK_TYPES = {"NGN": "nuban", "GHS": "ghipss", "ZAR": "basa"}
_WALLETS = frozenset({"GHS", "KES"})
_NETWORKS = {"mtn": "MTN", "vodafone": "VOD", "telecel": "VOD", "airteltigo": "ATL", "mpesa": "MPESA"}
_STATES = {
    "success": TransferState.PAID,
    "failed": TransferState.FAILED,
    "abandoned": TransferState.FAILED,
    "blocked": TransferState.FAILED,
    "rejected": TransferState.FAILED,
    "reversed": TransferState.RETURNED,
}
_LATER = ("balance", "insufficient", "funds")
_TWICE = ("reference", "duplicate")


class PaystackTransfers:
    """Transfers of api.paystack.co."""

    def __init__(self, url: str) -> None:
        self._paystack = Paystack(url)

    def resolve(self, destination: Destination) -> Resolved:
        currency = destination.currency
        if destination.kind is Kind.BANK and currency in _BANK_TYPES:
            query = {"account_number": destination.account, "bank_code": destination.bank}
            found = self._paystack.answer("GET", "/bank/resolve", repeatable=True, params=query)
            with client.parsing(_WHO):
                name, bank = str(found["data"]["account_name"]), destination.bank
            kind, account = _BANK_TYPES[currency], destination.account
        elif destination.kind is Kind.MOBILE_MONEY and currency in _WALLETS:
            # Wallets cannot be asked whose they are, so their holder's name is as the seller wrote it.
            bank, account = mobile_money.payout_wallet(destination.bank, destination.account, currency, _NETWORKS)
            kind, name = "mobile_money", destination.name
        else:
            raise MethodRefused(f"Paystack does not pay out {currency} this way.")
        body = {"type": kind, "name": name, "account_number": account, "bank_code": bank, "currency": currency}
        made = self._paystack.answer("POST", "/transferrecipient", json=body)
        with client.parsing(_WHO):
            return Resolved(str(made["data"]["recipient_code"]), name)

    def transfer(self, transfer: Transfer) -> TransferReport:
        body = {
            "source": "balance",
            "amount": UNITS.to_units(transfer.amount_minor, transfer.currency),
            "currency": transfer.currency,
            "recipient": transfer.token,
            "reference": transfer.reference,
            "reason": "Payout",
        }
        try:
            answer = self._paystack.answer("POST", "/transfer", charges=True, json=body)
        except ProviderRefused as refusal:
            said = f"{refusal.reason} {refusal.words}".lower()
            if any(word in said for word in _LATER):
                raise TransferPostponed(_WHO, refusal.words) from None
            if any(word in said for word in _TWICE):
                # An earlier call of ours arrived: it is asked for by its reference.
                raise ProviderTrouble(_WHO) from None
            raise
        with client.parsing(_WHO, charges=True):
            return _report(transfer, answer["data"])

    def fetch_transfer(self, transfer: Transfer) -> TransferReport:
        try:
            with client.missing_key_as_trouble(_WHO):
                path = f"/transfer/verify/{quote(transfer.reference, safe='')}"
                answer = self._paystack.answer("GET", path, repeatable=True)
        except ProviderRefused as refusal:
            if "not found" not in refusal.words.lower() and refusal.reason != "transfer_not_found":
                raise ProviderTrouble(_WHO) from None
            return TransferReport(TransferState.UNKNOWN)
        with client.parsing(_WHO):
            return _report(transfer, answer["data"])


def _report(transfer: Transfer, data: Mapping[str, Any]) -> TransferReport:
    if data["reference"] != transfer.reference:
        raise ValueError("an answer about another transfer")
    require_same(transfer, UNITS.from_units(data["amount"], str(data["currency"])), str(data["currency"]))
    status = str(data["status"])
    state = _STATES.get(status, TransferState.PENDING)
    is_wrong = state in (TransferState.FAILED, TransferState.RETURNED)
    why = str(data.get("gateway_response") or data.get("failures") or "") if is_wrong else ""
    fee = UNITS.fee_from_units(data.get("fee_charged") or 0, transfer.currency)
    problem = f"Paystack: {status}. {why}".strip()[:200] if is_wrong else ""
    return TransferReport(state, str(data["transfer_code"]), fee, problem)
