"""The official client, in each of its modes, is content with our server behind the emulator."""

import json

import anyio
import mcp_types as types
import pytest
from mcp import Client, MCPError

from tests.emulating import BOOTSTRAP, emulator, memory_in
from tests.end_to_end.tour import FINDINGS
from tests.gate import Gate
from tests.waiting import BOUND_S

MODES = ("legacy", "auto", "2026-07-28")

ANSWERS = {
    "username": "ada",
    "email": "ada@example.com",
    "name": "Ada",
    "context": "weather",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    settings = memory_in(tmp_path_factory.mktemp("store"))
    command = (*BOOTSTRAP, "tests.end_to_end.paged:server")
    with emulator(*command, env=settings, concurrency=6, spread=True) as running:
        yield running.url


@pytest.fixture(scope="module")
def subject_url(tmp_path_factory):
    settings = memory_in(tmp_path_factory.mktemp("store"))
    command = (*BOOTSTRAP, "tests.end_to_end.subject:server")
    with emulator(*command, env=settings, concurrency=6, spread=True) as running:
        yield running.url


def run_with_client(url, mode, play, **options):
    """Run `play(client)` with a connected client."""

    async def connected():
        with anyio.fail_after(BOUND_S):
            async with Client(url, mode=mode, **options) as client:
                return await play(client)

    return anyio.run(connected)


async def answer_form(context, params):
    asked = params.requested_schema["properties"]
    return types.ElicitResult(action="accept", content={key: ANSWERS[key] for key in asked})


async def answer_prompt(context, params):
    said = types.TextContent(type="text", text="Paris")
    return types.CreateMessageResult(role="assistant", model="m", content=said)


async def list_roots(context):
    return types.ListRootsResult(roots=[types.Root(uri="file:///work", name="work")])


async def pages(read, items):
    found, cursor = [], None
    while True:
        page = await read(cursor=cursor)
        found += getattr(page, items)
        cursor = page.next_cursor
        if cursor is None:
            return found


async def tour(client):
    async def text_of(name, arguments=None):
        return (await client.call_tool(name, arguments or {})).content[0].text

    progress = []

    async def on_progress(reached, total, message):
        progress.append(reached)

    tools = await pages(client.list_tools, "tools")
    resources = await pages(client.list_resources, "resources")
    templates = await pages(client.list_resource_templates, "resource_templates")
    prompts = await pages(client.list_prompts, "prompts")
    mixed = await client.call_tool("test_multiple_content_types")
    failed = await client.call_tool("test_error_handling")
    await client.call_tool("test_tool_with_progress", progress_callback=on_progress)
    read = await client.read_resource("test://static-text")
    made = await client.read_resource("test://template/7/data")
    arguments = {"arg1": "green", "arg2": "b"}
    prompt = await client.get_prompt("test_prompt_with_arguments", arguments)
    asked = await client.get_prompt("test_input_required_result_prompt")
    suggested = await client.complete(
        types.PromptReference(name="test_prompt_with_arguments"),
        {"name": "arg1", "value": "gr"},
    )
    return {
        "tools": [tool.name for tool in tools],
        "resources": [resource.uri for resource in resources],
        "templates": [template.uri_template for template in templates],
        "prompts": [prompt.name for prompt in prompts],
        "text": await text_of("test_simple_text"),
        "kinds": [block.type for block in mixed.content],
        "has_failed": failed.is_error,
        "progress": progress,
        "resource": read.contents[0].text,
        "made": json.loads(made.contents[0].text),
        "prompt": prompt.messages[0].content.text,
        "suggested": suggested.completion.values,
        "elicited": await text_of("test_elicitation", {"message": "Who?"}),
        "sampled": await text_of("test_sampling", {"prompt": "Capital of France?"}),
        "roots": await text_of("test_input_required_result_list_roots"),
        "together": await text_of("test_input_required_result_multiple_inputs"),
        "asked": asked.messages[0].content.text,
    }


@pytest.mark.parametrize("mode", MODES)
def test_the_client_finds_everything(url, mode):
    answers = {
        "elicitation_callback": answer_form,
        "sampling_callback": answer_prompt,
        "list_roots_callback": list_roots,
    }
    assert run_with_client(url, mode, tour, **answers) == FINDINGS


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("test_image_content", ["image"]),
        ("test_audio_content", ["audio"]),
        ("test_embedded_resource", ["resource"]),
    ],
)
def test_the_client_reads_every_kind_of_content(url, mode, name, kinds):
    async def play(client):
        return await client.call_tool(name)

    result = run_with_client(url, mode, play)
    assert [block.type for block in result.content] == kinds
    assert not result.is_error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_user_who_will_not_say_is_heard(url, mode, action):
    async def refuse(context, params):
        return types.ElicitResult(action=action)

    async def play(client):
        return await client.call_tool("test_elicitation", {"message": "Who?"})

    result = run_with_client(url, mode, play, elicitation_callback=refuse)
    assert result.content[0].text == f"User response: action={action}, content=None"


@pytest.mark.parametrize("mode", MODES)
def test_the_user_is_sent_to_a_page(subject_url, mode):
    seen = []

    async def go(context, params):
        seen.append((params.message, params.url))
        return types.ElicitResult(action="accept")

    async def play(client):
        return await client.call_tool("sign_in")

    result = run_with_client(subject_url, mode, play, elicitation_callback=go)
    assert seen == [("Please sign in", "https://example.com/sign-in")]
    assert result.content[0].text == "accept"


@pytest.mark.parametrize("mode", MODES)
def test_a_client_that_cannot_be_asked_is_no_crash(subject_url, mode):
    async def play(client):
        try:
            return (await client.call_tool("greet")).content[0].text
        except MCPError as error:
            return error.message

    assert "capabilit" in run_with_client(subject_url, mode, play)


def test_a_legacy_client_answers_a_ping(subject_url):
    async def play(client):
        return await client.call_tool("knock")

    assert run_with_client(subject_url, "legacy", play).content[0].text == "there"


@pytest.mark.parametrize("mode", MODES)
def test_progress_comes_in_order_and_before_the_result(url, mode):
    async def play(client):
        seen = []

        async def on_progress(progress, total, message):
            seen.append((progress, total, message))

        result = await client.call_tool(
            "test_tool_with_progress", progress_callback=on_progress
        )
        return seen, result

    seen, result = run_with_client(url, mode, play)
    assert seen == [(0, 100, "0 of 100"), (50, 100, "50 of 100"), (100, 100, "100 of 100")]
    assert not result.is_error


@pytest.mark.parametrize("mode", MODES)
def test_the_first_progress_arrives_before_the_last_is_sent(subject_url, mode):
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
        assert run_with_client(subject_url, mode, play) == [1, 2]


@pytest.mark.parametrize("mode", MODES)
def test_log_messages_reach_the_client(url, mode):
    messages = []

    async def on_log(params):
        messages.append((params.level, params.data))

    async def play(client):
        await client.call_tool("test_tool_with_logging")

    run_with_client(url, mode, play, logging_callback=on_log, log_level="info")
    assert messages == [
        ("info", "Tool execution started"),
        ("info", "Tool processing data"),
        ("info", "Tool execution ended"),
    ]


@pytest.mark.parametrize("mode", ["auto", "2026-07-28"])
def test_a_listener_hears_of_changes(url, mode):
    async def play(client):
        uri = "test://watched-resource"
        async with client.listen(resource_subscriptions=[uri]) as changes:
            await client.call_tool("test_trigger_resource_change", {"uri": uri})
            return await anext(aiter(changes))

    assert run_with_client(url, mode, play).uri == "test://watched-resource"


@pytest.mark.filterwarnings("ignore:resources/subscribe is removed")
def test_a_legacy_client_hears_of_what_it_subscribed_to(url):
    uri, heard = "test://watched-resource", anyio.Event()

    async def on_message(message):
        if isinstance(message, types.ResourceUpdatedNotification):
            assert message.params.uri == uri
            heard.set()

    async def play(client):
        await client.subscribe_resource(uri)
        while not heard.is_set():
            # Its stream may not be open yet: what is announced before that, it does not hear.
            await client.call_tool("test_trigger_resource_change", {"uri": uri})
            with anyio.move_on_after(0.1):
                await heard.wait()

    run_with_client(url, "legacy", play, message_handler=on_message)
