"""Speak to an MCP endpoint message by message, right or wrong, and see what comes come."""

import json

import httpx2

from tests.waiting import BOUND_S

BOTH = "application/json, text/event-stream"
NEWEST_LEGACY = "2025-11-25"
MODERN = "2026-07-28"

NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
"""Methods with the parameter that a modern client repeats in a header."""


class Reply:
    """One HTTP response, whose head is here; use `messages` or `events` to see it arrive."""

    def __init__(self, response):
        self._response = response
        self.status = response.status_code
        self.headers = response.headers
        self.kind = response.headers.get("content-type", "").partition(";")[0]

    def body(self):
        """All octets."""
        return self._response.read()

    def events(self):
        """Each server-sent event as soon as it is whole."""
        return iter(httpx2.EventSource(self._response, max_event_size=None))

    def messages(self):
        """Each JSON-RPC message, of events or of a JSON body; of a batch its elements."""
        if self.kind == "text/event-stream":
            for event in self.events():
                if event.data:
                    yield json.loads(event.data)
        else:
            whole = json.loads(self.body())
            yield from whole if isinstance(whole, list) else [whole]

    def message(self):
        """The only message there is."""
        (only,) = self.messages()
        return only

    def last(self):
        """The last message."""
        *_, last = self.messages()
        return last

    def close(self):
        """Hang up."""
        self._response.close()


class Wire:
    """Any number of requests to one endpoint. Use as a context manager.

    No silence of the server may last longer than `patience_s`.
    """

    def __init__(self, url, patience_s=BOUND_S):
        self.url = url
        self.patience_s = patience_s
        self._http = httpx2.Client(timeout=patience_s, trust_env=False)
        self._replies = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for reply in self._replies:
            reply.close()
        self._http.close()

    def send(self, method, headers, body=b""):
        """Send octets, and return when the head of the response is here."""
        request = self._http.build_request(method, self.url, headers=headers, content=body)
        reply = Reply(self._http.send(request, stream=True))
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
        params = {
            "protocolVersion": revision,
            "capabilities": capabilities or {},
            "clientInfo": {"name": "wire", "version": "1"},
        }
        reply = wire.post(request("hello", "initialize", params))
        self.greeting = reply.message()["result"]
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


def request(call_id, method, params=None):
    """Put a request together; no params where there are none."""
    message = {"jsonrpc": "2.0", "id": call_id, "method": method}
    return message if params is None else message | {"params": params}


def _headers(told):
    """Names with underscores as they are on the wire; None leaves a header out."""
    headers = {"content-type": "application/json", "accept": BOTH}
    headers |= {name.replace("_", "-"): value for name, value in told.items()}
    return {name: value for name, value in headers.items() if value is not None}
