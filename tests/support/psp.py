"""A payment provider in memory that keeps its own book: the independent witness of what was taken and given back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commerce.payments.providers.registry import _made
from commerce.payments.model import (
    Attempt,
    Fact,
    FactState,
    Intent,
    Notice,
    Provider,
    ProviderTrouble,
    Refund,
    SignatureRefused,
    Started,
)


@dataclass
class FakeProvider:
    """Stands for one provider. `captures` and `refunds` are its book; the test decides what buyers do."""

    provider: Provider = Provider.PAYSTACK
    intents: dict[str, Intent] = field(default_factory=dict)
    captures: dict[str, Fact] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    refunds: dict[str, int] = field(default_factory=dict)
    troubles: int = 0

    def install(self) -> "FakeProvider":
        """Make it the provider of this process."""
        _made[self.provider] = self
        return self

    # What buyers do on the provider's page

    def pay(
        self, reference: str, amount_minor: int | None = None, currency: str = "", *, is_live: bool = False
    ) -> None:
        """The buyer pays, all of it unless said otherwise."""
        intent = self.intents[reference]
        amount = intent.amount_minor if amount_minor is None else amount_minor
        self.captures[reference] = Fact(
            FactState.SUCCEEDED, amount, currency or intent.currency, f"T-{reference}", amount // 100, is_live
        )

    def decline(self, reference: str) -> None:
        """The buyer's bank says no."""
        self.declined.add(reference)

    # What our gateway does

    def start(self, intent: Intent) -> Started:
        self._trouble()
        self.intents[intent.reference] = intent
        return Started(intent.reference, f"https://pay.test/{intent.reference}", f"access-{intent.order_id}")

    def look(self, attempt: Attempt) -> Fact:
        self._trouble()
        if attempt.reference in self.captures:
            return self.captures[attempt.reference]
        return Fact(FactState.FAILED if attempt.reference in self.declined else FactState.PENDING)

    def refund(self, refund: Refund) -> bool:
        self._trouble()
        self.refunds[refund.id] = refund.amount_minor
        return True

    def verified(self, headers: Mapping[str, str], body: bytes) -> Notice:
        if headers.get("x-paystack-signature") != "genuine":
            raise SignatureRefused
        reference = body.decode()
        return Notice(self.provider, f"event-{reference}", "charge.success", reference)

    def _trouble(self) -> None:
        if self.troubles:
            self.troubles -= 1
            raise ProviderTrouble(str(self.provider))
