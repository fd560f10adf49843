"""A seller's day in the marketplace, on the deployed stack: products with pictures, an order shared with a rival, one
part shipped and reviewed, the other cancelled and paid back."""

import io
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

from support.stack import Stack

BASE = "/api/marketplace"
PASSWORD = "securepass123"
TIMEOUT_SECONDS = 60
ADDRESS = {"street": "1 Main St", "city": "Accra", "country": "Ghana"}


def person(stack: Stack, *, sells: bool = False) -> httpx.Client:
    """A new account's client; a seller's token is of after the upgrade."""
    form = {"email": f"{uuid4().hex}@example.com", "password": PASSWORD, "password_confirm": PASSWORD}
    registered = stack.client("marketplace").post("/api/auth/register/", json=form)
    assert registered.status_code == 201, registered.text
    client = stack.client("marketplace", registered.json()["access"])
    if not sells:
        return client
    assert client.post("/api/auth/become-seller/").json()["is_seller"] is True
    fresh = client.post("/api/auth/token/refresh/", json={"refresh": registered.json()["refresh"]})
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


def awaited(question: Callable[[], Any], is_right: Callable[[Any], bool]) -> Any:
    """The answer once it is right, or the last."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not is_right(found := question()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return found


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
