"""transport/header.py: values are read as HTTP and MCP write them, and no text breaks it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.shared.inbound import encode_header_value

from firstbyte.transport.header import (
    JSON,
    SSE,
    accepts,
    decode_value,
    find_value,
    is_json,
    prefers_events,
)


def test_white_space_around_a_value_is_not_part_of_it():
    assert find_value({"mcp-name": " \t a b\t "}, "mcp-name") == "a b"


def test_an_absent_header_is_told_from_an_empty_one():
    assert (find_value({}, "origin"), find_value({"origin": ""}, "origin")) == (None, "")


@given(st.text())
def test_what_the_sdk_encodes_is_read_back(value):
    assert decode_value(encode_header_value(value)) == value


@given(st.text())
def test_any_text_is_a_value_or_none(value):
    decoded = decode_value(value)
    assert decoded is None or isinstance(decoded, str)


@pytest.mark.parametrize(
    ("value", "decoded"),
    [
        pytest.param("query_table", "query_table", id="plain"),
        pytest.param("", "", id="empty"),
        pytest.param("=?base64?8J+Yig==?=", "😊", id="wrapped"),
        pytest.param("=?base64??=", "", id="wrapped nothing"),
        pytest.param("=?BASE64?YQ==?=", "=?BASE64?YQ==?=", id="marker in capitals is literal"),
        pytest.param("=?base64?YQ==", "=?base64?YQ==", id="without an end is literal"),
        pytest.param("=?base64?=", "=?base64?=", id="markers that overlap are literal"),
        pytest.param("x=?base64?YQ==?=", "x=?base64?YQ==?=", id="in the middle is literal"),
        pytest.param("=?base64?YQ?=", None, id="padding missing"),
        pytest.param("=?base64?YQ===?=", None, id="padding in excess"),
        pytest.param("=?base64?YR==?=", None, id="unused bits not zero"),
        pytest.param("=?base64?Y Q==?=", None, id="space inside"),
        pytest.param("=?base64?Y-_=?=", None, id="the URL alphabet"),
        pytest.param("=?base64?/w==?=", None, id="no UTF-8"),
        pytest.param("caf\xe9", None, id="not ASCII"),
        pytest.param("a\x00b", None, id="NUL"),
        pytest.param("a\tb", None, id="control character"),
        pytest.param("a\x7f", None, id="DEL"),
    ],
)
def test_a_mirrored_value_is_literal_wrapped_or_refused(value, decoded):
    assert decode_value(value) == decoded


@given(st.binary(max_size=20).map(lambda octets: base64.b64encode(octets).decode()), st.data())
def test_only_the_canonical_base64_is_taken(wrapped, data):
    at = data.draw(st.integers(0, len(wrapped)))
    changed = (
        wrapped[:at] + data.draw(st.text("AQgw+/=", min_size=1, max_size=2)) + wrapped[at:]
    )
    decoded = decode_value(f"=?base64?{changed}?=")
    assert decoded is None or base64.b64encode(decoded.encode()).decode() == changed


@pytest.mark.parametrize(
    ("content_type", "verdict"),
    [
        ("application/json", True),
        ("Application/JSON", True),
        ("application/json; charset=utf-8", True),
        ("application/json;x", True),
        (" application/json ", True),
        (None, False),
        ("", False),
        ("text/plain", False),
        ("application/jsonl", False),
        ("application/json, text/plain", False),
        ("application/vnd.api+json", False),
    ],
)
def test_only_json_is_json(content_type, verdict):
    assert is_json(content_type) is verdict


@pytest.mark.parametrize(
    ("accept", "json", "sse"),
    [
        (None, True, True),
        ("", True, True),
        ("application/json, text/event-stream", True, True),
        ("application/json,text/event-stream", True, True),
        ("Application/Json;v=1, TEXT/EVENT-STREAM", True, True),
        ("application/json", True, False),
        ("text/event-stream", False, True),
        ("*/*", True, True),
        ("application/*", True, False),
        ("text/*", False, True),
        ("text/html", False, False),
        ("application/jsonl", False, False),
        ("*/*;q=0", False, False),
        ("application/json;q=0", False, False),
        ("application/json; q=0.000, */*", False, True),
        ("application/json, */*;q=0", True, False),
        ("text/*;q=0, text/event-stream;q=0.1", False, True),
        ("application/json;q=0.001", True, False),
        ("application/json;q=", True, False),
        ("application/json;q=0, application/json", True, False),
        (",;,", False, False),
    ],
)
def test_an_accept_takes_what_its_most_specific_range_says(accept, json, sse):
    assert (accepts(accept, JSON), accepts(accept, SSE)) == (json, sse)


@given(st.text(alphabet="application/json*text,;q=0.1 \t") | st.text())
def test_any_accept_is_understood_one_way_or_the_other(accept):
    assert accepts(accept, JSON) in (True, False)


@pytest.mark.parametrize(
    ("accept", "verdict"),
    [
        ("application/json, text/event-stream", False),
        ("text/event-stream, application/json", True),
        ("Text/Event-Stream , Application/JSON;q=0.9", True),
        ("text/event-stream;q=0.5, application/json", False),
        ("application/json;q=0.5, text/event-stream", True),
        ("application/json;q=0.5, text/event-stream;q=0.50", False),
        ("text/event-stream", True),
        ("application/json", False),
        ("application/json, text/event-stream, application/json", False),
        ("*/*", False),
        ("text/event-stream;q=0, */*", False),
        ("text/event-stream;q=1.2.3, application/json", True),
        ("", False),
        (None, False),
    ],
)
def test_of_two_forms_the_heavier_or_else_the_first_is_preferred(accept, verdict):
    assert prefers_events(accept) is verdict
