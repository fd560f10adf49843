"""The judge itself: it finds what is wrong, and every known gap of a specification is still one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from support.published import Judgement, Request, Response, check_exchange, check_webhook, gaps, specification


def altered(body: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The JSON with a change made in place."""
    value = json.loads(body)
    change(value)
    return json.dumps(value).encode()


def drop(*path: str | int) -> Callable[[dict[str, Any]], object]:
    return lambda value: descend(value, path[:-1]).pop(path[-1])


def put(new: object, *path: str | int) -> Callable[[dict[str, Any]], object]:
    return lambda value: descend(value, path[:-1]).__setitem__(path[-1], new)


def descend(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


# What a shared misunderstanding of gateway and sandbox would look like: in a request, or in an answer.
REQUESTS = [
    ("paystack", put("many", "amount")),
    ("paystack", put("red", "colour")),
    ("paystack", drop("email")),
    ("flutterwave", put("TIGO", "colour")),
    ("flutterwave", put(2_000, "session_duration")),
    ("flutterwave", drop("redirect_url")),
    ("paypal", put("CAPTURED", "intent")),
    ("paypal", drop("purchase_units", 0, "amount", "currency_code")),
    ("paypal", put("US", "purchase_units", 0, "amount", "currency_code")),
]
ANSWERS = [
    ("paystack", drop("data", "access_code")),
    ("paystack", put("yes", "status")),
    ("flutterwave", drop("data", "link")),
    ("paypal", put("PAID", "status")),
    ("stripe", drop("livemode")),
    ("stripe", drop("managed_payments")),
    ("stripe", put("done", "status")),
]


def refusals_of(name: str, request: Request, response: Response) -> list[str]:
    judgement = Judgement()
    check_exchange(name, request, response, judgement)
    return judgement.wrong


@pytest.mark.parametrize(("name", "change"), REQUESTS)
def test_a_wrong_request_is_found(till_of, published, name: str, change) -> None:
    till_of(name).initiated(currency="GHS" if name == "paystack" else "USD")
    request, response = published[name].exchanges[-1]
    assert refusals_of(name, request, response) == []
    assert refusals_of(name, replace(request, body=altered(request.body, change)), response)


@pytest.mark.parametrize(("name", "change"), ANSWERS)
def test_a_wrong_answer_is_found(till_of, published, name: str, change) -> None:
    till_of(name).initiated(currency="GHS" if name == "paystack" else "USD")
    request, response = published[name].exchanges[-1]
    assert refusals_of(name, request, replace(response, body=altered(response.body, change)))


def test_a_wrong_form_is_found(till_of, published) -> None:
    till_of("stripe").initiated()
    request, response = published["stripe"].exchanges[-1]
    for wrong in (b"&colour=red", b"&expires_at=soon", b"&mode=pay"):
        assert refusals_of("stripe", replace(request, body=request.body + wrong), response)


def test_what_is_not_published_is_found(till_of, published) -> None:
    till_of("paystack").initiated(currency="GHS")
    request, response = published["paystack"].exchanges[-1]
    assert refusals_of("paystack", replace(request, path="/transaction/begin"), response)
    assert refusals_of("paystack", replace(request, query="refuse=1"), response)


def test_a_wrong_webhook_is_found(till_of) -> None:
    till = till_of("paystack")
    till.paid(currency="GHS")
    body = till.receiver.wait(1)[0].body
    for change in (put("charge.failed", "event"), drop("data", "fees"), put("done", "data", "status")):
        judgement = Judgement()
        check_webhook("paystack", altered(body, change), judgement)
        assert judgement.wrong


def test_known_gaps_are_few_and_each_has_a_reason() -> None:
    assert len(gaps()) <= 10
    for gap in gaps():
        assert all(gap.values())
        if not gap["where"].startswith("webhook"):
            paths = {f"{entry['method']} {entry['path']}" for entry in specification(gap["provider"])["operations"]}
            assert any(gap["where"].startswith(path) for path in paths)
