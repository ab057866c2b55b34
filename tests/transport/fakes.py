"""The service, sink and invocation the transport is tested with, and readers of its answers."""

import json
import threading

import httpx2
from mcp_types.jsonrpc import jsonrpc_message_adapter

from firstbyte.handler.keys import Keys
from firstbyte.transport.codec import Codec
from firstbyte.transport.endpoint import Endpoint
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.memory import Memory
from firstbyte.transport.method import METHODS
from firstbyte.transport.policy import Policy
from firstbyte.transport.request import STREAM, Door, Request
from tests.waiting import BOUND_S
from tests.witness import check_exchange

MODERN = "2026-07-28"
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
SERVED = [MODERN, *LEGACY]
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
LEVEL_KEY = "io.modelcontextprotocol/logLevel"
INFO_KEY = "io.modelcontextprotocol/serverInfo"
BOTH = "application/json, text/event-stream"
DEADLINE_TEXT = "the deadline passed before there was a result"


WHOLE = Door(100_000, is_live=False)
"""Where an answer comes in one piece."""


class Outcome:
    def __init__(
        self, content=(), structured=None, has_structured=False, is_error=False, meta=None
    ):
        self.content = content
        self.structured = structured
        self.has_structured = has_structured
        self.is_error = is_error
        self.meta = meta


class Tool:
    """A tool that does what `body(arguments, caller)` does."""

    def __init__(self, body, headers=None):
        self.call = body
        self.headers = headers or {}


class Messages:
    def __init__(self, messages=(), description="", problem="", is_invalid=False):
        self.messages = messages
        self.description = description
        self.problem = problem
        self.is_invalid = is_invalid


class Prompt:
    """A prompt that is what `body(arguments, caller)` makes of it."""

    def __init__(self, body):
        self.get = body


class Reading:
    def __init__(
        self, contents=(), problem="", is_missing=False, ttl_ms=0, cache_scope="private"
    ):
        self.contents = contents
        self.problem = problem
        self.is_missing = is_missing
        self.ttl_ms = ttl_ms
        self.cache_scope = cache_scope


class Resource:
    """A resource that reads as what `body(caller)` returns."""

    def __init__(self, body):
        self.read = body


class Suggestions:
    def __init__(self, values=(), total=None, has_more=False):
        self.values = values
        self.total = total
        self.has_more = has_more


class Completion:
    """A completion that suggests what `body(value, arguments, caller)` returns."""

    def __init__(self, body):
        self.complete = body


def text_block(text):
    return {"type": "text", "text": text}


def echo(arguments, caller):
    return Outcome([text_block("echo")], arguments, has_structured=True)


class Service:
    """A server of named tools; without any it has none to offer."""

    instructions = "Ask away"

    def __init__(self, descriptions=(), **bodies):
        self.identity = {"name": "fake", "version": "1", "title": "Fake"}
        self.has_tools = bool(bodies)
        self.has_prompts = self.has_resources = self.has_completions = False
        self.announces = frozenset()
        self.page_size = 100
        self.ttl_ms = 300_000
        self.cache_scope = "public"
        self._descriptions = descriptions or [
            {"name": name, "inputSchema": {"type": "object"}} for name in bodies
        ]
        self._tools = {name: Tool(body) for name, body in bodies.items()}

        self._prompts = {}
        self._resources = {}
        self._prompt_descriptions = self._resource_descriptions = self._templates = ()

    def with_prompts(self, descriptions=(), **bodies):
        self.has_prompts = True
        self._prompts = {name: Prompt(body) for name, body in bodies.items()}
        self._prompt_descriptions = descriptions or [{"name": name} for name in bodies]
        return self

    def with_resources(self, bodies, descriptions=(), templates=()):
        self.has_resources = True
        self._resources = {uri: Resource(body) for uri, body in bodies.items()}
        self._resource_descriptions = descriptions or [
            {"uri": uri, "name": uri} for uri in bodies
        ]
        self._templates = templates
        return self

    def with_completions(self, body):
        """Complete everything as `body(kind, name, argument, value, arguments, caller)` does.

        Without a body there is nothing that could be completed.
        """
        self.has_completions = True
        self._complete = body
        return self

    def list_tools(self):
        return self._descriptions

    def find_tool(self, name):
        return self._tools.get(name)

    def list_prompts(self):
        return self._prompt_descriptions

    def find_prompt(self, name):
        return self._prompts.get(name)

    def list_resources(self):
        return self._resource_descriptions

    def list_templates(self):
        return self._templates

    def find_resource(self, uri):
        return self._resources.get(uri)

    def find_completion(self, kind, name, argument):
        body = self._complete
        return body and Completion(lambda *given: body(kind, name, argument, *given))


class Clock:
    """A clock that stands still but for its pauses; `during_pause` runs in each of them."""

    def __init__(self, now_s=1_800_000_000.0, during_pause=lambda: None):
        self.now_s = now_s
        self.during_pause = during_pause

    def epoch_s(self):
        return self.now_s

    def pause(self, seconds):
        self.now_s += seconds
        self.during_pause()


def pauses_that(*steps):
    """What a clock does during its pauses: one of `steps` in each, then nothing."""
    left = list(steps)
    return lambda: left.pop(0)() if left else None


class Store:
    """A store in a dict; `clock` makes its items expire."""

    def __init__(self, clock):
        self._clock = clock
        self._items = {}
        self._streams = {}

    def get(self, key):
        value, version, expires_s = self._items.get(key, (b"", 0, 0.0))
        return (value, version) if expires_s > self._clock.epoch_s() else None

    def put(self, key, value, ttl_s, version=None):
        found = self.get(key)
        current = found[1] if found else 0
        if version is not None and version != current:
            return False
        self._items[key] = value, current + 1, self._clock.epoch_s() + ttl_s
        return True

    def append(self, stream, record, ttl_s):
        records = [*self._counted(stream), (record, self._clock.epoch_s() + ttl_s)]
        self._streams[stream] = records
        return len(records)

    def read(self, stream, after, limit=100):
        now_s = self._clock.epoch_s()
        live = [
            (position, record)
            for position, (record, expires_s) in enumerate(self._counted(stream), 1)
            if position > after and expires_s > now_s
        ]
        return live[:limit]

    def end(self, stream):
        return len(self._counted(stream))

    def _counted(self, stream):
        """The records of a stream and when each expires; none a day after the last did."""
        records = self._streams.get(stream, [])
        lasts_s = max((expires_s for _, expires_s in records), default=0.0) + 86_400
        return records if lasts_s > self._clock.epoch_s() else []


class FailingStore(Store):
    """A store that does nothing any more once it `is_broken`."""

    is_broken = True

    def __getattribute__(self, name):
        if name in ("get", "put", "append", "read", "end") and self.is_broken:
            raise StoreFailed(name)
        return super().__getattribute__(name)


class Sink:
    """An HTTP response that notes what it was told, in order; misuse fails at once."""

    def __init__(self):
        self.status = None
        self.headers = None
        self.parts = []
        self.is_closed = False

    def open(self, status, headers):
        assert self.status is None
        self.status, self.headers = status, dict(headers)

    def write(self, octets):
        assert self.status is not None
        assert not self.is_closed
        self.parts.append(octets)

    def close(self, octets=b""):
        assert self.status is not None
        assert not self.is_closed
        self.is_closed = True
        if octets:
            self.parts.append(octets)

    @property
    def body(self):
        return b"".join(self.parts)

    @property
    def json(self):
        """The body as a client of the SDK reads it: one JSON-RPC message."""
        assert self.headers["content-type"] == "application/json"
        return read_message(self.body)

    @property
    def events(self):
        """The messages the SDK's SSE client finds in the body."""
        return [read_message(event.data) for event in self.stream if event.data]

    @property
    def stream(self):
        """All events the SDK's SSE client finds, those without a message too."""
        assert self.headers["content-type"] == "text/event-stream"
        asked = httpx2.Request("POST", "http://mcp.example")
        response = httpx2.Response(200, headers=self.headers, content=self.body, request=asked)
        return list(httpx2.EventSource(response))

    @property
    def ids(self):
        """The ids of all events, empty where one has none of its own."""
        return [event.id for event in self.stream]


class StuckSink(Sink):
    """A client that does not read: every write waits until `release` is set."""

    def __init__(self):
        super().__init__()
        self.is_stuck = threading.Event()
        self.release = threading.Event()

    def write(self, octets):
        self.is_stuck.set()
        assert self.release.wait(BOUND_S)
        super().write(octets)


def read_message(octets):
    jsonrpc_message_adapter.validate_json(octets)
    return json.loads(octets)


class Invocation:
    """An invocation that notes what it was told, in order."""

    request_id = "invocation-1"
    number = 7
    has_fired = False

    def __init__(self):
        self.account = {}
        self.steps = []
        self.watched = None
        self.errors = []

    def remaining_ms(self):
        return 1500

    def watch(self, answer):
        self.steps.append("watch")
        self.watched = answer

    def enter_tool(self):
        self.steps.append("enter_tool")

    def unwatch(self):
        self.steps.append("unwatch")

    def report(self, error):
        self.steps.append("report")
        self.errors.append(error)


def a_policy(path="/mcp", allowed_origins=(), allowed_hosts=(), max_body_bytes=100_000):
    return Policy(path, allowed_origins, allowed_hosts, max_body_bytes)


def post(
    endpoint,
    body,
    headers=None,
    *,
    method="POST",
    path="/mcp",
    principal="",
    invocation=None,
    sink=None,
    door=STREAM,
):
    """Send `body`, octets or a value; `headers` change the usual ones, None leaves one out."""
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = {"content-type": "application/json", "accept": BOTH, "host": "mcp.example"}
    merged = {k: v for k, v in {**usual, **(headers or {})}.items() if v is not None}
    sink = sink or Sink()
    request = Request(method, path, merged, octets, principal, door)
    endpoint.answer(request, sink, invocation or Invocation())
    check_exchange(request, sink)
    return sink


def get(endpoint, headers=None, *, last_event_id=None, **rest):
    """Listen, or resume behind an event."""
    usual = {"content-type": None, "accept": "text/event-stream"}
    resumed = {"last-event-id": last_event_id} if last_event_id else {}
    return post(endpoint, b"", {**usual, **(headers or {}), **resumed}, method="GET", **rest)


def delete(endpoint, headers=None, **rest):
    """Leave a session."""
    return post(
        endpoint, b"", {"content-type": None, **(headers or {})}, method="DELETE", **rest
    )


def a_memory(clock=None, keys=None, store=None, **options):
    """A memory; without keys it can make no tokens, without a store it forgets."""
    return Memory(clock or Clock(), keys, (lambda: store) if store else None, **options)


def an_endpoint(service=None, memory=None, **policy):
    service = service or Service(echo=echo)
    return Endpoint(service, a_policy(**policy), Codec(), memory or a_memory())


def environments(service=None, *, count=2, clock=None, store=None, **options):
    """Several endpoints that have nothing in common but their keys and their store."""
    clock = clock or Clock()
    store = store or Store(clock)
    return [
        an_endpoint(service, a_memory(clock, Keys({"k": bytes(32)}), store, **options))
        for _ in range(count)
    ]


def shake_hands(endpoint, version="2025-11-25", capabilities=None, **rest):
    """Begin a session, and return the headers all its further requests carry."""
    params = {
        "protocolVersion": version,
        "capabilities": capabilities or {},
        "clientInfo": {"name": "client", "version": "1"},
    }
    sink = post(endpoint, a_call("initialize", params), **rest)
    return {
        "mcp-session-id": sink.headers["mcp-session-id"],
        "mcp-protocol-version": sink.json["result"]["protocolVersion"],
    }


def a_call(method, params=None, call_id=1):
    body = {"jsonrpc": "2.0", "id": call_id, "method": method}
    return body if params is None else {**body, "params": params}


def a_meta(**more):
    return {VERSION_KEY: MODERN, CAPABILITIES_KEY: {}, **more}


def call_modern(endpoint, method, params=None, headers=None, *, meta=None, call_id=1, **rest):
    """Call as a 2026-07-28 client does, headers and `_meta` complete."""
    params = {**(params or {}), "_meta": {**a_meta(), **(meta or {})}}
    key = METHODS[method].name_param if method in METHODS else ""
    named = {"mcp-name": params[key]} if key and key in params else {}
    usual = {"mcp-protocol-version": MODERN, "mcp-method": method, **named}
    body = a_call(method, params, call_id)
    return post(endpoint, body, {**usual, **(headers or {})}, **rest)


def call_legacy(
    endpoint, method, params=None, headers=None, *, version="2025-11-25", call_id=1, **rest
):
    """Call as a client does that shook hands at `version`."""
    usual = {"mcp-protocol-version": version}
    body = a_call(method, params, call_id)
    return post(endpoint, body, {**usual, **(headers or {})}, **rest)


def call(version, endpoint, method, params=None, **options):
    """Call as a client of `version` does."""
    if version == MODERN:
        return call_modern(endpoint, method, params, **options)
    return call_legacy(endpoint, method, params, version=version, **options)
