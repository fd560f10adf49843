"""Stripe's form encoding (`line_items[0][quantity]=1`) as nested data, and its idempotency keys."""

import hashlib
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.http import Operation, Refusal, api_path, compact_json, form_fields

KEY_LIFETIME_MS = 24 * 3600 * 1000


def nested(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Fields with brackets in their names as dictionaries and lists. Raises ValueError when they contradict."""
    tree: dict[str, Any] = {}
    for name, value in fields:
        first, *rest = name.replace("]", "").split("[")
        at = tree
        for part, following in zip([first, *rest], rest, strict=False):
            at = at.setdefault(part or str(len(at)), {})
            if not isinstance(at, dict):
                raise ValueError(f"{name} contradicts {following}")
        last = rest[-1] if rest else first
        at[last or str(len(at))] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(member) for name, member in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


class NotStored(Refusal):
    """Refused before anything was done: the idempotency key may be used again with better parameters."""


class IdempotencyKeys:
    """The first response to each key, whatever it was, for a day; other parameters under it are refused."""

    def __init__(self, context: ProviderContext) -> None:
        self._context = context

    def once(self, request: Request, operation: Operation) -> Response:
        """The operation's response, or the one that it gave the first time."""
        key = request.headers.get("idempotency-key", "")
        if request.method != "POST" or not key:
            return operation(request)
        parameters = compact_json([request.method, api_path(request), sorted(form_fields(request))])
        fingerprint = hashlib.sha256(parameters).hexdigest()
        known = self._context.store.get("stripe.key", key)
        if known and now_ms() - known["at"] < KEY_LIFETIME_MS:
            if known["fingerprint"] != fingerprint:
                error = {"type": "idempotency_error", "message": _other_parameters(key)}
                raise Refusal(JSONResponse({"error": error}, 400))
            return Response(known["body"], known["status"], {"idempotent-replayed": "true"}, "application/json")
        try:
            response = operation(request)
        except NotStored:
            raise
        except Refusal as refusal:
            response = refusal.response
        stored = {"at": now_ms(), "fingerprint": fingerprint}
        stored |= {"status": response.status_code, "body": bytes(response.body).decode()}
        self._context.store.put("stripe.key", key, stored)
        return response


def _other_parameters(key: str) -> str:
    return (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
