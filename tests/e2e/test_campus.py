"""A term on campus, on the deployed stack: the document's example usage, from registering to a paid order, with a
wishlist, a review, search, students and staff."""

from uuid import uuid4

import httpx

from support.stack import PASSWORD, Stack, awaited

PRODUCTS = "/products/api/products"


def student(stack: Stack) -> httpx.Client:
    """A new account's client."""
    login = {"email": stack.register("campus")["user"]["email"], "password": PASSWORD}
    entered = stack.client("campus").post("/api/auth/login/", json=login)
    return stack.client("campus", entered.json()["access"])


def test_a_term_on_campus(stack: Stack) -> None:
    ada, ben = student(stack), student(stack)
    word = f"textbook{uuid4().hex[:8]}"
    form = {"title": f"Calculus {word}", "description": "Third edition.", "price": 12.5, "category": "electronics"}
    made = ada.post(f"{PRODUCTS}/", json=form | {"stock": 3})
    assert made.status_code == 201, made.text
    book = made.json()
    me = ada.get("/api/students/me/").json()
    assert (book["price"], book["student"], me["is_seller"]) == (12.5, me["id"], True)
    assert ada.patch(f"{PRODUCTS}/{book['id']}/", json={"price": 10}).json()["price"] == 10

    # The document's example: cart, wishlist, search.
    cart = ben.get("/api/cart/").json()
    added = ben.post(f"/api/cart/{cart['id']}/add/", json={"product_id": book["id"], "quantity": 2})
    assert (added.status_code, added.json()["total_amount"], added.json()["id"]) == (200, 20, cart["id"])
    assert ben.post("/api/cart/").json()["id"] == cart["id"]
    assert ada.get(f"/api/cart/{cart['id']}/").status_code == 404
    wishlist = ben.get("/api/wishlist/").json()
    wished = ben.post(f"/api/wishlist/{wishlist['id']}/add/", json={"product_id": book["id"]})
    assert [item["product"]["title"] for item in wished.json()["items"]] == [form["title"]]
    found = awaited(
        lambda: stack.client("campus").get("/api/search/", params={"query": word}).json(),
        lambda answer: answer["count"] == 1,
    )
    assert ([row["id"] for row in found["results"]], found["facets"]["category"]) == (
        [book["id"]],
        [{"value": "electronics", "count": 1}],
    )

    placed = ben.post("/api/orders/", json={"shipping_address": "Room 12, North Hall"})
    assert placed.status_code == 201, placed.text
    order = placed.json()
    assert ben.get(f"/api/cart/{cart['id']}/").status_code == 404
    following = ben.post("/api/cart/")
    assert (following.status_code, following.json()["id"] == cart["id"]) == (201, False)
    started = ben.post(f"/api/payments/create/{order['id']}/", json={})
    assert httpx.post(started.json()["authorization_url"], data={"outcome": "success"}, timeout=30).status_code == 303
    reference = {"reference": started.json()["reference"]}
    assert ben.get("/api/payments/verify/", params=reference).status_code == 200
    paid = ben.get(f"/api/orders/{order['id']}/").json()
    assert (paid["status"], paid["payment_status"], paid["total_amount"]) == (
        "confirmed",
        "paid",
        order["total_amount"],
    )

    [sale] = awaited(lambda: ada.get("/api/orders/sales/").json(), lambda rows: len(rows) == 1)
    assert sale["shipping_address"] == "Room 12, North Hall"
    assert ada.patch(f"/api/orders/{order['id']}/", json={"status": "shipped"}).status_code == 200
    assert ben.patch(f"/api/orders/{order['id']}/", json={"status": "delivered"}).json()["status"] == "delivered"

    written = ben.post(f"{PRODUCTS}/{book['id']}/reviews/", json={"rating": 4, "comment": "It works."})
    assert written.status_code == 201, written.text
    review = f"/api/reviews/{written.json()['id']}/"
    assert ben.put(review, json={"rating": 5}).json()["rating"] == 5
    assert [row["rating"] for row in ada.get(f"{PRODUCTS}/{book['id']}/reviews/").json()] == [5]
    assert ada.delete(review).status_code == 403
    assert stack.client("campus").get(review).status_code == 401
    assert ada.get(f"/api/students/{written.json()['reviewer']['id']}/").status_code == 200

    refused = ben.post("/api/orders/", json={})
    assert (refused.status_code, sorted(refused.json()), list(refused.json()["details"])) == (
        422,
        ["code", "details", "error"],
        ["shipping_address"],
    )
    assert ben.get("/api/admin/users/").status_code == 403
    staff = stack.client("campus", stack.login("admin"))
    assert staff.get(f"/api/admin/orders/{order['id']}/").json()["status"] == "delivered"
    assert staff.get("/api/admin/stats/").json()["currencies"][0]["units"] >= 2
    assert staff.patch(f"/api/admin/products/{book['id']}/", json={"is_active": False}).status_code == 200
    assert ben.get(f"{PRODUCTS}/{book['id']}/").status_code == 404
    assert ben.delete(review).status_code == 404
    assert ben.get("/api/wishlist/").json()["items"] == []


def test_what_is_looked_at_together_is_recommended_together(stack: Stack) -> None:
    ada = student(stack)
    word = uuid4().hex[:8]
    form = {"description": "Brass.", "price": 5, "category": "electronics", "stock": 3}
    lens, tripod = (
        ada.post(f"{PRODUCTS}/", json=form | {"title": f"{name} {word}"}).json() for name in ("Lens", "Tripod")
    )
    for _ in range(2):
        shopper = student(stack)
        for one in (lens, tripod):
            assert shopper.get(f"{PRODUCTS}/{one['id']}/").status_code == 200
    ben = student(stack)
    related = {"product": lens["id"]}
    found = awaited(
        lambda: [row["id"] for row in ben.get("/api/recommendations/", params=related).json()],
        lambda ids: tripod["id"] in ids[:1],
    )
    assert (found[0], lens["id"] in found) == (tripod["id"], False)
    # Nobody is recommended what they sell.
    own = {row["student"] for row in ada.get("/api/recommendations/", params=related).json()}
    assert lens["student"] not in own
