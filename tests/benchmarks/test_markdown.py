"""benchmarks/markdown.py: a table stays a table whatever is in it; a page what there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from benchmarks.markdown import cell_text, fill, list_text, table_text
from benchmarks.tables import Table

PAGE = """\
# Title

{{always}}

## One

Its words.

{{one}}

Further words.

{{two}}

## Plain

Stays.
"""


def test_places_are_filled():
    blocks = {"always": "a", "one": "1", "two": "2"}
    assert fill(PAGE, blocks) == PAGE.replace("{{always}}", "a").replace(
        "{{one}}", "1"
    ).replace("{{two}}", "2")


def test_an_empty_block_takes_its_words_along():
    filled = fill(PAGE, {"always": "a", "one": "", "two": "2"})
    assert filled == "# Title\n\na\n\n## One\n\nFurther words.\n\n2\n\n## Plain\n\nStays.\n"


def test_a_chapter_without_blocks_is_not_there():
    filled = fill(PAGE, {"always": "a", "one": "", "two": ""})
    assert filled == "# Title\n\na\n\n## Plain\n\nStays.\n"


def test_a_place_needs_a_block():
    with pytest.raises(KeyError):
        fill(PAGE, {"always": "a"})


def test_figures_go_to_the_right_and_ours_is_bold():
    table = Table(
        ("who", "how", "note"), [("we", "1.0", "x"), ("they", "–", "")], [True, False]
    )
    assert table_text(table) == (
        "| who | how | note |\n| --- | ---: | --- |\n| **we** | 1.0 | x |\n| they | – |  |"
    )


def test_a_table_without_rows_is_nothing():
    assert table_text(Table(("who",), [])) == ""


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
def test_no_text_breaks_a_table(texts):
    tokens = MarkdownIt().enable("table").parse(table_text(Table(("a", "b"), texts)))
    assert [token.type for token in tokens].count("tr_open") == len(texts) + 1
    assert [token.type for token in tokens].count("td_open") == 2 * len(texts)
    assert (tokens[0].type, tokens[-1].type) == ("table_open", "table_close")


def test_a_cell_is_one_line():
    assert cell_text("a\nb | <c>\\") == "a b \\| &lt;c>\\\\"


def test_values_are_listed_in_words():
    values = {"is_virtual": True, "flags": "-O2 --with", "nothing": "", "memory_bytes": 3 << 29}
    assert list_text(values) == (
        "- is virtual: yes\n- flags: `-O2 --with`\n- nothing: none\n- memory: 1.5 GiB"
    )
