"""An order's money as staff sees it, gives it back, confirms it and asks about it."""

from typing import Any

import pytest
import time_machine

from commerce.kit import clock
from commerce.orders.payment import Method, Provider
from commerce.orders.service import orders
from commerce.payments.service import payments
from support.builders import Person, a_person, a_product, an_order, available
from support.client import Answer, Client
from support.fake_provider import FakeProvider
from support.invariants import assert_books_hold
from support.reconciling import later, visit_due

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")


@pytest.fixture
def paystack() -> FakeProvider:
    return FakeProvider().install()


@pytest.fixture
def staff() -> Person:
    return a_person(is_staff=True)


def path(order: Any, rest: str) -> str:
    return f"/admin/api/orders/{order.id}/{rest}"


def started(buyer: Person, order: Any, provider: Provider = Provider.PAYSTACK, method: Method = Method.CARD) -> Any:
    return payments().initiation.start(
        buyer.principal, order.id, provider=provider, method=method, email="b@example.com", return_url="u"
    )


def a_paid_order(paystack: FakeProvider) -> tuple[Any, Any]:
    """200.00 USD of two sellers, 150 and 50, paid with a card; and its attempt."""
    buyer, one, two = a_person(), a_product(price_minor=7_500), a_product(price_minor=5_000)
    order = an_order(buyer, (one, 2), (two, 1))
    attempt = started(buyer, order)
    paystack.pay(attempt.reference)
    return order, payments().settlement.settle(order.id, attempt.reference)


def refund(staff: Person, order: Any, key: str | None = None, **said: Any) -> Answer:
    headers = {"Idempotency-Key": key} if key else {}
    said = {"reason": "scratched"} | said
    return staff_api.post(path(order, "refunds/"), json=said, token=staff.access, headers=headers)


def noted(staff: Person) -> list[tuple[str, str, dict[str, Any]]]:
    trail = staff_api.get("/admin/api/audit/", token=staff.access).body["actions"]
    return [(entry["action"], entry["object_id"], entry["values"]) for entry in trail]


@pytest.mark.parametrize(
    ("method", "rest"),
    [("GET", "payments/"), ("POST", "refunds/"), ("POST", "confirm/"), ("POST", "payments/{reference}/check/")],
)
def test_only_staff(method: str, rest: str, paystack: FakeProvider) -> None:
    buyer, product = a_person(), a_product()
    order = an_order(buyer, (product, 1))
    attempt = started(buyer, order)
    paystack.pay(attempt.reference)
    rest = rest.replace("{reference}", attempt.reference)
    said = {"reason": "mine"}
    assert staff_api.send(method, path(order, rest), json=said).status == 401
    for person in (buyer, a_person(is_seller=True)):
        assert staff_api.send(method, path(order, rest), json=said, token=person.access).status == 403
    assert orders().by_id(order.id).captured_minor == 0
    assert paystack.refunds == {}


def test_all_that_happened_to_an_orders_money(paystack: FakeProvider, staff: Person) -> None:
    with time_machine.travel(clock.now(), tick=False):
        now = clock.iso(clock.now_ms())
        order, attempt = a_paid_order(paystack)
        reference = attempt.reference
        notice = {"provider": "paystack", "event_id": "1", "kind": "charge.success", "reference": reference}
        payments().settlement.settle(order.id, reference, notice | {"received_at": clock.now_ms()})
        made = refund(staff, order, amount="20.00")
        seen = staff_api.get(path(order, "payments/"), token=staff.access)
    shown_attempt = {
        "reference": reference,
        "provider": "paystack",
        "method": "card",
        "status": "succeeded",
        "amount": "200.00",
        "captured": "200.00",
        "fee": "2.00",
        "currency": "USD",
        "transaction": f"T-{reference}",
        "checks": 0,
        "created_at": now,
        "updated_at": now,
    }
    shown_refund = {
        "id": made.body["id"],
        "reference": reference,
        "provider": "paystack",
        "status": "done",
        "amount": "20.00",
        "currency": "USD",
        "reason": "scratched",
        "shares": sorted(
            [
                {"seller_id": order.lines[0].seller_id, "amount": "15.00"},
                {"seller_id": order.lines[1].seller_id, "amount": "5.00"},
            ],
            key=lambda share: share["seller_id"],
        ),
        "is_surplus": False,
        "by_hand": False,
        "problem": "",
        "tries": 1,
        "created_at": now,
    }
    first, second = (f"seller:{seller}" for seller in sorted(order.parts, key=lambda s: s != order.lines[0].seller_id))
    capture = {
        "provider:paystack": "198.00",
        "fees": "2.00",
        first: "-135.00",
        second: "-45.00",
        "commission": "-20.00",
    }
    given_back = {"provider:paystack": "-20.00", first: "13.50", second: "4.50", "commission": "2.00"}
    expected = {
        "order_id": order.id,
        "payment_status": "partially_refunded",
        "currency": "USD",
        "total": "200.00",
        "captured": "200.00",
        "refund_promised": "20.00",
        "refunded": "20.00",
        "attempts": [shown_attempt],
        "refunds": [shown_refund],
        "disputes": [],
        "notices": [{"provider": "paystack", "kind": "charge.success", "reference": reference, "received_at": now}],
        "journal": [
            {"key": f"CAPTURE#{reference}", "kind": "capture", "currency": "USD", "at": now, "postings": capture},
            {
                "key": f"REFUND#{made.body['id']}",
                "kind": "refund",
                "currency": "USD",
                "at": now,
                "postings": given_back,
            },
        ],
    }
    assert (made.status, made.body) == (201, shown_refund)
    assert (seen.status, seen.body) == (200, expected)
    assert noted(staff) == [
        (
            "order.refunded",
            str(order.id),
            {"amount": "20.00", "reason": "scratched"},
        )
    ]


def test_refunds_never_exceed_what_was_captured(paystack: FakeProvider, staff: Person) -> None:
    order, _ = a_paid_order(paystack)
    too_much = refund(staff, order, amount="200.01")
    message = "There is not so much left to refund."
    assert (too_much.status, too_much.body) == (400, {"detail": message, "code": "refund_refused"})
    assert refund(staff, order, amount="150").body["amount"] == "150.00"
    assert refund(staff, order).body["amount"] == "50.00"
    nothing = refund(staff, order)
    assert (nothing.status, nothing.body["detail"]) == (400, "Nothing is left to refund.")
    assert sum(paystack.refunds.values()) == 20_000
    assert_books_hold(paystack)


def test_a_sellers_sales_alone_are_given_back(paystack: FakeProvider, staff: Person) -> None:
    order, _ = a_paid_order(paystack)
    seller = order.lines[1].seller_id
    made = refund(staff, order, seller_id=seller)
    assert (made.status, made.body["amount"], made.body["shares"]) == (
        201,
        "50.00",
        [{"seller_id": seller, "amount": "50.00"}],
    )
    journal = staff_api.get(path(order, "payments/"), token=staff.access).body["journal"]
    assert journal[-1]["postings"] == {"provider:paystack": "-50.00", f"seller:{seller}": "45.00", "commission": "5.00"}
    stranger = refund(staff, order, seller_id=1)
    assert (stranger.status, stranger.body["detail"]) == (400, "This seller has no part in the order.")
    assert_books_hold(paystack)


def test_a_keyed_refund_happens_once(paystack: FakeProvider, staff: Person) -> None:
    order, _ = a_paid_order(paystack)
    first = refund(staff, order, "k1", amount="20.00")
    again = refund(staff, order, "k1", amount="20.00")
    assert (again.status, again.body) == (201, first.body)
    assert list(paystack.refunds.values()) == [2_000]
    other = refund(staff, order, "k1", amount="30.00")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    elsewhere = refund(staff, order, "k1", amount="20.00", seller_id=order.lines[0].seller_id)
    assert (elsewhere.status, elsewhere.code) == (422, "idempotency_key_reused")
    assert refund(staff, order, "k2", amount="20.00").body["id"] != first.body["id"]
    assert [action for action, _, _ in noted(staff)] == ["order.refunded", "order.refunded"]


def test_a_provider_out_of_reach_is_asked_again_later(paystack: FakeProvider, staff: Person) -> None:
    order, _ = a_paid_order(paystack)
    paystack.troubles = 1
    assert refund(staff, order).body["status"] == "requested"
    with later(minutes=2):
        visit_due()
    seen = staff_api.get(path(order, "payments/"), token=staff.access).body
    assert (seen["payment_status"], seen["refunds"][0]["status"]) == ("refunded", "done")
    assert_books_hold(paystack)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": True}, "amount"),
        ({"seller_id": "1"}, "seller_id"),
    ],
)
def test_impossible_refunds(said: dict[str, Any], field: str, paystack: FakeProvider, staff: Person) -> None:
    order, _ = a_paid_order(paystack)
    answer = refund(staff, order, **said)
    assert (answer.status, list(answer.body)) == (400, [field])
    assert paystack.refunds == {}


def test_an_unpaid_order_has_nothing_to_give_back(staff: Person) -> None:
    order = an_order(a_person(), (a_product(), 1))
    answer = refund(staff, order)
    assert (answer.status, answer.body["detail"]) == (400, "Nothing is left to refund.")


def test_a_bank_transfer_is_confirmed_once(staff: Person) -> None:
    buyer, product = a_person(), a_product(price_minor=10_000)
    order = an_order(buyer, (product, 1))
    attempt = started(buyer, order, Provider.BANK, Method.BANK_TRANSFER)
    confirmed = staff_api.post(path(order, "confirm/"), token=staff.access)
    expected = {
        "reference": attempt.reference,
        "provider": "bank",
        "method": "bank_transfer",
        "status": "succeeded",
        "amount": "100.00",
        "captured": "100.00",
        "fee": "0.00",
        "currency": "USD",
        "transaction": attempt.reference,
        "checks": 0,
        "created_at": clock.iso(attempt.created_at),
        "updated_at": confirmed.body["updated_at"],
    }
    assert (confirmed.status, confirmed.body) == (200, expected)
    again = staff_api.post(path(order, "confirm/"), token=staff.access)
    assert (again.status, again.body) == (400, {"detail": "Order is already paid.", "code": "order_paid"})
    assert noted(staff) == [("payment.confirmed", str(order.id), {})]
    paid = staff_api.get(f"/admin/api/orders/{order.id}/", token=staff.access).body
    assert (paid["status"], paid["payment_status"]) == ("confirmed", "paid")
    assert_books_hold()


def test_a_refused_refund_needs_a_person_who_has_it_tried_again(paystack: FakeProvider, staff: Person) -> None:
    order, _ = a_paid_order(paystack)
    paystack.refusals = 1
    refused = refund(staff, order, amount="20.00")
    assert (refused.body["status"], "insufficient balance" in refused.body["problem"]) == ("attention", True)
    [row] = staff_api.get("/admin/api/attention/", token=staff.access).body["orders"]
    assert (row["id"], row["reasons"]) == (
        order.id,
        [f"Refund {refused.body['id']} was refused: {refused.body['problem']}"],
    )
    books = staff_api.get("/admin/api/books/", token=staff.access).body["problems"]
    assert books == [f"Order {order.id}: refund {refused.body['id']} needs a person. {refused.body['problem']}"]
    retry = path(order, f"refunds/{refused.body['id']}/retry/")
    again = staff_api.post(retry, json={}, token=staff.access)
    assert (again.status, again.body["status"]) == (200, "done")
    # Refused once, it is another refund to its provider.
    assert paystack.refunds == {f"{refused.body['id']}_2": 2_000}
    assert staff_api.get("/admin/api/attention/", token=staff.access).body == {"orders": []}
    once_more = staff_api.post(retry, json={}, token=staff.access)
    assert (once_more.status, once_more.code) == (400, "refund_refused")
    assert_books_hold(paystack)


def test_a_refund_that_staff_gave_back_by_other_means(paystack: FakeProvider, staff: Person) -> None:
    order, _ = a_paid_order(paystack)
    paystack.refusals = 1
    refused = refund(staff, order, amount="20.00")
    retry = path(order, f"refunds/{refused.body['id']}/retry/")
    done = staff_api.post(retry, json={"by_hand": True}, token=staff.access)
    assert (done.status, done.body["status"], done.body["by_hand"]) == (200, "done", True)
    journal = staff_api.get(path(order, "payments/"), token=staff.access).body["journal"]
    assert journal[-1]["postings"]["provider:offline"] == "-20.00"
    assert paystack.refunds == {}
    assert noted(staff)[0] == (
        "refund.retried",
        str(order.id),
        {"refund_id": refused.body["id"], "by_hand": True},
    )


def test_a_surplus_that_was_refused_can_be_given_back(paystack: FakeProvider, staff: Person) -> None:
    paystack.refusals = 1
    buyer = a_person()
    other = an_order(buyer, (a_product(price_minor=5_000), 1))
    late = started(buyer, other).reference
    paystack.pay(late, 6_000)
    payments().settlement.settle(other.id, late)
    visit_due()
    retry = path(other, f"refunds/{late}_surplus/retry/")
    assert staff_api.get("/admin/api/attention/", token=staff.access).body["orders"][0]["id"] == other.id
    assert staff_api.post(retry, json={}, token=staff.access).body["status"] == "done"
    assert paystack.refunds == {f"{late}_surplus_2": 1_000}
    assert_books_hold(paystack)


def test_money_that_two_saw_is_counted_once(staff: Person) -> None:
    order = an_order(a_person(), (a_product(price_minor=10_000), 1))
    first = staff_api.post(path(order, "confirm/"), token=staff.access)
    assert (first.status, first.body["provider"], first.body["status"]) == (200, "offline", "succeeded")
    second = staff_api.post(path(order, "confirm/"), token=staff.access)
    assert (second.status, second.code) == (400, "order_paid")
    history = staff_api.get(path(order, "payments/"), token=staff.access).body
    assert (len(history["attempts"]), history["refunds"], len(history["journal"])) == (1, [], 1)
    assert_books_hold()


def test_a_cancelled_order_cannot_be_confirmed(staff: Person) -> None:
    product = a_product()
    order = an_order(a_person(), (product, 1))
    staff_api.patch(f"/admin/api/orders/{order.id}/", json={"status": "cancelled"}, token=staff.access)
    answer = staff_api.post(path(order, "confirm/"), token=staff.access)
    assert (answer.status, answer.code, available(product)) == (400, "order_closed", 50)


def test_a_payment_whose_webhook_never_came_is_asked_about(paystack: FakeProvider, staff: Person) -> None:
    buyer = a_person()
    order = an_order(buyer, (a_product(price_minor=10_000), 1))
    attempt = started(buyer, order)
    check = path(order, f"payments/{attempt.reference}/check/")
    assert staff_api.post(check, token=staff.access).body["status"] == "pending"
    paystack.pay(attempt.reference)
    assert staff_api.post(check, token=staff.access).body["status"] == "succeeded"
    assert orders().by_id(order.id).is_paid
    assert noted(staff) == [
        ("payment.checked", str(order.id), {"reference": attempt.reference, "status": status})
        for status in ("succeeded", "pending")
    ]


def test_a_provider_who_cannot_be_asked(paystack: FakeProvider, staff: Person) -> None:
    buyer = a_person()
    order = an_order(buyer, (a_product(), 1))
    attempt = started(buyer, order)
    paystack.troubles = 1
    answer = staff_api.post(path(order, f"payments/{attempt.reference}/check/"), token=staff.access)
    assert (answer.status, answer.code) == (503, "provider_trouble")
    assert noted(staff) == []


def test_references_that_are_not_this_orders(paystack: FakeProvider, staff: Person) -> None:
    order, attempt = a_paid_order(paystack)
    other = an_order(a_person(), (a_product(), 1))
    for owner, reference in (
        (other, attempt.reference),
        (order, f"ORD_{order.id}_0000000000"),
        (order, "x"),
        (order, f"ORD_{order.id}_{'0' * 3000}"),
    ):
        answer = staff_api.post(path(owner, f"payments/{reference}/check/"), token=staff.access)
        assert (answer.status, answer.body) == (404, {"detail": "Payment not found.", "code": "not_found"})


@pytest.mark.parametrize(("method", "rest"), [("GET", "payments/"), ("POST", "refunds/"), ("POST", "confirm/")])
def test_unknown_orders(method: str, rest: str, staff: Person) -> None:
    answer = staff_api.send(method, f"/admin/api/orders/1/{rest}", json={"reason": "x"}, token=staff.access)
    assert (answer.status, answer.body) == (404, {"detail": "Order not found.", "code": "not_found"})
