"""Flutterwave's transfers: accounts resolved, beneficiaries, transfers that a list finds by reference, webhooks."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.context import ProviderContext, iso, now_ms
from local.sandbox.flutterwave_objects import CURRENCIES, page_info
from local.sandbox.http import Operation, Refusal, json_object, names, unknown_fields

NAME = "flutterwave"
BENEFICIARY_FIELDS = names("account_number account_bank beneficiary_name currency bank_name")
TRANSFER_FIELDS = names(
    "amount currency account_bank account_number narration debit_subaccount debit_currency reference beneficiary"
    " beneficiary_name destination_branch_code callback_url meta"
)
_OUTCOMES = {"paid": "SUCCESSFUL", "pending": "PENDING", "failed": "FAILED"}
_FEE_MINOR = 2_688
Notify = Callable[[str, dict[str, Any]], None]


class FlutterwaveTransfers:
    """What Flutterwave does to pay somebody. A transfer is NEW when it is made, and what the settings say once one
    looks again. `notify` sends a webhook."""

    def __init__(self, context: ProviderContext, notify: Notify) -> None:
        self._context = context
        self._notify = notify

    def operations(self) -> dict[tuple[str, str], Operation]:
        """Its part of the API."""
        return {
            ("POST", "/v3/accounts/resolve"): self._resolve,
            ("POST", "/v3/beneficiaries"): self._new_beneficiary,
            ("POST", "/v3/transfers"): self._transfer,
            ("GET", "/v3/transfers"): self._list,
        }

    def _resolve(self, request: Request) -> Response:
        body = _body(request, ("account_number", "account_bank"))
        number = str(body.get("account_number", ""))
        if not number.isdigit() or len(number) != 10 or not body.get("account_bank"):
            raise refusal(400, "Sorry, recipient account could not be validated. Please try again")
        return _success("Account details fetched", {"account_number": number, "account_name": "Ama Mensah"})

    def _new_beneficiary(self, request: Request) -> Response:
        body, store = _body(request, BENEFICIARY_FIELDS), self._context.store
        if not all(body.get(name) for name in ("account_number", "account_bank", "beneficiary_name")):
            raise refusal(400, "account_number, account_bank and beneficiary_name are required")
        made = {
            "id": store.serial(),
            "account_number": str(body["account_number"]),
            "bank_code": str(body["account_bank"]),
            "full_name": str(body["beneficiary_name"]),
            "created_at": iso(now_ms()),
            "bank_name": "TEST BANK",
        }
        store.put("flutterwave.beneficiary", str(made["id"]), made)
        return _success("Beneficiary created", made)

    def _transfer(self, request: Request) -> Response:
        body, store = _body(request, TRANSFER_FIELDS), self._context.store
        to = store.get("flutterwave.beneficiary", str(body.get("beneficiary", "")))
        reference, currency = str(body.get("reference", "")), str(body.get("currency") or "NGN")
        if to is None or not reference or currency not in CURRENCIES:
            raise refusal(400, "beneficiary, reference or currency is invalid")
        if store.of("flutterwave.transfer", reference):
            raise refusal(400, "Transfer with this reference already exists")
        try:
            amount = CURRENCIES.minor_of_major(body.get("amount"), currency)
        except ValueError:
            raise refusal(400, "amount is required") from None
        stored: dict[str, Any] = {
            "id": store.serial(),
            "reference": reference,
            "amount_minor": amount,
            "currency": currency,
            "to": to,
            "narration": str(body.get("narration", "")),
            "status": "NEW",
            "created_at": now_ms(),
        }
        shown = _shown(stored)
        stored["status"] = _OUTCOMES[self._context.settings.transfer_outcome]
        self._keep(stored)
        if stored["status"] == "SUCCESSFUL":
            store.transfer(
                provider=NAME,
                reference=reference,
                transfer=str(stored["id"]),
                amount_minor=amount,
                currency=currency,
                at=stored["created_at"],
            )
        if stored["status"] != "PENDING":
            self._tell(stored)
        return _success("Transfer Queued Successfully", shown)

    def _list(self, request: Request) -> Response:
        rows = [
            _shown(row) for row in self._context.store.of("flutterwave.transfer", request.query_params["reference"])
        ]
        body = {"status": "success", "message": "Transfers fetched", "meta": page_info(len(rows)), "data": rows}
        return JSONResponse(body)

    def give_back(self, reference: str) -> None:
        """The bank sends it back; the merchant is told. Raises Refusal."""
        rows = self._context.store.of("flutterwave.transfer", reference)
        if not rows or rows[0]["status"] != "SUCCESSFUL":
            raise refusal(404, "No such transfer")
        stored = rows[0] | {"status": "REVERSED"}
        self._keep(stored)
        self._context.store.return_transfer(NAME, reference)
        self._tell(stored)

    def _keep(self, stored: dict[str, Any]) -> None:
        self._context.store.put("flutterwave.transfer", str(stored["id"]), stored, stored["reference"])

    def _tell(self, stored: dict[str, Any]) -> None:
        event = {"event": "transfer.completed", "event.type": "Transfer", "data": _shown(stored)}
        self._notify("transfer.completed", event)


def _shown(stored: dict[str, Any]) -> dict[str, Any]:
    currency, to = stored["currency"], stored["to"]
    is_wrong = stored["status"] in ("FAILED", "REVERSED")
    return {
        "id": stored["id"],
        "account_number": to["account_number"],
        "bank_code": to["bank_code"],
        "full_name": to["full_name"],
        "created_at": iso(stored["created_at"]),
        "currency": currency,
        "debit_currency": currency,
        "amount": CURRENCIES.number(stored["amount_minor"], currency),
        "fee": CURRENCIES.number(_FEE_MINOR, currency),
        "status": stored["status"],
        "reference": stored["reference"],
        "meta": None,
        "narration": stored["narration"],
        "complete_message": "DISBURSE FAILED: The account is closed" if is_wrong else "",
        "requires_approval": 0,
        "is_approved": 1,
        "bank_name": to["bank_name"],
    }


def _body(request: Request, known: tuple[str, ...]) -> dict[str, Any]:
    try:
        body = json_object(request)
    except ValueError:
        raise refusal(400, "Invalid JSON body") from None
    if unknown := unknown_fields(body, known):
        raise refusal(400, f'"{unknown[0]}" is not allowed')
    return body


def _success(message: str, data: Any) -> Response:
    return JSONResponse({"status": "success", "message": message, "data": data})


def refusal(status: int, message: str) -> Refusal:
    """A refusal in Flutterwave's form."""
    return Refusal(JSONResponse({"status": "error", "message": message, "data": None}, status))
