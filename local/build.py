"""`sam build`, unless nothing that it reads has changed. Standard library only."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local import places

_SOURCES = ("template.yaml", "samconfig.toml", "functions", "layers")
_FINGERPRINT = places.BUILT / "fingerprint"


class Failed(Exception):
    """SAM refused to build; the message is what it said."""


def ensure() -> str:
    """Builds functions and layers for this machine's interpreter. Raises Failed."""
    wanted = _fingerprint()
    if _FINGERPRINT.exists() and _FINGERPRINT.read_text() == wanted:
        return "unchanged"
    environment = os.environ | {
        "PYTHON": str(places.VENV / "bin" / "python"),
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": places.REGION,
    }
    # SAM's cache knows the sources, not the interpreter that they were compiled for.
    cache = places.ROOT / ".aws-sam" / "cache" / sys.implementation.cache_tag
    ended = subprocess.run(
        [places.SAM_VENV / "bin" / "sam", "build", "--cache-dir", cache],
        cwd=places.ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        raise Failed(f"sam build failed:\n{(ended.stdout + ended.stderr).decode()}")
    _FINGERPRINT.write_text(wanted)
    return "built"


def _fingerprint() -> str:
    total = hashlib.sha256(sys.version.encode())
    for path in _files():
        total.update(f"{path.relative_to(places.ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files() -> Iterator[Path]:
    for name in _SOURCES:
        path = places.ROOT / name
        if path.is_file():
            yield path
        else:
            yield from sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
