"""An author's module that uses all there is, for the type checker to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from firstbyte.tools import (
    Annotations,
    Audio,
    Contents,
    Context,
    Elicitation,
    Elicited,
    Header,
    Image,
    Message,
    ResourceLink,
    ResourceNotFound,
    Result,
    Root,
    Roots,
    Sampled,
    Sampling,
    Server,
    Suggestions,
    Text,
    ToolError,
    ToolResult,
    Unanswered,
    UrlElicitation,
    complete,
    prompt,
    resource,
    tool,
)
from firstbyte.tools.testing import Client


@dataclass
class Address:
    """A form, and a structured result."""

    street: str


@tool
def plain(city: Annotated[str, "Where"], region: Annotated[str, Header("Region")]) -> Address:
    """Take no context and return a value."""
    if not city:
        raise ToolError("name a city")
    return Address(city + region)


@tool(name="rich", title="Rich", read_only=True, output_schema={"type": "object"}, meta={})
def rich_content(link: str) -> Result:
    """Return content of each kind."""
    content = [Text("a"), Image(b"b", "image/png"), ResourceLink(link, "c")]
    return Result(content, structured={"a": 1}, meta={"b": 2})


@tool
def report(context: Context) -> list[str | Image]:
    """Say all there is to say."""
    context.progress(1, 2.5, "half")
    context.log("alert", {"a": 1})
    context.debug("a")
    context.info("a")
    context.notice("a")
    context.warning("a")
    context.error("a", "logger")
    context.tools_changed()
    context.prompts_changed()
    context.resources_changed()
    context.resource_updated("note:a")
    context.close_stream(retry_ms=10)
    context.ping()
    if context.is_cancelled or context.remaining_ms() < context.invocation_number:
        return []
    return [context.request_id]


@tool
def ask(context: Context) -> str:
    """Ask all there is to ask."""
    if not context.client_can("elicitation.url"):
        return "no"
    address: Elicited[Address] = context.elicit("Where to?", Address, key="address")
    street = address.content.street if address.content else ""
    loose: Elicited[dict[str, object]] = context.elicit("Who?", {"type": "object"})
    visit: Elicited[None] = context.elicit_url("Go", "https://a.example")
    roots: list[Root] = context.roots()
    told: dict[str, Any] = context.ask(
        {"a": Elicitation("b", Address), "c": Roots(), "d": UrlElicitation("e", "https://f.g")}
    )
    try:
        said: Sampled = context.sample("Hello", max_tokens=5, model_hints=["a"])
    except Unanswered:
        return "no"
    return f"{street}{loose.content}{visit.action}{roots[0].uri}{told['a']}{said.text}"


@tool
def converse(context: Context) -> str:
    """Let a model go on with conversations of each form."""
    messages = [Message("user", "a"), Message("assistant", "b")]
    context.sample(messages)
    context.sample(tuple(messages))
    context.sample([*messages, "c", Image(b"d", "image/png"), [Text("e"), "f"]])
    context.sample(["a", "b"])
    context.sample([["a", Audio(b"b", "audio/wav")]])
    context.sample(Text("a"))
    weather: Mapping[str, object] = {"name": "weather", "inputSchema": {"type": "object"}}
    said = context.sample("Weather?", tools=[weather])
    while said.tool_uses:
        results = [ToolResult(use.id, f"rain in {use.input}") for use in said.tool_uses]
        said = context.sample(["Weather?", said, results], tools=[weather])
    context.ask({"again": Sampling(messages, temperature=0.5)})
    return said.text


@tool
def keep(context: Context) -> int:
    """Keep a value over rounds."""
    number: int = context.step("number", lambda: 7)
    return number


@tool
async def wait(context: Context) -> str:
    """Keep a value of an async function."""

    async def work() -> tuple[int, str]:
        return 1, "a"

    _, name = await context.step("work", work)
    return f"{name}"


@resource("note:all", mime_type="text/plain", annotations=Annotations(priority=1.0))
def notes() -> str:
    """Read a text."""
    return "a"


@resource("note:{day}/{+path}")
def note(day: int, path: str, context: Context) -> list[Contents]:
    """Read contents."""
    if not day:
        raise ResourceNotFound(path)
    return [Contents(text=str(context.remaining_ms())), Contents(blob=b"b")]


@prompt
def short(day: str) -> str:
    """Say one text."""
    return day


@prompt(name="long", title="Long")
def several(day: int = 1) -> list[str | Message]:
    """Say several messages."""
    return ["a", Message("assistant", Text(str(day)))]


@complete(prompt="short", argument="day")
def days(value: str) -> list[str]:
    """Suggest values."""
    return [value]


@complete(resource="note:{day}/{+path}", argument="path")
def paths(value: str, arguments: dict[str, str], context: Context) -> Suggestions:
    """Suggest some of many values."""
    context.info(arguments)
    return Suggestions([value], 10, has_more=True)


server = Server(
    "author",
    "1.0.0",
    tools=[plain, rich_content, report, ask, converse, keep, wait, "package.module:tool"],
    resources=[notes, note],
    prompts=[short, several],
    completions=(days, paths),
    announces=["tools", "prompts", "resources", "updates"],
)


def test_it() -> None:
    """Answer for the client."""
    client = Client(
        server,
        {
            "address": Elicited("accept", Address("Elm Street")),
            "question_3": [Root("file:///a")],
            "question_4": Sampled("assistant", [Text("hi")]),
        },
    )
    called = client.call("ask")
    assert (called.text, called.structured, called.rounds) == ("no", None, 1)
    assert client.read("note:all").text == "a"
    assert client.fill_in("short", day="monday").messages
    assert client.complete("day", "m", prompt="short").values
