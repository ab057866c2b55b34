"""The tour of `tests/end_to_end/tour.py`, by FastMCP's client in the mode it is told."""

import asyncio
import json
import sys

import mcp_types
from fastmcp import Client

_ANSWERS = {
    "username": "ada",
    "email": "ada@example.com",
    "name": "Ada",
    "context": "weather",
}


async def answer_form(message, form, params, context):
    return {key: _ANSWERS[key] for key in params.requested_schema["properties"]}


async def answer_prompt(messages, params, context):
    return "Paris"


async def tour(client):
    async def text_of(name, arguments=None):
        return (await client.call_tool(name, arguments or {})).content[0].text

    progress = []

    async def on_progress(reached, total, message):
        progress.append(reached)

    tools = await client.list_tools()
    resources = await client.list_resources()
    templates = await client.list_resource_templates()
    prompts = await client.list_prompts()
    mixed = await client.call_tool("test_multiple_content_types", {})
    failed = await client.call_tool("test_error_handling", {}, raise_on_error=False)
    await client.call_tool("test_tool_with_progress", {}, progress_handler=on_progress)
    read = await client.read_resource("test://static-text")
    made = await client.read_resource("test://template/7/data")
    arguments = {"arg1": "green", "arg2": "b"}
    prompt = await client.get_prompt("test_prompt_with_arguments", arguments)
    asked = await client.get_prompt("test_input_required_result_prompt", {})
    suggested = await client.complete(
        mcp_types.PromptReference(name="test_prompt_with_arguments"),
        {"name": "arg1", "value": "gr"},
    )
    return {
        "tools": [tool.name for tool in tools],
        "resources": [str(resource.uri) for resource in resources],
        "templates": [template.uri_template for template in templates],
        "prompts": [prompt.name for prompt in prompts],
        "text": await text_of("test_simple_text"),
        "kinds": [block.type for block in mixed.content],
        "has_failed": failed.is_error,
        "progress": progress,
        "resource": read[0].text,
        "made": json.loads(made[0].text),
        "prompt": prompt.messages[0].content.text,
        "suggested": suggested.values,
        "elicited": await text_of("test_elicitation", {"message": "Who?"}),
        "sampled": await text_of("test_sampling", {"prompt": "Capital of France?"}),
        "roots": await text_of("test_input_required_result_list_roots"),
        "together": await text_of("test_input_required_result_multiple_inputs"),
        "asked": asked.messages[0].content.text,
    }


async def main(url, mode):
    async with Client(
        url,
        mode=mode,
        roots=["file:///work"],
        sampling_handler=answer_prompt,
        elicitation_handler=answer_form,
    ) as client:
        print(json.dumps(await tour(client)))  # noqa: T201 (the test reads it)


asyncio.run(main(*sys.argv[1:]))
