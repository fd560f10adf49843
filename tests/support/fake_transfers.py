"""A provider's transfers in memory that keep their own book: the independent witness of what sellers were sent."""

from dataclasses import dataclass, field

from commerce.orders.payment import Provider
from commerce.payments.providers.model import OutcomeUnknown, ProviderRefused, ProviderTrouble
from commerce.payments.providers.registry import _transfers
from commerce.payments.providers.transfers import (
    Destination,
    Resolved,
    Transfer,
    TransferReport,
    TransferState,
)


@dataclass
class FakeTransfers:
    """Stands for one provider. `book` is what it sent, by our reference, each with every amount that left under it: a
    provider that took one twice would have two. The test decides what becomes of them."""

    provider: Provider = Provider.PAYSTACK
    book: dict[str, list[int]] = field(default_factory=dict)
    states: dict[str, TransferState] = field(default_factory=dict)
    resolved: list[Destination] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    troubles: int = 0
    refusals: int = 0
    loses_answers: int = 0
    is_slow: bool = False
    takes_twice: bool = False
    fee_minor: int = 25

    def install(self) -> "FakeTransfers":
        """Make it the transfers of this process."""
        _transfers[self.provider] = self
        return self

    @property
    def sent_minor(self) -> int:
        """What has left and did not come back."""
        gone = (TransferState.FAILED, TransferState.RETURNED)
        return sum(sum(amounts) for name, amounts in self.book.items() if self.states[name] not in gone)

    def resolve(self, destination: Destination) -> Resolved:
        self._trouble()
        self.resolved.append(destination)
        return Resolved(f"RCP_{len(self.resolved)}", destination.name or "Ama Mensah")

    def transfer(self, transfer: Transfer) -> TransferReport:
        self.asked.append(f"transfer {transfer.reference}")
        self._trouble()
        if self.refusals:
            self.refusals -= 1
            raise ProviderRefused(str(self.provider), "recipient is closed")
        if transfer.reference in self.book and not self.takes_twice:
            raise ProviderTrouble(str(self.provider))
        self.book.setdefault(transfer.reference, []).append(transfer.amount_minor)
        self.states[transfer.reference] = TransferState.PENDING if self.is_slow else TransferState.PAID
        if self.loses_answers:
            self.loses_answers -= 1
            raise OutcomeUnknown(str(self.provider))
        return self._report(transfer)

    def fetch_transfer(self, transfer: Transfer) -> TransferReport:
        self.asked.append(f"fetch {transfer.reference}")
        self._trouble()
        return self._report(transfer) if transfer.reference in self.book else TransferReport(TransferState.UNKNOWN)

    def _report(self, transfer: Transfer) -> TransferReport:
        state = self.states[transfer.reference]
        is_wrong = state in (TransferState.FAILED, TransferState.RETURNED)
        fee = 0 if is_wrong else self.fee_minor
        return TransferReport(state, f"TRF_{transfer.reference}", fee, "the bank said no" if is_wrong else "")

    def _trouble(self) -> None:
        if self.troubles:
            self.troubles -= 1
            raise ProviderTrouble(str(self.provider))
