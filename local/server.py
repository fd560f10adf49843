"""`python -m local.server`: the emulator and the front proxy on one port, until a signal or the end of its parent."""

import asyncio
import contextlib
import os
import signal
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as ministack

from local import emulator, paths
from local.front_proxy import FrontProxy
from local.sandbox.app import Sandbox
from local.sandbox.store import Store

PARENT_POLL_SECONDS = 1.0


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
    config.bind = [f"127.0.0.1:{paths.PORT}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.shutdown_timeout = 30
    config.accesslog = None

    async def stopped() -> None:
        await stop.wait()
        sandbox.release()

    sandbox = Sandbox(Store(paths.SANDBOX_DATABASE), paths.SANDBOX_URL, paths.WEBHOOK_URL)
    try:
        # Hypercorn's own types of scopes and messages are narrower than ASGI's.
        front_proxy: Any = FrontProxy(
            ministack.app, emulator.api_exists, emulator.object_url, sandbox.app, emulator.mails
        )
        await serve(front_proxy, config, shutdown_trigger=stopped)
    finally:
        sandbox.close()
        emulator.end_functions()
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _stop_with_parent(parent: int, stop: asyncio.Event) -> None:
    """Ends the server when its parent was killed and could not end it."""
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_POLL_SECONDS)
    stop.set()


if __name__ == "__main__":
    asyncio.run(main())
