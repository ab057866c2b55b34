"""emulator/console.py: lines for whoever watches, as many as asked for."""

import io
import logging

import pytest

from firstbyte.emulator.console import Console, Served
from firstbyte.emulator.report import Report

SERVED = Served("POST", "/mcp", 200, 3, True, 41.23, 1043.0, 512)
REPORT = Report("r-1", 1.0, 0.0, 128, 50, "")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def lines(level, stream=None):
    stream = stream or io.StringIO()
    console = Console(stream, level)
    console.served(SERVED)
    console.report(REPORT)
    console.deployment()
    console.output(3, "hello")
    console.fault(3, "broke")
    console.detail(3, "GET /next")
    return stream.getvalue().splitlines()


def test_a_request_is_one_line():
    line, *_ = lines(logging.INFO)
    assert line == "POST /mcp 200 env 3 cold first   41.2 ms total  1043.0 ms     512 B"


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (logging.DEBUG, ["[3] hello", "[3] ! broke", "[3] > GET /next"]),
        (logging.INFO, ["[3] hello", "[3] ! broke"]),
        (logging.WARNING, ["[3] hello", "[3] ! broke"]),
        (logging.ERROR, ["[3] hello"]),
    ],
)
def test_a_level_leaves_out_what_is_less_urgent_but_never_the_function(level, shown):
    assert [line for line in lines(level) if line.startswith("[")] == shown
    for line in (REPORT.line(), "NEW DEPLOYMENT"):
        assert (line in lines(level)) is (level <= logging.INFO)


def test_a_record_of_several_lines_is_several_lines_here():
    stream = io.StringIO()
    Console(stream, logging.INFO).output(3, "[ERROR] LookupError\rTraceback:\r  File x")
    assert stream.getvalue() == "[3] [ERROR] LookupError\n[3] Traceback:\n[3]   File x\n"


def test_on_a_terminal_a_request_fits_in_one_row_and_its_status_has_a_colour(monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    stream = Terminal()
    console = Console(stream, logging.INFO)
    console.served(SERVED)
    console.served(Served("GET", "/" + "long" * 40, 502, 0, False, 1.0, 1.0, 7, "Runtime.Exit"))
    first, second = stream.getvalue().splitlines()
    assert "\x1b[32m200\x1b[0m env 3 cold" in first
    assert "\N{HORIZONTAL ELLIPSIS} \x1b[31m502\x1b[0m env - warm" in second
    assert first.index("env") == second.index("env")
    assert len(first) - len("\x1b[32m\x1b[0m") <= 90
