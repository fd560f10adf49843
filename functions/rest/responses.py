"""What a route answers beyond 200 with a body: other statuses, headers, cookies, cached bodies."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from commerce.kit.idempotency import Outcome
from rest.json import write_json

# Shared caches keep a cacheable answer for an hour, a client's own for a minute; both ask again with its ETag.
CACHE_CONTROL = "public, max-age=60, s-maxage=3600"


@dataclass(frozen=True)
class SetCookie:
    """A cookie of this host: never readable by scripts, never sent from other sites. `max_age` 0 deletes it."""

    name: str
    value: str
    max_age: int
    is_secure: bool


@dataclass(frozen=True)
class Reply:
    """An answer: its body as plain values (or text, or None), status, headers and cookies. An Outcome in place of the
    body says whether the answer repeats an earlier one."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[SetCookie, ...] = ()


def answered(answer: Any, status: int) -> Reply:
    """What a route returned, as a reply: a Reply itself, else a body with the operation's `status`. The one place that
    marks the repetition of a keyed request (docs/contracts: retries)."""
    reply = answer if isinstance(answer, Reply) else Reply(answer, status)
    if not isinstance(reply.body, Outcome):
        return reply
    headers = {**reply.headers, "Idempotent-Replayed": "true"} if reply.body.replayed else reply.headers
    return replace(reply, body=reply.body.value, headers=headers)


def cacheable(reply: Reply, headers: Mapping[str, str]) -> Reply:
    """The reply with ETag and Cache-Control; 304 without a body when the request (`headers`) has that ETag already."""
    tag = f'"{hashlib.sha256(write_json(reply.body).encode()).hexdigest()[:32]}"'
    sent = {**reply.headers, "ETag": tag, "Cache-Control": CACHE_CONTROL}
    known = {entry.strip().removeprefix("W/") for entry in headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Reply(None, 304, sent)
    return replace(reply, headers=sent)
