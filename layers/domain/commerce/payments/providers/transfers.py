"""What a provider does to pay a seller, in our words; each `<vendor>_transfers_gateway.py` is one of them. Amounts in
minor units."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from commerce.payments.providers.model import ProviderTrouble


class Kind(StrEnum):
    """Where money is sent."""

    BANK = "bank"
    MOBILE_MONEY = "mobile_money"
    CONNECTED_ACCOUNT = "connected_account"


@dataclass(frozen=True)
class Destination:
    """Where a seller wants their money, as they wrote it: `bank` is the bank's code or the network of mobile money,
    `account` the number, phone or connected account, `name` the holder's where the provider cannot say it."""

    kind: Kind
    currency: str
    account: str
    bank: str = ""
    name: str = ""


@dataclass(frozen=True)
class Resolved:
    """The destination at the provider: its name for it, and whose it is."""

    token: str
    name: str


@dataclass(frozen=True)
class Transfer:
    """A transfer to a resolved destination. `reference` is ours and the same however often it is tried."""

    reference: str
    amount_minor: int
    currency: str
    token: str
    provider_reference: str = ""


class TransferState(StrEnum):
    """What a provider says of a transfer. UNKNOWN: it has none of that reference."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True)
class TransferReport:
    """A provider's word on one transfer, its name for it, what it charged for it, and why it failed."""

    state: TransferState
    provider_reference: str = ""
    fee_minor: int = 0
    problem: str = ""


class TransferGateway(Protocol):
    """One provider. Every call may raise ProviderTrouble (ask again)."""

    def resolve(self, destination: Destination) -> Resolved:
        """The destination, known to the provider from now on. Raises MethodRefused for what it cannot pay to,
        ProviderRefused for what it does not know."""

    def transfer(self, transfer: Transfer) -> TransferReport:
        """Send the money; the same reference again sends it no second time. Raises TransferPostponed while the
        provider has not got enough of our money, ProviderRefused when it will never be sent, ProviderTrouble when that
        is not known: then it is asked for by its reference."""

    def fetch_transfer(self, transfer: Transfer) -> TransferReport:
        """What has become of the transfer of that reference, without making it. Raises ProviderTrouble alone."""


class TransferPostponed(ProviderTrouble):
    """The provider said why it does not send the money now, and may send it later."""

    def __init__(self, provider: str, words: str) -> None:
        super().__init__(provider)
        self.words = words


def require_same(transfer: Transfer, amount_minor: int, currency: str) -> None:
    """Raises ValueError when what the provider tells is about another transfer than ours."""
    if (amount_minor, currency.upper()) != (transfer.amount_minor, transfer.currency):
        raise ValueError("an answer about another transfer")
