"""What providers answer and send, read with care: it comes from outside, and money hangs on it.

An answer that does not say clearly what happened is ProviderTrouble, which is asked again, and never a refusal. Where
the call may have taken money (`charges`), it is OutcomeUnknown: the payment is asked for, and not started again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from commerce.kit import clock, http, logs
from commerce.orders.payment import Attempt, Provider
from commerce.payments.providers.keys import keys
from commerce.payments.providers.model import (
    MethodRefused,
    OutcomeUnknown,
    ProviderRefused,
    ProviderReport,
    ProviderTrouble,
    RefundReport,
    RefundState,
    ReportedState,
    SignatureRefused,
)

# Not understood, or not now: our key, a time-out, a conflict with the same call under way, too many calls.
_AGAIN = frozenset({401, 408, 409, 425, 429})
# Of these the call may have been carried out, by its twin or before the time was up.
_PERHAPS_DONE = frozenset({408, 409})
# So long a payment may be on its way to a provider that does not know it yet: longer than any call takes.
_ON_ITS_WAY_MS = 10 * 60 * 1000


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


def send(
    provider: Provider, method: str, url: str, *, repeatable: bool, charges: bool = False, **options: Any
) -> http.WebAnswer:
    """The provider's answer, good or bad. Raises ProviderTrouble when there is none, or OutcomeUnknown."""
    try:
        answer = http.call(method, url, repeatable=repeatable, **options)
    except http.NoAnswer as error:
        raise _trouble(provider, charges=charges and not error.request_not_sent) from None
    if answer.status >= 500:
        raise _trouble(provider, charges=charges)
    return answer


def require_success(
    provider: Provider, answer: http.WebAnswer, *, is_good: bool = True, charges: bool = False
) -> dict[str, Any]:
    """The body of an answer with which the provider agreed. Raises ProviderTrouble, OutcomeUnknown, ProviderRefused."""
    if answer.status == 401:
        logs.warning("a payment provider does not take our key", provider=provider)
    if answer.status in _AGAIN:
        raise _trouble(provider, charges=charges and answer.status in _PERHAPS_DONE)
    if not answer.is_ok or not is_good:
        words = answer.body.get("message") or answer.body.get("name") or answer.status
        reason = answer.body.get("code") or answer.body.get("name") or ""
        raise ProviderRefused(provider, str(words)[:200], str(reason))
    return answer.body


@contextmanager
def parsing(provider: Provider, *, charges: bool = False) -> Iterator[None]:
    """Around reading an answer: one of another shape than documented raises ProviderTrouble, or OutcomeUnknown."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        raise _trouble(provider, charges=charges) from None


@contextmanager
def missing_key_as_trouble(provider: Provider) -> Iterator[None]:
    """Around a question about a payment that exists: a key that the operator took away is ProviderTrouble, for the
    payment is no less there, and somebody may put the key back."""
    try:
        yield
    except MethodRefused:
        logs.warning("a payment provider is asked about payments and has no key", provider=provider)
        raise ProviderTrouble(provider) from None


def refund_reported(make: Callable[[], RefundReport]) -> RefundReport:
    """What became of making a refund, a refusal included. Raises ProviderTrouble alone."""
    try:
        return make()
    except ProviderRefused as refusal:
        return RefundReport(RefundState.REFUSED, refusal.words)
    except MethodRefused as refusal:
        return RefundReport(RefundState.REFUSED, refusal.message)


def _trouble(provider: Provider, *, charges: bool) -> ProviderTrouble:
    return OutcomeUnknown(provider) if charges else ProviderTrouble(provider)


def unknown_there(attempt: Attempt, patience_ms: int = _ON_ITS_WAY_MS) -> ProviderReport:
    """What it means that a provider does not know an attempt: it may yet arrive, and after the patience never did."""
    is_over = clock.now_ms() - attempt.created_at > patience_ms
    return ProviderReport(ReportedState.FAILED if is_over else ReportedState.PENDING)


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
