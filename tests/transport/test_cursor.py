"""transport/cursor.py: the pages of a list are the list, and no other cursor opens one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.cursor import cut_page

LISTS = st.lists(st.text(max_size=20), unique=True, max_size=30)


def walk(names, size, kind="tools"):
    page, cursor = cut_page(names, names, kind, size, None)
    pages = [page]
    while cursor is not None:
        page, cursor = cut_page(names, names, kind, size, cursor)
        pages.append(page)
    return pages


@given(LISTS, st.integers(min_value=1, max_value=31))
def test_the_pages_are_the_list_each_full_but_the_last(names, size):
    *full, last = walk(names, size)
    assert [name for page in (*full, last) for name in page] == names
    assert all(len(page) == size for page in full)
    assert len(last) <= size
    assert last or not names


def test_a_list_that_just_fits_is_one_page():
    assert walk(["a", "b"], 2) == [["a", "b"]]


NAMES = ["a", "b", "c", "d"]
_, CURSOR = cut_page(NAMES, NAMES, "tools", 2, None)


def test_a_cursor_is_good_for_any_environment_with_the_same_list():
    assert cut_page(list(NAMES), list(NAMES), "tools", 2, CURSOR) == (["c", "d"], None)


def test_a_cursor_goes_on_behind_its_item_wherever_that_is_now():
    grown = ["new", *NAMES]
    assert cut_page(grown, grown, "tools", 9, CURSOR) == (["c", "d"], None)


def test_a_cursor_whose_item_is_gone_is_refused():
    assert cut_page(["a", "c"], ["a", "c"], "tools", 2, CURSOR) is None


def test_a_cursor_of_another_list_is_refused():
    assert cut_page(NAMES, NAMES, "prompts", 2, CURSOR) is None


@pytest.mark.parametrize("position", range(len(CURSOR)))
def test_an_altered_cursor_is_refused(position):
    other = "A" if CURSOR[position] != "A" else "B"
    altered = CURSOR[:position] + other + CURSOR[position + 1 :]
    assert cut_page(NAMES, NAMES, "tools", 2, altered) is None


@given(
    st.text()
    | st.integers()
    | st.booleans()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
)
def test_anything_else_is_no_cursor(cursor):
    assert cut_page(NAMES, NAMES, "tools", 2, cursor) is None
