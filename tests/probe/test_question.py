"""probe/question.py: what is asked is what clients ask, and other implementations read it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types.jsonrpc import JSONRPCNotification, JSONRPCRequest

from firstbyte.probe.question import (
    MODERN_REVISION,
    Questions,
    encode_value,
    fetch,
    mirror,
    preflight,
)
from tests.probe.fakes import URL


def questions(bearer=""):
    return Questions(URL, bearer)


def test_a_modern_question_repeats_in_headers_what_its_body_says():
    params = {"name": "status", "arguments": {}, "_meta": {"progressToken": "t"}}
    request = questions().modern("call", "tools/call", params)
    message = JSONRPCRequest.model_validate_json(request.body)
    assert (message.method, message.id) == ("tools/call", request.number)
    assert message.params["_meta"]["io.modelcontextprotocol/protocolVersion"] == MODERN_REVISION
    assert message.params["_meta"]["progressToken"] == "t"
    assert request.headers["mcp-protocol-version"] == MODERN_REVISION
    assert request.headers["mcp-method"] == "tools/call"
    assert request.headers["mcp-name"] == "status"


def test_a_legacy_question_carries_what_the_handshake_gave():
    session = {"mcp-session-id": "s"}
    request = questions().legacy("list", "tools/list", {}, headers=session)
    assert request.headers["mcp-session-id"] == "s"
    assert JSONRPCRequest.model_validate_json(request.body).params == {}
    assert "mcp-method" not in request.headers


def test_the_end_of_the_handshake_expects_no_answer():
    request = questions().initialized("initialized", {})
    message = JSONRPCNotification.model_validate_json(request.body)
    assert (message.method, request.number) == ("notifications/initialized", 0)


def test_every_question_has_an_id_of_its_own():
    asking = questions()
    requests = [asking.modern("list", "tools/list", {}) for _ in range(3)]
    assert [json.loads(it.body)["id"] for it in requests] == [1, 2, 3]


def test_credentials_go_to_the_server_and_not_elsewhere():
    asking = questions("token")
    assert asking.initialize("initialize").headers["authorization"] == "Bearer token"
    own = Questions(URL, headers={"x-api-key": "k", "accept": "text/plain"}).leave("leave", {})
    assert (own.headers["x-api-key"], own.headers["accept"][:16]) == ("k", "application/json")
    stranger = asking.modern("stranger", "server/discover", {}, is_anonymous=True)
    elsewhere = [stranger, fetch("metadata", URL), preflight("preflight", URL, "o", ("a",))]
    assert [it.headers.get("authorization") for it in elsewhere] == [None] * 3
    assert all(it.is_anonymous for it in elsewhere)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("two words", "two words"),
        (" padded", "=?base64?IHBhZGRlZA==?="),
        ("é", "=?base64?w6k=?="),
        ("a\nb", "=?base64?YQpi?="),
        ("", "=?base64??="),
        ("=?base64?eA==?=", "=?base64?PT9iYXNlNjQ/ZUE9PT89?="),
    ],
)
def test_a_value_that_cannot_travel_is_wrapped(text, value):
    assert encode_value(text) == value


@given(st.text())
def test_any_value_is_one_header_line(text):
    assert encode_value(text).isascii()
    assert encode_value(text).isprintable()


def test_arguments_are_repeated_where_the_schema_says_so():
    inner = {"type": "object", "properties": {"n": {"x-mcp-header": "Deep"}}}
    schema = {
        "properties": {
            "a": {"x-mcp-header": "Region"},
            "b": {},
            "c": inner,
            "d": {"x-mcp-header": "D"},
        }
    }
    arguments = {"a": "eu", "b": "x", "c": {"n": True}, "d": None}
    assert mirror(schema, arguments) == {"mcp-param-region": "eu", "mcp-param-deep": "true"}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("properties"), inner),
)


@given(JSON_VALUES, st.dictionaries(st.text(), JSON_VALUES))
def test_no_schema_is_too_strange(schema, arguments):
    assert isinstance(mirror(schema, arguments), dict)
