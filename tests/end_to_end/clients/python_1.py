"""The tour of `tests/end_to_end/tour.py`, by the Python SDK's first major version."""

import asyncio
import json
import sys

from mcp import ClientSession, types
from mcp.client.streamable_http import streamable_http_client

_ANSWERS = {
    "username": "ada",
    "email": "ada@example.com",
    "name": "Ada",
    "context": "weather",
}


async def answer_form(context, params):
    asked = params.requestedSchema["properties"]
    return types.ElicitResult(action="accept", content={key: _ANSWERS[key] for key in asked})


async def answer_prompt(context, params):
    return types.CreateMessageResult(
        role="assistant", model="m", content=types.TextContent(type="text", text="Paris")
    )


async def list_roots(context):
    return types.ListRootsResult(roots=[types.Root(uri="file:///work", name="work")])


async def pages(read, items):
    found, cursor = [], None
    while True:
        page = await read(params=types.PaginatedRequestParams(cursor=cursor))
        found += getattr(page, items)
        cursor = page.nextCursor
        if cursor is None:
            return found


async def tour(session):
    async def text_of(name, arguments=None):
        return (await session.call_tool(name, arguments or {})).content[0].text

    progress = []

    async def on_progress(reached, total, message):
        progress.append(reached)

    tools = await pages(session.list_tools, "tools")
    resources = await pages(session.list_resources, "resources")
    templates = await pages(session.list_resource_templates, "resourceTemplates")
    prompts = await pages(session.list_prompts, "prompts")
    mixed = await session.call_tool("test_multiple_content_types", {})
    failed = await session.call_tool("test_error_handling", {})
    await session.call_tool("test_tool_with_progress", {}, progress_callback=on_progress)
    read = await session.read_resource("test://static-text")
    made = await session.read_resource("test://template/7/data")
    arguments = {"arg1": "green", "arg2": "b"}
    prompt = await session.get_prompt("test_prompt_with_arguments", arguments)
    asked = await session.get_prompt("test_input_required_result_prompt", {})
    suggested = await session.complete(
        types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments"),
        {"name": "arg1", "value": "gr"},
    )
    return {
        "tools": [tool.name for tool in tools],
        "resources": [str(resource.uri) for resource in resources],
        "templates": [template.uriTemplate for template in templates],
        "prompts": [prompt.name for prompt in prompts],
        "text": await text_of("test_simple_text"),
        "kinds": [block.type for block in mixed.content],
        "has_failed": failed.isError,
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


async def main(url):
    async with (
        streamable_http_client(url) as (reader, writer, _),
        ClientSession(
            reader,
            writer,
            sampling_callback=answer_prompt,
            elicitation_callback=answer_form,
            list_roots_callback=list_roots,
        ) as session,
    ):
        await session.initialize()
        print(json.dumps(await tour(session)))  # noqa: T201 (the test reads it)


asyncio.run(main(sys.argv[1]))
