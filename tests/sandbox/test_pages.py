"""The pay page, and what it does with the book."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from local.sandbox import features
from local.sandbox.paystack_rules import VOUCHER

PAYMENT = {"email": "b@example.com", "amount": 12_345, "currency": "GHS", "reference": "ORD_<1>_a&b"}


class Outline(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data + " "


def opened(paystack: httpx.Client, **more: object) -> str:
    return paystack.post("/transaction/initialize", json=PAYMENT | more).json()["data"]["authorization_url"]


def test_the_page_says_who_wants_how_much_and_has_two_buttons(paystack: httpx.Client) -> None:
    answer = httpx.get(opened(paystack))
    outline = Outline(answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    for words in ("123.45 GHS", "Bazaar", "Paystack", "ORD_<1>_a&b"):
        assert words in outline.text
    tags = [tag for tag, _ in outline.elements]
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    assert ("html", {"lang": "en"}) in outline.elements
    assert not {"script", "img", "link"} & set(tags)
    assert [attributes for tag, attributes in outline.elements if tag == "button"] == [
        {"name": "outcome", "value": "success"},
        {"name": "outcome", "value": "failure"},
    ]
    assert ("form", {"method": "post"}) in outline.elements


@pytest.mark.parametrize(("outcome", "captures"), [("success", 1), ("failure", 0)])
def test_a_second_decision_changes_nothing(paystack, http, receiver, outcome: str, captures: int) -> None:
    url = opened(paystack, callback_url="https://shop.test/paid")
    first = httpx.post(url, data={"outcome": outcome})
    status = paystack.get("/transaction/verify/ORD_%3C1%3E_a%26b").json()["data"]["status"]
    for again in ("success", "failure"):
        answer = httpx.post(url, data={"outcome": again})
        assert (answer.status_code, answer.headers["location"]) == (303, first.headers["location"])
    assert paystack.get("/transaction/verify/ORD_%3C1%3E_a%26b").json()["data"]["status"] == status
    assert len(http.get("/book").json()["captures"]) == captures
    # Paystack tells of what was paid, and nothing of what was not.
    receiver.wait(captures)
    assert http.get("/deliveries").json()["pending"] == 0
    assert len(receiver.received) == captures
    outline = Outline(httpx.get(url).text)
    assert "button" not in [tag for tag, _ in outline.elements]
    assert ("a", {"href": first.headers["location"]}) in outline.elements


def test_without_an_address_to_return_to_the_page_itself_tells_the_outcome(paystack: httpx.Client) -> None:
    url = opened(paystack)
    answer = httpx.post(url, data={"outcome": "failure"})
    assert answer.headers["location"] == url
    assert "The payment was declined." in httpx.get(url).text


@pytest.mark.parametrize("form", [{}, {"outcome": "maybe"}, {"outcome": ""}])
def test_anything_but_the_two_outcomes_decides_nothing(paystack: httpx.Client, form: dict[str, str]) -> None:
    url = opened(paystack)
    assert httpx.post(url, data=form).status_code == 400
    assert "button" in httpx.get(url).text


def test_the_front_page_says_what_is_simulated_and_what_is_not(http: httpx.Client) -> None:
    answer = http.get("/")
    outline = Outline(answer.text)
    assert answer.status_code == 200
    assert not {"script", "img", "link"} & {tag for tag, _ in outline.elements}
    for feature in features.FEATURES:
        assert feature.name in outline.text
        assert feature.notes in outline.text
    for name in ("Paystack", "Flutterwave", "PayPal", "Stripe"):
        assert name in outline.text
    assert {feature.is_simulated for feature in features.FEATURES} == {True, False}


def test_a_phone_that_shows_a_voucher(paystack: httpx.Client) -> None:
    wallet = {"mobile_money": {"phone": "0201234567", "provider": "vod"}}
    data = paystack.post("/charge", json=PAYMENT | wallet).json()["data"]
    assert (data["status"], "url" in data) == ("send_otp", False)
    url = re.search(r"http://\S+", data["display_text"])
    assert url is not None
    page = Outline(httpx.get(url[0]).text)
    assert VOUCHER in page.text
    assert "Enter the voucher in the shop" in page.text
    body = {"otp": VOUCHER, "reference": data["reference"]}
    assert paystack.post("/charge/submit_otp", json=body).json()["data"]["status"] == "success"
    # The page comes too late to decide otherwise.
    httpx.post(url[0], data={"outcome": "failure"})
    reference = "ORD_%3C1%3E_a%26b"
    assert paystack.get(f"/transaction/verify/{reference}").json()["data"]["status"] == "success"
    assert paystack.post("/charge/submit_otp", json=body).status_code == 400


def test_unknown_payments_and_paths(http: httpx.Client) -> None:
    assert http.get("/pay/none").status_code == 404
    assert http.post("/pay/none", data={"outcome": "success"}).status_code == 404
    for path in ("/elsewhere", "/paystackk/transaction/verify/1"):
        assert http.get(path).status_code == 404


def test_the_book(paystack: httpx.Client, http: httpx.Client) -> None:
    assert http.get("/book").json() == {"captures": [], "refunds": [], "transfers": []}
    httpx.post(opened(paystack), data={"outcome": "success"})
    [capture] = http.get("/book").json()["captures"]
    number = paystack.get("/transaction/verify/ORD_%3C1%3E_a%26b").json()["data"]["id"]
    assert isinstance(capture.pop("at"), int)
    assert capture == {
        "provider": "paystack",
        "reference": "ORD_<1>_a&b",
        "transaction": str(number),
        "amount_minor": 12_345,
        "currency": "GHS",
    }
    paystack.post("/refund", json={"transaction": number, "amount": 345, "merchant_note": "REF_1"})
    [refund] = http.get("/book").json()["refunds"]
    assert (refund["transaction"], refund["amount_minor"], refund["note"]) == (str(number), 345, "REF_1")
