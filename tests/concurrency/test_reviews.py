"""Reviews and favourites of one product by many at once: each counts once, and sums are what they are sums of. And the
sum that is read and written back, which must fail the same test."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from commerce.catalog import store
from commerce.catalog.model import Figures
from commerce.catalog.service import catalog
from commerce.favorites.service import favorites
from commerce.kit import aws, settings
from commerce.kit.errors import Busy, NotFound
from commerce.kit.pages import PageRequest
from commerce.kit.principal import Principal
from commerce.kit.tables import Table, transact
from commerce.reviews.model import Opinion, ReviewedBefore
from commerce.reviews.service import reviews
from support import seam
from support.builders import a_product
from support.concurrency import at_once
from support.conflicts import HELD_SECONDS, ConflictingClient, conflicting

pytestmark = pytest.mark.usefixtures("dynamodb")

FIRST = 50_001
AUTHORS = 1_000 if os.environ.get("FULL") == "1" else 60


def rating_of(author: int) -> int:
    return author % 5 + 1


def figures_of(product_id: int) -> Figures:
    [product] = catalog().whole_products([product_id])
    return product.figures


def written(product_id: int, slug: str) -> list[int]:
    """The ratings of all reviews that there are."""
    found: list[int] = []
    for number in range(1, 100):
        page = reviews().page(None, slug, PageRequest(number, 100))
        found += [review.opinion.rating for review in page.reviews]
        if len(page.reviews) < 100:
            assert page.total == len(found)
            break
    return found


def add(argument: tuple[str, int]) -> str:
    slug, author = argument
    try:
        reviews().add(Principal(author), slug, Opinion(rating_of(author)))
    except ReviewedBefore:
        return "again"
    return "written"


def test_a_hundred_reviews_of_one_author_are_one() -> None:
    product = a_product()
    outcomes = Counter(at_once(add, [(product.slug, FIRST)] * 100))
    assert outcomes == {"written": 1, "again": 99}
    assert figures_of(product.id) == Figures(reviews=1, rating_sum=rating_of(FIRST))
    assert written(product.id, product.slug) == [rating_of(FIRST)]


def test_many_authors_of_one_product_are_all_counted() -> None:
    product = a_product()
    authors = range(FIRST, FIRST + AUTHORS)
    assert set(at_once(add, [(product.slug, author) for author in authors])) == {"written"}
    figures = figures_of(product.id)
    assert figures == Figures(reviews=AUTHORS, rating_sum=sum(map(rating_of, authors)))
    assert sorted(written(product.id, product.slug)) == sorted(map(rating_of, authors))


def naive_add(argument: tuple[str, int]) -> None:
    """A sum that is read and written back."""
    key, author = argument
    table = Table(settings.text("CATALOG_TABLE"))
    found = table.get(key, "NAIVE", consistent=True) or {"reviews": 0, "rating_sum": 0}
    sums = {"reviews": found["reviews"] + 1, "rating_sum": found["rating_sum"] + rating_of(author)}
    table.write(table.put({"pk": key, "sk": "NAIVE", **sums}))


def test_control_a_sum_that_is_read_and_written_back_loses_reviews() -> None:
    authors = range(FIRST, FIRST + AUTHORS)
    at_once(naive_add, [("NAIVE#1", author) for author in authors])
    found = Table(settings.text("CATALOG_TABLE")).get("NAIVE#1", "NAIVE", consistent=True)
    assert found is not None and found["reviews"] < AUTHORS


def act(argument: tuple[str, str, int, int]) -> str:
    """One change of somebody's review."""
    kind, slug, author, review_id = argument
    caller = Principal(author)
    try:
        if kind == "remove":
            reviews().remove(caller, slug, review_id)
        else:
            reviews().revise(caller, slug, review_id, {"rating": int(kind)})
    except NotFound:
        return "gone"
    return "done"


def test_changes_and_removals_adjust_the_sums_exactly() -> None:
    product = a_product()
    authors = range(FIRST, FIRST + 20)
    made = [
        (author, reviews().add(Principal(author), product.slug, Opinion(rating_of(author))).value.id)
        for author in authors
    ]
    actions = [
        (kind, product.slug, author, review_id)
        for author, review_id in made
        for kind in ("1", "5", "3", *(["remove", "remove"] if author % 2 else []))
    ]
    outcomes = Counter(zip((kind for kind, *_ in actions), at_once(act, actions), strict=True))
    assert outcomes["remove", "done"] == sum(author % 2 for author in authors)
    left = written(product.id, product.slug)
    assert len(left) == sum(author % 2 == 0 for author in authors)
    assert figures_of(product.id) == Figures(reviews=len(left), rating_sum=sum(left))


def toggle(argument: tuple[str, int]) -> bool:
    slug, user = argument
    return favorites().toggle(Principal(user), slug).value


def test_favourites_are_counted_exactly_however_often_they_are_toggled() -> None:
    product = a_product()
    users = range(FIRST, FIRST + 12)
    # Three times at once each: on, off and on again in some order.
    outcomes = Counter(at_once(toggle, [(product.slug, user) for user in users for _ in range(3)]))
    assert outcomes == {True: 24, False: 12}
    assert figures_of(product.id) == Figures(favorites=12)
    assert all(favorites().among(Principal(user), [product.id]) for user in users)


def try_to_add(argument: tuple[str, int]) -> str:
    try:
        return add(argument)
    except Busy:
        return "turned away"


def test_nobody_is_turned_away_where_transactions_conflict_as_in_aws() -> None:
    product, authors = a_product(), range(FIRST, FIRST + 60)
    with conflicting() as troubled, ThreadPoolExecutor(len(authors)) as pool:
        outcomes = Counter(pool.map(try_to_add, [(product.slug, author) for author in authors]))
    assert outcomes == {"written": len(authors)}
    assert troubled.conflicts
    assert figures_of(product.id) == Figures(reviews=len(authors), rating_sum=sum(map(rating_of, authors)))


class TakesEverything:
    """A database that holds nothing and refuses nothing, so that only the time for which items are held counts."""

    def __init__(self) -> None:
        self.exceptions = aws.client("dynamodb").exceptions

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        return {}


def conflicts_with(shards: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often transactions conflict when a hundred people's meet at one product's figures."""
    monkeypatch.setattr(store, "FIGURE_SHARDS", shards)
    troubled = ConflictingClient(TakesEverything(), HELD_SECONDS)
    with seam.in_place_of("dynamodb", troubled), ThreadPoolExecutor(100) as pool:
        people = range(FIRST, FIRST + 100)
        list(pool.map(lambda one: transact([catalog().figures_write(1, one, Figures(favorites=1))]), people))
    return troubled.conflicts


def test_shards_spare_most_of_the_conflicts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert conflicts_with(store.FIGURE_SHARDS, monkeypatch) < conflicts_with(1, monkeypatch)
