"""transport/admission.py: each rung refuses with its own status, code and id, in order."""

import base64
import json

import pytest

from firstbyte.transport.admission import Acknowledged, Admission, Admitted
from firstbyte.transport.codec import Codec
from firstbyte.transport.request import Request
from tests.transport.fakes import (
    CAPABILITIES_KEY,
    LEGACY,
    MODERN,
    SERVED,
    VERSION_KEY,
    Service,
    a_call,
    a_memory,
    a_meta,
    a_policy,
    echo,
)

MODERN_HEADERS = {"mcp-protocol-version": MODERN, "mcp-method": "tools/list"}


def judge(body, headers=None, *, service=None, method="POST", path="/mcp", **policy):
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = {"content-type": "application/json"}
    merged = {k: v for k, v in {**usual, **(headers or {})}.items() if v is not None}
    admission = Admission(
        service or Service(echo=echo), a_policy(**policy), Codec(), a_memory()
    )
    return admission.judge(Request(method, path, merged, octets), pytest.fail)


def refusal(*arguments, **options):
    rejection = judge(*arguments, **options)
    return (rejection.status, rejection.fault.code, rejection.call_id)


def a_modern_call(method="tools/list", call_id=1, **params):
    return a_call(method, {"_meta": a_meta(), **params}, call_id)


def a_tool_call(name="echo", **headers):
    usual = {"mcp-protocol-version": MODERN, "mcp-method": "tools/call"}
    return judge(a_modern_call("tools/call", name=name), {**usual, **headers})


# The rungs above the body.


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "HEAD", "PUT", "post", ""])
def test_only_post_is_served_and_the_refusal_says_so(method):
    rejection = judge(b"", method=method)
    assert (rejection.status, rejection.headers) == (405, {"allow": "POST"})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_nothing_at_another_path(method):
    assert refusal(a_call("ping"), path="/other", method=method) == (404, -32600, None)


@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}])
def test_a_host_that_is_not_listed_is_misdirected(headers):
    assert refusal(a_call("ping"), headers, allowed_hosts=["mcp.example"])[0] == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_an_origin_that_is_not_listed_is_forbidden_and_the_setting_named(origin):
    rejection = judge(a_call("ping"), {"origin": origin, "host": "mcp.example"})
    assert rejection.status == 403
    assert "FIRSTBYTE_ALLOWED_ORIGINS" in rejection.fault.message


def test_a_page_of_this_machine_may_call_a_server_on_it():
    headers = {"origin": "http://localhost:6274", "host": " localhost:3000 "}
    assert type(judge(a_call("ping"), headers)) is Admitted


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/xml"])
def test_a_body_that_is_not_announced_as_json_is_refused(content_type):
    assert refusal(a_call("ping"), {"content-type": content_type}) == (415, -32600, None)


def test_a_body_beyond_the_limit_is_refused_with_both_sizes():
    rejection = judge(b"x" * 101, max_body_bytes=100)
    assert rejection.status == 413
    assert rejection.fault.message == "body is 101 bytes, at most 100 are served"


def test_a_body_at_the_limit_is_read():
    body = json.dumps(a_call("ping")).encode()
    assert type(judge(body, max_body_bytes=len(body))) is Admitted


# The body.


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"{}{}", b"nul", b"[" * 5000, b"NaN"])
def test_what_is_no_json_is_a_parse_error(body):
    assert refusal(body) == (400, -32700, None)


@pytest.mark.parametrize(
    "body", [b"[]", b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', b"{}", b"1", b'"x"', b"null"]
)
def test_what_is_no_message_is_an_invalid_request(body):
    assert refusal(body) == (400, -32600, None)


def test_an_id_beyond_64_bits_is_refused_rather_than_changed():
    body = b'{"jsonrpc":"2.0","id":18446744073709551616,"method":"ping"}'
    assert refusal(body) == (400, -32600, None)


def test_of_two_ids_the_last_counts():
    body = b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'
    assert judge(body).call.id == 2


@pytest.mark.parametrize("accept", ["text/html", "*/*;q=0", "image/*"])
def test_who_takes_neither_json_nor_events_is_told_under_its_id(accept):
    assert refusal(a_call("ping", call_id="a"), {"accept": accept}) == (406, -32600, "a")


@pytest.mark.parametrize(
    ("accept", "takes"),
    [(None, (True, True)), ("application/json", (True, False)), ("text/*", (False, True))],
)
def test_what_the_client_takes_is_remembered(accept, takes):
    admitted = judge(a_call("ping"), {"accept": accept})
    assert (admitted.accepts_json, admitted.accepts_sse) == takes


# The era.


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_request_is_of_the_revision_its_header_names(version):
    admitted = judge(a_call("ping"), {"mcp-protocol-version": f" {version}\t"})
    assert admitted.revision.version == version


def test_a_legacy_request_without_header_is_of_2025_03_26():
    assert judge(a_call("ping")).revision.version == "2025-03-26"


@pytest.mark.parametrize("meta", [{}, {"progressToken": 1}, 5, None, []])
def test_meta_without_a_version_makes_nothing_modern(meta):
    assert judge(a_call("ping", {"_meta": meta})).revision.version == "2025-03-26"


def test_a_session_id_means_nothing():
    assert type(judge(a_call("ping"), {"mcp-session-id": "x"})) is Admitted


@pytest.mark.parametrize("version", [None, *LEGACY])
def test_a_modern_body_under_a_legacy_header_is_a_mismatch(version):
    assert refusal(
        a_modern_call(call_id="a"), {**MODERN_HEADERS, "mcp-protocol-version": version}
    ) == (400, -32020, "a")


@pytest.mark.parametrize("version", [MODERN, "2099-01-01", "2024-10-07", "x", "", "\xe9"])
@pytest.mark.parametrize("method", ["ping", "initialize", "tools/list", "nonsense"])
def test_a_header_that_is_not_legacy_asks_for_modern_meta(version, method):
    headers = {"mcp-protocol-version": version, "mcp-method": method}
    assert refusal(a_call(method), headers) == (400, -32602, 1)


# The modern ladder.


def test_a_whole_modern_request_is_admitted():
    admitted = judge(a_modern_call(), MODERN_HEADERS)
    assert (admitted.call.id, admitted.revision.version) == (1, MODERN)


@pytest.mark.parametrize(
    "meta",
    [
        None,
        [],
        "x",
        {},
        {VERSION_KEY: MODERN},
        {CAPABILITIES_KEY: {}},
        {VERSION_KEY: MODERN, CAPABILITIES_KEY: None},
        {VERSION_KEY: MODERN, CAPABILITIES_KEY: []},
        {VERSION_KEY: 20260728, CAPABILITIES_KEY: {}},
        {VERSION_KEY: None, CAPABILITIES_KEY: {}},
        {VERSION_KEY: [MODERN], CAPABILITIES_KEY: {}},
    ],
)
def test_meta_without_version_and_capabilities_is_invalid(meta):
    assert refusal(a_call("tools/list", {"_meta": meta}), MODERN_HEADERS) == (400, -32602, 1)


def test_who_the_client_is_may_stay_untold():
    assert "clientInfo" not in str(a_meta())
    assert type(judge(a_modern_call(), MODERN_HEADERS)) is Admitted


@pytest.mark.parametrize(
    "headers",
    [
        {"mcp-method": None},
        {"mcp-method": ""},
        {"mcp-method": "tools/call"},
        {"mcp-method": "TOOLS/LIST"},
        {"mcp-method": "tools/list, tools/list"},
        {"mcp-protocol-version": None},
        {"mcp-protocol-version": "2099-01-01"},
        {"mcp-protocol-version": f"{MODERN}, {MODERN}"},
    ],
)
def test_headers_that_tell_something_else_than_the_body_are_a_mismatch(headers):
    assert refusal(a_modern_call(), {**MODERN_HEADERS, **headers}) == (400, -32020, 1)


def test_a_header_sent_twice_is_found_before_the_missing_meta():
    headers = {**MODERN_HEADERS, "mcp-method": "tools/list,tools/list"}
    assert refusal(a_call("tools/list"), headers) == (400, -32020, 1)


def test_white_space_around_headers_is_no_mismatch():
    headers = {"mcp-protocol-version": f"  {MODERN} ", "mcp-method": "\ttools/list "}
    assert type(judge(a_modern_call(), headers)) is Admitted


def wrapped(text):
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("echo", "echo"),
        ("echo", " echo\t"),
        ("echo", wrapped("echo")),
        ("é cho", wrapped("é cho")),
        (" echo", wrapped(" echo")),
        ("a,b", "a,b"),
        (wrapped("x"), wrapped(wrapped("x"))),
    ],
)
def test_a_name_is_compared_after_decoding(name, header):
    assert type(a_tool_call(name, **{"mcp-name": header})) is Admitted


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("echo", None),
        ("echo", ""),
        ("echo", "Echo"),
        ("echo", "other"),
        ("echo", "echo,echo"),
        ("echo", "=?base64?ZWNobw?="),
        ("é", "é"),
        (wrapped("echo"), wrapped("echo")),
        (5, "5"),
    ],
)
def test_a_name_that_differs_is_a_mismatch(name, header):
    rejection = a_tool_call(name, **{"mcp-name": header})
    assert (rejection.status, rejection.fault.code) == (400, -32020)


def test_a_call_without_any_name_is_left_to_the_method():
    assert type(a_tool_call(None)) is Admitted


@pytest.mark.parametrize("version", ["2099-01-01", "v999", "", *LEGACY])
def test_a_version_that_is_not_served_statelessly_is_refused_with_all_that_are(version):
    body = a_call("tools/list", {"_meta": {VERSION_KEY: version, CAPABILITIES_KEY: {}}})
    rejection = judge(body, {**MODERN_HEADERS, "mcp-protocol-version": version})
    assert (rejection.status, rejection.fault.code) == (400, -32022)
    assert rejection.fault.data == {"supported": SERVED, "requested": version}


@pytest.mark.parametrize(
    "method",
    [
        *("initialize", "ping", "logging/setLevel", "resources/subscribe", "nonsense", ""),
        *("resources/list", "prompts/list", "subscriptions/listen", "tools", "tools/list/"),
    ],
)
def test_a_method_that_is_not_served_is_not_found(method):
    headers = {**MODERN_HEADERS, "mcp-method": method}
    assert refusal(a_modern_call(method), headers) == (404, -32601, 1)


@pytest.mark.parametrize("method", ["server/discover", "resources/list", "nonsense"])
def test_a_legacy_method_that_is_not_served_is_told_with_200(method):
    assert refusal(a_call(method)) == (200, -32601, 1)


@pytest.mark.parametrize("method", ["tools/list", "tools/call", "logging/setLevel"])
def test_a_method_whose_capability_is_missing_does_not_exist(method):
    assert refusal(a_call(method), service=Service()) == (200, -32601, 1)


# What needs no answer.


NOTIFICATION = {"jsonrpc": "2.0", "method": "notifications/initialized"}
CANCELLED = {
    "jsonrpc": "2.0",
    "method": "notifications/cancelled",
    "params": {"requestId": 1, "reason": "x"},
}


@pytest.mark.parametrize("version", [None, *SERVED])
@pytest.mark.parametrize("body", [NOTIFICATION, CANCELLED])
def test_a_notification_is_taken(body, version):
    assert type(judge(body, {"mcp-protocol-version": version})) is Acknowledged


@pytest.mark.parametrize("version", ["2099-01-01", "\ud800"])
def test_a_notification_of_an_unknown_version_is_refused(version):
    rejection = judge(NOTIFICATION, {"mcp-protocol-version": version})
    assert (rejection.status, rejection.fault.code) == (400, -32022)
    assert rejection.fault.data["supported"] == SERVED
    assert rejection.fault.data["requested"].isascii()


@pytest.mark.parametrize("version", [None, *LEGACY])
def test_a_legacy_response_is_taken_though_nothing_was_asked(version):
    body = {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert type(judge(body, {"mcp-protocol-version": version})) is Acknowledged


@pytest.mark.parametrize("version", [MODERN, "2099-01-01"])
def test_a_modern_client_has_nothing_to_respond_to(version):
    body = {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert refusal(body, {"mcp-protocol-version": version}) == (400, -32600, None)
