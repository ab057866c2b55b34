"""transport/dialogue.py: each call has the dialogue it can have, or a reason for none."""

import pytest

from firstbyte.transport.cancellation import Cancellation
from firstbyte.transport.conversation import Conversation
from firstbyte.transport.dialogue import Silence, open_dialogue
from firstbyte.transport.rounds import Rounds
from tests.transport.asking import (
    ALL,
    Answer,
    Question,
    Refused,
    a_remembering_memory,
    an_exchange,
    some_keys,
)
from tests.transport.fakes import (
    CAPABILITIES_KEY,
    INFO_KEY,
    LEGACY,
    MODERN,
    Clock,
    Invocation,
    Outcome,
    Service,
    Sink,
    a_memory,
    call_legacy,
    call_modern,
    environments,
    post,
    shake_hands,
    text_block,
)


def opened(**options):
    exchange = an_exchange(memory=a_remembering_memory(), **options)
    has_session = exchange.session is not None
    return open_dialogue(exchange, Cancellation(exchange) if has_session else None)


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_client_is_asked_while_its_call_waits(version):
    assert isinstance(opened(version=version), Conversation)
    assert isinstance(opened(version=version, method="completion/complete"), Conversation)


def test_a_modern_client_is_asked_in_rounds():
    assert isinstance(opened(version=MODERN), Rounds)


@pytest.mark.parametrize(
    ("exchange", "reason"),
    [
        pytest.param(
            an_exchange(method="completion/complete"),
            "nothing can be asked during completion/complete",
            id="a modern method without rounds",
        ),
        pytest.param(
            an_exchange(version="2025-11-25", memory=a_memory()),
            "only where the server has a store",
            id="no session",
        ),
        pytest.param(
            an_exchange(version="2025-11-25", memory=a_memory(keys=some_keys())),
            "only where the server has a store",
            id="no store",
        ),
    ],
)
def test_who_cannot_be_asked_is_not(exchange, reason):
    dialogue = open_dialogue(exchange, None)
    with pytest.raises(Refused, match=reason):
        dialogue.ask({"a": Question()})


def test_answers_sent_ahead_are_read_where_nothing_can_be_asked():
    content = {"inputResponses": {"a": {"content": "Ada"}}}
    dialogue = open_dialogue(an_exchange(content, memory=a_memory()), None)
    assert dialogue.ask({"a": Question()}) == {"a": "Ada"}
    with pytest.raises(Refused, match="only where the server has keys"):
        dialogue.ask({"b": Question()})


def test_a_client_that_takes_no_events_cannot_be_asked():
    dialogue = opened(version="2025-11-25", answer=Answer(accepts_events=False))
    with pytest.raises(Refused, match="does not accept events"):
        dialogue.ask({"a": Question()})


def test_in_silence_nothing_is_remembered_and_to_ask_nothing_is_no_error():
    silence = Silence("because")
    silence.remember("step", 1)
    assert silence.recall("step") is None
    assert silence.ask({}) == {}


def greet(arguments, caller):
    caller.remember("step", 1)
    name = caller.ask({"user": Question()})["user"]
    return Outcome([text_block(f"hello {name}")])


def call_greet(endpoint, params=None, capabilities=ALL, **options):
    params, meta = {"name": "greet", **(params or {})}, {CAPABILITIES_KEY: capabilities}
    return call_modern(endpoint, "tools/call", params, meta=meta, **options)


def test_a_modern_call_goes_through_rounds_from_one_environment_to_the_next():
    here, there = environments(Service(greet=greet))
    first = call_greet(here).json["result"]
    assert first["resultType"] == "input_required"
    assert first["_meta"][INFO_KEY]["name"] == "fake"
    responses = {"user": {"action": "accept", "content": "Ada"}}
    again = {"requestState": first["requestState"], "inputResponses": responses}
    second = call_greet(there, again).json["result"]
    assert (second["resultType"], second["content"]) == ("complete", [text_block("hello Ada")])


def test_a_modern_client_that_lacks_a_capability_hears_so_by_400():
    (endpoint, _) = environments(Service(greet=greet))
    sink = call_greet(endpoint, capabilities={"roots": {}})
    assert (sink.status, sink.json["error"]["code"]) == (400, -32021)


def test_a_deadline_hands_a_modern_call_over_behind_its_last_step():
    def work(arguments, caller):
        if caller.recall("half") is None:
            caller.remember("half", 21)
            invocation.watched.expire(1)
        return Outcome([text_block(str(2 * caller.recall("half")[0]))])

    here, there = environments(Service(greet=work))
    invocation = Invocation()
    first = call_greet(here, invocation=invocation).json["result"]
    assert first.keys() == {"resultType", "requestState", "_meta"}
    second = call_greet(there, {"requestState": first["requestState"]}).json["result"]
    assert second["content"] == [text_block("42")]


def test_a_legacy_call_waits_for_an_answer_that_reaches_another_environment():
    clock, sink = Clock(), Sink()
    here, there = environments(Service(greet=greet), clock=clock)
    session = shake_hands(there, capabilities=ALL)

    def answer():
        (question,) = sink.events
        result = {"action": "accept", "content": "Ada"}
        told = {"jsonrpc": "2.0", "id": question["id"], "result": result}
        statuses.append(post(there, told, session).status)

    clock.during_pause, statuses = answer, []
    call_legacy(here, "tools/call", {"name": "greet"}, session, sink=sink)
    question, response = sink.events
    assert question["method"] == "elicitation/create"
    assert response["result"] == {"content": [text_block("hello Ada")]}
    assert statuses == [202]


def test_a_legacy_call_that_another_environment_heard_was_taken_back_ends_unanswered():
    clock, sink = Clock(), Sink()
    here, there = environments(Service(greet=greet), clock=clock)
    session = shake_hands(there, capabilities=ALL)
    notice = {
        "jsonrpc": "2.0",
        "method": "notifications/cancelled",
        "params": {"requestId": 1},
    }
    clock.during_pause = lambda: post(there, notice, session)
    call_legacy(here, "tools/call", {"name": "greet"}, session, sink=sink)
    assert [event["method"] for event in sink.events] == ["elicitation/create"]
