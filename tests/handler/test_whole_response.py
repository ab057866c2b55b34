"""handler/whole_response.py: a response leaves at its end, in the form its door takes."""

import json

import pytest

from firstbyte.handler.whole_response import (
    WholeResponse,
    bare_form,
    http_form,
    several_form,
)
from firstbyte.transport.codec import Codec
from tests.handler.fakes import API, REQUEST_ID

HEADERS = {"content-type": "text/event-stream", "mcp-session-id": "s"}
BODY = b'data: {"a":"\xc3\xa9"}\n\ndata: 2\n\n'


def answer(server, stream, form):
    response = WholeResponse(stream, Codec(), form)
    response.open(201, HEADERS)
    response.write(BODY[:5])
    response.write(BODY[5:20])
    assert not server.has_post()
    response.close(BODY[20:])
    post = server.post()
    assert post.path == f"{API}/invocation/{REQUEST_ID}/response"
    assert post.header("lambda-runtime-function-response-mode") == []
    assert post.header("content-type") == [b"application/json"]
    return post.body


def test_the_log_is_told_the_status(server, stream):
    answer(server, stream, http_form)
    assert stream.status == 201


def test_all_of_it_is_one_http_answer(server, stream):
    assert json.loads(answer(server, stream, http_form)) == {
        "statusCode": 201,
        "headers": HEADERS,
        "body": BODY.decode(),
        "isBase64Encoded": False,
    }


def test_a_balancer_with_multi_value_headers_gets_lists(server, stream):
    assert json.loads(answer(server, stream, several_form)) == {
        "statusCode": 201,
        "multiValueHeaders": {name: [value] for name, value in HEADERS.items()},
        "body": BODY.decode(),
        "isBase64Encoded": False,
    }


def test_who_invoked_the_function_gets_the_body_alone(server, stream):
    assert answer(server, stream, bare_form) == BODY


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        (http_form, {"statusCode": 202, "headers": {}, "body": "", "isBase64Encoded": False}),
        (bare_form, {}),
    ],
)
def test_nothing_has_a_form_too(server, stream, form, payload):
    response = WholeResponse(stream, Codec(), form)
    response.open(202, {})
    response.close()
    assert json.loads(server.post().body) == payload
