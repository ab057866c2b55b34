"""What a person asks the probe to look at, on the command line or in an event: checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from firstbyte.probe.finding import KINDS

DEFAULT_REPEAT: Final = 4
DEFAULT_TIMEOUT_S: Final = 60.0
"""What the official SDKs wait for an answer."""

_MAX_REPEAT: Final = 100
_MAX_TIMEOUT_S: Final = 900
"""Longer than Lambda lets a function run."""

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name (RFC 9110, section 5.6.2)."""
_VALUE: Final = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")
"""A header's value, without what not every client sends (RFC 9110, section 5.5)."""
_ORIGIN: Final = re.compile(r"(?:null|[a-z][a-z0-9+.-]*://[!-.0-~]+)?")
"""An origin as browsers write it (RFC 6454, section 6.2); empty for none."""
_BEARER: Final = re.compile(r"[!-~]*")


class PlanInvalid(Exception):
    """What is asked for cannot be done; the text says what of it, and never a credential."""


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

    Raises:
        PlanInvalid: a value is not what it has to be.
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

    def __post_init__(self) -> None:
        """Check every value; an event's may be of any type."""
        _check_url(self.url)
        for call in self.calls:
            _demand(isinstance(call.tool, str), "a tool's name is a text")
            _demand(isinstance(call.arguments, Mapping), "a tool's arguments are an object")
        _demand(all(isinstance(it, str) for it in self.expected), "expected tools are texts")
        is_bearer = isinstance(self.bearer, str) and bool(_BEARER.fullmatch(self.bearer))
        _demand(is_bearer, "the token has characters that no header may carry")
        _demand(isinstance(self.is_signed, bool), "sigv4 is true or false")
        is_origin = isinstance(self.origin, str) and bool(_ORIGIN.fullmatch(self.origin))
        _demand(is_origin, "an origin is as browsers send it: https://host, without a path")
        for name, value in self.headers.items():
            _demand(bool(_TOKEN.fullmatch(name)), f"{name!r} is no header's name")
            _demand(_is_value(value), f"the value of {name} is none that a header may carry")
        is_count = isinstance(self.repeat, int) and 1 <= self.repeat <= _MAX_REPEAT
        _demand(is_count, f"repeat is 1 to {_MAX_REPEAT}")
        is_number = isinstance(self.timeout_s, int | float)
        is_time = is_number and 0 < self.timeout_s <= _MAX_TIMEOUT_S
        _demand(is_time, f"timeout is more than 0 and at most {_MAX_TIMEOUT_S} seconds")
        unknown = sorted(str(it) for it in self.ignored if it not in KINDS)
        _demand(not unknown, f"nothing has the code {', '.join(unknown)}")


def token_to_show(bearer: str, headers: Mapping[str, str], *, is_signed: bool) -> str:
    """Return the token, or nothing where other credentials take its place."""
    return "" if is_signed or "authorization" in headers else bearer


def _check_url(url: object) -> None:
    _demand(isinstance(url, str) and url != "", "there is no URL to probe")
    try:
        parts = urlsplit(str(url))
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
        # Not repeated: it may hold what the next line is about.
        _demand(is_web and parts.port != 0, "the URL is no http:// or https:// URL")
    except ValueError as error:
        raise PlanInvalid(f"the URL is no URL: {error}") from error
    # It would stand in every report, and replace the token.
    has_user = "@" in parts.netloc
    _demand(not has_user, "name and password belong into the header Authorization, not the URL")


def _is_value(text: object) -> bool:
    return isinstance(text, str) and bool(_VALUE.fullmatch(text))


def _demand(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise PlanInvalid(otherwise)
