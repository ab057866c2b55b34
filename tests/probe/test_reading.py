"""probe/reading.py: messages are found in whatever octets come."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe.reading import Reading, messages_of, parse_json, resumption, until_answered
from tests.probe.fakes import exchange_of, message, plain, stream
from tests.probe.functions import tiny

RESULT = {"jsonrpc": "2.0", "id": 1, "result": {}}
EVENTS = {"content_type": "text/event-stream"}


def reading_of(reply):
    exchange = exchange_of(reply)
    return Reading(exchange, messages_of(exchange))


def test_what_is_said_before_the_answer_is_told_apart():
    reading = reading_of(stream((0.1, tiny.progress(1, 2)), (0.3, RESULT)))
    assert [it.at_s for it in reading.notifications] == [0.1]
    assert (reading.answer.at_s, reading.result, reading.error) == (0.3, {}, None)
    assert reading.is_stream


def test_the_answer_and_not_the_streams_end_is_when_it_was_there():
    assert reading_of(stream((0.1, RESULT))._replace(ended_s=9.0)).answered_s == 0.1
    assert reading_of(plain(200)._replace(ended_s=9.0)).answered_s == 9.0


@pytest.mark.parametrize(
    ("identifier", "is_answer"),
    [(1, True), ("1", True), (2, False), (True, False), (None, False)],
)
def test_an_answer_is_to_what_was_asked(identifier, is_answer):
    reading = reading_of(message({**RESULT, "id": identifier}))
    assert (reading.answer is not None) is is_answer


@given(st.binary(), st.sampled_from(["application/json", "text/event-stream", "text/plain"]))
def test_no_octets_are_too_strange(octets, media_type):
    reading = reading_of(plain(200, octets, content_type=media_type))
    assert all(it.value["jsonrpc"] == "2.0" for it in reading.messages)
    resumption(reading)
    until_answered(1)(octets)


@given(st.binary())
def test_what_is_no_json_is_nothing(octets):
    try:
        theirs = json.loads(octets)
    except ValueError:
        theirs = None
    assert repr(parse_json(octets)) == repr(theirs)


def test_json_that_is_too_deep_is_nothing():
    assert parse_json("[" * 100_000) is None


@pytest.mark.parametrize(
    ("reply", "asked_on"),
    [
        (plain(200, "id: 7\nretry: 1500\ndata:\n\n", **EVENTS), ("7", 1.5)),
        (plain(200, "data:\n\n", **EVENTS), None),
        (plain(202, "id: 7\ndata:\n\n", **EVENTS), None),
        (plain(200, "id: 7\ndata:\n\n"), None),
        (plain(200, f"id: 7\ndata: {json.dumps(RESULT)}\n\n", **EVENTS), None),
    ],
)
def test_a_stream_is_asked_on_after_an_event_that_has_a_name(reply, asked_on):
    assert resumption(reading_of(reply)) == asked_on
