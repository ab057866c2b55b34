"""Keep what is slow to build in the user's cache, each under a name that says what made it."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.command import run

CACHE: Final = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "firstbyte" / "bench"
)


def cached(name: str, definition: str, build: Callable[[Path], None]) -> Path:
    """Return the folder that `build` fills once; each `definition` has its own.

    It is built beside its place and put there by a rename, so it is whole or not there.
    """
    digest = hashlib.sha256(definition.encode()).hexdigest()[:12]
    folder = CACHE / f"{name}-{digest}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(dir=CACHE, prefix=f".{name}-"))
        try:
            build(workshop)
            workshop.chmod(0o755)
            workshop.rename(folder)
        except OSError:
            # Another run may have been the first.
            if not folder.exists():
                raise
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
    return folder


def python_packages(python: Path, version: str, name: str, requirements: str) -> Path:
    """Return a folder of packages for `python`, installed by hashes and compiled.

    Raises:
        Unavailable: pip fails.
    """

    def install(folder: Path) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
            listed.write(requirements)
            listed.flush()
            pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes"]
            pip += ["--root-user-action=ignore"]
            pip += ["--disable-pip-version-check", "--only-binary", ":all:"]
            run(*pip, "--target", folder, "--requirement", listed.name)

    return cached(name, f"{version}\n{requirements}", install)
