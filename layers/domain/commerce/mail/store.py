"""Which mails were sent, in the Realtime table beside the logs that hold the same events.

MAIL#<event id>   SENT   {expires_at}
"""

from commerce.kit import clock
from commerce.kit.tables import Table

# Longer than a message of a queue lives, its time in the dead letters included.
KEPT_SECONDS = 30 * 86_400


class MailStore:
    """Every access to the record of mails."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def is_sent(self, event_id: str) -> bool:
        """Whether the event was mailed before."""
        return self._table.get(*_key(event_id), consistent=True) is not None

    def record(self, event_id: str) -> None:
        """The event was mailed."""
        pk, sk = _key(event_id)
        self._table.write(self._table.put({"pk": pk, "sk": sk, "expires_at": clock.now() + KEPT_SECONDS}))


def _key(event_id: str) -> tuple[str, str]:
    return f"MAIL#{event_id}", "SENT"
