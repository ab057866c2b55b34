"""transport/store.py: what every store has to do, the fake of the transport's tests as well.

A new kind of store is one more row of `ADDRESSES`.
"""

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from firstbyte.handler import clock as system_clock
from firstbyte.handler.stores.opening import parse_store
from tests.transport.fakes import Clock, Store
from tests.waiting import BOUND_S

ADDRESSES = {"sqlite": "sqlite:{folder}/store.db"}
"""What FIRSTBYTE_STORE says for each kind; `folder` is an empty one."""


@contextmanager
def opened(kind, folder, clock):
    """A store of `kind`, new and empty for a new folder."""
    if kind == "fake":
        yield Store(clock)
        return
    store = parse_store(ADDRESSES[kind].format(folder=folder), clock)()
    yield store
    store.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["fake", *ADDRESSES])
def store(request, clock, tmp_path):
    with opened(request.param, tmp_path, clock) as store:
        yield store


def test_what_was_put_is_there_with_its_version(store):
    assert store.get("a") is None
    assert store.put("a", b"\0one", 10)
    assert store.get("a") == (b"\0one", 1)
    assert store.put("a", b"", 10)
    assert store.get("a") == (b"", 2)
    assert store.get("b") is None


def test_an_item_is_made_only_where_there_is_none(store):
    assert store.put("a", b"one", 10, version=0)
    assert not store.put("a", b"two", 10, version=0)
    assert store.get("a") == (b"one", 1)


def test_an_item_changes_only_at_the_version_it_is_thought_to_be(store):
    assert not store.put("a", b"none", 10, version=1)
    store.put("a", b"one", 10)
    assert store.put("a", b"two", 10, version=1)
    assert not store.put("a", b"three", 10, version=1)
    assert not store.put("a", b"three", 10, version=3)
    assert store.get("a") == (b"two", 2)


def test_an_item_lives_as_long_as_its_last_put_said(store, clock):
    store.put("a", b"one", 10)
    clock.now_s += 9
    store.put("a", b"two", 2.5)
    clock.now_s += 2
    assert store.get("a") == (b"two", 2)
    clock.now_s += 1
    assert store.get("a") is None


@pytest.mark.parametrize("version", [None, 0])
def test_what_has_expired_is_as_if_it_had_never_been(store, clock, version):
    store.put("a", b"one", 10)
    store.put("a", b"two", 10)
    clock.now_s += 10
    assert not store.put("a", b"three", 10, version=2)
    assert store.put("a", b"four", 10, version)
    assert store.get("a") == (b"four", 1)


def test_records_are_read_in_order_from_any_position(store):
    assert (store.end("s"), store.read("s", 0)) == (0, [])
    assert [store.append("s", record, 10) for record in (b"a", b"\0", b"")] == [1, 2, 3]
    assert store.read("s", 0) == [(1, b"a"), (2, b"\0"), (3, b"")]
    assert store.read("s", 1, limit=1) == [(2, b"\0")]
    assert store.read("s", 3) == store.read("s", 99) == []
    assert store.end("s") == 3


def test_a_hundred_records_are_read_at_once_unless_it_is_said_otherwise(store):
    for _ in range(101):
        store.append("s", b"", 10)
    assert [position for position, _ in store.read("s", 0)] == list(range(1, 101))
    assert len(store.read("s", 0, 101)) == 101


def test_streams_and_items_do_not_meet(store):
    store.append("a", b"1", 10)
    store.append("b", b"2", 10)
    store.put("a", b"3", 10)
    assert store.read("a", 0) == [(1, b"1")]
    assert store.read("b", 0) == [(1, b"2")]
    assert store.get("a") == (b"3", 1)


def test_each_record_lives_as_long_as_its_append_said(store, clock):
    store.append("s", b"a", 10)
    store.append("s", b"b", 30)
    store.append("s", b"c", 20)
    clock.now_s += 10
    assert store.read("s", 0) == [(2, b"b"), (3, b"c")]
    assert store.read("s", 0, limit=1) == [(2, b"b")]
    clock.now_s += 10
    assert (store.read("s", 0), store.end("s")) == ([(2, b"b")], 3)


def test_no_position_is_given_out_again_for_a_day(store, clock):
    store.append("s", b"a", 3600)
    store.append("s", b"b", 10)
    clock.now_s += 3600 + 86_399
    assert (store.read("s", 0), store.end("s")) == ([], 2)
    assert store.append("s", b"c", 1) == 3
    clock.now_s += 86_400
    assert store.append("s", b"d", 10) == 4
    assert store.read("s", 0) == [(4, b"d")]


def test_a_stream_of_which_nobody_can_know_a_position_begins_anew(store, clock):
    store.append("s", b"a", 10)
    store.append("s", b"b", 10)
    clock.now_s += 10 + 86_400
    assert store.end("s") == 0
    assert store.append("s", b"c", 10) == 1
    assert store.read("s", 0) == [(1, b"c")]


def test_long_names_and_six_megabytes_fit(store):
    name, octets = "k" * 512, bytes(range(256)) * (6 * 4096)
    store.put(name, octets, 10)
    store.append(name, octets, 10)
    assert store.get(name) == (octets, 1)
    assert store.read(name, 0) == [(1, octets)]


def test_years_are_no_limit(store):
    store.put("a", b"one", 1e10)
    assert store.get("a") == (b"one", 1)


names = st.sampled_from(["a", "a:b", "~"])
octets = st.binary(max_size=5)
lifetimes = st.sampled_from([1, 2.5, 10])


class Comparison(RuleBasedStateMachine):
    """A store beside a model of it, in lists and dicts."""

    def __init__(self, kind, folder):
        super().__init__()
        self.clock = Clock()
        self.closing = opened(kind, folder, self.clock)
        self.store = self.closing.__enter__()
        self.items = {}
        self.streams = {}

    def teardown(self):
        self.closing.__exit__(None, None, None)

    @rule(seconds=st.sampled_from([0.5, 1, 3, 86_397, 86_400]))
    def let_time_pass(self, seconds):
        self.clock.now_s += seconds
        for name in [name for name in self.items if self.items[name][1] <= self.clock.now_s]:
            del self.items[name]
        for name, records in list(self.streams.items()):
            if max(expires_s for _, expires_s in records) + 86_400 <= self.clock.now_s:
                del self.streams[name]

    @rule(name=names)
    def get(self, name):
        assert self.store.get(name) == (self.items.get(name) or [None])[0]

    @rule(name=names, value=octets, ttl_s=lifetimes, version=st.none() | st.integers(0, 4))
    def put(self, name, value, ttl_s, version):
        current = self.items[name][0][1] if name in self.items else 0
        is_due = version is None or version == current
        assert self.store.put(name, value, ttl_s, version) is is_due
        if is_due:
            self.items[name] = (value, current + 1), self.clock.now_s + ttl_s

    @rule(name=names, record=octets, ttl_s=lifetimes)
    def append(self, name, record, ttl_s):
        records = self.streams.setdefault(name, [])
        records.append((record, self.clock.now_s + ttl_s))
        assert self.store.append(name, record, ttl_s) == len(records)

    @rule(name=names, after=st.integers(0, 5), limit=st.integers(1, 5))
    def read(self, name, after, limit):
        live = [
            (position, record)
            for position, (record, expires_s) in enumerate(self.streams.get(name, []), 1)
            if expires_s > self.clock.now_s
        ]
        expected = [each for each in live if each[0] > after][:limit]
        assert self.store.read(name, after, limit) == expected

    @rule(name=names)
    def end(self, name):
        assert self.store.end(name) == len(self.streams.get(name, []))


@pytest.mark.parametrize("kind", ["fake", *ADDRESSES])
def test_a_store_does_what_its_model_does(kind, tmp_path_factory):
    run_state_machine_as_test(
        lambda: Comparison(kind, tmp_path_factory.mktemp(kind)),
        settings=settings(deadline=None, max_examples=30),
    )


WORKERS, ROUNDS = 4, 25


def work(store, name):
    """Add to a number that others add to, and to a stream; the positions it got."""
    positions = []
    for number in range(ROUNDS):
        while True:
            value, version = store.get("count") or (b"0", 0)
            if store.put("count", b"%d" % (int(value) + 1), 600, version):
                break
        positions.append(store.append("words", b"%d.%d" % (name, number), 600))
    return positions


def check(store, positions):
    """What `work` by all workers leaves in the store."""
    everything = range(1, WORKERS * ROUNDS + 1)
    assert store.get("count") == (b"%d" % everything[-1], everything[-1])
    assert sorted(position for own in positions for position in own) == list(everything)
    records = dict(store.read("words", 0, everything[-1]))
    assert list(records) == list(everything)
    for name, own in enumerate(positions):
        assert [records[position] for position in own] == [
            b"%d.%d" % (name, number) for number in range(ROUNDS)
        ]


@pytest.mark.parametrize("kind", ADDRESSES)
def test_threads_lose_nothing_to_each_other(kind, tmp_path):
    positions = [[] for _ in range(WORKERS)]
    with opened(kind, tmp_path, system_clock) as store:

        def run(name):
            positions[name] = work(store, name)

        threads = [threading.Thread(target=run, args=(name,)) for name in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(BOUND_S)
        check(store, positions)


PROCESS = """
import sys
from firstbyte.handler import clock
from firstbyte.handler.stores.opening import parse_store
from tests.handler.stores.test_contract import work

print("ready", flush=True)
sys.stdin.readline()
store = parse_store(sys.argv[1], clock)()
print(work(store, int(sys.argv[2])))
store.close()
"""


@pytest.mark.parametrize("kind", ADDRESSES)
def test_processes_that_start_at_once_lose_nothing_to_each_other(kind, tmp_path, pytestconfig):
    address = ADDRESSES[kind].format(folder=tmp_path)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, address, str(name)],
            cwd=pytestconfig.rootpath,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in range(WORKERS)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=BOUND_S)[0] for process in processes]
    positions = [[int(word) for word in answer.strip("[]\n").split(",")] for answer in answers]
    with opened(kind, tmp_path, system_clock) as store:
        check(store, positions)
