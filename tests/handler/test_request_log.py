"""handler/request_log.py: a line tells what came of a request, and CloudWatch can count it."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.invocation import Invocation
from firstbyte.handler.request_log import describe_request, is_told
from firstbyte.transport.codec import Codec
from tests.embedded import check
from tests.handler.fakes import child, mcp_event, messages

NOW_MS = 1_795_413_245_761


def line(*calls, **changes):
    """The line of a request, read back; `changes` are of what was known of it."""
    known = {
        "account": {"calls": list(calls), **changes.pop("account", {})},
        "number": 2,
        "has_fired": False,
        "left_ms": 2900,
        "began_s": 10.0,
        "first_s": 10.0101,
        "last_s": 10.02,
        "sent": 55,
        "status": 200,
        "failure": None,
        "trace": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        **changes,
    }
    told = SimpleNamespace(**known, remaining_ms=lambda: known["left_ms"])
    headers = {
        "Lambda-Runtime-Aws-Request-Id": "r-1",
        "Lambda-Runtime-Trace-Id": told.trace,
        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:1:function:f:live",
    }
    described = describe_request(Invocation(headers, b"{}"), told, told, NOW_MS)
    read = json.loads(Codec().encode(described))
    check(read)
    return read


def call(outcome="ok", method="tools/call", *, code=None, **params):
    told = {"method": method, "params": {"name": "read", **params}, "outcome": outcome}
    return told if code is None else {**told, "code": code}


def dimensions(read):
    (directive,) = read["_aws"]["CloudWatchMetrics"]
    return directive["Dimensions"]


def test_a_call_is_told_with_all_that_is_known_of_it():
    meta = {
        "io.modelcontextprotocol/clientInfo": {"name": "probe", "version": "1.2"},
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    account = {"era": "modern", "version": "2026-07-28", "store_calls": 3}
    read = line(call(_meta=meta), account=account)
    del read["_aws"]
    assert read == {
        "timestamp": "2026-11-23T05:54:05.761Z",
        "level": "INFO",
        "message": "tools/call read: ok in 20.0 ms",
        "requestId": "r-1",
        "xrayTraceId": "1-5759e988-bd862e3fe1be46a994272793",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "method": "tools/call",
        "tool": "read",
        "era": "modern",
        "protocolVersion": "2026-07-28",
        "client": "probe",
        "clientVersion": "1.2",
        "status": 200,
        "outcome": "ok",
        "cold": False,
        "ColdStart": 0,
        "Duration": 20.0,
        "TimeToFirstByte": 10.1,
        "Errors": 0,
        "RemainingTime": 2900,
        "StoreCalls": 3,
        "BytesIn": 2,
        "BytesOut": 55,
        "FunctionName": "f",
        "Era": "modern",
        "Tool": "read",
    }


def test_metrics_are_by_function_era_and_tool():
    read = line(call(), account={"era": "legacy"})
    by_function = ["FunctionName"]
    assert dimensions(read) == [by_function, [*by_function, "Era"], [*by_function, "Tool"]]
    assert dimensions(line(call(method="tools/list"))) == [["FunctionName"]]


def test_a_tool_that_is_not_there_has_no_metrics_of_its_own():
    read = line(call("error", code=-32602))
    assert dimensions(read) == [["FunctionName"]]
    assert (read["tool"], read["code"], read["Errors"]) == ("read", -32602, 0)


@pytest.mark.parametrize(
    ("known", "outcome", "level", "errors"),
    [
        ({"calls": ["ok"]}, "ok", "INFO", 0),
        ({"calls": ["input required"]}, "input required", "INFO", 0),
        ({"calls": ["cancelled"]}, "cancelled", "INFO", 0),
        ({"calls": ["tool failed"]}, "tool failed", "WARN", 1),
        ({"calls": ["error"]}, "error", "WARN", 0),
        ({"calls": ["failed"]}, "failed", "ERROR", 1),
        ({"calls": ["ok", "error", "tool failed", "ok"]}, "tool failed", "WARN", 1),
        ({"account": {"reason": "too large"}}, "refused", "WARN", 0),
        ({"failure": "Function.KeyError"}, "failed", "ERROR", 1),
        ({"has_fired": True, "calls": ["failed"]}, "timed out", "ERROR", 1),
        ({}, "ok", "INFO", 0),
    ],
)
def test_the_worst_outcome_is_the_lines(known, outcome, level, errors):
    calls = [call(told) for told in known.pop("calls", ())]
    read = line(*calls, **known)
    assert (read["outcome"], read["level"], read["Errors"]) == (outcome, level, errors)


def test_an_array_is_told_by_its_length_however_far_it_came():
    read = line(call(), account={"asked": 2}, has_fired=True)
    assert (read["method"], read["calls"], read["outcome"]) == ("batch", 2, "timed out")
    assert "Tool" not in read


def test_a_dimension_is_no_longer_than_cloudwatch_takes():
    # Of a name 200 characters are told, each of which takes ten in ASCII.
    described = line(call(name="\N{GRINNING FACE}" * 2000))
    assert described["Tool"] == ("\\U0001f600" * 200)[:1024]


def test_a_trace_is_found_wherever_its_header_has_it():
    read = line(trace="Self=1-6-a; Root=1-5759e988-b ;Sampled=1")
    assert read["xrayTraceId"] == "1-5759e988-b "


def test_an_array_is_told_by_its_length():
    read = line(call(), call("error"))
    assert (read["method"], read["calls"]) == ("batch", 2)
    assert "Tool" not in read


def test_a_handshake_tells_who_shakes_hands():
    read = line(call(method="initialize", clientInfo={"name": "c", "version": 1}))
    assert read["client"] == "c"
    assert "clientVersion" not in read


def test_what_never_left_took_no_time():
    read = line(first_s=None, last_s=None, status=None)
    assert {"Duration", "TimeToFirstByte", "status"}.isdisjoint(read)


def test_a_function_that_is_no_server_is_told_of_too():
    assert line()["FunctionName"] == "f"
    assert line(trace="")["message"].startswith("invocation: ok")


def test_a_uri_is_not_told():
    read = line(call(method="resources/read", uri="note:private"))
    assert "private" not in json.dumps(read)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda values: st.lists(values)
)


@given(
    st.dictionaries(st.sampled_from(["name", "_meta", "clientInfo", "x"]), json_values),
    st.sampled_from(["tools/call", "initialize", "x/y", "\ud800"]),
    st.text(),
)
def test_whatever_clients_send_has_a_line(params, method, server):
    told = {"method": method, "params": params, "outcome": "ok"}
    line(told, account={"server": server, "era": "modern"})


@pytest.mark.parametrize(
    ("least", "told"),
    [("INFO", True), ("DEBUG", True), ("WARN", True), ("ERROR", False), ("loud", True)],
)
def test_a_line_below_the_level_is_not_written(least, told):
    assert is_told({"level": "WARN"}, least) is told
    assert not is_told({"level": "INFO"}, "WARN")


APP = """
from firstbyte.tools import Context, Server, ToolError, tool

@tool
def read(fail: bool, context: Context) -> str:
    context.progress(1)
    if fail:
        raise ToolError("no such thing")
    return "read"

server = Server("notes", "1", tools=[read])
"""


def lines_of(server, folder, *requests, **environment):
    """Every line a process wrote for `requests`, with the messages that answer each."""
    (folder / "app.py").write_text(APP)
    environment = {"AWS_LAMBDA_LOG_FORMAT": "JSON", **environment}
    with child(server, "app:server", folder=folder, environment=environment) as runtime:
        answers = []
        for method, params in requests:
            server.invoke(mcp_event(method, params), left_ms=60_000)
            answers.append(messages(server.post()))
        server.refuse()
        _, said, _ = runtime.end()
    # The native client writes there, too, that it was refused.
    read = [json.loads(text) for text in said.splitlines() if text.startswith("{")]
    for told in read:
        check(told)
    return read, answers


CALL = ("tools/call", {"name": "read", "arguments": {"fail": False}})
FAILING = ("tools/call", {"name": "read", "arguments": {"fail": True}})


def test_each_request_has_one_line(server, tmp_path):
    read, answers = lines_of(
        server, tmp_path, ("tools/list", {}), CALL, FAILING, ("no/such", {})
    )
    assert [(told["method"], told["outcome"], told["cold"]) for told in read[:3]] == [
        ("tools/list", "ok", True),
        ("tools/call", "ok", False),
        ("tools/call", "tool failed", False),
    ]
    assert read[3]["outcome"] == "refused"
    assert [len(answer) for answer in answers] == [1, 1, 1, 1]
    assert [told.get("era") for told in read] == ["legacy"] * 3 + [None]


def test_a_request_that_is_refused_says_why(server, tmp_path):
    (told,), _ = lines_of(server, tmp_path, CALL, FIRSTBYTE_MAX_BODY_BYTES="10")
    assert (told["status"], told["outcome"], told["level"]) == (413, "refused", "WARN")
    assert "10" in told["reason"]


def test_the_least_level_counts(server, tmp_path):
    read, _ = lines_of(server, tmp_path, CALL, FAILING, AWS_LAMBDA_LOG_LEVEL="WARN")
    assert [told["outcome"] for told in read] == ["tool failed"]


def test_where_the_log_is_text_requests_have_no_lines(server, tmp_path):
    read, _ = lines_of(server, tmp_path, CALL, AWS_LAMBDA_LOG_FORMAT="Text")
    assert read == []
