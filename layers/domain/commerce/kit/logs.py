"""Lines of the log, as JSON: what went wrong, and figures."""

import json
import sys
import time
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


def metrics(function: str, **values: int) -> None:
    """Write figures in CloudWatch's embedded metric format: a line of the log that becomes metrics of the namespace
    Bazaar, without a call."""
    names = [{"Name": name, "Unit": "None"} for name in values]
    directive = {"Namespace": "Bazaar", "Dimensions": [["Function"]], "Metrics": names}
    envelope = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}
    sys.stdout.write(json.dumps({"_aws": envelope, "Function": function, **values}) + "\n")
