"""The AWS calls of a filtered page of 20 by the size of the catalogue, through the real handler and the real index."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import time_machine

from commerce.search.model import IndexDocument

SIZES = (200, 100_000)
MARKETPLACE_SIZES = (1_000, 100_000)
_FILTERS = "search=phone&category=electronics&price_min=50&price_max=5000&in_stock=true&ordering=price"
_NOW = 1_760_000_000


def _entries(products: int, sellers: Sequence[int] = (7,)) -> Iterator[IndexDocument]:
    """So many, the first page of which by price is in the table too, where a search looks for what was hidden since."""
    from support.builders import a_person, a_product
    from support.documents import CREATED, an_entry

    owner = a_person(is_seller=True)
    for number in range(20):
        product = a_product(owner, name=f"Phone {number}")
        yield an_entry(product.id, seller_id=sellers[number % len(sellers)], price_minor=9_999, created_at=CREATED)
    for number in range(1, products - 19):
        yield an_entry(number, seller_id=sellers[number % len(sellers)])


def calls_with(products: int) -> tuple[list[str], list[str], list[str]]:
    """The calls of a process's first list, of its next one, and of one that looks for a newer index."""
    from commerce.search.replicas import IndexReader, IndexWriter
    from commerce.search.service import search
    from commerce.search.store import IndexBucket
    from support.account import empty_account
    from support.client import Client
    from support.meter import Meter

    def listed() -> list[str]:
        with Meter() as meter:
            answer = Client("storefront").get("/api/products/", query=_FILTERS)
        if (answer.body["count"], len(answer.body["results"])) != (products, 20):
            raise AssertionError("the page is not what it should be")
        return [call.operation for call in meter.calls]

    with TemporaryDirectory() as directory, time_machine.travel(_NOW, tick=False) as clock, empty_account():
        bucket = IndexBucket("bazaar-index")
        IndexWriter(bucket, Path(directory)).replace(_entries(products))
        search()._index = IndexReader(bucket)
        first, warm = listed(), listed()
        clock.shift(1)
        return first, warm, listed()


def marketplace_cost_with(products: int) -> list[tuple[list[str], float]]:
    """(calls, read units) of pages of 20 of the marketplace in a warm process: of the list for nobody and for somebody,
    filtered and not; of a category's products; of the categories with their counts; of a seller's page."""
    from commerce.search.replicas import IndexReader, IndexWriter
    from commerce.search.service import search
    from commerce.search.store import IndexBucket
    from support.account import empty_account
    from support.builders import a_category, a_person
    from support.client import Client
    from support.meter import Meter

    base = "/api/marketplace/"
    found = []
    with TemporaryDirectory() as directory, time_machine.travel(_NOW, tick=False), empty_account():
        sellers = [a_person(is_seller=True).id for _ in range(40)]
        reader = a_person().access
        a_category()
        bucket = IndexBucket("bazaar-index")
        IndexWriter(bucket, Path(directory)).replace(_entries(products, sellers))
        search()._index = IndexReader(bucket)
        for path, query, token in (
            ("products/", "", None),
            ("products/", f"{_FILTERS}&condition=new&min_rating=0", reader),
            ("products/", "ordering=-average_rating&page=5", reader),
            ("categories/electronics/products/", "", reader),
            ("categories/", "", None),
            (f"sellers/{sellers[0]}/", "", reader),
        ):
            options = {"query": query, "token": token}
            Client("marketplace").get(base + path, **options)
            with Meter() as meter:
                answer = Client("marketplace").get(base + path, **options)
            shown = answer.body["products"] if path.startswith("sellers") else answer.body
            if answer.status != 200 or len(shown) != (1 if path == "categories/" else 20):
                raise AssertionError("the page is not what it should be")
            found.append(([call.operation for call in meter.calls], float(sum(call.rcu for call in meter.calls))))
    return found


def main() -> None:
    import os

    from conftest import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    for products in SIZES:
        first, warm, later = calls_with(products)
        print(f"{products:>7,} products: first {first}, warm {warm}, looking for a newer index {later}")
    for products in MARKETPLACE_SIZES:
        print(f"{products:>7,} products, marketplace: {marketplace_cost_with(products)}")


if __name__ == "__main__":
    main()
