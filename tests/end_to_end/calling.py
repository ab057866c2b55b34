"""Call an MCP endpoint by hand, where a test has to see the octets as they arrive."""

import http.client
import json
from urllib.parse import urlsplit

from tests.emulating import BOOTSTRAP
from tests.protocol_schema import check_answer, check_notification
from tests.waiting import BOUND_S

SERVED = (*BOOTSTRAP, "tests.end_to_end.server:server")

REVISION = "2026-07-28"
MODERN = {"mcp-protocol-version": REVISION, "mcp-method": "tools/call"}


class Call:
    """One `tools/call` under way, of revision 2026-07-28. Use as a context manager."""

    def __init__(self, url, tool, /, *, call_id=1, **arguments):
        parts = urlsplit(url)
        self._call_id = call_id
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, BOUND_S)
        meta = {
            "progressToken": "t",
            "io.modelcontextprotocol/protocolVersion": REVISION,
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        params = {"name": tool, "arguments": arguments, "_meta": meta}
        body = {"jsonrpc": "2.0", "id": call_id, "method": "tools/call", "params": params}
        headers = {
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            "mcp-name": tool,
            **MODERN,
        }
        self._connection.request("POST", parts.path, json.dumps(body), headers)
        self._response = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    @property
    def response(self):
        """The response, as soon as its head is here."""
        if self._response is None:
            self._response = self._connection.getresponse()
        return self._response

    def line(self):
        """The next line of the body that is not empty, without its end; b"" at the end."""
        for line in self.response:
            if line.strip():
                return line.strip()
        return b""

    def message(self):
        """The next JSON-RPC message, from an event stream or as the whole body, judged."""
        if self.response.headers["content-type"] == "application/json":
            return self._judged(self.response.read())
        while line := self.line():
            if line.startswith(b"data:"):
                return self._judged(line.removeprefix(b"data:"))
        return None

    def _judged(self, octets):
        message = json.loads(octets)
        if "method" in message:
            check_notification(REVISION, message)
        else:
            check_answer(REVISION, "tools/call", self._call_id, message)
        return message


def call(url, tool, /, *, call_id=1, **arguments):
    """Call a tool and return its final JSON-RPC message."""
    with Call(url, tool, call_id=call_id, **arguments) as under_way:
        message = under_way.message()
        while message is not None and "method" in message:
            message = under_way.message()
        return message
