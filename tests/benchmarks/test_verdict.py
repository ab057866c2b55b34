"""benchmarks/verdict.py: true answers count, and whatever is not one does not."""

import json

import pytest

from benchmarks.answer import Answer
from benchmarks.verdict import Wrong, further_names, judge, read_delays_ns
from tests.benchmarks.measured import a_candidate, a_result, a_text, an_answer

SCHEMA = {"type": "object"}


def tools(*names):
    return a_result({"tools": [{"name": name, "inputSchema": SCHEMA} for name in names]})


def counted(count=100, result="done", step=1):
    messages = [
        {
            "method": "notifications/progress",
            "params": {"progress": number * step, "message": str(number * 1_000)},
        }
        for number in range(1, count + 1)
    ]
    messages.append({"jsonrpc": "2.0", "id": 1, "result": a_text(result)})
    parts = [
        (number * 1_000 + 7, f"data: {json.dumps(message)}\n\n".encode())
        for number, message in enumerate(messages, 1)
    ]
    return Answer(200, {"content-type": "text/event-stream; charset=utf-8"}, parts)


TRUE = {
    "initialize": a_result({"protocolVersion": "2025-11-25", "serverInfo": {}}),
    "discover": a_result({"supportedVersions": ["2026-07-28"]}),
    "list": tools("read_item", "add", "count"),
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
    "answer",
    [
        an_answer('{"id": 1, "result": {}}', status=500),
        an_answer("no json"),
        an_answer("[" * 100_000),
        an_answer("[]"),
        an_answer("", kind="text/event-stream"),
        an_answer("data: no json\n\n", kind="text/event-stream"),
        an_answer('{"jsonrpc": "2.0", "id": 2, "result": {"content": [{"text": "5"}]}}'),
        an_answer('{"jsonrpc": "2.0", "id": 1, "error": {"code": -32603}}'),
        a_result(a_text("4")),
        a_result(a_text("5", isError=True)),
        a_result({"content": []}),
        a_result({"content": [None]}),
    ],
)
def test_a_wrong_answer_to_a_call_does_not_count(answer):
    with pytest.raises(Wrong):
        judge(a_candidate(), "call", answer)


def test_a_list_has_exactly_the_tools_it_should():
    several = a_candidate(further_tools=2)
    names = ["add", "count", "read_item"]
    judge(several, "list", tools(*names, *further_names(2)))
    judge(a_candidate(), "list", tools("add", "count", "readItem"))
    for wrong in (names, [*names, "tool_0", "tool_0"], [*names, "tool_0", "tool_1", "x"]):
        with pytest.raises(Wrong):
            judge(several, "list", tools(*wrong))


def test_a_constant_is_anything_with_octets():
    constant = a_candidate(is_constant=True)
    judge(constant, "initialize", an_answer("x"))
    for wrong in (an_answer(""), an_answer("x", status=500)):
        with pytest.raises(Wrong):
            judge(constant, "initialize", wrong)


def test_a_delay_is_from_the_tool_to_the_client():
    assert read_delays_ns(counted()) == [7] * 100


@pytest.mark.parametrize(
    "answer",
    [counted(99), counted(101), counted(step=0), a_result(a_text("done")), counted(0)],
    ids=["one less", "one more", "out of order", "not a stream", "none"],
)
def test_notifications_that_are_not_all_there_do_not_count(answer):
    with pytest.raises(Wrong):
        judge(a_candidate(), "events", answer)


def test_an_event_cannot_come_before_it_was_sent():
    early = [(now - 1_000_000, octets) for now, octets in counted().parts]
    with pytest.raises(Wrong, match="order"):
        read_delays_ns(Answer(200, {"content-type": "text/event-stream"}, early))
