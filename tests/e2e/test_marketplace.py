"""A seller's day in the marketplace, on the deployed stack: products with pictures, an order shared with a rival, one
part shipped and reviewed, the other cancelled and paid back; then the numbers of the day, and the money of it."""

import io
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

from support.stack import Stack, awaited

BASE = "/api/marketplace"
CONNECTED_ACCOUNT = "acct_1PgafTB7WZ01zgkW"
ADDRESS = {"street": "1 Main St", "city": "Accra", "country": "Ghana"}


def person(stack: Stack, *, sells: bool = False) -> httpx.Client:
    """A new account's client; a seller's token is of after the upgrade."""
    registered = stack.register("marketplace")
    client = stack.client("marketplace", registered["access"])
    if not sells:
        return client
    assert client.post("/api/auth/become-seller/").json()["is_seller"] is True
    fresh = client.post("/api/auth/token/refresh/", json={"refresh": registered["refresh"]})
    return stack.client("marketplace", fresh.json()["access"])


def product(seller: httpx.Client, name: str, price: str) -> dict[str, Any]:
    form = {"name": f"{name} {uuid4().hex[:8]}", "price": price, "category": "electronics", "stock_quantity": 5}
    made = seller.post(f"{BASE}/products/", json=form)
    assert made.status_code == 201, made.text
    return dict(made.json())


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "who took it and where"
    Image.new("RGB", (900, 600), colour).save(file, "JPEG", exif=exif)
    return file.getvalue()


def send_pictures(seller: httpx.Client, slug: str) -> list[dict[str, Any]]:
    """One picture through the gateway, one straight to the bucket; both once they are ready."""
    through = seller.post(
        f"{BASE}/products/{slug}/upload_image/", files={"image": ("front.jpg", picture("navy"), "image/jpeg")}
    )
    assert through.status_code == 201, through.text
    straight = picture("maroon")
    announced = {"filename": "back.jpg", "content_type": "image/jpeg", "size": len(straight)}
    form = seller.post(f"{BASE}/products/{slug}/upload_image/", json=announced)
    assert form.status_code == 201, form.text
    upload = form.json()["upload"]
    sent = httpx.post(upload["url"], data=upload["fields"], files={"file": ("back.jpg", straight)}, timeout=30)
    assert sent.status_code in (200, 201, 204), sent.text
    return list(
        awaited(
            lambda: seller.get(f"{BASE}/products/{slug}/images/").json(),
            lambda images: [image["status"] for image in images] == ["ready", "ready"],
        )
    )


def test_a_sellers_day(stack: Stack) -> None:
    ada, rival, buyer = person(stack, sells=True), person(stack, sells=True), person(stack)
    lamp, cable = product(ada, "Lamp", "40.00"), product(rival, "Cable", "10.00")

    images = send_pictures(ada, lamp["slug"])
    assert [image["status"] for image in images] == ["ready", "ready"]
    shown = httpx.get(images[0]["image_url"], timeout=30)
    decoded = Image.open(io.BytesIO(shown.content))
    assert (shown.status_code, decoded.format, dict(decoded.getexif())) == (200, "WEBP", {})
    assert rival.post(f"{BASE}/products/{lamp['slug']}/upload_image/", json={}).status_code in (400, 403)

    for _ in range(2):  # Once for each visitor and hour.
        assert buyer.get(f"{BASE}/products/{lamp['slug']}/").status_code == 200
        assert buyer.post(f"{BASE}/products/{lamp['slug']}/click/").json() == {"clicked": True}
    assert buyer.post(f"{BASE}/products/{lamp['slug']}/favorite/").json()["favorited"] is True
    for one, quantity in ((lamp, 2), (cable, 1)):
        added = buyer.post(f"{BASE}/cart/add_item/", json={"product_id": one["id"], "quantity": quantity})
        assert added.status_code in (200, 201), added.text
    placed = buyer.post(f"{BASE}/orders/", json={"shipping_address": ADDRESS})
    assert placed.status_code == 201, placed.text
    order = placed.json()
    assert (order["status"], order["total_amount"]) == ("pending_payment", "90.00")

    started = buyer.post(f"/api/payments/create/{order['id']}/", json={})
    assert httpx.post(started.json()["authorization_url"], data={"outcome": "success"}, timeout=30).status_code == 303
    reference = {"reference": started.json()["reference"]}
    assert buyer.get("/api/payments/verify/", params=reference).status_code == 200

    path = f"{BASE}/orders/{order['id']}"
    [seen] = awaited(lambda: ada.get(f"{BASE}/orders/seller_orders/").json(), lambda rows: len(rows) == 1)
    assert ([item["product"] for item in seen["items"]], seen["shipping_address"]["city"]) == ([lamp["id"]], "Accra")
    assert ada.patch(f"{path}/process_order/", json={}).status_code == 200
    shipped = ada.patch(f"{path}/update_tracking/", json={"tracking_number": "TRACK-1", "shipping_carrier": "DHL"})
    assert shipped.status_code == 200, shipped.text
    refused = ada.patch(f"{path}/update_status/", json={"status": "pending"})
    assert (refused.status_code, sorted(refused.json())) == (400, ["allowed_transitions", "current_status", "detail"])

    cancelled = rival.patch(f"{path}/cancel_order/", json={"cancellation_reason": "Out of cable."})
    assert cancelled.status_code == 200, cancelled.text
    paid_back = awaited(
        lambda: buyer.get(f"{path}/").json()["payment_status"], lambda status: status == "partially_refunded"
    )
    assert paid_back == "partially_refunded"
    assert rival.get(f"{BASE}/products/{cable['slug']}/").json()["stock_quantity"] == 5

    assert buyer.patch(f"{path}/update_status/", json={"status": "delivered"}).status_code == 200
    review = buyer.post(
        f"{BASE}/products/{lamp['slug']}/add_review/", json={"rating": 4, "title": "Bright", "comment": ""}
    )
    assert (review.status_code, review.json()["is_verified_purchase"]) == (201, True)
    again = buyer.post(f"{BASE}/products/{lamp['slug']}/add_review/", json={"rating": 5, "title": "x", "comment": "x"})
    assert again.status_code == 400
    detail = buyer.get(f"{BASE}/products/{lamp['slug']}/").json()
    assert (str(detail["average_rating"]), detail["review_count"], detail["stock_quantity"]) == ("4.0", 1, 3)
    page = stack.client("marketplace").get(f"{BASE}/sellers/{lamp['seller']['id']}/").json()
    assert [row["slug"] for row in page["products"]] == [lamp["slug"]]

    assert counted(ada) == {
        "views": 1,
        "clicks": 1,
        "favorites": 1,
        "cart_additions": 1,
        "orders": 1,
        "units_sold": 2,
        "order_value": "80.00",
        "revenue": "72.00",
        "refunds": "0.00",
        "conversion_rate": 100.0,
    }
    # The rival's part was paid for and given back, so nothing is left of it.
    of_rival = {"orders": 0, "units_sold": 0, "order_value": "0.00", "revenue": "9.00", "refunds": "9.00"}
    assert {name: counted(rival)[name] for name in of_rival} == of_rival
    assert_paid_out(stack, ada, lamp["seller"]["id"], "72.00")
    assert balance(rival) == {"pending": "0.00", "available": "0.00", "in_transit": "0.00", "paid": "0.00"}


def counted(seller: httpx.Client) -> dict[str, Any]:
    """The numbers of a seller's dashboard, once everything of the day is counted: the captured and the ordered."""
    body = awaited(
        lambda: seller.get(f"{BASE}/metrics/dashboard_metrics/").json(),
        lambda found: found["revenue"] != "0.00" and (found["orders"] == 0 or found["views"] + found["clicks"] == 2),
    )
    assert (sum(day["units_sold"] for day in body["daily"]), body["product_counts"]["total"]) == (body["units_sold"], 1)
    names = "views clicks favorites cart_additions orders units_sold order_value revenue refunds conversion_rate"
    return {name: body[name] for name in names.split()}


def balance(seller: httpx.Client) -> dict[str, str]:
    """What the seller is owed in the shop's currency."""
    [found] = seller.get(f"{BASE}/payouts/balance/").json()["balances"] or [{"currency": "USD"}]
    assert found.pop("currency") == "USD"
    return dict(found)


def assert_paid_out(stack: Stack, seller: httpx.Client, seller_id: int, amount: str) -> None:
    """What the seller earned is available, sent once by two requests of staff, and all of it is in their statement."""
    earned = awaited(lambda: balance(seller), lambda found: found.get("available") == amount)
    assert earned == {"pending": "0.00", "available": amount, "in_transit": "0.00", "paid": "0.00"}
    chosen = seller.put(
        f"{BASE}/payouts/recipients/USD/",
        json={"provider": "stripe", "kind": "connected_account", "account": CONNECTED_ACCOUNT},
    )
    assert chosen.status_code == 200, chosen.text
    assert CONNECTED_ACCOUNT not in chosen.text
    staff = stack.client("admin", stack.login("admin"))
    for _ in range(2):
        run = staff.post(
            f"/api/payouts/sellers/{seller_id}/run/",
            json={"currency": "USD"},
            headers={"Idempotency-Key": f"payout-of-{seller_id}"},
        )
        assert run.status_code == 201, run.text
        assert run.json()["amount"] == amount
    paid = awaited(lambda: balance(seller), lambda found: found["paid"] == amount)
    assert paid == {"pending": "0.00", "available": "0.00", "in_transit": "0.00", "paid": amount}
    [payout] = seller.get(f"{BASE}/payouts/").json()["payouts"]
    assert (payout["status"], payout["amount"]) == ("paid", amount)
    statement = seller.get(f"{BASE}/payouts/statement/").json()
    assert (statement["opening_balance"], statement["closing_balance"]) == ("0.00", "0.00")
    table = seller.get(f"{BASE}/payouts/statement/", params={"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) > len(statement["movements"])
