"""handler/side_door.py: each front door's event is answered in the form that door takes."""

import json
from pathlib import Path
from typing import Annotated

import pytest
from mcp_types.jsonrpc import jsonrpc_message_adapter

from firstbyte.handler import clock
from firstbyte.handler.errors import MalformedEvent
from firstbyte.handler.keys import Keys
from firstbyte.handler.response_stream import ResponseStream
from firstbyte.handler.served import serve_target
from firstbyte.handler.stores.opening import parse_store
from firstbyte.tools import Context, Header, Server, tool
from firstbyte.transport.codec import Codec
from firstbyte.transport.memory import Memory
from tests.handler.fakes import QuietWatch, messages
from tests.handler.serving import POLICY, make_invocation

EVENTS = Path(__file__).parents[1] / "events"
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
WHOLE = ["httpapi_v2", "rest_v1", "alb"]
"""Samples that are answered in one piece, whatever the setting, but for REST's."""


@tool
def say(text: Annotated[str, Header("Text")], times: int, context: Context) -> str:
    """Repeat a text, with as many reports on the way."""
    for number in range(times):
        context.progress(number + 1)
    return text


@tool
def fill(letter: str, size: int) -> str:
    """Return a letter that many times."""
    return letter * size


@tool
def ask(context: Context) -> str:
    """Ask the user."""
    form = {"type": "object", "properties": {"sure": {"type": "boolean"}}}
    return context.elicit("Sure?", form).action


SERVER = Server("doors", "1", tools=[say, fill, ask])


def sample(name, message=None, **changes):
    event = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8")) | changes
    return event if message is None else event | {"body": json.dumps(message)}


def a_call(name, arguments, **params):
    params |= {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def post(server, stream, event, mode="auto", memory=None):
    """Serve one event; the post that answers it, and who watched."""
    watch = QuietWatch()
    memory = memory or Memory(clock)
    served = serve_target(SERVER, "m:a", POLICY, Codec(), memory, None, mode)
    served.serve(make_invocation(json.dumps(event).encode()), stream, watch)
    return server.post(), watch


def is_streamed(post):
    return post.header("lambda-runtime-function-response-mode") == [b"streaming"]


def result_of(body):
    jsonrpc_message_adapter.validate_json(body)
    return json.loads(body)["result"]


@pytest.mark.parametrize("name", [*WHOLE, "furl_none"])
def test_in_one_piece_the_answer_is_a_json_object(server, stream, name):
    answered, _ = post(server, stream, sample(name), "buffered")
    answer = json.loads(answered.body)
    assert not is_streamed(answered)
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert answer["headers"] == {"content-type": "application/json"}
    assert {each["name"] for each in result_of(answer["body"])["tools"]} == {
        "say",
        "fill",
        "ask",
    }


def test_a_balancer_that_sends_lists_of_values_gets_lists(server, stream):
    answered, _ = post(server, stream, sample("alb_multivalue"))
    answer = json.loads(answered.body)
    assert answer["multiValueHeaders"] == {"content-type": ["application/json"]}
    assert "headers" not in answer


@pytest.mark.parametrize(
    ("name", "streaming_modes"),
    [
        ("furl_none", {"auto", "stream"}),
        ("furl_iam", {"auto", "stream"}),
        ("rest_v1", {"stream"}),
        ("httpapi_v2", set()),
        ("alb", set()),
        ("alb_multivalue", set()),
    ],
)
@pytest.mark.parametrize("mode", ["auto", "stream", "buffered"])
def test_the_event_decides_what_it_can_and_the_setting_the_rest(
    server, stream, name, streaming_modes, mode
):
    answered, _ = post(server, stream, sample(name), mode)
    assert is_streamed(answered) is (mode in streaming_modes)


def test_an_http_api_in_the_older_format_is_never_streamed(server, stream):
    event = sample("rest_v1", version="1.0", path="/prod/mcp")
    answered, watch = post(server, stream, event, "stream")
    assert json.loads(answered.body)["statusCode"] == 200
    assert watch.calls[0] == "end before 1795327230000"


@pytest.mark.parametrize(
    ("name", "ends"), [("httpapi_v2", True), ("rest_v1", False), ("alb", False)]
)
def test_a_call_ends_before_an_http_api_gives_it_up(server, stream, name, ends):
    _, watch = post(server, stream, sample(name))
    assert ("end before 1795327230000" in watch.calls) is ends


@pytest.mark.parametrize("name", [*WHOLE, "furl_none"])
def test_in_one_piece_notifications_precede_the_result(server, stream, name):
    call = a_call("say", {"text": "a", "times": 2}, _meta={"progressToken": 7})
    headers = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
    }
    event = sample(name, call, headers=headers, multiValueHeaders=None)
    answered, _ = post(server, stream, event, "buffered")
    answer = json.loads(answered.body)
    assert answer["headers"]["content-type"] == "text/event-stream"
    events = [
        json.loads(line.removeprefix("data: "))
        for line in answer["body"].split("\n")
        if line.startswith("data: ")
    ]
    progress = [event["params"]["progress"] for event in events[:-1]]
    assert (progress, events[-1]["result"]["content"][0]["text"]) == ([1, 2], "a")


@pytest.mark.parametrize("letter", ["x", '"', "\n", "\x01", "é"])
@pytest.mark.parametrize(("part", "fails"), [(20, False), (6, None), (3, None), (1, True)])
def test_no_answer_is_larger_than_its_door_lets_through(server, stream, letter, part, fails):
    call = a_call("fill", {"letter": letter, "size": 1_000_000 // part})
    answered, _ = post(server, stream, sample("alb", call))
    assert len(answered.body) <= 1_000_000
    if fails is not None:
        result = result_of(json.loads(answered.body)["body"])
        assert result.get("isError", False) is fails


def test_an_answer_over_a_balancer_s_megabyte_is_a_failed_call(server, stream):
    answered, _ = post(
        server, stream, sample("alb", a_call("fill", {"letter": "x", "size": 1_000_000}))
    )
    result = result_of(json.loads(answered.body)["body"])
    assert result["isError"] is True
    assert result["content"][0]["text"].endswith("at most 967232 get through; ask for less")


@pytest.fixture
def memory(tmp_path):
    return Memory(clock, Keys({"k": bytes(32)}), parse_store(f"sqlite:{tmp_path}/s", clock))


def test_a_tool_that_asks_a_legacy_client_in_one_piece_is_told_why_not(server, stream, memory):
    hello = {"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}}
    initialize = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    begun, _ = post(server, stream, sample("alb", initialize), memory=memory)
    session = json.loads(begun.body)["headers"]["mcp-session-id"]
    headers = {**sample("alb")["headers"], "mcp-session-id": session}
    asking = sample("alb", a_call("ask", {}), headers=headers)
    another = ResponseStream(stream._api, make_invocation(), Codec())
    answered, _ = post(server, another, asking, memory=memory)
    result = result_of(json.loads(answered.body)["body"])
    assert result["isError"] is True
    assert "passes answers on in one piece" in result["content"][0]["text"]


@pytest.mark.parametrize("mode", ["auto", "buffered"])
def test_a_message_is_answered_by_a_message(server, stream, mode):
    call = a_call("say", {"text": "a", "times": 1}, _meta={"progressToken": 7})
    answered, _ = post(server, stream, call, mode)
    assert not is_streamed(answered)
    assert result_of(answered.body)["content"] == [{"type": "text", "text": "a"}]


def test_a_message_in_the_newest_revision_needs_no_headers(server, stream):
    call = a_call("say", {"text": "\u00e9", "times": 0}, _meta=META)
    answered, _ = post(server, stream, call)
    result = result_of(answered.body)
    assert result["content"] == [{"type": "text", "text": "\u00e9"}]
    assert result["resultType"] == "complete"


def test_where_all_is_streamed_a_message_is_too(server, stream):
    call = a_call("say", {"text": "a", "times": 2}, _meta={"progressToken": 7})
    answered, _ = post(server, stream, call, "stream")
    assert is_streamed(answered)
    assert json.loads(answered.chunks[0])["headers"]["content-type"] == "text/event-stream"
    assert [message.get("method", "result") for message in messages(answered)] == [
        "notifications/progress",
        "notifications/progress",
        "result",
    ]


def test_a_message_that_wants_no_answer_gets_an_empty_object(server, stream):
    message = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    answered, _ = post(server, stream, message)
    assert answered.body == b"{}"


def test_an_array_of_messages_is_a_batch(server, stream):
    calls = [{"jsonrpc": "2.0", "id": number, "method": "ping"} for number in (1, 2)]
    answered, _ = post(server, stream, calls)
    assert json.loads(answered.body) == [
        {"jsonrpc": "2.0", "id": 1, "result": {}},
        {"jsonrpc": "2.0", "id": 2, "result": {}},
    ]


@pytest.mark.parametrize("messages", [[], [1], [{"a": 1}]], ids=str)
def test_an_array_that_is_no_batch_is_the_callers_mistake(server, stream, messages):
    answered, _ = post(server, stream, messages)
    told = json.loads(answered.body)
    assert [each["error"]["code"] for each in (told if isinstance(told, list) else [told])] == [
        -32600
    ]


def test_a_direct_caller_gets_results_as_large_as_lambda_lets_through(server, stream):
    # Each quote is two octets in the answer, which is no JSON string beside headers.
    call = a_call("fill", {"letter": '"', "size": 3 * 1024 * 1024 - 100})
    answered, _ = post(server, stream, call)
    assert 6 * 1024 * 1024 - 200 < len(answered.body) <= 6 * 1024 * 1024
    assert result_of(answered.body).get("isError", False) is False


def test_a_direct_caller_needs_no_session_though_there_are_keys(server, stream):
    memory = Memory(clock, Keys({"k": bytes(32)}))
    answered, _ = post(
        server, stream, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, memory=memory
    )
    assert json.loads(answered.body) == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_a_direct_call_in_the_newest_revision_can_ask_where_there_are_keys(server, stream):
    memory = Memory(clock, Keys({"k": bytes(32)}))
    meta = META | {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}}
    answered, _ = post(server, stream, a_call("ask", {}, _meta=meta), memory=memory)
    assert result_of(answered.body)["resultType"] == "input_required"


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        1,
        "x",
        {"a": 1},
        {"requestContext": None},
        {"requestContext": []},
        {"requestContext": {}},
        {"Records": []},
    ],
    ids=str,
)
def test_what_no_front_door_sends_is_refused(stream, event):
    served = serve_target(SERVER, "m:a", POLICY, Codec(), Memory(clock))
    with pytest.raises(MalformedEvent):
        served.serve(make_invocation(json.dumps(event).encode()), stream, QuietWatch())
