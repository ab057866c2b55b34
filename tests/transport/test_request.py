"""transport/request.py: what an answer takes of what its door lets through."""

import json

from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.codec import Codec
from firstbyte.transport.request import Door
from firstbyte.transport.sse import encode_event

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
    ),
)


@given(json_values)
def test_in_one_piece_an_answer_takes_what_it_does_in_a_json_string(value):
    door = Door(1, is_live=False)
    message = Codec().encode(value)
    for octets in (message, encode_event(message, "a-1")):
        written = json.dumps(octets.decode(), ensure_ascii=False).encode()
        # Without its quotes. Python writes DEL as it is, as we do.
        assert door.size_of(octets) == len(written) - 2


@given(st.binary())
def test_a_stream_takes_what_it_is_long(octets):
    assert Door(1, is_live=True).size_of(octets) == len(octets)
