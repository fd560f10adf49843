"""The books' own rows in the Orders table: what has been added up and need not be read again.

BOOKS             CHECKPOINT              {until}: everything until then is in the sums
BOOKS             FINDING#<order id>      {problems} of an order, until a check finds it right
BOOKS#<day>       WINDOW#<since>          {orders, entries, balances} of one window of time, written once
PIECES#<product>  PIECES                  {pieces, until}: what orders held of a product at the end of a window
"""

from collections.abc import Mapping
from typing import Any

from commerce.kit.items import Item
from commerce.kit.tables import ConditionFailed, Table


class BooksStore:
    """Every access to the books' rows."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def checkpoint(self) -> int:
        """Until when everything is in the sums (milliseconds, UTC), 0 before the first check."""
        found = self._table.get("BOOKS", "CHECKPOINT", consistent=True)
        return int(found["until"]) if found else 0

    def advance(self, since: int, until: int) -> None:
        """Move the checkpoint; a no-op when somebody else has."""
        condition, values = ("#until = :since", {"since": since}) if since else ("attribute_not_exists(#pk)", None)
        item = {"pk": "BOOKS", "sk": "CHECKPOINT", "until": until}
        try:
            self._table.write(self._table.put(item, condition=condition, values=values))
        except ConditionFailed:
            pass

    def save_window(self, day: str, since: int, sums: Mapping[str, Any]) -> None:
        """Store the sums of one window; the same again replaces itself."""
        self._table.write(self._table.put({"pk": f"BOOKS#{day}", "sk": f"WINDOW#{since:013d}", **sums}))

    def windows(self, day: str) -> list[Item]:
        """The sums of a day's windows (UTC, 2026-11-21)."""
        return list(self._table.query_all(f"BOOKS#{day}"))

    def pieces(self, product_id: int) -> tuple[int, int] | None:
        """(pieces, until) of a product, None before the books first saw it."""
        found = self._table.get(f"PIECES#{product_id}", "PIECES", consistent=True)
        return (int(found["pieces"]), int(found["until"])) if found else None

    def save_pieces(self, product_id: int, pieces: int, until: int) -> None:
        """Store what orders held of a product at the end of a window."""
        item = {"pk": f"PIECES#{product_id}", "sk": "PIECES", "pieces": pieces, "until": until}
        self._table.write(self._table.put(item))

    def findings(self) -> dict[int, list[str]]:
        """What is wrong, by order."""
        rows = self._table.query_all("BOOKS", prefix="FINDING#", consistent=True)
        return {int(row["sk"].removeprefix("FINDING#")): list(row["problems"]) for row in rows}

    def save_findings(self, order_id: int, problems: list[str]) -> None:
        """Store what is wrong with an order, or that nothing is any more."""
        sk = f"FINDING#{order_id}"
        if problems:
            self._table.write(self._table.put({"pk": "BOOKS", "sk": sk, "problems": problems}))
        else:
            self._table.write(self._table.delete("BOOKS", sk))
