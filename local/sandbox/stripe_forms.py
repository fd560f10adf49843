"""Stripe's form encoding (`line_items[0][quantity]=1`) as nested data, and its idempotency keys."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from local.sandbox.context import ProviderContext, now_ms
from local.sandbox.messages import Refusal, Reply, Request, answer, compact

KEPT_MS = 24 * 3600 * 1000


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


def _lists(thing: Any) -> Any:
    if not isinstance(thing, dict):
        return thing
    inner = {name: _lists(value) for name, value in thing.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


class NotStored(Refusal):
    """Refused before anything was done: the idempotency key may be used again with better parameters."""


class IdempotencyKeys:
    """The first answer of each key, whatever it was, for a day; other parameters under it are refused."""

    def __init__(self, context: ProviderContext) -> None:
        self._context = context

    def once(self, request: Request, operation: Callable[[Request], Reply]) -> Reply:
        """The operation's answer, or the one that it gave the first time."""
        key = request.headers.get("idempotency-key", "")
        if request.method != "POST" or not key:
            return operation(request)
        print_ = hashlib.sha256(compact([request.method, request.path, sorted(request.form)])).hexdigest()
        held = self._context.store.get("stripe.key", key)
        if held and now_ms() - held["at"] < KEPT_MS:
            if held["print"] != print_:
                raise Refusal(answer(400, {"error": {"type": "idempotency_error", "message": _other_parameters(key)}}))
            return Reply(held["status"], held["body"].encode(), headers=(("idempotent-replayed", "true"),))
        try:
            reply = operation(request)
        except NotStored:
            raise
        except Refusal as refusal:
            reply = refusal.reply
        kept = {"print": print_, "at": now_ms(), "status": reply.status, "body": reply.body.decode()}
        self._context.store.put("stripe.key", key, kept)
        return reply


def _other_parameters(key: str) -> str:
    return (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
