"""transport/capability.py: what a question needs is found in what a client declared, or not."""

import pytest

from firstbyte.transport.capability import find_obstacle, lacks, merge
from tests.transport.asking import Answer, a_remembering_memory, an_exchange
from tests.transport.fakes import LEGACY, WHOLE

FORM, URL = {"elicitation": {"form": {}}}, {"elicitation": {"url": {}}}
ELICITATION, TOOLS = {"elicitation": {}}, {"sampling": {"tools": {}}}
BOTH_MODES = {"elicitation": {"form": {}, "url": {}}}


@pytest.mark.parametrize(
    ("declared", "needs"),
    [
        *((ELICITATION, needs) for needs in (FORM, ELICITATION, {})),
        *((FORM, needs) for needs in (FORM, ELICITATION, {})),
        (URL, URL),
        *((BOTH_MODES, needs) for needs in (FORM, URL, ELICITATION, BOTH_MODES)),
        (TOOLS, TOOLS),
        (TOOLS, {"sampling": {}}),
        ({"elicitation": {"x": 1}}, FORM),
        ({"roots": {"listChanged": True}}, {"roots": {}}),
    ],
)
def test_what_is_declared_is_not_lacking(declared, needs):
    assert not lacks(declared, needs)


@pytest.mark.parametrize(
    ("declared", "needs"),
    [
        *((declared, FORM) for declared in ({}, URL, TOOLS, {"elicitation": None})),
        *((declared, ELICITATION) for declared in ({}, URL, TOOLS, {"elicitation": True})),
        *((declared, URL) for declared in ({}, ELICITATION, FORM)),
        *((declared, TOOLS) for declared in ({}, {"sampling": {}}, {"sampling": {"tools": 1}})),
        ({"elicitation": []}, ELICITATION),
        ({"elicitation": {"form": None}}, FORM),
        ({"roots": {}}, {"roots": {}, "sampling": {}}),
    ],
)
def test_what_is_not_declared_or_no_object_is_lacking(declared, needs):
    assert lacks(declared, needs)


def test_several_needs_are_joined_at_every_level():
    required = {}
    for needs in ({"roots": {}}, TOOLS, {"sampling": {"context": {}}}, {"roots": {}}, URL):
        merge(required, needs)
    assert required == {
        "roots": {},
        "sampling": {"tools": {}, "context": {}},
        "elicitation": {"url": {}},
    }
    assert TOOLS == {"sampling": {"tools": {}}}


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_client_cannot_be_asked_where_answers_come_in_one_piece(version):
    answer = Answer()
    answer.door = WHOLE
    exchange = an_exchange(version=version, memory=a_remembering_memory(), answer=answer)
    assert find_obstacle(exchange).endswith("passes answers on in one piece")


def test_a_modern_client_can_be_asked_where_answers_come_in_one_piece():
    answer = Answer()
    answer.door = WHOLE
    assert find_obstacle(an_exchange(answer=answer)) == ""
