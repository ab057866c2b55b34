"""emulator/invoke_api.py: boto3's Lambda client is content."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.emulating import emulator
from tests.emulator.stage import PUPPET
from tests.waiting import BOUND_S


def lambda_client(running):
    return boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{running.port}",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(read_timeout=BOUND_S, retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def caller(running):
    """Calls a method of boto3's client in a thread, so that the test can be the function."""
    client = lambda_client(running)
    with ThreadPoolExecutor() as threads:
        yield lambda name, **arguments: threads.submit(
            getattr(client, name), FunctionName="function", **arguments
        )


def test_a_payload_is_handed_over_verbatim_and_the_result_comes_back(stage, caller):
    call = caller("invoke", Payload=b' {"a":  1}')
    puppet = stage.puppet()
    assert puppet.next()["body"] == ' {"a":  1}'
    puppet.respond({"statusCode": 404})
    answer = call.result()
    assert json.loads(answer["Payload"].read()) == {"statusCode": 404}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert "FunctionError" not in answer


def test_a_call_without_a_payload_is_a_call_with_an_empty_event(stage, caller):
    call = caller("invoke")
    puppet = stage.puppet()
    assert puppet.next()["event"] == {}
    puppet.respond(None)
    assert call.result()["Payload"].read() == b"null"


def test_a_client_context_reaches_the_runtime(stage, caller):
    context = base64.b64encode('{\n"custom": {"k": "é"}}'.encode()).decode()
    call = caller("invoke", ClientContext=context)
    puppet = stage.puppet()
    told = puppet.next()["headers"]["lambda-runtime-client-context"]
    assert json.loads(told) == {"custom": {"k": "é"}}
    puppet.respond(None)
    call.result()


def test_a_function_s_error_is_the_payload(stage, caller):
    call = caller("invoke")
    puppet = stage.puppet()
    puppet.next()
    puppet.fail("Function.Broken", {"errorMessage": "no"})
    answer = call.result()
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read()) == {"errorMessage": "no"}


def test_a_death_is_told_as_the_platform_tells_it(stage, caller):
    call = caller("invoke")
    puppet = stage.puppet()
    puppet.next()
    puppet.order("exit", 2)
    report = json.loads(call.result()["Payload"].read())
    assert report == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {puppet.request_id} Error: Runtime exited with error: "
        "exit status 2",
    }


def test_the_end_of_the_log_comes_with_the_result_if_asked_for(running, stage, caller):
    call = caller("invoke", LogType="Tail")
    puppet = stage.puppet()
    puppet.next()
    puppet.ask("say", "a line of mine")
    running.wait_for_log("a line of mine")
    puppet.respond(None)
    puppet.poll()
    log = base64.b64decode(call.result()["LogResult"]).decode()
    assert log.startswith(f"a line of mine\nREPORT RequestId: {puppet.request_id}\t")


def test_a_call_in_the_background_is_accepted_at_once(running, stage, caller):
    assert caller("invoke", InvocationType="Event").result()["StatusCode"] == 202
    puppet = stage.puppet()
    puppet.next()
    puppet.respond(None)
    puppet.rest(running)


def test_a_dry_run_calls_nothing(caller):
    assert caller("invoke", InvocationType="DryRun").result()["StatusCode"] == 204


def test_a_stream_comes_in_the_chunks_it_was_written_in(stage, caller):
    call = caller("invoke_with_response_stream", Payload=b"{}")
    puppet = stage.puppet()
    puppet.next()
    puppet.open(content_type="text/plain")
    events = iter(call.result()["EventStream"])
    puppet.write("first")
    assert next(events) == {"PayloadChunk": {"Payload": b"first"}}
    puppet.write("second")
    assert next(events) == {"PayloadChunk": {"Payload": b"second"}}
    puppet.finish()
    assert list(events) == [{"InvokeComplete": {}}]


def test_a_stream_that_fails_says_so_at_its_end(stage, caller):
    call = caller("invoke_with_response_stream")
    puppet = stage.puppet()
    puppet.next()
    puppet.open(content_type="text/plain")
    puppet.write("half")
    report = base64.b64encode(b'{"errorMessage": "no"}').decode()
    puppet.finish(
        {
            "Lambda-Runtime-Function-Error-Type": "Function.Half",
            "Lambda-Runtime-Function-Error-Body": report,
        }
    )
    assert list(call.result()["EventStream"]) == [
        {"PayloadChunk": {"Payload": b"half"}},
        {
            "InvokeComplete": {
                "ErrorCode": "Function.Half",
                "ErrorDetails": '{"errorMessage": "no"}',
            }
        },
    ]


def test_a_reader_of_a_stream_that_goes_away_does_not_stop_the_function(running, stage, caller):
    call = caller("invoke_with_response_stream")
    puppet = stage.puppet()
    puppet.next()
    puppet.open(content_type="text/plain")
    call.result()["EventStream"].close()
    puppet.ask("flood", 64 * 1024 * 1024)
    assert puppet.finish()["status"] == 202
    puppet.rest(running)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"FunctionName": "another"}, "ResourceNotFoundException"),
        ({"Payload": b"x" * (6 * 1024 * 1024 + 1)}, "RequestTooLargeException"),
        ({"ClientContext": "e30"}, "InvalidRequestContentException"),
        (
            {"ClientContext": base64.b64encode(b"[" * 10_000).decode()},
            "InvalidRequestContentException",
        ),
    ],
    ids=["unknown function", "too large", "no base64", "too deep"],
)
@pytest.mark.parametrize("method", ["invoke", "invoke_with_response_stream"])
def test_what_makes_no_invocation_is_an_exception(running, method, arguments, error):
    with pytest.raises(ClientError) as refusal:
        getattr(lambda_client(running), method)(**{"FunctionName": "function", **arguments})
    assert refusal.value.response["Error"]["Code"] == error


@pytest.mark.parametrize(
    "name", ["function:$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:function"]
)
def test_a_function_has_several_names(running, name):
    answer = lambda_client(running).invoke(FunctionName=name, InvocationType="DryRun")
    assert answer["StatusCode"] == 204


def test_a_call_too_many_is_an_exception_unless_it_is_in_the_background(stage):
    options = {"concurrency": 1, "over_limit": "429"}
    with emulator(*PUPPET, env=stage.variables, **options) as running:
        client = lambda_client(running)
        client.invoke(FunctionName="function", InvocationType="Event", Payload=b"1")
        puppet = stage.puppet()
        puppet.next()
        with pytest.raises(client.exceptions.TooManyRequestsException) as refusal:
            client.invoke(FunctionName="function")
        assert refusal.value.response["Reason"] == "ConcurrentInvocationLimitExceeded"
        client.invoke(FunctionName="function", InvocationType="Event", Payload=b"2")
        puppet.respond(None)
        assert puppet.next()["event"] == 2
        puppet.respond(None)
