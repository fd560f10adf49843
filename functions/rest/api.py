"""One Lambda's HTTP API: routes of one endpoint group, in the conventions of one contract.

Powertools matches paths; everything that its defaults would answer in its own words (unknown path, wrong method, bad
JSON, unexpected errors) is answered here in the contract's. The order of refusal is: path, method, caller, rights,
body; so nobody learns of a body's rules who may not call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from commerce.kit import logs
from commerce.kit.errors import CommerceError, Forbidden, Unauthenticated
from commerce.kit.idempotency import Outcome
from commerce.kit.principal import Principal
from commerce.sessions import tokens
from rest import errors, parameters
from rest.errors import ErrorTable
from rest.json import read_json, write_json
from rest.parameters import Parameters
from rest.paths import NO_METHOD, PathFamily, add_to, most_exact
from rest.requests import Request, bearer, keyed_request, query_of
from rest.responses import Reply, answered, cacheable

# What routes are written with; the rest of this package is for what only some of them need.
__all__ = ["Access", "Api", "Contract", "Operation", "Outcome", "Reply", "Request"]

if TYPE_CHECKING:
    from commerce.accounts.epochs import Epochs
    from rest.files import SentFile


class Access(Enum):
    """Who may call an operation, as far as the token alone tells; the core decides about single objects.

    SIGNED is for machines that sign the bytes of their body: it is handed over raw, and the core verifies it.
    """

    PUBLIC = "public"
    OPTIONAL = "optional"
    USER = "user"
    PENDING = "pending"
    SELLER = "seller"
    STAFF = "staff"
    SIGNED = "signed"

    @property
    def takes_token(self) -> bool:
        """Whether a bearer token is read at all."""
        return self not in (Access.PUBLIC, Access.SIGNED)


@dataclass(frozen=True)
class Contract:
    """How one client is spoken to: how it reads errors, and the name of its session's cookie if it has one."""

    name: str
    title: str
    errors: ErrorTable
    cookie: str = ""


@dataclass(frozen=True)
class Operation:
    """A route as it is declared: its refusals, OpenAPI and the access matrix are made from these.

    `body` is a `rest.bodies.Body` class, `returns` the TypedDict (or list of one) of the answer, `query` the parameters
    that it understands. It answers with `status`, or with one of `other_statuses` that its Reply names. `is_keyed`
    operations take an Idempotency-Key, those with `uses_session` the contract's cookie.
    `raises` names facts that do not follow from the rest; `errors` words those that this route alone words so.
    With `takes_form` the body may also be a form; `takes_files` names those of its fields in which files may come. An
    operation that is about one file names the fields in which it may come in `takes_file`: the body describes it.
    Changes check that the caller's token is still true, unless their service does so by a read of its own
    (`checks_caller=False`).
    """

    method: str
    path: str
    access: Access
    function: Callable[[Request], Any]
    body: Any = None
    returns: Any = None
    status: int = 200
    other_statuses: tuple[int, ...] = ()
    query: Parameters = field(default_factory=dict)
    is_keyed: bool = False
    uses_session: bool = False
    takes_form: bool = False
    takes_file: tuple[str, ...] = ()
    takes_files: tuple[str, ...] = ()
    raises: tuple[type[CommerceError], ...] = ()
    is_cacheable: bool = False
    errors: ErrorTable = field(default_factory=dict)
    checks_caller: bool = True

    @property
    def is_checked(self) -> bool:
        """Whether the caller's token is checked against their account before the function is called."""
        return self.checks_caller and self.method != "GET" and self.access.takes_token

    @property
    def reads_json(self) -> bool:
        """Whether the request's body is read; a signed one is handed over raw."""
        return self.method != "GET" and self.access is not Access.SIGNED


class Api:
    """The handler of an endpoint group. Call it with a Lambda event, or register operations on it."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.operations: list[Operation] = []
        self._families: list[PathFamily] = []
        self._resolver = APIGatewayHttpResolver(serializer=write_json)
        self._resolver.not_found(self._not_found)
        self._resolver.exception_handler(Exception)(self._failed)

    def get(self, path: str, **options: Any) -> Callable[..., Any]:
        return self.operation("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[..., Any]:
        return self.operation("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[..., Any]:
        return self.operation("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[..., Any]:
        return self.operation("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[..., Any]:
        return self.operation("DELETE", path, **options)

    def operation(self, method: str, path: str, *, access: Access, **declared: Any) -> Callable[..., Any]:
        """Register a function of a Request. `path` is as documented; it is served with and without its last slash.
        `declared` is what else an Operation says of itself."""

        def register(function: Callable[[Request], Any]) -> Callable[[Request], Any]:
            operation = Operation(method, path, access, function, **declared)
            self.operations.append(operation)
            add_to(self._families, path, method)
            checks = _epochs() if operation.is_checked else None
            rule = path.rstrip("/").replace("{", "<").replace("}", ">")
            self._resolver.route(rule, method)(lambda **params: self._answer(operation, params, checks))
            return function

        return register

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one API Gateway HTTP event (payload 2.0). HEAD is GET whose body stays here."""
        path = event["rawPath"].rstrip("/") or "/"
        method = event["requestContext"]["http"]["method"]
        asked = "GET" if method == "HEAD" else method
        # A method that the most exact path has not must not fall to a path with a parameter in its place.
        if (family := most_exact(self._families, path)) and asked not in family.methods:
            asked = NO_METHOD
        http = {**event["requestContext"]["http"], "path": path, "method": asked}
        routed = {**event, "rawPath": path, "requestContext": {**event["requestContext"], "http": http}}
        routed["methodAsSent"] = method
        answer: dict[str, Any] = self._resolver.resolve(routed, context)
        return answer | {"body": "", "isBase64Encoded": False} if method == "HEAD" else answer

    def _answer(self, operation: Operation, params: dict[str, str], checks: "Epochs | None") -> Response[str]:
        event = self._resolver.current_event.raw_event
        principal = _admit(operation.access, event)
        if checks is not None and principal is not None:
            checks.require_current(principal)
        value, files = _read(event, operation) if operation.reads_json else ({}, ())
        written = query_of(event)
        name = f"{operation.method} {operation.path}"
        request = Request(
            event=event,
            operation=name,
            path=event["rawPath"],
            params=params,
            query=parameters.read(operation.query, written),
            written_query=written,
            principal=principal,
            body=_body_of(operation, value, written),
            keyed=keyed_request(event, name, value) if operation.is_keyed else None,
            files=files,
        )
        try:
            answer = operation.function(request)
        except CommerceError as error:
            if not any(kind in operation.errors for kind in type(error).__mro__):
                raise
            return self._refusal(error, {**self.contract.errors, **operation.errors})
        reply = answered(answer, operation.status)
        return self._response(cacheable(reply, event["headers"]) if operation.is_cacheable else reply)

    def _not_found(self, _: NotFoundError) -> Response[str]:
        event = self._resolver.current_event.raw_event
        family = most_exact(self._families, event["rawPath"])
        if family is None:
            return self._failed(errors.unknown_path())
        allowed = family.methods | ({"HEAD"} if "GET" in family.methods else set())
        return self._failed(errors.wrong_method(event["methodAsSent"], sorted(allowed)))

    def _failed(self, error: Exception) -> Response[str]:
        if not isinstance(error, CommerceError):
            logs.failure("a request failed", error, request_id=self._request_id())
            error = errors.internal()
        return self._refusal(error, self.contract.errors)

    def _refusal(self, error: CommerceError, table: ErrorTable) -> Response[str]:
        headers = {**errors.headers_of(error), "X-Error-Code": error.code}
        return self._response(Reply(errors.body_of(error, table), errors.status_of(error, table), headers))

    def _response(self, reply: Reply) -> Response[str]:
        headers = {"X-Request-Id": self._request_id(), "Cache-Control": "no-store", **reply.headers}
        cookies = [
            Cookie(
                cookie.name,
                cookie.value,
                path="/",
                secure=cookie.is_secure,
                http_only=True,
                max_age=cookie.max_age or -1,
                same_site=SameSite.LAX_MODE,
            )
            for cookie in reply.cookies
        ]
        if isinstance(reply.body, str | None):
            content_type = headers.pop("Content-Type", "text/plain; charset=utf-8")
            return Response(reply.status, content_type if reply.body else None, reply.body or "", headers, cookies)
        return Response(reply.status, "application/json", write_json(reply.body), headers, cookies)

    def _request_id(self) -> str:
        return str(self._resolver.current_event.raw_event["requestContext"]["requestId"])


def _epochs() -> "Epochs":
    # Only functions in which something is changed by a token have the table that this reads.
    from commerce.accounts.epochs import epochs

    return epochs()


def _read(event: dict[str, Any], operation: Operation) -> "tuple[Any, tuple[SentFile, ...]]":
    """The body's value, and the files that came with it."""
    if operation.takes_file or operation.takes_files:
        from rest.files import has_file, read_file, read_files

        if has_file(event):
            names = operation.takes_files
            return read_files(event, names) if names else read_file(event, operation.takes_file)
    if operation.takes_form:
        from rest.forms import is_form, read_form

        if is_form(event):
            return read_form(event), ()
    return read_json(event), ()


def _body_of(operation: Operation, value: Any, query: Mapping[str, str]) -> Any:
    """The validated body. A DELETE that came without one is asked for it in its query (docs/contracts: delete-bodies).
    Raises InvalidInput."""
    if operation.body is None:
        return value
    if operation.method == "DELETE" and value == {}:
        return operation.body.read_query(query)
    return operation.body.read(value)


def _admit(access: Access, event: dict[str, Any]) -> Principal | None:
    if not access.takes_token:
        return None
    token = bearer(event)
    if token is None:
        if access is Access.OPTIONAL:
            return None
        raise Unauthenticated
    principal = tokens.verify_any(token) if access is Access.PENDING else tokens.verify(token)
    if access is Access.SELLER and not (principal.is_seller or principal.is_staff):
        raise Forbidden
    if access is Access.STAFF and not principal.is_staff:
        raise Forbidden
    return principal
