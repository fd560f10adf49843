"""What every contract refuses before a use case is asked: same cases, each contract's own shape."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import pytest

from commerce.kit.errors import InvalidInput
from support.builders import a_category, a_person
from support.client import Answer, Client
from support.operations import Registered, all_operations, contracts, registered

pytestmark = pytest.mark.usefixtures("aws")


@dataclass(frozen=True)
class Case:
    """A contract with one protected route that takes a body, and its error shapes."""

    contract: str
    protected: str
    body: dict[str, Any]
    is_staff: bool = False
    allowed: str = "POST"
    # How it answers values that break a rule.
    invalid: int = 400

    def message(self, text: str, code: str) -> dict[str, Any]:
        match self.contract:
            case "admin":
                return {"detail": text, "code": code}
            case "parts" | "marketplace":
                return {"detail": text}
            case "omnisell":
                return {"error": text, "details": {"code": code}}
            case "campus":
                return {"error": text, "code": code}
        return {"error": text}


CASES = [
    Case("storefront", "/api/cart/items/", {"product_id": 1, "quantity": 1}),
    Case("parts", "/api/orders/orders/create/", {"shipping_address": "123 Main St", "phone": "+1234567890"}),
    Case("marketplace", "/api/marketplace/cart/add_item/", {"product_id": 1, "quantity": 1}),
    Case("campus", "/api/cart/1/add/", {"product_id": 1, "quantity": 1}, invalid=422),
    Case("omnisell", "/api/chat/messages/", {"conversation": 1, "content": "Hello"}),
    Case(
        "admin",
        "/admin/api/products/",
        {"name": "x", "price": "1.00", "stock": 1, "category": "c"},
        is_staff=True,
        allowed="GET, HEAD, POST",
    ),
]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.contract)


def test_no_contract_is_left_out() -> None:
    assert sorted(case.contract for case in CASES) == contracts()


def refusal(answer: Answer) -> tuple[int, Any, str | None, str | None]:
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Request-Id"] == "request-1"
    return answer.status, answer.body, answer.code, answer.headers.get("Allow")


def token(case: Case) -> str:
    return a_person(is_staff=case.is_staff).access


@cases
def test_unknown_path(case: Case) -> None:
    for path in ("/", "/api/nothing/", "/admin/api/nothing/", case.protected + "x/y/z/"):
        answer = Client(case.contract).get(path)
        assert refusal(answer) == (404, case.message("Not found.", "not_found"), "not_found", None)


@cases
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "NONE", "get", "x" * 300])
def test_methods_that_nobody_has(case: Case, method: str) -> None:
    answer = Client(case.contract).send(method, case.protected, json={})
    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "method_not_allowed", case.allowed)


@cases
def test_wrong_method_names_the_right_ones(case: Case) -> None:
    answer = Client(case.contract).put(case.protected, json={})
    message = case.message('Method "PUT" not allowed.', "method_not_allowed")
    assert refusal(answer) == (405, message, "method_not_allowed", case.allowed)


@cases
def test_both_slash_forms_work(case: Case) -> None:
    for path in (case.protected, case.protected.rstrip("/")):
        assert Client(case.contract).post(path, json=case.body).status == 401


@cases
def test_no_token(case: Case) -> None:
    answer = Client(case.contract).post(case.protected, json=case.body)
    message = case.message("Authentication credentials were not provided.", "not_authenticated")
    assert refusal(answer) == (401, message, "not_authenticated", None)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@cases
@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer  x", "Basic abc", "x", "Bearer a b", "Bearer ü"])
def test_header_that_carries_no_token(case: Case, header: str) -> None:
    answer = Client(case.contract).post(case.protected, json=case.body, headers={"Authorization": header})
    assert (answer.status, answer.code) == (401, "not_authenticated")


@cases
@pytest.mark.parametrize("bad", ["x", "a.b.c", "." * 10_000, "a." + "b" * 9000 + ".c"])
def test_token_that_is_none(case: Case, bad: str) -> None:
    answer = Client(case.contract).post(case.protected, json=case.body, token=bad)
    message = case.message("Token is invalid or expired.", "token_not_valid")
    assert refusal(answer) == (401, message, "token_not_valid", None)


@cases
def test_refresh_token_is_no_access_token(case: Case) -> None:
    answer = Client(case.contract).post(case.protected, json=case.body, token=a_person(is_staff=True).refresh)
    assert (answer.status, answer.code) == (401, "token_not_valid")


@cases
def test_scheme_is_read_in_any_case(case: Case) -> None:
    headers = {"Authorization": f"bEARER {token(case)}"}
    assert Client(case.contract).post(case.protected, json={}, headers=headers).status == case.invalid


def test_staff_routes_refuse_a_buyer() -> None:
    answer = Client("admin").post("/admin/api/products/", json=CASES[1].body, token=a_person(is_seller=True).access)
    message = {"detail": "You do not have permission to perform this action.", "code": "permission_denied"}
    assert refusal(answer) == (403, message, "permission_denied", None)


@cases
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
def test_malformed_json(case: Case, body: str | bytes) -> None:
    answer = Client(case.contract).post(case.protected, body=body, token=token(case))
    assert (answer.status, answer.code) == (400, "parse_error")


@cases
@pytest.mark.parametrize("body", ["null", "[]", '"x"', "1", ""])
def test_json_that_is_no_form(case: Case, body: str) -> None:
    answer = Client(case.contract).post(case.protected, body=body, token=token(case))
    assert (answer.status, answer.code) == (case.invalid, "invalid")


@cases
def test_wrong_type(case: Case) -> None:
    headers = {"Content-Type": "text/plain"}
    answer = Client(case.contract).post(case.protected, body="{}", token=token(case), headers=headers)
    message = case.message('Unsupported media type "text/plain" in request.', "unsupported_media_type")
    assert refusal(answer) == (415, message, "unsupported_media_type", None)


@cases
def test_too_large(case: Case) -> None:
    body = json.dumps({"name": "x" * 300_000})
    answer = Client(case.contract).post(case.protected, body=body, token=token(case))
    message = case.message("The request body is too large.", "too_large")
    assert refusal(answer) == (413, message, "too_large", None)


@cases
def test_base64_body_is_read_and_a_broken_one_refused(case: Case) -> None:
    whole = Client(case.contract).post(case.protected, body=b"{}", token=token(case))
    assert (whole.status, whole.code) == (case.invalid, "invalid")
    assert b64encode(b"{}")  # The client above sends bytes in base64, as the gateway does.


@cases
@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "a\tb"])
def test_impossible_idempotency_key(case: Case, key: str) -> None:
    answer = Client(case.contract).post(
        case.protected, json=case.body, token=token(case), headers={"Idempotency-Key": key}
    )
    assert (answer.status, answer.code) == (400, "bad_header")


@cases
def test_unexpected_error_tells_nothing(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    import boto3

    bearer = token(case)
    for table in ("Catalog", "Carts", "Chat", "Orders"):
        boto3.client("dynamodb").delete_table(TableName=table)
    answer = Client(case.contract).post(case.protected, json=case.body, token=bearer)
    message = case.message("An unexpected error occurred.", "internal_error")
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
    from rest.requests import Request

    monkeypatch.setenv("EDGE_KEY", "known")
    event = {"headers": headers, "requestContext": {"http": {"sourceIp": "192.0.2.1", "method": "POST"}}}
    assert Request(event, "POST /", "/", {}, {}, {}, None, {}, None).address == address


# Over every operation of every contract


def concrete(path: str, value: str = "1") -> str:
    return re.sub(r"\{\w+\}", value, path)


def shadowed() -> list[tuple[str, str, str]]:
    """(contract, method, path): a path of its own that has not the method, beside one with a parameter that has it."""
    found = set()
    for contract in contracts():
        operations = [entry.operation for entry in registered(contract)]
        for exact in operations:
            methods = {other.method for other in operations if other.path == exact.path}
            for other in operations:
                pattern = re.sub(r"\{\w+\}", "[^/]+", other.path)
                if other.path != exact.path and re.fullmatch(pattern, exact.path) and other.method not in methods:
                    found.add((contract, other.method, exact.path))
    return sorted(found)


def test_there_are_shadowed_methods() -> None:
    assert ("parts", "GET", "/api/orders/orders/create/") in shadowed()
    assert ("admin", "PATCH", "/admin/api/products/hidden/") in shadowed()


@pytest.mark.parametrize(("contract", "method", "path"), shadowed())
def test_a_path_of_its_own_does_not_fall_to_a_parameter(contract: str, method: str, path: str) -> None:
    token = a_person(is_staff=True).access
    for written in (path, path.rstrip("/")):
        answer = Client(contract).send(method, concrete(written), json={}, token=token)
        assert (answer.status, answer.code) == (405, "method_not_allowed")
        assert method not in answer.headers["Allow"].split(", ")


READS = [entry for entry in all_operations() if entry.operation.method == "GET"]


@pytest.mark.parametrize("entry", READS, ids=str)
def test_head_is_get_without_its_body(entry: Registered) -> None:
    client, path = Client(entry.contract), concrete(entry.operation.path)
    token = a_person(is_staff=True).access
    seen, head = client.get(path, token=token), client.send("HEAD", path, token=token)
    assert (head.status, head.headers) == (seen.status, seen.headers)
    assert head.raw == ""
    assert "HEAD" in client.put(path, json={}, token=token).headers.get("Allow", "HEAD")


ODD = ["x" * 2100, "é" * 1100, "ORD_1_" + "é" * 900, "%", "a b", "0" * 40, "\u2028", "..", "\ud800", "\0"]
WITH_VALUES = [entry for entry in all_operations() if "{" in entry.operation.path]


@pytest.mark.parametrize("entry", WITH_VALUES, ids=str)
def test_odd_values_in_a_path_name_nothing(entry: Registered) -> None:
    token = a_person(is_staff=True).access
    for value in ODD:
        path = concrete(entry.operation.path, value.replace("\\", r"\\"))
        answer = Client(entry.contract).send(entry.operation.method, path, json={}, token=token)
        assert 400 <= answer.status < 500, value
        answer = Client(entry.contract).send(
            entry.operation.method, concrete(entry.operation.path).replace("/1/", f"/{value}/"), json={}, token=token
        )
        assert 400 <= answer.status < 500, value


def invalid(entry: Registered) -> int:
    """How the entry's contract answers values that break a rule."""
    return next((case.invalid for case in CASES if case.contract == entry.contract), 400)


def fields(answer: Answer) -> dict[str, list[str]]:
    """The refused fields and why, wherever the contract writes them."""
    return answer.body.get("details", answer.body)


WITH_QUERY = [entry for entry in all_operations() if entry.operation.query]
NUMBERS = ("page", "page_size", "before", "after", "days", "day", "buyer_id", "price_min", "min_price", "ordering")


@pytest.mark.parametrize("entry", WITH_QUERY, ids=str)
def test_an_empty_query_value_is_refused(entry: Registered) -> None:
    token = a_person(is_staff=True).access
    path = concrete(entry.operation.path)
    for name in entry.operation.query:
        for value in ("", "%20", "%09"):
            answer = Client(entry.contract).send(entry.operation.method, path, token=token, query=f"{name}={value}")
            refused = {name: ["This field may not be blank."]}
            assert (answer.status, answer.code, fields(answer)) == (invalid(entry), "invalid", refused), (name, value)


@pytest.mark.parametrize("entry", WITH_QUERY, ids=str)
def test_junk_query_values_are_refused(entry: Registered) -> None:
    token = a_person(is_staff=True).access
    path = concrete(entry.operation.path)
    a_category("1")
    for name in set(NUMBERS).intersection(entry.operation.query):
        for value in ("x", "-1", "1e3", "1.5.5.5", "\u0661", "NaN", "1;2"):
            answer = Client(entry.contract).send(entry.operation.method, path, token=token, query={name: value})
            seen = (answer.status, answer.code, list(fields(answer)))
            assert seen == (invalid(entry), "invalid", [name]), (name, value)


BODIES = [entry for entry in all_operations() if entry.operation.body]
LIBRARY_WORDS = re.compile(
    r"Input should|pydantic|Expecting|instance of|valid (?:string|dictionary|list)\b|unpack", re.I
)


@pytest.mark.parametrize("entry", BODIES, ids=str)
def test_refused_bodies_are_in_our_words(entry: Registered) -> None:
    for value in (None, [], {}, True, 1, -1, 2**70, 1.5, "", "x" * 300, [1], {"a": 1}, ["x"]):
        said = dict.fromkeys(entry.operation.body.model_fields, value)
        try:
            entry.operation.body.read(said)
        except InvalidInput as refusal:
            for messages in refusal.fields.values():
                assert len(messages) == 1
                assert messages[0].endswith(".")
                assert not LIBRARY_WORDS.search(messages[0].replace("Not a valid string.", "")), messages


@cases
@pytest.mark.parametrize("body", ["{", '{"a": tru}', "[1,]", '{"a" 1}', "'x'", "1" * 5000])
def test_malformed_json_is_refused_in_our_words(case: Case, body: str) -> None:
    answer = Client(case.contract).post(case.protected, body=body, token=token(case))
    text = json.dumps(answer.body)
    assert re.search(r"JSON parse error: (invalid at line 1, column \d+|a number is too long)", text)
