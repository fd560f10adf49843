"""`make check-books`: the ledger, the orders, the stock, the counters, sellers' balances and the providers' own books
must agree, to the last unit.

Reads the local stack's tables through the product's own check, and the sandbox's book of captures, refunds and
transfers. Prints the balances; exits with 1 when anything is wrong. What the ledger owes a seller is `pending` and
`available` of their balance; `in_transit` is the account `payouts`, and `paid` has left.
"""

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local import operator, paths

DAYS = 31
# Money that staff confirmed by hand is in no provider's book.
CONFIRMED_BY_HAND = ("provider:offline", "provider:bank")


def main() -> int:
    """0 when everything adds up."""
    operator.connect()
    from commerce.books.service import books
    from commerce.orders.service import orders

    today = datetime.now(UTC).date()
    first = today - timedelta(days=DAYS - 1)
    found = books().check_all(first, today)
    problems = list(found.problems)
    days = [(first + timedelta(days=number)).isoformat() for number in range(DAYS)]
    entries = [entry for day in days for order in orders().moved_on(day) for entry in order.journal]
    owed = {account for entry in entries for account in entry.postings if account.startswith("seller:")}
    sellers = sorted(int(account.removeprefix("seller:")) for account in owed)
    book = httpx.get(f"{paths.ENDPOINT}/sandbox/book", timeout=10).json()
    problems += _compare_with_balances(sellers, book)
    problems += _compare_with_providers(entries, book)
    print(f"{found.orders} orders, {found.entries} ledger entries")
    for currency, accounts in found.balances.items():
        for account, minor in sorted(accounts.items()):
            print(f"  {currency}  {account:<28} {minor:>14}")
        print(f"  {currency}  {'sum':<28} {sum(accounts.values()):>14}")
    for problem in problems:
        print(f"PROBLEM: {problem}")
    print("The books are right." if not problems else f"{len(problems)} findings.")
    return 1 if problems else 0


def _compare_with_balances(sellers: list[int], book: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Balances that are not what earnings, payouts and the ledger say; transfers that one side lacks or has otherwise.
    Prints the balances."""
    from commerce.payouts.model import State
    from commerce.payouts.service import payouts

    problems, ours = [], Counter[str]()
    for seller_id in sellers:
        problems += payouts().check.problems_of_seller(seller_id)
        for one in payouts().check.balances(seller_id):
            said = f"pending {one.pending_minor}, available {one.available_minor}"
            said += f", in transit {one.in_transit_minor}, paid {one.paid_minor}"
            print(f"  {one.currency}  seller:{seller_id:<21} {said}")
        for payout in payouts().check.payouts(seller_id):
            if payout.state is State.PAID:
                ours[payout.reference] += payout.amount_minor
    theirs = Counter({row["reference"]: row["amount_minor"] for row in book["transfers"] if not row["returned"]})
    return problems + [
        f"{reference}: the provider sent {theirs[reference]}, the payout says {ours[reference]}."
        for reference in sorted(ours.keys() | theirs.keys())
        if ours[reference] != theirs[reference]
    ]


def _compare_with_providers(entries: list[Any], book: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Captures that one side lacks or has with another amount; and a difference in what was refunded."""
    ours: Counter[str] = Counter()
    refunded_by_ledger = 0
    # Money that banks hold or took is in no book of captures and refunds.
    for entry in (entry for entry in entries if entry.kind != "dispute"):
        kind, _, reference = entry.key.partition("#")
        for account, amount in entry.postings.items():
            if account.startswith("provider:") and account not in CONFIRMED_BY_HAND:
                if kind in ("REFUND", "RETURNED"):
                    refunded_by_ledger -= amount
                else:
                    ours[f"{account} {reference}"] += amount + entry.postings.get("fees", 0)
    theirs = Counter({f"provider:{row['provider']} {row['reference']}": 0 for row in book["captures"]})
    for row in book["captures"]:
        theirs[f"provider:{row['provider']} {row['reference']}"] += row["amount_minor"]
    problems = [
        f"{capture}: the provider took {theirs[capture]}, the ledger says {ours[capture]}."
        for capture in sorted(ours.keys() | theirs.keys())
        if theirs[capture] != ours[capture]
    ]
    refunded = sum(row["amount_minor"] for row in book["refunds"])
    if refunded != refunded_by_ledger:
        problems.append(f"The providers refunded {refunded}, the ledger says {refunded_by_ledger}.")
    return problems


if __name__ == "__main__":
    sys.exit(main())
