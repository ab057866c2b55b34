"""probe/sse.py: octets in any pieces become the events that others read in them."""

import json

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe.sse import Event, EventReader


def read_whole(octets):
    return EventReader().feed(octets)


def read_by_octets(octets):
    reader = EventReader()
    return [event for each in octets for event in reader.feed(bytes([each]))]


def test_a_line_end_that_is_cut_in_two_is_one():
    reader = EventReader()
    assert reader.feed(b"data: a\r") == []
    assert reader.feed(b"\ndata: b\r\n\r\n") == [Event("", "a\nb", "")]


@pytest.mark.parametrize(
    ("octets", "event_id", "retry_ms"),
    [
        (b"id: 7\nretry: 200\ndata:\n\n", "7", 200),
        (b"id: 7\n\n", "7", 0),
        (b"id: 7\n", "", 0),
        (b"id: 7\ndata: a\n\nid:\n\n", "", 0),
        (b"retry: soon\n\n", "", 0),
        (b"retry: -1\n\n", "", 0),
        (b"retry: " + b"9" * 5000 + b"\n\n", "", 999_999_999),
    ],
)
def test_what_a_client_comes_back_with_is_kept(octets, event_id, retry_ms):
    reader = EventReader()
    reader.feed(octets)
    assert (reader.last_event_id, reader.retry_ms) == (event_id, retry_ms)


@pytest.mark.parametrize(
    ("octets", "events"),
    [
        pytest.param(b"data: a\n\n", [Event("", "a", "")], id="LF"),
        pytest.param(b"data: a\r\n\r\n", [Event("", "a", "")], id="CRLF"),
        pytest.param(b"data: a\r\r", [Event("", "a", "")], id="CR"),
        pytest.param(b"data:a\ndata:b\n\n", [Event("", "a\nb", "")], id="two lines"),
        pytest.param(b"data:  a\n\n", [Event("", " a", "")], id="one space is taken off"),
        pytest.param(b": ping\n\ndata: a\n\n", [Event("", "a", "")], id="comment"),
        pytest.param(b"event: e\nid: 7\ndata\n\n", [Event("e", "", "7")], id="empty data"),
        pytest.param(b"event: e\n\ndata: a\n\n", [Event("", "a", "")], id="name without data"),
        pytest.param(b"id: a\0b\ndata: a\n\n", [Event("", "a", "")], id="NUL in an id"),
        pytest.param(b"\xef\xbb\xbfdata: a\n\n", [Event("", "a", "")], id="byte order mark"),
        pytest.param(b"data: a\n", [], id="unfinished"),
        pytest.param(b"\xff\xfe\n\n", [], id="no text"),
    ],
)
def test_events_are_found_however_the_octets_come(octets, events):
    assert read_whole(octets) == events
    assert read_by_octets(octets) == events


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_pieces_do_not_matter(pieces):
    reader = EventReader()
    assert [event for it in pieces for event in reader.feed(it)] == read_whole(b"".join(pieces))


@given(st.lists(st.sampled_from([b"data: a", b"event: e", b"\r", b"\n", b": c", b"id: 1"])))
def test_line_ends_cut_in_two_do_not_matter(pieces):
    octets = b"".join(pieces)
    assert read_by_octets(octets) == read_whole(octets)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_another_reader_finds_the_same_data(texts):
    octets = b"".join(b"data: %b\n\n" % json.dumps(it).encode() for it in texts)
    headers = {"content-type": "text/event-stream"}
    transport = httpx2.MockTransport(
        lambda _: httpx2.Response(200, headers=headers, content=octets)
    )
    with httpx2.Client(transport=transport) as client:
        lines = client.get("http://x").text.split("\n")
    theirs = [line.removeprefix("data: ") for line in lines if line]
    assert [it.data for it in read_whole(octets)] == theirs
