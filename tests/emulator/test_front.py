"""emulator/front.py: a request becomes an event, an answer leaves as it is written."""

import asyncio
import base64
import io
import json
import logging
from dataclasses import replace

import pytest

from firstbyte.emulator.console import Console
from firstbyte.emulator.door import DOORS
from firstbyte.emulator.front import Front
from firstbyte.emulator.function import Function
from tests.emulating import emulator
from tests.emulator.stage import PUPPET, Client

GATEWAY_ERROR = b'{"Message":"Internal Server Error"}'


def test_a_request_reaches_the_function_as_an_event(stage, client):
    headers = {"Content-Type": "application/json", "X-A": "1", "Cookie": "s=1; t=2"}
    client.send("PUT", "/a%20b/%C3%A9?x=1&x=2", b'{"a": 1}', headers)
    event = stage.puppet().next()["event"]
    assert event["rawPath"] == "/a%20b/%C3%A9"
    assert event["rawQueryString"] == "x=1&x=2"
    assert event["requestContext"]["http"]["method"] == "PUT"
    assert event["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["x-a"] == "1"
    assert event["cookies"] == ["s=1", "t=2"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": 1}', False)


def test_a_request_without_a_body_makes_an_event_without_one(stage, client):
    client.send("GET", "/mcp", b"")
    assert "body" not in stage.puppet().next()["event"]


def test_a_buffered_answer_is_an_http_response(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    body = base64.b64encode(b"\0\xff").decode()
    answer = {
        "statusCode": 418,
        "headers": {"X-A": "1", "content-type": "image/png", "content-length": "99"},
        "cookies": ["a=1", "b=2"],
        "body": body,
        "isBase64Encoded": True,
    }
    assert puppet.respond(answer)["status"] == 202
    response = client.response()
    assert (response.status, response.read()) == (418, b"\0\xff")
    assert response.headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert response.headers["x-a"] == "1"
    assert response.headers["x-amzn-requestid"] == puppet.request_id
    assert response.headers["content-length"] == "2"
    assert response.headers["x-amzn-remapped-content-length"] == "99"


@pytest.mark.parametrize("result", [[1, 2], "text", None, {"message": "hello"}])
def test_any_other_result_is_the_body_of_a_200(stage, client, result):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(result)
    response = client.response()
    assert (response.status, response.headers["content-type"]) == (200, "application/json")
    assert json.loads(response.read()) == result


def test_a_chunk_arrives_before_the_next_is_written(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": 201, "headers": {"x-a": "1"}, "cookies": ["a=1", "b=2"]})
    response = client.response()
    assert (response.status, response.headers["x-a"]) == (201, "1")
    assert response.headers.get_all("set-cookie") == ["a=1", "b=2"]
    puppet.write("first")
    assert response.read1() == b"first"
    puppet.write("second")
    assert response.read1() == b"second"
    assert puppet.finish()["status"] == 202
    assert response.read() == b""


def test_a_stream_without_a_prelude_is_a_200_of_raw_octets(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open(content_type="")
    puppet.write('{"statusCode": 404}' + "\0" * 8)
    puppet.finish()
    response = client.response()
    assert response.status == 200
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.read() == b'{"statusCode": 404}' + bytes(8)


def test_a_stream_that_ends_before_its_prelude_is_an_empty_200(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open()
    puppet.finish()
    response = client.response()
    assert (response.status, response.read()) == (200, b"")


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("POST", 204), ("GET", 304), ("POST", 202)]
)
def test_an_answer_without_a_body_ends_and_the_connection_serves_another(
    running, stage, client, method, status
):
    client.send(method, body=b"")
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": status})
    puppet.finish()
    response = client.response()
    assert (response.status, response.read()) == (status, b"")
    puppet.rest(running)
    client.send(method, body=b"")
    puppet.take()
    puppet.respond({"statusCode": status})
    response = client.response()
    assert (response.status, response.read()) == (status, b"")


def test_a_body_where_none_may_be_is_dropped(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": 204})
    puppet.write("too much")
    puppet.finish()
    response = client.response()
    assert (response.status, response.read()) == (204, b"")


@pytest.mark.parametrize(
    "prelude",
    [
        pytest.param('{"statusCode": 200}', id="without its delimiter"),
        pytest.param("[]" + "\0" * 8, id="no object"),
        pytest.param("x" * 20_000, id="too long"),
        pytest.param('{"headers": {"a b": "c"}}' + "\0" * 8, id="a header nobody can send"),
    ],
)
def test_a_prelude_that_is_none_is_a_502_and_does_not_hold_the_runtime(stage, client, prelude):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open()
    puppet.write(prelude)
    puppet.write("and more")
    assert puppet.finish()["status"] == 202
    response = client.response()
    assert (response.status, response.read()) == (502, GATEWAY_ERROR)


def test_a_malformed_buffered_answer_is_a_502_and_the_log_tells_why(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond({"statusCode": "nine hundred"})
    assert client.response().status == 502
    running.wait_for_log("unusable answer: statusCode is 'nine hundred'")


def test_an_error_before_the_first_byte_is_a_502(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.fail("Function.Broken", {"errorMessage": "no"})
    response = client.response()
    assert (response.status, response.read()) == (502, GATEWAY_ERROR)
    assert response.headers["x-amzn-errortype"] == "Function.Broken"


def test_a_request_of_the_largest_size_is_taken_and_one_more_octet_is_a_413(stage, client):
    client.send(body=b"x" * (6 * 1024 * 1024 + 1))
    response = client.response()
    assert response.status == 413
    response.read()
    client.leave()
    client.send(body=b"x" * (6 * 1024 * 1024))
    puppet = stage.puppet()
    event = puppet.next()["event"]
    assert len(base64.b64decode(event["body"])) == 6 * 1024 * 1024
    puppet.respond(None)
    assert client.response().status == 200


def test_a_client_that_goes_away_does_not_stop_the_function(running, stage):
    with Client(running) as leaving:
        leaving.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.open({"statusCode": 200})
        leaving.response()
    # Far more than all buffers on the way would hold.
    puppet.ask("flood", 64 * 1024 * 1024)
    assert puppet.finish()["status"] == 202
    puppet.rest(running)
    with Client(running) as next_one:
        next_one.send()
        puppet.take()
        puppet.respond("still there")
        assert next_one.response().read() == b'"still there"'


def test_a_client_that_does_not_read_holds_the_function_up(running, stage):
    with Client(running) as client:
        client.send()
        puppet = stage.puppet()
        puppet.next()
        puppet.open({"statusCode": 200})
        response = client.response()
        puppet.order("flood", 64 * 1024 * 1024)
        puppet.order("say", "the flood is over")
        assert response.read(1024 * 1024) == b"x" * 1024 * 1024
        assert "the flood is over" not in running.log()
        rest = 63 * 1024 * 1024
        assert response.read(rest) == b"x" * rest
        puppet.reply()
        puppet.reply()
        puppet.finish()
        assert response.read() == b""


def test_a_call_too_many_is_refused_where_calls_do_not_queue(stage):
    options = {"concurrency": 1, "over_limit": "429"}
    with emulator(*PUPPET, env=stage.variables, **options) as running, Client(running) as first:
        first.send()
        puppet = stage.puppet()
        puppet.next()
        with Client(running) as second:
            response = second.send().response()
            assert response.status == 429
            assert response.headers["x-amzn-errortype"] == "TooManyRequestsException"
            assert json.loads(response.read())["message"] == "Rate Exceeded."
        puppet.respond("served")
        assert first.response().read() == b'"served"'


def test_a_client_that_leaves_inside_its_request_calls_nothing(running, stage):
    with Client(running) as leaving:
        leaving.send(headers={"Content-Length": "100"})
    with Client(running) as client:
        client.send(target="/only")
        puppet = stage.puppet()
        assert puppet.next()["event"]["rawPath"] == "/only"
        puppet.respond(None)
        assert client.response().status == 200


class Unhurried:
    """A pool whose function answers only when it is told to."""

    async def submit(self, invocation):
        self.invocation = invocation


def test_a_door_that_has_waited_long_enough_answers_by_itself():
    function = Function(("true",), (), "function", "", "eu-west-1", 128, 30.0)
    pool, sent = Unhurried(), []
    door = replace(DOORS["http"], wait_s=0.001)
    front = Front(function, pool, Console(io.StringIO(), logging.INFO), door)
    scope = {
        "type": "http",
        "method": "GET",
        "raw_path": b"/prod/mcp",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)
        # Too late for the client; the runtime is listened to all the same.
        if "status" in message:
            pool.invocation.end()

    asyncio.run(front(scope, receive, send))
    assert sent[0]["status"] == 503
    assert sent[1]["body"] == b'{"message":"Service Unavailable"}'
