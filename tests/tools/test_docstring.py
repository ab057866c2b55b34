"""tools/docstring.py: a model reads what was written for it, without indentation."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.docstring import parse_docstring


@pytest.mark.parametrize(
    ("docstring", "description"),
    [
        ("", ""),
        ("One line.", "One line."),
        ("\n    Begun below.\n    ", "Begun below."),
        (
            "First.\n\n    Second\n      indented.\n\n    Third.\n    ",
            "First.\n\nSecond\n  indented.\n\nThird.",
        ),
        ("First.\n\n    Raises:\n        ToolError: never.\n    ", "First."),
        ("First.\n\n    Args:\n        x: y\n\n    More.", "First."),
        ("Raises: something else.", "Raises: something else."),
    ],
)
def test_paragraphs_stay_and_sections_go(docstring, description):
    assert parse_docstring(docstring) == description


@given(st.lists(st.text("ab \n", max_size=20)).map("\n".join))
def test_indentation_goes_as_the_standard_library_takes_it(docstring):
    lines = [line.rstrip() for line in inspect.cleandoc(docstring).splitlines()]
    assert parse_docstring(docstring) == "\n".join(lines).strip()
