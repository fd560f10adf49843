"""An HTTP server that remembers what it is sent: the other end of webhooks and of calls that go astray."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

TIMEOUT_SECONDS = 20.0


class Received(NamedTuple):
    """A request: names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answers` are the next statuses, 200 after them; `location` is where a redirect leads."""

    url: str = ""
    answers: deque[int] = field(default_factory=deque)
    location: str = ""
    received: list[Received] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, request: Received) -> int:
        """Remembers a request; the status for it."""
        with self._changed:
            self.received.append(request)
            self._changed.notify_all()
            return self.answers.popleft() if self.answers else 200

    def wait(self, count: int) -> list[Received]:
        """The requests, when there are so many."""
        return self.wait_for(lambda received: len(received) >= count)

    def wait_for(self, is_enough: Callable[[list[Received]], bool]) -> list[Received]:
        """The requests, when there are enough of them."""
        with self._changed:
            assert self._changed.wait_for(lambda: is_enough(self.received), TIMEOUT_SECONDS), self.received
            return list(self.received)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listens on a free loopback port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(Received(self.path, headers, body)))
            if receiver.location:
                self.send_header("location", receiver.location)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_GET = do_POST = _answer

        def log_message(self, format: str, *_arguments: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
