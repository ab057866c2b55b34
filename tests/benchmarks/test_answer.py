"""benchmarks/answer.py: a POST to the Runtime API is read as what the client gets, and when."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.answer import Answer, MalformedAnswer, read_answer, read_events
from benchmarks.request_reader import Request

STREAMED = {"content-type": "application/vnd.awslambda.http-integration-response"}


def a_post(*parts, headers=STREAMED, trailers=()):
    stamped = [(number, part) for number, part in enumerate(parts, 1)]
    return Request("POST", "/", headers, 1, stamped, dict(trailers), len(parts))


def buffered(value):
    return read_answer(a_post(json.dumps(value).encode(), headers={}))


@given(st.sets(st.integers(0, 70)))
def test_a_streamed_answer_is_read_alike_however_it_is_cut(cuts):
    octets = b'{"statusCode": 202, "headers": {"A": "b"}}' + bytes(8) + b"data: 1\n\n"
    edges = [0, *sorted(cut for cut in cuts if cut < len(octets)), len(octets)]
    parts = [octets[begin:end] for begin, end in pairwise(edges)]
    answer = read_answer(a_post(*parts))
    assert (answer.status, answer.headers, answer.body) == (202, {"a": "b"}, b"data: 1\n\n")


def test_the_parts_of_a_body_keep_their_moments():
    answer = read_answer(a_post(b"{}" + bytes(8), b"one", b"two"))
    assert answer.parts == ((2, b"one"), (3, b"two"))


def test_a_stream_without_a_prelude_is_the_body():
    headers = {"lambda-runtime-function-response-mode": "streaming", "content-type": "text/a"}
    answer = read_answer(a_post(b"one", headers=headers))
    assert answer == Answer(200, {"content-type": "text/a"}, ((1, b"one"),))


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ({"statusCode": 201, "body": "a"}, Answer(201, {}, ((1, b"a"),))),
        (
            {"statusCode": 200, "body": "YQ==", "isBase64Encoded": True},
            Answer(200, {}, ((1, b"a"),)),
        ),
        ({"statusCode": 202, "headers": {"X": 1}}, Answer(202, {"x": "1"}, ())),
        (["a"], Answer(200, {"content-type": "application/json"}, ((1, b'["a"]'),))),
    ],
)
def test_a_buffered_answer_is_what_its_json_says(value, answer):
    assert buffered(value) == answer


@pytest.mark.parametrize(
    "post",
    [
        a_post(b'{"statusCode": 200}'),
        a_post(b"no json" + bytes(8)),
        a_post(b"[]" + bytes(8)),
        a_post(b'{"statusCode": "200"}' + bytes(8)),
        a_post(b"no json", headers={}),
        a_post(b'{"statusCode": 200, "body": 1}', headers={}),
        a_post(b'{"statusCode": 200, "body": "?", "isBase64Encoded": true}', headers={}),
        a_post(b"[" * 100_000, headers={}),
        a_post(b"{}" + bytes(8), trailers={"lambda-runtime-function-error-type": "A.B"}),
    ],
)
def test_what_no_client_could_read_is_refused(post):
    with pytest.raises(MalformedAnswer):
        read_answer(post)


@given(st.binary(), st.sampled_from([STREAMED, {}]))
def test_any_body_is_an_answer_or_refused(octets, headers):
    try:
        answer = read_answer(a_post(octets, headers=headers))
        read_events(answer)
    except MalformedAnswer:
        return


@given(st.sets(st.integers(0, 60)))
def test_events_are_read_alike_however_they_are_cut(cuts):
    octets = b": hello\r\n\r\nid: 1\ndata: one\n\ndata:two\r\ndata: lines\r\n\r\ndata: cut"
    edges = [0, *sorted(cut for cut in cuts if cut < len(octets)), len(octets)]
    parts = [(end, octets[begin:end]) for begin, end in pairwise(edges)]
    events = read_events(Answer(200, {}, parts))
    assert [text for _, text in events] == ["one", "two\nlines"]


def test_an_event_has_the_moment_of_its_last_octet():
    parts = ((1, b"data: a\n"), (2, b"\ndata: b"), (3, b"\n\n"))
    assert read_events(Answer(200, {}, parts)) == [(2, "a"), (3, "b")]
