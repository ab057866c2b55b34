"""Build the image of the catalog, with docker or podman.

Without a base that is the Dockerfile's; where no registry of images can be reached, a stand-in
of Debian's packages.
"""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from container import IMAGE, ROOT, engine, inspect, is_podman, output

_AUTHORITIES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
"""Whom this machine trusts, if it is a Debian: a proxy of a company's may be among them."""

_OCI: Final = "org.opencontainers.image"


def main() -> int:
    """Build it, and say what it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", help="the image it is built on")
    parser.add_argument("--platform", help="linux/arm64 or linux/amd64, if not this machine's")
    asked = parser.parse_args()
    flags = [f"--platform={asked.platform}"] if asked.platform else []
    base = asked.base or _find_base(flags)
    build(ROOT, IMAGE, base, *flags)
    made = inspect()
    _tell(f"{IMAGE} on {base}: {made['Architecture']}, {made['Size'] / 1e6:.0f} MB")
    return 0


def build(folder: Path, name: str, base: str, *flags: str) -> None:
    """Build an image from `folder`, on a base that is here or can be pulled.

    Its Dockerfile lies there, unless `flags` say otherwise.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    labels = {
        "version": project["version"],
        "revision": output("git", "-C", str(ROOT), "rev-parse", "HEAD"),
        "base.name": base,
    }
    command = [*engine(), "build", f"--tag={name}", f"--build-arg=BASE={base}"]
    command += [f"--label={_OCI}.{label}={value}" for label, value in labels.items()]
    if is_podman():
        # Without the limits it asks for more than root may have in a sandbox.
        command += ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"]
        command += ["--network=host", "--pull=missing"]
        if _AUTHORITIES.exists():
            command.append(f"--volume={_AUTHORITIES}:{_AUTHORITIES}:ro")
    shown = subprocess.DEVNULL if "--quiet" in flags else None
    subprocess.run([*command, *flags, str(folder)], check=True, stdout=shown)  # noqa: S603 (our own command)


def _find_base(flags: list[str]) -> str:
    """Pull the Dockerfile's base, or else make a stand-in.

    Raises:
        SystemExit: it cannot be pulled for the platform among `flags`; a stand-in is made for
            this machine's alone.
    """
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    base = next(line.partition("=")[2] for line in lines if line.startswith("ARG BASE="))
    pull = [*engine(), "pull", "--quiet", *flags, base]
    if subprocess.run(pull, check=False, stdout=subprocess.DEVNULL).returncode == 0:  # noqa: S603 (our own command)
        return base
    if flags:
        sys.exit(f"{base} cannot be pulled with {flags[0]}")
    _tell(f"{base} cannot be pulled: in its place comes a stand-in of Debian's packages")
    return output(str(ROOT / "scripts/stand_in"), *engine())


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (a person reads it)


if __name__ == "__main__":
    sys.exit(main())
