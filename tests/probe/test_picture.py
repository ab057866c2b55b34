"""probe/picture.py: a line shows when head, events and end came."""

from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe.diagnosis import read
from firstbyte.probe.picture import END, EVENT, HEAD, WAITING, draw
from tests.probe.fakes import exchange_of, stream
from tests.probe.functions import tiny

RESULT = {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_events_stand_where_they_came():
    reply = stream((0.5, tiny.progress(1, 2)), (1.0, RESULT), head_s=0.2)
    assert draw(read(exchange_of(reply)), 11) == "··▸··●···●■"


def test_what_came_at_once_is_one_sign():
    reply = stream((1.0, tiny.progress(1, 2)), (1.0, RESULT), head_s=1.0)
    assert draw(read(exchange_of(reply)), 11) == "·········●■"


def test_an_answer_that_took_no_time_is_a_line_too():
    reply = stream((0.01, RESULT))._replace(ended_s=5e-324)
    assert draw(read(exchange_of(reply)), 4) == "··●■"


@given(st.lists(st.floats(0, 100)), st.floats(0, 100), st.floats(0, 100), st.integers(2, 80))
def test_any_times_fit_the_width(times, head_s, ended_s, width):
    reply = stream(*((at_s, RESULT) for at_s in times))
    reading = read(exchange_of(reply._replace(head_s=head_s, ended_s=ended_s)))
    line = draw(reading, width)
    assert len(line) == width
    assert set(line) <= {WAITING, HEAD, EVENT, END}
    assert line[-1] == END
