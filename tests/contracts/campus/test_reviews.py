"""Reviews, named by their id alone."""

from unittest.mock import patch

import boto3
import pytest

from commerce.kit import ids
from commerce.reviews.model import Opinion
from commerce.reviews.service import reviews
from support.builders import a_person, a_product
from support.client import Client

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")


def of(product) -> str:
    return f"/products/api/products/{product.id}/reviews/"


def at(review_id: object) -> str:
    return f"/api/reviews/{review_id}/"


def written(author, product, **said) -> dict:
    answer = shop.post(of(product), json={"rating": 4, **said}, token=author.access)
    assert answer.status == 201, answer.body
    return answer.body


@pytest.mark.covers("campus", "GET", "/products/api/products/{id}/reviews/")
@pytest.mark.covers("campus", "POST", "/products/api/products/{id}/reviews/")
@pytest.mark.covers("campus", "GET", "/api/reviews/{id}/")
@pytest.mark.covers("campus", "PUT", "/api/reviews/{id}/")
@pytest.mark.covers("campus", "DELETE", "/api/reviews/{id}/")
def test_the_life_of_a_review() -> None:
    author, other, product = a_person(), a_person(), a_product()
    first = written(author, product, comment=" It works. ")
    assert first == {
        "id": first["id"],
        "product": product.id,
        "reviewer": {"id": author.id, "username": author.user.username},
        "rating": 4,
        "comment": "It works.",
        "created_at": first["created_at"],
    }
    second = written(other, product, rating=1)
    found = shop.get(of(product), token=other.access)
    assert (found.status, found.body, found.headers["X-Total-Count"]) == (200, [second, first], "2")
    assert shop.get(of(product), query="page=2&page_size=1", token=other.access).body == [first]
    assert shop.get(at(first["id"]), token=other.access).body == first
    changed = shop.put(at(first["id"]), json={"rating": 2}, token=author.access)
    assert (changed.status, changed.body) == (200, first | {"rating": 2})
    assert shop.put(at(first["id"]), json={"comment": "Fine."}, token=author.access).body["comment"] == "Fine."
    detail = Client("marketplace").get(f"/api/marketplace/products/{product.slug}/").body
    assert (detail["average_rating"], detail["review_count"]) == (1.5, 2)
    gone = shop.delete(at(first["id"]), token=author.access)
    assert (gone.status, gone.body) == (204, "")
    for method in ("GET", "PUT", "DELETE"):
        assert shop.send(method, at(first["id"]), json={"rating": 1}, token=author.access).status == 404
    staff = a_person(is_staff=True)
    assert shop.delete(at(second["id"]), token=staff.access).status == 204
    assert shop.get(of(product), token=other.access).body == []
    # Nothing of them is left, so that another may be written.
    left = boto3.client("dynamodb").query(
        TableName="Catalog",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"REVIEW#{first['id']}"}},
    )
    assert left["Items"] == []
    assert written(author, product)["id"] != first["id"]


def test_reviews_of_other_clients_are_found_too() -> None:
    author, product = a_person(), a_product()
    made = reviews().add(author.principal, product.slug, Opinion(5, "Good", "It works.")).value
    assert shop.get(at(made.id), token=author.access).body["comment"] == "It works."
    shop.put(at(made.id), json={"comment": "It does."}, token=author.access)
    assert reviews().review(None, product.slug, made.id).opinion == Opinion(5, "Good", "It does.")


def test_a_review_s_id_is_nobody_else_s() -> None:
    """Not even of another product, whatever ids are drawn."""
    first, second = a_person(), a_person()
    products = [a_product(name=f"Thing {number}") for number in range(2)]
    with patch.object(ids, "new_id", side_effect=[77, 77, 78]):
        made = [
            reviews().add(author.principal, product.id, Opinion(5)).value.id
            for author, product in zip((first, second), products, strict=True)
        ]
    assert made == [77, 78]
    assert [reviews().product_of(one) for one in made] == [product.id for product in products]


def test_a_repeated_request_has_the_first_answer() -> None:
    author, product = a_person(), a_product()
    sent = {"json": {"rating": 4}, "token": author.access, "headers": {"Idempotency-Key": "k"}}
    first, again = shop.post(of(product), **sent), shop.post(of(product), **sent)
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")


def test_what_reviews_refuse() -> None:
    seller, author, other = a_person(is_seller=True), a_person(), a_person()
    product, hidden = a_product(seller), a_product(name="Hidden", is_active=False)
    for said, field in (
        ({}, "rating"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": True}, "rating"),
        ({"rating": None}, "rating"),
        ({"rating": 4, "comment": 1}, "comment"),
        ({"rating": 4, "comment": "x" * 5_001}, "comment"),
    ):
        answer = shop.post(of(product), json=said, token=author.access)
        assert (answer.status, list(answer.body["details"])) == (422, [field]), said
    own = shop.post(of(product), json={"rating": 5}, token=seller.access)
    assert (own.status, own.body["code"]) == (400, "own_product")
    made = written(author, product)
    twice = shop.post(of(product), json={"rating": 5}, token=author.access)
    assert (twice.status, twice.body["code"]) == (400, "reviewed_before")
    for said, field in (({}, "non_field_errors"), ({"rating": 9}, "rating"), ({"comment": []}, "comment")):
        answer = shop.put(at(made["id"]), json=said, token=author.access)
        assert (answer.status, list(answer.body["details"])) == (422, [field]), said
    for person in (other, a_person(is_staff=True)):
        assert shop.put(at(made["id"]), json={"rating": 1}, token=person.access).status == 403
    assert shop.delete(at(made["id"]), token=other.access).status == 403
    assert shop.post(of(hidden), json={"rating": 1}, token=author.access).status == 404
    for path in (at(1), at("x"), "/products/api/products/1/reviews/", of(hidden)):
        assert shop.get(path, token=author.access).status == 404, path
    for path in (of(product), at(made["id"])):
        assert shop.get(path).status == 401
    shop.delete(f"/products/api/products/{product.id}/", token=seller.access)
    assert shop.get(at(made["id"]), token=author.access).status == 404
