"""What the specification asks of schemas that only a whole server can show."""

import socket
from contextlib import suppress

from firstbyte.tools import Server, tool
from firstbyte.tools.testing import Client


def test_no_reference_of_a_schema_is_followed():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        schema = {
            "type": "object",
            "properties": {"a": {"$ref": f"http://127.0.0.1:{port}/schema.json"}},
        }

        @tool(input_schema=schema, output_schema=schema)
        def give(**arguments):
            return arguments

        client = Client(Server("s", "1", tools=[give]))
        (told,) = client.list_tools()
        assert (told["inputSchema"], told["outputSchema"]) == (schema, schema)
        assert client.call("give", a=1).structured == {"a": 1}
        listener.setblocking(False)
        visitor = None
        with suppress(BlockingIOError):
            visitor, _ = listener.accept()
        assert visitor is None, "somebody came for the schema"
