"""The oracle: what must hold of the whole account of AWS after any chaos, race or fault."""

from datetime import UTC, datetime, timedelta

from commerce.books.service import books
from commerce.kit import clock
from commerce.metrics.recount import recount
from support.fake_provider import FakeProvider


def assert_books_hold(*providers: FakeProvider) -> None:
    """Ledger balanced, orders and ledger agree, stock conserved, and every capture in the providers' own books is one
    paid order or one refund."""
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    first = today - timedelta(days=2)
    # Nobody listens to the events here; that counters follow them is tried where somebody does.
    recount().count_days(first, today + timedelta(days=2))
    found = books().check_all(first, today + timedelta(days=2))
    assert found.problems == []
    for provider in providers:
        captured = sum(report.amount_minor - report.fee_minor for report in provider.captures.values())
        kept = captured - sum(provider.refunds.values())
        held = sum(accounts.get(f"provider:{provider.provider}", 0) for accounts in found.balances.values())
        assert held == kept, (held, captured, provider.refunds)
