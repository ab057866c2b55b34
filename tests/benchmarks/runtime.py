"""A small runtime for tests of the meter: `python runtime.py BEHAVIOUR`, on http.client."""

import http.client
import json
import os
import subprocess
import sys
import time

behaviour = sys.argv[1]
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
JSON = {"Content-Type": "application/json"}
STREAMED = {
    "Content-Type": "application/vnd.awslambda.http-integration-response",
    "Lambda-Runtime-Function-Response-Mode": "streaming",
}


def ask(method, path, body=None, headers=None):
    connection.request(
        method, path, body, headers or {}, encode_chunked=not isinstance(body, bytes | None)
    )
    answer = connection.getresponse()
    return answer.headers, answer.read()


def register():
    ask("POST", "/2020-01-01/extension/register", b'{"events":[]}')
    ask("GET", "/2020-01-01/extension/event/next")


def events(count):
    yield json.dumps(
        {"statusCode": 200, "headers": {"Content-Type": "text/event-stream"}}
    ).encode()
    yield bytes(8)
    for number in range(1, count + 1):
        moment = str(time.monotonic_ns())
        params = {"progressToken": "progress", "progress": number, "message": moment}
        message = {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}
        yield f"data: {json.dumps(message)}\n\n".encode()
    result = {"content": [{"type": "text", "text": "done"}]}
    yield f"data: {json.dumps({'jsonrpc': '2.0', 'id': 1, 'result': result})}\n\n".encode()


def respond(call_id, event):
    path = f"/2018-06-01/runtime/invocation/{call_id}"
    if behaviour == "reports":
        ask("POST", f"{path}/error", b'{"errorType":"Function.Broken"}')
    elif behaviour == "streams":
        headers = {**STREAMED, "Transfer-Encoding": "chunked"}
        ask("POST", f"{path}/response", events(100), headers)
    elif behaviour == "mumbles":
        ask("POST", f"{path}/response", b"mumble")
    else:
        text = {"lies": "4", "echoes": event["echo"]}.get(behaviour, "5")
        result = {"content": [{"type": "text", "text": text}]}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": result})
        answer = {"statusCode": 200, "headers": JSON, "body": body}
        ask("POST", f"{path}/response", json.dumps(answer).encode())


if behaviour == "crashes":
    sys.exit("no disk")
if behaviour == "registers":
    register()
if behaviour == "has a child":
    subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
if behaviour == "asks nonsense":
    ask("PUT", "/nonsense", b"x")
while True:
    headers, body = ask("GET", "/2018-06-01/runtime/invocation/next")
    respond(headers["Lambda-Runtime-Aws-Request-Id"], {"echo": "", **json.loads(body)})
    if behaviour == "answers once":
        sys.exit(3)
