"""Limits on failures that stay exact under parallel load and never count a success.

Whether an attempt fails is known only after the costly part of it, so each one first reserves a place and then says
how it went: a failure keeps its place until the window ends, a success gives it back. Who finds all places taken by
attempts that still run waits for them; who finds them taken by failures is refused. So at most `limit` failures are
evaluated in a window however many come at once, and any number of successes gets through.

Windows grow: each `limit` failures that are remembered (for a day after the last one) double the next window.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.contention import pause
from commerce.kit.errors import RateLimited
from commerce.kit.tables import ConditionFailed, Table

MEMORY_SECONDS = 86_400
TRUST_SECONDS = 30 * 86_400
# About six seconds of waiting for attempts that run at the same time.
MAX_WAITS = 60


@dataclass(frozen=True)
class Limit:
    """`failures` in a first window of `seconds`. A subject that is not trusted may be held to fewer for a while."""

    failures: int
    seconds: int
    untrusted_failures: int | None = None


@dataclass(frozen=True)
class Reservation:
    """The place of one attempt in the window that ends at `ends_at`."""

    subject: str
    ends_at: int


class FailureLimiter:
    """Counts failures per subject; `kind` keeps the subjects of several limits apart."""

    def __init__(self, table: Table, kind: str) -> None:
        self._table = table
        self._kind = kind

    @contextmanager
    def attempt(self, subject: str, limit: Limit, failure: type[Exception], *, forgives: bool) -> Iterator[None]:
        """The block is one attempt; that it raises `failure` is a failure, any other end gives its place back.

        With `forgives`, a success clears the subject's failures and trusts it for a month. Raises RateLimited.
        """
        reservation = self.reserve(subject, limit)
        try:
            yield
        except failure:
            self.fail(reservation)
            raise
        except BaseException:
            self.release(reservation)
            raise
        if forgives:
            self.forgive(reservation)
        else:
            self.release(reservation)

    def reserve(self, subject: str, limit: Limit) -> Reservation:
        """A place for one attempt. Raises RateLimited when failures, or attempts that do not end, have taken all."""
        at_most = limit.failures if limit.untrusted_failures is None else limit.untrusted_failures
        for waits in range(MAX_WAITS):
            now = clock.now()
            taking = self._table.update(
                *self._key(subject),
                "SET #used = #used + :one",
                condition="#ends_at > :now AND (#used < :most OR (#trusted_until > :now AND #used < :trusted))",
                values={"one": 1, "now": now, "most": at_most, "trusted": limit.failures},
            )
            try:
                return Reservation(subject, self._table.write(taking, returning="ALL_NEW")["ends_at"])
            except ConditionFailed as refusal:
                found = refusal.found
            if found is None or found["ends_at"] <= now:
                if reservation := self._start_window(subject, limit, found, now):
                    return reservation
                continue
            allowed = limit.failures if found["trusted_until"] > now else at_most
            if found["failures"] >= allowed:
                raise RateLimited(found["ends_at"] - now)
            pause(waits)
        raise RateLimited(1)

    def fail(self, reservation: Reservation) -> None:
        """The attempt failed: its place stays taken until the window ends."""
        self._change(
            reservation,
            "SET #failures = #failures + :one, #total = #total + :one, #expires_at = :kept",
            {"one": 1, "kept": max(reservation.ends_at, self._kept_until())},
        )

    def release(self, reservation: Reservation) -> None:
        """The attempt told nothing: its place is free again."""
        self._change(reservation, "SET #used = #used - :one", {"one": 1})

    def forgive(self, reservation: Reservation) -> None:
        """The attempt succeeded: its place and those of the failures before it are free, and the subject is trusted."""
        now = clock.now()
        values: Item = {"zero": 0, "trusted": now + TRUST_SECONDS, "failures": 0, "freed": 1}
        for waits in range(MAX_WAITS):
            found = self._change(
                reservation,
                "SET #used = #used - :freed, #failures = :zero, #total = :zero, "
                "#trusted_until = :trusted, #expires_at = :trusted",
                values,
                condition=" AND #failures = :failures",
            )
            if found is None or found["ends_at"] != reservation.ends_at:
                return
            values |= {"failures": found["failures"], "freed": 1 + found["failures"]}
            pause(waits)

    def _start_window(self, subject: str, limit: Limit, found: Item | None, now: int) -> Reservation | None:
        """A new window with a place for the first attempt, None when somebody else has just started one."""
        total = found["total"] if found and found["expires_at"] > now else 0
        trusted_until = found["trusted_until"] if found else 0
        length = min(limit.seconds * 2 ** min(total // limit.failures, 20), MEMORY_SECONDS)
        pk, sk = self._key(subject)
        item = {
            "pk": pk,
            "sk": sk,
            "used": 1,
            "failures": 0,
            "total": total,
            "ends_at": now + length,
            "trusted_until": trusted_until,
            "expires_at": max(now + length, self._kept_until(), trusted_until),
        }
        seen = {"seen": found["ends_at"]} if found else None
        condition = "#ends_at = :seen" if found else "attribute_not_exists(#pk)"
        try:
            self._table.write(self._table.put(item, condition=condition, values=seen))
        except ConditionFailed:
            return None
        return Reservation(subject, now + length)

    def _change(self, reservation: Reservation, expression: str, values: Item, *, condition: str = "") -> Item | None:
        """Change the reservation's window; what was found instead when it is not as expected, None when it was."""
        values = {**values, "ends": reservation.ends_at}
        key = self._key(reservation.subject)
        try:
            self._table.write(
                self._table.update(*key, expression, condition="#ends_at = :ends" + condition, values=values)
            )
        except ConditionFailed as refusal:
            return refusal.found
        return None

    @staticmethod
    def _kept_until() -> int:
        return clock.now() + MEMORY_SECONDS

    def _key(self, subject: str) -> tuple[str, str]:
        """Hashed, so that neither the length of what a caller wrote nor a stored address matters."""
        return f"FAILURES#{self._kind}#{hashlib.sha256(subject.encode()).hexdigest()[:40]}", "WINDOW"
