"""Find and end every process of an environment, also those that left its process group.

Each has the name of its log stream among its environment variables and hands it on to what it
starts. Run as a program, this module waits for its standard input to close and then ends every
process whose log stream begins like its argument: so nothing outlives an emulator, not even a
killed one. Where there is no /proc, nothing is found: only process groups can be ended there.
"""

import contextlib
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")


def find_members(log_stream: str) -> list[int]:
    """Return the ids of all processes whose log stream's name begins with `log_stream`."""
    wanted = f"AWS_LAMBDA_LOG_STREAM_NAME={log_stream}".encode()
    members = []
    for environ in _PROC.glob("[0-9]*/environ"):
        # Gone meanwhile, or somebody else's.
        with contextlib.suppress(OSError):
            if any(name.startswith(wanted) for name in environ.read_bytes().split(b"\0")):
                members.append(int(environ.parent.name))
    return members


def peak_memory_kb(ancestors: Iterable[int]) -> int:
    """Add up the most memory that these processes and their descendants ever held."""
    total = 0
    unseen = list(ancestors)
    while unseen:
        folder = _PROC / str(unseen.pop())
        with contextlib.suppress(OSError):
            for line in (folder / "status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1])
            for thread in (folder / "task").iterdir():
                unseen += map(int, (thread / "children").read_text().split())
    return total


def end(log_stream: str) -> None:
    """Kill all those processes, and what they start meanwhile."""
    while members := find_members(log_stream):
        for member in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)


if __name__ == "__main__":
    sys.stdin.read()
    end(sys.argv[1])
