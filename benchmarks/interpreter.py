"""Find the Python that runs the candidates, and say how it was built."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.cache import cached
from benchmarks.candidate import Unavailable
from benchmarks.command import run

WANTED: Final = ("3.13", "3.12", "3.11")
"""The image's first; some rivals need 3.12."""

_QUESTION: Final = """
import json, platform, sys, sysconfig
arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
# Without what names a folder of this machine.
shown = [word for word in arguments.replace("'", "").split() if "/" not in word]
flags = sysconfig.get_config_var("PY_CFLAGS") or ""
print(json.dumps({
    "version": platform.python_version(),
    "implementation": platform.python_implementation(),
    "compiler": platform.python_compiler(),
    "config_args": " ".join(shown),
    "flags": flags,
    "pgo": "--enable-optimizations" in arguments or "-fprofile-use" in flags,
    "lto": "--with-lto" in arguments or "-flto" in flags,
}))
"""


def find_python(wanted: str | None) -> Path:
    """Find the interpreter named, or the newest that runs here and is worth measuring.

    Raises:
        Unavailable: the one named does not run.
    """
    if wanted:
        found = shutil.which(wanted)
        if found is None or describe_python(Path(found)) is None:
            raise Unavailable(f"{wanted} does not run here")
        return Path(found)
    for version in WANTED:
        for path in _places(version):
            description = describe_python(path)
            if description and description["version"].startswith(version):
                return path
    return Path(sys.executable)


def describe_python(python: Path) -> dict[str, Any] | None:
    """Tell its version, compiler and optimisations; None if it does not run."""
    try:
        answer = subprocess.run(
            [python, "-I", "-c", _QUESTION], capture_output=True, check=True, timeout=60
        )
        description: dict[str, Any] = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return description


def isolate(python: Path) -> Path:
    """Return an interpreter of the same build with nothing but pip among its packages.

    What `site` finds beside an interpreter of this machine, it does not find on Lambda; a
    `.pth` file there may import half the standard library at each start.

    Raises:
        Unavailable: it has no venv, or no pip to put there.
    """

    def make(folder: Path) -> None:
        run(python, "-I", "-m", "venv", folder)

    version = (describe_python(python) or {})["version"]
    return cached("python", f"{python} {version}", make) / "bin" / "python"


def _places(version: str) -> Iterator[Path]:
    # A shim of pyenv is on the path even where it leads nowhere.
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    roots = (".pyenv/versions", ".local/share/uv/python")
    for root in roots:
        yield from sorted((Path.home() / root).glob(f"*{version}*/bin/python{version}"))
    yield from sorted(Path("/opt").glob(f"*ython*/bin/python{version}"))
