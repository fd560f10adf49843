"""Secrets of Secrets Manager, read once and kept for some minutes so that warm functions pick up a rotated one."""

import json
import time
from typing import Any

from commerce.kit import aws

KEPT_SECONDS = 300
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


def read(name: str, *, fresh: bool = False) -> dict[str, Any]:
    """The secret's JSON object. `fresh` asks again even when a copy is held."""
    held = _kept.get(name)
    if held is not None and not fresh and time.monotonic() - held[0] < KEPT_SECONDS:
        return held[1]
    value: dict[str, Any] = json.loads(aws.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"])
    _kept[name] = (time.monotonic(), value)
    return value
