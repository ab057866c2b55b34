"""What is measured: a program that answers MCP on a Runtime API, and what it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.events import LEGACY

QUESTIONS: Final = ("initialize", "discover", "list", "call", "call_boto3", "events")
"""All that is asked. Every candidate answers some of them."""

TOOLS: Final = {"add": ("a", "b"), "count": ("n",), "read_item": ("key",)}
"""The tools that every MCP server here offers, with their arguments, and no other unless it
says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row of the table: how an environment of it starts and what it can be asked."""

    key: str
    """Stable; names its figures in the raw results."""
    title: str
    family: str
    """stock, firstbyte, python, node or rust."""
    versions: Mapping[str, str]
    """Read from what is installed."""
    command: Sequence[str]
    """The environment's process; it starts in `folder`."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Beside what the meter sets: the Runtime API's address, AWS's names, PATH, HOME."""
    shell: Sequence[str] = ("/bin/sh",)
    """What holds the process back until the clock starts; in a container it is that one's."""
    folder: Path
    installed: Sequence[Path]
    """What a deployment would carry, the interpreter excluded."""
    questions: Mapping[str, bytes]
    """A question's name to the invocation's event that asks it."""
    extension: Sequence[str] = ()
    """A process that starts first, as Lambda starts extensions; `command` follows once it has
    registered.  An adapter, which then polls in the command's place."""
    constant: bytes | None = None
    """What it answers anything with: a floor, no MCP server."""
    revision: str = LEGACY
    """What it answers `initialize` with: the one asked for, or an older one that it serves."""
    further_tools: int = 0
    """How many tools named `tool_…` it lists beside the three."""
    note: str = ""
    """What a reader has to know to judge the row."""

    @property
    def first_question(self) -> str:
        """What a client asks it first: initialize, or server/discover where that is all."""
        return "initialize" if "initialize" in self.questions else "discover"

    @property
    def installed_bytes(self) -> int:
        """The size of all that is installed, each file once."""
        sizes = {}
        for root in self.installed:
            for path in (root, *root.rglob("*")):
                found = path.lstat()
                if not path.is_dir():
                    sizes[found.st_dev, found.st_ino] = found.st_size
        return sum(sizes.values())


@dataclass(frozen=True, slots=True)
class Absent:
    """A row without figures."""

    key: str
    title: str
    reason: str


class Unavailable(Exception):
    """It cannot run here; the message is the sentence that says why."""
