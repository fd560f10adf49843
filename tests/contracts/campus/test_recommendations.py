"""What the campus client recommends, and never does."""

import json

import pytest

from commerce.catalog.changes import ProductChange
from commerce.catalog.model import Product
from commerce.catalog.service import catalog
from commerce.favorites.service import favorites
from commerce.kit.aws import client
from commerce.kit.principal import Principal
from support.builders import Person, a_person, a_product, listed
from support.client import Answer, Client
from support.teaching import bought, viewed

from .test_products import shown

pytestmark = pytest.mark.usefixtures("aws")
shop = Client("campus")
PATH = "/api/recommendations/"


def asked(person: Person, query: str = "") -> Answer:
    answer = shop.get(PATH, query=query, token=person.access)
    assert answer.status == 200, answer.body
    return answer


def named(person: Person, query: str = "") -> list[str]:
    return [one["title"] for one in asked(person, query).body]


def shelf(seller: Person, *names: str, category: str = "Electronics") -> list[Product]:
    return [a_product(seller, name=name, category=category) for name in names]


@pytest.mark.covers("campus", "GET", "/api/recommendations/")
def test_newcomers_see_what_is_popular_and_then_what_is_new() -> None:
    seller, newcomer = a_person(is_seller=True), a_person()
    assert asked(newcomer).body == []
    products = shelf(seller, "Lamp", "Mug", "Radio")
    for product, people in zip(products, (1, 3, 0), strict=True):
        for _ in range(people):
            favorites().add(a_person().principal, product.id)
    sold_out = a_product(seller, name="Sold out", stock=0)
    listed(*products, sold_out)
    answer = asked(newcomer)
    assert answer.body == [shown(products[1]), shown(products[0]), shown(products[2])]
    assert answer.headers["X-Total-Count"] == "3"
    paged = asked(newcomer, "page=2&page_size=2")
    assert [one["title"] for one in paged.body] == ["Radio"]
    assert 'rel="prev"' in paged.headers["Link"]
    assert asked(seller).body == [], "nobody is recommended what they sell"
    for query in ("product=0", "product=x", "page_size=101"):
        assert shop.get(PATH, query=query, token=newcomer.access).status == 422


def test_what_others_bought_and_viewed_comes_before_what_is_alike_or_popular() -> None:
    seller, shopper = a_person(is_seller=True), a_person()
    tent, stove, boots, map_ = shelf(seller, "Tent", "Stove", "Boots", "Map", category="Camping")
    lamp, atlas = shelf(seller, "Lamp", "Atlas", category="Books")
    for _ in range(3):
        bought(a_person(), tent, stove)
        viewed(a_person(), tent, boots)
    bought(a_person(), tent, map_)
    listed(tent, stove, boots, map_, lamp, atlas)
    viewed(shopper, tent)
    # The map was bought once with it, the boots viewed by three; books have nothing to do with it.
    assert named(shopper)[:3] == ["Stove", "Boots", "Map"]
    assert set(named(shopper)[3:]) == {"Tent", "Atlas", "Lamp"}
    assert named(shopper) == named(shopper)
    # Of the product: what goes with it, and nothing that only is popular.
    assert named(shopper, f"product={tent.id}") == ["Stove", "Boots", "Map"]
    # What they have bought is not recommended again, neither paid nor unpaid; what it brings is.
    bought(shopper, tent, is_paid=True)
    bought(shopper, boots, is_paid=False)
    assert named(shopper)[:2] == ["Stove", "Map"]
    assert not {"Tent", "Boots"} & set(named(shopper))
    assert named(shopper, f"product={stove.id}") == ["Map"]


def test_new_products_are_found_by_what_they_are() -> None:
    seller, shopper = a_person(is_seller=True), a_person()
    old = a_product(seller, name="Calculus textbook", category="Books", tags=("math",))
    others = shelf(seller, "Bicycle", "Helmet", category="Bikes")
    new = a_product(seller, name="Algebra textbook", category="Books", tags=("math",))
    far = a_product(seller, name="Poems", category="Books")
    tagged = a_product(seller, name="Slide rule", category="Tools", tags=("math",))
    listed(old, *others, new, far, tagged)
    viewed(shopper, old)
    assert named(shopper)[:3] == ["Algebra textbook", "Poems", "Slide rule"]
    related = named(shopper, f"product={old.id}")
    assert related == ["Algebra textbook", "Poems", "Slide rule"]
    # What is near by its meaning alone is found, too, and what is not stays away.
    guitar = a_product(seller, name="Acoustic guitar", category="Strings")
    ukulele = a_product(seller, name="Ukulele, for music lessons", category="Small things")
    listed(guitar, ukulele)
    assert named(shopper, f"product={guitar.id}")[0] == "Ukulele, for music lessons"
    # One that the index has not heard of yet has relations, too.
    newest = a_product(seller, name="Geometry textbook", category="Books", tags=("math",))
    assert named(shopper, f"product={newest.id}")[:2] == ["Algebra textbook", "Calculus textbook"]


def test_categories_in_which_somebody_was_lately_come_before_the_rest() -> None:
    seller, shopper = a_person(is_seller=True), a_person()
    bikes = shelf(seller, "Bicycle", "Helmet", "Pump", category="Bikes")
    books = shelf(seller, "Novel", "Atlas", category="Books")
    listed(*bikes, *books)
    viewed(shopper, books[0])
    assert set(named(shopper)[:2]) == {"Novel", "Atlas"}
    viewed(shopper, *bikes)
    assert set(named(shopper)[:3]) == {"Bicycle", "Helmet", "Pump"}


def test_hidden_products_are_not_recommended_though_the_index_is_behind() -> None:
    seller, shopper = a_person(is_seller=True), a_person()
    tent, stove, boots = shelf(seller, "Tent", "Stove", "Boots")
    for _ in range(2):
        bought(a_person(), tent, stove)
    listed(tent, stove, boots)
    viewed(shopper, tent)
    assert named(shopper)[0] == "Stove"
    catalog().change(Principal(seller.id, is_seller=True), stove.id, ProductChange(is_active=False))
    assert "Stove" not in named(shopper)
    listed(stove)
    assert "Stove" not in named(shopper)
    # Who may not see a product is told nothing of what goes with it.
    hidden = f"product={stove.id}"
    assert shop.get(PATH, query=hidden, token=shopper.access).status == 404
    assert named(seller, hidden) == []
    assert shop.get(PATH, query="product=5", token=shopper.access).status == 404


def test_that_a_product_was_looked_at_is_sent_to_be_counted_and_learned() -> None:
    shopper, product = a_person(), a_product()
    assert shop.get(f"/products/api/products/{product.id}/", token=shopper.access).status == 200
    sqs = client("sqs")
    url = sqs.get_queue_url(QueueName="counting")["QueueUrl"]
    [message] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    said = json.loads(message["Body"])
    assert (said["kind"], said["product_id"], said["user_id"]) == ("view", product.id, shopper.id)
