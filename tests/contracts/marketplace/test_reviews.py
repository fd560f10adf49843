"""Reviews: one for each author and product, none of one's own, and averages that are exact."""

import pytest

from commerce.orders.status import Status
from commerce.payments.service import payments
from support.builders import Person, a_person, a_product, an_order
from support.client import Client

from .test_products import by

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")


def at(product, *more: object) -> str:
    return f"/api/marketplace/products/{product.slug}/" + "".join(f"{one}/" for one in more)


def review(author: Person, product, rating: int, path: str = "reviews", **said) -> dict:
    answer = shop.post(at(product, path), json={"rating": rating, **said}, token=author.access)
    assert answer.status == 201, answer.body
    return answer.body


def figures(product) -> tuple[float, int]:
    shown = shop.get(at(product)).body
    return shown["average_rating"], shown["review_count"]


@pytest.mark.covers("marketplace", "POST", "/api/marketplace/products/{slug}/add_review/")
@pytest.mark.covers("marketplace", "POST", "/api/marketplace/products/{slug}/reviews/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/{slug}/reviews/")
@pytest.mark.covers("marketplace", "GET", "/api/marketplace/products/{slug}/reviews/{id}/")
def test_reviews_are_written_and_read() -> None:
    author, other, product = a_person(first_name="Ada"), a_person(), a_product()
    first = review(author, product, 5, "add_review", title=" Good ", comment="It works.")
    second = review(other, product, 2)
    assert first == {
        "id": first["id"],
        "product": product.id,
        "user": by(author),
        "rating": 5,
        "title": "Good",
        "comment": "It works.",
        "is_verified_purchase": False,
        "created_at": first["created_at"],
        "updated_at": first["created_at"],
    }
    found = shop.get(at(product, "reviews"))
    assert (found.status, found.body, found.headers["X-Total-Count"]) == (200, [second, first], "2")
    assert shop.get(at(product, "reviews"), query="page=2&page_size=1").body == [first]
    assert shop.get(at(product, "reviews", first["id"])).body == first
    assert shop.get(at(product)).body["reviews"] == [second, first]
    assert figures(product) == (3.5, 2)
    assert shop.get(at(product, "reviews", 1)).status == 404
    assert shop.get(at(a_product(name="Other"), "reviews", first["id"])).status == 404


def test_one_review_for_each_author_and_product() -> None:
    author, product = a_person(), a_product()
    review(author, product, 5)
    again = shop.post(at(product, "add_review"), json={"rating": 1}, token=author.access)
    assert (again.status, again.body) == (400, {"detail": "You have already reviewed this product."})
    assert again.code == "reviewed_before"
    assert figures(product) == (5.0, 1)


def test_a_repeated_request_has_the_first_answer() -> None:
    author, product = a_person(), a_product()
    sent = {"json": {"rating": 4}, "token": author.access, "headers": {"Idempotency-Key": "k"}}
    first, again = shop.post(at(product, "reviews"), **sent), shop.post(at(product, "reviews"), **sent)
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")


def test_nobody_reviews_what_they_sell() -> None:
    seller = a_person(is_seller=True)
    product = a_product(seller)
    answer = shop.post(at(product, "reviews"), json={"rating": 5}, token=seller.access)
    assert (answer.status, answer.code) == (400, "own_product")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "rating"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": 4, "title": "x" * 201}, "title"),
        ({"rating": 4, "comment": "x" * 5_001}, "comment"),
    ],
)
def test_values_that_break_a_rule(said: dict, field: str) -> None:
    answer = shop.post(at(a_product(), "reviews"), json=said, token=a_person().access)
    assert (answer.status, list(answer.body)) == (400, [field])


def test_a_review_is_verified_by_a_delivered_order_of_its_author() -> None:
    staff, buyer, other = a_person(is_staff=True), a_person(), a_person()
    product = a_product()
    order = an_order(buyer, (a_product(name="Something else"), 1), (product, 1))
    early = review(buyer, product, 4)
    assert early["is_verified_purchase"] is False
    payments().move(staff.principal, order.id, Status.DELIVERED, product.seller_id)
    assert review(other, product, 4)["is_verified_purchase"] is False
    changed = shop.patch(at(product, "reviews", early["id"]), json={"title": "It came"}, token=buyer.access)
    assert changed.body["is_verified_purchase"] is True
    second = an_order(other, (product, 1))
    payments().move(staff.principal, second.id, Status.CANCELLED, None)
    for number in range(2):
        an_order(other, (a_product(name=f"Later {number}"), 1))
    third = a_product(name="Third")
    bought = an_order(other, (third, 1))
    payments().move(staff.principal, bought.id, Status.DELIVERED, third.seller_id)
    assert review(other, third, 5)["is_verified_purchase"] is True


@pytest.mark.covers("marketplace", "PUT", "/api/marketplace/products/{slug}/reviews/{id}/")
@pytest.mark.covers("marketplace", "PATCH", "/api/marketplace/products/{slug}/reviews/{id}/")
def test_authors_change_their_own() -> None:
    author, product = a_person(), a_product()
    review(a_person(), product, 1)
    made = review(author, product, 5, title="Good", comment="It works.")
    path = at(product, "reviews", made["id"])
    patched = shop.patch(path, json={"rating": 2}, token=author.access)
    assert (patched.status, patched.body) == (200, made | {"rating": 2, "updated_at": patched.body["updated_at"]})
    assert figures(product) == (1.5, 2)
    replaced = shop.put(path, json={"rating": 3}, token=author.access)
    assert (replaced.body["rating"], replaced.body["title"], replaced.body["comment"]) == (3, "", "")
    assert figures(product) == (2.0, 2)
    assert shop.get(path).body == replaced.body
    assert shop.put(path, json={"title": "x"}, token=author.access).body == {"rating": ["This field is required."]}
    for stranger in (a_person(), a_person(is_staff=True)):
        assert shop.patch(path, json={"rating": 1}, token=stranger.access).status == 403
    assert shop.patch(path, json={"rating": 1}).status == 401


@pytest.mark.covers("marketplace", "DELETE", "/api/marketplace/products/{slug}/reviews/{id}/")
def test_authors_and_staff_remove_reviews() -> None:
    author, other, product = a_person(), a_person(), a_product()
    first, second = review(author, product, 5), review(other, product, 2)
    path = at(product, "reviews", first["id"])
    assert shop.delete(path, token=other.access).status == 403
    gone = shop.delete(path, token=author.access)
    assert (gone.status, gone.body) == (204, "")
    assert (shop.delete(path, token=author.access).status, figures(product)) == (404, (2.0, 1))
    staff = a_person(is_staff=True)
    assert shop.delete(at(product, "reviews", second["id"]), token=staff.access).status == 204
    assert figures(product) == (0.0, 0)
    # Whoever removed theirs may write another.
    assert review(author, product, 3)["rating"] == 3
    assert figures(product) == (3.0, 1)


def test_reviews_of_a_hidden_product_are_hidden_with_it() -> None:
    seller, author = a_person(is_seller=True), a_person()
    product = a_product(seller)
    made = review(author, product, 5)
    shop.delete(at(product), token=seller.access)
    assert shop.get(at(product, "reviews")).status == 404
    assert shop.get(at(product, "reviews", made["id"])).status == 404
    assert shop.get(at(product, "reviews"), token=seller.access).body == [made]
