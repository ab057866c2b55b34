"""What is served under AWS's emulator, which events it gets and what each is answered with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_SAMPLES = {path.stem: path.read_bytes() for path in (ROOT / "tests/events").glob("*.json")}
"""Events as the front doors of Lambda send them, by name."""

_JSON = {"content-type": "application/json"}
_SSE = {"content-type": "text/event-stream"}


@dataclass(frozen=True, slots=True)
class Case:
    """One event, and what has to come back.

    A mapping expects its members and allows others; a list expects just these; a set expects
    members of these names; `...` expects anything.
    """

    name: str
    event: bytes
    expected: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Function:
    """One target of the runtime, started in `folder`, with its cases in their order."""

    target: str
    folder: Path
    timeout_s: int
    cases: tuple[Case, ...]


def _event(
    message: object, headers: Mapping[str, str] | None = None, **changes: object
) -> bytes:
    """Make the event of one HTTP request out of the plainest sample."""
    event = json.loads(_SAMPLES["furl_none"])
    event["headers"] |= headers or {}
    event["body"] = message if isinstance(message, str) else json.dumps(message)
    return json.dumps(event | changes).encode()


def _call(method: str, **params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}


def _modern(method: str, headers: Mapping[str, str] | None = None, **params: object) -> bytes:
    """Make the event of a call in the era without a handshake."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "progressToken": "p",
    }
    routing = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    return _event(_call(method, _meta=meta, **params), routing | dict(headers or {}))


def _tool(name: str, **headers: str) -> bytes:
    return _modern("tools/call", {"mcp-name": name, **headers}, name=name, arguments={})


def _answer(
    status: int, *messages: object, headers: Mapping[str, str] = _JSON
) -> dict[str, object]:
    return {"statusCode": status, "headers": headers, "messages": list(messages)}


def _result(**members: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 7, "result": members}


def _error(code: int, call_id: int | None = 7, message: object = ...) -> dict[str, object]:
    error = {"code": code, "message": message}
    return {"jsonrpc": "2.0", "id": call_id, "error": error}


def _failure(kind: str, message: object = ...) -> dict[str, object]:
    """Expect a failed invocation, as whoever invoked is told."""
    return {"value": {"errorType": kind, "errorMessage": message, "requestId": ...}}


_TOOLS = {"query_table", "put_item", "list_objects", "read_object", "environment"}
_LISTING = _result(tools=_TOOLS) | {"id": 1}
_LISTED = _answer(200, _LISTING)
_WHOLE = {"statusCode": 200, "headers": _JSON, "body": _LISTING, "isBase64Encoded": False}
_SEVERAL = {
    "multiValueHeaders": {"content-type": ["application/json"]},
    **{name: value for name, value in _WHOLE.items() if name != "headers"},
}
_OTHERWISE = {
    "furl_get_nobody": _answer(405, _error(-32600, None), headers=_JSON | {"allow": "POST"}),
    "httpapi_v2": {"value": _WHOLE},
    "alb": {"value": _WHOLE},
    "alb_multivalue": {"value": _SEVERAL},
    "rest_v1": {"value": _WHOLE},
}
"""The samples that are not answered by a stream that lists the tools, with id 1."""

_INVOCATIONS_BY_THEN = len(_SAMPLES) + 6
"""How many the catalog has served when `environment` is called again, that call included."""

_CATALOG = (
    Case(
        "tools/call environment",
        _tool("environment"),
        _answer(200, _result(structuredContent={"cold": True, "invocations": 1}, content=...)),
    ),
    *(
        Case(f"sample {name}", event, _OTHERWISE.get(name, _LISTED))
        for name, event in sorted(_SAMPLES.items())
    ),
    Case(
        "initialize",
        _event(
            _call(
                "initialize",
                protocolVersion="2025-11-25",
                capabilities={},
                clientInfo={"name": "rie", "version": "1"},
            )
        ),
        _answer(200, _result(protocolVersion="2025-11-25", serverInfo={"name": "firstbyte"})),
    ),
    Case(
        "notifications/initialized",
        _event({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        {"statusCode": 202, "headers": {}, "text": ""},
    ),
    Case(
        "server/discover",
        _modern("server/discover"),
        _answer(200, _result(supportedVersions=..., resultType="complete")),
    ),
    Case("tools/list", _modern("tools/list"), _answer(200, _result(tools=_TOOLS))),
    Case(
        "tools/call environment, as an event stream",
        _tool("environment", accept="text/event-stream"),
        _answer(
            200,
            _result(
                structuredContent={"cold": False, "invocations": _INVOCATIONS_BY_THEN},
                content=...,
            ),
            headers=_SSE,
        ),
    ),
    Case("tools/call of no tool", _tool("nothing"), _answer(200, _error(-32602))),
    Case("a body that is no JSON", _event('{"jsonrpc":'), _answer(400, _error(-32700, None))),
    Case("a body that is no JSON-RPC", _event([1]), _answer(400, _error(-32600, None))),
    Case(
        "a body that is no base64",
        _event("{}", isBase64Encoded=True),
        _failure("MalformedEvent"),
    ),
    Case(
        "a message without HTTP",
        json.dumps(_call("tools/list")).encode(),
        {"value": _result(tools=_TOOLS)},
    ),
    Case("an event without HTTP", b'{"name": "probe"}', _failure("MalformedEvent")),
    Case("an event that is no object", b"1", _failure("MalformedEvent")),
    Case("an event that is no JSON", b"probe", _failure("MalformedJson")),
    Case(
        "tools/list after all that", _modern("tools/list"), _answer(200, _result(tools=_TOOLS))
    ),
)

_FUNCTION_FAILED = _failure("ValueError", "on purpose")

_BUFFERED = (
    Case(
        "its value is the payload",
        b'{"a": "\xc3\xa9"}',
        {"value": {"event": {"a": "é"}, "function": "test_function"}},
    ),
    Case("it raises", b'{"fails": "at once"}', _FUNCTION_FAILED),
    Case("it is called again", b"{}", {"value": {"event": {}}}),
)

_STREAMED = (
    Case(
        "status, headers, cookies and body",
        b"{}",
        {
            "statusCode": 201,
            "headers": {"content-type": "text/plain"},
            "cookies": ["a=1", "b=2"],
            "text": "one two",
        },
    ),
    Case("it raises before its first byte", b'{"fails": "at once"}', _FUNCTION_FAILED),
    # The emulator keeps the trailers to itself.
    Case("it raises after it", b'{"fails": "amid"}', {"statusCode": 201, "text": "one "}),
    Case("it is called again", b"{}", {"text": "one two"}),
)

_EXPIRED = _error(-32603, message="the deadline passed before there was a result")
_NEW_PROCESS = _answer(200, _result(structuredContent=1))

_DEADLINE = (
    Case("a tool asleep", _tool("sleep"), _answer(200, _EXPIRED)),
    Case("the next call has a new process", _tool("answer"), _NEW_PROCESS),
    Case("a tool that computes", _tool("compute"), _answer(200, _EXPIRED)),
    Case("the next call has a new process", _tool("answer"), _NEW_PROCESS),
    Case(
        "a tool that reported progress",
        _tool("report_and_sleep"),
        _answer(200, {"method": "notifications/progress"}, _EXPIRED, headers=_SSE),
    ),
    Case("the next call has a new process", _tool("answer"), _NEW_PROCESS),
)

GUESTS = ROOT / "tests/rie"

FUNCTIONS = (
    Function("firstbyte.tools.catalog:server", ROOT, 30, _CATALOG),
    Function("guests:buffered", GUESTS, 30, _BUFFERED),
    Function("guests.streamed", GUESTS, 30, _STREAMED),
    Function("guests:server", GUESTS, 2, _DEADLINE),
)
"""Everything that is checked. A target is named in either of its two forms."""
