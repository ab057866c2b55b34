"""transport/receiving.py: what a session's client says unasked for an answer is acted upon."""

import pytest

from firstbyte.handler.keys import Keys
from firstbyte.transport.cancellation import is_cancelled
from firstbyte.transport.codec import Codec
from firstbyte.transport.message import ClientResponse, Notification
from firstbyte.transport.receiving import receive
from firstbyte.transport.revision import REVISIONS
from firstbyte.transport.session import Session
from tests.transport.fakes import Clock, FailingStore, Invocation, Store, a_memory

SESSION = Session("key", REVISIONS["2025-11-25"], {}, 0)
QUESTION = "q" * 22


def a_stage(store_kind=Store):
    clock = Clock()
    store = store_kind(clock)
    return a_memory(clock, Keys({"k": bytes(32)}), store), store


def say(memory, *messages, invocation=None):
    return receive(messages, SESSION, memory, Codec(), invocation or Invocation())


def a_response(call_id):
    return ClientResponse({"jsonrpc": "2.0", "id": call_id, "result": {}})


def cancelled(**params):
    return Notification("notifications/cancelled", params)


@pytest.mark.parametrize("call_id", ["a", 7])
def test_a_call_is_taken_back_in_every_environment(call_id):
    memory, store = a_stage()
    assert say(memory, cancelled(requestId=call_id, reason="x")) is None
    elsewhere = a_memory(memory.clock, memory.keys, store)
    assert is_cancelled(elsewhere, SESSION, call_id, Clock().now_s)


@pytest.mark.parametrize("params", [{}, {"requestId": None}, {"requestId": [1]}])
def test_a_change_of_mind_about_nothing_is_taken(params):
    memory, _ = a_stage()
    assert say(memory, cancelled(**params)) is None


def test_any_other_notification_is_taken():
    memory, _ = a_stage()
    assert say(memory, Notification("notifications/initialized", {})) is None


@pytest.mark.parametrize("call_id", ["x", QUESTION, 1, None])
def test_a_response_to_nothing_is_refused(call_id):
    memory, _ = a_stage()
    rejection = say(memory, a_response(call_id))
    assert (rejection.status, rejection.fault.code, rejection.call_id) == (400, -32600, None)


def test_a_response_is_brought_to_whoever_waits_for_it_and_taken_twice():
    memory, store = a_stage()
    store.put(f"question:key:{QUESTION}", b"", 60)
    assert say(memory, a_response(QUESTION)) is None
    value = store.get(f"question:key:{QUESTION}")
    assert say(memory, a_response(QUESTION)) is None
    assert store.get(f"question:key:{QUESTION}") == value


def test_one_that_cannot_be_taken_keeps_none_of_the_others_back():
    memory, store = a_stage()
    store.put(f"question:key:{QUESTION}", b"", 60)
    rejection = say(memory, a_response("x"), a_response(QUESTION), cancelled(requestId=1))
    assert rejection.status == 400
    assert store.get(f"question:key:{QUESTION}")[0]
    assert is_cancelled(memory, SESSION, 1, Clock().now_s)


def test_a_store_that_fails_is_reported_and_refused():
    memory, _ = a_stage(FailingStore)
    invocation = Invocation()
    rejection = say(memory, cancelled(requestId=1), invocation=invocation)
    assert (rejection.status, rejection.fault.code) == (503, -32603)
    assert len(invocation.errors) == 1
