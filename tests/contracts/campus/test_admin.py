"""Staff's routes of the campus client: what staff changes is recorded, and nobody else is let in."""

import pytest

from commerce.kit import clock
from commerce.kit.days import date_of
from commerce.metrics.recount import recount
from support.builders import a_person, a_product, an_order, listed
from support.client import Client
from support.operations import registered

from .test_products import shown

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")


def recorded(staff) -> list[tuple[str, str]]:
    actions = Client("admin").get("/admin/api/audit/", token=staff.access).body["actions"]
    return [(action["action"], action["object_id"]) for action in actions]


def test_staff_alone_is_let_in() -> None:
    tokens = [a_person().access, a_person(is_seller=True).access]
    paths = [entry.operation for entry in registered("campus") if "/api/admin/" in entry.operation.path]
    assert len(paths) == 12
    for operation in paths:
        path = operation.path.replace("{id}", "1")
        for token in tokens:
            answer = shop.send(operation.method, path, json={}, token=token)
            message = "You do not have permission to perform this action."
            assert (answer.status, answer.body) == (403, {"error": message, "code": "permission_denied"}), path
        assert shop.send(operation.method, path, json={}).status == 401


def test_accounts() -> None:
    staff, person = a_person(is_staff=True), a_person(first_name="Ada")
    path = f"/api/admin/users/{person.id}/"
    seen = shop.get(path, token=staff.access)
    row = {
        "id": person.id,
        "username": person.user.username,
        "first_name": "Ada",
        "last_name": "",
        "is_seller": False,
        "created_at": clock.iso(person.user.created_at),
        "email": person.user.email,
        "is_staff": False,
        "is_active": True,
        "may_sell": True,
    }
    assert (seen.status, seen.body) == (200, row)
    rows = shop.get("/api/admin/users/", token=staff.access).body
    assert sorted(one["id"] for one in rows) == sorted([person.id, staff.id])
    after = shop.get("/api/admin/users/", query={"before": rows[0]["id"]}, token=staff.access).body
    assert after == rows[1:]
    assert shop.get("/api/admin/users/", query={"email": person.user.email}, token=staff.access).body == [row]
    changed = shop.patch(path, json={"is_seller": True}, token=staff.access)
    assert (changed.status, changed.body) == (200, row | {"is_seller": True})
    assert recorded(staff) == [("user.changed", str(person.id))]
    for said, field in (({}, "non_field_errors"), ({"is_seller": "yes"}, "is_seller"), ({"is_active": 1}, "is_active")):
        answer = shop.patch(path, json=said, token=staff.access)
        assert (answer.status, list(answer.body["details"])) == (422, [field]), said
    ignored = shop.patch(path, json={"is_staff": True, "is_active": True}, token=staff.access)
    assert ignored.body["is_staff"] is False
    themselves = shop.patch(f"/api/admin/users/{staff.id}/", json={"is_active": False}, token=staff.access)
    assert (themselves.status, themselves.body["code"]) == (400, "staff_account")
    assert shop.get("/api/admin/users/1/", token=staff.access).status == 404
    assert shop.get("/api/admin/users/", query="email=x", token=staff.access).status == 422


def test_products() -> None:
    staff, product = a_person(is_staff=True), a_product()
    hidden = a_product(name="Hidden", is_active=False)
    listed(product)
    path = f"/api/admin/products/{product.id}/"
    row = shown(product, stock=50, is_active=True)
    found = shop.get("/api/admin/products/", token=staff.access)
    assert (found.status, found.body, found.headers["X-Total-Count"]) == (200, [row], "1")
    assert shop.get(path, token=staff.access).body == row
    out = shown(hidden, stock=50, is_active=False)
    assert shop.get("/api/admin/products/hidden/", token=staff.access).body == [out]
    changed = shop.patch(path, json={"stock": 7, "price": "5"}, token=staff.access)
    expected = row | {"stock": 7, "price": 5.0, "updated_at": changed.body["updated_at"]}
    assert (changed.status, changed.body) == (200, expected)
    assert shop.delete(path, token=staff.access).status == 204
    assert shop.get(path, token=staff.access).body["is_active"] is False
    assert recorded(staff) == [("product.changed", str(product.id))] * 2
    assert shop.patch(path, json={"stock": -1}, token=staff.access).status == 422
    assert shop.patch("/api/admin/products/1/", json={"stock": 1}, token=staff.access).status == 404


def test_orders_and_what_they_come_to() -> None:
    staff, buyer = a_person(is_staff=True), a_person()
    order = an_order(buyer, (a_product(price_minor=1_250), 2))
    path = f"/api/admin/orders/{order.id}/"
    seen = shop.get(path, token=staff.access)
    assert (seen.status, seen.body["status"], seen.body["total_amount"]) == (200, "pending", 25.0)
    for query in ({}, {"buyer_id": buyer.id}, {"day": clock.iso(order.placed_at)[:10]}):
        rows = shop.get("/api/admin/orders/", query=query, token=staff.access)
        assert (rows.status, rows.body) == (200, [seen.body]), query
    assert shop.get("/api/admin/orders/", query={"before": order.id}, token=staff.access).body == []
    moved = shop.patch(path, json={"status": "confirmed"}, token=staff.access)
    assert (moved.status, moved.body["status"], moved.body["payment_status"]) == (200, "confirmed", "paid")
    back = shop.patch(path, json={"status": "pending"}, token=staff.access)
    assert (back.status, back.body["code"], back.body["details"]["current_status"]) == (
        400,
        "transition_refused",
        "confirmed",
    )
    assert recorded(staff) == [("order.moved", str(order.id))]
    recount().count_days(date_of(order.placed_at), date_of(clock.now_ms()))  # As the counting worker has by now.
    stats = shop.get("/api/admin/stats/", query="days=2", token=staff.access)
    assert stats.status == 200
    [dollars] = stats.body["currencies"]
    figures = {"orders": 1, "units": 2, "revenue": 25.0, "refunds": 0.0}
    assert {name: dollars[name] for name in ("currency", *figures)} == {"currency": "USD", **figures}
    assert [day["units"] for day in dollars["days"]] == [0, 2]
    for query in ("days=0", "days=93", "days=x"):
        assert shop.get("/api/admin/stats/", query=query, token=staff.access).status == 422
    for query in ("day=yesterday", "buyer_id=x", "before=0"):
        assert shop.get("/api/admin/orders/", query=query, token=staff.access).status == 422
    assert shop.get("/api/admin/orders/1/", token=staff.access).status == 404
