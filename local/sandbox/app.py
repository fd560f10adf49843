"""Everything under /sandbox, as a Starlette application.

/sandbox/                   what is simulated of each provider, and what is not
/sandbox/{provider}/…       the provider's API; ?refuse=CODE refuses with one of its documented codes
/sandbox/{provider}/sign    POST the bytes of an event: the headers that the provider would send with it
/sandbox/pay/{token}        where the buyer pays or declines
/sandbox/disputes           POST {"provider", "reference", "state"}: a buyer's bank disputes a payment, or has decided
/sandbox/returns            POST {"provider", "reference"}: a transfer to a seller comes back
/sandbox/book               captures, refunds and transfers, as the providers recorded them
/sandbox/settings           how webhooks travel and what goes wrong: GET, POST, DELETE for the defaults
/sandbox/deliveries         what became of the webhooks
"""

import asyncio
import os
import threading
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from local.sandbox import faults, flutterwave, pages, paypal, paystack, stripe
from local.sandbox.context import Provider, ProviderContext
from local.sandbox.http import Operation, Refusal, body_of, form_fields, json_object, read_body
from local.sandbox.settings import Settings
from local.sandbox.store import Store
from local.sandbox.webhooks import WebhookSender

PREFIX = "/sandbox"
STAGES = ("local", "test")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Sandbox:
    """All providers over one store. `base_url` is where /sandbox is reached from a browser; `app` is the ASGI
    application, which handles its requests on the event loop, one at a time."""

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
        self.app = Starlette(
            routes=[Mount(PREFIX, routes=self._routes())],
            exception_handlers={HTTPException: _http_error, Exception: _failed},
        )

        # Set when the server stops, which would otherwise wait for calls that hang.
        self.app.state.stopping = asyncio.Event()

    def book(self) -> dict[str, list[dict[str, Any]]]:
        """The captures, refunds and transfers."""
        with self._store.transaction():
            return self._store.book()

    def configure(self, **wanted: Any) -> None:
        """Changes settings as a POST to /sandbox/settings does. Raises ValueError."""
        with self._lock:
            self._settings = self._settings.changed(wanted)

    def sign(self, provider: str, body: bytes) -> dict[str, str]:
        """The headers that the provider would send with these bytes."""
        return self._providers[provider].sign(body)

    def release(self) -> None:
        """Ends the calls that hang or are slow; to be called on the event loop, when the server stops."""
        self.app.state.stopping.set()

    def close(self) -> None:
        """Ends the delivery of webhooks and closes the store."""
        self._sender.close()
        self._store.close()

    def _routes(self) -> list[BaseRoute]:
        return [
            self._route("GET", "/", self._front_page),
            self._route("GET", "/pay/{token}", self._pay_page),
            self._route("POST", "/pay/{token}", self._decide),
            self._route("POST", "/disputes", self._dispute),
            self._route("POST", "/returns", self._return),
            self._route("GET", "/book", lambda _: JSONResponse(self._store.book())),
            self._route("GET", "/deliveries", lambda _: JSONResponse(self._sender.state())),
            self._route("GET", "/settings", lambda _: JSONResponse(self._settings.as_json())),
            self._route("POST", "/settings", self._change_settings),
            self._route("DELETE", "/settings", self._reset_settings),
            *(Mount(f"/{name}", routes=self._api(name)) for name in self._providers),
        ]

    def _api(self, name: str) -> list[BaseRoute]:
        """The provider's operations; what is none of them, the provider refuses in its own words."""
        provider = self._providers[name]

        def sign(request: Request) -> Response:
            return JSONResponse({"headers": provider.sign(body_of(request))})

        def called(operation: Operation) -> Operation:
            return lambda request: self._call(name, request, operation)

        routes: list[BaseRoute] = [self._route("POST", "/sign", sign)]
        routes += [
            self._route(method, path, called(operation)) for (method, path), operation in provider.operations().items()
        ]
        routes += [self._route(method, "/{path:path}", called(provider.unknown)) for method in _METHODS]
        return routes

    def _route(self, method: str, path: str, operation: Operation) -> Route:
        async def respond(request: Request) -> Response:
            await read_body(request)
            try:
                return self._carry_out(request, operation)
            except Refusal as refusal:
                return refusal.response

        return Route(path, respond, methods=[method])

    def _carry_out(self, request: Request, operation: Operation) -> Response:
        """The operation in a transaction of its own; its webhooks are sent when that is committed."""
        with self._lock:
            try:
                with self._store.transaction():
                    response = operation(request)
                self._context.send_webhooks()
            finally:
                self._context.discard_webhooks()
        return response

    def _call(self, name: str, request: Request, operation: Operation) -> Response:
        """A call of a provider's API, with the fault that is asked for. What was stored before a refusal stays."""
        provider = self._providers[name]
        request.state.fault = self._fault(name, request)

        def answered(request: Request) -> Response:
            try:
                return provider.respond(request, operation)
            except Refusal as refusal:
                return refusal.response

        return faults.on_the_wire(request, answered)

    def _fault(self, name: str, request: Request) -> str:
        """What is to go wrong with the request. Raises Refusal for a code that the provider does not have."""
        fault = self._requested_fault(name, request)
        kind, _, code = fault.partition(":")
        if kind == faults.REFUSE and code not in self._providers[name].refusals:
            known = ", ".join(self._providers[name].refusals)
            raise _bad_request(f"{name} does not refuse with {code!r}. It knows {known}.")
        return fault

    def _requested_fault(self, name: str, request: Request) -> str:
        if code := request.query_params.get("refuse"):
            return f"{faults.REFUSE}:{code}"
        requested = request.headers.get(faults.HEADER)
        if requested is not None:
            if requested not in faults.KINDS:
                raise _bad_request(f"{faults.HEADER} is one of {', '.join(faults.KINDS)}.")
            return requested
        rule = faults.first_match(self._settings.faults, name, request)
        if rule is None:
            return ""
        self._settings = self._settings.spent(rule)
        return rule.name

    def _dispute(self, request: Request) -> Response:
        try:
            wanted = json_object(request)
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
                    return JSONResponse({"id": self._providers[name].dispute(reference, state)})
        raise _bad_request('A dispute is {"provider", "reference", "state": open, won or lost}.')

    def _return(self, request: Request) -> Response:
        try:
            wanted = json_object(request)
        except ValueError:
            wanted = {}
        name, reference = wanted.get("provider"), wanted.get("reference")
        if name not in self._providers or not isinstance(reference, str):
            raise _bad_request('A return is {"provider", "reference"}.')
        self._providers[name].give_back(reference)
        return JSONResponse({"reference": reference})

    def _front_page(self, _: Request) -> Response:
        return pages.front({name: provider.title for name, provider in self._providers.items()})

    def _pay_page(self, request: Request) -> Response:
        page = self._page(request)
        return pages.decision(page, self._providers[page["provider"]].title)

    def _decide(self, request: Request) -> Response:
        page, outcome = self._page(request), dict(form_fields(request)).get("outcome", "")
        if not page["outcome"]:
            if outcome not in ("success", "failure"):
                return pages.problem(400, "The form field outcome is success or failure.")
            page["onward"] = self._providers[page["provider"]].pay(page, outcome == "success")
            page["outcome"] = outcome
            self._store.put("page", page["token"], page)
        return RedirectResponse(page["onward"] or self._context.page_url(page["token"]), 303)

    def _page(self, request: Request) -> dict[str, Any]:
        page = self._store.get("page", request.path_params["token"])
        if page is None:
            raise Refusal(pages.problem(404, "There is no such payment."))
        return page

    def _change_settings(self, request: Request) -> Response:
        try:
            self._settings = self._settings.changed(json_object(request))
        except ValueError as error:
            raise _bad_request(str(error)) from None
        return JSONResponse(self._settings.as_json())

    def _reset_settings(self, _: Request) -> Response:
        self._settings = self._defaults
        return JSONResponse(self._settings.as_json())


def _bad_request(message: str) -> Refusal:
    return Refusal(JSONResponse({"error": message}, 400))


async def _http_error(_: Request, error: Any) -> Response:
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _failed(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "The sandbox itself failed; see its log."}, 500)
