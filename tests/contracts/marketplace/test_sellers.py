"""Public pages of sellers."""

import pytest

from commerce.kit import clock
from support.builders import a_person, a_product, listed
from support.client import Client

from .test_products import by, row

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("marketplace")
SELLERS = "/api/marketplace/sellers/"


@pytest.mark.covers("marketplace", "GET", "/api/marketplace/sellers/{seller_id}/")
def test_a_seller_s_page() -> None:
    seller, reader, other = a_person(is_seller=True), a_person(), a_person(is_seller=True)
    lamp, mug = a_product(seller, name="Lamp"), a_product(seller, name="Mug")
    foreign = a_product(other, name="Foreign")
    written = [
        shop.post(
            f"/api/marketplace/products/{product.slug}/reviews/", json={"rating": rating}, token=person.access
        ).body
        for product, person, rating in ((lamp, reader, 5), (lamp, other, 4), (mug, reader, 4), (foreign, reader, 1))
    ]
    shop.post(f"/api/marketplace/products/{mug.slug}/favorite/", token=reader.access)
    listed(lamp, mug, foreign, a_product(seller, name="Hidden", is_active=False))
    answer = shop.get(f"{SELLERS}{seller.id}/", token=reader.access)
    assert (answer.status, answer.body) == (
        200,
        {
            "seller": by(seller) | {"created_at": clock.iso(seller.user.created_at)},
            "stats": {"product_count": 2, "review_count": 3, "average_rating": 4.33, "favorite_count": 1},
            "products": [
                row(mug, seller, average_rating=4.0, review_count=1, favorite_count=1, is_favorited=True),
                row(lamp, seller, average_rating=4.5, review_count=2),
            ],
            "reviews": [written[2], written[1], written[0]],
        },
    )
    assert shop.get(f"{SELLERS}{seller.id}/").body["products"][0]["is_favorited"] is False


def test_a_seller_who_has_nothing_yet() -> None:
    page = shop.get(f"{SELLERS}{a_person(is_seller=True).id}/").body
    assert page["stats"] == {"product_count": 0, "review_count": 0, "average_rating": 0.0, "favorite_count": 0}
    assert (page["products"], page["reviews"]) == ([], [])


def test_who_does_not_sell_has_no_page() -> None:
    for unknown in (a_person().id, 12, "ada", 0):
        assert shop.get(f"{SELLERS}{unknown}/").status == 404
