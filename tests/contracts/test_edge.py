"""What every contract refuses before a use case is asked: same cases, each contract's own shape."""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import pytest

from support.builders import a_person
from support.client import Answer, Client

pytestmark = pytest.mark.usefixtures("aws")


@dataclass(frozen=True)
class Edge:
    """A contract with one protected route that takes a body, one that needs staff (if any), and its error shapes."""

    contract: str
    protected: str
    body: dict[str, Any]
    is_staff: bool = False
    allowed: str = "POST"

    def message(self, text: str, code: str) -> dict[str, Any]:
        if self.contract == "admin":
            return {"detail": text, "code": code}
        return {"error": text}


EDGES = [
    Edge("storefront", "/api/cart/items/", {"product_id": 1, "quantity": 1}),
    Edge(
        "admin",
        "/admin/api/products/",
        {"name": "x", "price": "1.00", "stock": 1, "category": "c"},
        is_staff=True,
        allowed="GET, POST",
    ),
]
edges = pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.contract)


def refusal(answer: Answer) -> tuple[int, Any, str | None, str | None]:
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Request-Id"] == "request-1"
    return answer.status, answer.body, answer.code, answer.headers.get("Allow")


def token(edge: Edge) -> str:
    return a_person(is_staff=edge.is_staff).access


@edges
def test_unknown_path(edge: Edge) -> None:
    for path in ("/", "/api/nothing/", "/admin/api/nothing/", edge.protected + "x/y/z/"):
        answer = Client(edge.contract).get(path)
        assert refusal(answer) == (404, edge.message("Not found.", "not_found"), "not_found", None)


@edges
def test_wrong_method_names_the_right_ones(edge: Edge) -> None:
    answer = Client(edge.contract).put(edge.protected, json={})
    message = edge.message('Method "PUT" not allowed.', "method_not_allowed")
    assert refusal(answer) == (405, message, "method_not_allowed", edge.allowed)


@edges
def test_both_slash_forms_work(edge: Edge) -> None:
    for path in (edge.protected, edge.protected.rstrip("/")):
        assert Client(edge.contract).post(path, json=edge.body).status == 401


@edges
def test_no_token(edge: Edge) -> None:
    answer = Client(edge.contract).post(edge.protected, json=edge.body)
    message = edge.message("Authentication credentials were not provided.", "not_authenticated")
    assert refusal(answer) == (401, message, "not_authenticated", None)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@edges
@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer  x", "Basic abc", "x", "Bearer a b", "Bearer ü"])
def test_header_that_bears_no_token(edge: Edge, header: str) -> None:
    answer = Client(edge.contract).post(edge.protected, json=edge.body, headers={"Authorization": header})
    assert (answer.status, answer.code) == (401, "not_authenticated")


@edges
@pytest.mark.parametrize("bad", ["x", "a.b.c", "." * 10_000, "a." + "b" * 9000 + ".c"])
def test_token_that_is_none(edge: Edge, bad: str) -> None:
    answer = Client(edge.contract).post(edge.protected, json=edge.body, token=bad)
    message = edge.message("Token is invalid or expired.", "token_not_valid")
    assert refusal(answer) == (401, message, "token_not_valid", None)


@edges
def test_refresh_token_is_no_access_token(edge: Edge) -> None:
    answer = Client(edge.contract).post(edge.protected, json=edge.body, token=a_person(is_staff=True).refresh)
    assert (answer.status, answer.code) == (401, "token_not_valid")


@edges
def test_scheme_is_read_in_any_case(edge: Edge) -> None:
    headers = {"Authorization": f"bEARER {token(edge)}"}
    assert Client(edge.contract).post(edge.protected, json={}, headers=headers).status == 400


def test_staff_routes_refuse_a_buyer() -> None:
    answer = Client("admin").post("/admin/api/products/", json=EDGES[1].body, token=a_person(is_seller=True).access)
    message = {"detail": "You do not have permission to perform this action.", "code": "permission_denied"}
    assert refusal(answer) == (403, message, "permission_denied", None)


@edges
@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"quantity": 1, "quantity": 2}',
        '{"quantity": NaN}',
        '{"quantity": Infinity}',
        "\ufeff{}",
        '{"name": "\\u0000"}',
        '{"name": "\\ud800"}',
        "[" * 100_000,
        "[" * 40 + "]" * 40,
        '{"quantity": 1' + "0" * 5000 + "}",
        b"\xff\xfe{\x00}\x00",
    ],
    ids=range(11),
)
def test_malformed_json(edge: Edge, body: str | bytes) -> None:
    answer = Client(edge.contract).post(edge.protected, body=body, token=token(edge))
    assert (answer.status, answer.code) == (400, "parse_error")


@edges
@pytest.mark.parametrize("body", ["null", "[]", '"x"', "1", ""])
def test_json_that_is_no_form(edge: Edge, body: str) -> None:
    answer = Client(edge.contract).post(edge.protected, body=body, token=token(edge))
    assert (answer.status, answer.code) == (400, "invalid")


@edges
def test_wrong_type(edge: Edge) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = Client(edge.contract).post(edge.protected, body="{}", token=token(edge), headers=headers)
    message = edge.message('Unsupported media type "text/plain" in request.', "unsupported_media_type")
    assert refusal(answer) == (415, message, "unsupported_media_type", None)


@edges
def test_too_large(edge: Edge) -> None:
    body = json.dumps({"name": "x" * 300_000})
    answer = Client(edge.contract).post(edge.protected, body=body, token=token(edge))
    message = edge.message("The request body is too large.", "too_large")
    assert refusal(answer) == (413, message, "too_large", None)


@edges
def test_base64_body_is_read_and_a_broken_one_refused(edge: Edge) -> None:
    whole = Client(edge.contract).post(edge.protected, body=b"{}", token=token(edge))
    assert (whole.status, whole.code) == (400, "invalid")
    assert b64encode(b"{}")  # The client above sends bytes in base64, as the gateway does.


@edges
@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
def test_impossible_idempotency_key(edge: Edge, key: str) -> None:
    body = EDGES[0].body if edge.contract == "storefront" else edge.body
    answer = Client(edge.contract).post(edge.protected, json=body, token=token(edge), headers={"Idempotency-Key": key})
    assert (answer.status, answer.code) == (400, "bad_header")


@edges
def test_unexpected_error_tells_nothing(edge: Edge, capsys: pytest.CaptureFixture[str]) -> None:
    import boto3

    bearer = token(edge)
    for table in ("Catalog", "Carts"):
        boto3.client("dynamodb").delete_table(TableName=table)
    answer = Client(edge.contract).post(edge.protected, json=edge.body, token=bearer)
    message = edge.message("An unexpected error occurred.", "internal_error")
    assert refusal(answer) == (500, message, "internal_error", None)
    line = json.loads(capsys.readouterr().err)
    assert (line["error"], line["request_id"]) == ("ResourceNotFoundException", "request-1")
    assert set(line) == {"level", "message", "request_id", "error", "at"}


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"x-edge-key": "known", "x-viewer-address": "198.51.100.7"}, "198.51.100.7"),
        ({"x-edge-key": "guessed", "x-viewer-address": "198.51.100.7"}, "192.0.2.1"),
        ({"x-viewer-address": "198.51.100.7", "x-forwarded-for": "198.51.100.7"}, "192.0.2.1"),
    ],
)
def test_a_viewers_address_is_believed_from_the_edge_alone(
    headers: dict[str, str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edge.requests import Request

    monkeypatch.setenv("EDGE_KEY", "known")
    event = {"headers": headers, "requestContext": {"http": {"sourceIp": "192.0.2.1", "method": "POST"}}}
    assert Request(event, "POST /", "/", {}, {}, None, {}, None).address == address
