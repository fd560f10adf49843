"""The books' own rows in the Orders table: what has been checked and need not be read again.

BOOKS              CHECKPOINT                       {until, began}: all from `began` until then is checked
BOOKS              FINDING#<ORDER|PRODUCT>#<id>     {problems} of it, until a check finds it right
PIECES#<product>   PIECES                           {pieces, until}: what orders held of a product then
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commerce.kit.attributes import Item
from commerce.kit.tables import ConditionFailed, Table, read

KEYS_AT_ONCE = 100


@dataclass(frozen=True)
class BooksState:
    """Until when everything is checked and since when (milliseconds, UTC; 0 before the first check), and what is
    wrong, by order and by product."""

    until: int = 0
    began: int = 0
    orders: Mapping[int, list[str]] = field(default_factory=dict)
    products: Mapping[int, list[str]] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        return [one for found in (*self.orders.values(), *self.products.values()) for one in found]


class BooksStore:
    """Every access to the books' rows."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def state(self) -> BooksState:
        """The checkpoint and the findings, in one query."""
        checkpoint: Item = {}
        found: dict[str, dict[int, list[str]]] = {"ORDER": {}, "PRODUCT": {}}
        for row in self._table.query_all("BOOKS", consistent=True):
            if row["sk"] == "CHECKPOINT":
                checkpoint = row
            else:
                _, kind, number = row["sk"].split("#")
                found[kind][int(number)] = list(row["problems"])
        return BooksState(checkpoint.get("until", 0), checkpoint.get("began", 0), found["ORDER"], found["PRODUCT"])

    def advance(self, before: BooksState, began: int, until: int) -> None:
        """Move the checkpoint; a no-op when somebody else has."""
        item = {"pk": "BOOKS", "sk": "CHECKPOINT", "began": began, "until": until}
        condition, values = "attribute_not_exists(#pk)", None
        if before.until:
            condition, values = "#until = :before", {"before": before.until}
        self._put_if(item, condition, values)

    def pieces(self, product_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """(pieces, until) of those products that the books have seen."""
        found = {}
        for start in range(0, len(product_ids), KEYS_AT_ONCE):
            some = product_ids[start : start + KEYS_AT_ONCE]
            rows = read([(self._table, f"PIECES#{one}", "PIECES") for one in some], consistent=True)
            for product_id, row in zip(some, rows, strict=True):
                if row:
                    found[product_id] = (row["pieces"], row["until"])
        return found

    def save_pieces(self, product_id: int, pieces: int, until: int) -> None:
        """Store what orders held of a product at the end of a window; a no-op when a later one is known."""
        item = {"pk": f"PIECES#{product_id}", "sk": "PIECES", "pieces": pieces, "until": until}
        self._put_if(item, "attribute_not_exists(#pk) OR #until < :until", {"until": until})

    def save_finding(self, kind: str, number: int, problems: list[str]) -> None:
        """Store what is wrong with an ORDER or a PRODUCT, or that nothing is any more."""
        sk = f"FINDING#{kind}#{number}"
        if problems:
            self._table.write(self._table.put({"pk": "BOOKS", "sk": sk, "problems": problems}))
        else:
            self._table.write(self._table.delete("BOOKS", sk))

    def _put_if(self, item: Item, condition: str, values: Item | None) -> None:
        try:
            self._table.write(self._table.put(item, condition=condition, values=values))
        except ConditionFailed:
            pass
