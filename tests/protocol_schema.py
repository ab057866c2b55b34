"""Judge whatever a server says by the schema of the revision it says it in, and by its prose.

The published schemas leave every object open. Here an object may hold only what its schema
names, so that nothing of one revision leaks into another unseen. Left open are `_meta`, what an
author wrote (the schemas of tools), and what the published schema itself opens by
`additionalProperties`. Two gaps of the published files are filled: `JSONValue` of 2026-07-28
forgets null and fractions, and no revision but JSON-RPC itself tells that the id of an error is
null where the request's could not be read.
"""

import base64
import binascii
import functools
import json
import re
from pathlib import Path

from jsonschema import FormatChecker
from jsonschema.validators import validator_for

MODERN = "2026-07-28"
LEGACY = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
REVISIONS = (*LEGACY, MODERN)

RESULTS = {
    "initialize": ("InitializeResult", LEGACY),
    "ping": ("EmptyResult", LEGACY),
    "logging/setLevel": ("EmptyResult", LEGACY),
    "resources/subscribe": ("EmptyResult", LEGACY),
    "resources/unsubscribe": ("EmptyResult", LEGACY),
    "server/discover": ("DiscoverResult", (MODERN,)),
    "subscriptions/listen": ("SubscriptionsListenResult", (MODERN,)),
    "tools/list": ("ListToolsResult", REVISIONS),
    "tools/call": ("CallToolResult", REVISIONS),
    "resources/list": ("ListResourcesResult", REVISIONS),
    "resources/templates/list": ("ListResourceTemplatesResult", REVISIONS),
    "resources/read": ("ReadResourceResult", REVISIONS),
    "prompts/list": ("ListPromptsResult", REVISIONS),
    "prompts/get": ("GetPromptResult", REVISIONS),
    "completion/complete": ("CompleteResult", REVISIONS),
}
"""What each method's result is, and the revisions that have the method."""

ASKING = ("tools/call", "prompts/get", "resources/read")
"""What may be answered by `input_required`."""

NOTIFICATIONS = {
    "notifications/progress": ("ProgressNotification", REVISIONS),
    "notifications/message": ("LoggingMessageNotification", REVISIONS),
    # A question that is waited for no longer; on HTTP a modern server has none.
    "notifications/cancelled": ("CancelledNotification", LEGACY),
    "notifications/tools/list_changed": ("ToolListChangedNotification", REVISIONS),
    "notifications/prompts/list_changed": ("PromptListChangedNotification", REVISIONS),
    "notifications/resources/list_changed": ("ResourceListChangedNotification", REVISIONS),
    "notifications/resources/updated": ("ResourceUpdatedNotification", REVISIONS),
    "notifications/subscriptions/acknowledged": (
        "SubscriptionsAcknowledgedNotification",
        (MODERN,),
    ),
}
REQUESTS = {
    "ping": ("PingRequest", LEGACY),
    "roots/list": ("ListRootsRequest", LEGACY),
    "sampling/createMessage": ("CreateMessageRequest", LEGACY),
    "elicitation/create": ("ElicitRequest", ("2025-06-18", "2025-11-25")),
}

_JSON_RPC_CODES = {-32700, -32600, -32601, -32602, -32603}
CODES = {
    **{revision: _JSON_RPC_CODES | {-32002} for revision in LEGACY},
    "2025-11-25": _JSON_RPC_CODES | {-32002, -32042},
    MODERN: _JSON_RPC_CODES | {-32020, -32021, -32022},
}
"""The error codes that are defined in a revision and not forbidden there."""

_SHAPED_ERRORS = {
    -32020: "HeaderMismatchError",
    -32021: "MissingRequiredClientCapabilityError",
    -32022: "UnsupportedProtocolVersionError",
    -32042: "URLElicitationRequiredError",
}
_RESERVED_META = "io.modelcontextprotocol/"
_SERVER_INFO = "io.modelcontextprotocol/serverInfo"
_FORMATS = FormatChecker(formats=())


def check_answer(revision, method, call_id, message):
    """Judge a response to `method`; a `call_id` of None could not be read."""
    told = message.get("id", call_id)
    assert (type(told), told) == (type(call_id), call_id), f"answers {told!r}, not {call_id!r}"
    if "error" in message:
        _check_error(revision, message)
    else:
        assert call_id is not None
        _check(revision, _envelope(revision, "JSONRPCResultResponse"), message)
        _check_result(revision, method, message["result"])


def check_notification(revision, message):
    """Judge what needs no answer."""
    _check(revision, "JSONRPCNotification", message)
    _check_named(revision, NOTIFICATIONS, message)


def check_request(revision, message):
    """Judge a question to the client."""
    _check(revision, "JSONRPCRequest", message)
    _check_named(revision, REQUESTS, message)


def _check_named(revision, table, message):
    method = message["method"]
    assert method in table, f"{method} is nothing a server may send"
    definition, revisions = table[method]
    assert revision in revisions, f"{revision} has no {method} from a server"
    known = _schemas(revision)[definition]["properties"]
    # Until 2025-06-18 the definitions are silent about the envelope.
    envelope = {"jsonrpc", "id"} - known.keys()
    _check(revision, definition, {k: v for k, v in message.items() if k not in envelope})
    _check_meta(revision, message.get("params", {}))


def _check_result(revision, method, result):
    assert method in RESULTS, f"{method} is no method"
    definition, revisions = RESULTS[method]
    assert revision in revisions, f"{revision} has no {method}"
    _check_meta(revision, result)
    if revision == MODERN:
        kind = result.get("resultType")
        assert kind in ("complete", "input_required")
        assert _SERVER_INFO in result.get("_meta", {}), "every result should name the server"
        if kind == "input_required":
            assert method in ASKING, f"{method} must not ask for input"
            assert result.keys() & {"inputRequests", "requestState"}, "asks for nothing"
            definition = "InputRequiredResult"
    elif method == "initialize":
        assert result["protocolVersion"] in LEGACY
    _check(revision, definition, result)


def _check_meta(revision, holder):
    if revision != MODERN:
        leaked = [key for key in holder.get("_meta", {}) if key.startswith(_RESERVED_META)]
        assert not leaked, f"{leaked} has no meaning in {revision}"


def _check_error(revision, message):
    # JSON-RPC 2.0 section 5: null "if there was an error in detecting the id".
    readable = {**message, "id": 0} if message.get("id") is None else message
    _check(revision, _envelope(revision, "JSONRPCErrorResponse"), readable)
    code = message["error"]["code"]
    assert code in CODES[revision], f"{revision} forbids the code {code}, or has none such"
    if code in _SHAPED_ERRORS:
        _check(revision, _SHAPED_ERRORS[code], readable)


def _envelope(revision, name):
    old = {"JSONRPCResultResponse": "JSONRPCResponse", "JSONRPCErrorResponse": "JSONRPCError"}
    return name if name in _schemas(revision) else old[name]


def _check(revision, definition, value):
    validator = _validator(revision, definition)
    if validator.is_valid(value):
        return
    faults = sorted(validator.iter_errors(value), key=lambda fault: fault.json_path)
    told = "; ".join(f"{fault.json_path}: {fault.message[:300]}" for fault in faults)
    raise AssertionError(f"no {definition} of {revision}: {told}")


@functools.cache
def _validator(revision, definition):
    schema = _strict(revision)
    pointer = {"$ref": f"#/{_keyword(schema)}/{definition}"}
    whole = {**schema, **pointer}
    if schema["$schema"].endswith("draft-07/schema#"):
        # Draft 7 ignores what stands beside `$ref`, but not what it points into.
        whole = {**schema, "allOf": [pointer]}
    return validator_for(schema)(whole, format_checker=_FORMATS)


@functools.cache
def _strict(revision):
    path = Path(__file__).parent / "schemas" / f"{revision}.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    definitions = {
        name: definition if name.endswith("MetaObject") else _closed(definition)
        for name, definition in schema[_keyword(schema)].items()
    }
    result = definitions["Result"]
    definitions["EmptyResult"] = {**result, "additionalProperties": False}
    if "JSONValue" in definitions:
        definitions["JSONValue"] = {}
    return {**schema, _keyword(schema): definitions}


def _schemas(revision):
    schema = _strict(revision)
    return schema[_keyword(schema)]


def _keyword(schema):
    return "$defs" if "$defs" in schema else "definitions"


def _closed(schema):
    """Let an object hold nothing but its `properties`, at every depth."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict) or "allOf" in schema:
        # An object of `allOf` knows only its part of the properties.
        return schema
    closed = {}
    for key, value in schema.items():
        if key == "properties":
            closed[key] = {
                name: child if name in _OPEN else _closed(child)
                for name, child in value.items()
            }
        else:
            closed[key] = _closed(value)
    if "properties" in schema:
        closed.setdefault("additionalProperties", False)
    return closed


_OPEN = {"_meta", "inputSchema", "outputSchema"}


@_FORMATS.checks("uri")
def _is_uri(value):
    return not isinstance(value, str) or bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S", value))


@_FORMATS.checks("uri-template")
def _is_template(value):
    return not isinstance(value, str) or bool(
        re.fullmatch(r"(?:[^{}\s]|\{[+#./;?&]?[\w.%]+[*\d:]*(?:,[\w.%]+[*\d:]*)*\})+", value)
    )


@_FORMATS.checks("byte")
def _is_base64(value):
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError):
        return not isinstance(value, str)
    return True
