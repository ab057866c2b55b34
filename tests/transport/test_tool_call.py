"""transport/tool_call.py: tools are called in every revision, and fail in the open."""

from asyncio import CancelledError

import pytest
from mcp_types.methods import parse_server_result

from firstbyte.transport.errors import NotJson
from firstbyte.transport.request import Door
from tests.transport.fakes import (
    INFO_KEY,
    LEGACY,
    LEVEL_KEY,
    MODERN,
    SERVED,
    Invocation,
    Outcome,
    Service,
    Sink,
    a_call,
    an_endpoint,
    call,
    call_modern,
    environments,
    post,
    shake_hands,
    text_block,
)


def an_endpoint_of(body):
    return an_endpoint(Service(run=body))


def call_tool(body, params=None, version=MODERN, **options):
    params = {"name": "run", **(params or {})}
    return call(version, an_endpoint_of(body), "tools/call", params, **options)


@pytest.mark.parametrize("version", SERVED)
def test_a_call_gives_back_what_the_tool_made_of_its_arguments(version):
    def run(arguments, caller):
        return Outcome([text_block("done")], {"got": arguments}, has_structured=True)

    sink = call_tool(run, {"arguments": {"é": [1, None]}}, version)
    result = sink.json["result"]
    parse_server_result("tools/call", version, result)
    assert result["content"] == [text_block("done")]
    assert ("structuredContent" in result) is (version in SERVED[:3])
    assert result.get("structuredContent", {"got": {"é": [1, None]}}) == {
        "got": {"é": [1, None]}
    }


EVERY_KIND = [
    {"type": "text", "text": "x"},
    {"type": "image", "data": "AA==", "mimeType": "image/png"},
    {"type": "audio", "data": "AA==", "mimeType": "audio/wav"},
    {"type": "resource", "resource": {"uri": "file:///a", "text": "x", "_meta": {"k": 1}}},
    {"type": "resource", "resource": {"uri": "file:///b", "blob": "AA=="}},
    {
        "type": "resource_link",
        "uri": "file:///c",
        "name": "c",
        "title": "C",
        "icons": [{"src": "https://n.example/i.png"}],
    },
]
DRESS = {
    "annotations": {"audience": ["user"], "lastModified": "2026-07-28T00:00:00Z"},
    "_meta": {"k": 1},
}


@pytest.mark.parametrize("structured", [{"a": 1}, [1], None])
@pytest.mark.parametrize("version", SERVED)
def test_every_kind_of_content_reaches_every_client_in_its_words(version, structured):
    def run(arguments, caller):
        content = [*EVERY_KIND, *({**block, **DRESS} for block in EVERY_KIND)]
        return Outcome(content, structured, has_structured=True)

    result = call_tool(run, version=version).json["result"]
    parse_server_result("tools/call", version, result)
    assert len(result["content"]) == 12


def test_a_modern_result_is_complete_and_names_the_server():
    result = call_tool(lambda arguments, caller: Outcome()).json["result"]
    assert result == {
        "resultType": "complete",
        "content": [],
        "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
    }


@pytest.mark.parametrize("version", SERVED)
def test_what_a_tool_says_about_its_result_goes_with_it(version):
    result = call_tool(lambda *_: Outcome(meta={"k": [1]}), version=version).json["result"]
    assert result["_meta"]["k"] == [1]


def with_headers(*_):
    return Outcome([text_block("ran")])


def call_mirrored(headers, arguments, version=MODERN, **options):
    service = Service(run=with_headers)
    service.find_tool("run").headers = {"Region": ("region",)}
    params = {"name": "run", "arguments": arguments}
    return call(version, an_endpoint(service), "tools/call", params, headers=headers, **options)


def test_a_header_that_repeats_an_argument_is_compared_with_it():
    agreed = call_mirrored({"mcp-param-region": "eu"}, {"region": "eu"})
    assert agreed.json["result"]["content"] == [text_block("ran")]


@pytest.mark.parametrize(
    ("headers", "arguments"),
    [({}, {"region": "eu"}), ({"mcp-param-region": "us"}, {"region": "eu"}),
     ({"mcp-param-region": "us"}, {})],
)  # fmt: skip
def test_a_header_that_says_another_thing_ends_the_call_before_the_tool_runs(
    headers, arguments
):
    sink = call_mirrored(headers, arguments)
    error = {
        "code": -32020,
        "message": "header mcp-param-region does not equal the argument it repeats",
    }
    assert (sink.status, sink.json["error"]) == (400, error)


@pytest.mark.parametrize("version", LEGACY)
def test_no_such_header_is_expected_of_a_legacy_client(version):
    assert "result" in call_mirrored({}, {"region": "eu"}, version).json


def test_a_legacy_result_has_nothing_of_the_modern_ones():
    result = call_tool(lambda arguments, caller: Outcome(), version="2025-11-25").json["result"]
    assert result == {"content": []}


def test_arguments_may_be_absent():
    seen = []

    def run(arguments, caller):
        seen.append(arguments)
        return Outcome()

    call_tool(run)
    assert seen == [{}]


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize("arguments", [None, [], "x", 1, False])
def test_arguments_are_an_object(version, arguments):
    sink = call_tool(pytest.fail, {"arguments": arguments}, version)
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


@pytest.mark.parametrize("params", [{}, {"name": None}, {"name": 1}, {"name": ["run"]}])
def test_a_call_names_its_tool(params):
    sink = post(an_endpoint(), a_call("tools/call", params))
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


@pytest.mark.parametrize("version", SERVED)
def test_a_tool_nobody_knows_is_a_protocol_error(version):
    sink = call(version, an_endpoint(), "tools/call", {"name": "x" * 200})
    error = {"code": -32602, "message": f"unknown tool: {'x' * 128}"}
    assert (sink.status, sink.json["error"]) == (200, error)


@pytest.mark.parametrize("version", SERVED)
def test_a_failure_the_tool_tells_is_a_result(version):
    def run(arguments, caller):
        return Outcome([text_block("no such table")], is_error=True)

    result = call_tool(run, version=version).json["result"]
    assert (result["content"], result["isError"]) == ([text_block("no such table")], True)


FAILURE = text_block("the tool failed; the server's log has request id invocation-1")


@pytest.mark.parametrize("version", SERVED)
def test_what_a_tool_raises_is_in_the_log_and_not_on_the_wire(version):
    def run(arguments, caller):
        raise ValueError("a secret")

    invocation = Invocation()
    sink = call_tool(run, version=version, invocation=invocation)
    result = sink.json["result"]
    assert (sink.status, result["content"], result["isError"]) == (200, [FAILURE], True)
    assert [str(error) for error in invocation.errors] == ["a secret"]
    assert b"secret" not in sink.body


def test_a_tool_that_cannot_be_imported_fails_like_one_that_ran():
    class Broken(Service):
        def find_tool(self, name):
            raise ImportError("no boto3")

    invocation = Invocation()
    sink = call_modern(
        an_endpoint(Broken(run=None)), "tools/call", {"name": "run"}, invocation=invocation
    )
    assert sink.json["result"]["content"] == [FAILURE]
    assert invocation.steps == ["watch", "report", "unwatch"]


def test_the_watch_begins_before_the_import_and_ends_with_the_call():
    invocation = Invocation()

    class Noting(Service):
        def find_tool(self, name):
            invocation.steps.append("find")
            return super().find_tool(name)

    def run(arguments, caller):
        invocation.steps.append("run")
        return Outcome()

    endpoint = an_endpoint(Noting(run=run))
    call_modern(endpoint, "tools/call", {"name": "run"}, invocation=invocation)
    assert invocation.steps == ["watch", "find", "enter_tool", "run", "unwatch"]


@pytest.mark.parametrize(
    ("method", "steps"), [("server/discover", []), ("tools/list", ["watch", "unwatch"])]
)
def test_what_runs_code_of_the_authors_is_watched_and_nothing_else(method, steps):
    invocation = Invocation()
    call_modern(an_endpoint(), method, invocation=invocation)
    assert invocation.steps == steps


@pytest.mark.parametrize("error", [SystemExit(1), CancelledError(), KeyboardInterrupt()])
def test_what_ends_other_programs_is_a_failed_result_here(error):
    def run(arguments, caller):
        caller.progress(1, None, None)
        raise error

    invocation = Invocation()
    sink = call_tool(run, invocation=invocation, meta={"progressToken": 1})
    assert sink.events[-1]["result"]["isError"] is True
    assert invocation.errors == [error]


class Deadline(SystemExit):
    pass


def test_the_deadline_goes_through_and_the_answer_it_gave_stands():
    invocation = Invocation()

    def run(arguments, caller):
        invocation.has_fired = True
        invocation.watched.expire(1)
        caller.log("error", "too late", None)
        raise Deadline

    sink = Sink()
    with pytest.raises(Deadline):
        call_tool(run, invocation=invocation, meta={LEVEL_KEY: "debug"}, sink=sink)
    assert invocation.steps == ["watch", "enter_tool", "unwatch"]
    assert sink.json["error"]["code"] == -32603


def test_a_tool_that_returns_after_the_deadline_is_not_heard():
    invocation = Invocation()

    def run(arguments, caller):
        invocation.watched.expire(1)
        return Outcome([text_block("late")])

    sink = call_tool(run, invocation=invocation)
    assert sink.json["error"]["code"] == -32603


@pytest.mark.parametrize("version", SERVED)
def test_what_a_tool_says_is_on_the_wire_before_it_goes_on(version):
    sink = Sink()
    counts = []

    def run(arguments, caller):
        for step in (1, 2, 3):
            caller.progress(step, 3, None)
            counts.append(len(sink.parts))
        return Outcome()

    params = {"name": "run", "_meta": {"progressToken": 0}}
    options = {"meta": {"progressToken": 0}} if version == MODERN else {}
    call(version, an_endpoint_of(run), "tools/call", params, sink=sink, **options)
    assert counts == [1, 2, 3]
    heard = [event["params"]["progress"] for event in sink.events[:-1]]
    assert heard == [1, 2, 3]
    assert "result" in sink.events[-1]


def log_each(arguments, caller):
    caller.log("debug", "d", None)
    caller.log("info", "i", "db")
    caller.log("error", "e", None)
    return Outcome()


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_client_that_cannot_choose_a_level_hears_no_log(version):
    assert "result" in call_tool(log_each, version=version).json


@pytest.mark.parametrize("version", LEGACY)
def test_a_session_hears_the_log_from_info_on_or_as_it_chose_in_another_environment(version):
    one, other = environments(Service(run=log_each))
    session = shake_hands(one, version)
    *notes, _ = post(one, a_call("tools/call", {"name": "run"}), session).events
    assert [note["params"]["level"] for note in notes] == ["info", "error"]
    post(other, a_call("logging/setLevel", {"level": "error"}), session)
    *notes, _ = post(one, a_call("tools/call", {"name": "run"}), session).events
    assert [note["params"]["level"] for note in notes] == ["error"]
    newcomer = shake_hands(one, version)
    *notes, _ = post(other, a_call("tools/call", {"name": "run"}), newcomer).events
    assert [note["params"]["level"] for note in notes] == ["info", "error"]


def test_a_modern_client_hears_the_log_it_asked_for_and_else_none():
    *notes, _ = call_tool(log_each, meta={LEVEL_KEY: "error"}).events
    assert [note["params"]["level"] for note in notes] == ["error"]
    assert "result" in call_tool(log_each).json


def test_wrong_wishes_are_refused_before_the_tool_runs():
    for meta in ({LEVEL_KEY: "loud"}, {"progressToken": 1.5}):
        sink = call_tool(pytest.fail, meta=meta)
        assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


def test_what_a_thread_of_the_tool_says_after_the_result_is_not_heard():
    callers = []

    def run(arguments, caller):
        callers.append(caller)
        return Outcome()

    sink = call_tool(run, meta={"progressToken": 1, LEVEL_KEY: "debug"})
    body = sink.body
    callers[0].progress(1, None, None)
    callers[0].log("error", "x", None)
    assert sink.body == body
    assert "result" in sink.json


def test_a_result_that_has_no_json_form_is_the_servers_failure():
    def run(arguments, caller):
        return Outcome([], {"x": float("nan")}, has_structured=True)

    with pytest.raises(NotJson):
        call_tool(run)


def test_where_there_are_no_headers_none_is_missed():
    sink = call_mirrored(
        None, {"region": "us-west1"}, door=Door(10_000, is_live=False, has_headers=False)
    )
    assert "isError" not in sink.json["result"]
