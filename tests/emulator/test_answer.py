"""emulator/answer.py: a buffered result as an HTTP answer."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.answer import (
    MAX_BALANCED_BYTES,
    parse_answer,
    parse_balanced_answer,
    parse_flattened,
    parse_older_answer,
    parse_rest_answer,
    parse_several_answer,
    parse_unread,
    refuse_whole,
)
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


STRICT = [
    parse_rest_answer,
    parse_older_answer,
    parse_balanced_answer,
    parse_several_answer,
]


@pytest.mark.parametrize("parse", STRICT)
@pytest.mark.parametrize("result", [b'{"body": "x"}', b'"text"', b"[1]", b"null", b"{", b"\0"])
def test_apis_and_balancers_take_no_other_value(parse, result):
    with pytest.raises(MalformedAnswer):
        parse(result)


def test_a_rest_api_s_body_is_text_whatever_the_flag_says():
    result = b'{"statusCode": 200, "body": "AP8=", "isBase64Encoded": true}'
    assert parse_rest_answer(result)[1] == b"AP8="
    assert parse_older_answer(result)[1] == b"\0\xff"


def test_a_rest_api_takes_headers_of_several_values():
    result = {
        "statusCode": 200,
        "headers": {"X-A": "0", "content-type": "x/y"},
        "multiValueHeaders": {"x-a": ["1", "2"]},
    }
    head, _ = parse_rest_answer(json.dumps(result).encode())
    assert head.headers == (("x-a", "1"), ("x-a", "2"), ("content-type", "x/y"))


@pytest.mark.parametrize(
    ("parse", "name"), [(parse_balanced_answer, "1"), (parse_several_answer, "2")]
)
def test_a_balancer_reads_headers_in_the_one_form_it_is_set_to(parse, name):
    result = {
        "statusCode": 200,
        "headers": {"content-type": "1", "date": "d"},
        "multiValueHeaders": {"content-type": ["2"], "date": ["d"]},
        "cookies": ["a=1"],
    }
    head, _ = parse(json.dumps(result).encode())
    assert head.headers == (("content-type", name), ("date", "d"))


def test_a_balancer_takes_a_megabyte_and_no_more():
    result = b'{"statusCode": 200}'
    assert parse_balanced_answer(result.ljust(MAX_BALANCED_BYTES))[0].status == 200
    with pytest.raises(MalformedAnswer, match="1000001 bytes, at most 1000000 pass"):
        parse_balanced_answer(result.ljust(MAX_BALANCED_BYTES + 1))


def test_a_url_in_the_wrong_mode_passes_on_what_it_got():
    whole, stream = b'{"statusCode": 404}', b'{"statusCode": 404}' + bytes(8) + b"gone"
    assert parse_unread(whole) == (Head(200, JSON), whole)
    octets = (("content-type", "application/octet-stream"),)
    assert parse_flattened(stream) == (Head(200, octets), stream)
    assert parse_flattened(whole)[0].status == 404
    with pytest.raises(MalformedAnswer):
        refuse_whole(whole)


@pytest.mark.parametrize("parse", [*STRICT, parse_flattened])
@given(result=st.binary() | st.text().map(str.encode) | st.from_regex(rb'\{"statusCode": .*\}'))
def test_any_octets_are_read_or_refused_at_every_door(parse, result):
    try:
        head, body = parse(result)
    except MalformedAnswer:
        return
    assert 200 <= head.status <= 599
    assert isinstance(body, bytes)
