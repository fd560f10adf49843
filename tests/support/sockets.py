"""A stand-in for API Gateway's side of the sockets: it keeps what was sent, and fails as it is told."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any


class RecordingSockets:
    """Has the methods of `sockets_gateway.Sockets`. `on_send` runs before each send; what it raises is the outcome."""

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
