"""Collect what is measured into the raw results: figures, and faults with whose they are.

A figure has a path, such as ("cold", "1", "initialize", "stock"). A path at which its candidate
failed once is struck: what it measured before does not count, and it is not asked there again.
"""

import statistics
from collections.abc import Iterable
from typing import Any, Final

Path = tuple[str, ...]

_SEVERAL: Final = {
    "cold",
    "cold_first_byte",
    "cold_by_tools",
    "warm",
    "first_byte",
    "event_delay",
}
"""Members that hold each value; of the others the median is kept."""
_MEMBERS: Final = (
    *sorted(_SEVERAL),
    *("meter", "throughput", "memory", "files", "instructions"),
)


class Recording:
    """Grows while a run goes on."""

    def __init__(self) -> None:
        self._values: dict[Path, list[float]] = {}
        self._struck: set[Path] = set()
        self._faults: list[dict[str, Any]] = []

    def add(self, path: Path, values: Iterable[float]) -> None:
        """Record figures; they are dropped if the path is struck."""
        if path not in self._struck:
            self._values.setdefault(path, []).extend(values)

    def is_struck(self, path: Path) -> bool:
        """Whether the candidate failed here before."""
        return path in self._struck

    def blame_candidate(
        self, paths: Iterable[Path], key: str, question: str, number: int, text: str
    ) -> None:
        """Record that a candidate failed: none of `paths` counts."""
        self._blame(key, question, number, "candidate", text)
        for path in paths:
            self._struck.add(path)
            self._values.pop(path, None)

    def blame_meter(self, key: str, question: str, number: int, text: str) -> None:
        """Record that we failed: this once does not count."""
        self._blame(key, question, number, "meter", text)

    def members(self) -> dict[str, Any]:
        """Nest the figures by their paths, as the raw results have them."""
        found: dict[str, Any] = {name: {} for name in _MEMBERS}
        for path, values in sorted(self._values.items()):
            level = found
            for name in path[:-1]:
                level = level.setdefault(name, {})
            level[path[-1]] = values if path[0] in _SEVERAL else _median(values)
        return {**found, "faults": self._faults}

    def _blame(self, key: str, question: str, number: int, whose: str, text: str) -> None:
        self._faults.append(
            {"key": key, "question": question, "round": number, "whose": whose, "text": text}
        )


def _median(values: list[float]) -> float:
    # Bytes and files are counted; so is the one in the middle.
    is_counted = all(isinstance(value, int) for value in values)
    return statistics.median_high(values) if is_counted else statistics.median(values)
