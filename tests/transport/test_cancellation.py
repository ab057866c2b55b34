"""transport/cancellation.py: a call is taken back in any environment, and no other call is."""

import pytest

from firstbyte.transport.cancellation import Cancellation, cancel, is_cancelled
from firstbyte.transport.errors import StoreFailed
from tests.transport.asking import a_remembering_memory, a_session, an_exchange
from tests.transport.fakes import Clock, Invocation, a_memory

NOW_S = Clock().now_s
"""When the calls here begin."""


@pytest.mark.parametrize("call_id", [0, 1, "", "1", "é" * 5000, -(2**63)])
def test_what_one_environment_took_back_is_seen_by_another(call_id):
    memory = a_remembering_memory()
    other = a_memory(memory.clock, memory.keys, memory.store)
    assert not is_cancelled(other, a_session(), call_id, NOW_S)
    cancel(memory, a_session(), call_id)
    assert is_cancelled(other, a_session(), call_id, NOW_S)


def test_a_call_is_named_by_its_session_and_the_type_of_its_id():
    memory = a_remembering_memory()
    cancel(memory, a_session(), 1)
    assert not is_cancelled(memory, a_session(), "1", NOW_S)
    assert not is_cancelled(memory, a_session(key="another"), 1, NOW_S)


@pytest.mark.parametrize("call_id", [None, True, 1.0, [], {}, [1]])
def test_what_is_no_id_takes_nothing_back(call_id):
    memory = a_remembering_memory()
    cancel(memory, a_session(), call_id)
    assert not is_cancelled(memory, a_session(), 1, NOW_S)


def test_what_was_taken_back_is_forgotten_when_no_call_can_be_under_way():
    memory = a_remembering_memory()
    cancel(memory, a_session(), 1)
    memory.clock.now_s += 899
    assert is_cancelled(memory, a_session(), 1, NOW_S)
    memory.clock.now_s += 1
    assert not is_cancelled(memory, a_session(), 1, NOW_S)


@pytest.mark.parametrize(
    ("later_s", "takes_back"),
    [(-900, True), (0, True), (1.9, True), (2, False), (60, False)],
)
def test_a_call_that_began_later_is_not_taken_back_but_for_clocks_that_differ(
    later_s, takes_back
):
    memory = a_remembering_memory()
    cancel(memory, a_session(), 1)
    assert is_cancelled(memory, a_session(), 1, NOW_S + later_s) is takes_back


def test_who_uses_an_id_again_may_take_that_call_back_too():
    memory = a_remembering_memory()
    cancel(memory, a_session(), 1)
    memory.clock.now_s += 60
    cancel(memory, a_session(), 1)
    assert is_cancelled(memory, a_session(), 1, memory.clock.now_s)


def looks_of(memory, **details):
    """A cancellation's `has_come`, and the list of lookups it makes."""
    looked = []

    class Counting:
        def get(self, key):
            looked.append(key)
            return memory.store.get(key)

    watched = a_memory(memory.clock, memory.keys, Counting())
    exchange = an_exchange(version="2025-11-25", memory=watched, **details)
    return Cancellation(exchange).has_come, looked


def test_a_running_call_is_looked_up_four_times_a_second_at_most():
    memory = a_remembering_memory()
    has_come, looked = looks_of(memory)
    for _ in range(1024):
        memory.clock.now_s += 1 / 1024
        assert not has_come()
    assert len(looked) == 4


def test_a_call_that_waited_for_its_turn_is_looked_up_at_once_and_then_as_any():
    memory = a_remembering_memory()
    has_come, looked = looks_of(memory, has_waited=True)
    assert not has_come()
    assert not has_come()
    assert len(looked) == 1
    has_come, _ = looks_of(memory, has_waited=True)
    cancel(memory, a_session(), 1)
    assert has_come()


def test_a_clock_that_is_set_back_stops_no_looking():
    memory = a_remembering_memory()
    has_come, _ = looks_of(memory)
    cancel(memory, a_session(), 1)
    assert not has_come()
    memory.clock.now_s -= 100
    assert has_come()


def test_what_has_come_stays():
    memory = a_remembering_memory()
    has_come, looked = looks_of(memory)
    cancel(memory, a_session(), 1)
    memory.clock.now_s += 1
    assert has_come()
    memory.clock.now_s += 10_000
    assert has_come()
    assert len(looked) == 1


def test_a_store_that_fails_is_reported_and_does_not_fail_the_call():
    class Failing:
        def get(self, key):
            raise StoreFailed("gone")

    memory = a_remembering_memory()
    invocation = Invocation()
    broken = a_memory(memory.clock, memory.keys, Failing())
    exchange = an_exchange(version="2025-11-25", memory=broken, invocation=invocation)
    cancellation = Cancellation(exchange)
    memory.clock.now_s += 1
    assert not cancellation.has_come()
    assert [str(error) for error in invocation.errors] == ["gone"]
