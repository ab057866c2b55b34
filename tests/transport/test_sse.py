"""transport/sse.py: events another implementation reads, whole and one octet at a time."""

import httpx2
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.codec import Codec
from firstbyte.transport.sse import (
    HEADERS,
    KEEP_ALIVE,
    encode_event,
    encode_priming,
    encode_retry,
)

VALUES = st.dictionaries(st.text(), st.text() | st.integers())


def read_events(*parts):
    """What the SSE reader of the SDK's HTTP client finds."""
    request = httpx2.Request("POST", "http://mcp.example")
    response = httpx2.Response(200, headers=HEADERS, content=iter(parts), request=request)
    return [(event.event, event.data, event.id) for event in httpx2.EventSource(response)]


def test_an_event_is_one_line_of_data():
    assert encode_event(b'{"a":1}') == b'data: {"a":1}\n\n'


@given(st.lists(VALUES, max_size=3))
def test_another_implementation_reads_the_messages_back(values):
    messages = [Codec().encode(value) for value in values]
    octets = KEEP_ALIVE.join([b"", *map(encode_event, messages), b""])
    expected = [("message", message.decode(), "") for message in messages]
    assert read_events(octets) == expected
    assert read_events(*(octets[i : i + 1] for i in range(len(octets)))) == expected


def test_an_event_without_its_blank_line_is_not_read():
    assert read_events(encode_event(b"1") + encode_event(b"2")[:-1]) == [("message", "1", "")]


def test_a_keep_alive_is_no_event():
    assert read_events(KEEP_ALIVE, KEEP_ALIVE) == []


IDS = st.from_regex(r"[A-Za-z0-9_-]{1,30}\.[1-9][0-9]{0,9}", fullmatch=True)


@given(st.lists(st.tuples(VALUES, IDS), max_size=3))
def test_another_implementation_reads_the_ids_back(pairs):
    events = [(Codec().encode(value), event_id) for value, event_id in pairs]
    octets = KEEP_ALIVE.join([b"", *(encode_event(*event) for event in events), b""])
    expected = [("message", message.decode(), event_id) for message, event_id in events]
    assert read_events(octets) == expected
    assert read_events(*(octets[i : i + 1] for i in range(len(octets)))) == expected


def read_whole(octets):
    request = httpx2.Request("POST", "http://mcp.example")
    response = httpx2.Response(200, headers=HEADERS, content=octets, request=request)
    return [(event.data, event.id, event.retry) for event in httpx2.EventSource(response)]


def test_a_priming_event_has_an_id_a_delay_and_no_data():
    assert encode_priming("s.1", 7) == b"id: s.1\nretry: 7\ndata:\n\n"
    assert read_whole(encode_priming("s.1")) == [("", "s.1", 500)]


def test_a_delay_is_no_message():
    assert encode_retry(7) == b"retry: 7\n\n"
    assert [(data, retry) for data, _, retry in read_whole(encode_retry())] == [("", 500)]


def test_a_keep_alive_behind_an_event_with_an_id_is_no_event_to_any_client():
    octets = encode_event(b"1", "s.1") + KEEP_ALIVE + encode_event(b"2", "s.2")
    assert [data for data, _, _ in read_whole(octets)] == ["1", "2"]
    assert b"\n\n" not in KEEP_ALIVE
