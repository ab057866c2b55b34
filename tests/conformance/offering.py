"""Resources, prompts, and suggestions for their arguments."""

from typing import TypedDict

from firstbyte.tools import (
    Context,
    EmbeddedResource,
    Image,
    Message,
    complete,
    prompt,
    resource,
)
from tests.conformance.media import red_pixel

_COLOURS = ("blue", "brown", "green", "grey")


class Background(TypedDict):
    """What a prompt should know."""

    context: str


@resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    """A text that does not change."""
    return "This is the content of the static text resource."


@resource("test://static-binary", mime_type="image/png")
def static_binary() -> bytes:
    """A picture that does not change."""
    return red_pixel()


@resource("test://watched-resource", mime_type="text/plain")
def watched() -> str:
    """A text whose changes are announced."""
    return "This is the content of the watched resource."


@resource("test://template/{id}/data")
def template(id: str) -> dict[str, str]:  # noqa: A002 (the template's own word)
    """A record by its id."""
    return {"id": id, "data": f"Data for ID: {id}"}


@prompt
def test_simple_prompt() -> str:
    """Say one sentence."""
    return "This is a simple prompt for testing."


@prompt
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """Say two words of the caller's."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@prompt
def test_prompt_with_embedded_resource(resourceUri: str) -> list[str | Message]:  # noqa: N803 (asked for)
    """Discuss a resource that comes along."""
    embedded = EmbeddedResource(resourceUri, "text/plain", text="An embedded text.")
    return [Message("user", embedded), "Please process the embedded resource above."]


@prompt
def test_prompt_with_image() -> list[str | Message]:
    """Discuss a picture that comes along."""
    return [Message("user", Image(red_pixel(), "image/png")), "Please analyze the image above."]


@prompt
def test_input_required_result_prompt(context: Context) -> str:
    """Say what the user wants said."""
    question = "What context should the prompt use?"
    answer = context.elicit(question, Background, key="user_context")
    return f"Use the following context: {answer.content and answer.content['context']}"


@complete(prompt="test_prompt_with_arguments", argument="arg1")
def colours(value: str) -> list[str]:
    """Suggest colours that begin like what was typed."""
    return [colour for colour in _COLOURS if colour.startswith(value)]


@complete(resource="test://template/{id}/data", argument="id")
def ids(value: str) -> list[str]:
    """Suggest ids that begin like what was typed."""
    return [number for number in map(str, range(500)) if number.startswith(value)]


RESOURCES = (static_text, static_binary, watched, template)
PROMPTS = (
    test_simple_prompt,
    test_prompt_with_arguments,
    test_prompt_with_embedded_resource,
    test_prompt_with_image,
    test_input_required_result_prompt,
)
COMPLETIONS = (colours, ids)
