"""transport/batch.py: each element of an array is judged by itself, and keeps its place."""

from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.batch import sort_batch
from firstbyte.transport.fault import METHOD_NOT_FOUND, Rejection, reject
from firstbyte.transport.message import ClientResponse, Notification
from firstbyte.transport.method import METHODS
from tests.transport.fakes import a_call, a_meta

NOTE = {"jsonrpc": "2.0", "method": "notifications/initialized"}
RESPONSE = {"jsonrpc": "2.0", "id": "q", "result": {}}


def find_method(call):
    return METHODS.get(call.method) or reject(METHOD_NOT_FOUND, "no", call.id)


def sort(*elements):
    """The ids of calls, and code and id of what is refused, in order; and the rest."""
    calls, unanswered = sort_batch(elements, find_method)
    told = [
        (call.fault.code, call.call_id) if isinstance(call, Rejection) else call[0].id
        for call in calls
    ]
    return told, [type(message) for message in unanswered]


def test_calls_keep_their_order_and_what_needs_no_answer_is_apart():
    told = sort(a_call("ping", call_id="b"), NOTE, a_call("tools/list", call_id=1), RESPONSE)
    assert told == (["b", 1], [Notification, ClientResponse])


def test_what_is_no_message_is_refused_in_its_place():
    told = sort(1, a_call("ping"), [], [a_call("ping")], {"jsonrpc": "1.0", "id": 5}, None)
    nothing = (-32600, None)
    assert told == ([nothing, 1, nothing, nothing, (-32600, 5), nothing], [])


def test_a_method_that_is_not_served_is_one_elements_error():
    assert sort(a_call("x", call_id=3), a_call("ping")) == ([(-32601, 3), 1], [])


def test_a_handshake_comes_alone():
    assert sort(a_call("initialize", call_id=3)) == ([(-32600, 3)], [])


def test_a_modern_request_comes_alone():
    assert sort(a_call("tools/list", {"_meta": a_meta()})) == ([(-32600, 1)], [])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(VALUES | st.sampled_from([a_call("ping"), NOTE, RESPONSE]), max_size=4))
def test_no_element_gets_lost(elements):
    calls, unanswered = sort_batch(elements, find_method)
    assert len(calls) + len(unanswered) == len(elements)
