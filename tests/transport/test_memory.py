"""transport/memory.py: a store is opened when it is first needed, once, and only with keys."""

from firstbyte.handler.keys import Keys
from firstbyte.transport.memory import Memory
from tests.transport.fakes import Clock, Store

KEYS = Keys({"a": bytes(32)})


def test_a_store_is_opened_at_its_first_use_and_kept():
    opened = []

    def open_store():
        opened.append(Store(Clock()))
        return opened[-1]

    memory = Memory(Clock(), KEYS, open_store)
    assert (memory.has_store, opened) == (True, [])
    assert memory.store is memory.store
    assert [memory.store] == opened


def test_without_a_store_there_is_none():
    assert not Memory(Clock(), KEYS).has_store


def test_without_keys_there_is_no_store_either():
    assert not Memory(Clock(), None, lambda: Store(Clock())).has_store
