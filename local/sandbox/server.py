"""The sandbox on a port of its own, under hypercorn: `with serving() as running: …`."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal
from hypercorn.asyncio import serve
from hypercorn.config import Config

from local.sandbox.app import PREFIX, Sandbox
from local.sandbox.store import Store

SHUTDOWN_SECONDS = 0.5


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
    listener = socket.create_server(("127.0.0.1", port), backlog=256)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}{PREFIX}"
    config = Config()
    # Hypercorn closes it. Connections are accepted from now on, and answered as soon as the loop runs.
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = SHUTDOWN_SECONDS
    sandbox = Sandbox(Store(path), url, webhook_url)
    try:
        with start_blocking_portal() as portal:
            stop = portal.call(asyncio.Event)
            # Hypercorn's own types of scopes and messages are narrower than ASGI's.
            app: Any = sandbox.app
            server = portal.start_task_soon(_serve, app, config, stop)
            try:
                yield Running(url, sandbox)
            finally:
                portal.call(sandbox.release)
                portal.call(stop.set)
                server.result()
    finally:
        sandbox.close()


async def _serve(app: Any, config: Config, stop: asyncio.Event) -> None:
    await serve(app, config, shutdown_trigger=stop.wait)
