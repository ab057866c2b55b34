"""probe/checks/lists.py: lists that are empty, short or cannot be had."""

import pytest

from tests.probe.fakes import asked_of, codes_of, finding_of, message, plain
from tests.probe.functions import tiny


def offering(capabilities, tools=tiny.TOOLS):
    """A server with these capabilities and tools."""

    def change(request, count):
        asked = asked_of(request)
        told = tiny.answer(asked, tools=tools) if "id" in asked else None
        if told and "capabilities" in told.get("result", {}):
            told["result"]["capabilities"] = capabilities
        return told and message(told)

    return change


def test_an_empty_list_of_tools_is_named():
    assert codes_of(offering({"tools": {}}, tools=[])) == ["tools-empty"]


def test_a_server_that_offers_nothing_has_no_tools():
    assert codes_of(offering({})) == ["tools-empty"]


def test_a_server_of_prompts_alone_means_it():
    def prompts(request, count):
        asked = asked_of(request)
        if asked["method"] == "prompts/list":
            told = {"jsonrpc": "2.0", "id": asked["id"], "result": {"prompts": []}}
            return message(told)
        return offering({"prompts": {}})(request, count)

    assert codes_of(prompts) == []
    assert codes_of(prompts, expected=("status",)) == ["tools-empty"]


def test_a_missing_tool_is_named():
    finding = finding_of(expected=("status", "other", "another"))
    assert finding.code == "tools-shrunken"
    assert finding.detail.endswith("3 tools, and not another, other")


def test_a_list_that_is_announced_and_not_served_is_named():
    assert codes_of(offering({"tools": {}, "resources": {}})) == ["list-failed"]


def test_a_list_that_fails_is_not_taken_for_an_empty_one():
    def failing(request, count):
        return plain(500) if request.about == "tools/list" else None

    assert codes_of(failing, expected=("status",)) == ["function-failed"]


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ("none", "tools is no array"),
        ([{"title": "Status"}], "an entry has no name"),
        ([*tiny.TOOLS, None], "an entry has no name"),
        ([{"name": 5}], "an entry has no name"),
    ],
)
def test_a_list_that_clients_cannot_take_is_named(tools, said):
    finding = finding_of(offering({"tools": {}}, tools=tools), expected=("status",))
    assert (finding.code, finding.detail) == ("list-failed", f"tools/list (modern): {said}")


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "a"]])
def test_pages_that_never_end_are_named(cursors):
    def endless(request, count):
        asked = asked_of(request)
        if asked["method"] != "tools/list":
            return None
        told = tiny.answer(asked)
        cursor = asked.get("params", {}).get("cursor")
        told["result"]["nextCursor"] = cursors[cursors.index(cursor) + 1 if cursor else 0]
        return message(told)

    finding = finding_of(endless)
    assert finding.code == "list-failed"
    assert finding.detail == "tools/list (modern): its pages do not end"


def test_pages_that_end_are_one_list():
    def paged(request, count):
        asked = asked_of(request)
        if asked["method"] != "tools/list":
            return None
        told = tiny.answer(asked)
        if "cursor" in asked.get("params", {}):
            told["result"]["tools"] = [{"name": "last", "inputSchema": {"type": "object"}}]
        else:
            told["result"]["nextCursor"] = "second"
        return message(told)

    assert codes_of(paged, expected=("status", "last")) == []
