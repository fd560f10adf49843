"""Who hears of a product: its seller, its subscribers, and those whose favourite it is, each on some page."""

import pytest

from commerce.catalog.model import Product
from commerce.events.products import ProductEvent, product_changed
from commerce.favorites.service import favorites
from commerce.kit import clock
from commerce.kit.errors import InvalidInput
from commerce.kit.principal import Principal
from commerce.kit.tables import Table
from commerce.watching import service
from commerce.watching.model import MAX_SUBSCRIPTIONS, SUBSCRIPTION_SECONDS, Subscriptions
from commerce.watching.service import watching
from support.builders import a_person, a_product
from support.realtime import once_before

pytestmark = pytest.mark.usefixtures("aws")
NOW = 1_736_416_800


def an_event(product: Product) -> ProductEvent:
    listed = {"name": product.name, "slug": product.slug, "price_minor": 1, "currency": "USD"}
    flags = {"is_in_stock": True, "is_active": True}
    return product_changed("product:1", 0, product.id, product.seller_id, {}, {**listed, **flags})  # type: ignore[typeddict-item]


def pages(product: Product) -> list[dict[int, str]]:
    """All who hear of the product, page after page."""
    found, position = [], None
    while not found or position is not None:
        audience = watching().audience(an_event(product), position)
        found.append(dict(audience.recipients))
        position = audience.next
    return found


def test_a_product_s_audience(monkeypatch: pytest.MonkeyPatch) -> None:
    product, other = a_product(), a_product(name="Other")
    lovers = [Principal(number) for number in range(1, 8)]
    assert pages(product) == [{product.seller_id: "seller"}]

    for lover in lovers:
        favorites().toggle(lover, product.slug)
        favorites().toggle(lover, other.slug)
    favorites().toggle(lovers[0], product.slug)
    for subscriber in (7, 8, 9, product.seller_id):
        watching().subscribe(subscriber, [product.id])
    watching().subscribe(10, [other.id])

    [everybody] = pages(product)
    assert everybody == {product.seller_id: "seller"} | dict.fromkeys(range(2, 10), "watcher")

    monkeypatch.setattr(service, "AUDIENCE_PAGE", 2)
    found = pages(product)
    assert len(found) > 3
    assert max(map(len, found)) <= 3
    assert {user_id: role for page in found for user_id, role in page.items()} == everybody


def test_favourites_have_the_key_by_which_an_event_finds_them() -> None:
    product, lover = a_product(), a_person()
    favorites().toggle(lover.principal, product.slug)
    [row] = Table("Catalog").query_all(f"FAVORITES#{lover.id}")
    assert row["watched_product"] == product.id


def test_subscriptions_end_by_themselves_and_can_be_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    product = a_product()
    watching().subscribe(7, [product.id])
    watching().subscribe(8, [product.id])
    half = clock.now() + SUBSCRIPTION_SECONDS // 2
    monkeypatch.setattr(clock, "now", lambda: half)
    assert watching().subscribe(8, [product.id]) == [product.id]
    later = half + SUBSCRIPTION_SECONDS // 2 + 1
    monkeypatch.setattr(clock, "now", lambda: later)

    assert pages(product) == [{product.seller_id: "seller", 8: "watcher"}]
    assert watching().subscribe(7, []) == []


def test_of_too_many_subscriptions_those_named_longest_ago_go() -> None:
    """They are gone for the products as well."""
    first, last = range(1, MAX_SUBSCRIPTIONS + 1), range(100, 103)
    assert watching().subscribe(7, first) == list(first)
    assert watching().subscribe(7, [1]) == [*first[1:], 1]

    assert watching().subscribe(7, last) == [*first[4:], 1, *last]

    rows = {product: Table("Realtime").get(f"SUBSCRIBERS#{product}", "USER#7") for product in (*first, *last)}
    assert [product for product, row in rows.items() if row is None] == [2, 3, 4]
    with pytest.raises(InvalidInput):
        watching().subscribe(7, range(1, MAX_SUBSCRIPTIONS + 2))


def test_two_sockets_of_one_person_subscribe_at_the_same_moment() -> None:
    once_before("TransactWriteItems", lambda: watching().subscribe(7, [1]))

    assert watching().subscribe(7, [2]) == [1, 2]

    assert all(Table("Realtime").get(f"SUBSCRIBERS#{product}", "USER#7") for product in (1, 2))


def test_the_rule_alone() -> None:
    before = Subscriptions({1: NOW - 1, 2: NOW + 1, 3: NOW + 2}, version=4)
    end = NOW + SUBSCRIPTION_SECONDS
    assert before.renewed([2, 4], NOW) == Subscriptions({3: NOW + 2, 2: end, 4: end}, version=5)
