"""transport/dialogue.py: each call has the dialogue it can have, or a reason for none."""

import pytest

from firstbyte.transport.cancellation import Cancellation
from firstbyte.transport.conversation import Conversation
from firstbyte.transport.dialogue import Silence, open_dialogue
from firstbyte.transport.rounds import Rounds
from tests.transport.asking import (
    Answer,
    Question,
    Refused,
    a_remembering_memory,
    an_exchange,
    some_keys,
)
from tests.transport.fakes import LEGACY, MODERN, a_memory


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


def test_a_client_that_takes_no_events_cannot_be_asked():
    dialogue = opened(version="2025-11-25", answer=Answer(accepts_events=False))
    with pytest.raises(Refused, match="does not accept events"):
        dialogue.ask({"a": Question()})


def test_in_silence_nothing_is_remembered_and_to_ask_nothing_is_no_error():
    silence = Silence("because")
    silence.remember("step", 1)
    assert silence.recall("step") is None
    assert silence.ask({}) == {}
