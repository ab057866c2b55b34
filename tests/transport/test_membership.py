"""transport/membership.py: whose session it is, or one of three refusals."""

import pytest

from firstbyte.handler.keys import Keys
from firstbyte.transport.membership import Member, find_member
from firstbyte.transport.request import Request
from firstbyte.transport.revision import REVISIONS
from firstbyte.transport.session import Record, begin, change_record
from tests.transport.fakes import LEGACY, Clock, FailingStore, Store, a_memory

REVISION = REVISIONS["2025-11-25"]
GONE = (404, -32600, "a")


def a_stage(*, has_store=True, secret=bytes(32)):
    clock = Clock()
    store = Store(clock) if has_store else None
    return a_memory(clock, Keys({"k": secret}), store, session_ttl_s=60)


def look(memory, headers, *, principal="", audience="fake", report=pytest.fail, call_id="a"):
    request = Request("POST", "/mcp", headers, b"", principal)
    return find_member(request, memory, audience, report, call_id)


def refusal(*arguments, **options):
    rejection = look(*arguments, **options)
    return (rejection.status, rejection.fault.code, rejection.call_id)


def a_session(memory, principal="", revision=REVISION):
    return {"mcp-session-id": begin(memory, "fake", revision, {"roots": {}}, principal)}


def test_a_session_id_tells_what_was_agreed_on():
    memory = a_stage()
    member = look(memory, a_session(memory))
    assert member.session.revision is REVISION
    assert member.session.capabilities == {"roots": {}}
    assert not member.record.is_ended


def test_without_a_store_nothing_is_remembered_of_it():
    memory = a_stage(has_store=False)
    assert look(memory, a_session(memory)).record is None


def test_without_a_session_id_the_request_is_a_bad_one():
    assert refusal(a_stage(), {}) == (400, -32600, "a")


def test_white_space_around_a_session_id_is_no_part_of_it():
    memory = a_stage()
    (session_id,) = a_session(memory).values()
    assert type(look(memory, {"mcp-session-id": f" {session_id}\t"})) is Member


@pytest.mark.parametrize("session_id", ["", "x", "a.b.c", "\xe9", "\ud800", "k..", "," * 99])
def test_what_was_never_a_session_is_not_found(session_id):
    assert refusal(a_stage(), {"mcp-session-id": session_id}) == GONE


def test_an_altered_a_doubled_and_a_foreign_session_are_not_found():
    memory = a_stage()
    (session_id,) = a_session(memory).values()
    foreign = a_session(a_stage(secret=bytes([1]) * 32))["mcp-session-id"]
    for other in (session_id[:-1], f"{session_id}, {session_id}", foreign):
        assert refusal(memory, {"mcp-session-id": other}) == GONE


def test_anothers_session_looks_like_none():
    memory = a_stage()
    headers = a_session(memory, "alice")
    assert type(look(memory, headers, principal="alice")) is Member
    assert refusal(memory, headers, principal="bob") == GONE
    assert refusal(memory, headers) == GONE
    assert refusal(memory, headers, principal="alice", audience="other") == GONE


def test_an_expired_session_is_not_found():
    memory = a_stage()
    headers = a_session(memory)
    memory.clock.now_s += 60
    assert refusal(memory, headers) == GONE


def test_an_ended_session_is_not_found():
    memory = a_stage()
    headers = a_session(memory)
    change_record(memory, look(memory, headers).session, lambda _: Record(is_ended=True))
    assert refusal(memory, headers) == GONE


@pytest.mark.parametrize("version", LEGACY)
def test_the_sessions_revision_counts_whatever_served_one_the_header_names(version):
    memory = a_stage()
    headers = {**a_session(memory), "mcp-protocol-version": version}
    assert look(memory, headers).session.revision.version == "2025-11-25"


@pytest.mark.parametrize(("call_id", "status"), [("a", 200), (0, 200), (None, 503)])
def test_a_store_that_fails_is_reported_and_told_without_its_reasons(call_id, status):
    clock = Clock()
    memory = a_memory(clock, Keys({"k": bytes(32)}), FailingStore(clock))
    errors = []
    rejection = look(memory, a_session(memory), report=errors.append, call_id=call_id)
    assert (rejection.status, rejection.fault.code) == (status, -32603)
    assert rejection.call_id == call_id
    assert len(errors) == 1
