"""What a person asks the probe to look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_REPEAT = 4
DEFAULT_TIMEOUT_S = 60.0
"""What the official SDKs wait for an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that is to be called. Without `is_named` the probe chose it."""

    tool: str
    arguments: Mapping[str, Any]
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """Where to go and what to try there.

    Without `calls`, tools are called that say they only read and need no argument. `expected`
    are tools that have to be there. `origin` is the web page a browser would call from, empty
    for none. `headers`, names lowercase, go with all that is asked of the server itself.
    `ignored` are codes of findings that are known and meant.
    """

    url: str
    calls: tuple[Call, ...] = ()
    expected: tuple[str, ...] = ()
    bearer: str = ""
    is_signed: bool = False
    origin: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat: int = DEFAULT_REPEAT
    timeout_s: float = DEFAULT_TIMEOUT_S
    ignored: frozenset[str] = frozenset()
