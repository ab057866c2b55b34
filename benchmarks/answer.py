"""Read what was posted to the Runtime API as the HTTP answer the client would get, timed.

A streamed answer is a JSON prelude (status, headers), eight NUL octets and the body; a buffered
one is JSON with the body in it, maybe as Base64.

Source: `docs/architecture.md`; AWS Lambda developer guide, "Response payload format" and
"Using custom runtimes with response streaming".
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.request_reader import Request

_PRELUDE_TYPE: Final = "application/vnd.awslambda.http-integration-response"
_END_OF_PRELUDE: Final = bytes(8)


class MalformedAnswer(Exception):
    """The octets are no answer to a Function URL's client."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client gets."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    parts: Sequence[tuple[int, bytes]]
    """The body's octets with the moment each part arrived, in ns of CLOCK_MONOTONIC."""

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(octets for _, octets in self.parts)


def read_answer(post: Request) -> Answer:
    """Read a POST to an invocation's `/response`.

    Raises:
        MalformedAnswer: a client could make nothing of it, or it broke on the way.
    """
    if kind := post.trailers.get("lambda-runtime-function-error-type"):
        raise MalformedAnswer(f"the answer broke on its way: {kind[:200]}")
    if post.headers.get("content-type", "").partition(";")[0].strip() == _PRELUDE_TYPE:
        return _read_streamed(post.parts)
    if post.headers.get("lambda-runtime-function-response-mode") == "streaming":
        kind = post.headers.get("content-type", "application/octet-stream")
        return Answer(200, {"content-type": kind}, tuple(post.parts))
    return _read_buffered(post)


def _read_streamed(parts: Sequence[tuple[int, bytes]]) -> Answer:
    prelude = b"".join(octets for _, octets in parts).partition(_END_OF_PRELUDE)
    if not prelude[1]:
        raise MalformedAnswer("the prelude has no end")
    status, headers = _read_head(_parse_json(prelude[0]))
    to_skip = len(prelude[0]) + len(_END_OF_PRELUDE)
    body = []
    for now_ns, octets in parts:
        if rest := octets[to_skip:]:
            body.append((now_ns, rest))
        to_skip = max(0, to_skip - len(octets))
    return Answer(status, headers, tuple(body))


def _read_buffered(post: Request) -> Answer:
    answer = _parse_json(post.body)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        # What has no status is the body itself.
        return Answer(200, {"content-type": "application/json"}, ((post.ended_ns, post.body),))
    status, headers = _read_head(answer)
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise MalformedAnswer("the body is no text")
    try:
        octets = (
            base64.b64decode(body, validate=True)
            if answer.get("isBase64Encoded")
            else body.encode()
        )
    except ValueError as error:
        raise MalformedAnswer(f"the body is not what it claims: {error}") from error
    return Answer(status, headers, ((post.ended_ns, octets),) if octets else ())


def _read_head(head: Any) -> tuple[int, dict[str, str]]:
    status = head.get("statusCode", 200) if isinstance(head, dict) else None
    headers = head.get("headers") or {} if isinstance(head, dict) else None
    if type(status) is not int or not isinstance(headers, dict):
        raise MalformedAnswer("the head is no status with headers")
    return status, {name.lower(): str(value) for name, value in headers.items()}


def _parse_json(octets: bytes) -> Any:
    try:
        return json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswer(f"not JSON: {octets[:100]!r}") from error


def read_events(answer: Answer) -> list[tuple[int, str]]:
    """Read an SSE body: each event's data with the moment its last octet arrived.

    Raises:
        MalformedAnswer: the body is not UTF-8.
    """
    events = []
    unread = b""
    lines: list[str] = []
    for now_ns, octets in answer.parts:
        # A CR may be half of a line's end, whose other half comes with the next part.
        unread = (unread + octets).replace(b"\r\n", b"\n")
        *whole, unread = unread.split(b"\n")
        for line in whole:
            text = _decode(line)
            if text.startswith("data:"):
                lines.append(text[5:].removeprefix(" "))
            elif not text and lines:
                events.append((now_ns, "\n".join(lines)))
                lines = []
    return events


def _decode(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise MalformedAnswer("an event is not UTF-8") from error
