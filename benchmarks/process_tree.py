"""Look at a family of processes through /proc.

Source: proc(5): `/proc/PID/stat`, `/proc/PID/status`.
"""

from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")


def find_tree(roots: Iterable[int]) -> list[int]:
    """Find the living processes among `roots`, of their sessions, and their descendants."""
    known = set(roots)
    parents = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and (stat := _read(folder / "stat")):
            # The name, in parentheses, may hold anything.
            state, parent, _, session = stat.rpartition(")")[2].split()[:4]
            if state != "Z":
                parents[int(folder.name)] = (int(parent), int(session))
    found = {pid for pid, (_, session) in parents.items() if pid in known or session in known}
    while more := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def read_peak_bytes(pids: Iterable[int]) -> int:
    """Add up what each held in memory at most, so far."""
    total = 0
    for pid in pids:
        for line in _read(_PROC / str(pid) / "status").splitlines():
            if line.startswith("VmHWM:"):
                total += int(line.split()[1]) * 1024
    return total


def _read(path: Path) -> str:
    """Read a file of /proc; empty if the process is gone."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
