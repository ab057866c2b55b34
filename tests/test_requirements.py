"""tests/requirements.toml: every row is shown by tests that exist, or says why by the list."""

import ast
import functools
import re

import pytest

from tests.protocol_schema import REVISIONS
from tests.requirements import LEVELS, REASONS, ROOT, read_requirements, render

REQUIREMENTS = read_requirements()


@functools.cache
def functions_of(path):
    """The names of the tests in one file, found without importing it."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_no_two_rows_have_one_id():
    ids = [each.id for each in REQUIREMENTS]
    assert [each for each in ids if ids.count(each) > 1] == []


@pytest.mark.parametrize("row", REQUIREMENTS, ids=lambda row: row.id)
def test_a_row_is_well_formed(row):
    assert re.fullmatch(r"(every|legacy|2026-07-28)(\.[a-z0-9-]+)+", row.id)
    assert row.level in LEVELS
    assert row.revisions
    assert set(row.revisions) <= set(REVISIONS)
    assert row.text.endswith(".")
    assert row.source


@pytest.mark.parametrize("row", REQUIREMENTS, ids=lambda row: row.id)
def test_a_row_has_tests_or_a_reason_of_the_list(row):
    if row.tests:
        assert not row.reason
        assert not row.note
    else:
        assert row.reason in REASONS
        assert row.note


@pytest.mark.parametrize("row", REQUIREMENTS, ids=lambda row: row.id)
def test_every_test_that_a_row_names_exists(row):
    for test in row.tests:
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), path
        assert name in functions_of(path), test


def test_the_documentation_is_made_of_the_rows():
    written = (ROOT / "docs/requirements.md").read_text(encoding="utf-8")
    assert written == render(REQUIREMENTS), (
        "python -m tests.requirements > docs/requirements.md"
    )
