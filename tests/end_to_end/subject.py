"""`server`: one thing of every kind, where what the official suite never looks at shows."""

import socket
from typing import TypedDict

from firstbyte.tools import Context, Server, prompt, resource, tool
from tests.end_to_end.server import echo, gated_progress, wait_silently

PAGE_SIZE = 2


class Person(TypedDict):
    """Who somebody is."""

    name: str


class Forecast(TypedDict):
    """The weather to come."""

    city: str
    degrees: float
    hours: list[int]


@tool
def count(context: Context) -> str:
    """Count to three, aloud."""
    for number in (1, 2, 3):
        context.progress(number, total=3)
    return "counted"


@tool
def forecast(city: str) -> Forecast:
    """Tell the weather to come."""
    return {"city": city, "degrees": 21.5, "hours": [9, 12, 15]}


@tool
def complain(context: Context) -> str:
    """Log once mildly and once gravely."""
    context.debug("a trifle")
    context.error("a grave matter")
    return "complained"


@tool
def greet(context: Context) -> str:
    """Greet whoever says their name."""
    answer = context.elicit("Who is there?", Person)
    return f"Hello, {answer.content['name'] if answer.content else 'nobody'}"


@tool
def sign_in(context: Context) -> str:
    """Have the user sign in on a page of ours, which is no business of the model's."""
    return context.elicit_url("Please sign in", "https://example.com/sign-in").action


@tool
def knock(context: Context) -> str:
    """See whether the client is still there."""
    context.ping()
    return "there"


@tool
def touch(uri: str, context: Context) -> str:
    """Announce that a resource is another now."""
    context.resource_updated(uri)
    return "touched"


@tool
def wait_until_cancelled(port: int, context: Context) -> str:
    """Report, then wait to be cancelled, or for the test at `port` to say go."""
    context.progress(1)
    with socket.create_connection(("127.0.0.1", port)) as gate:
        gate.settimeout(0.05)
        while not context.is_cancelled:
            try:
                gate.recv(1)
            except TimeoutError:
                continue
            return "never cancelled"
    return "cancelled"


@resource("note://one")
def one() -> str:
    """The first note."""
    return "one"


@resource("note://two")
def two() -> str:
    """The second note."""
    return "two"


@resource("note://three")
def three() -> str:
    """The third note."""
    return "three"


@prompt
def summarize() -> str:
    """Have it said in short."""
    return "Say it in short."


TOOLS = (
    echo,
    gated_progress,
    wait_silently,
    count,
    forecast,
    complain,
    greet,
    sign_in,
    knock,
    touch,
    wait_until_cancelled,
)
server = Server(
    name="firstbyte-subject",
    version="1.0.0",
    tools=TOOLS,
    resources=(one, two, three),
    prompts=(summarize,),
    announces=("tools", "prompts", "resources", "updates"),
    page_size=PAGE_SIZE,
)
