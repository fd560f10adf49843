"""`python -m local.server`: the emulator and the front door on one port, until a signal or the end of its parent."""

import asyncio
import contextlib
import os
import signal

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack

from local import emulator, places
from local.gateway import Gateway
from local.sandbox.app import Sandbox
from local.sandbox.asgi import SandboxApp
from local.sandbox.store import Store

PARENT_LOOK_SECONDS = 1.0


async def main() -> None:
    """Serves; on the way out the state is saved and every function's process is ended."""
    emulator.adapt()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, emulator.save)
    watch = asyncio.create_task(_stop_with_parent(os.getppid(), stop))
    config = Config()
    config.bind = [f"127.0.0.1:{places.PORT}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.shutdown_timeout = 30
    config.accesslog = None
    sandbox = Sandbox(Store(places.BOOK), places.SANDBOX_URL, places.WEBHOOK_URL)
    try:
        front = Gateway(ministack.app, emulator.api_exists, emulator.object_url, SandboxApp(sandbox))
        await serve(front, config, shutdown_trigger=stop.wait)
    finally:
        sandbox.close()
        emulator.end_functions()
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _stop_with_parent(parent: int, stop: asyncio.Event) -> None:
    """A conductor that is killed outright leaves no server behind."""
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_LOOK_SECONDS)
    stop.set()


if __name__ == "__main__":
    asyncio.run(main())
