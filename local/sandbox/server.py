"""The sandbox on a port of its own, for tests: `with serving() as running: …`."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local.sandbox import messages
from local.sandbox.app import MAX_BODY, Sandbox
from local.sandbox.asgi import PREFIX
from local.sandbox.messages import Reply, Request
from local.sandbox.store import Store


@dataclass(frozen=True)
class Running:
    """A sandbox that listens: `url` ends with /sandbox, a provider's API is at `api(name)`."""

    url: str
    sandbox: Sandbox

    def api(self, provider: str) -> str:
        """The base address for a provider's gateway or SDK."""
        return f"{self.url}/{provider}"


@contextmanager
def serving(webhook_url: str = "", port: int = 0, path: Path | None = None) -> Iterator[Running]:
    """Serves on loopback in a thread until the end of the block; in memory unless a file's path is given."""
    server = _Server(("127.0.0.1", port), _Handler)
    url = f"http://127.0.0.1:{server.server_port}{PREFIX}"
    server.sandbox = Sandbox(Store(path), url, webhook_url)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="sandbox", daemon=True)
    thread.start()
    try:
        yield Running(url, server.sandbox)
    finally:
        server.shutdown()
        server.close_connections()
        server.server_close()
        thread.join()
        server.sandbox.close()


class _Server(ThreadingHTTPServer):
    sandbox: Sandbox
    request_queue_size = 256
    daemon_threads = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Ends what clients keep alive, so that every thread ends."""
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave as two packets; the second would wait for the first one's receipt.
    disable_nagle_algorithm = True
    server: _Server

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        path, _, query = self.path.partition("?")
        if length > MAX_BODY:
            self.close_connection = True
        body = self.rfile.read(min(length, MAX_BODY + 1))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path.removeprefix(PREFIX), query, headers, body)
        if not path.startswith(f"{PREFIX}/"):
            self._carry(Reply(404))
        else:
            self._carry(self.server.sandbox.answer(request))

    do_GET = do_HEAD = do_POST = do_DELETE = do_PUT = do_PATCH = _answer

    def _carry(self, reply: Reply) -> None:
        if reply.ending in ("broken", "hanging"):
            self.close_connection = True
            if reply.ending == "hanging":
                self.rfile.read(1)
            return
        if reply.ending == "slow":
            # Whoever has gone meanwhile closes the connection, which ends the waiting.
            self.close_connection = True
            select.select([self.connection], [], [], messages.SLOW_SECONDS)
        self.send_response(reply.status)
        self.send_header("content-type", reply.content_type)
        self.send_header("content-length", str(len(reply.body)))
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def log_message(self, format: str, *_arguments: Any) -> None:
        """Silent."""
