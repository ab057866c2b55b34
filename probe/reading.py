"""Read an exchange as what it is: a JSON-RPC answer, or a fault that hides it.

A fault is what any one exchange can show by itself: nobody there, turned away, something
that is no MCP server, a stream that broke. Whatever octets come,
there is a reading and no exception.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from firstbyte.probe import exchange as seen
from firstbyte.probe.exchange import Exchange
from firstbyte.probe.finding import show
from firstbyte.probe.sse import Event, EventReader

JSON: Final = "application/json"
EVENT_STREAM: Final = "text/event-stream"
_ENVELOPE: Final = {
    "statusCode",
    "statusDescription",
    "headers",
    "multiValueHeaders",
    "cookies",
    "body",
    "isBase64Encoded",
}
_PRELUDE_TYPE: Final = "application/vnd.awslambda.http-integration-response"
_END_OF_PRELUDE: Final = bytes(8)

_UNREACHED: Final = {
    seen.NAME: "name-unknown",
    seen.CERTIFICATE: "certificate-invalid",
    seen.TLS: "tls-failed",
    seen.REFUSED: "connection-refused",
    seen.TIMEOUT: "no-answer",
}

_SKEWED: Final = re.compile(
    r"signature expired|signature not yet current|requesttimetooskewed|request time is too",
    re.IGNORECASE,
)
_MISSIGNED: Final = re.compile(
    r"signature we calculated|invalidsignature|signaturedoesnotmatch|unrecognizedclient"
    r"|security token included in the request is (?:invalid|expired)",
    re.IGNORECASE,
)
_PATHLESS: Final = re.compile(r"missing authentication token", re.IGNORECASE)
"""So API Gateway answers for a path, a stage or a method that it does not have."""
_LIKE_EVENTS: Final = re.compile(r"\s*(?:data|event|id|retry)?:")
_THROTTLING: Final = re.compile(r"rate exceeded|toomanyrequests|throttl", re.IGNORECASE)
_HOST: Final = re.compile(r"invalid host|host not allowed|misdirected", re.IGNORECASE)


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


def read(exchange: Exchange) -> Reading:
    """Read the answer to a JSON-RPC question."""
    if not exchange.status:
        return Reading(exchange, fault=network_fault(exchange))
    messages = _messages(exchange)
    reading = Reading(exchange, messages)
    judged = _unanswered if reading.answer is None else _malformed
    fault = _turned_away(exchange) or judged(reading)
    if fault is None and exchange.trouble and exchange.trouble.kind == seen.TIMEOUT:
        about, ended_s = exchange.request.about, exchange.ended_s
        fault = Fault("stream-left-open", f"{about}: still open after {ended_s:.0f} s")
    return Reading(exchange, messages, fault)


def read_plain(exchange: Exchange) -> Reading:
    """Read the answer to a notification, a request for a document, or a preflight."""
    fault = network_fault(exchange) if not exchange.status else _turned_away(exchange)
    return Reading(exchange, fault=fault)


def network_fault(exchange: Exchange) -> Fault:
    """Return why no answer came."""
    trouble = exchange.trouble or seen.Trouble(seen.LOST, "nothing came")
    code = _UNREACHED.get(trouble.kind, "connection-lost")
    asked = exchange.request
    where = asked.url if asked.about in ("", asked.url) else f"{asked.about} at {asked.url}"
    return Fault(code, f"{where}: {show(trouble.text)}")


def parse_json(octets: bytes | str) -> Any:
    """Return what the text stands for; None where it is no JSON."""
    try:
        return json.loads(octets)
    except (ValueError, RecursionError):
        return None


def _messages(exchange: Exchange) -> tuple[Message, ...]:
    if exchange.media_type != EVENT_STREAM:
        value = parse_json(exchange.body)
        found = value if isinstance(value, list) else [value]
        if value is not None or not _LIKE_EVENTS.match(exchange.opening):
            return tuple(Message(exchange.ended_s, it) for it in found if _is_message(it))
    return tuple(
        Message(at_s, value)
        for at_s, event in _events(exchange)
        if event.name in ("", "message") and _is_message(value := parse_json(event.data))
    )


def _events(exchange: Exchange) -> Iterator[tuple[float, Event]]:
    reader = EventReader()
    for arrival in exchange.arrivals:
        for event in reader.feed(arrival.octets):
            yield arrival.at_s, event


def until_answered(number: int) -> Callable[[bytes], bool]:
    """Return what is given a stream's parts and tells when the answer is among them."""
    reader = EventReader()

    def is_answered(octets: bytes) -> bool:
        values = (parse_json(event.data) for event in reader.feed(octets))
        return any(_is_message(it) and _answers(it, number) for it in values)

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


def _is_message(value: Any) -> bool:
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


def _turned_away(exchange: Exchange) -> Fault | None:
    """Return the fault that the status alone, or words of AWS, tell."""
    status, body = exchange.status, exchange.opening
    detail = _told(exchange)
    if status == 429 or (status >= 500 and _THROTTLING.search(body)):
        wait = show(exchange.headers.get("retry-after", ""))
        return Fault("throttled", f"{detail}; Retry-After: {wait}" if wait else detail)
    if status in (401, 403):
        kind = exchange.headers.get("x-amzn-errortype", "")
        if _SKEWED.search(body + kind):
            return Fault("clock-skew", detail)
        if _MISSIGNED.search(body + kind):
            return Fault("signature-refused", detail)
    if status == 401:
        return Fault("token-refused", detail)
    if status == 421 or (status in (400, 403) and _HOST.search(body)):
        return Fault("host-refused", detail)
    if status == 403 and _PATHLESS.search(body):
        return Fault("wrong-path", detail)
    if status == 403:
        return Fault("permission-missing" if _is_of_aws(exchange) else "forbidden", detail)
    if 300 <= status < 400:
        location = show(exchange.headers.get("location", "nowhere"))
        return Fault("redirected", f"{status} to {location}")
    return None


def _is_of_aws(exchange: Exchange) -> bool:
    """Whether a 403 is that of a Function URL or API Gateway, not of what is behind it."""
    if "x-amzn-errortype" in exchange.headers:
        return True
    value = parse_json(exchange.body)
    return isinstance(value, dict) and set(value) <= {"Message", "message"} and bool(value)


def _unanswered(reading: Reading) -> Fault:
    """Return why there is no JSON-RPC answer in what came."""
    exchange, body, detail = reading.exchange, reading.exchange.body, _told(reading.exchange)
    value = parse_json(body)
    if exchange.media_type == _PRELUDE_TYPE or _has_prelude(body):
        return Fault("prelude-visible", detail)
    if isinstance(value, dict) and "statusCode" in value and value.keys() <= _ENVELOPE:
        return Fault("envelope-visible", detail)
    if isinstance(value, dict) and "errorMessage" in value:
        return Fault("function-failed", detail)
    strays = [it.value for it in reading.messages if "method" not in it.value]
    if strays and exchange.status == 200:
        about, number = exchange.request.about, exchange.request.number
        told = f"{about}: the answer is to id {strays[0].get('id')!r}, and {number} was asked"
        return Fault("answer-invalid", told)
    if exchange.trouble and exchange.trouble.kind == seen.TOO_LARGE:
        return Fault("not-mcp", f"{detail}; {exchange.trouble.text}")
    if reading.is_stream and exchange.status == 200:
        return _empty_stream(reading)
    if exchange.trouble:
        return Fault("stream-cut", f"{detail}; {show(exchange.trouble.text)}")
    if exchange.status == 504:
        return Fault("timed-out", detail)
    if exchange.status >= 500:
        return Fault("function-failed", detail)
    if exchange.status in (404, 405):
        return Fault("wrong-path", detail)
    return Fault("refused" if exchange.status >= 400 else "not-mcp", detail)


def _malformed(reading: Reading) -> Fault | None:
    """Return why clients do not take an answer that is there."""
    exchange, answer = reading.exchange, reading.answer
    about = exchange.request.about
    if answer and "result" in answer.value and "error" in answer.value:
        return Fault("answer-invalid", f"{about}: both result and error")
    if answer and "result" in answer.value and exchange.status != 200:
        return Fault("answer-invalid", f"{about}: a result with status {exchange.status}")
    if exchange.status == 200 and exchange.media_type not in (JSON, EVENT_STREAM):
        given = show(exchange.media_type) or "none"
        return Fault("answer-invalid", f"{about}: Content-Type {given}")
    return None


def _has_prelude(body: bytes) -> bool:
    prelude, end, _ = body.partition(_END_OF_PRELUDE)
    return bool(end) and isinstance(parse_json(prelude), dict)


def _empty_stream(reading: Reading) -> Fault:
    exchange = reading.exchange
    events = [event for _, event in _events(exchange)]
    named = [it.name for it in events if _is_message(parse_json(it.data))]
    if named and not reading.messages:
        told = f"{exchange.request.about}: an event of the name {show(named[0])}"
        return Fault("answer-invalid", f"{told}; clients read those without one")
    is_begun = not events and bool(EventReader().feed(exchange.body + b"\n\n"))
    if reading.messages or exchange.trouble or is_begun or resumption(reading):
        why = f"; {show(exchange.trouble.text)}" if exchange.trouble else ""
        return Fault(
            "stream-cut",
            f"{exchange.request.about}: {len(reading.messages)} messages and no answer, "
            f"ended after {exchange.ended_s:.1f} s{why}",
        )
    if events:
        return Fault("not-mcp", f"{_told(exchange)}; {len(events)} events, none is JSON-RPC")
    return Fault("stream-empty", f"{exchange.request.about}: {len(exchange.body)} octets")


def _told(exchange: Exchange) -> str:
    """Say what was asked and what came, in a few words."""
    media_type = f" {exchange.media_type}" if exchange.media_type else ""
    text = show(exchange.opening)
    body = f": {text}" if text else ", no body"
    return f"{exchange.request.about}: {exchange.status}{media_type}{body}"
