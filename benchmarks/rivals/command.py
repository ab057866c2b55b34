"""Run a program that builds or installs; what it lacks becomes the reason of an empty row."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from benchmarks.candidate import Unavailable


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """Return what it wrote to its output; `environment` is added to ours.

    Raises:
        Unavailable: it is not installed, or failed.
    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError as error:
        raise Unavailable(f"{name} is not installed here") from error
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines() or ["it does not say why"]
        raise Unavailable(
            f"{name} ended with status {error.returncode}: {lines[-1]}"
        ) from error
    return done.stdout
