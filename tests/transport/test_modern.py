"""transport/modern.py: what a modern request says of itself is whole, and the same twice."""

import base64

import pytest

from firstbyte.transport.message import parse_message
from firstbyte.transport.modern import judge_modern, unserved
from tests.transport.fakes import (
    CAPABILITIES_KEY,
    LEGACY,
    MODERN,
    SERVED,
    VERSION_KEY,
    a_call,
    a_meta,
)

MODERN_HEADERS = {"mcp-protocol-version": MODERN, "mcp-method": "tools/list"}


def judge(body, headers):
    sent = {name: value for name, value in headers.items() if value is not None}
    version = sent.get("mcp-protocol-version")
    return judge_modern(parse_message(body), version and version.strip(" \t"), sent)


def refusal(body, headers):
    rejection = judge(body, headers)
    return (rejection.status, rejection.fault.code, rejection.call_id)


def a_modern_call(method="tools/list", call_id=1, **params):
    return a_call(method, {"_meta": a_meta(), **params}, call_id)


def a_tool_call(name="echo", **headers):
    usual = {"mcp-protocol-version": MODERN, "mcp-method": "tools/call"}
    return judge(a_modern_call("tools/call", name=name), {**usual, **headers})


def test_a_whole_modern_request_is_admitted():
    assert judge(a_modern_call(), MODERN_HEADERS).version == MODERN


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
    assert judge(a_modern_call(), MODERN_HEADERS).version == MODERN


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
    assert judge(a_modern_call(), headers).version == MODERN


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
    assert a_tool_call(name, **{"mcp-name": header}).version == MODERN


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
    assert a_tool_call(None).version == MODERN


@pytest.mark.parametrize("version", ["2099-01-01", "v999", "", *LEGACY])
def test_a_version_that_is_not_served_statelessly_is_refused_with_all_that_are(version):
    body = a_call("tools/list", {"_meta": {VERSION_KEY: version, CAPABILITIES_KEY: {}}})
    rejection = judge(body, {**MODERN_HEADERS, "mcp-protocol-version": version})
    assert (rejection.status, rejection.fault.code) == (400, -32022)
    assert rejection.fault.data == {"supported": SERVED, "requested": version}


@pytest.mark.parametrize("params", [{}, {"_meta": {}}, {"_meta": {CAPABILITIES_KEY: {}}}])
def test_a_header_of_no_version_served_is_named_where_the_body_names_none(params):
    rejection = judge(a_call("tools/list", params), {"mcp-protocol-version": "1999-01-01"})
    assert (rejection.status, rejection.fault.code, rejection.call_id) == (400, -32022, 1)
    assert rejection.fault.message.startswith("header mcp-protocol-version ")


@pytest.mark.parametrize("version", ["2099-01-01", "\ud800"])
def test_a_version_that_is_refused_comes_back_in_ascii(version):
    assert unserved(version).fault.data["requested"].isascii()


@pytest.mark.parametrize("method", ["tools/call", "tools/list", "server/discover"])
def test_where_there_are_no_headers_the_body_is_believed(method):
    params = {"_meta": a_meta(), "name": "run"}
    call = parse_message(a_call(method, params))
    assert judge_modern(call, None, None).version == MODERN


def test_without_headers_a_version_nobody_serves_is_refused_all_the_same():
    meta = {**a_meta(), VERSION_KEY: "2031-01-01"}
    verdict = judge_modern(parse_message(a_call("tools/list", {"_meta": meta})), None, None)
    assert (verdict.status, verdict.fault.code) == (400, -32022)
