"""Mobile money whose network sends the buyer a code: in both contracts that take it."""

import pytest

from support.builders import Person, a_person, a_product, an_order
from support.client import Answer, Client
from support.fake_provider import FakeProvider
from support.invariants import assert_books_hold

pytestmark = pytest.mark.usefixtures("aws")

CHOICE = {"method": "mobile_money", "phone": "0201234567", "network": "telecel"}


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider(otp="123456").install()


def started(contract: str) -> tuple[Person, Answer]:
    buyer = a_person()
    order = an_order(buyer, (a_product(price_minor=10_000), 1))
    answer = Client(contract).post(f"/api/payments/create/{order.id}/", json=CHOICE, token=buyer.access)
    return buyer, answer


@pytest.mark.parametrize("contract", ["parts", "storefront"])
def test_the_code_is_handed_over_and_the_order_is_paid(contract: str, paystack: FakeProvider) -> None:
    buyer, answer = started(contract)
    assert (answer.status, answer.body["next_step"]) == (200, "otp")
    said = {"reference": answer.body["reference"], "otp": "123456"}
    handed = Client(contract).post("/api/payments/otp/", json=said, token=buyer.access)
    expected = answer.body | {"instructions": "Thank you."}
    del expected["next_step"]
    assert (handed.status, handed.body) == (200, expected)
    query = {"reference": said["reference"]}
    assert Client(contract).get("/api/payments/verify/", query=query, token=buyer.access).status == 200
    assert_books_hold(paystack)


def test_a_wrong_code_and_other_people_s_payments(paystack: FakeProvider) -> None:
    buyer, answer = started("parts")
    said = {"reference": answer.body["reference"], "otp": "000000"}
    shop = Client("parts")
    assert shop.post("/api/payments/otp/", json=said).status == 401
    assert shop.post("/api/payments/otp/", json=said, token=a_person().access).status == 404
    wrong = shop.post("/api/payments/otp/", json=said, token=buyer.access)
    assert (wrong.status, wrong.code) == (400, "method_refused")
    for reference in ("x", "ORD_1_0123456789", "ORD_1_" + "é" * 20):
        assert shop.post("/api/payments/otp/", json=said | {"reference": reference}, token=buyer.access).status == 404
    assert list(shop.post("/api/payments/otp/", json={"reference": "x"}, token=buyer.access).body) == ["otp"]
    assert paystack.captures == {}


def test_a_payment_that_waits_for_no_code(paystack: FakeProvider) -> None:
    paystack.otp = ""
    buyer, answer = started("parts")
    said = {"reference": answer.body["reference"], "otp": "123456"}
    refused = Client("parts").post("/api/payments/otp/", json=said, token=buyer.access)
    assert (refused.status, refused.code) == (400, "method_refused")
