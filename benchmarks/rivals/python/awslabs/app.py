"""AWS Labs' handler, without sessions."""

from typing import Any

from awslabs.mcp_lambda_handler import MCPLambdaHandler
from three_tools import add, count, read_item

server = MCPLambdaHandler("benchmark", "1.0.0")
for tool in (add, read_item, count):
    server.tool()(tool)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer one event."""
    answer: dict[str, Any] = server.handle_request(event, context)
    return answer
