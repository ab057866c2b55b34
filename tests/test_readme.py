"""README.md and docs/: code runs, commands and files exist, every setting is explained."""

import re
import types
from pathlib import Path

import pytest

from firstbyte.handler.response_stream import is_streamed
from firstbyte.tools import Elicited, ResourceNotFound
from firstbyte.tools.testing import Client

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(code):
    """Execute `code` as a module of its own."""
    module = types.ModuleType("app")
    exec(compile(code, "README.md", "exec"), vars(module))
    return module


def test_the_tool_works_as_the_text_says():
    client = Client(run(CODE[0]).server)
    assert client.call("divide", dividend=1, divisor=4).structured == 0.25
    assert client.call("divide", dividend=1, divisor=0).text.startswith("the divisor is zero")
    assert client.call("divide", dividend="one", divisor=1).is_error


def test_resource_prompt_and_suggestion_work_as_the_text_says():
    client = Client(run(CODE[1]).server)
    assert client.read("note:monday").text == "Buy bread."
    with pytest.raises(ResourceNotFound, match="no note of 'sunday'"):
        client.read("note:sunday")
    assert len(client.fill_in("plan", day="tuesday", hours="3").messages) == 2
    with pytest.raises(ValueError, match="hours"):
        client.fill_in("plan", day="tuesday", hours="three")
    assert client.complete("day", "m", prompt="plan").values == ("monday",)


def test_the_question_works_as_the_text_says():
    notes = run(CODE[1])
    test = run(CODE[2].replace("from notes import server", ""))
    test.server = notes.server
    test.test_a_note_is_dropped_once_the_user_agrees()
    assert notes.NOTES == {"tuesday": "Bake."}
    refusing = Client(notes.server, {"question_1": Elicited("decline")})
    assert refusing.call("drop", day="tuesday").text == "kept"


def test_the_handler_is_one_that_streams():
    assert is_streamed(run(CODE[3]).handler)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", README))))
def test_the_makefile_has_the_command(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", sorted({*re.findall(r"\]\(([\w./-]+)[)#]", README)}))
def test_the_link_leads_somewhere(path):
    assert (ROOT / path).exists()


def test_every_setting_is_explained():
    source = (ROOT / "handler" / "settings.py").read_text(encoding="utf-8")
    explained = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert {*re.findall(r'"(FIRSTBYTE_\w+)"', source)} == {
        *re.findall(r"\| `(FIRSTBYTE_\w+)` \|", explained)
    }
