"""emulator/head.py: what a function says of its answer, or a refusal of it."""

import json

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.head import Head, MalformedAnswer, parse_head

TYPE = "text/plain"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=8,
)


def test_status_headers_and_cookies_are_read():
    answer = {
        "statusCode": 201,
        "headers": {"X-A": "1", "Content-Type": "text/html", "x-count": 3, "x-on": True},
        "cookies": ["a=1; Path=/", "b=2"],
    }
    assert parse_head(answer, TYPE) == Head(
        201,
        (
            ("x-a", "1"),
            ("content-type", "text/html"),
            ("x-count", "3"),
            ("x-on", "true"),
            ("set-cookie", "a=1; Path=/"),
            ("set-cookie", "b=2"),
        ),
    )


def test_what_is_not_said_has_a_default():
    assert parse_head({}, TYPE) == Head(200, (("content-type", TYPE),))


def test_headers_that_the_front_writes_itself_arrive_under_another_name():
    headers = {
        "Content-Length": "3",
        "connection": "close",
        "transfer-encoding": "chunked",
        "WWW-Authenticate": "Bearer",
    }
    assert dict(parse_head({"headers": headers}, TYPE).headers) == {
        "x-amzn-remapped-content-length": "3",
        "x-amzn-remapped-connection": "close",
        "x-amzn-remapped-www-authenticate": "Bearer",
        "content-type": TYPE,
    }
    passing = parse_head({"headers": headers}, TYPE, remapped=())
    assert dict(passing.headers)["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "200"},
        {"statusCode": True},
        {"statusCode": 199},
        {"statusCode": 600},
        {"headers": []},
        {"headers": {"a": ["1"]}},
        {"multiValueHeaders": []},
        {"multiValueHeaders": {"a": "1"}},
        {"multiValueHeaders": {"a": [None]}},
        {"headers": {"a": "1\r\nb: 2"}},
        {"headers": {"a": "\x0c"}},
        {"headers": {"a": "\ud800"}},
        {"headers": {"a: b": "1"}},
        {"headers": {"": "1"}},
        {"cookies": "a=1"},
        {"cookies": [1, None]},
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_sent_is_malformed(answer):
    with pytest.raises(MalformedAnswer):
        parse_head(answer, TYPE)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "statusCode": st.integers(100, 700) | json_values,
            "headers": st.dictionaries(st.text(), st.text() | json_values) | json_values,
            "multiValueHeaders": st.dictionaries(st.text(), st.lists(st.text())) | json_values,
            "cookies": st.lists(st.text()) | json_values,
        },
    )
)
def test_whatever_is_accepted_can_be_sent_by_another_implementation(answer):
    try:
        head = parse_head(json.loads(json.dumps(answer)), TYPE)
    except MalformedAnswer:
        return
    octets = [(name.encode(), value.encode()) for name, value in head.headers]
    sender = h11.Connection(h11.SERVER)
    sender.receive_data(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    sender.next_event()
    assert sender.send(h11.Response(status_code=head.status, headers=octets))
