"""emulator/answer.py: a buffered result as an HTTP answer."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.answer import parse_answer
from firstbyte.emulator.head import Head, MalformedAnswer

JSON = (("content-type", "application/json"),)


def test_an_object_with_a_status_is_an_answer():
    result = {"statusCode": 404, "headers": {"a": "1", "content-type": "x/y"}, "body": "gone"}
    head = Head(404, (("a", "1"), ("content-type", "x/y")))
    assert parse_answer(json.dumps(result).encode()) == (head, b"gone")


def test_a_base64_body_is_decoded():
    body = base64.b64encode(b"\0\xff").decode()
    result = {"statusCode": 200, "body": body, "isBase64Encoded": True}
    assert parse_answer(json.dumps(result).encode()) == (Head(200, JSON), b"\0\xff")


@pytest.mark.parametrize("body", [None, ""])
def test_an_answer_may_have_no_body(body):
    result = {"statusCode": 204, "body": body}
    assert parse_answer(json.dumps(result).encode()) == (Head(204, JSON), b"")


@pytest.mark.parametrize("result", [b'{"body": "x"}', b'"text"', b"[1]", b"null", b" 1 "])
def test_any_other_value_is_the_body_as_it_came(result):
    assert parse_answer(result) == (Head(200, JSON), result)


@pytest.mark.parametrize(
    "result",
    [
        b"",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"statusCode": 200, "body": {}}',
        b'{"statusCode": 200, "body": "\\ud800"}',
        b'{"statusCode": 200, "body": "*", "isBase64Encoded": true}',
    ],
    ids=lambda result: result[:40],
)
def test_what_cannot_be_sent_is_malformed(result):
    with pytest.raises(MalformedAnswer):
        parse_answer(result)


@given(st.binary() | st.text().map(str.encode))
def test_any_octets_are_read_or_refused(result):
    try:
        head, body = parse_answer(result)
    except MalformedAnswer:
        return
    assert 200 <= head.status <= 599
    assert isinstance(body, bytes)
