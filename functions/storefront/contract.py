"""The storefront client: a small shop's web app, written against a Django REST Framework backend.

It reads errors as `{"error": text}` and refused forms as `{field: [texts]}` with status 400, prices as decimal strings,
times as UTC to the second. What was chosen for it: docs/contracts/storefront.md.
"""

from typing import Final

from commerce.kit.errors import CommerceError, InvalidInput
from rest.api import Api, Contract
from rest.errors import Wording

CHANNEL: Final = "storefront"


def storefront_api() -> Api:
    """The HTTP API of one endpoint group of this contract."""
    return Api(STOREFRONT)


STOREFRONT = Contract(
    name="storefront",
    title="Storefront",
    errors={
        CommerceError: Wording(lambda error: {"error": error.message}),
        InvalidInput: Wording(lambda error: error.fields),
    },
)
