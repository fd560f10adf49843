"""`make run`: from a clone to a shop that sells, step by step. Needs nothing but Python's standard library itself.

Environments, build, emulator, deployment, demo data, a real call; then it waits. Ctrl-C or SIGTERM ends everything that
it started. Steps whose inputs have not changed since the last start are skipped.
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

from local import build, environments, paths, summary

MIN_PYTHON = (3, 11)
TIMEOUT_SECONDS = 60
SHUTDOWN_SECONDS = 35
_POLL_SECONDS = 0.1
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Failed(Exception):
    """A step did not succeed; the message is for the developer."""


def main() -> int:
    """Runs until told to stop; 1 when a step failed."""
    for number in _STOP_SIGNALS:
        signal.signal(number, _on_signal)
    started = time.monotonic()
    if sys.version_info < MIN_PYTHON:
        print(
            f"Python 3.11 or newer is needed. Name one: PYTHON=python3.13 make run (this is {sys.version.split()[0]})."
        )
        return 1
    emulator: subprocess.Popen[bytes] | None = None
    try:
        with _exclusive():
            print(f"Bazaar on {paths.BASE_URL}", flush=True)
            _step("environments", environments.ensure)
            _step("build", build.ensure)
            emulator = _start_emulator()
            running = emulator
            _step("emulator", lambda: _wait_until_listening(running))
            _step("deployment", lambda: _run_module("local.deploy"))
            _step("demo data", lambda: _run_module("local.seed"))
            emulator.send_signal(signal.SIGUSR1)
            paths.READY.touch()
            _step("first call", _wait_until_healthy)
            print(summary.text(time.monotonic() - started), flush=True)
            emulator.wait()
            raise Failed(f"The emulator ended by itself. Its log: {paths.LOG}")
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    except (Failed, build.Failed, environments.Failed) as failure:
        print(f"\n{failure}", file=sys.stderr, flush=True)
        return 1
    finally:
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        paths.READY.unlink(missing_ok=True)
        if emulator is not None:
            _end(emulator)


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _step(name: str, work: Callable[[], str]) -> None:
    print(f"  {name:<14}", end="", flush=True)
    started = time.monotonic()
    outcome = work()
    print(f"{time.monotonic() - started:6.1f} s  {outcome}", flush=True)


@contextlib.contextmanager
def _exclusive() -> Iterator[None]:
    """Holds this clone's lock after checking that the port is free. Raises Failed with what to do about it."""
    paths.HOME.mkdir(exist_ok=True)
    with (paths.HOME / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("This clone's stack is running already: end it first, or use another clone.") from None
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", paths.PORT))
            except OSError:
                raise Failed(f"Port {paths.PORT} is taken by another program. Choose one: PORT=8001 make run") from None
        yield


def _require_data_version() -> None:
    """Data is kept from run to run, and data of another format could not be read. Raises Failed."""
    stamp = paths.HOME / "data-version"
    known = stamp.read_text() if stamp.exists() else ""
    if paths.STATE.exists() and known != paths.DATA_VERSION:
        raise Failed("The data here was written by another version, in another format. Delete it: make reset")
    stamp.write_text(paths.DATA_VERSION)


def _start_emulator() -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C reaches only us, and its functions' processes are found by its group."""
    _require_data_version()
    for directory in (paths.STATE, paths.S3_DATA):
        directory.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(paths.TMP, ignore_errors=True)
    paths.TMP.mkdir()
    environment = paths.ROOT_CREDENTIALS | {
        "PATH": os.environ["PATH"],
        "HOME": str(paths.TMP),
        "TMPDIR": str(paths.TMP),
        "BAZAAR_HOME": str(paths.HOME),
        "PORT": str(paths.PORT),
        "GATEWAY_PORT": str(paths.PORT),
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(paths.STATE),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(paths.S3_DATA),
        "IOT_MTLS_ENABLED": "0",
    }
    with paths.LOG.open("wb") as log:
        return subprocess.Popen(
            [paths.STACK_VENV / "bin" / "python", "-m", "local.server"],
            cwd=paths.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_listening(emulator: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline and emulator.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", paths.PORT), timeout=1):
            return f"127.0.0.1:{paths.PORT}, IAM enforced"
        time.sleep(_POLL_SECONDS)
    raise Failed(f"The emulator does not start. The end of its log:\n{_log_tail()}")


def _run_module(module: str) -> str:
    """Runs one of our own modules against the emulator, as its account root; answers its last line."""
    process = subprocess.run(
        [paths.VENV / "bin" / "python", "-m", module],
        cwd=paths.ROOT,
        env=os.environ | paths.ROOT_CREDENTIALS | {"PORT": str(paths.PORT)},
        capture_output=True,
        check=False,
    )
    if process.returncode:
        raise Failed(f"{module} failed:\n{(process.stdout + process.stderr).decode()}\nThe emulator's log: {paths.LOG}")
    return process.stdout.decode().strip().rpartition("\n")[2]


def _wait_until_healthy() -> str:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{paths.ENDPOINT}/health", timeout=10) as response:
                return f"GET /health {response.status}"
        except urllib.error.HTTPError as refusal:
            answer = f"{refusal.code} {refusal.read().decode()}"
        except OSError as error:
            answer = str(error)
        time.sleep(_POLL_SECONDS)
    raise Failed(f"GET /health: {answer}\nThe emulator's log: {paths.LOG}")


def _end(emulator: "subprocess.Popen[bytes]") -> None:
    """Ends the emulator, which saves its state and ends its functions; then whatever of its group is left, by id."""
    emulator.terminate()
    try:
        emulator.wait(SHUTDOWN_SECONDS)
    except subprocess.TimeoutExpired:
        emulator.kill()
        emulator.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(emulator.pid, signal.SIGKILL)
    shutil.rmtree(paths.TMP, ignore_errors=True)


def _log_tail() -> str:
    return "\n".join(paths.LOG.read_text(errors="replace").splitlines()[-20:])


if __name__ == "__main__":
    sys.exit(main())
