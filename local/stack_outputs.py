"""The outputs of the last deployment, for processes that cannot ask CloudFormation."""

import json

from local import paths

_cached: tuple[float, dict[str, str]] = (0.0, {})


def load() -> dict[str, str]:
    """The stack's outputs by name; empty before the first deployment."""
    global _cached
    try:
        modified_at = paths.STACK_OUTPUTS.stat().st_mtime
    except FileNotFoundError:
        return {}
    if modified_at != _cached[0]:
        _cached = (modified_at, json.loads(paths.STACK_OUTPUTS.read_text()))
    return _cached[1]


def save(outputs: dict[str, str]) -> None:
    """Stores the outputs of a deployment."""
    paths.STACK_OUTPUTS.write_text(json.dumps(outputs, indent=2))
