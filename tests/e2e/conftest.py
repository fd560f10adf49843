"""The deployed template on the local stack, IAM enforced; driven from outside, as clients would.

BAZAAR_URL names a stack that runs already; without it one is started here, on a port and in a directory of its own.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.stack import Stack

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 400


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    if url := os.environ.get("BAZAAR_URL"):
        running = _stack(url)
        yield running
        running.close()
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="bazaar-e2e-") as home, (Path(home) / "run.log").open("w+") as log:
        environment = os.environ | {"PORT": str(port), "BAZAAR_HOME": home}
        for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.pop(name, None)
        server = subprocess.Popen(
            [sys.executable, "-m", "local.run"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            running = _await(f"http://localhost:{port}", server, Path(log.name))
            yield running
            running.close()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=60)


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> Stack:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=5).status_code == 200:
                return _stack(url)
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise AssertionError(f"the stack did not become ready:\n{log.read_text()[-4000:]}")


def _stack(url: str) -> Stack:
    port = url.rpartition(":")[2]
    told = subprocess.run(
        [sys.executable, "-m", "local.summary"],
        cwd=ROOT,
        env=os.environ | {"PORT": port},
        capture_output=True,
        check=True,
    )
    return Stack(url, json.loads(told.stdout))
