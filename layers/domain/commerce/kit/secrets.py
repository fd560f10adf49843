"""Secrets of Secrets Manager, read once and kept for some minutes so that warm functions pick up a rotated one."""

import json
import math
import time
from typing import Any

from commerce.kit import aws

KEPT_SECONDS = 300
# Whoever makes callers of `read_again` distrust their copy may cost one call in this time and process, not more.
AGAIN_SECONDS = 10
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
_again: dict[str, float] = {}


def read(name: str, *, fresh: bool = False) -> dict[str, Any]:
    """The secret's JSON object. `fresh` asks again even when a copy is held."""
    held = _kept.get(name)
    if held is not None and not fresh and time.monotonic() - held[0] < KEPT_SECONDS:
        return held[1]
    value: dict[str, Any] = json.loads(aws.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
    _kept[name] = (time.monotonic(), value)
    return value


def read_again(name: str) -> dict[str, Any]:
    """The secret's JSON object for a caller who has reason to think that the copy is old: fetched again, unless that
    happened a moment ago."""
    now = time.monotonic()
    if now - _again.get(name, -math.inf) < AGAIN_SECONDS:
        return read(name)
    _again[name] = now
    return read(name, fresh=True)
