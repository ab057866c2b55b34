"""emulator/eventstream.py: botocore reads back what we frame."""

from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.eventstream import encode_event

names = st.text(min_size=1, max_size=40)


def read_with_botocore(chunks):
    buffer = EventStreamBuffer()
    for chunk in chunks:
        buffer.add_data(chunk)
    return [(message.headers, message.payload) for message in buffer]


@given(st.lists(st.tuples(names, names, st.binary())), st.integers(1, 64))
def test_botocore_reads_the_same_events_wherever_they_are_cut(events, size):
    octets = b"".join(encode_event(*event) for event in events)
    chunks = [octets[i : i + size] for i in range(0, len(octets), size)]
    assert read_with_botocore(chunks) == [
        ({":message-type": "event", ":event-type": kind, ":content-type": media_type}, payload)
        for kind, media_type, payload in events
    ]


def test_the_frame_is_the_one_of_the_specification():
    headers = (
        b"\x0d:message-type\x07\x00\x05event"
        b"\x0b:event-type\x07\x00\x01e"
        b"\x0d:content-type\x07\x00\x01c"
    )
    octets = encode_event("e", "c", b"p")
    assert octets[:8] == (16 + len(headers) + 1).to_bytes(4) + len(headers).to_bytes(4)
    assert octets[12:-4] == headers + b"p"
