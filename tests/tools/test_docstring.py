"""tools/docstring.py: a model reads what was written for it, without indentation."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.docstring import describe_docstring, parse_docstring


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


@pytest.mark.parametrize(
    ("said", "docstring", "description"),
    [
        (None, "From here.", "From here."),
        ("From there.", "Not from here.", "From there."),
        ("", "Not from here.", None),
        (None, "", None),
    ],
)
def test_what_an_author_says_goes_before_the_docstring(said, docstring, description):
    assert describe_docstring(said, docstring) == description


@given(st.lists(st.text("ab \n", max_size=20)).map("\n".join))
def test_indentation_goes_as_the_standard_library_takes_it(docstring):
    lines = [line.rstrip() for line in inspect.cleandoc(docstring).splitlines()]
    assert parse_docstring(docstring) == "\n".join(lines).strip()
