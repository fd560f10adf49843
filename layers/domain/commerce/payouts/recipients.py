"""Where sellers' money goes: set by them, resolved with the provider, so that they see whose account it is."""

import re
from collections.abc import Callable

from commerce.kit import clock
from commerce.kit.errors import Forbidden, InvalidInput, NotFound
from commerce.kit.principal import Principal
from commerce.orders.payment import Provider
from commerce.payments.providers.transfers import Destination, Kind, TransferGateway
from commerce.payouts.model import Recipient
from commerce.payouts.store import PayoutStore

_CURRENCY = re.compile(r"[A-Z]{3}")
_OFFERED = {
    Kind.BANK: (Provider.PAYSTACK, Provider.FLUTTERWAVE),
    Kind.MOBILE_MONEY: (Provider.PAYSTACK, Provider.FLUTTERWAVE),
    Kind.CONNECTED_ACCOUNT: (Provider.STRIPE,),
}
_SHOWN = 4


class Recipients:
    """Recipients of sellers, one for each currency. `gateway_of` answers the transfers of a provider."""

    def __init__(self, store: PayoutStore, gateway_of: Callable[[Provider], TransferGateway]) -> None:
        self._store = store
        self._gateway_of = gateway_of

    def of(self, caller: Principal) -> list[Recipient]:
        """The caller's recipients, by currency. Raises Forbidden for who does not sell."""
        _require_seller(caller)
        return self._store.recipients(caller.user_id)

    def choose(self, caller: Principal, provider: Provider, destination: Destination) -> Recipient:
        """The caller's recipient of that currency from now on: payouts that have begun keep theirs. The number goes to
        the provider and is not kept; that it was changed is.

        Raises Forbidden, InvalidInput, MethodRefused, ProviderRefused, ProviderTrouble.
        """
        _require_seller(caller)
        if not _CURRENCY.fullmatch(destination.currency):
            raise InvalidInput.of("currency", "A currency such as USD is required.")
        if provider not in _OFFERED[destination.kind]:
            offered = ", ".join(_OFFERED[destination.kind])
            raise InvalidInput.of("provider", f"Choose one of {offered}.")
        if destination.kind is not Kind.CONNECTED_ACCOUNT and not destination.bank:
            raise InvalidInput.of("bank", "A bank's code, or a network of mobile money, is required.")
        if destination.kind is Kind.MOBILE_MONEY and not destination.name:
            raise InvalidInput.of("name", "The holder's name is required: nobody can be asked for it.")
        resolved = self._gateway_of(provider).resolve(destination)
        now = clock.now_ms()
        recipient = Recipient(
            provider,
            str(destination.kind),
            destination.currency,
            resolved.token,
            resolved.name,
            destination.bank,
            destination.account[-_SHOWN:],
            now,
        )
        self._store.save_recipient(caller.user_id, recipient, destination.currency, now)
        return recipient

    def remove(self, caller: Principal, currency: str) -> None:
        """From now on nothing of that currency is paid out to the caller. Raises Forbidden, NotFound."""
        _require_seller(caller)
        if all(one.currency != currency for one in self._store.recipients(caller.user_id)):
            raise NotFound("Recipient")
        self._store.save_recipient(caller.user_id, None, currency, clock.now_ms())


def _require_seller(caller: Principal) -> None:
    if not caller.is_seller:
        raise Forbidden
