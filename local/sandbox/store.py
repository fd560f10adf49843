"""The sandbox's database: the providers' objects, and the book of captures, refunds and transfers."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    kind TEXT, id TEXT, parent TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_parent ON objects (kind, parent);
CREATE TABLE IF NOT EXISTS captures (
    provider TEXT, reference TEXT, "transaction" TEXT, amount_minor INTEGER, currency TEXT, at INTEGER);
CREATE TABLE IF NOT EXISTS refunds (
    provider TEXT, reference TEXT, "transaction" TEXT, refund TEXT, note TEXT, amount_minor INTEGER, currency TEXT,
    at INTEGER);
CREATE TABLE IF NOT EXISTS transfers (
    provider TEXT, reference TEXT, transfer TEXT, amount_minor INTEGER, currency TEXT, at INTEGER,
    returned INTEGER DEFAULT 0);
CREATE INDEX IF NOT EXISTS refunds_of ON refunds (provider, "transaction");
CREATE TABLE IF NOT EXISTS serials (id INTEGER PRIMARY KEY AUTOINCREMENT);
"""


class Store:
    """One SQLite file, or memory. Use it inside `transaction` only; several threads may."""

    def __init__(self, path: Path | None = None) -> None:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + _SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One caller at a time; an exception rolls it back."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Closes the database."""
        with self._lock:
            self._database.close()

    def put(self, kind: str, object_id: str, value: dict[str, Any], parent: str = "") -> None:
        """Stores an object under its kind and id; `of` finds it by its parent."""
        row = (kind, object_id, parent, json.dumps(value))
        self._database.execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)", row)

    def get(self, kind: str, object_id: str) -> dict[str, Any] | None:
        """The object of that kind and id."""
        row = self._database.execute("SELECT body FROM objects WHERE kind = ? AND id = ?", (kind, object_id)).fetchone()
        return json.loads(row["body"]) if row else None

    def of(self, kind: str, parent: str) -> list[dict[str, Any]]:
        """The objects of a parent, in the order of their ids."""
        rows = self._database.execute(
            "SELECT body FROM objects WHERE kind = ? AND parent = ? ORDER BY id", (kind, parent)
        )
        return [json.loads(row["body"]) for row in rows]

    def serial(self) -> int:
        """The next number: ten digits, as providers have them."""
        return 4_000_000_000 + int(self._database.execute("INSERT INTO serials DEFAULT VALUES").lastrowid or 0)

    def capture(self, **entry: str | int) -> None:
        """Records a capture."""
        self._insert("captures", entry)

    def refund(self, **entry: str | int) -> None:
        """Records a refund."""
        self._insert("refunds", entry)

    def transfer(self, **entry: str | int) -> None:
        """Records money that was sent to somebody."""
        self._insert("transfers", entry)

    def return_transfer(self, provider: str, reference: str) -> None:
        """Records that it came back."""
        self._database.execute(
            "UPDATE transfers SET returned = 1 WHERE provider = ? AND reference = ?", (provider, reference)
        )

    def refunded(self, provider: str, transaction: str) -> int:
        """How much of a capture was refunded, in minor units."""
        row = self._database.execute(
            'SELECT coalesce(sum(amount_minor), 0) AS total FROM refunds WHERE provider = ? AND "transaction" = ?',
            (provider, transaction),
        ).fetchone()
        return int(row["total"])

    def book(self) -> dict[str, list[dict[str, Any]]]:
        """All captures, refunds and transfers, oldest first."""
        return {
            table: [dict(row) for row in self._database.execute(f"SELECT * FROM {table} ORDER BY rowid")]  # noqa: S608
            for table in ("captures", "refunds", "transfers")
        }

    def _insert(self, table: str, entry: dict[str, str | int]) -> None:
        names = ", ".join(f'"{name}"' for name in entry)
        marks = ", ".join("?" * len(entry))
        self._database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(entry.values()))  # noqa: S608
