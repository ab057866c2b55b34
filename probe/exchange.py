"""One question and all that was seen of its answer, with the time at which each part came.

    start      connected         head          octets   octets   octets  end
      |------------|--------------|--------------|--------|--------|------|

All times are seconds since the start. Nothing here judges.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

NAME: Final = "name"
CERTIFICATE: Final = "certificate"
TLS: Final = "tls"
REFUSED: Final = "refused"
LOST: Final = "lost"
TIMEOUT: Final = "timeout"
TOO_LARGE: Final = "too large"


_OPENING: Final = 4096
"""So many octets say what a body is, for people and for patterns."""


class OutOfTime(Exception):
    """There is no time for one more question, however long its answer takes."""


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
    `number` is its JSON-RPC id, 0 where no JSON-RPC answer is due. What `is_anonymous` goes
    without credentials, and none goes before `delay_s` have passed. Of a stream that others
    share no more is read than `is_enough`, which is given each part.
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
    delay_s: float = 0.0
    is_enough: Callable[[bytes], bool] | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what came back.

    `status` is 0 where no head came. Header names are lowercase, a header that came twice is
    joined by commas. `trouble` is None where the answer is whole. `asked_at_s` is when it was
    asked by this machine's clock, in seconds since 1970; 0 where that is not known.
    """

    request: Request
    status: int
    headers: Mapping[str, str]
    connected_s: float
    head_s: float
    arrivals: tuple[Arrival, ...]
    ended_s: float
    trouble: Trouble | None = None
    asked_at_s: float = 0.0

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


def join(begun: Exchange, resumed: Exchange) -> Exchange:
    """Return one exchange of a stream and what came of it later, on the first one's clock."""
    start_s = begun.ended_s + resumed.request.delay_s
    later = tuple(it._replace(at_s=start_s + it.at_s) for it in resumed.arrivals)
    if resumed.status != 200 or resumed.media_type != begun.media_type:
        # It cannot be resumed: what came first is all there is.
        later = ()
    trouble = resumed.trouble or Trouble(LOST, f"{resumed.status} to the GET that resumes it")
    return replace(
        begun,
        arrivals=begun.arrivals + later,
        ended_s=start_s + resumed.ended_s,
        trouble=resumed.trouble if later else trouble,
    )
