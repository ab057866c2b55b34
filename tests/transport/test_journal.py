"""transport/journal.py: a log says what its stream is, numbers what it holds, never fails."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.keys import Keys
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.journal import Journal, name_stream, parse_event_id
from firstbyte.transport.revision import REVISIONS
from firstbyte.transport.session import Session
from tests.transport.fakes import Clock, FailingStore, Invocation, Store, a_memory


class Stage:
    """A journal in a store, and what is to be found there."""

    def __init__(self, version="2025-11-25", store_kind=Store):
        self.clock = Clock()
        self.store = store_kind(self.clock)
        self.invocation = Invocation()
        self.session = Session("key", REVISIONS[version], {}, 0)
        memory = a_memory(self.clock, Keys({"k": bytes(32)}), self.store)
        self.journal = Journal(memory, self.session, Codec(), self.invocation)

    def records(self, event_id):
        name, _ = parse_event_id(event_id)
        return self.store.read(name_stream(self.session, name), 0)


def test_a_stream_is_logged_from_what_it_is_to_its_last_response():
    stage = Stage()
    journal, now_s = stage.journal, stage.clock.now_s
    journal.begin([7, "a", None])
    ids = [
        journal.add(b'{"x":1}'),
        journal.settle(b'{"id":7}', is_last=False),
        journal.settle(None, is_last=False),
        journal.settle(b'{"id":null}', is_last=True),
    ]
    (_, head), *rest = stage.records(ids[0])
    assert json.loads(head) == {"ids": [7, "a", None], "ends_s": now_s + 1.5 + 10}
    assert rest == [(2, b'e{"x":1}'), (3, b'a{"id":7}'), (4, b"-"), (5, b'r{"id":null}')]
    assert [parse_event_id(event_id)[1] for event_id in ids] == [2, 3, 4, 5]


def test_an_end_without_a_response_is_logged_too():
    stage = Stage()
    stage.journal.begin([7])
    event_id = stage.journal.settle(None, is_last=True)
    assert stage.records(event_id)[-1] == (2, b".")


def test_two_streams_of_a_session_share_no_id():
    first, second = (stage.journal.begin([1]) for stage in (Stage(), Stage()))
    assert first != second


@pytest.mark.parametrize(
    ("version", "is_primed"),
    [("2025-11-25", True), ("2025-06-18", False), ("2025-03-26", False)],
)
def test_a_stream_begins_with_its_first_id_where_clients_know_it_for_no_message(
    version, is_primed
):
    journal = Stage(version).journal
    assert journal.is_polled is is_primed
    octets = journal.begin([7])
    assert octets.startswith(b"id: ") is is_primed
    assert bool(octets) is is_primed


def test_the_log_outlives_the_call_by_minutes():
    stage = Stage()
    stage.journal.begin([7])
    event_id = stage.journal.add(b"{}")
    stage.clock.now_s += 1.5 + 10 + 599
    assert stage.journal.add(b"{}")
    assert len(stage.records(event_id)) == 3
    stage.clock.now_s += 2
    assert stage.records(event_id) == []


def test_a_store_that_fails_for_a_moment_is_told_how_calls_end_and_what_is_needed():
    stage = Stage(store_kind=FailingStore)
    stage.store.is_broken = False
    journal = stage.journal
    begun = journal.begin([7]).split(b"\n")[0].removeprefix(b"id: ").decode()
    stage.store.is_broken = True
    assert journal.add(b"1") == ""
    stage.store.is_broken = False
    assert journal.add(b"2") == journal.add(b"3", is_needed=True) == ""
    assert journal.settle(b"4", is_last=False) == journal.settle(None, is_last=True) == ""
    assert [record for _, record in stage.records(begun)[1:]] == [b"e3", b"a4", b"."]


def test_a_store_that_fails_at_the_beginning_is_reported_once_and_left_alone():
    stage = Stage(store_kind=FailingStore)
    journal = stage.journal
    assert journal.begin([7]) == b""
    stage.store.is_broken = False
    assert journal.add(b"{}") == journal.settle(b"{}", is_last=True) == ""
    assert journal.is_polled is False
    assert [type(error) for error in stage.invocation.errors] == [StoreFailed]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("a.0", ("a", 0)),
        ("a.1", ("a", 1)),
        ("A-z_0.120", ("A-z_0", 120)),
        ("a.999999999999999", ("a", 999_999_999_999_999)),
        *(
            (text, None)
            for text in [
                *("", ".", "a", "a.", ".1", "a.00", "a.01", "a.-1", "a.+1", "a.1 ", " a.1"),
                *("a.b.1", "a.1.", "a:b.1", "a.1e3", "a.1_0", "a.٣", "é.1", "a\n.1", "a.²"),
                *("a.1000000000000000", "a" * 65 + ".1", "-" * 64 + ".x"),
            ]
        ),
    ],
)
def test_an_event_id_is_a_name_and_a_position(text, parsed):
    assert parse_event_id(text) == parsed


@given(st.text())
def test_any_text_is_an_event_id_or_none(text):
    parsed = parse_event_id(text)
    assert parsed is None or f"{parsed[0]}.{parsed[1]}" == text
