"""One server behind every front door: the official client is content, streams stream."""

import contextlib
import http.client
import json
from urllib.parse import urlsplit

import anyio
import boto3
import pytest
from botocore.config import Config
from mcp import Client
from mcp_types import ElicitResult

from tests.emulating import BOOTSTRAP, emulator, memory_in
from tests.end_to_end.calling import Call
from tests.gate import Gate
from tests.waiting import BOUND_S

COMMAND = (*BOOTSTRAP, "tests.end_to_end.doors:server")
STREAMING = {"url": "auto", "url-stream": "auto", "rest-stream": "stream"}
WHOLE = {
    "url-buffered": "buffered",
    "rest": "auto",
    "http": "auto",
    "http-1.0": "auto",
    "alb": "auto",
    "alb-multi": "auto",
}
"""Front doors, and the FIRSTBYTE_INVOKE_MODE that belongs to each."""


@pytest.fixture(scope="module", params=STREAMING | WHOLE)
def running(request, tmp_path_factory):
    front = request.param
    settings = memory_in(tmp_path_factory.mktemp("store"))
    settings["FIRSTBYTE_INVOKE_MODE"] = (STREAMING | WHOLE)[front]
    with emulator(*COMMAND, env=settings, front=front, concurrency=4) as running:
        running.streams = front in STREAMING
        yield running


def run_with_client(url, mode, play, **options):
    """Run `play(client)` with a connected client."""

    async def connected():
        with anyio.fail_after(BOUND_S):
            async with Client(url, mode=mode, **options) as client:
                return await play(client)

    return anyio.run(connected)


async def agree(context, params):
    return ElicitResult(action="accept", content={"sure": True})


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_client_lists_calls_and_hears_of_progress(running, mode):
    heard = []

    async def hear(progress, total, message):
        heard.append(progress)

    async def play(client):
        listed = [tool.name for tool in (await client.list_tools()).tools]
        called = await client.call_tool("count", {"to": 3}, progress_callback=hear)
        return listed, called.content[0].text

    assert run_with_client(running.url, mode, play) == (["count", "ask", "wait"], "3 é")
    assert heard == [1, 2, 3]


def test_a_modern_client_is_asked_whatever_the_door(running):
    async def play(client):
        return (await client.call_tool("ask", {})).content[0].text

    told = run_with_client(running.url, "2026-07-28", play, elicitation_callback=agree)
    assert told == "accept"


def test_a_legacy_client_is_asked_where_the_door_streams_and_told_where_not(running):
    async def play(client):
        called = await client.call_tool("ask", {})
        return called.is_error, called.content[0].text

    is_error, text = run_with_client(running.url, "legacy", play, elicitation_callback=agree)
    if running.streams:
        assert (is_error, text) == (False, "accept")
    else:
        assert is_error
        assert text.endswith("passes answers on in one piece")


def test_an_event_is_there_before_the_result_where_the_door_streams(running):
    if not running.streams:
        pytest.skip("nothing is there before the result")
    with Gate() as gate, Call(running.url, "wait", port=gate.port) as under_way:
        assert under_way.message()["params"]["progress"] == 1
        gate.open()
        assert under_way.message()["result"]["content"][0]["text"] == "waited"


@pytest.mark.parametrize(
    ("method", "may_listen"),
    [("GET", lambda _: False), ("PUT", lambda running: running.streams)],
)
def test_nobody_is_held_who_could_hear_nothing(running, method, may_listen):
    parts = urlsplit(running.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, BOUND_S)
    with contextlib.closing(connection):
        connection.request(method, parts.path, headers={"accept": "text/event-stream"})
        response = connection.getresponse()
        allowed = response.headers["allow"].split(", ")
    assert (response.status, "GET" in allowed) == (405, may_listen(running))


def lambda_client(running):
    return boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{running.port}",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(read_timeout=BOUND_S, retries={"total_max_attempts": 1}),
    )


COUNT = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "count", "arguments": {"to": 2}, "_meta": {"progressToken": 7}},
}


def test_a_message_can_be_invoked_with(running):
    answer = lambda_client(running).invoke(
        FunctionName="function", Payload=json.dumps(COUNT).encode()
    )
    payload = answer["Payload"].read()
    assert "FunctionError" not in answer
    if running.url.endswith("/prod/mcp") and running.streams:
        prelude, _, body = payload.partition(bytes(8))
        assert json.loads(prelude)["headers"]["content-type"] == "text/event-stream"
        assert body.count(b"data: ") == 3
    else:
        assert json.loads(payload)["result"]["content"][0]["text"] == "2 é"


def test_a_response_stream_comes_as_prelude_and_body(running):
    if not (running.streams and running.url.endswith("/prod/mcp")):
        pytest.skip("a message is answered in one piece there")
    answer = lambda_client(running).invoke_with_response_stream(
        FunctionName="function", Payload=json.dumps(COUNT).encode()
    )
    chunks = [
        event["PayloadChunk"]["Payload"]
        for event in answer["EventStream"]
        if "PayloadChunk" in event
    ]
    prelude, _, body = b"".join(chunks).partition(bytes(8))
    assert json.loads(prelude)["statusCode"] == 200
    assert body.count(b"data: ") == 3


def test_in_one_piece_the_deadline_is_an_answer_too():
    with (
        emulator(*COMMAND, front="http", timeout=2) as running,
        Gate() as gate,
        Call(running.url, "wait", port=gate.port) as under_way,
    ):
        reported, last = under_way.message(), under_way.message()
    assert reported["params"]["progress"] == 1
    assert last["error"]["message"] == "the deadline passed before there was a result"
