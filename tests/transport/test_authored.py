"""transport/authored.py: whatever an author's function does, its call has one proper end."""

from asyncio import CancelledError

import pytest

from firstbyte.transport import authored
from firstbyte.transport.cancellation import cancel
from firstbyte.transport.errors import CallEnded, CallFailed
from firstbyte.transport.fault import Fault
from tests.transport.asking import (
    Answer,
    Question,
    a_remembering_memory,
    a_session,
    an_exchange,
)
from tests.transport.fakes import Invocation


def test_what_the_function_returns_is_the_value():
    assert authored.run(an_exchange(), lambda caller: caller.request_id) == "invocation-1"


@pytest.mark.parametrize(
    ("method", "role"),
    [
        ("tools/call", "tool"),
        ("prompts/get", "prompt"),
        ("resources/read", "resource"),
        ("completion/complete", "function"),
    ],
)
@pytest.mark.parametrize("error", [ValueError("a secret"), SystemExit(1), CancelledError()])
def test_what_it_raises_is_in_the_log_and_a_sentence_for_the_client(method, role, error):
    def body(caller):
        raise error

    invocation = Invocation()
    with pytest.raises(CallFailed) as failed:
        authored.run(an_exchange(method=method, invocation=invocation), body)
    sentence = f"the {role} failed; the server's log has request id invocation-1"
    assert str(failed.value) == sentence
    assert invocation.errors == [error]


class Deadline(SystemExit):
    pass


@pytest.mark.parametrize("is_asking", [False, True])
def test_the_deadline_goes_through(is_asking):
    invocation = Invocation()

    def body(caller):
        try:
            if is_asking:
                caller.ask({"a": Question()})
        finally:
            invocation.has_fired = True
            raise Deadline

    with pytest.raises(Deadline):
        authored.run(an_exchange(invocation=invocation), body)
    assert invocation.errors == []


def turn_into_an_error(caller):
    try:
        caller.ask({"a": Question()})
    except BaseException as error:
        raise ValueError("broken clean-up") from error


def swallow(caller):
    try:
        caller.ask({"a": Question()})
    finally:
        return "never mind"  # noqa: B012  # this is what must not get through


def say_goodbye(caller):
    try:
        caller.ask({"a": Question()})
    finally:
        caller.progress(1, None, None)
        caller.log("error", "goodbye", None)


def insist(caller):
    try:
        caller.ask({"a": Question()})
    except BaseException:  # noqa: BLE001  # the worst an author can do
        caller.ask({"b": Question()})


@pytest.mark.parametrize(
    "body",
    [
        lambda caller: caller.ask({"a": Question()}),
        turn_into_an_error,
        swallow,
        say_goodbye,
        insist,
    ],
)
def test_a_function_that_was_interrupted_ends_the_call_as_such(body):
    invocation, answer = Invocation(), Answer()
    exchange = an_exchange(invocation=invocation, answer=answer, progress_token=1)
    with pytest.raises(CallEnded) as ended:
        authored.run(exchange, body)
    assert ended.value.response["resultType"] == "input_required"
    assert list(ended.value.response["inputRequests"]) == ["a"]
    assert (invocation.errors, answer.said) == ([], [])


def test_a_missing_capability_is_a_fault():
    with pytest.raises(CallEnded) as ended:
        authored.run(an_exchange(capabilities={}), lambda c: c.ask({"a": Question()}))
    assert isinstance(ended.value.response, Fault)


def test_state_that_is_not_ours_ends_the_call_before_the_function_runs():
    with pytest.raises(CallEnded) as ended:
        authored.run(an_exchange({"requestState": "x"}), pytest.fail)
    assert ended.value.response.code == -32602


@pytest.mark.parametrize("params", [{"requestState": "x"}, {"inputResponses": 1}])
def test_to_a_legacy_call_these_params_mean_nothing(params):
    exchange = an_exchange(params, version="2025-11-25")
    assert authored.run(exchange, lambda caller: "done") == "done"


@pytest.mark.parametrize(
    "notice",
    [
        lambda caller: caller.progress(1, None, None),
        lambda caller: caller.log("error", "x", None),
        lambda caller: caller.ask({"a": Question()}),
        lambda caller: caller.is_cancelled,
    ],
)
def test_a_call_that_was_taken_back_has_no_answer(notice):
    memory, answer = a_remembering_memory(), Answer()
    exchange = an_exchange(version="2025-11-25", memory=memory, answer=answer, progress_token=1)
    cancel(memory, a_session(), 1)

    def body(caller):
        memory.clock.now_s += 1
        notice(caller)
        return "done anyway"

    with pytest.raises(CallEnded) as ended:
        authored.run(exchange, body)
    assert ended.value.response is None
    assert answer.said == []


def test_a_call_taken_back_before_its_turn_is_not_run():
    memory = a_remembering_memory()
    exchange = an_exchange(version="2025-11-25", memory=memory)
    memory.clock.now_s += 1
    cancel(memory, a_session(), 1)
    with pytest.raises(CallEnded) as ended:
        authored.run(exchange, pytest.fail)
    assert ended.value.response is None


def test_a_call_that_never_looked_is_answered_though_it_was_taken_back():
    memory = a_remembering_memory()
    cancel(memory, a_session(), 1)
    exchange = an_exchange(version="2025-11-25", memory=memory)
    assert authored.run(exchange, lambda caller: "done") == "done"
