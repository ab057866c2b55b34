"""The least that is an MCP server of both eras, for deployments to break and fakes to ask."""

import json

MODERN = "2026-07-28"
INFO = {"name": "tiny", "version": "1.0.0"}
NOTHING = {"type": "object", "properties": {}}
TOOLS = [
    {"name": "status", "inputSchema": NOTHING, "annotations": {"readOnlyHint": True}},
    {"name": "rows", "inputSchema": NOTHING, "annotations": {"readOnlyHint": True}},
    {"name": "remove", "inputSchema": NOTHING},
]


def answer(asked, *, info=INFO, tools=TOOLS):
    """The JSON-RPC answer to a request; None to a notification."""
    method = asked["method"]
    if "id" not in asked:
        return None
    results = {
        "initialize": {
            "protocolVersion": asked.get("params", {}).get("protocolVersion"),
            "capabilities": {"tools": {}},
            "serverInfo": info,
        },
        "server/discover": {
            "supportedVersions": [MODERN, "2025-11-25"],
            "capabilities": {"tools": {}},
            "_meta": {"io.modelcontextprotocol/serverInfo": info},
        },
        "tools/list": {"tools": tools},
        "tools/call": {"content": [{"type": "text", "text": "well"}]},
        "ping": {},
    }
    base = {"jsonrpc": "2.0", "id": asked["id"]}
    if method not in results:
        return base | {"error": {"code": -32601, "message": f"no method {method}"}}
    return base | {"result": {"resultType": "complete", **results[method]}}


def asked_in(event):
    """The JSON-RPC message of a Function URL's event; an empty one where there is none."""
    return json.loads(event.get("body") or '{"method": ""}')


def reply(message, **headers):
    """What a buffered function returns."""
    if message is None:
        return {"statusCode": 202, "body": ""}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json", **named},
        "body": json.dumps(message),
    }


def progress(number, total):
    """A report of a call that was given the token "probe"."""
    params = {"progressToken": "probe", "progress": number, "total": total}
    return {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}


def event_of(message):
    """A message as an event of a stream."""
    return f"data: {json.dumps(message)}\n\n"
