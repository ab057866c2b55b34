"""tools/context.py: what a tool says goes straight to its caller."""

import pytest

from firstbyte.tools.context import LEVELS, Context
from tests.tools.fakes import Listener


def test_progress_is_passed_on_as_it_is():
    listener = Listener()
    context = Context(listener)
    context.progress(1)
    context.progress(2.5, 10, "half")
    assert listener.heard == [("progress", 1, None, None), ("progress", 2.5, 10, "half")]


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_can_be_logged(level):
    listener = Listener()
    Context(listener).log(level, {"a": 1}, "my.logger")
    assert listener.heard == [(level, {"a": 1}, "my.logger")]


@pytest.mark.parametrize("level", ["debug", "info", "notice", "warning", "error"])
def test_the_common_levels_have_methods(level):
    listener = Listener()
    getattr(Context(listener), level)("words")
    assert listener.heard == [(level, "words", None)]


def test_an_unknown_level_is_refused():
    listener = Listener()
    with pytest.raises(ValueError, match="'warn' is none of debug, info"):
        Context(listener).log("warn", "words")
    assert listener.heard == []


def test_a_tool_can_ask_about_its_call():
    context = Context(Listener())
    assert (context.request_id, context.remaining_ms(), context.invocation_number) == (
        "request-1",
        1234,
        7,
    )
