"""A client that speaks HTTP to the real handlers in this process: routed as the template routes, and each with the
environment that the template gives it."""

import base64
import importlib
import json as jsonlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from support import template
from support.samples import sample

APIS = {
    "storefront": "StorefrontApi",
    "parts": "PartsApi",
    "marketplace": "MarketplaceApi",
    "campus": "CampusApi",
    "omnisell": "OmnisellApi",
    "admin": "AdminApi",
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]
    cookies: list[str] = field(default_factory=list)
    raw: str = field(default="", compare=False)

    @property
    def code(self) -> str | None:
        return self.headers.get("X-Error-Code")


class Client:
    """Requests to one contract's API."""

    def __init__(self, contract: str) -> None:
        self.contract = contract

    def get(self, path: str, **options: Any) -> Answer:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> Answer:
        return self.send("POST", path, **options)

    def put(self, path: str, **options: Any) -> Answer:
        return self.send("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Answer:
        return self.send("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        return self.send("DELETE", path, **options)

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = ...,
        body: str | bytes | None = None,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, Any] | str = "",
        arrived_ms: int = 0,
        address: str = "192.0.2.1",
        cookie: str | None = None,
    ) -> Answer:
        """One request. `json` is sent as such; `body` is sent as it is, bytes in base64."""
        sent = {"host": "shop.test"} | {name.lower(): value for name, value in (headers or {}).items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if json is not ...:
            body = jsonlib.dumps(json)
            sent.setdefault("content-type", "application/json")
        event = sample("http-api")
        event |= {
            "rawPath": path,
            "rawQueryString": query if isinstance(query, str) else urlencode(query),
            "headers": sent,
            "isBase64Encoded": isinstance(body, bytes),
        }
        event["requestContext"]["http"] |= {"method": method, "path": path, "sourceIp": address}
        event["requestContext"]["timeEpoch"] = arrived_ms
        if cookie is not None:
            event["cookies"] = [cookie]
        if body is not None:
            event["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
        answer = self._handle(event, path)
        content = answer.get("body") or ""
        raw = content
        if raw and answer["headers"].get("Content-Type") == "application/json":
            content = jsonlib.loads(content)
        return Answer(answer["statusCode"], content, answer["headers"], answer.get("cookies", []), raw)

    def _handle(self, event: dict[str, Any], path: str) -> Any:
        name = self._handler(path)
        module, _, attribute = name.rpartition(".")
        handler = getattr(importlib.import_module(module), attribute)
        with template.environment_of(name):
            return handler(event, None)

    def _handler(self, path: str) -> str:
        for pattern, handler in template.routes(APIS[self.contract]):
            if pattern.match(path):
                return handler
        raise AssertionError(f"the template has no $default route for {self.contract}")


class DirectClient(Client):
    """Requests to one handler that no template has."""

    def __init__(self, handler: Callable[[dict[str, Any], Any], Any]) -> None:
        super().__init__("")
        self._of_test = handler

    def _handle(self, event: dict[str, Any], path: str) -> Any:
        return self._of_test(event, None)
