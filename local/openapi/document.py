"""One contract as an OpenAPI 3.1 document: its operations, what they take, and every answer that they may give."""

from collections.abc import Iterable, Mapping
from typing import Any

from commerce.kit.errors import (
    Busy,
    CommerceError,
    Forbidden,
    InvalidInput,
    KeyInProgress,
    KeyReused,
    NotFound,
    Refused,
    Unauthenticated,
)
from local.openapi.schemas import Schema, Schemas
from rest import errors
from rest.api import Access, Api, Contract, Operation
from rest.forms import MULTIPART, URLENCODED
from rest.parameters import Parameter
from rest.requests import MAX_KEY

VERSION = "1.0.0"
_WHO = {
    Access.OPTIONAL: "A token is optional.",
    Access.PENDING: "Also for a token that still owes its second factor.",
    Access.SELLER: "For sellers and staff.",
    Access.STAFF: "For staff.",
    Access.SIGNED: "The caller signs the bytes of the body.",
}
# What a refusal's status means, and the headers that it brings.
_ABOUT_STATUS = {
    400: ("The request is not well-formed, a value breaks a rule, or the rules of the shop say no",),
    401: ("No token, or none that is good", "WWW-Authenticate"),
    403: ("Not allowed",),
    404: ("It does not exist, or not for this caller",),
    409: ("Others keep changing the same thing, or the first request with this key still runs; try again",),
    413: ("The body is too large",),
    415: ("The body is of a type that is not read here",),
    422: ("The key was used with another request",),
    429: ("Too many attempts; come back after so many seconds", "Retry-After"),
}
_WORDED = "OwnWords"
_ABOUT = """Every path also works without its last slash. Every answer carries `X-Request-Id`, every refusal also a \
stable `X-Error-Code`. What fails unexpectedly answers 500 in the same shape, what cannot be reached now 503 with \
`Retry-After`."""


def document(contract: Contract, apis: Mapping[str, Api], server: str) -> dict[str, Any]:
    """The description of a contract. `server` is its base as seen from the document."""
    operations = [(group, operation) for group, api in apis.items() for operation in api.operations]
    schemas = Schemas(
        found for _, operation in operations for found in (operation.body, operation.returns) if found is not None
    )
    paths: dict[str, dict[str, Any]] = {}
    for group, operation in operations:
        described = _Described(contract, group, operation, schemas).object()
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    security: dict[str, Any] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    if contract.cookie:
        security["session"] = {"type": "apiKey", "in": "cookie", "name": contract.cookie}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{contract.title} API", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {
                **schemas.components(),
                "Refusal": _like(errors.body_of(CommerceError("text"), contract.errors)),
                "RefusedFields": _like(errors.body_of(InvalidInput({"field": ["text"]}), contract.errors)),
            },
            "responses": _refusals(contract),
            "headers": {
                "RequestId": {"schema": {"type": "string"}},
                "ErrorCode": {"schema": {"type": "string"}},
            },
            "securitySchemes": security,
        },
    }


class _Described:
    """One operation, in the making."""

    def __init__(self, contract: Contract, group: str, operation: Operation, schemas: Schemas) -> None:
        self._contract = contract
        self._group = group
        self._operation = operation
        self._schemas = schemas
        self._path_names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
        self._body_names = list(operation.body.model_fields) if operation.body else []

    def object(self) -> dict[str, Any]:
        operation = self._operation
        summary, _, more = (operation.function.__doc__ or "").partition("\n")
        description = " ".join([*more.split(), _WHO.get(operation.access, "")]).strip()
        parameters = self._parameters()
        return {
            "operationId": f"{self._group}_{operation.function.__name__}",
            "tags": [self._group],
            "summary": summary.strip().rstrip("."),
            **({"description": description} if description else {}),
            "security": self._security(),
            **({"parameters": parameters} if parameters else {}),
            **self._request_body(),
            "responses": dict(sorted(self._responses())),
        }

    def _security(self) -> list[dict[str, list[str]]]:
        access = self._operation.access
        if access in (Access.PUBLIC, Access.SIGNED):
            return []
        schemes: list[dict[str, list[str]]] = [{"token": []}]
        if access is Access.OPTIONAL:
            schemes += [{"session": []}] if self._operation.uses_session else []
            schemes.append({})
        return schemes

    def _parameters(self) -> list[dict[str, Any]]:
        found = [
            {"name": name, "in": "path", "required": True, "schema": _path_value(name)} for name in self._path_names
        ]
        found += [_parameter(name, declared) for name, declared in self._operation.query.items()]
        if self._operation.body and self._operation.method == "DELETE":
            # Some clients and proxies drop the body of a DELETE.
            fields = self._operation.body.model_json_schema()["properties"]
            about = "The same as in the body, when there is none"
            found += [
                {"name": name, "in": "query", "description": about, "schema": _untitled(schema)}
                for name, schema in fields.items()
            ]
        if self._operation.is_keyed:
            about = "The same key with the same request gives the first answer again, and changes nothing."
            schema = {"type": "string", "minLength": 1, "maxLength": MAX_KEY}
            found.append({"name": "Idempotency-Key", "in": "header", "description": about, "schema": schema})
        return found

    def _request_body(self) -> dict[str, Any]:
        if self._operation.access is Access.SIGNED:
            return {"requestBody": {"required": True, "content": {"application/json": {"schema": {}}}}}
        if not self._operation.body:
            return {}
        is_required = self._operation.method != "DELETE" and any(
            field.is_required() for field in self._operation.body.model_fields.values()
        )
        kinds = ["application/json", *((MULTIPART, URLENCODED) if self._operation.takes_form else ())]
        content = {kind: {"schema": self._schemas.of(self._operation.body)} for kind in kinds}
        if self._operation.takes_file:
            content[MULTIPART] = {"schema": _form_with_file(self._operation.takes_file)}
        if self._operation.takes_files:
            content[MULTIPART] = {"schema": _form_with_files(content[MULTIPART]["schema"], self._operation.takes_files)}
        return {"requestBody": {"required": is_required, "content": content}}

    def _responses(self) -> Iterable[tuple[str, dict[str, Any]]]:
        for status in (self._operation.status, *self._operation.other_statuses):
            yield str(status), self._success()
        if self._operation.is_cacheable:
            yield "304", {"description": "Not modified", "headers": _headers("ETag")}
        statuses = {errors.status_of(fact, self._contract.errors) for fact in self._facts()}
        if self._operation.reads_json:
            statuses |= {400, 413, 415}
        worded = {errors.status_of(kind.__new__(kind), self._operation.errors) for kind in self._operation.errors}
        for status in statuses | worded:
            name = _WORDED if status in worded else str(status)
            yield str(status), {"$ref": f"#/components/responses/{name}"}
        yield "default", {"$ref": "#/components/responses/Other"}

    def _facts(self) -> Iterable[CommerceError]:
        """The domain's facts that this operation may answer with."""
        operation, access = self._operation, self._operation.access
        if operation.body or operation.query or self._path_names:
            yield InvalidInput({})
        if access is Access.SIGNED:
            yield Refused("The signature is wrong.")
        elif access is not Access.PUBLIC:
            yield Unauthenticated()
        if access in (Access.OPTIONAL, Access.USER, Access.SELLER, Access.STAFF) or self._operation.uses_session:
            yield Forbidden()
        named = {*self._body_names, *operation.query}
        is_named = self._path_names or "reference" in named or "product" in operation.query
        if is_named or any(name.endswith("_id") for name in self._body_names):
            yield NotFound("Thing")
        if operation.method != "GET" and access is not Access.SIGNED:
            yield Busy()
        if self._operation.is_keyed:
            yield KeyInProgress()
            yield KeyReused()
        yield from (kind.__new__(kind) for kind in operation.raises)

    def _success(self) -> dict[str, Any]:
        returns = self._operation.returns
        names = ["X-Request-Id"]
        if getattr(returns, "__origin__", None) is list and self._operation.query:
            names += ["X-Total-Count", "Link"]
        if self._operation.is_keyed:
            names.append("Idempotent-Replayed")
        if self._operation.is_cacheable:
            names += ["ETag", "Cache-Control"]
        if self._operation.uses_session:
            names.append("Set-Cookie")
        content = {} if returns is None else {"content": _json(self._schemas.of(returns))}
        return {"description": "Done", "headers": _headers(*names), **content}


_FILE: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}


def _form_with_file(names: tuple[str, ...]) -> Schema:
    """A form with a file under one of the names."""
    required: list[Schema] = [{"required": [name]} for name in names]
    return {"type": "object", "properties": dict.fromkeys(names, _FILE), "anyOf": required}


def _form_with_files(fields: Schema, names: tuple[str, ...]) -> Schema:
    """A form of the fields, and of any number of files under each of the names."""
    files: Schema = {"type": "array", "items": _FILE}
    return {"allOf": [fields, {"type": "object", "properties": dict.fromkeys(names, files)}]}


def _refusals(contract: Contract) -> dict[str, Any]:
    """The answers of refused requests, by the name under which operations refer to them."""
    message = {"$ref": "#/components/schemas/Refusal"}
    fields = {"$ref": "#/components/schemas/RefusedFields"}
    of_fields = errors.status_of(InvalidInput({}), contract.errors)

    def refusal(about: str, shapes: list[Schema], *headers: str) -> dict[str, Any]:
        schema = {"anyOf": shapes} if len(shapes) > 1 else shapes[0]
        return {
            "description": about,
            "headers": _headers("X-Request-Id", "X-Error-Code", *headers),
            "content": _json(schema),
        }

    found = {
        str(status): refusal(about, [message, fields] if status == of_fields else [message], *headers)
        for status, (about, *headers) in _ABOUT_STATUS.items()
    }
    found[_WORDED] = refusal("A refusal, some of them in this route's own words", [message, fields, {"type": "object"}])
    found["Other"] = refusal("Any other refusal", [message, fields, {"type": "object"}])
    return found


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _headers(*names: str) -> dict[str, Any]:
    shared = {"X-Request-Id": "RequestId", "X-Error-Code": "ErrorCode"}
    whole = {"X-Total-Count", "Retry-After"}
    return {
        name: {"$ref": f"#/components/headers/{shared[name]}"}
        if name in shared
        else {"schema": {"type": "integer" if name in whole else "string"}}
        for name in names
    }


def _parameter(name: str, declared: Parameter) -> dict[str, Any]:
    required = {"required": True} if declared.is_required else {}
    return {"name": name, "in": "query", "description": declared.about, **required, "schema": dict(declared.schema)}


def _untitled(schema: Mapping[str, Any]) -> Schema:
    return {name: value for name, value in schema.items() if name != "title"}


def _path_value(name: str) -> Schema:
    if name == "id" or name.endswith("_id"):
        return {"type": "integer", "minimum": 1}
    return {"type": "string"}


def _like(sample: Any) -> Schema:
    """The schema of a sample body; a key called "field" stands for any name."""
    if isinstance(sample, dict):
        properties = {name: _like(value) for name, value in sample.items()}
        if "field" in properties:
            return {"type": "object", "additionalProperties": properties["field"]}
        return {"type": "object", "properties": properties, "required": list(properties)}
    if isinstance(sample, list):
        return {"type": "array", "items": _like(sample[0])}
    return {"type": "string"}
