"""`server`: the fixtures the official conformance suite asks a server under test to have.

Honest programs: each does what its name says; none knows what the suite compares.
"""

from firstbyte.tools import Server
from tests.conformance import asking, offering, reporting

server = Server(
    name="firstbyte-conformance",
    version="1.0.0",
    title="Conformance fixtures",
    # The suite calls the first one with no arguments.
    tools=[*reporting.TOOLS, *asking.TOOLS],
    resources=offering.RESOURCES,
    prompts=offering.PROMPTS,
    completions=offering.COMPLETIONS,
    announces=("tools", "prompts", "resources", "updates"),
)
