"""Run a program that builds, installs or counts; what it lacks becomes a sentence."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.candidate import Unavailable

_TAIL_LINES: Final = 5


def run(
    *command: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Return what it wrote to its output; `environment` is added to ours.

    Raises:
        Unavailable: it is not installed, or failed; then the end of what it said is told.
    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError as error:
        raise Unavailable(f"{name} is not installed here") from error
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or error.stdout).strip().splitlines()
        tail = " / ".join(lines[-_TAIL_LINES:]) or "it does not say why"
        raise Unavailable(f"{name} ended with status {error.returncode}: {tail}") from error
    return done.stdout


def require(program: str, *arguments: str) -> None:
    """Run a program that counts, to see whether it can.

    Raises:
        Unavailable: it is not installed, or may not do what it does.
    """
    if not shutil.which(program):
        raise Unavailable(f"{program} is not installed here; try: apt-get install {program}")
    run(program, *arguments)
