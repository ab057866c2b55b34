"""Keep other people's programs at hand, each at one version, in the user's cache.

The official suites, the clients that judge us, a Node that runs them, a runtime that the
emulator has to serve, what makes and reads templates, and servers for the probe to visit: none
of them is part of a development install. What is named is installed if it is not there, without
a name everything is; each one's place is printed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "firstbyte"
_ROOT: Final = Path(__file__).resolve().parents[1]

_AS_OF: Final = "2026-11-15"
"""What npm packages depend on is what it was on this day."""


class NpmPackages(NamedTuple):
    """Packages with their versions, in one folder of the cache."""

    folder: str
    versions: dict[str, str]
    entry: str
    """What of it is wanted, within the folder."""

    def install(self) -> Path:
        """Return the path of the entry."""
        folder = CACHE / self.folder
        if not self._is_in(folder):
            pins = [f"{name}@{version}" for name, version in self.versions.items()]
            flags = ["--no-package-lock", "--no-save", "--no-fund", "--no-audit"]
            flags += ["--loglevel=error", f"--before={_AS_OF}"]
            with _workshop(folder) as workshop:
                _run("npm", "install", "--prefix", workshop, *flags, *pins)
                _put(Path(workshop), folder)
        return folder / self.entry

    def _is_in(self, folder: Path) -> bool:
        return all(
            _version(folder / "node_modules" / name / "package.json") == version
            for name, version in self.versions.items()
        )


class PythonPackages(NamedTuple):
    """A virtual environment with exactly what a requirements file of ours names, by hashes."""

    requirements: str

    def install(self) -> Path:
        """Return the path of its Python."""
        lock = _ROOT / self.requirements
        digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
        folder = CACHE / "clients" / f"{lock.stem}-{digest}"
        python, complete = folder / "bin/python", folder / "complete"
        # Made in place, since an environment cannot be moved; so a file tells that it is whole.
        if not complete.exists():
            _run(sys.executable, "-m", "venv", "--clear", str(folder))
            flags = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
            _run(str(python), "-m", "pip", "install", *flags, "--requirement", str(lock))
            complete.touch()
        return python


_SUITE: Final = "@modelcontextprotocol/conformance"
_EVERYTHING: Final = "@modelcontextprotocol/server-everything"
PROGRAMS: Final[dict[str, NpmPackages | PythonPackages]] = {
    # The suites, and the Inspector, need a newer Node than most systems have.
    "node": NpmPackages("conformance/node", {"node": "22.23.3"}, "node_modules/node/bin/node"),
    "suite": NpmPackages(
        "conformance/a12", {_SUITE: "0.2.0-alpha.12"}, f"node_modules/{_SUITE}/dist/index.js"
    ),
    "older-suite": NpmPackages(
        "conformance/v0116", {_SUITE: "0.1.16"}, f"node_modules/{_SUITE}/dist/index.js"
    ),
    "typescript": NpmPackages(
        "clients/typescript",
        {"@modelcontextprotocol/sdk": "1.32.2", "@modelcontextprotocol/client": "2.4.0"},
        "node_modules",
    ),
    "inspector": NpmPackages(
        "clients/inspector",
        {"@modelcontextprotocol/inspector": "2.12.0"},
        "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js",
    ),
    # It compiles its native part: cmake, make, a C++ compiler, xz.
    "node-ric": NpmPackages(
        "node-ric", {"aws-lambda-ric": "4.0.2"}, "node_modules/aws-lambda-ric/index.mjs"
    ),
    "python-1": PythonPackages("tests/end_to_end/clients/python_1.txt"),
    "fastmcp": PythonPackages("tests/end_to_end/clients/fastmcp.txt"),
    # What is deployed with CDK, and what reads SAM and Terraform.
    "cdk": PythonPackages("deploy/cdk/requirements.txt"),
    "templates": PythonPackages("tests/deploy/templates.txt"),
    # Servers that the probe must find nothing wrong with.
    "fastmcp-server": PythonPackages("tests/probe/servers/fastmcp_server.txt"),
    "everything": NpmPackages(
        "servers/everything",
        {_EVERYTHING: "2026.8.31"},
        f"node_modules/{_EVERYTHING}/dist/index.js",
    ),
}


def main(names: list[str]) -> int:
    """Install what is named, or everything."""
    for name in names or PROGRAMS:
        print(PROGRAMS[name].install())  # noqa: T201 (a shell or a test reads it)
    return 0


def _version(package: Path) -> str | None:
    try:
        version: str = json.loads(package.read_bytes())["version"]
    except FileNotFoundError:
        return None
    return version


def _workshop(folder: Path) -> "tempfile.TemporaryDirectory[str]":
    folder.parent.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=folder.parent)


def _put(made: Path, folder: Path) -> None:
    """Move what is made to its place, where it is whole or not at all."""
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)
    # The workshop is expected to be there when it is cleared away.
    made.mkdir()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603 (our own commands)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
