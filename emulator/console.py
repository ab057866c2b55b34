"""Write what happens in the emulator as lines for the person before it.

POST /mcp                          200  env 1  cold  first 41.2 ms  total 43.0 ms     512 B
[1] a line the function wrote
REPORT RequestId: ...
"""

import logging
import shutil
from dataclasses import dataclass
from typing import Final, TextIO

from firstbyte.emulator.report import Report

_COLOURS: Final = {2: "32", 3: "36", 4: "33", 5: "31"}
"""ANSI colours by the first digit of the status."""

_FIXED_COLUMNS: Final = 68
"""What a request's line takes beside its path."""


@dataclass(frozen=True, slots=True)
class Served:
    """One request that was answered. `environment` is 0 where none was asked."""

    method: str
    path: str
    status: int
    environment: int
    is_cold: bool
    first_byte_ms: float
    total_ms: float
    octets: int
    note: str = ""


class Console:
    """Where the lines go. `level` is one of `logging`'s and leaves out what is below it.

    What the function itself writes is always passed on.
    """

    def __init__(self, stream: TextIO, level: int) -> None:
        self._stream = stream
        self._level = level
        self._is_terminal = stream.isatty()

    def served(self, request: Served) -> None:
        """Say how a request was answered."""
        if self._level > logging.INFO:
            return
        path, status = request.path, str(request.status)
        if self._is_terminal:
            width = max(8, shutil.get_terminal_size().columns - _FIXED_COLUMNS)
            path = f"{path[: width - 1]}…" if len(path) > width else path.ljust(width)
            status = f"\x1b[{_COLOURS.get(request.status // 100, '0')}m{status}\x1b[0m"
        where = f"env {request.environment}" if request.environment else "env -"
        start = "cold" if request.is_cold else "warm"
        self._write(
            f"{request.method:4} {path} {status} {where} {start}"
            f" first {request.first_byte_ms:6.1f} ms total {request.total_ms:7.1f} ms"
            f" {request.octets:7} B{request.note and f' {request.note}'}"
        )

    def report(self, report: Report) -> None:
        """Say what an invocation cost."""
        if self._level <= logging.INFO:
            self._write(report.line())

    def deployment(self) -> None:
        """Say that the environments of now are out of date."""
        if self._level <= logging.INFO:
            self._write("NEW DEPLOYMENT")

    def output(self, environment: int, line: str) -> None:
        """Pass on a line that a program of the environment wrote.

        AWS's runtime clients join the lines of one record by CR, which CloudWatch shows as
        lines and a terminal as one upon the other.
        """
        for part in line.split("\r"):
            self._write(f"[{environment}] {part}")

    def fault(self, environment: int, message: str) -> None:
        """Say what went wrong in an environment."""
        if self._level <= logging.WARNING:
            self._write(f"[{environment}] ! {message}")

    def detail(self, environment: int, message: str) -> None:
        """Say what a program of the environment asked for."""
        if self._level <= logging.DEBUG:
            self._write(f"[{environment}] > {message}")

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()
