"""What tests of real time need: an event, a stand-in for open sockets, and a way to act between two calls of AWS."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from commerce.events.model import ORDER_PLACED, Event, OrderEvent
from commerce.kit import aws, settings
from commerce.kit.limits import Limiter
from commerce.kit.tables import Table
from commerce.realtime.recipients import addressed
from commerce.realtime.service import Realtime
from commerce.realtime.store import RealtimeStore

BUYER_ID, SELLER_ID = 7, 11


def an_event(order_id: int = 51, buyer_id: int = BUYER_ID, seller_ids: tuple[int, ...] = (SELLER_ID,)) -> OrderEvent:
    """That an order was placed."""
    return OrderEvent(
        ORDER_PLACED,
        {
            "event_id": f"OrderPlaced:{order_id}",
            "version": 1,
            "occurred_at": 1_736_416_800_000,
            "order_id": order_id,
            "buyer_id": buyer_id,
            "seller_ids": list(seller_ids),
            "channel": "storefront",
            "status": "pending",
            "total_minor": 9_999,
            "currency": "USD",
        },
    )


def realtime_of(sockets: "RecordingSockets | None" = None) -> Realtime:
    """The service over the Realtime table; sockets that it closes are those given, or nobody's."""
    table = Table("Realtime")
    return Realtime(RealtimeStore(table), (sockets or RecordingSockets()).close, Limiter(table, settings.rate_limits()))


def published(realtime: Realtime, *events: Event) -> list[int]:
    """Publish; answers whom the first event concerns. Fails when a log could not be written."""
    messages = [addressed(event) for event in events]
    assert realtime.publish(messages) == frozenset()
    return list(messages[0].recipients)


class LambdaContext:
    """What a function is told of its own time: so much is left, at every look `step_ms` less."""

    def __init__(self, remaining_ms: int = 30_000, step_ms: int = 0) -> None:
        self._remaining_ms, self._step_ms = remaining_ms, step_ms
        self._lock = threading.Lock()

    def get_remaining_time_in_millis(self) -> int:
        with self._lock:
            self._remaining_ms -= self._step_ms
            return max(0, self._remaining_ms)


class RecordingSockets:
    """Stands in for `sockets_gateway.Sockets`: keeps what was sent, and fails as it is told.

    `on_send` runs before each send and `on_close` before each close; what they raise is the call's outcome.
    """

    def __init__(self) -> None:
        self.frames: dict[str, list[Any]] = defaultdict(list)
        self.closed: list[str] = []
        self.on_send: Callable[[str, Any], None] = lambda connection_id, frame: None
        self.on_close: Callable[[str], None] = lambda connection_id: None

    def send(self, connection_id: str, frame: Any) -> None:
        self.on_send(connection_id, frame)
        self.frames[connection_id].append(dict(frame))

    def close(self, connection_id: str) -> None:
        self.on_close(connection_id)
        self.closed.append(connection_id)


def once_before(operation: str, action: Callable[[], Any]) -> None:
    """Run `action` just before the next DynamoDB call of that operation goes out: somebody else was faster.

    What it raises is raised by the call, which then does not go out.
    """
    events = aws.client("dynamodb").meta.events
    name = f"before-call.dynamodb.{operation}"

    def act(**_: Any) -> None:
        events.unregister(name, act)
        action()

    events.register(name, act)
