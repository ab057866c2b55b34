"""transport/sse.py: events another implementation reads, whole and one octet at a time."""

import httpx2
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.codec import Codec
from firstbyte.transport.sse import HEADERS, KEEP_ALIVE, encode_event

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
