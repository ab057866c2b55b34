"""Turn the pages of docs/ into their blocks of code, their words in code, and their tables."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {path.relative_to(DOCS).as_posix(): path for path in sorted(DOCS.rglob("*.md"))}
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_ENDS = ";|&()<>\n"
"""What ends a command of a shell; quoted, it does not."""
_BEFORE = {"!", "do", "else", "if", "then", "time", "while"}
"""What a command of a shell may follow on, beside an end and an assignment."""


class Block(NamedTuple):
    """One block of code: where it begins, in which language it is, and under which heading."""

    page: str
    line: int
    language: str
    heading: str
    text: str


def read_blocks(page):
    """All blocks of code of one page."""
    blocks, heading = [], ""
    tokens = _tokens(page)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open":
            heading = following.content
        elif token.type == "fence":
            blocks.append(Block(page, token.map[0] + 1, token.info, heading, token.content))
    return blocks


def read_words(page):
    """Everything that stands in a line as code."""
    return [
        child.content
        for token in _tokens(page)
        for child in token.children or ()
        if child.type == "code_inline"
    ]


def read_tables(page):
    """All tables of one page, each a list of rows, each a list of texts."""
    tables = []
    for token in _tokens(page):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type == "inline" and tables and token.level >= 4:
            tables[-1][-1].append(token.content)
    return tables


def read_code(page, name):
    """The one block of `page` that begins by telling that it is the file `name`."""
    (code,) = (
        block.text for block in read_blocks(page) if block.text.startswith(f"# {name}\n")
    )
    return code


def read_commands(script, program):
    """The words of every command of a shell script that runs `program`.

    Raises:
        ValueError: no shell could read the script: a quote has no end.
    """
    lexer = shlex.shlex(script.replace("\\\n", " "), posix=True, punctuation_chars=_ENDS)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t", True, ""
    commands, words = [], None
    is_first = True
    for word in lexer:
        if {*word} <= {*_ENDS}:
            words, is_first = None, True
        elif words is not None:
            words.append(word)
        elif is_first and word == program:
            words = []
            commands.append(words)
        else:
            is_first = is_first and (word in _BEFORE or re.match(r"\w+=", word) is not None)
    return commands


def _tokens(page):
    return _MARKDOWN.parse(PAGES[page].read_text(encoding="utf-8"))


SCRIPTS = [
    block for page in PAGES for block in read_blocks(page) if block.language in ("bash", "sh")
]
WORDS = [(page, word) for page in PAGES for word in read_words(page)]
