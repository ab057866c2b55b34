"""The official SDK as an ASGI application behind Mangum, which buffers."""

import asyncio

from mangum import Mangum
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from three_tools import add, count, read_item

server = MCPServer("benchmark", version="1.0.0", log_level="WARNING")
for tool in (add, read_item, count):
    server.tool()(tool)

app = server.streamable_http_app(
    stateless_http=True,
    json_response=True,
    transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
)


async def _keep_open(opened: "asyncio.Future[None]") -> None:
    async with server.session_manager.run():
        opened.set_result(None)
        await asyncio.get_running_loop().create_future()


# Mangum enters and leaves the application's lifespan with each event, and the SDK's can be
# entered once: so it is entered here.
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
ready = loop.create_future()
keeper = loop.create_task(_keep_open(ready))  # noqa: RUF006 (this module keeps it)
loop.run_until_complete(ready)
handler = Mangum(app, lifespan="off")
