"""transport/session.py: an id is a session anywhere it was made for, and nothing elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.keys import Keys
from firstbyte.transport import session
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.revision import REVISIONS
from firstbyte.transport.session import Record
from firstbyte.transport.token import Tokens
from tests.transport.fakes import LEGACY, MODERN, Clock, Store, a_memory

KEYS = Keys({"a": bytes(32)})
NEWEST = REVISIONS[LEGACY[0]]
EVERYTHING = {
    "elicitation": {"form": {}, "url": {}},
    "roots": {"listChanged": True},
    "sampling": {"context": {}, "tools": {}},
    "experimental": {"x" * 1000: {}},
}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def memory(clock):
    return a_memory(clock, KEYS, Store(clock))


def begun(memory, capabilities=None, principal="", revision=NEWEST):
    return session.begin(memory, "fake", revision, capabilities or {}, principal)


def found(memory, **options):
    return session.find(memory, "fake", begun(memory, **options), "")


def fields(record):
    return record.level, record.subscriptions, record.is_ended


@pytest.mark.parametrize("version", LEGACY)
def test_a_session_is_read_off_its_id_without_a_store(version):
    memory = a_memory(keys=KEYS)
    session_id = begun(memory, {"roots": {}}, "alice", REVISIONS[version])
    read = session.find(memory, "fake", session_id, "alice")
    assert (read.revision, read.capabilities) == (REVISIONS[version], {"roots": {}})
    assert read.expires_s == memory.clock.now_s + 86_400
    assert len(read.key) == 22


def test_every_session_has_a_key_of_its_own(memory):
    assert len({found(memory).key for _ in range(20)}) == 20


@pytest.mark.parametrize("version", LEGACY)
def test_an_id_is_short_and_visible_whatever_the_client_declares(memory, version):
    session_id = begun(memory, EVERYTHING, "p" * 2000, REVISIONS[version])
    assert len(session_id) < 400
    assert all("!" <= character <= "~" for character in session_id)


def test_of_the_capabilities_stays_what_a_question_may_need(memory):
    assert found(memory, capabilities=EVERYTHING).capabilities == {
        "elicitation": {"form": {}, "url": {}},
        "roots": {},
        "sampling": {"context": {}, "tools": {}},
    }


def test_an_id_is_good_for_its_time_and_no_longer(clock):
    memory = a_memory(clock, KEYS, session_ttl_s=60)
    session_id = begun(memory)
    clock.now_s += 59
    assert session.find(memory, "fake", session_id, "")
    clock.now_s += 1
    assert session.find(memory, "fake", session_id, "") is None


@pytest.mark.parametrize(
    ("audience", "principal"), [("other", "alice"), ("fake", "bob"), ("fake", "")]
)
def test_anothers_id_is_nothing(memory, audience, principal):
    assert session.find(memory, audience, begun(memory, principal="alice"), principal) is None


def test_an_id_under_other_keys_or_none_is_nothing(memory, clock):
    session_id = begun(memory)
    assert (
        session.find(a_memory(clock, Keys({"a": b"\1" * 32})), "fake", session_id, "") is None
    )
    assert session.find(a_memory(clock), "fake", session_id, "") is None


def test_an_id_altered_anywhere_is_nothing(memory):
    session_id = begun(memory)
    for index, character in enumerate(session_id):
        other = "B" if character == "A" else "A"
        altered = session_id[:index] + other + session_id[index + 1 :]
        assert session.find(memory, "fake", altered, "") is None


@pytest.mark.parametrize("version", [MODERN, "2023-01-01", None])
def test_a_revision_that_is_no_longer_served_is_no_session(memory, version):
    claims = {"key": "k", "version": version, "capabilities": {}}
    session_id = Tokens(memory, Codec(), "session", ("fake", "")).sign(claims, 60)
    assert session.find(memory, "fake", session_id, "") is None


def test_a_token_for_another_use_is_no_session(memory):
    claims = {"key": "k", "version": NEWEST.version, "capabilities": {}}
    text = Tokens(memory, Codec(), "cursor", ("fake", "")).sign(claims, 60)
    assert session.find(memory, "fake", text, "") is None


@given(st.text() | st.from_regex(r"a\.[\x20-\x7e]{0,40}\.[\x20-\x7e]{0,22}"))
def test_any_text_is_a_session_or_none(text):
    assert session.find(a_memory(keys=KEYS), "fake", text, "") is None


def test_a_client_that_changed_nothing_has_an_empty_record(memory):
    assert fields(session.load_record(memory, found(memory))) == (None, frozenset(), False)


def test_a_change_is_there_for_every_environment(memory):
    one, other = found(memory), found(memory)
    first = session.change_record(
        memory, one, lambda record: Record("error", frozenset({"a:b", "ü"}), record.is_ended)
    )
    assert fields(first) == ("error", {"a:b", "ü"}, False)
    session.change_record(
        memory, one, lambda record: Record(record.level, record.subscriptions, True)
    )
    assert fields(session.load_record(memory, one)) == ("error", {"a:b", "ü"}, True)
    assert fields(session.load_record(memory, other)) == (None, frozenset(), False)


def test_a_record_lives_as_long_as_its_session(memory, clock):
    own = found(memory)
    session.change_record(memory, own, lambda _: Record(is_ended=True))
    clock.now_s = own.expires_s - 1
    assert session.load_record(memory, own).is_ended
    clock.now_s = own.expires_s
    assert not session.load_record(memory, own).is_ended


def test_a_session_is_over_when_it_was_left_or_has_expired(memory, clock):
    left, other = found(memory), found(memory)
    session.change_record(memory, left, lambda _: Record(is_ended=True))
    assert session.is_over(memory, left)
    assert not session.is_over(memory, other)
    clock.now_s = other.expires_s
    assert session.is_over(memory, left)
    assert session.is_over(memory, other)


def test_of_two_changes_at_once_none_is_lost(memory):
    own = found(memory)
    levels = iter(["debug", "error"])

    def subscribe(record):
        level = next(levels, None)
        if level:
            session.change_record(
                memory, own, lambda other: Record(level, other.subscriptions | {level})
            )
        return Record(record.level, record.subscriptions | {"mine"})

    session.change_record(memory, own, subscribe)
    record = session.load_record(memory, own)
    assert fields(record) == ("error", {"debug", "error", "mine"}, False)


def test_a_record_that_others_always_change_first_is_given_up(memory):
    own = found(memory)

    value = b'{"level":null,"subscriptions":[],"is_ended":false}'

    def be_overtaken(record):
        memory.store.put(f"session:{own.key}", value, 60)
        return Record()

    with pytest.raises(StoreFailed, match="20 times in a row"):
        session.change_record(memory, own, be_overtaken)
