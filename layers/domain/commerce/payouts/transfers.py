"""A payout's transfer at its provider: one, however often it is tried.

Each try is counted in our books before the provider hears of it, by one caller at a time. Whoever comes after a crash
or a lost answer asks the provider for our reference first, and sends under the same reference, which no provider takes
twice. What webhooks say is only a reason to ask.
"""

from collections.abc import Callable
from dataclasses import replace

from commerce.audit.service import Audit
from commerce.kit import clock, logs
from commerce.kit.contention import contended
from commerce.kit.errors import Busy, NotFound
from commerce.kit.lookups import read_lookups
from commerce.kit.principal import Principal
from commerce.orders.payment import Provider
from commerce.payments.providers.model import MethodRefused, ProviderRefused, ProviderTrouble
from commerce.payments.providers.transfers import (
    Transfer,
    TransferGateway,
    TransferPostponed,
    TransferReport,
    TransferState,
)
from commerce.payouts.model import (
    ON_ITS_WAY_MS,
    Balance,
    Change,
    Payout,
    PayoutRefused,
    State,
    failed,
    paid,
    payout_of,
    returned,
)
from commerce.payouts.store import Changed, PayoutStore


class Transfers:
    """Payouts on their way. `gateway_of` answers the transfers of a provider."""

    def __init__(self, store: PayoutStore, gateway_of: Callable[[Provider], TransferGateway], audit: Audit) -> None:
        self._store = store
        self._gateway_of = gateway_of
        self._audit = audit

    def visit(self, reference: str, *, is_hinted: bool = False) -> Payout:
        """Do what is due about a payout: send it, or ask what became of it. With `is_hinted` somebody has reason to
        think that something became of it, and it is asked about although nothing is due.

        What a provider does not answer is due again later. Raises NotFound, Busy.
        """
        payout, now = self._payout(reference), clock.now_ms()
        is_due = 0 < payout.due_at <= now
        if payout.state is State.CREATED:
            return self._send(payout) if is_due else payout
        may_ask = payout.state in (State.SENT, State.PAID)
        return self._check(payout) if may_ask and (is_due or is_hinted) else payout

    def check(self, caller: Principal, reference: str) -> Payout:
        """The payout after its provider was asked, or asked to send it, for staff. Raises Forbidden, NotFound, Busy."""
        caller.require_staff()
        payout = self.visit(reference, is_hinted=True)
        self._audit.record(caller, "payout.checked", reference, {"state": str(payout.state)})
        return payout

    def give_up(self, caller: Principal, reference: str, reason: str) -> Payout:
        """A payout that was not sent, failed by staff: its money is available again. The provider is asked first, and
        has to know nothing of it.

        Raises Forbidden, NotFound, PayoutRefused (it is over, or was or may have been sent), ProviderTrouble, Busy.
        """
        caller.require_staff()
        payout = self._payout(reference)
        if not payout.is_open:
            raise PayoutRefused(f"This payout is {payout.state}.")
        if payout.tries:
            report = self._gateway_of(payout.recipient.provider).fetch_transfer(_transfer(payout))
            if report.state is not TransferState.UNKNOWN:
                payout = self._apply(payout, report)
                if payout.state is State.FAILED:
                    return payout
                raise PayoutRefused(f"The provider has it: this payout is {payout.state}.")
            if clock.now_ms() - payout.tried_at < ON_ITS_WAY_MS:
                raise PayoutRefused("It may still be on its way to the provider. Try again in ten minutes.")
        recorded = self._audit.record_writes(caller, "payout.given_up", reference, {"reason": reason})
        balance = self._balance(payout)
        try:
            # On condition of the version that was read: whoever sends it now has counted that before.
            change = _numbered(payout, failed(payout, balance, f"Staff: {reason}"[:200], clock.now_ms()))
            self._store.conclude(payout, balance, change, recorded)
        except Changed:
            raise Busy from None
        return change.payout

    def _send(self, payout: Payout) -> Payout:
        now = clock.now_ms()
        claimed = replace(
            payout,
            tries=payout.tries + 1,
            checks=payout.checks + 1,
            tried_at=now,
            due_at=payout.next_check(now),
            updated_at=now,
            version=payout.version + 1,
        )
        try:
            self._store.replace(payout, claimed)
        except Changed:
            return self._payout(payout.reference)
        return self._apply(claimed, self._sent(claimed, now - payout.tried_at))

    def _sent(self, payout: Payout, since_last_try: int) -> TransferReport | None:
        """What the provider says after it was asked to send; None when nobody knows."""
        transfer = _transfer(payout)
        try:
            gateway = self._gateway_of(payout.recipient.provider)
            if payout.tries > 1:
                report = gateway.fetch_transfer(transfer)
                if report.state is not TransferState.UNKNOWN:
                    return report
            try:
                return gateway.transfer(transfer)
            except (ProviderRefused, MethodRefused) as refusal:
                # It refuses this call; of an earlier one that may be on its way still, that says nothing.
                report = gateway.fetch_transfer(transfer)
                if report.state is not TransferState.UNKNOWN:
                    return report
                if payout.tries > 1 and since_last_try < ON_ITS_WAY_MS:
                    return None
                return TransferReport(TransferState.FAILED, problem=refusal.message)
        except TransferPostponed as later:
            return TransferReport(TransferState.UNKNOWN, problem=f"{payout.recipient.provider}: {later.words}"[:200])
        except (ProviderTrouble, MethodRefused) as trouble:
            logs.warning("a payout could not be sent yet", reference=payout.reference, problem=trouble.message)
            return None

    def _check(self, payout: Payout) -> Payout:
        now = clock.now_ms()
        claimed = replace(
            payout,
            checks=payout.checks + 1,
            due_at=payout.next_check(now),
            updated_at=now,
            version=payout.version + 1,
        )
        try:
            self._store.replace(payout, claimed)
        except Changed:
            return self._payout(payout.reference)
        try:
            report = self._gateway_of(payout.recipient.provider).fetch_transfer(_transfer(payout))
        except (ProviderTrouble, MethodRefused) as trouble:
            logs.warning("a payout could not be asked about", reference=payout.reference, problem=trouble.message)
            return claimed
        return self._apply(claimed, report)

    def _apply(self, payout: Payout, report: TransferReport | None) -> Payout:
        """The payout after the provider's word on it; None says nothing."""
        for _ in contended():
            if report is None:
                return payout
            balance = self._balance(payout)
            change = _after(payout, balance, report, clock.now_ms())
            if change is None:
                return payout
            change = _numbered(payout, change)
            try:
                if change.balance is balance:
                    self._store.replace(payout, change.payout)
                else:
                    self._store.conclude(payout, balance, change)
            except Changed:
                # The same word may still be news, or somebody else has entered it.
                payout = self._payout(payout.reference)
                continue
            return change.payout
        raise Busy

    def _payout(self, reference: str) -> Payout:
        known = payout_of(reference)
        lookup = self._store.payout_lookup(*known) if known else None
        payout = read_lookups([lookup])[lookup] if lookup else None
        if payout is None:
            raise NotFound("Payout")
        return payout

    def _balance(self, payout: Payout) -> Balance:
        lookup = self._store.balance_lookup(payout.seller_id, payout.currency)
        return read_lookups([lookup])[lookup]


def _after(payout: Payout, balance: Balance, report: TransferReport, now: int) -> Change | None:
    """What a provider's word makes of a payout; None when it is no news."""
    known = replace(payout, provider_reference=report.provider_reference or payout.provider_reference)
    match payout.state, report.state:
        case State.CREATED, TransferState.UNKNOWN:
            problem = report.problem or payout.problem
            return Change(replace(payout, problem=problem), balance) if problem != payout.problem else None
        case State.CREATED | State.SENT, TransferState.PENDING:
            sent = replace(known, state=State.SENT, problem="")
            return Change(sent, balance) if sent != payout else None
        case State.CREATED | State.SENT, TransferState.PAID:
            return paid(known, balance, report.fee_minor, now)
        case State.CREATED | State.SENT, TransferState.FAILED | TransferState.RETURNED:
            return failed(known, balance, report.problem, now)
        case State.PAID, TransferState.RETURNED | TransferState.FAILED:
            return returned(known, balance, report.problem, now)
    return None


def _numbered(before: Payout, change: Change) -> Change:
    """The change with the payout's next version, and when it is looked after next."""
    after = change.payout
    after = replace(after, version=before.version + 1, due_at=after.due_at if after.is_open else 0)
    if after.state is State.PAID:
        after = replace(after, due_at=after.next_check(after.updated_at), checks=1)
    return replace(change, payout=after)


def _transfer(payout: Payout) -> Transfer:
    return Transfer(
        payout.reference, payout.amount_minor, payout.currency, payout.recipient.token, payout.provider_reference
    )
