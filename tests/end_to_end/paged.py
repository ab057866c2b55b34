"""`server`: the conformance fixtures on several pages, for clients that have to turn them."""

from firstbyte.tools import Server
from tests.conformance import asking, offering, reporting

server = Server(
    name="firstbyte-paged",
    version="1.0.0",
    instructions="Turn the pages.",
    tools=[*reporting.TOOLS, *asking.TOOLS],
    resources=offering.RESOURCES,
    prompts=offering.PROMPTS,
    completions=offering.COMPLETIONS,
    announces=("tools", "prompts", "resources", "updates"),
    page_size=2,
)
