"""handler/served.py: what is a server is served as one, what is none is a function."""

import json

import pytest

from firstbyte.handler import clock
from firstbyte.handler.errors import MalformedEvent, ServerNotFound
from firstbyte.handler.served import serve_target
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import MalformedJson
from firstbyte.transport.memory import Memory
from tests.handler.fakes import API, REQUEST_ID
from tests.handler.serving import POLICY, make_invocation, serve

RESPONSE = f"{API}/invocation/{REQUEST_ID}/response"
ERROR = f"{API}/invocation/{REQUEST_ID}/error"


class Echo:
    """The smallest service: it lists one tool, and finds it."""

    def __init__(self):
        self.identity = {"name": "echo", "version": "1"}
        self.instructions = ""
        self.has_tools = True
        self.has_prompts = self.has_resources = self.has_completions = False
        self.announces = frozenset()

    def list_tools(self):
        return [{"name": "echo", "inputSchema": {"type": "object"}}]

    def find_tool(self, name):
        return self if name == "echo" else None


def mcp_event(body):
    return {
        "requestContext": {"http": {"method": "POST"}},
        "rawPath": "/mcp",
        "headers": {
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
        },
        "body": json.dumps(body),
    }


def test_what_lists_and_finds_tools_is_served_as_mcp(server, stream):
    ping = {"jsonrpc": "2.0", "id": 7, "method": "ping"}
    serve(Echo(), stream, make_invocation(json.dumps(mcp_event(ping)).encode()))
    post = server.post()
    assert (post.path, json.loads(post.chunks[0])["statusCode"]) == (RESPONSE, 200)
    assert json.loads(post.chunks[2]) == {"jsonrpc": "2.0", "id": 7, "result": {}}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", MalformedJson),
        (b"", MalformedJson),
        (b"{}", MalformedEvent),
    ],
)
def test_an_event_no_front_door_makes_is_our_callers_fault(stream, body, error):
    with pytest.raises(error):
        serve(Echo(), stream, make_invocation(body))


@pytest.mark.parametrize("target", [None, 1, "text", {}, object()])
def test_what_is_neither_server_nor_function_is_named(target):
    with pytest.raises(ServerNotFound, match=r"^m:a is neither a Server nor a function$"):
        serve_target(target, "m:a", POLICY, Codec(), Memory(clock))
