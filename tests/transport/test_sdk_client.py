"""The transport as a whole: the official SDK's client is content with it, in both eras."""

import asyncio
import itertools

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from firstbyte.transport.request import Request
from tests.transport.fakes import (
    MODERN,
    Invocation,
    Outcome,
    Service,
    Sink,
    environments,
    text_block,
)
from tests.witness import check_exchange


def count(arguments, caller):
    """Count to three."""
    for number in (1, 2, 3):
        caller.progress(number, 3, f"number {number}")
        caller.log("warning", {"number": number}, "counter")
    return Outcome([text_block("three")], {"total": arguments["start"] + 3}, True)


def fail(arguments, caller):
    raise RuntimeError


OBJECT = {"type": "object"}
SERVICE = Service(
    [
        {"name": "count", "inputSchema": OBJECT, "outputSchema": OBJECT},
        {"name": "fail", "inputSchema": OBJECT},
    ],
    count=count,
    fail=fail,
)


def visit(mode, conversation, **options):
    """What `conversation(client)` comes to, and the requests and statuses it took."""
    turns = itertools.cycle(environments(SERVICE))
    traffic = []

    def serve(request):
        sink = Sink()
        asked = Request(request.method, request.url.path, request.headers, request.content)
        next(turns).answer(asked, sink, Invocation())
        check_exchange(asked, sink)
        traffic.append((request.method, sink.status))
        return httpx2.Response(sink.status, headers=sink.headers, content=sink.body)

    async def run():
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(serve)) as http:
            transport = streamable_http_client("http://mcp.example/mcp", http_client=http)
            async with Client(transport, mode=mode, **options) as client:
                return await conversation(client)

    return asyncio.run(asyncio.wait_for(run(), 30)), traffic


@pytest.mark.parametrize(("mode", "version"), [("auto", MODERN), ("legacy", "2025-11-25")])
def test_the_client_settles_on_the_newest_version_of_its_mode(mode, version):
    async def conversation(client):
        return client.protocol_version, client.server_info.name, client.instructions

    told, traffic = visit(mode, conversation)
    assert told == (version, "fake", "Ask away")
    # A legacy client tries to listen, and leaves its session.
    assert {status for _, status in traffic} <= {200, 202, 204, 405}


@pytest.mark.parametrize("mode", ["auto", "legacy", MODERN])
def test_the_client_lists_the_tools(mode):
    async def conversation(client):
        return [tool.name for tool in (await client.list_tools()).tools]

    assert visit(mode, conversation)[0] == ["count", "fail"]


@pytest.mark.parametrize("mode", ["auto", "legacy", MODERN])
def test_the_client_hears_progress_and_log_and_gets_the_result(mode):
    heard = []

    async def on_progress(progress, total, message):
        heard.append((progress, total, message))

    async def on_log(params):
        heard.append((params.level, params.data, params.logger))

    async def conversation(client):
        return await client.call_tool("count", {"start": 4}, progress_callback=on_progress)

    result, _ = visit(mode, conversation, logging_callback=on_log, log_level="info")
    assert (result.content[0].text, result.structured_content) == ("three", {"total": 7})
    assert not result.is_error
    assert sorted(heard, key=str) == sorted(
        [
            *((number, 3, f"number {number}") for number in (1, 2, 3)),
            *(("warning", {"number": number}, "counter") for number in (1, 2, 3)),
        ],
        key=str,
    )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_client_learns_of_failures(mode):
    async def conversation(client):
        failed = await client.call_tool("fail", {})
        with pytest.raises(MCPError, match="unknown tool: nobody"):
            await client.call_tool("nobody", {})
        return failed.is_error, failed.content[0].text

    assert visit(mode, conversation)[0] == (
        True,
        "the tool failed; the server's log has request id invocation-1",
    )
