"""The parts client: a spare-parts shop with an anonymous cart, written against Django and its session cookie.

It reads most errors as `{"detail": text}`; some routes word theirs as `message` or `error`, each where its document
shows it. Refused forms are `{field: [texts]}` with status 400, prices decimal strings, times UTC to the second.
Document: shared contract "parts", with rulings G1-G22.
"""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from commerce.kit import money, settings
from commerce.payments.providers.model import ProviderRefused, ProviderTrouble
from rest.api import Api, Contract

CHANNEL: Final = "parts"


class Error(TypedDict):
    detail: str


def parts_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(PARTS)


def price(minor: int, currency: str) -> str:
    """An amount as this client reads it: "2500.00"."""
    return money.text(minor, currency)


def image_url(key: str) -> str:
    """Where a picture of the media bucket is fetched."""
    return f"{settings.text('MEDIA_BASE_URL')}/{key}"


def _message_body(message: str, _code: str) -> dict[str, Any]:
    return {"detail": message}


def _fields_body(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    return dict(fields)


PARTS = Contract(
    name="parts",
    title="Parts",
    message_body=_message_body,
    fields_body=_fields_body,
    # The document answers trouble with the gateway with 500.
    statuses={ProviderTrouble: 500, ProviderRefused: 500},
)
