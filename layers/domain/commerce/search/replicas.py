"""Copies of the published index on this process's disk: the one that lists are read from, and the one that is edited.

Each process has a directory of its own under the temporary one; what dead processes left there is removed first.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from commerce.kit import clock, logs
from commerce.search.model import (
    Explanation,
    IndexDocument,
    IndexUnavailable,
    ProductSummary,
    SearchPage,
    SearchQuery,
    SellerFigures,
    Stage,
)
from commerce.search.store import Bundle, IndexBucket, Version

if TYPE_CHECKING:
    from commerce.search.tantivy_gateway import Engine

CHECK_EVERY_MS = 1_000
MAX_WAIT_MS = 16_000
_PARALLEL_FETCHES = 8
_META = "meta.json"


class SchemaDiffers(Exception):
    """What is published was written for another schema than this code's."""


class NothingToEdit(Exception):
    """No index is published, or one of another schema: it has to be built from the catalogue."""


class IndexReader:
    """The index as lists see it. One GET a second at most looks for news (304 without any); a list needs no other call.

    A new version is served once all of it has arrived. When S3 or the new version is in trouble the last good one is
    served, and looks become rarer, down to one in MAX_WAIT_MS.
    """

    def __init__(self, bucket: IndexBucket, directory: Path | None = None) -> None:
        self._bucket = bucket
        self._directory = directory
        self._engine: Engine | None = None
        self._version: Version | None = None
        self._checked_at = 0
        self._wait_ms = 0
        self._in_trouble = False
        self._lock = Lock()

    def find(self, query: SearchQuery) -> SearchPage:
        """The answer of the newest index at hand; nothing is found where none is published.

        Raises IndexUnavailable when none is at hand and none can be read.
        """
        engine = self._newest()
        return engine.find(query) if engine else SearchPage(0, (), query.page)

    def by_ids(self, product_ids: Sequence[int]) -> list[ProductSummary]:
        """Those of the products that it holds, in the order asked for. Raises IndexUnavailable as `find` does."""
        engine = self._newest()
        return engine.by_ids(product_ids) if engine else []

    def like(self, product_id: int, limit: int) -> Mapping[int, float]:
        """What means nearly the same as a product. Raises IndexUnavailable as `find` does."""
        engine = self._newest()
        return engine.like(product_id, limit) if engine else {}

    def explain(self, query: SearchQuery) -> Explanation:
        """Why `find` finds what it finds. Raises IndexUnavailable as `find` does."""
        engine = self._newest()
        return engine.explain(query) if engine else Explanation(Stage.EXACT, 0, (), (), ())

    def category_counts(self) -> Mapping[str, int]:
        """How many products each category holds. Raises IndexUnavailable as `find` does."""
        engine = self._newest()
        return engine.category_counts() if engine else {}

    def seller_figures(self, seller_id: int) -> SellerFigures:
        """What a seller's products add up to. Raises IndexUnavailable as `find` does."""
        engine = self._newest()
        return engine.seller_figures(seller_id) if engine else SellerFigures()

    def _newest(self) -> "Engine | None":
        """The newest index at hand, after a look for news when one is due; None where none is published."""
        if self._is_due():
            with self._lock:
                if self._is_due():
                    self._check()
        if self._engine is None and self._in_trouble:
            raise IndexUnavailable
        return self._engine

    def _is_due(self) -> bool:
        # A wall clock may be set back; then the difference is large too, and one look too many does no harm.
        return (self._in_trouble and self._engine is None) or abs(clock.now_ms() - self._checked_at) >= self._wait_ms

    def _check(self) -> None:
        try:
            version = self._bucket.current_version(self._version)
            if version is None:
                self._engine = self._version = None
            elif version is not self._version:
                self._adopt(version)
        except Exception as error:
            # Whatever is wrong with S3 or with the new version, the last good one goes on serving.
            logs.failure("the published index cannot be read", error)
            self._in_trouble = True
            self._wait_ms = min(MAX_WAIT_MS, max(CHECK_EVERY_MS, self._wait_ms * 2))
        else:
            self._in_trouble = False
            self._wait_ms = CHECK_EVERY_MS
        self._checked_at = clock.now_ms()

    def _adopt(self, version: Version) -> None:
        from commerce.search.tantivy_gateway import SCHEMA, Engine

        if version.manifest.schema != SCHEMA:
            raise SchemaDiffers(f"published: {version.manifest.schema}, wanted: {SCHEMA}")
        if self._directory is None:
            self._directory = own_directory()
        fetch(self._bucket, version, self._version, self._directory)
        # The engine that serves now keeps its files open, so they may be unlinked beneath it.
        self._engine = Engine(self._directory)
        prune(version, self._directory)
        self._version = version


class IndexWriter:
    """The index as the one writer edits it: `begin`, read what is true now, then `apply` (or `replace`).

    In this order a change that somebody else publishes in between is always noticed, and stale facts never overwrite
    newer ones. The directory is kept between calls and fetched again only when others published.
    """

    def __init__(self, bucket: IndexBucket, directory: Path | None = None) -> None:
        self._bucket = bucket
        self._directory = directory
        self._engine: Engine | None = None
        self._version: Version | None = None

    def begin(self) -> None:
        """Start from what is published now. Raises NothingToEdit."""
        from commerce.search.tantivy_gateway import SCHEMA, Engine

        version = self._bucket.current_version(self._version)
        if version is None or version.manifest.schema != SCHEMA:
            self._forget()
            raise NothingToEdit
        if version is not self._version or self._engine is None:
            self._engine = None
            directory = self._own_directory()
            fetch(self._bucket, version, self._version, directory)
            prune(version, directory)
            self._engine = Engine(directory)
            self._version = version

    def apply(self, documents: Iterable[IndexDocument], gone: Iterable[int]) -> int:
        """Put the documents in and the ids out, and publish; how many documents that changed (0: nothing to publish).

        Raises PublishConflict when somebody published since `begin`.
        """
        if self._engine is None:
            raise RuntimeError("begin() comes first")
        try:
            changed = self._engine.apply(documents, gone)
            if changed:
                self._publish(self._engine, self._version)
        except BaseException:
            # The directory may be ahead of what is published; nothing of it can be trusted any more.
            self._forget()
            raise
        return changed

    def replace(self, documents: Iterable[IndexDocument]) -> int:
        """Publish an index of exactly these documents in place of whatever is published; how many there are.

        Raises PublishConflict when somebody published meanwhile: the documents may be stale against that.
        """
        from commerce.search.tantivy_gateway import Engine

        self._forget()
        base = self._bucket.current_version(None)
        try:
            engine = Engine(self._own_directory())
            written = engine.apply(documents, ())
            self._publish(engine, base)
        except BaseException:
            self._forget()
            raise
        self._engine = engine
        return written

    def _publish(self, engine: "Engine", base: Version | None) -> None:
        from commerce.search.tantivy_gateway import SCHEMA

        snapshot = engine.snapshot()
        directory = self._own_directory()
        self._version = self._bucket.publish(base, SCHEMA, snapshot.meta, snapshot.bundles, directory)
        prune(self._version, directory)

    def _own_directory(self) -> Path:
        if self._directory is None:
            self._directory = own_directory()
        self._directory.mkdir(parents=True, exist_ok=True)
        return self._directory

    def _forget(self) -> None:
        self._engine = None
        self._version = None
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)


def fetch(bucket: IndexBucket, version: Version, held: Version | None, directory: Path) -> None:
    """Complete the directory to the version: its missing bundles, then, as the last step, its table of contents."""
    directory.mkdir(parents=True, exist_ok=True)
    at_hand = set(held.manifest.bundles) if held else set()
    missing = [bundle for bundle in version.manifest.bundles if bundle not in at_hand]

    def fetch_one(bundle: Bundle) -> None:
        bucket.fetch(bundle, directory)

    if len(missing) > 1:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_PARALLEL_FETCHES) as pool:
            list(pool.map(fetch_one, missing))
    else:
        list(map(fetch_one, missing))
    part = directory / f"{_META}.part"
    part.write_text(version.manifest.meta, encoding="utf-8")
    part.replace(directory / _META)


def prune(version: Version, directory: Path) -> None:
    """Remove the files that the version does not need; the engine's own (hidden) bookkeeping stays."""
    needed = {name for bundle in version.manifest.bundles for name, _ in bundle.files} | {_META}
    for path in directory.iterdir():
        if path.name not in needed and not path.name.startswith("."):
            path.unlink(missing_ok=True)


def own_directory() -> Path:
    """A fresh directory for this process."""
    parent = Path(tempfile.gettempdir()) / "commerce-index"
    parent.mkdir(exist_ok=True)
    for left in parent.iterdir():
        owner = left.name.partition("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
