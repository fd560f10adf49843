"""Payouts table. All of a seller lies under their own key; every change of a balance is one transaction with what
changed it, on condition of the balance's version.

    SELLER#<id>   BALANCE#<currency>                    pending, available, in_transit, paid; version
    SELLER#<id>   EARNING#<order id>                    what the order has brought them, and what of it is available
    SELLER#<id>   ENTRY#<currency>#<at>#<number>        a row of their account book
    SELLER#<id>   PAYOUT#<id>                           a payout with its recipient and its entries of the ledger
    SELLER#<id>   RECIPIENT#<currency>                  where their money goes from now on
    SELLER#<id>   RECIPIENTS#<at>                       that they changed it, without TTL
    SELLER#<id>   RECEIPT#<digest>                      receipt of a keyed request
    RUNS          LAST                                  {at}: when a run was last begun

    by_balance    balance_shard, available              sellers whose available money reaches an amount
    by_due        due_shard, due_at                     earnings that mature, payouts to look after
    by_state      payout_state, payout_id               payouts by where they stand, for staff
"""

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields
from itertools import islice
from typing import Any

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.idempotency import IdempotentRequest
from commerce.kit.lookups import Lookup
from commerce.kit.tables import ConditionFailed, Table, TransactionRefused, Write, read, transact
from commerce.orders.payment import JournalEntry, Provider
from commerce.payouts.earning import Earning, Line, LineKind
from commerce.payouts.model import Balance, Change, Entry, Payout, Recipient, State, reference_of

# The keys of these indexes are written by all sellers at the same time.
BALANCE_SHARDS = 4
DUE_SHARDS = 8
KEYS_AT_ONCE = 100


class Changed(Exception):
    """Somebody wrote between our read and our write."""


class PayoutStore:
    """Every access to the Payouts table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Lookups, of which several are read in one call

    def balance_lookup(self, seller_id: int, currency: str) -> Lookup[Balance]:
        """A seller's balance; that of a seller without any has version 0."""
        key = (self._table, _pk(seller_id), f"BALANCE#{currency}")
        return Lookup([key], lambda row: _balance(row) if row else Balance(seller_id, currency))

    def earning_lookup(self, seller_id: int, order_id: int, currency: str) -> Lookup[Earning]:
        """What an order has brought a seller; nothing yet has revision 0."""
        key = (self._table, _pk(seller_id), _earning_sk(order_id))
        return Lookup([key], lambda row: _earning(row) if row else Earning(seller_id, order_id, currency))

    def recipient_lookup(self, seller_id: int, currency: str) -> Lookup[Recipient | None]:
        """Where a seller's money of a currency goes."""
        key = (self._table, _pk(seller_id), f"RECIPIENT#{currency}")
        return Lookup([key], lambda row: _recipient(row["recipient"]) if row else None)

    def payout_lookup(self, seller_id: int, payout_id: int) -> Lookup[Payout | None]:
        """A payout."""
        key = (self._table, _pk(seller_id), _payout_sk(payout_id))
        return Lookup([key], lambda row: _payout(row) if row else None)

    def receipt_lookup(self, seller_id: int, request: IdempotentRequest) -> Lookup[int | None]:
        """The payout that a keyed request made when it came first. Raises KeyReused."""

        def made(receipt: Item | None) -> int | None:
            answer = request.answer(receipt)
            return answer["payout_id"] if answer else None

        return Lookup([(self._table, _pk(seller_id), request.sk)], made)

    # Writing

    def save_earning(
        self, before: Earning, after: Earning, balance: Balance | None, moved: Balance | None, entry: Entry | None
    ) -> None:
        """Store an earning's next state, and what it makes of the balance if it moves that. Raises Changed."""
        condition, values = "attribute_not_exists(#pk)", None
        if before.revision:
            condition, values = "#revision = :before", {"before": before.revision}
        write = self._table.put(_earning_item(after), condition=condition, values=values)
        if balance is None or moved is None:
            try:
                self._table.write(write)
            except ConditionFailed:
                raise Changed from None
            return
        self._transact([write, *self._balance_writes(balance, moved, entry)])

    def begin(
        self, balance: Balance, change: Change, request: IdempotentRequest | None, extra_writes: Sequence[Write]
    ) -> None:
        """Store a new payout and what it takes from the balance. Raises Changed."""
        payout = change.payout
        writes = [self._table.put(_payout_item(payout), condition="attribute_not_exists(#pk)")]
        writes += self._balance_writes(balance, change.balance, _entry_of(change))
        if request:
            writes.append(request.receipt(self._table, _pk(payout.seller_id), {"payout_id": payout.id}))
        self._transact([*writes, *extra_writes])

    def conclude(self, before: Payout, balance: Balance, change: Change, extra_writes: Sequence[Write] = ()) -> None:
        """Store a payout's next state and what that makes of the balance. Raises Changed."""
        writes = [self._replace_write(before, change.payout)]
        self._transact([*writes, *self._balance_writes(balance, change.balance, _entry_of(change)), *extra_writes])

    def replace(self, before: Payout, after: Payout) -> None:
        """Store a payout's next state that moves no money. Raises Changed."""
        try:
            self._table.write(self._replace_write(before, after))
        except ConditionFailed:
            raise Changed from None

    def save_recipient(self, seller_id: int, recipient: Recipient | None, currency: str, now: int) -> None:
        """Store where a seller's money goes from now on (None: nowhere), and that this was changed."""
        key = {"pk": _pk(seller_id), "sk": f"RECIPIENT#{currency}"}
        changed = {"pk": _pk(seller_id), "sk": f"RECIPIENTS#{now:013d}", "currency": currency}
        if recipient is None:
            write = self._table.delete(key["pk"], key["sk"])
        else:
            shown = {"ending": recipient.ending, "name": recipient.name, "provider": str(recipient.provider)}
            write, changed = self._table.put({**key, "recipient": _compact(recipient)}), {**changed, **shown}
        transact([write, self._table.put(changed)])

    def run_begun(self, at: int) -> None:
        """Remember when a run was last begun."""
        self._table.write(self._table.put({"pk": "RUNS", "sk": "LAST", "at": at}))

    # Reading

    def last_run(self) -> int:
        """When a run was last begun, 0 for never."""
        row = self._table.get("RUNS", "LAST", consistent=True)
        return int(row["at"]) if row else 0

    def balances(self, seller_id: int) -> list[Balance]:
        """A seller's balances, by currency."""
        return list(map(_balance, self._table.query_all(_pk(seller_id), prefix="BALANCE#", consistent=True)))

    def recipients(self, seller_id: int) -> list[Recipient]:
        """Where a seller's money goes, by currency."""
        rows = self._table.query_all(_pk(seller_id), prefix="RECIPIENT#", consistent=True)
        return [_recipient(row["recipient"]) for row in rows]

    def earnings(self, seller_id: int) -> Iterator[Earning]:
        """Everything that a seller has earned."""
        return map(_earning, self._table.query_all(_pk(seller_id), prefix="EARNING#", consistent=True))

    def payouts(self, seller_id: int) -> Iterator[Payout]:
        """A seller's payouts, the latest first."""
        return map(_payout, self._table.query_all(_pk(seller_id), prefix="PAYOUT#", backwards=True, consistent=True))

    def newest_payouts(self, seller_id: int, offset: int, limit: int) -> list[Payout]:
        """At most `limit` of a seller's payouts after the `offset` latest, the latest first."""
        limit += offset
        rows = self._table.query_all(_pk(seller_id), prefix="PAYOUT#", backwards=True, limit=limit)
        return list(map(_payout, islice(rows, offset, limit)))

    def payouts_in(self, state: State, limit: int, before: int) -> list[Payout]:
        """At most `limit` payouts of a state with ids below `before`, the latest first."""
        index = ("by_state", "payout_state", "payout_id")
        rows = self._table.query_until(str(state), index, before - 1, limit, backwards=True)
        return [_payout(row) for row in self._read_keys(rows)]

    def entries(self, seller_id: int, currency: str, since_ms: int, until_ms: int) -> Iterator[Entry]:
        """The rows of a seller's account book from a time until before another."""
        between = (_entry_sk(currency, since_ms), _entry_sk(currency, until_ms))
        return map(_entry, self._table.query_all(_pk(seller_id), between=between, consistent=True))

    def entry_before(self, seller_id: int, currency: str, at_ms: int) -> Entry | None:
        """The last row of a seller's account book before a time."""
        between = (_entry_sk(currency, 0), _entry_sk(currency, at_ms))
        rows = self._table.query(_pk(seller_id), between=between, backwards=True, limit=1, consistent=True).items
        return _entry(rows[0]) if rows else None

    def largest(self, limit: int) -> list[Balance]:
        """At most `limit` balances, those first of which most is available."""
        index = ("by_balance", "balance_shard", "available")
        rows = [
            row
            for shard in range(BALANCE_SHARDS)
            for row in self._table.query_until(f"BALANCE#{shard}", index, clock.MAX_MS, limit, backwards=True)
        ]
        rows.sort(key=lambda row: (-row["available"], row["pk"]))
        return [_balance(row) for row in self._read_keys(rows[:limit])]

    def payable(self, at_least: int) -> Iterator[tuple[int, str]]:
        """(seller, currency) of every balance of which at least so many minor units are available."""
        for shard in range(BALANCE_SHARDS):
            index = ("by_balance", "balance_shard", "available")
            for row in self._table.query_since(f"BALANCE#{shard}", index, at_least):
                yield _number(row["pk"]), row["sk"].rpartition("#")[2]

    def due(self, now_ms: int, limit: int) -> list[tuple[int, str]]:
        """(when it was due, the order's id or the payout's reference) of what wants to be looked at by now, at most
        `limit` of each shard, the longest due first."""
        index = ("by_due", "due_shard", "due_at")
        found = [
            (row["due_at"], _due_name(row))
            for shard in range(DUE_SHARDS)
            for row in self._table.query_until(f"DUE#{shard}", index, now_ms, limit)
        ]
        return sorted(found)

    def _read_keys(self, rows: Sequence[Item]) -> Iterator[Item]:
        for start in range(0, len(rows), KEYS_AT_ONCE):
            keys = [(self._table, row["pk"], row["sk"]) for row in rows[start : start + KEYS_AT_ONCE]]
            yield from (item for item in read(keys) if item is not None)

    def _balance_writes(self, before: Balance, after: Balance, entry: Entry | None) -> list[Write]:
        condition, values = "attribute_not_exists(#pk)", None
        if before.version:
            condition, values = "#version = :before", {"before": before.version}
        writes = [self._table.put(_balance_item(after), condition=condition, values=values)]
        if entry is not None:
            row = {
                "pk": _pk(after.seller_id),
                "sk": f"{_entry_sk(after.currency, entry.at)}#{entry.number:010d}",
                "at": entry.at,
                "number": entry.number,
                "about": entry.about,
                "payable": entry.payable_minor,
                "lines": [{"kind": str(line.kind), "amount": line.amount_minor} for line in entry.lines],
            }
            writes.append(self._table.put(row))
        return writes

    def _replace_write(self, before: Payout, after: Payout) -> Write:
        return self._table.put(_payout_item(after), condition="#version = :before", values={"before": before.version})

    @staticmethod
    def _transact(writes: Sequence[Write]) -> None:
        try:
            transact(writes)
        except TransactionRefused:
            raise Changed from None


def _pk(seller_id: int) -> str:
    return f"SELLER#{seller_id}"


def _earning_sk(order_id: int) -> str:
    return f"EARNING#{order_id:016d}"


def _payout_sk(payout_id: int) -> str:
    return f"PAYOUT#{payout_id:016d}"


def _entry_sk(currency: str, at_ms: int) -> str:
    return f"ENTRY#{currency}#{at_ms:013d}"


def _number(key: str) -> int:
    return int(key.rpartition("#")[2])


def _due_name(row: Item) -> str:
    number = _number(row["sk"])
    return str(number) if row["sk"].startswith("EARNING#") else reference_of(_number(row["pk"]), number)


def _due(at: int, number: int) -> Item:
    return {"due_shard": f"DUE#{number % DUE_SHARDS}", "due_at": at} if at else {}


def _balance_item(balance: Balance) -> Item:
    return {
        "pk": _pk(balance.seller_id),
        "sk": f"BALANCE#{balance.currency}",
        "pending": balance.pending_minor,
        "available": balance.available_minor,
        "in_transit": balance.in_transit_minor,
        "paid": balance.paid_minor,
        "version": balance.version,
        "moved_at": balance.moved_at,
        "balance_shard": f"BALANCE#{balance.seller_id % BALANCE_SHARDS}",
    }


def _balance(row: Item) -> Balance:
    amounts = (row["pending"], row["available"], row["in_transit"], row["paid"])
    return Balance(_number(row["pk"]), row["sk"].rpartition("#")[2], *amounts, row["version"], row["moved_at"])


def _earning_item(earning: Earning) -> Item:
    key = {"pk": _pk(earning.seller_id), "sk": _earning_sk(earning.order_id)}
    return {**key, **_compact(earning, "seller_id", "order_id"), **_due(earning.due_at, earning.order_id)}


def _earning(row: Item) -> Earning:
    return Earning(_number(row["pk"]), _number(row["sk"]), **_facts(Earning, row))


def _payout_item(payout: Payout) -> Item:
    return {
        "pk": _pk(payout.seller_id),
        "sk": _payout_sk(payout.id),
        **_compact(payout, "seller_id", "id", "recipient", "journal"),
        "recipient": _compact(payout.recipient),
        "journal": [_compact(entry) for entry in payout.journal],
        "version": payout.version,
        "payout_state": str(payout.state),
        "payout_id": payout.id,
        **_due(payout.due_at, payout.id),
    }


def _payout(row: Item) -> Payout:
    said = {
        **_facts(Payout, row),
        "id": row["payout_id"],
        "seller_id": _number(row["pk"]),
        "recipient": _recipient(row["recipient"]),
        "journal": tuple(JournalEntry(**entry) for entry in row["journal"]),
        "state": State(row["payout_state"]),
    }
    return Payout(**said)


def _recipient(facts: Item) -> Recipient:
    return Recipient(**{**facts, "provider": Provider(facts["provider"])})


def _entry_of(change: Change) -> Entry | None:
    if change.line is None:
        return None
    balance = change.balance
    return Entry(balance.moved_at, balance.version, change.payout.reference, (change.line,), balance.payable_minor)


def _entry(row: Item) -> Entry:
    lines = tuple(Line(LineKind(line["kind"]), line["amount"]) for line in row["lines"])
    return Entry(row["at"], row["number"], row["about"], lines, row["payable"])


def _compact(thing: Any, *left_out: str) -> Item:
    """A dataclass as plain data, without fields that have their default."""
    facts = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name not in left_out and (field.default is MISSING or value != field.default):
            facts[field.name] = str(value) if isinstance(value, str) else value
    return {name: dict(value) if hasattr(value, "keys") else value for name, value in facts.items()}


def _facts(kind: Any, row: Item) -> Item:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in row.items() if name in names}
