"""What providers answer and send, read with care: it comes from outside, and money hangs on it.

An answer that does not say clearly what happened is ProviderTrouble, which is asked again, and never a refusal.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from commerce.kit import logs, web
from commerce.orders.payment import Provider
from commerce.payments.providers.keys import keys
from commerce.payments.providers.model import (
    MethodRefused,
    ProviderRefused,
    ProviderReport,
    ProviderTrouble,
    ReportedState,
    SignatureRefused,
)

# Not understood, or not now: our key, a time-out, a conflict with the same call under way, too many calls.
_AGAIN = frozenset({401, 408, 409, 425, 429})


def key(provider: Provider, name: str) -> str:
    """One of the provider's keys. Raises MethodRefused when the operator has not set it."""
    value = keys().get(name)
    if not isinstance(value, str) or not value:
        raise MethodRefused(f"{provider} is not set up.")
    return value


def signing_key(name: str) -> bytes:
    """A key that webhooks are signed with. Raises SignatureRefused when there is none: an empty one proves nothing."""
    value = keys().get(name)
    if not isinstance(value, str) or not value:
        raise SignatureRefused
    return value.encode()


def send(provider: Provider, method: str, url: str, *, repeatable: bool, **options: Any) -> web.WebAnswer:
    """The provider's answer, good or bad. Raises ProviderTrouble when there is none."""
    try:
        answer = web.call(method, url, repeatable=repeatable, **options)
    except web.NoAnswer:
        raise ProviderTrouble(provider) from None
    if answer.status >= 500:
        raise ProviderTrouble(provider)
    return answer


def require_success(provider: Provider, answer: web.WebAnswer, *, is_good: bool = True) -> dict[str, Any]:
    """The body of an answer with which the provider agreed. Raises ProviderTrouble, ProviderRefused."""
    if answer.status == 401:
        logs.warning("a payment provider does not take our key", provider=provider)
    if answer.status in _AGAIN:
        raise ProviderTrouble(provider)
    if not answer.is_ok or not is_good:
        words = answer.body.get("message") or answer.body.get("name") or answer.status
        raise ProviderRefused(provider, str(words)[:200])
    return answer.body


@contextmanager
def parsing(provider: Provider) -> Iterator[None]:
    """Around reading an answer: one of another shape than documented raises ProviderTrouble."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise ProviderTrouble(provider) from None


def validated(report: ProviderReport) -> ProviderReport:
    """The report, if it says how much of what was taken as which transaction. Raises ValueError when it does not."""
    currency = report.currency.upper()
    if report.state is ReportedState.SUCCEEDED and (
        report.amount_minor <= 0 or len(currency) != 3 or not report.transaction
    ):
        raise ValueError("a success without amount, currency or transaction")
    return replace(report, currency=currency)


def parse_event(body: bytes) -> dict[str, Any]:
    """The JSON object of a webhook. Raises SignatureRefused: what is none was not sent by a provider."""
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise SignatureRefused from None
    if not isinstance(event, dict):
        raise SignatureRefused
    return event


def subobject(thing: dict[str, Any], name: str) -> dict[str, Any]:
    """A JSON object within another; an empty one where there is none."""
    inner = thing.get(name)
    return inner if isinstance(inner, dict) else {}
