"""What the providers share: memory, pay pages, the book, and the post."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from local.sandbox.messages import Reply, Request, compact
from local.sandbox.settings import Settings
from local.sandbox.store import Store
from local.sandbox.webhooks import Event

MERCHANT = "Bazaar"


class Provider(Protocol):
    """One provider."""

    title: str
    # The codes that it refuses with on request.
    refusals: tuple[str, ...]

    def answer(self, request: Request) -> Reply:
        """The reply to a call of its API; the path begins behind its name. Raises Refusal."""

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """The buyer pays, or their bank declines; answers where they go on, "" when nowhere."""

    def dispute(self, reference: str, state: str) -> str:
        """The buyer's bank disputes the payment of that reference (`open`), or has decided (`won`, `lost`); answers the
        provider's id of the dispute. Raises Refusal for no such payment, or a provider without disputes."""

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers that prove a webhook."""


class ProviderContext:
    """Behind all providers. Everything here happens inside a transaction of the store."""

    def __init__(
        self, store: Store, base_url: str, settings: Callable[[], Settings], send: Callable[[Event], None]
    ) -> None:
        self.store = store
        self.base_url = base_url
        self._settings = settings
        self._send = send
        self._outgoing: list[Event] = []

    @property
    def settings(self) -> Settings:
        """How to behave now."""
        return self._settings()

    def open_page(
        self,
        provider: str,
        thing: str,
        *,
        amount_minor: int,
        currency: str,
        reference: str,
        return_url: str = "",
        payer: str = "",
        prompt: str = "",
        token: str = "",
        otp: str = "",
    ) -> str:
        """A page where the buyer decides about the provider's `thing`; answers its token. With an `otp` it is a phone
        that shows this code, which the buyer hands to the shop."""
        token = token or secrets.token_urlsafe(15)
        page = {
            "token": token,
            "provider": provider,
            "thing": thing,
            "amount_minor": amount_minor,
            "currency": currency.upper(),
            "reference": reference,
            "return_url": return_url,
            "payer": payer,
            "prompt": prompt,
            "otp": otp,
            "outcome": "",
            "onward": "",
        }
        self.store.put("page", token, page)
        return token

    def page_url(self, token: str) -> str:
        """Where the page is."""
        return f"{self.base_url}/pay/{token}"

    def notify(self, provider: Provider, name: str, kind: str, event: dict[str, Any]) -> None:
        """A webhook of the provider `name`, sent when what it tells of is kept."""
        self._outgoing.append(Event(name, kind, compact(event), provider.sign))

    def post(self) -> None:
        """Sends what was notified."""
        while self._outgoing:
            self._send(self._outgoing.pop(0))

    def forget(self) -> None:
        """What was notified did not happen."""
        self._outgoing.clear()


def now_ms() -> int:
    """Milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def iso(at_ms: int) -> str:
    """A time as providers write it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
