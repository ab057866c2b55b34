"""probe/text.py: a person reads who the server is, how its streams went, and what to do."""

import io

from rich.console import Console

from firstbyte.probe.finding import KINDS
from firstbyte.probe.plan import Plan
from firstbyte.probe.report import probe
from firstbyte.probe.text import print_report
from tests.probe.fakes import URL, Fake, asked_of, message, plain, stream
from tests.probe.functions import tiny


def printed(change=lambda request, count: None, *, is_terminal=False, width=400, **plan):
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=is_terminal, highlight=False)
    print_report(probe(Plan(URL, **plan), Fake(change)), console)
    return out.getvalue()


def streamed(request, count):
    if request.step != "call":
        return None
    return stream((0.5, tiny.progress(1, 2)), (1.0, tiny.answer(asked_of(request))))


def test_a_healthy_server_is_introduced():
    lines = printed().splitlines()
    assert lines[:2] == [URL, "tiny 1.0.0  2026-07-28, 2025-11-25  tools 3"]
    assert lines[-1] == "nothing is wrong"


def test_a_stream_is_drawn():
    text = printed(streamed)
    assert "status (modern)" in text
    assert "····●····················●■" in text
    assert "2 events" in text


def test_a_finding_comes_with_its_remedy():
    text = printed(lambda request, count: plain(429, "slow down"))
    kind = KINDS["throttled"]
    assert f"error throttled  {kind.sentence}" in text
    assert "slow down" in text
    assert kind.remedy in text


def test_no_line_has_blanks_at_its_end():
    text = printed(lambda request, count: plain(429, "slow down"), width=40)
    assert max(map(len, text.splitlines())) <= 40
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_a_terminal_gets_colours_and_a_file_does_not():
    assert "\x1b[" in printed(streamed, is_terminal=True)
    assert "\x1b[" not in printed(streamed)


def test_a_servers_words_are_no_markup_and_no_escape():
    def named(request, count):
        info = {"name": "[bold]x[/bold]\x1b[31m", "version": "1"}
        return message(tiny.answer(asked_of(request), info=info))

    assert "[bold]x[/bold] [31m 1" in printed(named)


def test_that_nothing_was_called_is_said():
    tools = [{**tiny.TOOLS[0], "annotations": {}}]

    def change(request, count):
        asked = asked_of(request)
        return message(tiny.answer(asked, tools=tools)) if "id" in asked else None

    assert "no tool was called: name one with --tool" in printed(change)
    assert "no tool was called" not in printed()
