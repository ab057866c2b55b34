"""A server that offers everything, in several environments over one store, and its clients.

Each request goes to the next environment, so nothing can be remembered in one of them.
"""

import itertools
import json

from firstbyte.transport.codec import Codec
from firstbyte.transport.endpoint import Endpoint
from firstbyte.transport.request import Request
from tests.transport.asking import ALL, Question, Refused, some_keys
from tests.transport.fakes import (
    BOTH,
    CAPABILITIES_KEY,
    MODERN,
    VERSION_KEY,
    Clock,
    Invocation,
    Messages,
    Outcome,
    Reading,
    Service,
    Sink,
    Store,
    Suggestions,
    a_memory,
    a_policy,
    text_block,
)
from tests.witness import check_exchange

ICON = {"src": "https://example.com/icon.png", "mimeType": "image/png", "sizes": ["48x48"]}
NAMES = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}

PARAMS = {
    "initialize": {
        "protocolVersion": "2025-11-25",
        "capabilities": ALL,
        "clientInfo": {"name": "client", "version": "1"},
    },
    "ping": {},
    "logging/setLevel": {"level": "info"},
    "server/discover": {},
    "subscriptions/listen": {"notifications": {"toolsListChanged": True}},
    "tools/list": {},
    "tools/call": {"name": "echo", "arguments": {"text": "hello"}},
    "resources/list": {},
    "resources/templates/list": {},
    "resources/read": {"uri": "demo://text"},
    "resources/subscribe": {"uri": "demo://text"},
    "resources/unsubscribe": {"uri": "demo://text"},
    "prompts/list": {},
    "prompts/get": {"name": "greet", "arguments": {"name": "Ada"}},
    "completion/complete": {
        "ref": {"type": "ref/prompt", "name": "greet"},
        "argument": {"name": "name", "value": "A"},
    },
}
"""Valid parameters of every method."""


def echo(arguments, caller):
    return Outcome([text_block(json.dumps(arguments))], arguments, has_structured=True)


def report(arguments, caller):
    """Say all that can be said on the way."""
    caller.progress(1, 2, "half")
    caller.progress(2, 2, None)
    caller.log("info", {"at": "half"}, "demo")
    caller.log("error", "bad", None)
    return Outcome([text_block("done")])


def number(arguments, caller):
    return Outcome([text_block("3")], 3, has_structured=True)


def ask(arguments, caller):
    try:
        answer = caller.ask({"user": Question()})["user"]
    except Refused as refusal:
        return Outcome([text_block(str(refusal))], is_error=True)
    return Outcome([text_block(json.dumps(answer))])


def change(arguments, caller):
    for kind in ("tools", "prompts", "resources"):
        caller.announce(kind, "")
    caller.announce("updates", "demo://text")
    return Outcome([text_block("changed")])


def fail(arguments, caller):
    raise RuntimeError("a secret")


def every_block(arguments, caller):
    link = {"type": "resource_link", "uri": "demo://text", "name": "text", "icons": [ICON]}
    held = {"uri": "demo://text", "text": "t", "_meta": {"a": 1}}
    return Outcome(
        [
            {"type": "text", "text": "t", "annotations": {"lastModified": "2025-01-01"}},
            {"type": "image", "data": "AA==", "mimeType": "image/png", "_meta": {"a": 1}},
            {"type": "audio", "data": "AA==", "mimeType": "audio/wav"},
            {"type": "resource", "resource": held},
            link,
        ]
    )


def greet(arguments, caller):
    if "name" not in arguments:
        return Messages(problem="name is missing", is_invalid=True)
    content = text_block(f"Hello, {arguments['name']}")
    return Messages([{"role": "user", "content": content}], "A greeting")


def read_text(caller):
    return Reading([{"uri": "demo://text", "mimeType": "text/plain", "text": "t"}])


def suggest(kind, name, argument, value, arguments, caller):
    if (kind, name, argument) != ("prompt", "greet", "name"):
        return None
    return Suggestions([f"{value}da", *sorted(arguments.values())], total=1)


TOOLS = {each.__name__: each for each in (echo, report, number, ask, change, fail, every_block)}


def a_description(name):
    return {
        "name": name,
        "title": name.title(),
        "icons": [ICON],
        "inputSchema": {"type": "object", "$defs": {}, "additionalProperties": True},
        "outputSchema": {"type": "object"},
        "annotations": {"readOnlyHint": True},
        "_meta": {"example.com/key": 1},
    }


def a_service(page_size=3):
    service = Service([a_description(name) for name in TOOLS], **TOOLS)
    service.identity = {
        "name": "everything",
        "version": "1",
        "title": "Everything",
        "description": "All there is",
        "websiteUrl": "https://example.com",
        "icons": [ICON],
    }
    service.with_prompts([{"name": "greet", "title": "Greet", "icons": [ICON]}], greet=greet)
    uris = ["demo://text", "demo://a", "demo://b", "demo://c", "demo://d"]
    service.with_resources(
        {"demo://text": read_text},
        [{"uri": uri, "name": uri, "title": "T", "icons": [ICON], "size": 1} for uri in uris],
        [{"uriTemplate": f"demo://{n}/{{x}}", "name": n, "icons": [ICON]} for n in "abcd"],
    )
    service.with_completions(suggest)
    service.announces = frozenset(("tools", "prompts", "resources", "updates"))
    service.page_size = page_size
    return service


CALL_S = 60
"""So long may a call take."""


class Timed(Invocation):
    """An invocation with all its time to go, by the stage's own clock."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock
        self._end_s = clock.now_s + CALL_S

    def remaining_ms(self):
        return max(0, int((self._end_s - self._clock.now_s) * 1000))


class Stage:
    """Several environments of one server; `octet` makes its keys, 0 for none."""

    def __init__(self, service=None, *, octet=1, has_store=True, environments=3, clock=None):
        self.service = service or a_service()
        self.clock = clock or Clock()
        keys = some_keys(octet) if octet else None
        self.store = Store(self.clock) if keys and has_store else None
        self.endpoints = [
            Endpoint(
                self.service,
                a_policy(),
                Codec(),
                a_memory(self.clock, keys, self.store, listen_s=2),
            )
            for _ in range(environments)
        ]
        self._next = itertools.cycle(self.endpoints)

    def send(self, verb, body, headers, *, principal="", invocation=None, sink=None):
        """One HTTP request to the next environment; every answer is judged."""
        usual = {"content-type": "application/json", "accept": BOTH, "host": "mcp.example"}
        merged = {k: v for k, v in {**usual, **headers}.items() if v is not None}
        octets = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(verb, "/mcp", merged, octets, principal)
        sink = sink or Sink()
        next(self._next).answer(request, sink, invocation or Timed(self.clock))
        check_exchange(request, sink)
        return sink

    def client(self, version, capabilities=ALL, **options):
        """A client of a revision, after its handshake if it has one."""
        return Client(self, version, capabilities, **options)


class Client:
    """Somebody who calls as its revision has it."""

    def __init__(self, stage, version, capabilities=ALL, *, principal=""):
        self.stage = stage
        self.version = version
        self.capabilities = capabilities
        self.principal = principal
        self.session = None
        self._ids = itertools.count(1)
        if version != MODERN:
            params = {"protocolVersion": version, "capabilities": capabilities}
            info = {"clientInfo": {"name": "client", "version": "1"}}
            sink = self.post(self.a_request("initialize", {**params, **info}), {})
            self.session = sink.headers.get("mcp-session-id")
            self.notify("notifications/initialized")

    def a_request(self, method, params=None, *, call_id=None, meta=None):
        """A whole request, `_meta` complete."""
        params = dict(PARAMS.get(method, {}) if params is None else params)
        meta = dict(meta or {})
        if self.version == MODERN:
            meta = {VERSION_KEY: MODERN, CAPABILITIES_KEY: self.capabilities, **meta}
        if meta:
            params["_meta"] = meta
        call_id = next(self._ids) if call_id is None else call_id
        return {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}

    def headers_for(self, body=None):
        """The headers that go with a body, or with none."""
        headers = {"mcp-protocol-version": self.version}
        if self.session is not None:
            headers["mcp-session-id"] = self.session
        method = body.get("method") if isinstance(body, dict) else None
        if self.version == MODERN and isinstance(method, str):
            headers["mcp-method"] = method
            name = body.get("params", {}).get(NAMES.get(method))
            if isinstance(name, str):
                headers["mcp-name"] = name
        return headers

    def post(self, body, headers=None, **options):
        """Post any body under the headers that go with it, or under the given ones."""
        headers = self.headers_for(body) if headers is None else headers
        return self.stage.send("POST", body, headers, principal=self.principal, **options)

    def call(self, method, params=None, headers=None, *, call_id=None, meta=None, **options):
        """Call a method; `headers` change the usual ones."""
        body = self.a_request(method, params, call_id=call_id, meta=meta)
        merged = {**self.headers_for(body), **(headers or {})}
        return self.post(body, merged, **options)

    def call_tool(self, name, arguments=None, **options):
        return self.call("tools/call", {"name": name, "arguments": arguments or {}}, **options)

    def notify(self, method, params=None):
        body = {"jsonrpc": "2.0", "method": method, "params": params or {}}
        return self.post(body)

    def get(self, last_event_id=None, headers=None, **options):
        usual = {
            "accept": "text/event-stream",
            "content-type": None,
            "last-event-id": last_event_id,
        }
        merged = {**self.headers_for(), **usual, **(headers or {})}
        return self.stage.send("GET", b"", merged, principal=self.principal, **options)

    def delete(self, headers=None):
        merged = {**self.headers_for(), "content-type": None, **(headers or {})}
        return self.stage.send("DELETE", b"", merged, principal=self.principal)


def messages(sink):
    """All the messages of an answer, be it JSON or events."""
    if sink.headers["content-type"] != "application/json":
        return sink.events
    # No client of today reads an array.
    return json.loads(sink.body) if sink.body.startswith(b"[") else [sink.json]


def result(sink):
    """The result of an answer that is none of an error."""
    return messages(sink)[-1]["result"]


def error(sink):
    """Status and code of an answer that is an error."""
    return sink.status, messages(sink)[-1]["error"]["code"]
