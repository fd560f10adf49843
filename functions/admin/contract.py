"""The staff API: behind the admin panel and the operator's own scripts. Canonical words; errors are {detail, code}."""

from collections.abc import Mapping
from typing import Any

from commerce.kit import ids
from commerce.kit.errors import InvalidInput
from rest.api import Api, Contract
from rest.requests import Request


def admin_api() -> Api:
    """The HTTP API of one endpoint group of the staff API."""
    return Api(ADMIN)


def id_before(request: Request) -> int:
    """The id below which a list goes on: `before` of the query. Raises InvalidInput."""
    number = ids.parse(request.query.get("before", str(ids.LARGEST)))
    if number is None:
        raise InvalidInput.of("before", "An id is required.")
    return number


def _message_body(message: str, code: str) -> dict[str, Any]:
    return {"detail": message, "code": code}


def _fields_body(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    return dict(fields)


ADMIN = Contract(name="admin", title="Staff", message_body=_message_body, fields_body=_fields_body)
