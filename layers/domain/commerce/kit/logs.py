"""What went wrong, as one JSON line for the log."""

import json
import sys
import traceback


def failure(what: str, error: BaseException, **ids: str | int) -> None:
    """Write a line about an error that was survived: its kind and frames, never its text, which could hold data.

    `ids` are opaque names of what it happened to; nothing personal belongs there.
    """
    frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]]
    line = {"level": "ERROR", "message": what, **ids, "error": type(error).__name__, "at": frames}
    sys.stderr.write(json.dumps(line) + "\n")


def warning(what: str, **ids: str | int) -> None:
    """Write a line about something that a person should look at; `ids` as in `failure`."""
    sys.stderr.write(json.dumps({"level": "WARNING", "message": what, **ids}) + "\n")
