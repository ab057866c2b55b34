"""Tell what hides an answer, or spoils it: nobody there, turned away, no MCP server, a form.

A fault is what any one exchange can show by itself. Whatever octets come, there is a reading
and no exception.
"""

import re
from typing import Final

from firstbyte.probe import exchange as seen
from firstbyte.probe.exchange import Exchange
from firstbyte.probe.finding import show
from firstbyte.probe.reading import (
    EVENT_STREAM,
    Fault,
    Reading,
    events_of,
    is_message,
    messages_of,
    parse_json,
    resumption,
)
from firstbyte.probe.sse import EventReader

_JSON: Final = "application/json"
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
_OF_AWS: Final = re.compile(
    r"forbidden|user: |user is not authorized|access ?denied", re.IGNORECASE
)
"""How AWS begins to say that it turns somebody away."""
_THROTTLING: Final = re.compile(r"rate exceeded|toomanyrequests|throttl", re.IGNORECASE)
_HOST: Final = re.compile(r"invalid host|host not allowed|misdirected", re.IGNORECASE)


def read(exchange: Exchange) -> Reading:
    """Read the answer to a JSON-RPC question."""
    if not exchange.status:
        return Reading(exchange, fault=network_fault(exchange))
    messages = messages_of(exchange)
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
    if not isinstance(value, dict) or len(value) != 1:
        return False
    # Nobody but AWS begins it in capitals.
    return "Message" in value or bool(_OF_AWS.match(str(value.get("message"))))


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
    if exchange.trouble and exchange.trouble.kind == seen.TIMEOUT:
        return Fault("no-answer", f"{detail}; {exchange.trouble.text}")
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
    if exchange.status == 200 and exchange.media_type not in (_JSON, EVENT_STREAM):
        given = show(exchange.media_type) or "none"
        return Fault("answer-invalid", f"{about}: Content-Type {given}")
    return None


def _has_prelude(body: bytes) -> bool:
    prelude, end, _ = body.partition(_END_OF_PRELUDE)
    return bool(end) and isinstance(parse_json(prelude), dict)


def _empty_stream(reading: Reading) -> Fault:
    exchange = reading.exchange
    events = [event for _, event in events_of(exchange)]
    named = [it.name for it in events if is_message(parse_json(it.data))]
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
