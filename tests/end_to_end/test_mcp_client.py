"""The official client, in each of its modes, is content with our server behind the emulator."""

import anyio
import pytest
from mcp import Client

from tests.emulating import BOOTSTRAP, emulator
from tests.end_to_end.calling import SERVED
from tests.gate import Gate
from tests.waiting import BOUND_S

MODES = ("legacy", "auto", "2026-07-28")


@pytest.fixture(scope="module")
def fixtures_url():
    with emulator(*BOOTSTRAP, "tests.conformance.server:server") as running:
        yield running.url


@pytest.fixture(scope="module")
def gated_url():
    with emulator(*SERVED) as running:
        yield running.url


def run_with_client(url, mode, play, **options):
    """Run `play(client)` with a connected client."""

    async def connected():
        with anyio.fail_after(BOUND_S):
            async with Client(url, mode=mode, **options) as client:
                return await play(client)

    return anyio.run(connected)


@pytest.mark.parametrize("mode", MODES)
def test_the_client_lists_the_tools(fixtures_url, mode):
    async def play(client):
        return [tool.name for tool in (await client.list_tools()).tools]

    names = run_with_client(fixtures_url, mode, play)
    assert names[0] == "test_simple_text"
    assert "test_tool_with_progress" in names


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("test_simple_text", ["text"]),
        ("test_image_content", ["image"]),
        ("test_audio_content", ["audio"]),
        ("test_embedded_resource", ["resource"]),
        ("test_multiple_content_types", ["text", "image", "resource"]),
    ],
)
def test_the_client_reads_every_kind_of_content(fixtures_url, mode, name, kinds):
    async def play(client):
        return await client.call_tool(name)

    result = run_with_client(fixtures_url, mode, play)
    assert [block.type for block in result.content] == kinds
    assert not result.is_error


@pytest.mark.parametrize("mode", MODES)
def test_a_tools_error_is_a_result(fixtures_url, mode):
    async def play(client):
        return await client.call_tool("test_error_handling")

    result = run_with_client(fixtures_url, mode, play)
    assert result.is_error
    assert "intentionally" in result.content[0].text


@pytest.mark.parametrize("mode", MODES)
def test_progress_comes_in_order_and_before_the_result(fixtures_url, mode):
    async def play(client):
        seen = []

        async def on_progress(progress, total, message):
            seen.append((progress, total, message))

        result = await client.call_tool(
            "test_tool_with_progress", progress_callback=on_progress
        )
        return seen, result

    seen, result = run_with_client(fixtures_url, mode, play)
    assert seen == [(0, 100, "0 of 100"), (50, 100, "50 of 100"), (100, 100, "100 of 100")]
    assert not result.is_error


@pytest.mark.parametrize("mode", MODES)
def test_the_first_progress_arrives_before_the_last_is_sent(gated_url, mode):
    async def play(client):
        seen = []

        async def on_progress(progress, total, message):
            seen.append(progress)
            # The tool sends nothing more before this: held back bytes would end in the bound.
            if progress == 1:
                await anyio.to_thread.run_sync(gate.open)

        await client.call_tool(
            "gated_progress", {"port": gate.port}, progress_callback=on_progress
        )
        return seen

    with Gate() as gate:
        assert run_with_client(gated_url, mode, play) == [1, 2]


@pytest.mark.parametrize("mode", MODES)
def test_log_messages_reach_the_client(fixtures_url, mode):
    messages = []

    async def on_log(params):
        messages.append((params.level, params.data))

    async def play(client):
        await client.call_tool("test_tool_with_logging")

    run_with_client(fixtures_url, mode, play, logging_callback=on_log, log_level="info")
    assert messages == [
        ("info", "Tool execution started"),
        ("info", "Tool processing data"),
        ("info", "Tool execution ended"),
    ]
