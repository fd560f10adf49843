"""Metrics table. Counters are kept in shards that are summed when they are read, so that no item is written by all.

    SELLER#<id>              DAY#<day or ALL>#<shard>            what was counted of a seller on a day, and ever
    SELLER#<id>              PRODUCT#<product id>#<shard>        of a product of theirs, ever
    PRODUCT#<id>             DAY#<day>#<shard>                   of a product on a day
    PRODUCT#<id>             ORDER#<order id>                    units of it in an order, as it was placed
    SHOP#<month>#<shard>     DAY#<day>#<currency>#<account>      of an account of the ledger, or of the shop (`all`)
    FACT#<subject>           <name>                              that a fact was counted; with `expires_at` if it ends

A fact's receipt and what it adds are one transaction: refused when the receipt is there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.days import months_between
from commerce.kit.parallel import run_all
from commerce.kit.tables import Table, Write
from commerce.metrics.model import Amounts, Counter, Fact

SHARDS = 4
_EVER = "ALL"


class MetricsStore:
    """Every access to the Metrics table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Writing

    def receipt_write(self, fact: Fact) -> Write:
        """The write that says that a fact was counted, refused when it was."""
        item: Item = {"pk": f"FACT#{fact.subject}", "sk": fact.name}
        if fact.keep_seconds:
            item["expires_at"] = clock.now() + fact.keep_seconds
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def add_write(self, counter: Counter, amounts: Amounts, shard: int) -> Write:
        """The write that adds amounts to a counter; it is never refused."""
        expression = "ADD " + ", ".join(f"#{name} :{name}" for name in amounts)
        return self._table.update(*_key(counter, shard), expression, values=dict(amounts))

    # Reading

    def of_seller(self, seller_id: int, first: date, last: date) -> dict[str, dict[str, int]]:
        """What was counted of a seller, by day, and ever (""): one query, whatever they sold."""
        return _by_day(self._days(f"SELLER#{seller_id}", first, last, ever=True))

    def of_product_days(self, product_id: int, first: date, last: date) -> dict[str, dict[str, int]]:
        """What was counted of a product, by day."""
        return _by_day(self._days(f"PRODUCT#{product_id}", first, last))

    def of_products(self, seller_id: int, product_ids: Sequence[int]) -> dict[int, dict[str, int]]:
        """What was ever counted of some products of a seller, which lie side by side in a list of theirs."""
        if not product_ids:
            return {}
        between = (f"{_product_sk(min(product_ids))}#", f"{_product_sk(max(product_ids))}#~")
        found: dict[int, dict[str, int]] = {}
        for row in self._table.query_all(f"SELLER#{seller_id}", between=between):
            _add(found.setdefault(int(row["sk"].split("#")[1]), {}), row)
        return found

    def latest_orders(self, product_id: int, limit: int) -> list[int]:
        """The ids of the latest orders of a product, the latest first."""
        rows = self._table.query(f"PRODUCT#{product_id}", prefix="ORDER#", backwards=True, limit=limit)
        return [int(row["sk"].removeprefix("ORDER#")) for row in rows.items]

    def of_shop(self, first: date, last: date) -> Iterator[tuple[str, str, str, dict[str, int]]]:
        """(day, currency, account, what was counted) of some days."""
        between = (f"DAY#{first.isoformat()}#", f"DAY#{last.isoformat()}#~")
        keys = [f"SHOP#{month}#{shard}" for month, shard in product(months_between(first, last), range(SHARDS))]
        for rows in run_all(lambda pk: list(self._table.query_all(pk, between=between)), keys):
            if isinstance(rows, Exception):
                raise rows
            for row in rows:
                _, day, currency, account = row["sk"].split("#")
                yield day, currency, account, _amounts(row)

    def _days(self, pk: str, first: date, last: date, *, ever: bool = False) -> Iterable[Item]:
        end = f"DAY#{_EVER}#~" if ever else f"DAY#{last.isoformat()}#~"
        return self._table.query_all(pk, between=(f"DAY#{first.isoformat()}#", end))


def _key(counter: Counter, shard: int) -> tuple[str, str]:
    if counter.account:
        return f"SHOP#{counter.day[:7]}#{shard}", f"DAY#{counter.day}#{counter.currency}#{counter.account}"
    if counter.order_id:
        return f"PRODUCT#{counter.product_id}", f"ORDER#{counter.order_id:016d}"
    if not counter.product_id:
        return f"SELLER#{counter.seller_id}", f"DAY#{counter.day or _EVER}#{shard}"
    if counter.day:
        return f"PRODUCT#{counter.product_id}", f"DAY#{counter.day}#{shard}"
    return f"SELLER#{counter.seller_id}", f"{_product_sk(counter.product_id)}#{shard}"


def _product_sk(product_id: int) -> str:
    return f"PRODUCT#{product_id:016d}"


def _by_day(rows: Iterable[Item]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        day = row["sk"].split("#")[1]
        _add(found.setdefault("" if day == _EVER else day, {}), row)
    return found


def _add(total: dict[str, int], row: Mapping[str, int]) -> None:
    for name, amount in _amounts(row).items():
        total[name] = total.get(name, 0) + amount


def _amounts(row: Mapping[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in row.items() if name not in ("pk", "sk")}
