"""Others that answer MCP on Lambda: what installs each, and what it is asked."""

from collections.abc import Callable, Collection
from pathlib import Path

from benchmarks.candidate import Absent, Candidate, Unavailable
from benchmarks.rivals.in_node import NODE_RIVALS
from benchmarks.rivals.in_python import PYTHON_RIVALS
from benchmarks.rivals.in_rust import RUST_RIVALS
from benchmarks.rivals.rival import Rival

RIVALS: tuple[Rival, ...] = (*PYTHON_RIVALS, *NODE_RIVALS, *RUST_RIVALS)
"""In the table's order."""


def find_rivals(
    python: Path, progress: Callable[[str], None], keys: Collection[str] | None = None
) -> list[Candidate | Absent]:
    """Make each rival ready, or those named; the first time this builds for many minutes.

    `progress` gets a line for each before its turn.
    """
    rows: list[Candidate | Absent] = []
    for rival in RIVALS:
        if keys is None or rival.key in keys:
            progress(f"Making ready: {rival.title}")
            try:
                rows.append(rival.make(python))
            # A full disk is no reason to measure none.
            except (Unavailable, OSError) as error:
                rows.append(Absent(rival.key, rival.title, str(error)))
    return rows
