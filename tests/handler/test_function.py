"""handler/function.py: streamed handlers and stock ones, each answered in its way."""

import json
from base64 import b64decode
from decimal import Decimal

import pytest
from awslambdaric.lambda_runtime_exception import FaultException

from firstbyte.handler import clock
from firstbyte.handler.response_stream import streamify_response
from firstbyte.handler.served import serve_target
from firstbyte.transport.codec import Codec
from firstbyte.transport.memory import Memory
from tests.handler.fakes import API, REQUEST_ID, QuietWatch
from tests.handler.serving import POLICY, make_invocation, serve

RESPONSE = f"{API}/invocation/{REQUEST_ID}/response"
ERROR = f"{API}/invocation/{REQUEST_ID}/error"


def test_a_streamed_handler_gets_event_stream_and_context(server, stream):
    @streamify_response
    def handler(event, response_stream, context):
        response_stream.open(201, {"x": "y"}, cookies=["c=1"])
        response_stream.write(f"{event['a']} {context.aws_request_id}")

    serve(handler, stream)
    post = server.post()
    prelude = {"statusCode": 201, "headers": {"x": "y"}, "cookies": ["c=1"]}
    assert json.loads(post.chunks[0]) == prelude
    assert post.chunks[2:] == [f"1 {REQUEST_ID}".encode()]


def test_an_asynchronous_streamed_handler_is_run_to_its_end(server, stream):
    @streamify_response
    async def handler(event, response_stream, context):
        import asyncio

        response_stream.write("1")
        await asyncio.sleep(0)
        response_stream.write("2")

    serve(handler, stream)
    assert server.post().chunks[2:] == [b"1", b"2"]


def test_a_streamed_handler_may_close_its_stream_itself(server, stream):
    @streamify_response
    def handler(event, response_stream, context):
        response_stream.close("all")

    serve(handler, stream)
    assert server.post().chunks[2:] == [b"all"]
    assert not server.has_post()


def test_a_streamed_handler_is_watched_from_before_its_code_to_after_it(stream):
    calls = []

    @streamify_response
    def handler(event, response_stream, context):
        calls.append("handler")

    watch = serve(handler, stream)
    assert (watch.calls, calls) == (["watch", "enter_tool", "unwatch"], ["handler"])


def test_what_a_streamed_handler_raises_comes_out_unwatched(stream):
    watch = QuietWatch()

    @streamify_response
    def handler(event, response_stream, context):
        raise LookupError("no disk")

    served = serve_target(handler, "m:a", POLICY, Codec(), Memory(clock))
    with pytest.raises(LookupError):
        served.serve(make_invocation(), stream, watch)
    assert watch.calls[-1] == "unwatch"
    assert not stream.is_over


def test_an_event_that_is_not_json_reaches_a_handler_as_octets(server, stream):
    def handler(event, context):
        return event.decode()

    invocation = make_invocation(b"\x41", **{"Content-Type": "text/plain"})
    serve(handler, stream, invocation)
    assert server.post().body == b'"A"'


def test_the_context_is_the_stock_clients(server, stream):
    def handler(event, context):
        return [
            context.aws_request_id,
            context.invoked_function_arn,
            context.tenant_id,
            context.client_context.custom,
            context.identity.cognito_identity_id,
            context.get_remaining_time_in_millis() > 0,
        ]

    invocation = make_invocation(
        **{
            "Lambda-Runtime-Invoked-Function-Arn": "arn",
            "Lambda-Runtime-Aws-Tenant-Id": "t",
            "Lambda-Runtime-Client-Context": '{"custom": {"a": 1}}',
            "Lambda-Runtime-Cognito-Identity": '{"cognitoIdentityId": "i"}',
            "Lambda-Runtime-Deadline-Ms": 1 << 50,
        }
    )
    serve(handler, stream, invocation)
    assert json.loads(server.post().body) == [REQUEST_ID, "arn", "t", {"a": 1}, "i", True]


@pytest.mark.parametrize(
    ("value", "body", "content_type"),
    [
        ({"statusCode": 200, "body": "ü"}, b'{"statusCode": 200, "body": "\\u00fc"}', "json"),
        (None, b"null", "json"),
        ("text", b'"text"', "json"),
        ([Decimal("1.10")], b"[1.10]", "json"),
        (b"\x00\xff", b"\x00\xff", "unknown"),
    ],
)
def test_a_plain_handlers_value_is_answered_as_the_stock_client_does(
    server, stream, value, body, content_type
):
    watch = serve(lambda event, context: value, stream)
    post = server.post()
    assert (post.path, post.body, post.header("content-type")) == (
        RESPONSE,
        body,
        [f"application/{content_type}".encode()],
    )
    assert watch.calls == ["enter_tool"]


def test_a_value_without_a_json_form_is_a_fault_of_the_marshaller(stream):
    with pytest.raises(FaultException, match="Unable to marshal response") as caught:
        serve(lambda event, context: object(), stream)
    assert caught.value.exception_type == "Runtime.MarshalError"
    assert not stream.is_over


def test_json_that_is_none_is_a_fault_of_the_marshaller(stream):
    with pytest.raises(FaultException) as caught:
        serve(lambda event, context: None, stream, make_invocation(b"{"))
    assert caught.value.exception_type == "Runtime.UnmarshalError"


def expiring(*data):
    """A handler that writes `data` and meets its deadline before it returns."""
    watch, outcome = QuietWatch(), []

    @streamify_response
    def handler(event, response_stream, context):
        for piece in data:
            response_stream.write(piece)
        watch.answer.keep_alive()
        outcome.extend(
            [watch.answer.is_writing, watch.answer.expire(0), response_stream.is_over]
        )

    return watch, handler, outcome


DEADLINE = {
    "errorMessage": "the handler did not return before the function's deadline",
    "errorType": "Function.DeadlineExceeded",
    "requestId": REQUEST_ID,
    "stackTrace": [],
}


def test_a_silent_handlers_deadline_is_an_error_post(server, stream):
    watch, handler, outcome = expiring()
    serve_target(handler, "m:a", POLICY, Codec(), Memory(clock)).serve(
        make_invocation(), stream, watch
    )
    post = server.post()
    assert (post.path, json.loads(post.body)) == (ERROR, DEADLINE)
    assert post.header("lambda-runtime-function-error-type") == [b"Function.DeadlineExceeded"]
    assert outcome == [False, True, True]
    assert not server.has_post()


def test_the_deadline_amid_a_stream_is_told_in_trailers_and_nothing_is_added(server, stream):
    watch, handler, outcome = expiring(b"half")
    serve_target(handler, "m:a", POLICY, Codec(), Memory(clock)).serve(
        make_invocation(), stream, watch
    )
    post = server.post()
    document = b64decode(post.trailers[b"lambda-runtime-function-error-body"])
    assert (post.path, post.chunks[2:], json.loads(document)) == (RESPONSE, [b"half"], DEADLINE)
    assert outcome == [False, True, True]
