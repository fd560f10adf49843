"""What a route is given: the caller, path and query values, and the validated body."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commerce.kit import clock, ids, settings
from commerce.kit.errors import InvalidInput, NotFound, Unauthenticated
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from rest import errors
from rest.json import check_text, read_bytes, write_json
from rest.parameters import MAX_LENGTH

if TYPE_CHECKING:
    from commerce.accounts.epochs import EpochRead
    from rest.files import SentFile

MAX_KEY = 255


@dataclass(frozen=True)
class Request:
    """One request to one operation. `path` is as the client wrote it after the contract's base URL; `query` has the
    values of the operation's declared parameters, `written_query` whatever was sent; `files` are what came in
    a form."""

    event: dict[str, Any]
    operation: str
    path: str
    params: dict[str, str]
    query: dict[str, Any]
    written_query: dict[str, str]
    principal: Principal | None
    body: Any
    keyed: IdempotentRequest | None
    files: "tuple[SentFile, ...]" = ()

    @property
    def file(self) -> bytes | None:
        """The bytes of the one file of a form that takes one, None without it."""
        return self.files[0].content if self.files else None

    @property
    def caller(self) -> Principal:
        """The authenticated caller; asking for it on a route that lets others in is refused as 401 would be."""
        if self.principal is None:
            raise Unauthenticated
        return self.principal

    @property
    def epoch_read(self) -> "EpochRead | None":
        """For a service that asks beside its reads whether the caller's token is still true; None without a caller."""
        from commerce.accounts.epochs import epochs

        return epochs().epoch_read(self.principal) if self.principal is not None else None

    @property
    def address(self) -> str:
        """The caller's network address: as the gateway saw it, or as CloudFront did when the request came through it.

        CloudFront proves itself with a key that only it and this function know; without it the header that names the
        viewer is something that anybody can write, and is not asked.
        """
        key = settings.text("EDGE_KEY", "")
        if key and hmac.compare_digest(key.encode(), self.headers.get("x-edge-key", "").encode()):
            return self.headers["x-viewer-address"]
        return str(self.event["requestContext"]["http"]["sourceIp"])

    @property
    def arrived_ms(self) -> int:
        """When the gateway received the request, in milliseconds."""
        return int(self.event["requestContext"].get("timeEpoch") or clock.now_ms())

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name; of a name that came twice the first counts, as browsers send the most specific first."""
        found: dict[str, str] = {}
        # The gateway lists them; what stands in front of it elsewhere may leave them in their header.
        for cookie in self.event.get("cookies") or self.headers.get("cookie", "").split(";"):
            name, _, value = cookie.partition("=")
            found.setdefault(name.strip(), value.strip())
        return found

    @property
    def headers(self) -> dict[str, str]:
        """Headers under their names in lower case, as the gateway gives them."""
        return dict(self.event.get("headers") or {})

    @property
    def raw(self) -> bytes:
        """The body's bytes, untouched. Raises Problem (400, 413)."""
        return read_bytes(self.event)

    @property
    def page(self) -> PageRequest:
        """The page that the declared parameters `page` and `page_size` name."""
        return PageRequest(self.query["page"], self.query["page_size"])

    def id(self, name: str, what: str) -> int:
        """A path value that must be an id. Raises NotFound(what): whatever cannot be an id names nothing."""
        number = ids.parse(self.params[name])
        if number is None:
            raise NotFound(what)
        return number


def query_of(event: dict[str, Any]) -> dict[str, str]:
    """Query values by name; of a name that was given twice the last counts. Raises Problem 400, InvalidInput."""
    from urllib.parse import parse_qsl

    try:
        pairs = parse_qsl(event.get("rawQueryString", ""), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise errors.malformed("the query string is not UTF-8 or has too many fields") from None
    for name, value in pairs:
        check_text(name)
        check_text(value)
        if len(value) > MAX_LENGTH:
            raise InvalidInput.of(name[:100], f"Ensure this field has no more than {MAX_LENGTH} characters.")
    return dict(pairs)


def bearer(event: dict[str, Any]) -> str | None:
    """The token of the Authorization header, None when there is no such header. Raises Unauthenticated."""
    header: str | None = event.get("headers", {}).get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token or " " in token or not token.isascii():
        raise Unauthenticated
    return token


def keyed_request(event: dict[str, Any], operation: str, body: Any) -> IdempotentRequest | None:
    """The Idempotency-Key with a digest of what it came with, or None. Raises Problem 400 for an impossible key."""
    key = event.get("headers", {}).get("idempotency-key")
    if key is None:
        return None
    if not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise errors.bad_header(f"Idempotency-Key must be 1 to {MAX_KEY} printable ASCII characters.")
    asked = f"{event['requestContext']['http']['method']} {event['rawPath']}\n{_canonical(body)}"
    return IdempotentRequest(operation, key, hashlib.sha256(asked.encode()).hexdigest())


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{write_json(name)}:{_canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_canonical, value)) + "]"
    return write_json(value) if isinstance(value, str) else str(value)
