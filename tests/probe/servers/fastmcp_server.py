"""Servers on FastMCP: `stateless`, `stateful` and `whole`, which answers in JSON."""

import asyncio

from fastmcp import Context, FastMCP


def make(**options):
    """An application with one tool that reports and one that only reads."""
    server = FastMCP("foreign", version="1.0.0")

    @server.tool(annotations={"readOnlyHint": True})
    def status() -> str:
        """Say how it is."""
        return "well"

    @server.tool
    async def count(context: Context) -> str:
        """Count to three, with a pause before each."""
        for number in (1, 2, 3):
            await asyncio.sleep(0.3)
            await context.report_progress(number, 3)
        return "done"

    return server.http_app(**options)


stateless = make(stateless_http=True)
stateful = make()
whole = make(stateless_http=True, json_response=True)
