"""The storefront client: a small shop's web app, written against a Django REST Framework backend.

It reads errors as `{"error": text}` and refused forms as `{field: [texts]}` with status 400, prices as decimal strings,
times as UTC to the second. Document: shared contract "storefront", with rulings G1-G22.
"""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

from commerce.kit import money, settings
from rest.api import Api, Contract

CHANNEL: Final = "storefront"


class Error(TypedDict):
    error: str


def storefront_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(STOREFRONT)


def price(minor: int, currency: str) -> str:
    """An amount as this client reads it: "999.99"."""
    return money.text(minor, currency)


def image_url(key: str) -> str | None:
    """Where a picture of the media bucket is fetched; None when there is none."""
    return f"{settings.text('MEDIA_BASE_URL')}/{key}" if key else None


def _message_body(message: str, _code: str) -> dict[str, Any]:
    return {"error": message}


def _fields_body(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    return dict(fields)


STOREFRONT = Contract(name="storefront", title="Storefront", message_body=_message_body, fields_body=_fields_body)
