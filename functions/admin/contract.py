"""The staff API: behind the admin panel and the operator's own scripts. Canonical words; errors are {detail, code}."""

from dataclasses import replace

from commerce.catalog.model import StockMoved
from commerce.kit import ids
from commerce.kit.errors import CommerceError, InvalidInput
from rest import parameters
from rest.api import Api, Contract
from rest.errors import Wording
from rest.parameters import Parameters


def admin_api() -> Api:
    """The HTTP API of one endpoint group of the staff API."""
    return Api(ADMIN)


ADMIN = Contract(
    name="admin",
    title="Staff",
    errors={
        CommerceError: Wording(lambda error: {"detail": error.message, "code": error.code}),
        InvalidInput: Wording(lambda error: error.fields),
        StockMoved: Wording(status=409),
    },
)
# Lists that go on after the last id of the page before.
BEFORE: Parameters = {"before": replace(parameters.identifier("Only what has a lower id"), default=ids.LARGEST)}
