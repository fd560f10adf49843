"""What the providers share: the store, pay pages, settings, and the webhooks that a request causes."""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from local.sandbox.http import Operation, compact_json
from local.sandbox.settings import Settings
from local.sandbox.store import Store
from local.sandbox.webhooks import Webhook

MERCHANT = "Bazaar"


class Provider(Protocol):
    """One provider."""

    title: str
    # The codes that it refuses with on request.
    refusals: tuple[str, ...]

    def operations(self) -> Mapping[tuple[str, str], Operation]:
        """Its API: {(method, path behind its name): operation}. An operation may raise Refusal."""

    def unknown(self, request: Request) -> Response:
        """The response to a call of nothing that its API has. May raise Refusal."""

    def respond(self, request: Request, operation: Operation) -> Response:
        """The operation's response for authorized callers, with the faults of the provider itself. Raises Refusal."""

    def pay(self, page: dict[str, Any], is_success: bool) -> str:
        """The buyer pays, or their bank declines; returns the address where they continue, "" without one."""

    def dispute(self, reference: str, state: str) -> str:
        """The buyer's bank disputes the payment of that reference (`open`), or has decided (`won`, `lost`); returns the
        provider's id of the dispute. Raises Refusal for no such payment, or a provider without disputes."""

    def give_back(self, reference: str) -> None:
        """The transfer to a seller of that reference comes back; the merchant is told. Raises Refusal for no such
        transfer, or a provider that makes none."""

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers that prove a webhook."""


class ProviderContext:
    """Shared by all providers. Everything here happens inside a transaction of the store."""

    def __init__(
        self, store: Store, base_url: str, settings: Callable[[], Settings], send: Callable[[Webhook], None]
    ) -> None:
        self.store = store
        self.base_url = base_url
        self._settings = settings
        self._send = send
        self._outgoing: list[Webhook] = []

    @property
    def settings(self) -> Settings:
        """How to behave now."""
        return self._settings()

    def open_page(
        self,
        provider: str,
        object_id: str,
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
        """A page where the buyer decides about an object of the provider; returns its token. With an `otp` it is a
        phone that shows this code, which the buyer enters in the shop."""
        token = token or secrets.token_urlsafe(15)
        page = {
            "token": token,
            "provider": provider,
            "object_id": object_id,
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

    def notify(self, provider: Provider, name: str, event_type: str, event: dict[str, Any]) -> None:
        """A webhook of the provider `name`, sent once the transaction is committed."""
        self._outgoing.append(Webhook(name, event_type, compact_json(event), provider.sign))

    def send_webhooks(self) -> None:
        """Sends what the committed transaction caused."""
        while self._outgoing:
            self._send(self._outgoing.pop(0))

    def discard_webhooks(self) -> None:
        """Forgets what a transaction caused that was rolled back."""
        self._outgoing.clear()


def now_ms() -> int:
    """Milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def iso(at_ms: int) -> str:
    """A time as providers write it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
