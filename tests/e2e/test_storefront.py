"""The storefront's whole story over HTTP and a socket, from two registrations to a parcel on its way."""

import json
import time
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from support.stack import Stack

PASSWORD = "securepassword123"
PHONE = "+1234567890"
PATIENCE_SECONDS = 30
_numbers = count(1)


def register(stack: Stack) -> tuple[httpx.Client, dict[str, Any], str]:
    """A new user: their client, who they are, their access token."""
    name = f"user{next(_numbers)}{uuid4().hex[:8]}"
    form = {
        "email": f"{name}@example.com",
        "username": name,
        "first_name": "Test",
        "last_name": "User",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "phone": PHONE,
        "address": "123 Main St, City, Country",
    }
    answer = stack.client("storefront").post("/auth/api/register/", json=form)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return stack.client("storefront", body["access"]), body["user"], body["access"]


def a_phone(shop: httpx.Client) -> dict[str, Any]:
    """What the documented question finds first."""
    categories = {"category": "electronics", "price_min": "50", "price_max": "500", "in_stock": "true"}
    answer = shop.get("/api/products/", params=categories | {"search": "phone"})
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["count"] >= 1
    assert set(page) == {"count", "next", "previous", "results"}
    for row in page["results"]:
        assert set(row) == {"id", "name", "price", "stock", "category_name", "image", "is_in_stock", "featured"}
        assert 50 <= float(row["price"]) <= 500
        assert (row["is_in_stock"], row["category_name"]) == (True, "Electronics")
        assert "phone" in row["name"].lower() or row["stock"] > 0
    return next(row for row in page["results"] if row["stock"] >= 5)


def order(shop: httpx.Client) -> dict[str, Any]:
    form = {"shipping_address": "123 Main St, City, Country", "phone_number": PHONE, "notes": "Leave at door"}
    answer = shop.post("/api/orders/", json=form)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_from_registration_to_a_parcel_on_its_way(stack: Stack) -> None:
    shop, user, token = register(stack)
    other, _, other_token = register(stack)
    phone = a_phone(shop)
    before = shop.get(f"/api/products/{phone['id']}/").json()["stock"]

    with connect(f"{stack.sockets}/storefront/ws/notifications/{user['id']}/?token={token}") as socket:
        added = shop.post("/api/cart/items/", json={"product_id": phone["id"], "quantity": 2})
        assert added.status_code == 201, added.text
        total = f"{round(float(phone['price']) * 2, 2):.2f}"
        line = {
            "id": phone["id"],
            "product": {name: phone[name] for name in ("id", "name", "price", "category_name")},
            "quantity": 2,
            "total_price": total,
        }
        assert added.json() == {"id": user["id"], "items": [line], "total_price": total, "total_items": 2}
        assert shop.get("/api/cart/").json() == added.json()

        placed = order(shop)
        assert placed == {
            "id": placed["id"],
            "status": "pending",
            "items": [line | {"id": 1}],
            "total_price": total,
            "shipping_address": "123 Main St, City, Country",
            "phone_number": PHONE,
            "notes": "Leave at door",
            "created_at": placed["created_at"],
        }
        assert shop.get(f"/api/products/{phone['id']}/").json()["stock"] == before - 2
        assert shop.get("/api/cart/").json()["items"] == []
        assert shop.get("/api/orders/").json() == [placed]
        assert other.get("/api/orders/").json() == []
        assert other.get(f"/api/orders/{placed['id']}/").status_code == 404
        assert json.loads(socket.recv(timeout=PATIENCE_SECONDS)) == {
            "type": "order_notification",
            "order_id": placed["id"],
            "message": "Order created successfully",
        }

        staff = stack.client("admin", stack.login("admin"))
        moved = staff.patch(f"/api/orders/{placed['id']}/", json={"status": "shipped"})
        assert (moved.status_code, moved.json()["status"]) == (200, "shipped")
        assert json.loads(socket.recv(timeout=PATIENCE_SECONDS)) == {
            "type": "order_status_update",
            "order_id": placed["id"],
            "old_status": "pending",
            "new_status": "shipped",
            "message": f"Order #{placed['id']} status updated from pending to shipped",
        }
        assert shop.get(f"/api/orders/{placed['id']}/").json()["status"] == "shipped"

    with connect(f"{stack.sockets}/storefront/ws/notifications/{user['id']}/?token={token}&since=0") as again:
        missed = [json.loads(again.recv(timeout=PATIENCE_SECONDS)) for _ in range(2)]
        assert [(frame["type"], frame["seq"]) for frame in missed] == [
            ("order_notification", 1),
            ("order_status_update", 2),
        ]

    with pytest.raises(InvalidStatus):
        connect(f"{stack.sockets}/storefront/ws/notifications/{user['id']}/?token={other_token}")


def test_every_documented_operation_works_under_its_own_role(stack: Stack) -> None:
    """No function lacks a permission that its routes need: nothing answers 500, whoever asks."""
    shop, user, _ = register(stack)
    phone = a_phone(shop)
    login = stack.client("storefront").post("/auth/api/token/", json={"email": user["email"], "password": PASSWORD})
    assert login.status_code == 200
    refreshed = shop.post("/auth/api/token/refresh/", json={"refresh": login.json()["refresh"]})
    assert refreshed.status_code == 200
    assert shop.post("/auth/api/token/verify/", json={"token": refreshed.json()["refresh"]}).status_code == 200
    assert shop.post("/api/auth/become-seller/").json() == {"id": user["id"], "is_seller": True}
    assert shop.post("/api/ws/ticket/").status_code == 201
    keyed = {"Idempotency-Key": uuid4().hex}
    item = {"product_id": phone["id"], "quantity": 1}
    first = shop.post("/api/cart/items/", json=item, headers=keyed)
    assert shop.post("/api/cart/items/", json=item, headers=keyed).json() == first.json()
    assert shop.patch(f"/api/cart/items/{phone['id']}/", json={"quantity": 2}).status_code == 200
    assert shop.delete(f"/api/cart/items/{phone['id']}/").status_code == 200
    shop.post("/api/cart/items/", json=item)
    form = {"shipping_address": "1 Main St", "phone_number": PHONE}
    placed = shop.post("/api/orders/", json=form, headers=keyed)
    assert placed.status_code == 201, placed.text
    replayed = shop.post("/api/orders/", json=form, headers=keyed)
    assert (replayed.json(), replayed.headers["Idempotent-Replayed"]) == (placed.json(), "true")
    staff = stack.client("admin", stack.login("admin"))
    assert staff.get(f"/api/orders/{placed.json()['id']}/").status_code == 200
    assert staff.patch(f"/api/orders/{placed.json()['id']}/", json={"status": "cancelled"}).status_code == 200
    for path in ("/openapi.json", "/docs", "/nothing/"):
        assert stack.client("storefront").get(path).status_code in (200, 404)


def test_what_staff_changes_is_listed_changed(stack: Stack) -> None:
    staff = stack.client("admin", stack.login("admin"))
    shop = stack.client("storefront")
    name = f"Zephyr {uuid4().hex[:10]}"
    form = {"name": name, "description": "New", "price": "12.34", "stock": 3, "category": "electronics"}
    made = staff.post("/api/products/", json=form)
    assert made.status_code == 201, made.text
    product = made.json()["id"]

    def listed() -> list[dict[str, Any]]:
        return list(shop.get("/api/products/", params={"search": name}).json()["results"])

    def awaited(wanted: Any) -> Any:
        for _ in range(PATIENCE_SECONDS * 5):
            found = [(row["price"], row["stock"]) for row in listed()]
            if found == wanted:
                return found
            time.sleep(0.2)
        return found

    assert awaited([("12.34", 3)]) == [("12.34", 3)]
    assert staff.patch(f"/api/products/{product}/", json={"price": "15.00", "stock": 9}).status_code == 200
    assert awaited([("15.00", 9)]) == [("15.00", 9)]
    assert staff.patch(f"/api/products/{product}/", json={"is_active": False}).status_code == 200
    assert awaited([]) == []
    assert shop.get(f"/api/products/{product}/").status_code == 404
    for _ in range(5):
        assert listed() == []
