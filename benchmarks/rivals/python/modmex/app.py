"""modmex-lambda behind a Function URL, buffered: its streams need the Lambda Web Adapter."""

from modmex_lambda import APIGatewayHttpResolver
from modmex_lambda.mcp import MCPServer
from three_tools import add, count, read_item

server = MCPServer(name="benchmark", version="1.0.0")
for tool in (add, read_item, count):
    server.tool()(tool)

app = APIGatewayHttpResolver()
app.include_mcp(server, path="/mcp")
handler = app.handler
