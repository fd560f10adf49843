"""The omnisell client: a social-commerce app. It reads errors as `{"error": text, "details": {…}}`, refused forms with
status 400 and their fields in `details`. Document: shared contract "omnisell", with rulings G1-G22.
"""

from collections.abc import Mapping
from typing import Any

from commerce.payments.providers.model import SignatureRefused
from rest.api import Api, Contract


def omnisell_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(OMNISELL)


def _message_body(message: str, code: str) -> dict[str, Any]:
    return {"error": message, "details": {"code": code}}


def _fields_body(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    return {"error": "Invalid input.", "details": dict(fields)}


OMNISELL = Contract(
    name="omnisell",
    title="Omnisell",
    message_body=_message_body,
    fields_body=_fields_body,
    # Providers are told 400 for what they did not sign; 401 would make some of them stop.
    statuses={SignatureRefused: 400},
)
