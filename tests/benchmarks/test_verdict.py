"""benchmarks/verdict.py: true answers count, and whatever is not one does not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.answer import Answer
from benchmarks.candidate import QUESTIONS, TOOLS
from benchmarks.verdict import Wrong, further_names, judge, read_delays_ns
from tests.benchmarks.measured import a_candidate, a_result, a_text, an_answer

STREAM = "text/event-stream"
SERVER = {
    "protocolVersion": "2025-11-25",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "tried", "version": "1"},
}
DISCOVERED = {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}}


def a_tool(name, *parameters, kind="object"):
    return {
        "name": name,
        "inputSchema": {"type": kind, "properties": {key: {} for key in parameters}},
    }


THREE = [a_tool(name, *parameters) for name, parameters in TOOLS.items()]


def progress(number, **changes):
    params = {"progressToken": "progress", "progress": number, "message": str(number * 1_000)}
    return {
        "jsonrpc": "2.0",
        "method": "notifications/progress",
        "params": params | changes,
    }


def response(result, **changes):
    return {"jsonrpc": "2.0", "id": 1, "result": result} | changes


def a_stream(*messages):
    parts = [
        (number * 1_000 + 7, f"data: {json.dumps(message)}\n\n".encode())
        for number, message in enumerate(messages, 1)
    ]
    return Answer(200, {"content-type": f"{STREAM}; charset=utf-8"}, parts)


def counted(count=100, **changes):
    return a_stream(
        *(progress(number, **changes) for number in range(1, count + 1)),
        response(a_text("done")),
    )


TRUE = {
    "initialize": a_result(SERVER),
    "discover": a_result(DISCOVERED),
    "list": a_result({"tools": THREE[::-1]}),
    "call": a_result(a_text("5")),
    "call_boto3": a_result(a_text("hello from the table")),
    "events": counted(),
}


@pytest.mark.parametrize("question", TRUE)
def test_a_true_answer_counts(question):
    judge(a_candidate(), question, TRUE[question])


@pytest.mark.parametrize("question", TRUE)
def test_the_answer_to_another_question_does_not(question):
    for asked in TRUE:
        if asked != question:
            with pytest.raises(Wrong):
                judge(a_candidate(), asked, TRUE[question])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (a_result(a_text("5"), status=500), "the status is 500"),
        (a_result(a_text("5"), kind="text/html"), "of type 'text/html'"),
        (a_result(a_text("5"), kind=""), "of type ''"),
        (an_answer("no json"), "no application/json"),
        (an_answer("[" * 100_000), "no application/json"),
        (an_answer("[]"), "no JSON-RPC message"),
        (an_answer("", kind=STREAM), "no JSON-RPC message"),
        (an_answer("data: no json\n\n", kind=STREAM), "no text/event-stream"),
        (an_answer('{"id": 1, "result": {}}'), "not JSON-RPC 2.0"),
        (a_stream(response(a_text("5")), response(a_text("5"))), "2 messages came"),
        (a_stream(progress(1), response(a_text("5"))), "2 messages came"),
        (a_stream(response(a_text("5"), error={"code": -32603})), "with an error"),
        (a_stream(response(a_text("5"), error=None)), "with an error"),
        (a_stream(response(a_text("5"), method="x")), "not a response"),
        (a_stream(response(a_text("5"), id=2)), "to '2', not to 1"),
        (a_stream(response(a_text("5"), id="1")), "not to 1"),
        (a_stream(response(a_text("5"), id=True)), "not to 1"),
        (a_stream(response(a_text("5"), id=1.0)), "not to 1"),
        (a_stream(response(None)), "the result is no object"),
        (a_result(a_text("4")), "the tool says"),
        (a_result(a_text(5)), "the tool says"),
        (a_result(a_text("5", isError=True)), "the tool failed"),
        (a_result(a_text("5", isError=None)), "the tool failed"),
        (a_result({"content": []}), "not one piece"),
        (a_result({"content": [None]}), "not one piece"),
        (a_result({"content": a_text("5")["content"] * 2}), "not one piece"),
        (a_result({"content": [{"type": "image", "text": "5"}]}), "the tool says"),
        (a_result(a_text("5", structuredContent={"result": 4})), "says '5' and"),
        (a_result(a_text("5", structuredContent=None)), "says '5' and"),
    ],
)
def test_a_wrong_answer_to_a_call_does_not_count_and_the_reason_is_told(answer, reason):
    with pytest.raises(Wrong, match=reason):
        judge(a_candidate(), "call", answer)


@pytest.mark.parametrize("value", [5, {"result": 5}])
def test_a_tool_may_say_it_for_programs_too(value):
    judge(a_candidate(), "call", a_result(a_text("5", structuredContent=value)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"protocolVersion": "2025-06-18"}, "agrees on '2025-06-18', not on '2025-11-25'"),
        ({"protocolVersion": None}, "not on '2025-11-25'"),
        ({"serverInfo": None}, "which server"),
        ({"serverInfo": {"name": "tried"}}, "which server"),
        ({"capabilities": {"prompts": {}}}, "that it has tools"),
        ({"capabilities": None}, "that it has tools"),
    ],
)
def test_a_greeting_says_the_version_the_server_and_its_tools(changes, reason):
    with pytest.raises(Wrong, match=reason):
        judge(a_candidate(), "initialize", a_result(SERVER | changes))


def test_who_serves_another_version_agrees_on_that_one():
    older = a_candidate(revision="2024-11-05")
    judge(older, "initialize", a_result(SERVER | {"protocolVersion": "2024-11-05"}))
    with pytest.raises(Wrong, match="not on '2024-11-05'"):
        judge(older, "initialize", a_result(SERVER))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"supportedVersions": ["2025-11-25"]}, "does not serve 2026-07-28"),
        ({"supportedVersions": "2026-07-28"}, "does not serve 2026-07-28"),
        ({"capabilities": {}}, "that it has tools"),
    ],
)
def test_a_server_is_discovered_with_the_version_asked_and_its_tools(changes, reason):
    with pytest.raises(Wrong, match=reason):
        judge(a_candidate(), "discover", a_result(DISCOVERED | changes))


def test_a_modern_result_says_that_it_is_complete():
    modern = a_candidate(questions=dict.fromkeys(QUESTIONS, b"{}"))
    judge(modern, "call", a_result(a_text("5", resultType="complete")))
    judge(modern, "initialize", TRUE["initialize"])
    for further in ({}, {"resultType": "input_required"}):
        with pytest.raises(Wrong, match="not said to be complete"):
            judge(modern, "call", a_result(a_text("5", **further)))


@pytest.mark.parametrize(
    ("tools", "reason"),
    [
        (THREE, "3 tools are listed, 5 expected"),
        ([*THREE, a_tool("tool_0", "limit", "table_name")] * 2, "8 tools are listed"),
        ([*THREE, a_tool("tool_0"), a_tool("tool_1")], "5 tools are listed"),
        ([*THREE, *[a_tool("x", "limit", "table_name")] * 2], "5 tools are listed"),
        ([None] * 5, "not tools"),
        ([{"name": "add", "inputSchema": []}] * 5, "not tools"),
        (None, "not a list of tools"),
    ],
)
def test_a_list_has_exactly_the_tools_it_should(tools, reason):
    several = a_candidate(further_tools=2)
    further = [a_tool(name, "table_name", "limit") for name in further_names(2)]
    judge(several, "list", a_result({"tools": [*further, *THREE]}))
    with pytest.raises(Wrong, match=reason):
        judge(several, "list", a_result({"tools": tools}))


def test_a_list_is_whole_and_its_arguments_are_objects():
    with pytest.raises(Wrong, match="goes on"):
        judge(a_candidate(), "list", a_result({"tools": THREE, "nextCursor": "x"}))
    named = [a_tool(name, *parameters, kind="array") for name, parameters in TOOLS.items()]
    with pytest.raises(Wrong, match="no object"):
        judge(a_candidate(), "list", a_result({"tools": named}))


def test_a_constant_is_what_was_written_and_nothing_else():
    constant = a_candidate(constant=b"x")
    judge(constant, "initialize", an_answer("x", kind="text/plain"))
    for wrong in (an_answer(""), an_answer("xx"), an_answer("x", status=500)):
        with pytest.raises(Wrong):
            judge(constant, "initialize", wrong)


def test_a_delay_is_from_the_tool_to_the_client():
    assert read_delays_ns(counted()) == [7] * 100


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (counted(99), "99 notifications came, not 100"),
        (counted(101), "101 notifications came, not 100"),
        (a_result(a_text("done")), "0 notifications came"),
        (counted(progress=5), "notification 1 says 5"),
        (counted(progressToken="other"), "for 'other'"),
        (counted(message="1"), "out of order"),
        (counted(message="soon"), "without its moment"),
        (a_stream(progress(1) | {"id": 1}, response(a_text("done"))), "not a progress"),
        (a_stream(progress(1) | {"params": None}, response(a_text("done"))), "its moment"),
        (a_stream(response(a_text("done")), response(a_text("done"))), "not a progress"),
    ],
)
def test_notifications_that_are_not_all_there_do_not_count(answer, reason):
    with pytest.raises(Wrong, match=reason):
        judge(a_candidate(), "events", answer)


def test_an_event_cannot_come_before_it_was_sent():
    early = [(now - 1_000_000, octets) for now, octets in counted().parts]
    with pytest.raises(Wrong, match="order"):
        read_delays_ns(Answer(200, {"content-type": STREAM}, early))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)
MEMBERS = ("content", "tools", "params", "serverInfo", "capabilities", "supportedVersions")


@given(st.sampled_from(QUESTIONS), st.dictionaries(st.sampled_from(MEMBERS), JSON))
def test_any_result_is_true_or_wrong(question, result):
    for answer in (a_result(result), a_stream(result, response(result))):
        with pytest.raises(Wrong):
            judge(a_candidate(), question, answer)
