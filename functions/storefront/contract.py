"""The storefront client: a small shop's web app, written against a Django REST Framework backend.

It reads errors as `{"error": text}` and refused forms as `{field: [texts]}` with status 400, prices as decimal strings,
times as UTC to the second. What was chosen for it: docs/contracts/storefront.md.
"""

from typing import Final

from commerce.kit import money, settings
from commerce.kit.errors import CommerceError, InvalidInput
from rest.api import Api, Contract
from rest.errors import Wording

CHANNEL: Final = "storefront"


def storefront_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(STOREFRONT)


def price(minor: int, currency: str) -> str:
    """An amount as this client reads it: "999.99"."""
    return money.text(minor, currency)


def image_url(key: str) -> str | None:
    """Where a picture of the media bucket is fetched; None when there is none."""
    return f"{settings.text('MEDIA_BASE_URL')}/{key}" if key else None


STOREFRONT = Contract(
    name="storefront",
    title="Storefront",
    errors={
        CommerceError: Wording(lambda error: {"error": error.message}),
        InvalidInput: Wording(lambda error: error.fields),
    },
)
