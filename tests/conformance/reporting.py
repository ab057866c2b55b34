"""Tools that answer by themselves: every kind of content, reports, announcements."""

from time import sleep
from typing import Annotated

from firstbyte.tools import (
    Audio,
    Context,
    EmbeddedResource,
    Header,
    Image,
    Text,
    ToolError,
    tool,
)
from tests.conformance.media import red_pixel, silence

_PAUSE_S = 0.05
"""Between two notifications, so that a client can see them arrive one by one."""

_VERBATIM_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""What JSON Schema can say and no Python type can."""


@tool
def test_simple_text() -> str:
    """Return a sentence."""
    return "This is a simple text response for testing."


@tool
def test_image_content() -> Image:
    """Return a picture: one red pixel."""
    return Image(red_pixel(), "image/png")


@tool
def test_audio_content() -> Audio:
    """Return a sound: an eighth of a second of silence."""
    return Audio(silence(), "audio/wav")


@tool
def test_embedded_resource() -> EmbeddedResource:
    """Return a resource itself instead of a link to it."""
    return EmbeddedResource("test://embedded-resource", "text/plain", text="An embedded text.")


@tool
def test_multiple_content_types() -> list[Text | Image | EmbeddedResource]:
    """Return text, a picture and a resource at once."""
    return [
        Text("Several kinds of content:"),
        Image(red_pixel(), "image/png"),
        EmbeddedResource("test://mixed", "application/json", text='{"mixed": true}'),
    ]


@tool
def test_error_handling() -> str:
    """Fail, in the way a tool tells a model that it could not do its work."""
    raise ToolError("This tool intentionally returns an error for testing.")


@tool
def test_x_mcp_header(
    region: Annotated[str, Header("Region"), "Where to look; proxies see it in a header"],
) -> str:
    """Look somewhere, in a region that is told twice."""
    return f"Looked in {region}."


@tool(input_schema=_VERBATIM_SCHEMA)
def json_schema_2020_12_tool(**contact: object) -> str:
    """Take a contact, described by a schema that is passed on as it was written."""
    return f"Taken: {', '.join(sorted(contact))}."


@tool
def test_tool_with_logging(context: Context) -> str:
    """Log three messages while it works."""
    for message in ("Tool execution started", "Tool processing data", "Tool execution ended"):
        context.info(message)
        sleep(_PAUSE_S)
    return "Three messages were logged."


@tool
def test_logging_tool(context: Context) -> str:
    """Log one message, for clients that set a level or none."""
    context.info("A message at level info")
    return "One message was logged."


@tool
def test_tool_with_progress(context: Context) -> str:
    """Report 0, 50 and 100 of 100 while it works."""
    for progress in (0, 50, 100):
        context.progress(progress, total=100, message=f"{progress} of 100")
        sleep(_PAUSE_S)
    return "The work is done."


@tool
def test_reconnection(context: Context) -> str:
    """Hang up in the middle of the call; a client that polls loses nothing."""
    context.info("Before disconnect")
    context.close_stream()
    sleep(_PAUSE_S)
    context.info("After reconnect")
    return "Delivered to whoever came back for it."


@tool
def test_trigger_tool_change(context: Context) -> str:
    """Announce that the list of tools may have changed."""
    context.tools_changed()
    return "Announced."


@tool
def test_trigger_prompt_change(context: Context) -> str:
    """Announce that the list of prompts may have changed."""
    context.prompts_changed()
    return "Announced."


@tool
def test_trigger_resource_change(uri: str, context: Context) -> str:
    """Announce that the list of resources may have changed, and one resource too."""
    context.resources_changed()
    context.resource_updated(uri)
    return "Announced."


TOOLS = (
    test_simple_text,
    test_image_content,
    test_audio_content,
    test_embedded_resource,
    test_multiple_content_types,
    test_error_handling,
    test_x_mcp_header,
    json_schema_2020_12_tool,
    test_tool_with_logging,
    test_logging_tool,
    test_tool_with_progress,
    test_reconnection,
    test_trigger_tool_change,
    test_trigger_prompt_change,
    test_trigger_resource_change,
)
