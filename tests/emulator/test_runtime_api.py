"""emulator/runtime_api.py: a runtime's calls in every order, and what each is answered."""

import base64
import json
from http.client import IncompleteRead

import pytest

NEXT = "/2018-06-01/runtime/invocation/next"
INIT_ERROR = "/2018-06-01/runtime/init/error"
ACCEPTED = (202, '{"status": "OK"}')


def answer_of(received):
    return received["status"], json.loads(received["body"]).get("errorType")


def test_an_invocation_comes_with_all_its_headers(stage, client):
    client.send(headers={"X-Amzn-Trace-Id": "Root=1-2-3"})
    puppet = stage.puppet()
    invocation = puppet.next()
    headers = invocation["headers"]
    assert invocation["status"] == 200
    # Without it awslambdaric's native client dies of a segmentation fault.
    assert headers["content-type"] == "application/json"
    assert headers["lambda-runtime-trace-id"] == "Root=1-2-3"
    assert headers["lambda-runtime-invoked-function-arn"].endswith(":function:function")
    deadline_ms = int(headers["lambda-runtime-deadline-ms"])
    sent_ms = invocation["event"]["requestContext"]["timeEpoch"]
    assert 30_000 <= deadline_ms - sent_ms < 60_000
    puppet.respond(None)


def test_a_response_is_accepted_only_when_all_of_it_has_been_read(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": 200})
    puppet.write("all")
    accepted = puppet.finish()
    assert (accepted["status"], accepted["body"]) == ACCEPTED
    assert client.response().read() == b"all"


def respond(puppet):
    return puppet.respond(None)


def fail(puppet):
    return puppet.fail("Function.Broken", {})


def fail_init(puppet):
    return puppet.fail("Function.Broken", {}, INIT_ERROR)


@pytest.mark.parametrize(
    ("legal", "last", "states"),
    [
        pytest.param([], fail_init, "Running to InitError", id="init error in a call"),
        pytest.param([respond], respond, "RuntimeResponseSentState to Inv", id="twice"),
        pytest.param(
            [respond], fail, "RuntimeResponseSentState to Inv", id="error after answer"
        ),
        pytest.param(
            [fail], respond, "RuntimeResponseSentState to Inv", id="answer after error"
        ),
        pytest.param(
            [fail], fail_init, "RuntimeResponseSentState to Init", id="late init error"
        ),
    ],
)
def test_a_call_out_of_order_is_refused(stage, client, legal, last, states):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    for call in legal:
        assert call(puppet)["status"] == 202
    refusal = last(puppet)
    assert answer_of(refusal) == (403, "InvalidStateTransition")
    assert states in refusal["body"]


def test_an_answer_to_another_invocation_is_refused(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    mine, puppet.request_id = puppet.request_id, "nobody-s"
    assert answer_of(puppet.respond(None)) == (400, "InvalidRequestID")
    assert answer_of(puppet.fail("Function.Broken", {})) == (400, "InvalidRequestID")
    puppet.request_id = mine
    assert puppet.respond(None)["status"] == 202


def test_an_answer_before_any_invocation_is_refused(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.request_id = "first"
    assert answer_of(puppet.respond(None)) == (400, "InvalidRequestID")
    puppet.next()
    puppet.respond(None)


def test_a_path_of_no_api_is_not_found(stage, client):
    client.send()
    puppet = stage.puppet()
    assert puppet.call("GET", "/2018-06-01/runtime/nothing")["status"] == 404
    assert puppet.call("POST", NEXT)["status"] == 404
    puppet.next()
    puppet.respond(None)


def test_a_runtime_that_asks_again_without_an_answer_is_told_again(stage, client):
    client.send(target="/again")
    puppet = stage.puppet()
    first = puppet.next()
    assert puppet.next() == first
    puppet.respond(None)


def test_a_poll_that_was_given_up_does_not_swallow_the_next_invocation(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(None)
    client.response().read()
    puppet.ask("connect")
    puppet.ask("send", f"GET {NEXT} HTTP/1.1\r\nHost: x\r\n\r\n")
    running.wait_for_log(f"REPORT RequestId: {puppet.request_id}")
    puppet.poll()
    client.send(target="/second")
    assert puppet.take()["event"]["rawPath"] == "/second"
    puppet.respond(None)


def test_an_unknown_response_mode_fails_the_invocation(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    mode = {"Lambda-Runtime-Function-Response-Mode": "buffered"}
    assert answer_of(puppet.respond("x", mode)) == (400, "InvalidFunctionResponseMode")
    response = client.response()
    assert response.status == 502
    assert response.headers["x-amzn-errortype"] == "Runtime.InvalidResponseModeHeader"


def test_trailers_are_logged_and_the_stream_ends_in_good_order(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": 200})
    puppet.write("half")
    report = base64.b64encode(b'{"errorMessage": "no disk"}').decode()
    trailers = {
        "Lambda-Runtime-Function-Error-Type": "Function.Half",
        "Lambda-Runtime-Function-Error-Body": report,
    }
    assert puppet.finish(trailers)["status"] == 202
    assert client.response().read() == b"half"
    puppet.rest(running)
    assert 'Function.Half: {"errorMessage": "no disk"}' in running.log()


def test_trailers_before_the_first_octet_are_an_error(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open()
    puppet.finish({"Lambda-Runtime-Function-Error-Type": "Function.Early"})
    response = client.response()
    assert (response.status, response.headers["x-amzn-errortype"]) == (502, "Function.Early")


def test_a_report_that_is_no_base64_is_kept_as_it_came(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open()
    trailers = {
        "Lambda-Runtime-Function-Error-Type": "Function.Odd",
        "Lambda-Runtime-Function-Error-Body": "!plain!",
    }
    puppet.finish(trailers)
    puppet.rest(running)
    assert 'Function.Odd: "!plain!"' in running.log()


def test_a_response_that_breaks_off_cuts_the_client_and_the_runtime_is_refused(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open({"statusCode": 200})
    puppet.write("half")
    response = client.response()
    assert response.read1() == b"half"
    assert answer_of(puppet.call("GET", NEXT)) == (403, "InvalidStateTransition")
    with pytest.raises(IncompleteRead):
        response.read()


@pytest.mark.parametrize(
    ("told", "reported"),
    [
        ("Function.Broken", "Function.Broken"),
        ("Runtime.Odd", "Runtime.Odd"),
        ("Function.odd", "Function.Unknown"),
        ("ValueError", "Runtime.Unknown"),
    ],
)
def test_an_error_type_of_no_known_form_is_reported_as_unknown(stage, client, told, reported):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    assert puppet.fail(told, {})["status"] == 202
    assert client.response().headers["x-amzn-errortype"] == reported


def test_a_buffered_response_may_have_six_mib_and_no_more(running, stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    limit = 6 * 1024 * 1024 + 100
    assert puppet.respond("x" * (limit - 2))["status"] == 202
    assert len(client.response().read()) == limit
    puppet.rest(running)
    client.send()
    puppet.take()
    refusal = puppet.respond("x" * (limit - 1))
    assert answer_of(refusal) == (413, "RequestEntityTooLarge")
    assert f"({limit} bytes)" in refusal["body"]
    response = client.response()
    assert response.status == 502
    assert response.headers["x-amzn-errortype"] == "Function.ResponseSizeTooLarge"


def test_a_streamed_response_may_have_200_mib_and_no_more(stage, client):
    client.send()
    puppet = stage.puppet()
    puppet.next()
    puppet.open(content_type="text/plain")
    limit = 200 * 1024 * 1024
    puppet.order("flood", limit + 1)
    response = client.response()
    with pytest.raises(IncompleteRead) as cut:
        response.read()
    assert len(cut.value.partial) <= limit
    puppet.reply()
    refusal = puppet.finish()
    assert answer_of(refusal) == (413, "RequestEntityTooLarge")
    assert f"({limit} bytes)" in refusal["body"]
