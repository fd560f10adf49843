"""The books, sales and the audit trail, as staff reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import time_machine

from commerce.audit.model import RETENTION_SECONDS
from commerce.catalog.model import Product
from commerce.kit import clock
from commerce.kit.days import date_of
from commerce.metrics.recount import recount
from commerce.orders.payment import Method, Provider
from commerce.orders.service import orders
from commerce.orders.status import Status
from commerce.payments.service import payments
from support.builders import Person, a_category, a_person, a_product, an_order
from support.client import Client
from support.fake_provider import FakeProvider

pytestmark = pytest.mark.usefixtures("aws")

staff_api = Client("admin")


@pytest.fixture
def staff() -> Person:
    return a_person(is_staff=True)


def day(days_ago: int = 0) -> str:
    return (datetime.fromtimestamp(clock.now(), UTC).date() - timedelta(days=days_ago)).isoformat()


def paid(buyer: Person, *lines: Any) -> Any:
    """An order paid by card at a provider who keeps one percent."""
    provider = FakeProvider().install()
    order = an_order(buyer, *lines)
    attempt = payments().initiation.start(
        buyer.principal, order.id, provider=Provider.PAYSTACK, method=Method.CARD, email="b@example.com", return_url="u"
    )
    provider.pay(attempt.reference)
    payments().settlement.settle(order.id, attempt.reference)
    return order


def counted() -> None:
    """What the counting worker would have counted by now."""
    today = date_of(clock.now_ms())
    recount().count_days(today - timedelta(days=1), today)


@pytest.mark.parametrize("report", ["books", "sales", "audit"])
def test_only_staff(report: str) -> None:
    assert staff_api.get(f"/admin/api/{report}/").status == 401
    for person in (a_person(), a_person(is_seller=True)):
        assert staff_api.get(f"/admin/api/{report}/", token=person.access).status == 403


def test_books_that_hold(staff: Person) -> None:
    product = a_product(price_minor=10_000)
    paid(a_person(), (product, 2))
    counted()
    answer = staff_api.get("/admin/api/books/", query={"days": 2}, token=staff.access)
    balances = {
        "commission": "-20.00",
        "fees": "2.00",
        "provider:paystack": "198.00",
        f"seller:{product.seller_id}": "-180.00",
    }
    expected = {
        "first": day(1),
        "last": day(),
        "orders": 1,
        "entries": 1,
        "balances": {"USD": balances},
        "problems": [],
    }
    assert (answer.status, answer.body) == (200, expected)


def test_books_that_do_not_hold(staff: Person) -> None:
    product = a_product(price_minor=10_000)
    order = paid(a_person(), (product, 2))
    boto3.client("dynamodb").update_item(
        TableName="Orders",
        Key={"pk": {"S": f"ORDER#{order.id}"}, "sk": {"S": "ORDER"}},
        UpdateExpression="SET journal[0].postings.commission = :amount, journal[0].postings.fees = :rest",
        ExpressionAttributeValues={":amount": {"N": "-2001"}, ":rest": {"N": "201"}},
    )
    problems = staff_api.get("/admin/api/books/", token=staff.access).body["problems"]
    assert problems == [
        f"Order {order.id}: commission is 2000 by its parts, and 2001 by its journal.",
        f"Order {order.id}: what providers kept is 200 by its attempts, and 201 by its journal.",
    ]


def test_an_entry_that_is_not_balanced_is_a_finding_and_the_order_can_still_be_read(staff: Person) -> None:
    order = paid(a_person(), (a_product(price_minor=10_000), 2))
    boto3.client("dynamodb").update_item(
        TableName="Orders",
        Key={"pk": {"S": f"ORDER#{order.id}"}, "sk": {"S": "ORDER"}},
        UpdateExpression="SET journal[0].postings.commission = :amount",
        ExpressionAttributeValues={":amount": {"N": "-2001"}},
    )
    problems = staff_api.get("/admin/api/books/", token=staff.access).body["problems"]
    key = orders().by_id(order.id).journal[0].key
    assert f"Order {order.id}: entry {key} is off by -1." in problems


def test_sales_by_day_and_by_seller() -> None:
    """A day with a sale and one with a sale, a refund and a cancellation."""
    with time_machine.travel(clock.now() // 86_400 * 86_400 + 43_200):
        staff, buyer = a_person(is_staff=True), a_person()
        one, two = a_product(price_minor=10_000), a_product(price_minor=5_000)
        with time_machine.travel(clock.now() - 86_400):
            paid(buyer, (one, 2), (two, 1))
            cancelled_later = an_order(buyer, (one, 4))
        counted()
        refunded = paid(buyer, (two, 3))
        payments().refunds.refund(staff.principal, refunded.id, 5_000, "scratched")
        payments().move(staff.principal, cancelled_later.id, Status.CANCELLED)
        payments().move(staff.principal, an_order(buyer, (one, 4)).id, Status.CANCELLED)
        counted()
        assert_sales(a_person(is_staff=True), one, two)


def assert_sales(staff: Person, one: Product, two: Product) -> None:
    """What was sold of two products, as the report has it."""
    answer = staff_api.get("/admin/api/sales/", query={"days": 3}, token=staff.access)
    expected = {
        "currency": "USD",
        "days": [
            {"day": day(2), "orders": 0, "pieces": 0, "revenue": "0.00", "refunds": "0.00"},
            {"day": day(1), "orders": 1, "pieces": 3, "revenue": "250.00", "refunds": "0.00"},
            {"day": day(), "orders": 1, "pieces": 3, "revenue": "150.00", "refunds": "50.00"},
        ],
        # What sellers get is without the platform's ten percent.
        "sellers": [
            {"seller_id": one.seller_id, "orders": 1, "pieces": 2, "revenue": "180.00", "refunds": "0.00"},
            {"seller_id": two.seller_id, "orders": 2, "pieces": 4, "revenue": "180.00", "refunds": "45.00"},
        ],
    }
    expected["sellers"].sort(key=lambda row: row["seller_id"])
    assert (answer.status, answer.body) == (200, {"currencies": [expected]})


def test_a_shop_that_sold_nothing(staff: Person) -> None:
    answer = staff_api.get("/admin/api/sales/", token=staff.access)
    [sheet] = answer.body["currencies"]
    assert (sheet["currency"], len(sheet["days"]), sheet["days"][-1]["day"], sheet["sellers"]) == ("USD", 30, day(), [])


@pytest.mark.parametrize(
    ("report", "days"),
    [("sales", "0"), ("sales", "93"), ("sales", "x"), ("books", "0"), ("books", "32"), ("books", "")],
)
def test_impossible_spans(report: str, days: str, staff: Person) -> None:
    answer = staff_api.get(f"/admin/api/{report}/", query={"days": days}, token=staff.access)
    assert (answer.status, list(answer.body)) == (400, ["days"])


def test_every_change_of_staff_is_in_the_trail(staff: Person) -> None:
    person, product = a_person(), a_product()
    order = an_order(a_person(), (product, 1))
    a_category("Books")
    changes = [
        ("PATCH", f"users/{person.id}/", {"is_seller": True}, "user.changed"),
        ("POST", "categories/", {"name": "Garden", "description": ""}, "category.added"),
        ("PATCH", "categories/books/", {"description": "To read"}, "category.changed"),
        (
            "POST",
            "products/",
            {"name": "Piston", "price": "25.00", "stock": 5, "category": "books"},
            "product.added",
        ),
        ("PATCH", f"products/{product.id}/", {"stock": 7, "price": "1.50"}, "product.changed"),
        ("PATCH", f"orders/{order.id}/", {"status": "shipped"}, "order.moved"),
    ]
    expected = []
    for method, path, said, action in changes:
        answer = staff_api.send(method, f"/admin/api/{path}", json=said, token=staff.access)
        object_id = "books" if action == "category.changed" else str(answer.body["id"])
        expected.insert(0, (staff.id, action, object_id, said))
    trail = staff_api.get("/admin/api/audit/", token=staff.access)
    actions = trail.body["actions"]
    assert [(one["actor_id"], one["action"], one["object_id"], one["values"]) for one in actions] == expected
    assert set(actions[0]) == {"id", "at", "actor_id", "action", "object_id", "values"}
    assert trail.body["next"] is None
    first = staff_api.get("/admin/api/audit/", query={"page_size": 4}, token=staff.access).body
    rest = staff_api.get("/admin/api/audit/", query={"before": first["next"]}, token=staff.access).body
    assert first["actions"] + rest["actions"] == actions


def test_what_is_refused_or_changes_nothing_is_not_in_the_trail(staff: Person) -> None:
    order = an_order(a_person(), (a_product(), 1))
    for path, said in (
        ("users/1/", {"is_active": False}),
        (f"users/{staff.id}/", {"is_active": False}),
        ("products/1/", {"stock": 1}),
        ("categories/nothing/", {"name": "x"}),
        (f"orders/{order.id}/", {"status": "pending"}),
        ("orders/1/", {"status": "shipped"}),
    ):
        staff_api.patch(f"/admin/api/{path}", json=said, token=staff.access)
    assert staff_api.get("/admin/api/audit/", token=staff.access).body == {"actions": [], "next": None}


def test_quiet_days_are_passed_over_and_old_actions_go(staff: Person) -> None:
    product = a_product()
    path = f"/admin/api/products/{product.id}/"
    now = clock.now()
    with time_machine.travel(now - 20 * 86_400):
        token = a_person(is_staff=True).access
        staff_api.patch(path, json={"stock": 7}, token=token)
    trail = staff_api.get("/admin/api/audit/", token=staff.access).body
    assert [one["values"] for one in trail["actions"]] == [{"stock": 7}]
    with time_machine.travel(now - 20 * 86_400 + RETENTION_SECONDS + 60):
        token = a_person(is_staff=True).access
        assert staff_api.get("/admin/api/audit/", token=token).body["actions"] == []
        old = trail["actions"][0]["id"].replace("-", "-0")[:22]
        older = staff_api.get("/admin/api/audit/", query={"before": old}, token=token)
        assert (older.status, older.body["actions"]) == (200, [])


@pytest.mark.parametrize("before", ["x", "1-2", "1234567890123-zzzz"])
def test_impossible_places_in_the_trail(before: str, staff: Person) -> None:
    answer = staff_api.get("/admin/api/audit/", query={"before": before}, token=staff.access)
    assert (answer.status, answer.body) == (400, {"before": ["There is no such action."]})


def test_long_texts_are_shortened_in_the_trail(staff: Person) -> None:
    product = a_product()
    staff_api.patch(f"/admin/api/products/{product.id}/", json={"description": "x" * 5000}, token=staff.access)
    [action] = staff_api.get("/admin/api/audit/", token=staff.access).body["actions"]
    assert action["values"] == {"description": "x" * 199 + "…"}
