"""Turn Lambda events into invocations of AWS's own Runtime Interface Emulator.

The emulator is a Linux program inside the wheel of AWS's SAM command line. It buffers what a
function streams: an invocation's payload is the prelude, eight NULs and the body, in one piece.
"""

import functools
import http.client
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from cached_wheel import unpack_wheel
from container import sandbox

_PIN = "aws-sam-cli==1.170.0"
_SHA256 = "24ebaf5ecba38dc1758089968cb89ab61e124b84e92a344fc7a2771a47f4d0bf"
_MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
_INVOCATIONS = "/2015-03-31/functions/function/invocations"
_CONTAINED = "/usr/local/bin/aws-lambda-rie"
"""Its place in a container; the cache's may be in a folder that is its owner's alone."""

_WORKERS = "AWS_LAMBDA_MAX_CONCURRENCY"

_PATIENCE_S = 30.0
"""Nothing here takes longer unless it hangs."""


def install_emulator() -> Path:
    """Return where the emulator is, downloaded at the first call.

    Raises:
        SystemExit: this machine cannot run it.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        sys.exit("the official emulator runs on Linux only, on x86_64 and arm64")
    program = unpack_wheel(_PIN, _SHA256) / f"samcli/local/rapid/aws-lambda-rie-{machine}"
    # An archive's file modes are lost when it is unpacked.
    program.chmod(0o755)
    return program


class Emulator:
    """One function under the emulator, for the length of a `with` block.

    It serves one invocation at a time; a second one beside it would crash it. `is_contained`
    runs both in a container of the image, where `folder` is mounted. With several `workers`,
    there only, it plays Managed Instances: it serves so many at a time, and starts
    `folder`/managed instead of `command`.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        timeout_s: int,
        is_contained: bool,
        workers: int = 1,
    ) -> None:
        self._command = command
        self._folder = folder
        self._timeout_s = timeout_s
        self._is_contained = is_contained
        self._workers = workers
        # Two processes write to it, and it is read meanwhile: no position is shared.
        self._log = tempfile.TemporaryFile("ab+")  # noqa: SIM115 (closed when the block ends)
        self._read_until = 0

    def __enter__(self) -> Self:
        program = install_emulator()
        invoke_port, runtime_port = _free_ports()
        self._connect = functools.partial(
            http.client.HTTPConnection, "127.0.0.1", invoke_port, timeout=_PATIENCE_S
        )
        self._connection = self._connect()
        addresses = [
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{invoke_port}",
            "--runtime-api-address",
            f"127.0.0.1:{runtime_port}",
        ]
        command = ["--log-level", "warn", *addresses, *self._command]
        self._process = subprocess.Popen(  # noqa: S603 (our own command)
            self._contain(program, command) if self._is_contained else [program, *command],
            cwd=self._folder,
            # Nothing of the caller's: it could hold settings of ours.
            env={
                "PATH": os.environ["PATH"],
                "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self._timeout_s),
                **({_WORKERS: str(self._workers)} if self._workers > 1 else {}),
            },
            stdout=self._log,
            stderr=self._log,
        )
        if not _wait_for(lambda: _listens(invoke_port)):
            log = self.read_log()
            self.__exit__()
            raise TimeoutError(f"the emulator did not begin to listen: {log}")
        return self

    def __exit__(self, *_: object) -> None:
        for process_id in self.close():
            os.kill(process_id, signal.SIGKILL)
        self._log.close()

    def invoke(self, event: bytes) -> bytes:
        """Send `event` and return the payload the function answered with."""
        return _invoke(self._connection, event)

    def invoke_together(self, *events: bytes) -> list[bytes]:
        """Send all `events` at once and return their payloads."""
        connections = [self._connect() for _ in events]
        try:
            with ThreadPoolExecutor(len(events)) as pool:
                return list(pool.map(_invoke_idle, connections, events))
        finally:
            for connection in connections:
                connection.close()

    def read_log(self) -> str:
        """Return what the emulator and the function have written since the last call."""
        written = os.fstat(self._log.fileno()).st_size - self._read_until
        octets = os.pread(self._log.fileno(), written, self._read_until)
        self._read_until += len(octets)
        return octets.decode(errors="replace")

    def _contain(self, program: Path, arguments: Sequence[str]) -> list[str]:
        mounts = {program: _CONTAINED, self._folder: "/mnt"}
        is_managed = self._workers > 1
        if is_managed:
            mounts[self._folder / "managed"] = "/opt/bootstrap"
        return sandbox(
            *arguments,
            program=_CONTAINED,
            folder="/mnt",
            mounts=mounts,
            variables=[_WORKERS] if is_managed else [],
            # In this mode alone it starts the runtime as Lambda's own user.
            changes_user=is_managed,
        )

    def close(self) -> list[int]:
        """Kill the emulator; return the ids of processes that do not end without it."""
        self._connection.close()
        children = _children(self._process.pid)
        self._process.kill()
        self._process.wait()
        _wait_for(lambda: not any(map(_runs, children)))
        return [child for child in children if _runs(child)]


def _invoke(connection: http.client.HTTPConnection, event: bytes) -> bytes:
    connection.request("POST", _INVOCATIONS, event, {"content-type": "application/json"})
    return connection.getresponse().read()


def _invoke_idle(connection: http.client.HTTPConnection, event: bytes) -> bytes:
    """Invoke a worker, once one that is idle has started."""
    payload = b""

    def is_served() -> bool:
        nonlocal payload
        payload = _invoke(connection, event)
        return b"Runtime.Unavailable" not in payload

    _wait_for(is_served)
    return payload


def _free_ports() -> tuple[int, int]:
    """Find two ports: held at the same time, so that they differ."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def _children(process_id: int) -> list[int]:
    # A child belongs to the thread that started it, and the emulator has many.
    threads = Path(f"/proc/{process_id}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def _runs(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    # Dead, and waiting for a parent that may never ask: "1234 (python) Z 1 ...".
    return status.rpartition(") ")[2][0] != "Z"


def _wait_for(claim: Callable[[], bool]) -> bool:
    """Wait until `claim` holds; False if it does not in time."""
    ends_at_s = time.monotonic() + _PATIENCE_S
    while not (holds := claim()) and time.monotonic() < ends_at_s:
        time.sleep(0.01)
    return holds
