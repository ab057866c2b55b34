"""What every rival is, whatever it is written in."""

from pathlib import Path
from typing import Protocol

from benchmarks.candidate import Candidate


class Rival(Protocol):
    """A row of the table before it is installed."""

    @property
    def key(self) -> str:
        """The candidate's key."""

    @property
    def title(self) -> str:
        """The candidate's title."""

    def make(self, python: Path) -> Candidate:
        """Install it; `python` runs what is written in Python.

        Raises:
            Unavailable: it cannot be had or cannot run here.
        """
