"""The staff API: behind the admin panel and the operator's own scripts. Canonical words, errors as `{"detail": text}`."""

from collections.abc import Mapping
from typing import Any

from edge.api import Api, Contract


def admin_api() -> Api:
    """The HTTP API of one endpoint group of the staff API."""
    return Api(ADMIN)


def _message_body(message: str, code: str) -> dict[str, Any]:
    return {"detail": message, "code": code}


def _fields_body(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    return dict(fields)


ADMIN = Contract(name="admin", title="Staff", message_body=_message_body, fields_body=_fields_body)
