"""Rate limits that hold under parallel load: one conditional increment of a counter per attempt."""

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
        attempts, seconds = self._rules[rule]
        now = clock.now()
        window_ends = now - now % seconds + seconds
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

    def forgive(self, rule: str, subject: str) -> None:
        """Give the window's attempts back, after one that succeeded."""
        _, seconds = self._rules[rule]
        now = clock.now()
        self._table.write(self._table.delete(*self._key(rule, subject, now - now % seconds + seconds)))

    @staticmethod
    def _key(rule: str, subject: str, window_ends: int) -> tuple[str, str]:
        return f"RATE#{rule}#{subject}", f"WINDOW#{window_ends}"
