"""Orders table, the partition of an order's money: all that ever happened to it is one query.

    ORDER#<order id>   ATTEMPT#<reference>             an attempt
    ORDER#<order id>   REFUND#<id>                     a refund
    ORDER#<order id>   NOTICE#<provider>#<event id>    a genuine webhook, as it was received
    ORDER#<order id>   JOURNAL#<key>                   a balanced entry of the ledger

What still wants asking stands on the agenda as due; ledger entries stand on that of their day, where the books are
checked from.
"""

from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from commerce.kit import agenda, clock
from commerce.kit.items import Item
from commerce.kit.tables import ConditionFailed, Table, Write
from commerce.ledger.model import Entry
from commerce.payments.model import (
    OPEN,
    Attempt,
    AttemptStatus,
    Fact,
    FactState,
    Method,
    Notice,
    PaymentHistory,
    Provider,
    Refund,
    RefundStatus,
    Started,
)

_ATTEMPT = [field.name for field in fields(Attempt) if field.name != "order_id"]
_REFUND = [field.name for field in fields(Refund) if field.name != "order_id"]
NOTICE_SECONDS = 90 * 86_400


class PaymentStore:
    """Every access to payments, refunds, webhook notices and ledger entries."""

    def __init__(self, table: Table) -> None:
        self._table = table

    # Attempts

    def opening(self, attempt: Attempt, due_ms: int | None) -> Write:
        """The write that stores a new attempt; with `due_ms` the provider is asked about it from then on."""
        item = {"pk": _pk(attempt.order_id), "sk": f"ATTEMPT#{attempt.reference}", **_plain(asdict(attempt))}
        if due_ms is not None:
            item |= agenda.reminder(attempt.order_id, due_ms)
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def attempt(self, order_id: int, reference: str) -> Attempt | None:
        """An attempt by its reference, or None."""
        found = self._table.get(_pk(order_id), f"ATTEMPT#{reference}", consistent=True)
        return _attempt(found) if found else None

    def opened(self, attempt: Attempt, started: Started) -> Attempt:
        """Record what the provider answered to the start. The attempt as it stands then."""
        values: Item = {
            **asdict(started),
            "status": str(AttemptStatus.PENDING),
            "updated_at": clock.now_ms(),
            "created": str(AttemptStatus.CREATED),
        }
        names = [*asdict(started), "updated_at"]
        settings = ", ".join(f"#{name} = :{name}" for name in ["status", *names])
        try:
            return _attempt(
                self._table.write(
                    self._table.update(
                        _pk(attempt.order_id),
                        f"ATTEMPT#{attempt.reference}",
                        f"SET {settings}",
                        condition="#status = :created",
                        values=values,
                    ),
                    returning="ALL_NEW",
                )
            )
        except ConditionFailed as refusal:
            # A webhook was faster than the answer, or this is our own write repeated by the SDK.
            return _attempt(refusal.found or {})

    def closing(self, attempt: Attempt, status: AttemptStatus, fact: Fact | None = None) -> Write:
        """The write that ends an attempt, once; nobody is reminded of it afterwards."""
        fact = fact or Fact(FactState.PENDING)
        return self._table.update(
            _pk(attempt.order_id),
            f"ATTEMPT#{attempt.reference}",
            "SET #status = :status, #transaction = :transaction, #captured_minor = :captured, #updated_at = :now"
            " REMOVE #agenda, #agenda_at",
            condition="#status = :before",
            values={
                "status": str(status),
                "transaction": fact.transaction,
                "captured": fact.amount_minor,
                "now": clock.now_ms(),
                "before": str(attempt.status),
            },
        )

    def lapsing(self, attempt: Attempt, status: AttemptStatus) -> Write:
        """The write that marks an open attempt as failed or expired; its provider goes on being asked."""
        return self._table.update(
            _pk(attempt.order_id),
            f"ATTEMPT#{attempt.reference}",
            "SET #status = :status, #updated_at = :now",
            condition="#status = :before",
            values={"status": str(status), "now": clock.now_ms(), "before": str(attempt.status)},
        )

    def lapse(self, attempt: Attempt, status: AttemptStatus) -> None:
        """Mark an open attempt as failed or expired, unless it moved on meanwhile."""
        if attempt.status not in OPEN:
            return
        try:
            self._table.write(self.lapsing(attempt, status))
        except ConditionFailed:
            pass

    def remind(self, order_id: int, sk: str, due_ms: int | None) -> None:
        """Ask again at `due_ms` (never, when None) about an attempt or refund that still stands on the agenda."""
        expression = "SET #agenda_at = :due ADD {0} :one" if due_ms else "REMOVE #agenda, #agenda_at ADD {0} :one"
        counter = "#checks" if sk.startswith("ATTEMPT#") else "#tries"
        try:
            self._table.write(
                self._table.update(
                    _pk(order_id),
                    sk,
                    expression.format(counter),
                    condition="attribute_exists(#agenda)",
                    values={"one": 1} | ({"due": due_ms} if due_ms else {}),
                )
            )
        except ConditionFailed:
            pass

    # Refunds

    def promising(self, refund: Refund, due_ms: int) -> Write:
        """The write that stores a refund that is owed."""
        item = {"pk": _pk(refund.order_id), "sk": f"REFUND#{refund.id}", **_plain(asdict(refund))}
        item |= agenda.reminder(refund.order_id, due_ms)
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def refund(self, order_id: int, refund_id: str) -> Refund | None:
        """A refund by its id, or None."""
        found = self._table.get(_pk(order_id), f"REFUND#{refund_id}", consistent=True)
        return _refund(found) if found else None

    def claim(self, refund: Refund, until_ms: int) -> bool:
        """Whether this caller is the one to ask the provider now; nobody else until `until_ms`, when it is due again.

        A claim whose answer was lost counts as somebody else's: the next reminder looks what became of it.
        """
        try:
            self._table.write(
                self._table.update(
                    _pk(refund.order_id),
                    f"REFUND#{refund.id}",
                    "SET #agenda_at = :until, #tries = :next",
                    condition="#tries = :tries AND #status = :requested AND #agenda_at <= :now",
                    values={
                        "until": until_ms,
                        "tries": refund.tries,
                        "next": refund.tries + 1,
                        "requested": str(RefundStatus.REQUESTED),
                        "now": clock.now_ms(),
                    },
                )
            )
        except ConditionFailed:
            return False
        return True

    def concluding(self, refund: Refund, status: RefundStatus) -> Write:
        """The write that ends a refund, once."""
        return self._table.update(
            _pk(refund.order_id),
            f"REFUND#{refund.id}",
            "SET #status = :status REMOVE #agenda, #agenda_at",
            condition="#status = :requested",
            values={"status": str(status), "requested": str(RefundStatus.REQUESTED)},
        )

    # Webhooks

    def note(self, order_id: int, notice: Notice, received_ms: int) -> None:
        """Keep a genuine webhook; the same event again replaces itself."""
        item = {
            "pk": _pk(order_id),
            "sk": f"NOTICE#{notice.provider}#{notice.event_id}"[:900],
            "kind": notice.kind,
            "reference": notice.reference,
            "provider": str(notice.provider),
            "received_at": received_ms,
            "expires_at": received_ms // 1000 + NOTICE_SECONDS,
        }
        self._table.write(self._table.put(item))

    # The ledger

    def entering(self, entry: Entry) -> Write:
        """The write that records an entry, once."""
        item = {
            "pk": _pk(entry.order_id),
            "sk": f"JOURNAL#{entry.key}",
            "kind": entry.kind,
            "currency": entry.currency,
            "at": entry.at,
            "postings": dict(entry.postings),
            **agenda.of_day("JOURNAL", entry.at),
        }
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def entries_of_day(self, day: str) -> Iterator[Entry]:
        """Entries of a day (UTC, 2026-11-21), oldest first."""
        return map(_entry, agenda.items_of_day(self._table, "JOURNAL", day))

    # All of it

    def everything(self, order_id: int) -> PaymentHistory:
        """All that is recorded of an order's money."""
        found = PaymentHistory()
        for item in self._table.query_all(_pk(order_id), consistent=True):
            match item["sk"].partition("#")[0]:
                case "ATTEMPT":
                    found.attempts.append(_attempt(item))
                case "REFUND":
                    found.refunds.append(_refund(item))
                case "NOTICE":
                    found.notices.append(
                        {name: item[name] for name in ("provider", "kind", "reference", "received_at")}
                    )
                case "JOURNAL":
                    found.journal.append(_entry(item))
        for rows in (found.attempts, found.refunds):
            rows.sort(key=lambda row: row.created_at)
        return found

    def due(self, now_ms: int, limit: int) -> list[tuple[int, str]]:
        """(order id, sort key) of what wants attention by now, at most `limit` of each shard, the longest due first."""
        return [(_order_id({"pk": pk}), sk) for pk, sk in agenda.due(self._table, now_ms, limit)]


def _pk(order_id: int) -> str:
    return f"ORDER#{order_id}"


def _order_id(item: Item) -> int:
    return int(item["pk"].removeprefix("ORDER#"))


def _plain(facts: dict[str, Any]) -> Item:
    # The order's id is in the key; as an attribute `order_id` it would put the item into index by_order.
    return {
        name: str(value) if isinstance(value, str) else value for name, value in facts.items() if name != "order_id"
    }


def _attempt(item: Item) -> Attempt:
    facts = {name: item[name] for name in _ATTEMPT} | {"order_id": _order_id(item)}
    return Attempt(
        **facts
        | {
            "provider": Provider(item["provider"]),
            "method": Method(item["method"]),
            "status": AttemptStatus(item["status"]),
        }
    )


def _refund(item: Item) -> Refund:
    facts = {name: item[name] for name in _REFUND} | {"order_id": _order_id(item)}
    return Refund(
        **facts
        | {
            "provider": Provider(item["provider"]),
            "status": RefundStatus(item["status"]),
            "sellers": tuple(item["sellers"]),
        }
    )


def _entry(item: Item) -> Entry:
    key = item["sk"].removeprefix("JOURNAL#")
    return Entry(key, item["kind"], _order_id(item), item["currency"], item["at"], item["postings"])
