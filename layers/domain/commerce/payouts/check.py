"""What must be true of balances: they say what the orders' journals, earnings and payouts say, to the last unit."""

from collections.abc import Iterable

from commerce.kit.lookups import read_lookups
from commerce.orders.model import Order
from commerce.payouts.earning import Earning
from commerce.payouts.model import Balance, Payout, State
from commerce.payouts.store import PayoutStore


class Check:
    """Compares balances with the ledger, in two ways: of what moved, and of a whole seller."""

    def __init__(self, store: PayoutStore) -> None:
        self._store = store

    def problems_of(self, order: Order) -> list[str]:
        """What is wrong with what an order has brought its sellers, and with the last row of their account books. Asks
        for a few rows of each of its sellers, whatever else they sold."""
        problems = []
        for seller_id, part in order.parts.items():
            if not part.captured_minor:
                continue
            earning = self._store.earning_lookup(seller_id, order.id, order.currency)
            balance = self._store.balance_lookup(seller_id, order.currency)
            found = read_lookups([earning, balance])
            owed, earned = owed_by_journal(order, seller_id), found[earning]
            if earned.owed_minor + earned.clawed_back_minor != owed:
                problems.append(
                    f"Order {order.id} owes seller {seller_id} {owed} by its journal, "
                    f"{earned.owed_minor + earned.clawed_back_minor} by their earnings."
                )
            problems += self._book_problems(found[balance])
        return problems

    def problems_of_seller(self, seller_id: int) -> list[str]:
        """What is wrong with all of a seller's balances. Its cost grows with what they ever sold."""
        earnings, payouts = list(self._store.earnings(seller_id)), list(self._store.payouts(seller_id))
        problems = []
        for balance in self._store.balances(seller_id):
            stated = (balance.pending_minor, balance.available_minor, balance.in_transit_minor, balance.paid_minor)
            mine = [one for one in earnings if one.currency == balance.currency]
            sent = [one for one in payouts if one.currency == balance.currency]
            on_its_way = sum(one.amount_minor for one in sent if one.is_open)
            gone = sum(one.amount_minor for one in sent if one.state is State.PAID)
            pending = sum(one.pending_minor for one in mine)
            counted = (pending, sum(one.available_minor for one in mine) - on_its_way - gone, on_its_way, gone)
            if stated != counted:
                problems.append(
                    f"Seller {seller_id}: the balance of {balance.currency} is {stated}, counted {counted}."
                )
            entries = [entry for one in sent for entry in one.journal]
            payable = _posted(mine) - sum(entry.postings.get(f"seller:{seller_id}", 0) for entry in entries)
            if payable != balance.payable_minor:
                problems.append(
                    f"Seller {seller_id} is owed {payable} {balance.currency} by the ledger, "
                    f"{balance.payable_minor} by their balance."
                )
            if any(sum(entry.postings.values()) for entry in entries):
                problems.append(f"Seller {seller_id}: an entry of a payout is not balanced.")
            problems += self._book_problems(balance)
        return problems

    def balances(self, seller_id: int) -> list[Balance]:
        """A seller's balances, for who compares them with somebody else's books."""
        return self._store.balances(seller_id)

    def payouts(self, seller_id: int) -> list[Payout]:
        """A seller's payouts, likewise."""
        return list(self._store.payouts(seller_id))

    def _book_problems(self, balance: Balance) -> list[str]:
        last = self._store.entry_before(balance.seller_id, balance.currency, balance.moved_at + 1)
        told = last.payable_minor if last else 0
        # Between the two reads the seller may have sold again; then the row is the balance's successor.
        if told == balance.payable_minor or (last and last.number > balance.version):
            return []
        return [
            f"Seller {balance.seller_id}: the account book ends with {told} {balance.currency}, "
            f"the balance says {balance.payable_minor}."
        ]


def owed_by_journal(order: Order, seller_id: int) -> int:
    """What an order's journal owes a seller."""
    return -sum(entry.postings.get(f"seller:{seller_id}", 0) for entry in order.journal)


def _posted(earnings: Iterable[Earning]) -> int:
    return sum(one.owed_minor for one in earnings)
