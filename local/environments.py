"""Virtual environments: one for our own tools, one for the emulator, one for the SAM CLI. Standard library only.

Three, because the emulator and the SAM CLI each pin another version of the AWS SDK than the product uses.
"""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

from local import paths


class Failed(Exception):
    """An environment could not be made; the message is for the developer."""


class Environment(NamedTuple):
    """A directory, the requirement file that is installed in it, and the files which that one includes."""

    home: Path
    requirements: Path
    included: tuple[Path, ...] = ()

    @property
    def stamp(self) -> Path:
        return self.home / "installed"

    def wanted(self) -> str:
        """Changes with the interpreter and the requirements."""
        total = hashlib.sha256()
        for file in (self.requirements, *self.included):
            total.update(file.read_bytes())
        return f"{sys.version}\n{total.hexdigest()}"

    def is_ready(self) -> bool:
        return self._installed() == self.wanted()

    def is_of_this_python(self) -> bool:
        """Whether an outdated environment can be brought up to date in place."""
        return self._installed().startswith(f"{sys.version}\n")

    def _installed(self) -> str:
        return self.stamp.read_text() if self.stamp.exists() else ""


_LAYERS = tuple(sorted(paths.ROOT.glob("layers/*/requirements.txt")))
TOOLS = Environment(paths.VENV, paths.ROOT / "requirements-dev.txt", _LAYERS)
EMULATOR = Environment(paths.STACK_VENV, paths.ROOT / "local" / "requirements-stack.txt")
SAM = Environment(paths.SAM_VENV, paths.ROOT / "local" / "requirements-sam.txt")


def ensure(wanted: tuple[Environment, ...] = (TOOLS, EMULATOR, SAM)) -> str:
    """Makes what is missing or outdated, side by side; of several who ask at once, one does. Raises Failed."""
    with TOOLS.requirements.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _make(wanted)


def _make(wanted: tuple[Environment, ...]) -> str:
    missing = [environment for environment in wanted if not environment.is_ready()]
    installs: list[tuple[Environment, subprocess.Popen[bytes]]] = []
    try:
        installs += ((environment, _install(environment)) for environment in missing)
        for environment, process in installs:
            output = process.communicate()[0]
            if process.returncode:
                raise Failed(f"Packages of {environment.home.name} could not be installed:\n{output.decode()}")
            environment.stamp.write_text(environment.wanted())
    finally:
        for _, process in installs:
            process.kill()
    return f"made {', '.join(environment.home.name for environment in missing)}" if missing else "unchanged"


def _install(environment: Environment) -> "subprocess.Popen[bytes]":
    """Starts the installation. Only our own environment has a pip, which serves the others: each would cost seconds."""
    try:
        if not environment.is_of_this_python():
            venv.create(environment.home, clear=True, with_pip=environment is TOOLS, symlinks=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise Failed(
            f"{sys.executable} cannot make virtual environments ({error}). "
            "Install its venv module (on Debian: apt-get install python3-venv)."
        ) from None
    pip: list[str | Path] = [TOOLS.home / "bin" / "pip", "--python", environment.home / "bin" / "python", "install"]
    pip += ["--quiet", "--disable-pip-version-check", "--no-compile", "--requirement", environment.requirements]
    return subprocess.Popen(pip, cwd=paths.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


if __name__ == "__main__":
    # `python -m local.environments` makes what tests need, with `sam` also what packaging needs.
    try:
        ensure((TOOLS, SAM) if sys.argv[1:] == ["sam"] else (TOOLS,))
    except Failed as failure:
        sys.exit(str(failure))
