"""Call an MCP endpoint by hand, where a test has to see the octets as they arrive."""

import http.client
import json
from urllib.parse import urlsplit

from tests.emulating import BOOTSTRAP
from tests.end_to_end.heard import Heard
from tests.waiting import BOUND_S

SERVED = (*BOOTSTRAP, "tests.end_to_end.server:server")

REVISION = "2026-07-28"
MODERN = {"mcp-protocol-version": REVISION, "mcp-method": "tools/call"}


class Call:
    """One `tools/call` under way, of revision 2026-07-28. Use as a context manager.

    What was read of the answer is judged at the end.
    """

    def __init__(self, url, tool, /, *, call_id=1, **arguments):
        parts = urlsplit(url)
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
        self._asked = ("POST", parts.path, headers, json.dumps(body).encode())
        self._connection.request("POST", parts.path, self._asked[-1], headers)
        self._response = self._heard = None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self._connection.close()
        if kind is None and self._heard is not None:
            self._heard.judge()

    @property
    def response(self):
        """The response, as soon as its head is here."""
        if self._response is None:
            response = self._response = self._connection.getresponse()
            self._heard = Heard(*self._asked, response.status, response.headers)
        return self._response

    def read(self):
        """All octets of the body that are left."""
        octets = self.response.read()
        self._heard.note(octets)
        self._heard.note(b"")
        return octets

    def line(self):
        """The next line of the body that is not empty, without its end; b"" at the end."""
        while line := self.response.readline():
            self._heard.note(line)
            if line.strip():
                return line.strip()
        self._heard.note(b"")
        return b""

    def message(self):
        """The next JSON-RPC message, from an event stream or as the whole body."""
        if self.response.headers["content-type"] == "application/json":
            return json.loads(self.read())
        while line := self.line():
            if line.startswith(b"data:"):
                return json.loads(line.removeprefix(b"data:"))
        return None


def call(url, tool, /, *, call_id=1, **arguments):
    """Call a tool and return its final JSON-RPC message."""
    with Call(url, tool, call_id=call_id, **arguments) as under_way:
        message = under_way.message()
        while message is not None and "method" in message:
            message = under_way.message()
        under_way.read()
        return message
