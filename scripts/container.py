"""Turn an image and what to run in it into the command line of docker or podman.

What runs does so as Lambda runs a function of 512 MB: its files cannot be written but for
/tmp, its user is the image's, and memory, processor, files and processes are limited.

Source: AWS Lambda developer guide, "Lambda quotas" and "Configure Lambda function memory".
"""

import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]

IMAGE: Final = "localhost/firstbyte:latest"

CPU_SHARE: Final = 0.29
"""Of one processor, what 512 MB get: 1,769 MB get a whole one."""

VARIABLES: Final = (
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_TIMEOUT",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "LANG",
    "TZ",
)
"""What a platform sets, and a container hands on where it is set."""

_LABEL: Final = f"firstbyte.sandbox={os.getpid()}"
"""Of all containers that this process starts."""

# With the kernel's 100 ms, short starts are over before the quota is.
_PERIOD_US: Final = 20_000

_SANDBOX: Final = (
    *("run", "--rm", "--pull=never", "--network=host", "--log-driver=none"),
    *("--read-only", "--tmpfs=/tmp:size=512m", "--cap-drop=ALL"),
    *("--security-opt=no-new-privileges", f"--label={_LABEL}"),
    *("--memory=512m", "--memory-swap=512m"),
    *(f"--cpu-period={_PERIOD_US}", f"--cpu-quota={round(CPU_SHARE * _PERIOD_US)}"),
    *("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"),
)
_CHANGES_USER: Final = ("--user=0:0", "--cap-add=SETUID", "--cap-add=SETGID")


@functools.cache
def engine() -> tuple[str, ...]:
    """Begin a command of docker, where its daemon answers, or else of podman.

    Raises:
        SystemExit: neither is here.
    """
    if _succeeds("docker", "info"):
        return ("docker",)
    if _succeeds("podman", "info"):
        # crun, podman's own choice, does not start anything there.
        is_v1 = output("podman", "info", "--format", "{{.Host.CgroupsVersion}}") == "v1"
        return ("podman", "--runtime", "runc") if is_v1 else ("podman",)
    sys.exit("neither docker nor podman answers; scripts/install_podman installs the latter")


def is_podman() -> bool:
    """Whether the engine is podman."""
    return engine()[0] == "podman"


def output(*command: str) -> str:
    """Return what a command prints, without the end of its last line."""
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own commands)
    return found.stdout.strip()


def inspect(image: str = IMAGE) -> dict[str, Any]:
    """Return what the engine knows of an image.

    Raises:
        SystemExit: there is no such image.
    """
    if not _succeeds(*engine(), "image", "inspect", image):
        sys.exit(f"there is no image {image}; make image makes it")
    (found,) = json.loads(output(*engine(), "image", "inspect", image))
    return dict(found)


def entrypoint(image: str = IMAGE) -> list[str]:
    """Return how an image starts its runtime; what it serves follows."""
    return list(inspect(image)["Config"]["Entrypoint"])


def sandbox(
    *command: str,
    image: str = IMAGE,
    program: str = "",
    folder: str = "",
    mounts: Mapping[Path, str] | None = None,
    writable: Sequence[Path] = (),
    variables: Iterable[str] = (),
    reads_input: bool = False,
    changes_user: bool = False,
) -> list[str]:
    """Write the command line that runs `command` in the image, or its arguments alone.

    `program` runs instead of the image's own, in `folder`. `mounts` are folders and files of
    this machine by their places in the container; the `writable` ones have the same place
    there. Of the environment it gets `VARIABLES` and those named in `variables`. A program that
    `changes_user` begins as root.
    """
    flags = [f"--env={name}" for name in (*VARIABLES, *variables)]
    flags += [f"--volume={path}:{place}:ro" for path, place in (mounts or {}).items()]
    flags += [f"--volume={path}:{path}" for path in writable]
    flags += [f"--entrypoint={program}"] if program else []
    flags += [f"--workdir={folder}"] if folder else []
    flags += ["--interactive"] if reads_input else []
    flags += _CHANGES_USER if changes_user else []
    return [*engine(), *_SANDBOX, *flags, image, *command]


@contextmanager
def cleared() -> Iterator[None]:
    """Remove, after the block, the containers of `sandbox` commands that were killed.

    Raises:
        SystemExit: some cannot be removed.
    """
    try:
        yield
    finally:
        # One that ends meanwhile is removed by its engine, and is no failure.
        _succeeds(*engine(), "rm", "--force", *_containers())
        if left := _containers():
            sys.exit(f"containers are left: {' '.join(left)}")


def _containers() -> list[str]:
    return output(*engine(), "ps", "--all", "--quiet", f"--filter=label={_LABEL}").split()


def _succeeds(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    found = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 (our own commands)
    return found.returncode == 0
