"""Write tables and values as Markdown, and fill a page's places with them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.tables import ABSENT, Table

_PLACE: Final = re.compile(r"\{\{(.+?)\}\}")


def fill(page: str, blocks: Mapping[str, str]) -> str:
    """Put `blocks` into the `{{places}}` of a page.

    An empty block takes along the paragraph that introduces it, and a chapter left without any
    block its heading: a page says nothing about what was not measured.

    Raises:
        KeyError: a place has no block of its name.
    """
    chapters = re.split(r"^(?=## )", page, flags=re.MULTILINE)
    filled = [_fill_chapter(chapter.strip().split("\n\n"), blocks) for chapter in chapters]
    return "\n\n".join(paragraph for chapter in filled for paragraph in chapter) + "\n"


def _fill_chapter(paragraphs: Sequence[str], blocks: Mapping[str, str]) -> list[str]:
    kept: list[str] = []
    is_open, is_empty = False, True
    for paragraph in paragraphs:
        place = _PLACE.fullmatch(paragraph)
        if not place:
            kept.append(paragraph)
            continue
        is_open = True
        if block := blocks[place[1]]:
            kept.append(block)
            is_empty = False
        elif kept and not kept[-1].startswith(("#", "|", "<")):
            kept.pop()
    return [] if is_open and is_empty else kept


def table_text(table: Table) -> str:
    """Write a table, ours in bold and figures to the right; nothing for one without rows."""
    if not table.rows:
        return ""
    columns = range(len(table.columns))
    lines = [
        table.columns,
        [
            "---:" if _is_figures([row[column] for row in table.rows]) else "---"
            for column in columns
        ],
        *(
            [
                f"**{cell_text(row[0])}**" if is_ours else cell_text(row[0]),
                *map(cell_text, row[1:]),
            ]
            for row, is_ours in table.marked()
        ),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell_text(text: str) -> str:
    """Keep a text from ending its cell or its row; faults quote what candidates print."""
    escaped = text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())


def list_text(values: Mapping[str, object]) -> str:
    """Write names and values as a list."""
    lines = []
    for name, value in values.items():
        if name.endswith("_bytes") and isinstance(value, int):
            lines.append(f"- {name.removesuffix('_bytes')}: {value / 2**30:.1f} GiB")
        else:
            lines.append(f"- {name.replace('_', ' ')}: {_value(value)}")
    return "\n".join(lines)


def _is_figures(texts: Sequence[str]) -> bool:
    return all(text == ABSENT or text[:1].isdigit() for text in texts)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = cell_text(str(value)) or "none"
    # A compiler's flags would be read as emphasis and dashes.
    return f"`{text}`" if text.startswith(("-", "'")) else text
