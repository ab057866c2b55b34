"""The official SDK as an ASGI application, stateless."""

import asyncio
import os
import time

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from three_tools import PAUSE_S, add, read_item

server = MCPServer("benchmark", version="1.0.0", log_level="WARNING")
server.tool()(add)
server.tool()(read_item)


@server.tool()
async def count(n: int, context: Context) -> str:
    """Count to n and tell each number's moment."""
    for number in range(1, n + 1):
        await asyncio.sleep(PAUSE_S)
        await context.report_progress(number, n, str(time.monotonic_ns()))
    return "done"


app = server.streamable_http_app(
    stateless_http=True,
    json_response=os.environ["BENCHMARK_ANSWERS"] == "json",
    transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
)
