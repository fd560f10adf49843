"""What providers publish, as a judge of exchanges and webhooks: tests/payments/specs."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

from local.sandbox.stripe_forms import nested

SPECS = Path(__file__).parents[1] / "payments" / "specs"
PROVIDERS = ("paypal", "paystack", "stripe", "flutterwave")
# Part of a provider's address and no part of its specification.
_ASIDE = {("paypal", "/v1/oauth2/token")}


@dataclass(frozen=True)
class Request:
    """A call of a provider's API; the path begins behind the provider's name."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as JSON; empty without one."""
        return json.loads(self.body or b"{}")

    @property
    def form(self) -> list[tuple[str, str]]:
        """The body's form fields."""
        return parse_qsl(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Response:
    """The provider's response to it."""

    status: int
    body: bytes
    media_type: str


@dataclass
class Judgement:
    """What was checked against a provider's specification: how much, what was wrong, which known gaps were met."""

    counts: dict[str, int] = field(default_factory=lambda: {"requests": 0, "answers": 0, "webhooks": 0})
    wrong: list[str] = field(default_factory=list)
    gaps: set[str] = field(default_factory=set)
    exchanges: list[tuple[Request, Response]] = field(default_factory=list)

    def sent(self, line: str) -> list[Request]:
        """The requests that begin with the line, as in "POST /refund"."""
        return [request for request, _ in self.exchanges if f"{request.method} {request.path}".startswith(line)]


@cache
def specification(provider: str) -> dict[str, Any]:
    """The provider's file, with what its documentation adds."""
    held: dict[str, Any] = json.loads((SPECS / f"{provider}.json").read_text())
    if provider == "paystack":
        held |= json.loads((SPECS / "paystack_more.json").read_text())
    return held


@cache
def gaps() -> list[dict[str, str]]:
    """What a specification has wrong or lacks."""
    with (SPECS / "gaps.tsv").open() as file:
        return list(csv.DictReader(file, delimiter="\t"))


def check_exchange(provider: str, request: Request, response: Response, judgement: Judgement) -> None:
    """Judges a call of the provider's API and its answer."""
    judgement.exchanges.append((request, response))
    if (provider, request.path) in _ASIDE:
        return
    found = _operation(provider, request)
    if found is None:
        judgement.wrong.append(f"{provider}: {request.method} {request.path} is not published")
        return
    where = f"{request.method} {found['path']}"
    judgement.counts["requests"] += 1
    _check_request(provider, where, found, request, judgement)
    if response.media_type == "application/json":
        judgement.counts["answers"] += 1
        _check_answer(provider, where, found, response, judgement)


def check_webhook(provider: str, body: bytes, judgement: Judgement) -> None:
    """Judges a webhook."""
    event, held = json.loads(body), specification(provider)["webhooks"]
    kind = str(event.get("event_type") or event.get("type") or event.get("event"))
    judgement.counts["webhooks"] += 1
    where = f"webhook {kind}"
    if provider == "paypal":
        _check(provider, where, held[""], event, judgement)
        schema = next((held[start] for start in held if start and kind.startswith(start)), None)
        thing = event["resource"]
    elif provider == "stripe":
        _check(provider, where, held["event"], event, judgement)
        thing = event["data"]["object"]
        schema = held.get(thing["object"])
        _check_members(provider, where, thing, judgement)
    else:
        schema, thing = held.get(kind), event
    if schema is None:
        _note(provider, where, "is not published", judgement)
    else:
        _check(provider, where, schema, thing, judgement)


def _operation(provider: str, request: Request) -> dict[str, Any] | None:
    for entry in specification(provider)["operations"]:
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(entry["path"]))
        if entry["method"] == request.method and re.fullmatch(pattern, request.path):
            found: dict[str, Any] = entry
            return found
    return None


def _check_request(provider: str, where: str, found: dict[str, Any], request: Request, judgement: Judgement) -> None:
    for name, _ in parse_qsl(request.query):
        if name.partition("[")[0] not in found["query"]:
            _note(provider, where, f"the query has no {name}", judgement)
    schema = found["request"]
    if schema is None:
        if request.body:
            _note(provider, where, "takes no body", judgement)
        return
    is_form = provider == "stripe"
    body = nested(request.form) if is_form else request.json()
    _check(provider, where, schema, body, judgement)
    known = _members(provider, schema)
    for name in sorted(set(body) - known) if known else ():
        _note(provider, where, f"the request has no {name}", judgement)


def _check_answer(provider: str, where: str, found: dict[str, Any], response: Response, judgement: Judgement) -> None:
    body = json.loads(response.body)
    where = f"{where} {response.status}"
    answers = found["answers"]
    if provider == "paystack" and (response.status >= 400 or where.startswith("POST /charge")):
        # Errors and charges under way are in the documentation only.
        more = specification(provider)
        if response.status >= 400:
            _check(provider, where, more["error"], body, judgement)
            return
        if body["data"].get("status") != "success":
            _check(provider, where, more["under_way"], body, judgement)
            return
    schema = answers.get(str(response.status)) or answers.get("default")
    if schema is None:
        _note(provider, where, "this status is not published", judgement)
        return
    _check(provider, where, schema, body, judgement)
    if provider == "stripe" and response.status == 200:
        for thing in body["data"] if body.get("object") == "list" else [body]:
            _check_members(provider, where, thing, judgement)


def _check_members(provider: str, where: str, thing: dict[str, Any], judgement: Judgement) -> None:
    """Every member that the object has today is there."""
    wanted = set(specification(provider)["members"].get(thing.get("object"), ()))
    if missing := sorted(wanted - set(thing)):
        _note(provider, where, f"{thing['object']} lacks {', '.join(missing)}", judgement)


def _members(provider: str, schema: dict[str, Any]) -> set[str]:
    """The names of an object's members, through references and compositions; empty when it may have any."""
    if "$ref" in schema:
        return _members(provider, specification(provider)["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    names = set(schema.get("properties", ()))
    for part in schema.get("allOf", ()):
        names |= _members(provider, part)
    return names


@cache
def _validator(provider: str, schema: str) -> Draft202012Validator:
    defs = specification(provider).get("$defs", {})
    return Draft202012Validator(json.loads(schema) | {"$defs": defs})


def _check(provider: str, where: str, schema: dict[str, Any], thing: Any, judgement: Judgement) -> None:
    for error in _validator(provider, json.dumps(schema, sort_keys=True)).iter_errors(thing):
        at = "/".join(str(part) for part in error.absolute_path)
        _note(provider, where, f"{at}: {error.message[:300]}", judgement)


def _note(provider: str, where: str, what: str, judgement: Judgement) -> None:
    for gap in gaps():
        if gap["provider"] == provider and where.startswith(gap["where"]) and re.search(gap["what"], what):
            judgement.gaps.add(f"{gap['provider']}: {gap['where']}: {gap['reason']}")
            return
    judgement.wrong.append(f"{provider}: {where}: {what}")
