"""hayate's own loop with its mount for Workers, which needs no SDK."""

from typing import Any

from hayate import Hayate
from hayate.adapters.aws import run_lambda_streaming
from hayate_mcp import WorkerMcpMount, WorkerMcpServer
from three_tools import add, count, read_item

server = WorkerMcpServer("benchmark", version="1.0.0")


def _takes(**types: str) -> dict[str, Any]:
    members = {name: {"type": kind} for name, kind in types.items()}
    return {"type": "object", "properties": members, "required": list(types)}


@server.tool(
    name="add", input_schema=_takes(a="integer", b="integer"), description="Add two integers."
)
def _add(arguments: dict[str, Any]) -> str:
    return str(add(**arguments))


@server.tool(name="read_item", input_schema=_takes(key="string"), description="Read an item.")
def _read_item(arguments: dict[str, Any]) -> str:
    return read_item(**arguments)


@server.tool(name="count", input_schema=_takes(n="integer"), description="Count.")
def _count(arguments: dict[str, Any]) -> str:
    return count(**arguments)


app = Hayate()
WorkerMcpMount(server, path="/mcp").register(app)

if __name__ == "__main__":
    run_lambda_streaming(app)
