"""One question and all that was seen of its answer, with the time at which each part came.

    start      connected         head          octets   octets   octets  end
      |------------|--------------|--------------|--------|--------|------|

All times are seconds since the start. Nothing here judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

NAME: Final = "name"
CERTIFICATE: Final = "certificate"
TLS: Final = "tls"
REFUSED: Final = "refused"
LOST: Final = "lost"
TIMEOUT: Final = "timeout"
TOO_LARGE: Final = "too large"


class OutOfTime(Exception):
    """There is no time for one more question, however long its answer takes."""


_OPENING: Final = 4096
"""So many octets say what a body is, for people and for patterns."""


class Trouble(NamedTuple):
    """Why an answer is not whole: one of the kinds above, and what the network said."""

    kind: str
    text: str


class Arrival(NamedTuple):
    """A part of a body and when it was here."""

    at_s: float
    octets: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it is sent. Header names are lowercase.

    `step` is the part of the tour it belongs to and `era` the manner in which it is asked.
    `number` is its JSON-RPC id, 0 where no JSON-RPC answer is due. What is `anonymous` goes
    without credentials.
    """

    step: str
    era: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    number: int = 0
    about: str = ""
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what came back.

    `status` is 0 where no head came. Header names are lowercase, a header that came twice is
    joined by commas. `trouble` is None where the answer is whole.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    connected_s: float
    head_s: float
    arrivals: tuple[Arrival, ...]
    ended_s: float
    trouble: Trouble | None = None

    @property
    def body(self) -> bytes:
        """All octets that came."""
        return b"".join(arrival.octets for arrival in self.arrivals)

    @property
    def opening(self) -> str:
        """How the body begins, as text."""
        return self.body[:_OPENING].decode("utf-8", "replace")

    @property
    def media_type(self) -> str:
        """What the body says it is, in lowercase, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()
