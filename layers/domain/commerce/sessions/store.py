"""Sessions table: refresh-token families and socket tickets.

    USER#<user id>        SESSION#<session id>   {current, previous, epoch, opened_at, rotated_at, revoked, expires_at}
    TICKET#<sha256>       TICKET                 {user_id, is_seller, is_staff, session_id, epoch, expires_at}

Only digests of tokens and tickets are stored, so a dump of the table opens nothing. Session ids begin with the time, so
that the newest of an account are the last of its collection.
"""

import hashlib
from enum import Enum

from commerce.kit import clock
from commerce.kit.attributes import Item
from commerce.kit.principal import Principal
from commerce.kit.tables import ConditionFailed, Table, Write
from commerce.sessions.model import LEEWAY_MS, REFRESH_SECONDS, TICKET_SECONDS, Session

MAX_LISTED = 100
_PREFIX = "SESSION#"


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

    def open_write(self, principal: Principal, token_id: str) -> Write:
        """The write that starts a family whose current refresh token is `token_id`."""
        pk, sk = _key(principal.user_id, principal.session_id)
        item = {
            "pk": pk,
            "sk": sk,
            "current": _digest(token_id),
            "previous": "",
            "epoch": principal.epoch,
            "opened_at": clock.now_ms(),
            "rotated_at": 0,
            "revoked": False,
            "expires_at": clock.now() + REFRESH_SECONDS,
        }
        return self._table.put(item, condition="attribute_not_exists(#pk)")

    def open(self, opening: Write) -> None:
        """Start a family on its own, by the write of `open_write`."""
        self._table.write(opening)

    def rotate(
        self, user_id: int, session_id: str, token_id: str, successor: str, arrived_ms: int, sessions_epoch: int
    ) -> Rotation:
        """Make `successor` the current token if `token_id` still is; exactly one of many callers gets DONE.

        Sessions opened before the account's `sessions_epoch` are DEAD. A caller that had arrived before the winner
        rotated, or brings the token just before the current one a few seconds later, has RACED with it: an honest
        client's second tab or retry looks like that. Any other spent token was REPLAYED.
        """
        spent = _digest(token_id)
        try:
            self._table.write(
                self._table.update(
                    *_key(user_id, session_id),
                    "SET #current = :successor, #previous = :spent, #rotated_at = :now_ms, #expires_at = :expires",
                    condition="#current = :spent AND #revoked = :false AND #expires_at > :now AND #epoch >= :since",
                    values={
                        "successor": _digest(successor),
                        "spent": spent,
                        "false": False,
                        "now": clock.now(),
                        "now_ms": clock.now_ms(),
                        "expires": clock.now() + REFRESH_SECONDS,
                        "since": sessions_epoch,
                    },
                )
            )
        except ConditionFailed as refusal:
            family = refusal.found
            if family is None or not _is_alive(family, sessions_epoch):
                return Rotation.DEAD
            if family["current"] == _digest(successor):
                return Rotation.DONE  # Our own write, whose answer was lost and which the SDK repeated.
            leeway = LEEWAY_MS if family["previous"] == spent else 0
            return Rotation.RACED if arrived_ms <= family["rotated_at"] + leeway else Rotation.REPLAYED
        return Rotation.DONE

    def is_current(self, user_id: int, session_id: str, token_id: str, sessions_epoch: int) -> bool:
        """Whether the family lives and `token_id` is its current refresh token."""
        family = self._table.get(*_key(user_id, session_id), consistent=True)
        if family is None or not _is_alive(family, sessions_epoch):
            return False
        return bool(family["current"] == _digest(token_id))

    def newest(self, user_id: int, sessions_epoch: int) -> list[Session]:
        """The account's living sessions among its hundred newest, the latest first."""
        rows = self._table.query(_pk(user_id), prefix=_PREFIX, backwards=True, limit=MAX_LISTED, consistent=True)
        return [_session(item) for item in rows.items if _is_alive(item, sessions_epoch)]

    def revoke_write(self, user_id: int, session_id: str) -> Write:
        """The write that ends a living family; refused when there is none."""
        return self._table.update(
            *_key(user_id, session_id),
            "SET #revoked = :true",
            condition="attribute_exists(#pk) AND #revoked = :false AND #expires_at > :now",
            values={"true": True, "false": False, "now": clock.now()},
        )

    def keep_write(self, user_id: int, session_id: str, epoch: int) -> Write:
        """The write that makes a living family one of the account's epoch `epoch`; refused when there is none."""
        return self._table.update(
            *_key(user_id, session_id),
            "SET #epoch = :epoch",
            condition="attribute_exists(#pk) AND #revoked = :false AND #expires_at > :now",
            values={"epoch": epoch, "false": False, "now": clock.now()},
        )

    def revoke(self, user_id: int, session_id: str) -> bool:
        """End a family; False when none of that id lives."""
        try:
            self._table.write(self.revoke_write(user_id, session_id))
        except ConditionFailed:
            return False
        return True

    def put_ticket(self, ticket: str, principal: Principal) -> None:
        """Remember a ticket for 60 seconds."""
        item = {
            "pk": f"TICKET#{_digest(ticket)}",
            "sk": "TICKET",
            "user_id": principal.user_id,
            "is_seller": principal.is_seller,
            "is_staff": principal.is_staff,
            "session_id": principal.session_id,
            "epoch": principal.epoch,
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
        return Principal(
            found["user_id"], found["is_seller"], found["is_staff"], found["session_id"], epoch=found.get("epoch", 0)
        )


def _pk(user_id: int) -> str:
    return f"USER#{user_id}"


def _key(user_id: int, session_id: str) -> tuple[str, str]:
    return _pk(user_id), f"{_PREFIX}{session_id}"


def _is_alive(family: Item, sessions_epoch: int) -> bool:
    return not family["revoked"] and family["expires_at"] > clock.now() and family["epoch"] >= sessions_epoch


def _session(family: Item) -> Session:
    opened_at: int = family["opened_at"]
    return Session(
        family["sk"].removeprefix(_PREFIX), opened_at, max(opened_at, family["rotated_at"]), family["expires_at"] * 1000
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
