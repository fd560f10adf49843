"""Real time: every user has a log of numbered events, and each of their connections a cursor in it. Rules only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commerce.events.model import Event
from commerce.kit.principal import Principal

KEPT_SECONDS = 90 * 86_400
# API Gateway ends a connection after two hours; the row of one that never said goodbye outlives it by ten minutes.
CONNECTION_SECONDS = 2 * 3600 + 600
# A connection that is being made cannot be posted to yet, and looks gone; API Gateway gives $connect 29 seconds.
CONNECT_GRACE_MS = 30_000
# A reconnecting client is sent at most so many events; who was away longer reads the list.
MAX_REPLAY = 500

# So many sockets a person may have open: tabs, telephones, a tablet. One more closes the oldest.
MAX_CONNECTIONS = 20

BUYER = "buyer"
SELLER = "seller"
# Who watches a product, and who is told something of their own.
WATCHER = "watcher"
OWNER = "owner"


@dataclass(frozen=True)
class Addressed:
    """An event and whom it concerns, by their ids, each as what."""

    event: Event
    recipients: Mapping[int, str]


@dataclass(frozen=True)
class NewEvent:
    """An event on its way into a log; `id` is the same however often it comes, `role` says why the user is told."""

    id: str
    name: str
    role: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class UserEvent:
    """One event in one user's log. `seq` counts their events from 1 without gaps; `role` says why they are told."""

    seq: int
    event_id: str
    name: str
    role: str
    payload: Mapping[str, Any]
    created_at: int
    is_read: bool = False


@dataclass(frozen=True)
class Connection:
    """A socket of a user: everything up to `cursor` is behind it.

    `channel` is the contract whose messages it speaks. A client that says where it left off is `numbered`: its
    messages carry their `seq`, so that it can say so again. Where `types` names some, it is sent no others: numbers are
    left out then, and none is repeated. `began` is the cursor that it opened with; the rest says who its user was when
    they opened it.
    """

    id: str
    user_id: int
    channel: str
    session_id: str
    connected_at: int
    cursor: int
    numbered: bool = False
    types: tuple[str, ...] = ()
    began: int = 0
    is_seller: bool = False
    is_staff: bool = False
    epoch: int = 0

    @property
    def caller(self) -> Principal:
        """Whose it is; whoever lets them change something asks whether that is still true."""
        return Principal(self.user_id, self.is_seller, self.is_staff, self.session_id, epoch=self.epoch)

    def is_young(self, now_ms: int) -> bool:
        """Whether it may still be on its way to being open."""
        return now_ms - self.connected_at < CONNECT_GRACE_MS


@dataclass(frozen=True)
class Batch:
    """Entries of a log after a position, oldest first; `end` is the position behind them, expired ones included."""

    entries: tuple[UserEvent, ...] = field(default=())
    end: int = 0


def surplus(connections: Iterable[Connection]) -> list[Connection]:
    """Of one user's connections, the oldest beyond those that they may have."""
    newest_first = sorted(connections, key=lambda one: (one.connected_at, one.id), reverse=True)
    return newest_first[MAX_CONNECTIONS:]


def starting_cursor(since: int | None, last: int) -> int:
    """Where a new connection begins: now, or where the client left off, within the longest replay."""
    if since is None:
        return last
    return min(max(since, last - MAX_REPLAY), last)
