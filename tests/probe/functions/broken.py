"""Deployments, each broken in one way. A handler's name says how; `well` is not."""

import json
import os
import time

import tiny

from firstbyte.handler.response_stream import streamify_response

STREAM = {"content-type": "text/event-stream"}
SILENCE_S = 0.8
BOUND_S = 30


def well(event, context):
    """Serve both eras."""
    return tiny.reply(tiny.answer(tiny.asked_in(event)))


def other_version(event, context):
    """Serve another version of the same server."""
    return tiny.reply(
        tiny.answer(tiny.asked_in(event), info={"name": "tiny", "version": "2.0.0"})
    )


def hello(event, context):
    """Be what the console makes of a new function."""
    return {"statusCode": 200, "body": '"Hello from Lambda!"'}


def echo(event, context):
    """Return the event, as a function without an adapter may."""
    return event


def crashes(event, context):
    """Raise."""
    raise RuntimeError("as told")


def unnamed_revision(event, context):
    """Forget to name the revision in either era."""
    message = tiny.answer(tiny.asked_in(event))
    for name in ("protocolVersion", "supportedVersions"):
        (message or {}).get("result", {}).pop(name, None)
    return tiny.reply(message)


def unknown_revision(event, context):
    """Name a revision that there is not."""
    message = tiny.answer(tiny.asked_in(event))
    result = (message or {}).get("result", {})
    if "protocolVersion" in result:
        result["protocolVersion"] = "2023-01-01"
    return tiny.reply(message)


def no_tools(event, context):
    """Offer nothing."""
    return tiny.reply(tiny.answer(tiny.asked_in(event), tools=[]))


def fewer_tools(event, context):
    """Offer one tool of three."""
    return tiny.reply(tiny.answer(tiny.asked_in(event), tools=tiny.TOOLS[:1]))


def one_tool_denied(event, context):
    """Let AWS deny what one tool does."""
    asked = tiny.asked_in(event)
    message = tiny.answer(asked)
    if asked.get("params", {}).get("name") == "rows":
        text = (
            "An error occurred (AccessDeniedException) when calling the Query operation: User: "
            "arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: "
            "dynamodb:Query"
        )
        message["result"] = {"content": [{"type": "text", "text": text}], "isError": True}
    return tiny.reply(message)


def one_tool_crashes(event, context):
    """Let one tool fail with a JSON-RPC error."""
    asked = tiny.asked_in(event)
    message = tiny.answer(asked)
    if asked.get("params", {}).get("name") == "rows":
        del message["result"]
        message["error"] = {"code": -32603, "message": "Internal error"}
    return tiny.reply(message)


def slow(event, context):
    """Start longer than the least patient clients wait."""
    if not hasattr(slow, "is_warm"):
        slow.is_warm = True
        time.sleep(5.3)
    return well(event, context)


def unlisted(event, context):
    """Announce resources and know nothing of them."""
    message = tiny.answer(tiny.asked_in(event))
    if "capabilities" in (message or {}).get("result", {}):
        message["result"]["capabilities"]["resources"] = {}
    return tiny.reply(message)


def closed(event, context):
    """Refuse every conversation in JSON-RPC."""
    error = {"code": -32000, "message": "not today"}
    return tiny.reply({"jsonrpc": "2.0", "id": tiny.asked_in(event).get("id"), "error": error})


def mute(event, context):
    """Refuse calls without a word of JSON-RPC."""
    if tiny.asked_in(event)["method"] == "tools/call":
        return {"statusCode": 406, "body": "Not Acceptable"}
    return well(event, context)


def busy(event, context):
    """Take a while for each request, so that one environment serves few."""
    time.sleep(0.2)
    return well(event, context)


def buffered_stream(event, context):
    """Say everything of a stream at once, at the end, with its length known."""
    asked = tiny.asked_in(event)
    if asked["method"] != "tools/call":
        return well(event, context)
    messages = [tiny.progress(1, 2), tiny.progress(2, 2), tiny.answer(asked)]
    body = "".join(map(tiny.event_of, messages))
    return {"statusCode": 200, "headers": STREAM, "body": body}


def forgetful(event, context):
    """Keep sessions in the memory of one environment."""
    asked, sessions = tiny.asked_in(event), forgetful.__dict__.setdefault("sessions", set())
    if "io.modelcontextprotocol/protocolVersion" in str(asked):
        return {"statusCode": 400, "body": "Bad Request: no session"}
    if asked["method"] == "initialize":
        session = f"s{os.getpid()}"
        sessions.add(session)
        return tiny.reply(tiny.answer(asked), mcp_session_id=session)
    if event["headers"].get("mcp-session-id") not in sessions:
        return {"statusCode": 404, "body": "Session not found"}
    return well(event, context)


@streamify_response
def prelude_visible(event, response_stream, context):
    """Be a streaming function behind a front door that does not stream."""
    response_stream.write('{"statusCode":200,"headers":{"content-type":"application/json"}}')
    response_stream.write(bytes(8) + tiny.event_of(tiny.answer(tiny.asked_in(event))).encode())


@streamify_response
def untyped(event, response_stream, context):
    """Answer well, and leave it to Lambda to say of what type."""
    if message := tiny.answer(tiny.asked_in(event)):
        response_stream.write(json.dumps(message))
    else:
        response_stream.open(202, {})


def formless(event, context):
    """Give results of tools without their content."""
    message = tiny.answer(tiny.asked_in(event))
    (message or {}).get("result", {}).pop("content", None)
    return tiny.reply(message)


@streamify_response
def envelope_visible(event, response_stream, context):
    """Be a buffered function behind a front door that streams."""
    message = tiny.answer(tiny.asked_in(event)) or {}
    response_stream.open(200, {"content-type": "application/octet-stream"})
    response_stream.write(json.dumps(tiny.reply(message)))


@streamify_response
def empty_stream(event, response_stream, context):
    """Open streams and say nothing."""
    response_stream.open(200, STREAM)


@streamify_response
def held_back(event, response_stream, context):
    """Open the stream of a call early, and let its events go together, late."""
    if asked := _asked_to_call(event, response_stream):
        response_stream.write(": open\n\n")
        time.sleep(SILENCE_S)
        messages = [tiny.progress(1, 2), tiny.progress(2, 2), tiny.answer(asked)]
        response_stream.write("".join(map(tiny.event_of, messages)))


@streamify_response
def all_at_the_end(event, response_stream, context):
    """Let a call's whole answer, head and all, go at its end."""
    if asked := _asked_to_call(event, response_stream):
        time.sleep(SILENCE_S)
        messages = [tiny.progress(1, 2), tiny.progress(2, 2), tiny.answer(asked)]
        response_stream.write("".join(map(tiny.event_of, messages)))


@streamify_response
def streams_well(event, response_stream, context):
    """Let each event of a call go when it is written."""
    if asked := _asked_to_call(event, response_stream):
        for number in (1, 2, 3):
            response_stream.write(tiny.event_of(tiny.progress(number, 3)))
            time.sleep(SILENCE_S / 3)
        response_stream.write(tiny.event_of(tiny.answer(asked)))


@streamify_response
def left_open(event, response_stream, context):
    """Keep the stream of a call open after its result."""
    if asked := _asked_to_call(event, response_stream):
        response_stream.write(tiny.event_of(tiny.answer(asked)))
        time.sleep(BOUND_S)


@streamify_response
def cut_stream(event, response_stream, context):
    """Die in the middle of a call."""
    if _asked_to_call(event, response_stream):
        response_stream.write(tiny.event_of(tiny.progress(1, 2)))
        os._exit(1)


def _asked_to_call(event, response_stream):
    """Answer everything but calls; of a call open the stream and return the message."""
    asked = tiny.asked_in(event)
    if asked["method"] == "tools/call":
        response_stream.open(200, STREAM)
        return asked
    reply = tiny.reply(tiny.answer(asked))
    response_stream.open(reply["statusCode"], reply.get("headers"))
    response_stream.close(reply["body"])
    return None
