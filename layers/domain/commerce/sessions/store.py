"""Sessions table: refresh-token families and socket tickets.

    FAMILY#<session id>   FAMILY   {user_id, current, rotated_at, revoked, expires_at}
    TICKET#<sha256>       TICKET   {user_id, is_seller, is_staff, session_id, expires_at}

Only digests of tokens and tickets are stored, so a dump of the table opens nothing.
"""

import hashlib
from enum import Enum

from commerce.kit import clock
from commerce.kit.tables import ConditionFailed, Table, Write
from commerce.sessions.model import REFRESH_SECONDS, TICKET_SECONDS, Principal


class Rotation(Enum):
    """What became of an attempt to trade a refresh token."""

    DONE = "done"
    RACED = "raced"
    REPLAYED = "replayed"
    DEAD = "dead"


class SessionStore:
    """Every access to the Sessions table that is about sessions."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def opening(self, principal: Principal, token_id: str) -> Write:
        """The write that starts a family whose current refresh token is `token_id`."""
        item = {
            "pk": f"FAMILY#{principal.session_id}",
            "sk": "FAMILY",
            "user_id": principal.user_id,
            "current": _digest(token_id),
            "rotated_at": 0,
            "revoked": False,
            "expires_at": clock.now() + REFRESH_SECONDS,
        }
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def open(self, opening: Write) -> None:
        """Start a family on its own, by the write of `opening`."""
        self._table.write(opening)

    def rotate(self, session_id: str, token_id: str, successor: str, arrived_ms: int) -> Rotation:
        """Make `successor` the current token if `token_id` still is; exactly one of many callers gets DONE.

        A caller that had arrived before the winner rotated has RACED with it: an honest client's parallel requests
        look like that. One that arrived later REPLAYED a spent token.
        """
        try:
            self._table.write(
                self._table.update(
                    f"FAMILY#{session_id}",
                    "FAMILY",
                    "SET #current = :successor, #rotated_at = :now_ms, #expires_at = :expires",
                    condition="#current = :spent AND #revoked = :false AND #expires_at > :now",
                    values={
                        "successor": _digest(successor),
                        "spent": _digest(token_id),
                        "false": False,
                        "now": clock.now(),
                        "now_ms": clock.now_ms(),
                        "expires": clock.now() + REFRESH_SECONDS,
                    },
                )
            )
        except ConditionFailed as refusal:
            family = refusal.found
            if family is None or family["revoked"] or family["expires_at"] <= clock.now():
                return Rotation.DEAD
            if family["current"] == _digest(successor):
                return Rotation.DONE  # Our own write, whose answer was lost and which the SDK repeated.
            return Rotation.RACED if arrived_ms <= family["rotated_at"] else Rotation.REPLAYED
        return Rotation.DONE

    def is_current(self, session_id: str, token_id: str) -> bool:
        """Whether the family lives and `token_id` is its current refresh token."""
        family = self._table.get(f"FAMILY#{session_id}", "FAMILY", consistent=True)
        return (
            family is not None
            and not family["revoked"]
            and family["expires_at"] > clock.now()
            and family["current"] == _digest(token_id)
        )

    def revoke(self, session_id: str) -> None:
        """End a family; ending one that does not exist is nothing."""
        try:
            self._table.write(
                self._table.update(
                    f"FAMILY#{session_id}",
                    "FAMILY",
                    "SET #revoked = :true",
                    condition="attribute_exists(#pk)",
                    values={"true": True},
                )
            )
        except ConditionFailed:
            pass

    def put_ticket(self, ticket: str, principal: Principal) -> None:
        """Remember a ticket for 60 seconds."""
        item = {
            "pk": f"TICKET#{_digest(ticket)}",
            "sk": "TICKET",
            "user_id": principal.user_id,
            "is_seller": principal.is_seller,
            "is_staff": principal.is_staff,
            "session_id": principal.session_id,
            "expires_at": clock.now() + TICKET_SECONDS,
        }
        self._table.write(self._table.put(item))

    def take_ticket(self, ticket: str) -> Principal | None:
        """Spend a ticket: its principal to the first caller in time, None to every other."""
        key = f"TICKET#{_digest(ticket)}", "TICKET"
        try:
            found = self._table.write(
                self._table.delete(*key, condition="#expires_at > :now", values={"now": clock.now()}),
                returning="ALL_OLD",
            )
        except ConditionFailed:
            return None
        return Principal(found["user_id"], found["is_seller"], found["is_staff"], found["session_id"])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
