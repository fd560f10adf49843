"""The local front door: which API a request reaches, and as what."""

import asyncio
import json
from typing import Any

import pytest

from local import paths
from local.front_proxy import FrontProxy
from local.mails import Mail

APIS = {"storefront", "admin", "sockets"}
MAILS = [Mail("ada@example.com", "shop@example.com", "You & us", "<b>Hello</b>", 1_900_000_000.5)]


class Emulator:
    """Remembers the requests that reach it and answers them all with 200."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"emulator"})


def request(path: str, query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    named = {"host": "localhost:8000", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 50000),
    }


def answered(scope: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the emulator received, and what the client was sent."""
    emulator = Emulator()
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    def object_url(key: str) -> str:
        return f"http://127.0.0.1:8000/media-bucket/{key}?X-Amz-Signature=s"

    async def sandbox(_scope: dict[str, Any], _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})

    asyncio.run(FrontProxy(emulator, APIS.__contains__, object_url, sandbox, lambda: MAILS)(scope, receive, send))
    return emulator.scopes, sent


def reached(scope: dict[str, Any]) -> dict[str, Any]:
    [received], _ = answered(scope)
    return received


def header(scope: dict[str, Any], name: str) -> list[str]:
    return [value.decode() for key, value in scope["headers"] if key == name.encode()]


@pytest.mark.parametrize(
    ("path", "api", "rest"),
    [
        ("/storefront/api/products/", "storefront", "/api/products/"),
        ("/storefront/api/products", "storefront", "/api/products"),
        ("/storefront", "storefront", "/"),
        ("/admin/api/orders/5/", "admin", "/admin/api/orders/5/"),
    ],
)
def test_a_path_names_its_api_and_stays_as_it_was_sent(path: str, api: str, rest: str) -> None:
    received = reached(request(path, "a=1&a=%26"))
    assert received["path"] == f"/_aws/execute-api/{api}/$default{rest}"
    assert received["raw_path"] == received["path"].encode()
    assert received["query_string"] == b"a=1&a=%26"


def test_escapes_in_a_path_are_not_touched() -> None:
    scope = request("/storefront/api/products/a b/") | {"raw_path": b"/storefront/api/products/a%20b/"}
    assert reached(scope)["raw_path"] == b"/_aws/execute-api/storefront/$default/api/products/a%20b/"


def test_a_host_names_a_contract_too() -> None:
    received = reached(request("/api/cart/", host="storefront.localhost:8000"))
    assert received["path"] == "/_aws/execute-api/storefront/$default/api/cart/"
    assert header(received, "x-forwarded-host") == ["storefront.localhost:8000"]


def test_a_client_cannot_claim_another_scheme_or_host() -> None:
    received = reached(request("/storefront/docs", x_forwarded_proto="https", x_forwarded_for="10.0.0.9"))
    assert header(received, "x-forwarded-proto") == ["http"]
    assert header(received, "x-forwarded-for") == ["10.0.0.9, 127.0.0.1"]
    assert header(received, "host") == [f"localhost:{paths.PORT}"]


@pytest.mark.parametrize(
    "scope",
    [
        request("/storefront/key", authorization="AWS4-HMAC-SHA256 Credential=test"),
        request("/", "X-Amz-Signature=abc"),
        request("/unknown/path"),
        request("/sockets/x"),
    ],
)
def test_everything_else_is_the_emulators(scope: dict[str, Any]) -> None:
    assert reached(scope) == scope


@pytest.mark.parametrize(
    "path", ["/storefront/api/\n", "/storefront\n/x", "/\nstorefront/api/products/", "/a\x00b", "/\x85"]
)
def test_control_characters_in_a_path_do_not_reach_the_emulator(path: str) -> None:
    received, sent = answered(request(path) | {"raw_path": b"/%0a"})
    assert (received, sent[0]["status"]) == ([], 400)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "media-bucket.s3.amazonaws.com", "s3.localhost:8000", "localhost.evil.example", "", "[::2]"],
)
@pytest.mark.parametrize("path", ["/", "/storefront/api/products/", "/unknown/path", "/health"])
def test_a_foreign_host_does_not_reach_the_emulator(host: str, path: str) -> None:
    received, sent = answered(request(path, host=host))
    assert (received, sent[0]["status"], json.loads(sent[1]["body"])) == ([], 400, {"error": "Bad request."})


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "storefront.localhost"]
)
def test_the_machine_s_own_names_are_known(host: str) -> None:
    assert reached(request("/storefront/api/products/", host=host))["path"].endswith("/api/products/")


def test_a_foreign_host_opens_no_socket() -> None:
    scope = request("/storefront/ws/notifications/5/", host="evil.example") | {"type": "websocket"}
    received, sent = answered(scope)
    assert (received, [message["type"] for message in sent]) == ([], ["websocket.close"])


def test_the_payment_sandbox_is_below_its_path() -> None:
    received, sent = answered(request("/sandbox/book"))
    assert (received, sent[0]["status"]) == ([], 299)


def test_an_object_of_the_media_bucket_is_fetched_with_a_signature() -> None:
    received = reached(request("/media/demo/piston.webp", cookie="secret", if_none_match='"1"'))
    assert (received["path"], received["query_string"]) == ("/media-bucket/demo/piston.webp", b"X-Amz-Signature=s")
    assert dict(received["headers"]) == {b"if-none-match": b'"1"', b"host": b"127.0.0.1:8000"}


def test_pictures_are_only_read() -> None:
    received, sent = answered(request("/media/demo/piston.webp", method="PUT"))
    assert not received
    assert sent[0]["status"] == 404


@pytest.mark.parametrize("path", ["/assets/../../template.yaml", "/assets/none.css", "/assets/"])
def test_nothing_outside_of_web_is_served(path: str) -> None:
    received, sent = answered(request(path))
    assert not received
    assert sent[0]["status"] == 404


def test_the_start_page_is_the_root() -> None:
    _, sent = answered(request("/"))
    assert (b"content-type", b"text/html") in sent[0]["headers"]
    assert sent[1]["body"] == (paths.WEB / "index.html").read_bytes()


def test_the_demo_shops_logins_are_told() -> None:
    _, sent = answered(request("/demo.json"))
    assert set(json.loads(sent[1]["body"])) == {
        "base_url",
        "buyer",
        "sellers",
        "admin",
        "webhook_secrets",
        "webhook_signing",
    }


def test_mails_are_shown_and_nothing_in_them_is_markup() -> None:
    _, [start, page] = answered(request("/mails"))
    assert (start["status"], b"&lt;b&gt;Hello&lt;/b&gt;" in page["body"], b"<b>" in page["body"]) == (200, True, False)
    _, [_, listed] = answered(request("/mails.json"))
    assert json.loads(listed["body"]) == {
        "mails": [
            {
                "to": "ada@example.com",
                "sender": "shop@example.com",
                "subject": "You & us",
                "text": "<b>Hello</b>",
                "at": "2030-03-17T17:46:40Z",
            }
        ]
    }


def test_a_sockets_path_becomes_query_parameters_that_a_client_cannot_set() -> None:
    scope = request("/storefront/ws/notifications/5/", "token=t&path=/ws/other/&contract=admin")
    scope |= {"type": "websocket", "subprotocols": ["first", "second"]}
    [received], sent = answered(scope)
    assert received["path"] == "/_aws/execute-api/sockets/live"
    assert received["query_string"] == b"token=t&contract=storefront&path=%2Fws%2Fnotifications%2F5%2F"
    assert sent == [{"type": "websocket.accept", "subprotocol": "first"}]


def test_the_stack_is_not_healthy_before_it_is_ready(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "READY", tmp_path / "ready")
    received, sent = answered(request("/health"))
    assert (received, sent[0]["status"]) == ([], 503)


def test_health_is_a_real_call(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "READY", tmp_path / "ready")
    paths.READY.touch()
    [received], sent = answered(request("/health"))
    assert received["path"] == "/_aws/execute-api/storefront/$default/api/products/"
    assert received["raw_path"] == received["path"].encode()
    assert sent[0]["status"] == 200
