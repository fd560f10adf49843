"""`make run`: from a clone to a shop that sells, step by step. Needs nothing but Python's standard library itself.

Environments, build, emulator, deployment, demo data, a real call; then it waits. Ctrl-C or SIGTERM ends everything that
was started here. Whatever has not changed since the last start is skipped.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from types import FrameType

from local import build, environments, places, summary

MIN_PYTHON = (3, 11)
PATIENCE_SECONDS = 60
FAREWELL_SECONDS = 35
_PAUSE_SECONDS = 0.1
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failed(Exception):
    """A step did not succeed; the message is for the developer."""


def main() -> int:
    """Runs until told to stop; 1 when a step failed."""
    for number in _ENDING:
        signal.signal(number, _interrupt)
    started = time.monotonic()
    if sys.version_info < MIN_PYTHON:
        print(
            f"Python 3.11 or newer is needed. Name one: PYTHON=python3.13 make run (this is {sys.version.split()[0]})."
        )
        return 1
    emulator: subprocess.Popen[bytes] | None = None
    try:
        with _only_one():
            print(f"Bazaar on {places.BASE_URL}", flush=True)
            _step("environments", environments.ensure)
            _step("build", build.ensure)
            emulator = _start_emulator()
            running = emulator
            _step("emulator", lambda: _wait_until_listening(running))
            _step("deployment", lambda: _tool("local.deploy"))
            _step("demo data", lambda: _tool("local.seed"))
            emulator.send_signal(signal.SIGUSR1)
            places.READY.touch()
            _step("first call", _wait_until_healthy)
            print(summary.text(time.monotonic() - started), flush=True)
            emulator.wait()
            raise Failed(f"The emulator ended by itself. Its log: {places.LOG}")
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    except (Failed, build.Failed, environments.Failed) as failure:
        print(f"\n{failure}", file=sys.stderr, flush=True)
        return 1
    finally:
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        places.READY.unlink(missing_ok=True)
        if emulator is not None:
            _end(emulator)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _step(name: str, work: Callable[[], str]) -> None:
    print(f"  {name:<14}", end="", flush=True)
    started = time.monotonic()
    outcome = work()
    print(f"{time.monotonic() - started:6.1f} s  {outcome}", flush=True)


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Holds this clone's lock and finds the port free. Raises Failed with what to do about it."""
    places.HOME.mkdir(exist_ok=True)
    with (places.HOME / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("This clone's stack is running already: end it first, or use another clone.") from None
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", places.PORT))
            except OSError:
                raise Failed(
                    f"Port {places.PORT} is taken by another program. Choose one: PORT=8001 make run"
                ) from None
        yield


def _require_layout() -> None:
    """Tables keep their items from run to run; those of another layout would be unreadable. Raises Failed."""
    stamp = places.HOME / "layout"
    known = stamp.read_text() if stamp.exists() else ""
    if places.DEPLOYED.exists() and known != places.LAYOUT:
        raise Failed("The data here was kept by another version, whose tables look different. Forget it: make reset")
    stamp.write_text(places.LAYOUT)


def _start_emulator() -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C reaches only us, and its functions' processes are found by its group."""
    _require_layout()
    for directory in (places.STATE, places.OBJECTS):
        directory.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(places.SCRATCH, ignore_errors=True)
    places.SCRATCH.mkdir()
    environment = places.ROOT_CREDENTIALS | {
        "PATH": os.environ["PATH"],
        "HOME": str(places.SCRATCH),
        "TMPDIR": str(places.SCRATCH),
        "BAZAAR_HOME": str(places.HOME),
        "PORT": str(places.PORT),
        "GATEWAY_PORT": str(places.PORT),
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(places.STATE),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(places.OBJECTS),
        "IOT_MTLS_ENABLED": "0",
    }
    with places.LOG.open("wb") as log:
        return subprocess.Popen(
            [places.STACK_VENV / "bin" / "python", "-m", "local.server"],
            cwd=places.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_listening(emulator: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and emulator.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", places.PORT), timeout=1):
            return f"127.0.0.1:{places.PORT}, IAM enforced"
        time.sleep(_PAUSE_SECONDS)
    raise Failed(f"The emulator does not start. The end of its log:\n{_tail()}")


def _tool(module: str) -> str:
    """Runs one of our own modules against the emulator, as its account root; answers its last line."""
    ended = subprocess.run(
        [places.VENV / "bin" / "python", "-m", module],
        cwd=places.ROOT,
        env=os.environ | places.ROOT_CREDENTIALS | {"PORT": str(places.PORT)},
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        raise Failed(f"{module} failed:\n{(ended.stdout + ended.stderr).decode()}\nThe emulator's log: {places.LOG}")
    return ended.stdout.decode().strip().rpartition("\n")[2]


def _wait_until_healthy() -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{places.ENDPOINT}/health", timeout=10) as response:
                return f"GET /health {response.status}"
        except urllib.error.HTTPError as refusal:
            answer = f"{refusal.code} {refusal.read().decode()}"
        except OSError as error:
            answer = str(error)
        time.sleep(_PAUSE_SECONDS)
    raise Failed(f"GET /health: {answer}\nThe emulator's log: {places.LOG}")


def _end(emulator: "subprocess.Popen[bytes]") -> None:
    """Ends the emulator, which saves its state and ends its functions; then whatever of its group is left, by id."""
    emulator.terminate()
    try:
        emulator.wait(FAREWELL_SECONDS)
    except subprocess.TimeoutExpired:
        emulator.kill()
        emulator.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(emulator.pid, signal.SIGKILL)
    shutil.rmtree(places.SCRATCH, ignore_errors=True)


def _tail() -> str:
    return "\n".join(places.LOG.read_text(errors="replace").splitlines()[-20:])


if __name__ == "__main__":
    sys.exit(main())
