"""Everything under /sandbox, without a server: a request in, a reply out.

/sandbox/                   what is imitated of each provider, and what is not
/sandbox/{provider}/…       the provider's API; ?refuse=CODE refuses with one of its documented codes
/sandbox/{provider}/sign    POST the bytes of an event: the headers that the provider would send with it
/sandbox/pay/{token}        where the buyer pays or declines
/sandbox/disputes           POST {"provider", "reference", "state"}: a buyer's bank disputes a payment, or has decided
/sandbox/book               captures and refunds, as the providers know them
/sandbox/settings           how webhooks travel and what goes wrong: GET, POST, DELETE for the defaults
/sandbox/deliveries         what became of the webhooks
"""

import os
import sys
import threading
import traceback
from dataclasses import replace
from typing import Any

from local.sandbox import faults, flutterwave, pages, paypal, paystack, stripe
from local.sandbox.context import Provider, ProviderContext
from local.sandbox.messages import Refusal, Reply, Request, answer, moved
from local.sandbox.settings import Settings
from local.sandbox.store import Store
from local.sandbox.webhooks import WebhookSender

STAGES = ("local", "test")
LARGEST_BODY = 1_000_000


class Sandbox:
    """All providers over one store. `base_url` is where /sandbox is reached from a browser."""

    def __init__(self, store: Store, base_url: str, webhook_url: str = "") -> None:
        stage = os.environ.get("STAGE", STAGES[0])
        if stage not in STAGES:
            raise RuntimeError(f"The payment sandbox is for a developer's machine, not for the stage {stage!r}.")
        self._store = store
        self._defaults = self._settings = Settings(webhook_url)
        self._lock = threading.RLock()
        self._sender = WebhookSender(lambda: self._settings)
        self._context = ProviderContext(store, base_url, lambda: self._settings, self._sender.send)
        self._providers: dict[str, Provider] = {
            paystack.NAME: paystack.Paystack(self._context),
            flutterwave.NAME: flutterwave.Flutterwave(self._context),
            paypal.NAME: paypal.PayPal(self._context),
            stripe.NAME: stripe.Stripe(self._context),
        }

    def answer(self, request: Request) -> Reply:
        """The reply to a request whose path begins behind /sandbox; any thread may call."""
        with self._lock:
            try:
                with self._store.transaction():
                    reply = self._answer(request)
            except Refusal as refusal:
                reply = refusal.reply
            except Exception:
                traceback.print_exc(file=sys.stderr)
                reply = answer(500, {"error": "The sandbox itself failed; its log tells why."})
            else:
                self._context.post()
            self._context.forget()
            return reply

    def book(self) -> dict[str, list[dict[str, Any]]]:
        """The captures and refunds."""
        with self._store.transaction():
            return self._store.book()

    def configure(self, **wanted: Any) -> None:
        """Changes settings as a POST to /sandbox/settings does. Raises ValueError."""
        with self._lock:
            self._settings = self._settings.changed(wanted)

    def sign(self, provider: str, body: bytes) -> dict[str, str]:
        """The headers that the provider would send with these bytes."""
        return self._providers[provider].sign(body)

    def deliveries(self) -> dict[str, Any]:
        """How many webhooks are on their way, and what became of the last ones."""
        return self._sender.state()

    def close(self) -> None:
        """Ends the delivery of webhooks and closes the store."""
        self._sender.close()
        self._store.close()

    def _answer(self, request: Request) -> Reply:
        if len(request.body) > LARGEST_BODY:
            raise Refusal(answer(413, {"error": "Too large."}))
        match request.method, request.path.strip("/").split("/", 1):
            case _, [name, *rest] if name in self._providers:
                return self._call(name, replace(request, path="/" + "".join(rest)))
            case "GET" | "HEAD", ["pay", token]:
                return self._page(token)
            case "POST", ["pay", token]:
                return self._decide(token, dict(request.form).get("outcome", ""))
            case "GET" | "HEAD", [""]:
                return pages.front({name: provider.title for name, provider in self._providers.items()})
            case "POST", ["disputes"]:
                return self._dispute(request)
            case "GET", ["book"]:
                return answer(200, self._store.book())
            case "GET", ["deliveries"]:
                return answer(200, self._sender.state())
            case "GET" | "POST" | "DELETE", ["settings"]:
                return self._change_settings(request)
            case _:
                raise Refusal(answer(404, {"error": "Not found."}))

    def _call(self, name: str, request: Request) -> Reply:
        provider = self._providers[name]
        if request.method == "POST" and request.path == "/sign":
            return answer(200, {"headers": provider.sign(request.body)})
        request = replace(request, fault=self._fault(name, request))

        def operation(sent: Request) -> Reply:
            try:
                return provider.answer(sent)
            except Refusal as refusal:
                return refusal.reply

        return faults.on_the_way(request, operation)

    def _fault(self, name: str, request: Request) -> str:
        """What is to go wrong with the request. Raises Refusal for what nobody knows how to do wrong."""
        fault = self._asked_fault(name, request)
        kind, _, code = fault.partition(":")
        if kind == faults.REFUSE and code not in self._providers[name].refusals:
            known = ", ".join(self._providers[name].refusals)
            raise Refusal(answer(400, {"error": f"{name} does not refuse with {code!r}. It knows {known}."}))
        return fault

    def _asked_fault(self, name: str, request: Request) -> str:
        if code := request.arguments.get("refuse"):
            return f"{faults.REFUSE}:{code}"
        asked = request.headers.get(faults.HEADER)
        if asked is not None:
            if asked not in faults.KINDS:
                raise Refusal(answer(400, {"error": f"{faults.HEADER} is one of {', '.join(faults.KINDS)}."}))
            return asked
        rule = faults.matching(self._settings.faults, name, request)
        if rule is None:
            return ""
        self._settings = self._settings.spent(rule)
        return rule.name

    def _dispute(self, request: Request) -> Reply:
        try:
            wanted = request.json()
        except ValueError:
            wanted = {}
        match wanted:
            case {
                "provider": str(name),
                "reference": str(reference),
                "state": "open" | "won" | "lost" as state,
                **rest,
            }:
                if name in self._providers and not rest:
                    return answer(200, {"id": self._providers[name].dispute(reference, state)})
        raise Refusal(answer(400, {"error": 'A dispute is {"provider", "reference", "state": open, won or lost}.'}))

    def _page(self, token: str) -> Reply:
        page = self._known(token)
        return pages.decision(page, self._providers[page["provider"]].title)

    def _decide(self, token: str, outcome: str) -> Reply:
        page = self._known(token)
        if not page["outcome"]:
            if outcome not in ("success", "failure"):
                return pages.problem(400, "The form field outcome is success or failure.")
            page["onward"] = self._providers[page["provider"]].pay(page, outcome == "success")
            page["outcome"] = outcome
            self._store.put("page", token, page)
        return moved(303, page["onward"] or self._context.page_url(token))

    def _known(self, token: str) -> dict[str, Any]:
        page = self._store.get("page", token)
        if page is None:
            raise Refusal(pages.problem(404, "There is no such payment."))
        return page

    def _change_settings(self, request: Request) -> Reply:
        if request.method == "DELETE":
            self._settings = self._defaults
        elif request.method == "POST":
            try:
                self._settings = self._settings.changed(request.json())
            except ValueError as error:
                raise Refusal(answer(400, {"error": str(error)})) from None
        return answer(200, self._settings.as_json())
