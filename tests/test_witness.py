"""tests/witness.py: what breaks a rule of HTTP or of a stream is not let through."""

import json

import pytest

from firstbyte.transport.request import Request
from tests.protocol_schema import MODERN
from tests.witness import check_exchange

JSON = {"content-type": "application/json"}
SSE = {"content-type": "text/event-stream"}
META = {"io.modelcontextprotocol/protocolVersion": MODERN}
INFO = {"io.modelcontextprotocol/serverInfo": {"name": "a", "version": "1"}}
DONE = {"content": [], "resultType": "complete", "_meta": INFO}


class Told:
    """What a server answered."""

    is_closed = True

    def __init__(self, status, headers, *messages, octets=b""):
        self.status = status
        self.headers = headers
        self.body = octets
        if headers is SSE:
            self.body = b"".join(b"data: %s\n\n" % json.dumps(m).encode() for m in messages)
        elif messages:
            self.body = json.dumps(messages[0]).encode()


def a_request(version=MODERN, method="tools/call", call_id=1, verb="POST", **headers):
    params = {"_meta": META} if version == MODERN else {}
    body = {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}
    octets = json.dumps(body).encode()
    return Request(verb, "/mcp", {"mcp-protocol-version": version, **headers}, octets)


def a_result(result, call_id=1):
    return {"jsonrpc": "2.0", "id": call_id, "result": result}


def an_error(code, call_id=1):
    return {"jsonrpc": "2.0", "id": call_id, "error": {"code": code, "message": "no"}}


def progress(value):
    params = {"progressToken": "t", "progress": value}
    return {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}


PING = {"jsonrpc": "2.0", "id": "q", "method": "ping"}
OLD = a_request("2025-11-25")

FINE = [
    (a_request(), Told(200, JSON, a_result(DONE))),
    (a_request(), Told(200, SSE, progress(1), progress(2), a_result(DONE))),
    (a_request(), Told(404, JSON, an_error(-32601))),
    (OLD, Told(200, SSE, PING, a_result({"content": []}))),
    (OLD, Told(202, {})),
    (a_request(verb="GET"), Told(405, {**JSON, "allow": "POST"}, an_error(-32600, None))),
]

WRONG = {
    "a server's failure": (a_request(), Told(500, JSON, an_error(-32603))),
    "a session for a modern client": (
        a_request(),
        Told(200, {**JSON, "mcp-session-id": "a"}, a_result(DONE)),
    ),
    "a session id with a space": (
        OLD,
        Told(200, {**JSON, "mcp-session-id": "a b"}, a_result({"content": []})),
    ),
    "202 with a body": (OLD, Told(202, {}, octets=b"Accepted")),
    "an unknown method at 200": (a_request(), Told(200, JSON, an_error(-32601))),
    "another's id": (a_request(), Told(200, JSON, a_result(DONE, call_id="1"))),
    "an id that was readable, as null": (a_request(), Told(400, JSON, an_error(-32600, None))),
    "405 without what is allowed": (
        a_request(verb="GET"),
        Told(405, JSON, an_error(-32600, None)),
    ),
    "a result beside an error's status": (a_request(), Told(400, JSON, a_result(DONE))),
    "a batch for who sent none": (OLD, Told(200, JSON, [a_result({"content": []})])),
    "a result in another revision's words": (OLD, Told(200, JSON, a_result(DONE))),
    "a question to a modern client": (a_request(), Told(200, SSE, PING, a_result(DONE))),
    "the answer twice": (a_request(), Told(200, SSE, a_result(DONE), a_result(DONE))),
    "no answer": (a_request(), Told(200, SSE, progress(1))),
    "progress after the result": (a_request(), Told(200, SSE, a_result(DONE), progress(1))),
    "progress that falls": (
        a_request(),
        Told(200, SSE, progress(2), progress(1), a_result(DONE)),
    ),
    "an event id for a modern client": (
        a_request(),
        Told(
            200,
            dict(SSE),
            octets=b"id: 1\ndata: %s\n\n" % json.dumps(a_result(DONE)).encode(),
        ),
    ),
    "listening without an acknowledgement": (
        a_request(method="subscriptions/listen"),
        Told(200, SSE, a_result({"resultType": "complete", "_meta": INFO})),
    ),
}


@pytest.mark.parametrize(("request_", "told"), FINE)
def test_a_lawful_exchange_passes(request_, told):
    check_exchange(request_, told)


@pytest.mark.parametrize(("request_", "told"), WRONG.values(), ids=WRONG)
def test_a_broken_rule_is_seen(request_, told):
    with pytest.raises(AssertionError):
        check_exchange(request_, told)
