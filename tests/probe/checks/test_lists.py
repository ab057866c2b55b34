"""probe/checks/lists.py: lists that are empty, short or cannot be had."""

import pytest

from firstbyte.probe.plan import Call
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
    assert finding.detail.endswith("not another, other, but remove, rows, status")


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


@pytest.mark.parametrize("capability", ["prompts", "resources"])
def test_a_server_that_announces_tools_and_offers_others_means_it(capability):
    key = {"prompts": "name", "resources": "uri"}[capability]

    def change(request, count):
        asked = asked_of(request)
        if asked["method"] == f"{capability}/list":
            return message(
                {"jsonrpc": "2.0", "id": asked["id"], "result": {capability: [{key: "a:b"}]}}
            )
        return offering({"tools": {}, capability: {}}, tools=[])(request, count)

    assert codes_of(change) == []
    assert codes_of(change, expected=("rows",)) == ["tools-empty"]


@pytest.mark.parametrize("schema", [None, {}, {"type": "string"}, [], "object"])
def test_a_tool_without_a_schema_of_an_object_spoils_the_list(schema):
    tools = [*tiny.TOOLS, {"name": "odd", "inputSchema": schema}]
    finding = finding_of(offering({"tools": {}}, tools=tools))
    assert finding.code == "list-failed"
    assert finding.detail.endswith("odd has no inputSchema of an object")


def test_a_named_tool_that_is_not_listed_is_wanted():
    assert codes_of(calls=(Call("other", {}),)) == ["tools-shrunken"]


def test_tools_that_nobody_announces_are_told_so():
    assert finding_of(offering({})).detail.endswith("capability tools is not announced")


def test_pages_that_lead_ever_further_are_given_up_and_told():
    def change(request, count):
        asked = asked_of(request)
        if request.step != "list":
            return None
        told = tiny.answer(asked)
        told["result"]["nextCursor"] = str(count)
        return message(told)

    assert codes_of(change) == ["list-failed"]


def test_a_list_of_many_pages_is_read_to_its_end():
    def change(request, count):
        asked = asked_of(request)
        if request.step != "list":
            return None
        page = int(asked["params"].get("cursor", "0"))
        told = tiny.answer(asked, tools=[{**tiny.TOOLS[0], "name": f"t{page}"}])
        if page < 60:
            told["result"]["nextCursor"] = str(page + 1)
        return message(told)

    assert codes_of(change, expected=("t60",)) == []
