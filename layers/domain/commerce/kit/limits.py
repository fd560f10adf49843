"""Rate limits that hold under parallel load: one conditional increment of a counter per attempt.

Subjects are hashed, so their length never matters. Limits of failures alone are in commerce.kit.failures.
"""

import hashlib

from commerce.kit import clock
from commerce.kit.errors import RateLimited
from commerce.kit.tables import ConditionFailed, Table


class Limiter:
    """Counts attempts per subject in fixed windows. `rules` maps a name to (attempts, seconds)."""

    def __init__(self, table: Table, rules: dict[str, tuple[int, int]]) -> None:
        self._table = table
        self._rules = rules

    def take(self, rule: str, subject: str) -> None:
        """Spend one attempt. Raises RateLimited when the window has none left."""
        attempts, _ = self._rules[rule]
        now, window_ends = self._window(rule)
        try:
            self._table.write(
                self._table.update(
                    *self._key(rule, subject, window_ends),
                    "SET #expires_at = :ends ADD #count :one",
                    condition="attribute_not_exists(#count) OR #count < :attempts",
                    values={"one": 1, "attempts": attempts, "ends": window_ends},
                )
            )
        except ConditionFailed:
            raise RateLimited(window_ends - now) from None

    def record(self, rule: str, subject: str) -> None:
        """Count one, whatever the limit is: for rules that refuse nothing by themselves."""
        _, window_ends = self._window(rule)
        self._table.write(
            self._table.update(
                *self._key(rule, subject, window_ends),
                "SET #expires_at = :ends ADD #count :one",
                values={"one": 1, "ends": window_ends},
            )
        )

    def is_exceeded(self, rule: str, subject: str) -> bool:
        """Whether the window has counted as many as the rule names."""
        attempts, _ = self._rules[rule]
        _, window_ends = self._window(rule)
        found = self._table.get(*self._key(rule, subject, window_ends))
        return found is not None and found["count"] >= attempts

    def _window(self, rule: str) -> tuple[int, int]:
        """(now, end of the present window) in seconds."""
        _, seconds = self._rules[rule]
        now = clock.now()
        return now, now - now % seconds + seconds

    @staticmethod
    def _key(rule: str, subject: str, window_ends: int) -> tuple[str, str]:
        return f"RATE#{rule}#{hashlib.sha256(subject.encode()).hexdigest()[:40]}", f"WINDOW#{window_ends}"
