"""Paystack's transfers: bank accounts resolved, recipients, transfers by reference, webhooks of what became of them."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox import paystack_rules as rules
from local.sandbox.context import ProviderContext, iso, now_ms
from local.sandbox.http import Operation, names
from local.sandbox.paystack_objects import INTEGRATION, code

NAME = "paystack"
TYPES = {"nuban": "NGN", "ghipss": "GHS", "basa": "ZAR", "mobile_money": ""}
RECIPIENT_FIELDS = names("type name account_number bank_code currency authorization_code metadata description email")
TRANSFER_FIELDS = names("source amount recipient reference reason currency")
_OUTCOMES = {"paid": "success", "pending": "pending", "failed": "failed"}
_SHORTEST_REFERENCE = 16
Notify = Callable[[str, dict[str, Any]], None]


class PaystackTransfers:
    """What Paystack does to pay somebody. A transfer is pending when it is made, and what the settings say once one
    looks again. `notify` sends a webhook."""

    def __init__(self, context: ProviderContext, notify: Notify) -> None:
        self._context = context
        self._notify = notify

    def operations(self) -> dict[tuple[str, str], Operation]:
        """Its part of the API."""
        return {
            ("GET", "/bank/resolve"): self._resolve,
            ("POST", "/transferrecipient"): self._new_recipient,
            ("POST", "/transfer"): self._transfer,
            ("GET", "/transfer/verify/{reference}"): self._verify,
        }

    def _resolve(self, request: Request) -> Response:
        number, bank = (request.query_params.get(name, "") for name in ("account_number", "bank_code"))
        if not number.isdigit() or len(number) != 10 or not bank:
            raise rules.refusal("invalid_bank_code")
        data = {"account_number": number, "account_name": "AMA MENSAH", "bank_id": 9}
        return rules.success("Account number resolved", data)

    def _new_recipient(self, request: Request) -> Response:
        body = rules.body(request, RECIPIENT_FIELDS)
        kind, store = str(body.get("type", "")), self._context.store
        if kind not in TYPES or not body.get("name") or not body.get("account_number") or not body.get("bank_code"):
            raise rules.refusal("invalid_params", message="Account details are invalid")
        currency = str(body.get("currency") or TYPES[kind] or "NGN")
        if TYPES[kind] not in ("", currency):
            raise rules.refusal("unsupported_currency")
        made = {
            "id": store.serial(),
            "recipient_code": code("RCP_", 15),
            "type": kind,
            "name": body["name"],
            "account_number": str(body["account_number"]),
            "bank_code": str(body["bank_code"]),
            "currency": currency,
            "created_at": now_ms(),
        }
        store.put("paystack.recipient", made["recipient_code"], made)
        body = {"status": True, "message": "Transfer recipient created successfully", "data": _recipient(made)}
        return JSONResponse(body, 201)

    def _transfer(self, request: Request) -> Response:
        body, store = rules.body(request, TRANSFER_FIELDS), self._context.store
        recipient = store.get("paystack.recipient", str(body.get("recipient", "")))
        reference = str(body.get("reference", ""))
        if recipient is None or body.get("source") != "balance":
            raise rules.refusal("invalid_params", message="Recipient specified is invalid")
        is_plain = reference.isascii() and reference.replace("-", "").replace("_", "").isalnum()
        if len(reference) < _SHORTEST_REFERENCE or not is_plain or reference != reference.lower():
            raise rules.refusal("invalid_params", message="Transfer reference is invalid")
        if store.get("paystack.transfer", reference):
            raise rules.refusal("duplicate_transfer_reference")
        amount, currency = rules.amount(body.get("amount")), str(body.get("currency") or "NGN")
        if currency != recipient["currency"]:
            raise rules.refusal("unsupported_currency")
        stored: dict[str, Any] = {
            "id": store.serial(),
            "reference": reference,
            "transfer_code": code("TRF_", 15),
            "amount": amount,
            "currency": currency,
            "reason": str(body.get("reason", "")),
            "recipient": recipient,
            "status": "pending",
            "created_at": now_ms(),
        }
        shown = _made(stored)
        stored["status"] = _OUTCOMES[self._context.settings.transfer_outcome]
        store.put("paystack.transfer", reference, stored)
        if stored["status"] == "success":
            store.transfer(
                provider=NAME,
                reference=reference,
                transfer=stored["transfer_code"],
                amount_minor=rules.CURRENCIES.minor(amount, currency),
                currency=currency,
                at=stored["created_at"],
            )
        if stored["status"] != "pending":
            self._tell(stored)
        return rules.success("Transfer has been queued", shown)

    def _verify(self, request: Request) -> Response:
        stored = self._context.store.get("paystack.transfer", request.path_params["reference"])
        if stored is None:
            raise rules.refusal("transfer_not_found")
        return rules.success("Transfer retrieved", _shown(stored))

    def give_back(self, reference: str) -> None:
        """The bank sends it back; the merchant is told. Raises Refusal."""
        stored = self._context.store.get("paystack.transfer", reference)
        if stored is None or stored["status"] != "success":
            raise rules.refusal("transfer_not_found")
        stored["status"] = "reversed"
        self._context.store.put("paystack.transfer", reference, stored)
        self._context.store.return_transfer(NAME, reference)
        self._tell(stored)

    def _tell(self, stored: dict[str, Any]) -> None:
        kind = f"transfer.{stored['status']}"
        data = {**_shown(stored), "integration": {"id": INTEGRATION, "is_live": False, "business_name": "Bazaar"}}
        self._notify(kind, {"event": kind, "data": data})


def _core(stored: dict[str, Any]) -> dict[str, Any]:
    return {
        "amount": stored["amount"],
        "createdAt": iso(stored["created_at"]),
        "currency": stored["currency"],
        "domain": "test",
        "failures": None,
        "id": stored["id"],
        "integration": INTEGRATION,
        "reason": stored["reason"],
        "reference": stored["reference"],
        "source": "balance",
        "source_details": None,
        "status": stored["status"],
        "titan_code": None,
        "transfer_code": stored["transfer_code"],
        "transferred_at": None,
        "updatedAt": iso(stored["created_at"]),
    }


def _made(stored: dict[str, Any]) -> dict[str, Any]:
    more = {"transfersessionid": [], "transfertrials": [], "request": stored["id"] + 1}
    return {**_core(stored), **more, "recipient": stored["recipient"]["id"]}


def _shown(stored: dict[str, Any]) -> dict[str, Any]:
    is_wrong = stored["status"] in ("failed", "reversed")
    return {
        **_core(stored),
        "recipient": _recipient(stored["recipient"]),
        "session": {"provider": None, "id": None},
        "fee_charged": 1_000,
        "gateway_response": "The account is closed" if is_wrong else None,
    }


def _recipient(made: dict[str, Any]) -> dict[str, Any]:
    return {
        "active": True,
        "createdAt": iso(made["created_at"]),
        "currency": made["currency"],
        "description": "",
        "domain": "test",
        "email": "",
        "id": made["id"],
        "integration": INTEGRATION,
        "metadata": None,
        "name": made["name"],
        "recipient_code": made["recipient_code"],
        "type": made["type"],
        "updatedAt": iso(made["created_at"]),
        "is_deleted": False,
        "isDeleted": False,
        "details": {
            "authorization_code": None,
            "account_number": made["account_number"],
            "account_name": None if made["type"] == "mobile_money" else made["name"],
            "bank_code": made["bank_code"],
            "bank_name": "Test Bank",
        },
    }
