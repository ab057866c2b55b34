"""hayate's own loop with the official SDK's low-level server mounted."""

import asyncio
import time
from typing import Any

from hayate import Hayate
from hayate.adapters.aws import run_lambda_streaming
from hayate_mcp import McpMount
from mcp import types
from mcp.server.lowlevel import Server
from three_tools import PAUSE_S, add, count, read_item


def _tool(function: Any, **types_of: str) -> types.Tool:
    members = {name: {"type": kind} for name, kind in types_of.items()}
    schema = {"type": "object", "properties": members, "required": list(types_of)}
    return types.Tool(name=function.__name__, description=function.__doc__, input_schema=schema)


_TOOLS = [
    _tool(add, a="integer", b="integer"),
    _tool(read_item, key="string"),
    _tool(count, n="integer"),
]


async def _list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
    return types.ListToolsResult(tools=_TOOLS)


async def _call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
    arguments = params.arguments or {}
    match params.name:
        case "add":
            text = str(add(**arguments))
        case "read_item":
            text = read_item(**arguments)
        case _:
            text = await _count(context, **arguments)
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)])


async def _count(context: Any, n: int) -> str:
    for number in range(1, n + 1):
        await asyncio.sleep(PAUSE_S)
        await context.session.report_progress(number, n, str(time.monotonic_ns()))
    return "done"


server = Server(
    "benchmark", version="1.0.0", on_list_tools=_list_tools, on_call_tool=_call_tool
)
app = Hayate()
McpMount(server, path="/mcp", stateless=True).register(app)

if __name__ == "__main__":
    run_lambda_streaming(app)
