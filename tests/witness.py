"""Watch an HTTP exchange with a server and hold every octet of it against the specification.

What era a request belongs to is read off it here once more, independently of the server.
"""

import json

import httpx2
import orjson

from tests import protocol_schema
from tests.protocol_schema import LEGACY, MODERN

ASSUMED = "2025-03-26"
BATCHES = "2025-03-26"
WITH_EVENT_IDS = ("2025-03-26", "2025-06-18", "2025-11-25")
VERSION = "io.modelcontextprotocol/protocolVersion"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
MODERN_BAD_REQUESTS = (-32020, -32021, -32022)

_agreed = {}
"""The revision of each session that was begun here, by its id."""


def check_exchange(request, sink):
    """Judge what `sink` noted of the answer to `request`."""
    if sink.status is None:
        return
    asked = _decode(request.body)
    revisions = _revisions(request, asked)
    _check_head(request, sink, revisions)
    if sink.status in (202, 204):
        assert sink.body == b"", f"{sink.status} with a body"
        return
    faults = []
    for revision in revisions:
        try:
            _check_body(revision, request, asked, sink)
        except AssertionError as fault:
            faults.append(fault)
        else:
            break
    else:
        raise AssertionError(
            f"{faults[0]}\nasked: {request.body[:2000]!r} {dict(request.headers)}"
            f"\ntold: {sink.status} {sink.body[:2000]!r}"
        )
    _learn(asked, sink)


def _decode(octets):
    """Parse any JSON; None for what is none.

    The standard parser repeats every integer, orjson goes deeper.
    """
    for parse in json.loads, orjson.loads:
        try:
            return parse(octets)
        except (ValueError, RecursionError):
            continue
    return None


def _revisions(request, asked):
    """The revision the exchange belongs to; several where nobody can tell."""
    version = request.headers.get("mcp-protocol-version")
    version = version and version.strip(" \t")
    if _names_version(asked) or (version is not None and version not in LEGACY):
        return (MODERN,)
    if isinstance(asked, dict) and asked.get("method") == "initialize":
        return tuple(reversed(LEGACY))
    session = request.headers.get("mcp-session-id")
    if session is not None:
        return (_agreed[session],) if session in _agreed else tuple(reversed(LEGACY))
    return (version or ASSUMED,)


def _names_version(asked):
    params = asked.get("params") if isinstance(asked, dict) else None
    meta = params.get("_meta") if isinstance(params, dict) else None
    return isinstance(meta, dict) and VERSION in meta


def _check_head(request, sink, revisions):
    # 503 is for what has no id to answer under while the store is away.
    assert sink.status in (200, 202, 204, 503) or 400 <= sink.status < 500, sink.status
    assert all(name == name.lower() for name in sink.headers)
    assert "connection" not in sink.headers
    session = sink.headers.get("mcp-session-id")
    if session is not None:
        assert MODERN not in revisions, "a modern client got a session"
        assert session
        assert all("!" <= character <= "~" for character in session)
    if sink.status == 405:
        assert "allow" in sink.headers
        assert request.method not in sink.headers["allow"].split(", ")


def _check_body(revision, request, asked, sink):
    kind = sink.headers["content-type"]
    if kind == "text/event-stream":
        assert sink.status == 200
        _check_stream(revision, request, asked, sink)
        return
    assert kind == "application/json"
    if not sink.is_closed:
        return
    body = _decode(sink.body)
    if isinstance(body, list):
        assert sink.status == 200
        assert revision == BATCHES
        assert body, "an empty batch"
        _check_batch(revision, asked, body)
    else:
        if sink.status != 200:
            assert "error" in body, f"{sink.status} with a result"
        _check_response(revision, request, asked, sink.status, body)
        if revision == MODERN and "error" in body:
            _check_status(sink.status, body["error"]["code"])


def _check_status(status, code):
    if code == -32601:
        assert status == 404
    if code in (*MODERN_BAD_REQUESTS, -32700, -32600):
        assert 400 <= status < 500


def _check_response(revision, request, asked, status, message):
    """Judge the one response to the one request, or to what was no request."""
    call = asked if isinstance(asked, dict) else {}
    call_id = call.get("id")
    if not _is_legal_id(call_id) or (
        message.get("id") is None and _may_be_unread(request, asked, status, message)
    ):
        call_id = None
    protocol_schema.check_answer(revision, call.get("method"), call_id, message)


def _is_legal_id(call_id):
    """Whether an id has to be said again.

    An integer of more than 64 bits is legal, but refused: this server could not repeat it.
    """
    return isinstance(call_id, str) or (type(call_id) is int and -(2**63) <= call_id < 2**64)


def _may_be_unread(request, asked, status, message):
    """Whether it may have been refused for its head, for being no JSON, or no request."""
    code = message.get("error", {}).get("code")
    if isinstance(asked, dict) and asked.keys() & {"result", "error"}:
        # A response that was posted: its id is that of a question, none of a request.
        return True
    if status == 404:
        return code == -32600 and "mcp-session-id" not in request.headers
    return code == -32700 or status in (403, 405, 413, 415, 421)


class _Calls:
    """What was asked in one POST, to be answered each but once."""

    def __init__(self, asked):
        self._due = []
        self._possible = []
        for element in asked if isinstance(asked, list) else [asked]:
            call = element if isinstance(element, dict) else {}
            known = _is_legal_id(call.get("id"))
            entry = _key(call.get("id") if known else None), call.get("method")
            # What is no request may be answered all the same: that it is none.
            is_request = known and not call.keys() & {"result", "error"}
            (self._due if is_request else self._possible).append(entry)

    def __bool__(self):
        return bool(self._due)

    def settle(self, message):
        """Tell what method a response answers."""
        key = _key(message["id"])
        for calls in self._due, self._possible:
            for entry in calls:
                if entry[0] == key:
                    calls.remove(entry)
                    return entry[1]
        raise AssertionError(f"nobody asked {message['id']!r}, or it was answered")


def _key(call_id):
    return type(call_id), call_id


def _check_batch(revision, asked, messages):
    calls = _Calls(asked)
    for message in messages:
        method = calls.settle(message)
        protocol_schema.check_answer(revision, method, message["id"], message)
    assert not calls, "a call of the batch was not answered"


def _check_stream(revision, request, asked, sink):
    events = _events(sink)
    if revision not in WITH_EVENT_IDS:
        assert not any(event.id for event in events), f"{revision} has no event ids"
    messages = [_decode(event.data) for event in events if event.data]
    is_replay = request.method == "GET"
    calls = _Calls(asked)
    progress = {}
    for message in messages:
        if "method" not in message:
            method = _method_of(message) if is_replay else calls.settle(message)
            protocol_schema.check_answer(revision, method, message["id"], message)
        elif "id" in message:
            assert revision != MODERN, "a request on a modern stream"
            protocol_schema.check_request(revision, message)
        else:
            protocol_schema.check_notification(revision, message)
            assert calls or is_replay, "a notification after the result"
            _check_progress(progress, message)
    if revision == MODERN:
        assert not calls or not sink.is_closed, "a stream without its response"
        _check_subscription(asked, messages)


def _method_of(message):
    """Guess what a replayed response answers, since the request is not at hand."""
    if "error" in message:
        return "tools/call"
    shapes = {
        "content": "tools/call",
        "tools": "tools/list",
        "contents": "resources/read",
        "messages": "prompts/get",
        "completion": "completion/complete",
    }
    return next((shapes[key] for key in shapes if key in message["result"]), "ping")


def _check_progress(progress, message):
    if message["method"] == "notifications/progress":
        token, value = message["params"]["progressToken"], message["params"]["progress"]
        key = (type(token), token)
        assert value > progress.get(key, float("-inf")), "progress did not increase"
        progress[key] = value


def _check_subscription(asked, messages):
    if asked["method"] != "subscriptions/listen" or not messages:
        return
    assert messages[0]["method"] == "notifications/subscriptions/acknowledged"
    for message in messages:
        if "error" not in message:
            told = message.get("params", message.get("result"))["_meta"][SUBSCRIPTION]
            assert (type(told), told) == (type(asked["id"]), asked["id"])


def _events(sink):
    asked = httpx2.Request("POST", "http://mcp.example")
    response = httpx2.Response(200, headers=sink.headers, content=sink.body, request=asked)
    return list(httpx2.EventSource(response))


def _learn(asked, sink):
    session = sink.headers.get("mcp-session-id")
    if session is not None and isinstance(asked, dict) and asked.get("method") == "initialize":
        if sink.headers["content-type"] == "text/event-stream":
            message = _decode(_events(sink)[-1].data)
        else:
            message = _decode(sink.body)
        _agreed[session] = message["result"]["protocolVersion"]
