"""probe/finding.py: every code has words, and the gravest decides the exit status."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe.finding import KINDS, exit_status, make_finding, show

DOCUMENT = Path(__file__).parents[2] / "docs/probe.md"


@pytest.mark.parametrize("code", KINDS)
def test_a_kind_has_a_stable_code_a_sentence_and_a_remedy(code):
    kind = KINDS[code]
    assert re.fullmatch("[a-z]+(-[a-z]+)+", code) or code in {"redirected", "throttled"} | {
        "forbidden",
        "refused",
        "unfinished",
    }
    assert kind.sentence.endswith(".")
    assert len(kind.remedy) > len("Try again.")


def test_the_document_lists_all_codes_with_their_sentences():
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (\d) \| (.+?) \|", DOCUMENT.read_text(), re.MULTILINE
    )
    assert rows == [(code, str(it.exit_status), it.sentence) for code, it in KINDS.items()]


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ([], 0),
        (["challenge-missing"], 0),
        (["tool-failed", "throttled"], 4),
        (["throttled", "not-mcp"], 5),
        (["not-mcp", "name-unknown"], 3),
        (["slow-start"], 1),
    ],
)
def test_the_gravest_error_decides(codes, status):
    findings = tuple(make_finding(code, "") for code in codes)
    assert exit_status(findings, is_served=False) == status
    # Whoever was served was neither unreached nor shut out.
    assert exit_status(findings, is_served=True) == min(status, 1)


def test_what_is_only_a_warning_does_not_fail():
    for is_served in (False, True):
        finding = make_finding("tool-failed", "", "warning")
        assert exit_status((finding,), is_served=is_served) == 0


def test_what_a_server_said_becomes_one_line_that_a_terminal_bears():
    finding = make_finding("tool-failed", "a\x1b[31m\n\x9b2J\ud800 b" + "c" * 2000)
    assert finding.detail.isprintable()
    assert finding.detail.startswith("a [31m 2J b")
    assert len(finding.detail) == 1000


@given(st.text())
def test_foreign_text_is_shown_as_one_short_line(text):
    line = show(text)
    assert line.isprintable()
    assert len(line) <= 160
