"""Read an exchange as JSON-RPC messages, however they came.

Whatever octets come, there is a reading and no exception.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from firstbyte.probe.exchange import Exchange
from firstbyte.probe.finding import show
from firstbyte.probe.sse import Event, EventReader

EVENT_STREAM: Final = "text/event-stream"
_LIKE_EVENTS: Final = re.compile(r"\s*(?:data|event|id|retry)?:")


class Fault(NamedTuple):
    """The code of a finding, and what was seen."""

    code: str
    detail: str


class Message(NamedTuple):
    """One JSON-RPC message and when it was whole."""

    at_s: float
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """An exchange and what it says. `messages` may be there beside a fault."""

    exchange: Exchange
    messages: tuple[Message, ...] = ()
    fault: Fault | None = None

    @property
    def step(self) -> str:
        """The part of the tour it belongs to."""
        return self.exchange.request.step

    @property
    def era(self) -> str:
        """The manner in which was asked."""
        return self.exchange.request.era

    @property
    def status(self) -> int:
        """The HTTP status, 0 where none came."""
        return self.exchange.status

    @property
    def is_stream(self) -> bool:
        """Whether the answer came as events."""
        return self.exchange.media_type == EVENT_STREAM

    @property
    def answer(self) -> Message | None:
        """The JSON-RPC answer to what was asked."""
        number = self.exchange.request.number
        return next((it for it in self.messages if _answers(it.value, number)), None)

    @property
    def answered_s(self) -> float:
        """When the answer was there, or all that came in its place."""
        return self.answer.at_s if self.answer else self.exchange.ended_s

    @property
    def notifications(self) -> tuple[Message, ...]:
        """What was said before the answer."""
        return tuple(it for it in self.messages if "method" in it.value)

    @property
    def result(self) -> dict[str, Any] | None:
        """What the answer gives; None if there is none."""
        value = self.answer.value.get("result") if self.answer else None
        return value if isinstance(value, dict) else None

    @property
    def error(self) -> dict[str, Any] | None:
        """What the answer complains of; None if it does not."""
        value = self.answer.value.get("error") if self.answer else None
        return value if isinstance(value, dict) else None

    def says(self) -> str:
        """Return the error's code and message, or an empty string."""
        error = self.error
        return show(f"{error.get('code')} {error.get('message')}") if error else ""


def parse_json(octets: bytes | str) -> Any:
    """Return what the text stands for; None where it is no JSON."""
    try:
        return json.loads(octets)
    except (ValueError, RecursionError):
        return None


def messages_of(exchange: Exchange) -> tuple[Message, ...]:
    """Return the JSON-RPC messages of an answer, also where it misnames what it is."""
    if exchange.media_type != EVENT_STREAM:
        value = parse_json(exchange.body)
        found = value if isinstance(value, list) else [value]
        if value is not None or not _LIKE_EVENTS.match(exchange.opening):
            return tuple(Message(exchange.ended_s, it) for it in found if is_message(it))
    return tuple(
        Message(at_s, value)
        for at_s, event in events_of(exchange)
        if event.name in ("", "message") and is_message(value := parse_json(event.data))
    )


def events_of(exchange: Exchange) -> Iterator[tuple[float, Event]]:
    """Yield the events of a stream, each with the time at which it was whole."""
    reader = EventReader()
    for arrival in exchange.arrivals:
        for event in reader.feed(arrival.octets):
            yield arrival.at_s, event


def until_answered(number: int) -> Callable[[bytes], bool]:
    """Return what is given a stream's parts and tells when the answer is among them."""
    reader = EventReader()

    def is_answered(octets: bytes) -> bool:
        values = (parse_json(event.data) for event in reader.feed(octets))
        return any(is_message(it) and _answers(it, number) for it in values)

    return is_answered


def resumption(reading: Reading) -> tuple[str, float] | None:
    """Return the event after which a client asks on, and the seconds until then, if it does.

    A server may end a stream before the answer, once it has named an event (MCP 2025-11-25).
    """
    exchange = reading.exchange
    is_whole = reading.is_stream and exchange.status == 200 and not exchange.trouble
    if not is_whole or reading.answer is not None:
        return None
    reader = EventReader()
    reader.feed(exchange.body)
    return (reader.last_event_id, reader.retry_ms / 1000) if reader.last_event_id else None


def is_message(value: Any) -> bool:
    """Whether a value is a JSON-RPC message."""
    return isinstance(value, dict) and value.get("jsonrpc") == "2.0"


def _answers(value: dict[str, Any], number: int) -> bool:
    if "method" in value:
        return False
    if isinstance(value.get("error"), dict):
        # A server that could not read the id has none to repeat.
        return value.get("id") in (None, number)
    given = value.get("id")
    # True is an int to Python, and equal to 1; a text is borne by clients.
    is_given = given == str(number) or (type(given) is int and given == number)
    return "result" in value and is_given
