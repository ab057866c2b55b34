"""Write the events that ask a candidate: Function URL events around MCP requests.

Source: AWS Lambda developer guide, "Request and response payloads" (payload format 2.0); the
Model Context Protocol, revisions 2026-07-28 (no handshake) and 2025-11-25.
"""

import json
from collections.abc import Mapping
from typing import Final

MODERN: Final = "2026-07-28"
LEGACY: Final = "2025-11-25"
EVENT_COUNT: Final = 100
"""How many progress notifications the question `events` is answered with."""
ITEM_KEY: Final = "greeting"
"""The item of the table `items` that the question `call_boto3` is about."""
CALL_ID: Final = 1
PROGRESS_TOKEN: Final = "progress"

_HOST: Final = "abc123.lambda-url.eu-west-1.on.aws"
_CLIENT: Final = {"name": "benchmark", "version": "1.0.0"}


def modern_questions(path: str = "/mcp") -> dict[str, bytes]:
    """All that a client of 2026-07-28 asks."""

    def ask(method: str, **params: object) -> bytes:
        meta: dict[str, object] = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": _CLIENT,
        }
        headers = {"mcp-protocol-version": MODERN, "mcp-method": method}
        if "name" in params:
            headers["mcp-name"] = str(params["name"])
        if params.get("name") == "count":
            meta["progressToken"] = PROGRESS_TOKEN
        return _event(path, headers, method, {**params, "_meta": meta})

    return {
        "discover": ask("server/discover"),
        "list": ask("tools/list"),
        "call": ask("tools/call", name="add", arguments={"a": 2, "b": 3}),
        "call_boto3": ask("tools/call", name="read_item", arguments={"key": ITEM_KEY}),
        "events": ask("tools/call", name="count", arguments={"n": EVENT_COUNT}),
    }


def legacy_questions(path: str = "/mcp") -> dict[str, bytes]:
    """All that a client of 2025-11-25 asks of a server without sessions."""

    def ask(method: str, params: Mapping[str, object]) -> bytes:
        return _event(path, {"mcp-protocol-version": LEGACY}, method, params)

    def call(name: str, arguments: Mapping[str, object], **further: object) -> bytes:
        return ask("tools/call", {"name": name, "arguments": arguments, **further})

    greeting = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": _CLIENT}
    return {
        "initialize": _event(path, {}, "initialize", greeting),
        "list": ask("tools/list", {}),
        "call": call("add", {"a": 2, "b": 3}),
        "call_boto3": call("read_item", {"key": ITEM_KEY}),
        "events": call("count", {"n": EVENT_COUNT}, _meta={"progressToken": PROGRESS_TOKEN}),
    }


def function_url_event(method: str, path: str, headers: Mapping[str, str], body: str) -> bytes:
    """Write one HTTP request as the event a Function URL makes of it."""
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "host": _HOST,
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "user-agent": "benchmark/1.0.0",
            "content-length": str(len(body.encode())),
            **headers,
        },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "abc123",
            "domainName": _HOST,
            "domainPrefix": "abc123",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "benchmark/1.0.0",
            },
            "requestId": "11111111-2222-3333-4444-555555555555",
            "routeKey": "$default",
            "stage": "$default",
            "time": "22/Nov/2026:06:00:00 +0000",
            "timeEpoch": 1_795_327_200_000,
        },
        "body": body,
        "isBase64Encoded": False,
    }
    return json.dumps(event).encode()


def _event(
    path: str, headers: Mapping[str, str], method: str, params: Mapping[str, object]
) -> bytes:
    message = {"jsonrpc": "2.0", "id": CALL_ID, "method": method, "params": params}
    common = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
    }
    return function_url_event("POST", path, {**common, **headers}, json.dumps(message))
