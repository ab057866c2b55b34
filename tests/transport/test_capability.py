"""transport/capability.py: what a question needs is found in what a client declared, or not."""

import pytest

from firstbyte.transport.capability import lacks, merge

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
