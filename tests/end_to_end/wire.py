"""Speak to an MCP endpoint message by message, right or wrong, and see what comes come."""

import contextlib
import json

import httpx2

from tests.end_to_end.heard import Heard
from tests.waiting import BOUND_S

BOTH = "application/json, text/event-stream"
NEWEST_LEGACY = "2025-11-25"
MODERN = "2026-07-28"

NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
"""Methods with the parameter that a modern client repeats in a header."""


class Reply:
    """One HTTP response, whose head is here; use `messages` or `events` to see it arrive."""

    def __init__(self, response, heard):
        self._response = response
        self._heard = heard
        self.status = response.status_code
        self.headers = response.headers
        self.kind = response.headers.get("content-type", "").partition(";")[0]

    def body(self):
        """All octets."""
        return self._response.read()

    def events(self):
        """Each server-sent event as soon as it is whole."""
        events = iter(httpx2.EventSource(self._response, max_event_size=None))
        while True:
            try:
                yield next(events)
            except StopIteration:
                return
            except httpx2.TimeoutException:
                raise AssertionError("the next event did not come") from None

    def messages(self):
        """Each JSON-RPC message, of events or of a JSON body; of a batch its elements."""
        if self.kind == "text/event-stream":
            for event in self.events():
                if event.data:
                    yield _parse(event.data)
        else:
            whole = _parse(self.body())
            yield from whole if isinstance(whole, list) else [whole]

    def message(self):
        """The only message there is."""
        messages = list(self.messages())
        assert len(messages) == 1, messages
        return messages[0]

    def last(self):
        """The last message."""
        messages = list(self.messages())
        assert messages, "no message"
        return messages[-1]

    def result(self):
        """What the only message has as its result."""
        message = self.message()
        assert "result" in message, message
        return message["result"]

    def error(self):
        """What the only message has as its error."""
        message = self.message()
        assert "error" in message, message
        return message["error"]

    def judge(self):
        """Fail for whatever broke a rule, in what has been read and what is no stream."""
        if not self._heard.is_stream:
            self._response.read()
        self._heard.judge()

    def close(self):
        """Hang up."""
        self._response.close()


class _Overheard(httpx2.SyncByteStream):
    def __init__(self, stream, heard):
        self._stream = stream
        self._heard = heard

    def __iter__(self):
        for piece in self._stream:
            self._heard.note(piece)
            yield piece
        self._heard.note(b"")

    def close(self):
        self._stream.close()


class Wire:
    """Any number of requests to one endpoint. Use as a context manager.

    No silence of the server may last longer than `patience_s`. Every exchange is judged by
    tests/witness.py, unless the server `is_faulty` on purpose.
    """

    def __init__(self, url, patience_s=BOUND_S, *, is_faulty=False):
        self.url = url
        self.patience_s = patience_s
        self._is_faulty = is_faulty
        self._http = httpx2.Client(timeout=patience_s, trust_env=False)
        self._replies = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        with contextlib.closing(self._http):
            for reply in self._replies:
                if kind is None and not self._is_faulty:
                    reply.judge()
                reply.close()

    def send(self, method, headers, body=b""):
        """Send octets, and return when the head of the response is here."""
        request = self._http.build_request(method, self.url, headers=headers, content=body)
        response = self._http.send(request, stream=True)
        place = request.url.path
        heard = Heard(
            method, place, request.headers, body, response.status_code, response.headers
        )
        response.stream = _Overheard(response.stream, heard)
        reply = Reply(response, heard)
        self._replies.append(reply)
        return reply

    def post(self, message, **headers):
        """Post octets, or a value as JSON; headers are those of every client, and yours."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.send("POST", _headers(headers), body)

    def modern(
        self, method, params=None, *, call_id=1, meta=None, capabilities=None, **headers
    ):
        """Make a request of the newest revision."""
        params = dict(params or {})
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": capabilities or {},
            **(meta or {}),
        }
        told = {"mcp_protocol_version": MODERN, "mcp_method": method}
        if method in NAMED:
            told["mcp_name"] = params[NAMED[method]]
        return self.post(request(call_id, method, params), **{**told, **headers})


class Session:
    """A legacy client after its handshake."""

    def __init__(self, wire, revision=NEWEST_LEGACY, capabilities=None):
        self._wire = wire
        self.patience_s = wire.patience_s
        params = {
            "protocolVersion": revision,
            "capabilities": capabilities or {},
            "clientInfo": {"name": "wire", "version": "1"},
        }
        reply = wire.post(request("hello", "initialize", params))
        self.greeting = reply.result()
        self.headers = {
            "mcp_session_id": reply.headers["mcp-session-id"],
            "mcp_protocol_version": revision,
        }
        self.notify("notifications/initialized")

    @property
    def id(self):
        """What the server named it."""
        return self.headers["mcp_session_id"]

    def post(self, message, **headers):
        """Post anything."""
        return self._wire.post(message, **{**self.headers, **headers})

    def request(self, method, params=None, *, call_id=1, **headers):
        """Make a request."""
        return self.post(request(call_id, method, params), **headers)

    def call(self, tool, arguments=None, *, call_id=1, token=None):
        """Call a tool."""
        params = {"name": tool, "arguments": arguments or {}}
        if token is not None:
            params["_meta"] = {"progressToken": token}
        return self.request("tools/call", params, call_id=call_id)

    def notify(self, method, params=None):
        """Send a notification."""
        message = {"jsonrpc": "2.0", "method": method}
        return self.post(message | ({"params": params} if params else {}))

    def respond(self, call_id, result):
        """Answer a question of the server's."""
        return self.post({"jsonrpc": "2.0", "id": call_id, "result": result})

    def listen(self, **headers):
        """Open a stream of what the server has to say, or go on with an older one."""
        told = {"accept": "text/event-stream", **self.headers, **headers}
        return self._wire.send("GET", _headers(told))

    def end(self):
        """End the session."""
        return self._wire.send("DELETE", _headers(self.headers))


class Stateless:
    """A modern client, for what a `Session` can do as well."""

    def __init__(self, wire):
        self._wire = wire
        self.patience_s = wire.patience_s

    def post(self, message):
        """Post anything."""
        return self._wire.post(message, mcp_protocol_version=MODERN)

    def request(self, method, params=None, *, call_id=1, **headers):
        """Make a request."""
        return self._wire.modern(method, params, call_id=call_id, **headers)

    def call(self, tool, arguments=None, *, call_id=1, token=None):
        """Call a tool."""
        params = {"name": tool, "arguments": arguments or {}}
        meta = {} if token is None else {"progressToken": token}
        return self._wire.modern("tools/call", params, call_id=call_id, meta=meta)

    def notify(self, method):
        """Send a notification."""
        return self.post({"jsonrpc": "2.0", "method": method})


def upcoming(messages):
    """Return the next message, which has to come."""
    message = next(messages, None)
    assert message is not None, "there was no more"
    return message


def request(call_id, method, params=None):
    """Put a request together; no params where there are none."""
    message = {"jsonrpc": "2.0", "id": call_id, "method": method}
    return message if params is None else message | {"params": params}


def _headers(told):
    """Names with underscores as they are on the wire; None leaves a header out."""
    headers = {"content-type": "application/json", "accept": BOTH}
    headers |= {name.replace("_", "-"): value for name, value in told.items()}
    return {name: value for name, value in headers.items() if value is not None}


def _parse(octets):
    try:
        return json.loads(octets)
    except ValueError:
        raise AssertionError(f"no JSON: {octets[:200]!r}") from None
