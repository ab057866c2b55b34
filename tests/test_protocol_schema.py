"""tests/protocol_schema.py: what one revision says, no other is taken to allow."""

import copy

import pytest

from tests.protocol_schema import (
    LEGACY,
    MODERN,
    check_answer,
    check_notification,
    check_request,
)

INFO = {"io.modelcontextprotocol/serverInfo": {"name": "a", "version": "1"}}
HINTS = {"ttlMs": 0, "cacheScope": "public", "resultType": "complete", "_meta": INFO}


def a_result(result, call_id=1):
    return {"jsonrpc": "2.0", "id": call_id, "result": result}


def an_error(code, call_id=1, **data):
    error = {"code": code, "message": "no", **data}
    return {"jsonrpc": "2.0", "id": call_id, "error": error}


def a_tool(**more):
    return {"name": "t", "inputSchema": {"type": "object", "x-own": True}, **more}


FINE = [
    ("2024-11-05", "tools/list", a_result({"tools": [a_tool()]})),
    ("2025-03-26", "tools/list", a_result({"tools": [a_tool(annotations={})]})),
    ("2025-06-18", "tools/list", a_result({"tools": [a_tool(title="T", _meta={"a": 1})]})),
    ("2025-11-25", "tools/list", a_result({"tools": [a_tool(icons=[{"src": "data:,"}])]})),
    (MODERN, "tools/list", a_result({"tools": [a_tool(outputSchema={})], **HINTS})),
    *[(revision, "ping", a_result({})) for revision in LEGACY],
    *[(revision, "resources/read", an_error(-32002)) for revision in LEGACY],
    ("2025-11-25", "tools/call", a_result({"content": [], "structuredContent": {"a": 1.5}})),
    (
        MODERN,
        "tools/call",
        a_result(
            {
                "content": [],
                "structuredContent": None,
                "resultType": "complete",
                "_meta": INFO,
            }
        ),
    ),
    (
        MODERN,
        "prompts/get",
        a_result({"resultType": "input_required", "requestState": "s", "_meta": INFO}),
    ),
    (MODERN, "tools/call", an_error(-32022, data={"supported": [], "requested": "x"})),
    (MODERN, "tools/call", an_error(-32021, data={"requiredCapabilities": {"roots": {}}})),
]

WRONG = {
    "another id": ("2025-11-25", "ping", a_result({}, call_id="1")),
    "no id": ("2025-11-25", "ping", {"jsonrpc": "2.0", "result": {}}),
    "two fates": ("2025-11-25", "ping", {**a_result({}), **an_error(-32603)}),
    "a method of the other era": (MODERN, "ping", a_result({"resultType": "complete"})),
    "surplus in an empty result": ("2025-11-25", "ping", a_result({"pong": True})),
    "resultType to a legacy client": ("2025-11-25", "ping", a_result({"resultType": "x"})),
    "hints to a legacy client": ("2025-11-25", "tools/list", a_result({"tools": [], **HINTS})),
    "identity to a legacy client": (
        "2025-11-25",
        "tools/list",
        a_result({"tools": [], "_meta": INFO}),
    ),
    "icons too early": ("2025-06-18", "tools/list", a_result({"tools": [a_tool(icons=[])]})),
    "titles too early": ("2025-03-26", "tools/list", a_result({"tools": [a_tool(title="")]})),
    "a list as structure": (
        "2025-11-25",
        "tools/call",
        a_result({"content": [], "structuredContent": [1]}),
    ),
    "a block of no kind": ("2025-11-25", "tools/call", a_result({"content": [{}]})),
    "octets that are no Base64": (
        "2025-11-25",
        "resources/read",
        a_result({"contents": [{"uri": "a:b", "blob": "%"}]}),
    ),
    "a URI without a scheme": (
        "2025-11-25",
        "resources/read",
        a_result({"contents": [{"uri": "b", "text": ""}]}),
    ),
    "no hints": (
        MODERN,
        "tools/list",
        a_result({"tools": [], "resultType": "complete", "_meta": INFO}),
    ),
    "no identity": (
        MODERN,
        "completion/complete",
        a_result({"completion": {"values": []}, "resultType": "complete"}),
    ),
    "a question where none may be": (
        MODERN,
        "completion/complete",
        a_result({"resultType": "input_required", "requestState": "s", "_meta": INFO}),
    ),
    "a question about nothing": (
        MODERN,
        "tools/call",
        a_result({"resultType": "input_required", "_meta": INFO}),
    ),
    "a question with hints": (
        MODERN,
        "resources/read",
        a_result({**HINTS, "resultType": "input_required", "requestState": "s"}),
    ),
    "a modern code to a legacy client": ("2025-11-25", "tools/call", an_error(-32021)),
    "a legacy code to a modern client": (MODERN, "resources/read", an_error(-32002)),
    "an undefined code": (MODERN, "tools/call", an_error(-32050)),
    "an error without its data": (MODERN, "tools/call", an_error(-32022)),
    "an error with a surplus": ("2025-11-25", "tools/call", an_error(-32603, why="")),
}


@pytest.mark.parametrize(("revision", "method", "message"), FINE)
def test_what_a_revision_defines_is_allowed(revision, method, message):
    check_answer(revision, method, 1, message)


@pytest.mark.parametrize(("revision", "method", "message"), WRONG.values(), ids=WRONG)
def test_what_a_revision_does_not_define_is_refused(revision, method, message):
    with pytest.raises(AssertionError):
        check_answer(revision, method, 1, message)


def test_an_id_that_could_not_be_read_is_null_or_absent():
    message = an_error(-32700, call_id=None)
    check_answer(MODERN, None, None, message)
    nameless = copy.copy(message)
    del nameless["id"]
    check_answer(MODERN, None, None, nameless)
    with pytest.raises(AssertionError):
        check_answer(MODERN, "ping", 1, message)


def a_notification(method, **params):
    return {"jsonrpc": "2.0", "method": method, "params": params}


def test_a_progress_message_is_known_since_2025_03_26():
    said = a_notification("notifications/progress", progressToken=1, progress=0.5, message="")
    check_notification("2025-03-26", said)
    with pytest.raises(AssertionError):
        check_notification("2024-11-05", said)


def test_a_modern_server_asks_nothing():
    asked = {"jsonrpc": "2.0", "id": "q", "method": "roots/list"}
    check_request("2025-11-25", asked)
    with pytest.raises(AssertionError):
        check_request(MODERN, asked)


def test_a_question_is_worded_for_its_revision():
    form = {"message": "", "requestedSchema": {"type": "object", "properties": {}}}
    asked = {"jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": form}
    check_request("2025-06-18", asked)
    with pytest.raises(AssertionError):
        check_request("2025-06-18", {**asked, "params": {**form, "mode": "form"}})
    with pytest.raises(AssertionError):
        check_request("2025-03-26", asked)
