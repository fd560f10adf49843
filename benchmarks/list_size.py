"""The AWS calls of a filtered page of 20 by the size of the catalogue, through the real handler and the real index."""

from pathlib import Path
from tempfile import TemporaryDirectory

import time_machine

SIZES = (200, 100_000)
_FILTERS = "search=phone&category=electronics&price_min=50&price_max=5000&in_stock=true&ordering=price"
_NOW = 1_760_000_000


def calls_with(products: int) -> tuple[list[str], list[str], list[str]]:
    """The calls of a process's first list, of its next one, and of one that looks for a newer index."""
    from commerce.search.replicas import IndexReader, IndexWriter
    from commerce.search.service import search
    from commerce.search.store import IndexBucket
    from support.account import empty_account
    from support.client import Client
    from support.documents import an_entry
    from support.meter import Meter

    def listed() -> list[str]:
        with Meter() as meter:
            answer = Client("storefront").get("/api/products/", query=_FILTERS)
        if (answer.body["count"], len(answer.body["results"])) != (products, 20):
            raise AssertionError("the page is not what it should be")
        return [call.operation for call in meter.calls]

    with TemporaryDirectory() as directory, time_machine.travel(_NOW, tick=False) as clock, empty_account():
        bucket = IndexBucket("bazaar-index")
        IndexWriter(bucket, Path(directory)).replace(an_entry(number) for number in range(1, products + 1))
        search()._index = IndexReader(bucket)
        first, warm = listed(), listed()
        clock.shift(1)
        return first, warm, listed()


def main() -> None:
    import os

    from conftest import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    for products in SIZES:
        first, warm, later = calls_with(products)
        print(f"{products:>7,} products: first {first}, warm {warm}, looking for a newer index {later}")


if __name__ == "__main__":
    main()
