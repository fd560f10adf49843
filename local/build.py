"""`sam build`, unless nothing that it reads has changed. Standard library only."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from local import paths

_SOURCES = ("template.yaml", "samconfig.toml", "functions", "layers")
_FINGERPRINT = paths.BUILD_DIR / "fingerprint"


class Failed(Exception):
    """SAM refused to build; the message is what it said."""


def ensure() -> str:
    """Builds functions and layers for this machine's interpreter. Raises Failed."""
    wanted = _fingerprint()
    if _FINGERPRINT.exists() and _FINGERPRINT.read_text() == wanted:
        return "unchanged"
    environment = os.environ | {
        "PYTHON": str(paths.VENV / "bin" / "python"),
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": paths.REGION,
    }
    # SAM's cache knows the sources, not the interpreter that they were compiled for.
    cache = paths.ROOT / ".aws-sam" / "cache" / sys.implementation.cache_tag
    process = subprocess.run(
        [paths.SAM_VENV / "bin" / "sam", "build", "--cache-dir", cache],
        cwd=paths.ROOT,
        env=environment,
        capture_output=True,
        check=False,
    )
    if process.returncode:
        raise Failed(f"sam build failed:\n{(process.stdout + process.stderr).decode()}")
    _FINGERPRINT.write_text(wanted)
    return "built"


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in _files():
        digest.update(f"{path.relative_to(paths.ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for name in _SOURCES:
        path = paths.ROOT / name
        if path.is_file():
            yield path
        else:
            yield from sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
