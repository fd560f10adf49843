"""What a change costs to publish and to fetch, at 1,000 and at 100,000 products, counted and not timed.

    PYTHONPATH=layers/domain:functions:tests python -m benchmarks.publication [products …]

One change at a time is the worst case: the indexer takes up to 500 together. A publication puts the new segment, the
deletion in the old one, the vectors of new texts, and the manifest; now and then small segments, or files of vectors,
are put together, which is in the mean and in the maximum. A reader fetches what it lacks.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from time import thread_time
from typing import Any

from benchmarks.search import entries
from commerce.search.model import IndexDocument, SearchQuery
from commerce.search.replicas import CHECK_EVERY_MS, IndexReader, IndexWriter
from commerce.search.store import IndexBucket

CHANGES = 120


class Traffic:
    """Calls and bytes of S3 since the last look."""

    def __init__(self) -> None:
        from commerce.kit import aws

        self._calls, self._put, self._got = 0, 0, 0
        events = aws.client("s3").meta.events
        events.register("before-call.s3", self._count_call)
        events.register("after-call.s3.GetObject", self._count_got)

    def _count_call(self, params: dict[str, Any], **_: Any) -> None:
        self._calls += 1
        body = params.get("body")
        if body is not None and params["method"] == "PUT":
            if isinstance(body, bytes):
                self._put += len(body)
            else:
                place = body.tell()
                self._put += body.seek(0, 2)
                body.seek(place)

    def _count_got(self, parsed: dict[str, Any], **_: Any) -> None:
        self._got += parsed.get("ContentLength", 0)

    def taken(self) -> tuple[int, int, int]:
        """(calls, bytes put, bytes got), which then count from 0 again."""
        taken = self._calls, self._put, self._got
        self._calls = self._put = self._got = 0
        return taken


def sold(shelf: list[IndexDocument]) -> Iterator[IndexDocument]:
    """The same products with other stocks."""
    for number in range(CHANGES):
        document = shelf[number % len(shelf)]
        yield replace(document, summary=replace(document.summary, stock=10_000 + number))


def described(shelf: list[IndexDocument]) -> Iterator[IndexDocument]:
    """The same products with other texts."""
    for number in range(CHANGES):
        document = shelf[number % len(shelf)]
        yield replace(document, description=f"{document.description} {number}")


def measured(name: str, bucket: IndexBucket, writer: IndexWriter, reader: IndexReader, changes: Iterable[Any]) -> None:
    """A line for what publishing and fetching these changes cost, one by one."""
    traffic = Traffic()
    put, got, calls, spent = [], [], [], []
    for change in changes:
        writer.begin()
        traffic.taken()
        writer.apply([change], ())
        made, sent, _ = traffic.taken()
        reader._checked_at -= CHECK_EVERY_MS
        started = thread_time()
        reader.find(SearchQuery())
        spent.append((thread_time() - started) * 1000)
        put.append(sent)
        calls.append(made)
        got.append(traffic.taken()[2])
    print(
        f"{name:24}{median(put) / 1024:11.1f}{mean(put) / 1024:9.1f}{max(put) / 1024:9.0f}{mean(calls):7.1f}"
        f"{median(got) / 1024:13.1f}{mean(got) / 1024:9.1f}{median(spent):13.1f}{max(spent):7.1f}"
    )


def report(products: int) -> None:
    from support.account import empty_account

    with TemporaryDirectory() as writing, TemporaryDirectory() as reading, empty_account():
        bucket = IndexBucket("bazaar-index")
        writer, reader = IndexWriter(bucket, Path(writing)), IndexReader(bucket, Path(reading))
        writer.replace(entries(products))
        traffic = Traffic()
        started = thread_time()
        reader.find(SearchQuery())
        cold = (thread_time() - started) * 1000
        calls, _, whole = traffic.taken()
        print(
            f"\n{products:,} products: {whole / 1024:,.0f} KB in {calls} GETs at a cold start, {cold:.0f} ms to take in"
        )
        print(f"{'KB':24}{'put median':>11}{'mean':>9}{'most':>9}{'calls':>7}{'got median':>13}{'mean':>9}"
              f"{'refresh ms':>13}{'most':>7}")  # fmt: skip
        shelf = list(entries(min(products, CHANGES)))
        measured("a stock changes", bucket, writer, reader, sold(shelf))
        measured("a text changes", bucket, writer, reader, described(shelf))


def main(arguments: list[str]) -> None:
    import os

    from conftest import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    for products in [int(one) for one in arguments] or [1_000, 100_000]:
        report(products)


if __name__ == "__main__":
    main(sys.argv[1:])
