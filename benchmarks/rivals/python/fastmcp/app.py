"""FastMCP as an ASGI application, stateless."""

import asyncio
import os
import time

from fastmcp import Context, FastMCP
from three_tools import PAUSE_S, add, read_item

server = FastMCP("benchmark", version="1.0.0")
server.tool(add)
server.tool(read_item)


@server.tool
async def count(n: int, context: Context) -> str:
    """Count to n and tell each number's moment."""
    for number in range(1, n + 1):
        await asyncio.sleep(PAUSE_S)
        await context.report_progress(number, n, str(time.monotonic_ns()))
    return "done"


app = server.http_app(
    stateless_http=True, json_response=os.environ["BENCHMARK_ANSWERS"] == "json"
)
