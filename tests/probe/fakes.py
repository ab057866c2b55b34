"""A server without a network: well, unless told otherwise."""

import json
import math
from typing import NamedTuple

from firstbyte.probe.exchange import Arrival, Exchange, OutOfTime, Request, Trouble
from firstbyte.probe.guide import take_tour
from firstbyte.probe.judgement import judge
from firstbyte.probe.plan import Plan
from tests.probe.functions import tiny

URL = "https://server.example/mcp"
JSON = {"content-type": "application/json"}
STREAM = {"content-type": "text/event-stream"}


class Reply(NamedTuple):
    """What a server gives. `parts` are the body's pieces with the seconds they come after."""

    status: int = 200
    headers: dict[str, str] = {}  # noqa: RUF012 (nobody changes it)
    parts: tuple = ()
    head_s: float = 0.01
    ended_s: float = 0.02
    trouble: Trouble | None = None


def plain(status=200, body=b"", **headers):
    """A reply with one part."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    octets = body.encode() if isinstance(body, str) else body
    return Reply(status, named, ((0.02, octets),) if octets else ())


def message(value, status=200, **headers):
    """A reply with one JSON-RPC message."""
    return plain(status, json.dumps(value), content_type="application/json", **headers)


def stream(*parts, head_s=0.01, **headers):
    """A reply of events: each part is its time and a message."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    octets = tuple((at_s, tiny.event_of(value).encode()) for at_s, value in parts)
    ended_s = max((at_s for at_s, _ in parts), default=head_s)
    return Reply(200, {**STREAM, **named}, octets, head_s, ended_s)


def asked_of(request):
    """The JSON-RPC message of a request; an empty one where there is none."""
    return json.loads(request.body) if request.body else {"method": ""}


def exchange_of(reply, request=None):
    """What is seen of a reply."""
    return Exchange(
        request or Request("list", "modern", "POST", URL, {}, b"{}", 1, "tools/list"),
        reply.status,
        reply.headers,
        0.0,
        reply.head_s,
        tuple(Arrival(at_s, octets) for at_s, octets in reply.parts),
        reply.ended_s,
        reply.trouble,
    )


class Fake:
    """Answers as `tiny` does; `change(request, count)` may give another reply, or None.

    `count` is how many requests came before. There is time for `most` of them.
    """

    def __init__(self, change=lambda request, count: None, most=math.inf):
        self.asked = []
        self._change = change
        self._most = most

    def send(self, request):
        """Answer one."""
        if len(self.asked) >= self._most:
            raise OutOfTime
        reply = self._change(request, len(self.asked)) or self._answer(request)
        self.asked.append(request)
        return exchange_of(reply, request)

    def send_all(self, requests):
        """Answer all."""
        return tuple(map(self.send, requests))

    def _answer(self, request):
        if request.method != "POST":
            return plain(405)
        answer = tiny.answer(asked_of(request))
        return plain(202) if answer is None else message(answer)


def tour_of(change=lambda request, count: None, **plan):
    """The tour of a fake."""
    return take_tour(Plan(**{"url": URL, **plan}), Fake(change))


def codes_of(change=lambda request, count: None, **plan):
    """The codes of what a probe finds at a fake."""
    return [it.code for it in judge(tour_of(change, **plan))]


def finding_of(change=lambda request, count: None, **plan):
    """The only thing that a probe finds at a fake."""
    (finding,) = judge(tour_of(change, **plan))
    return finding
