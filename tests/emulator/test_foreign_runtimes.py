"""Runtimes that know nothing of this project run in the emulator as they do on Lambda."""

import json
import re
import sys

import pytest

from tests.emulating import emulator
from tests.emulator.stage import FUNCTIONS, Client
from tests.gate import Gate
from tests.installed import installed
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def python():
    command = (sys.executable, "-m", "awslambdaric", "buffered.handler")
    with emulator(*command, cwd=FUNCTIONS) as running:
        yield running


@pytest.fixture(scope="module")
def node():
    variables = {"_HANDLER": "streamed.handler"}
    with emulator("node", installed("node-ric"), cwd=FUNCTIONS, env=variables) as running:
        yield running


def call(running, path):
    with Client(running) as client:
        response = client.send("POST", path, b"{}").response()
        return response, response.read()


def test_python_s_runtime_serves_calls_one_after_the_other(python):
    first, body = call(python, "/a?x=1")
    seen = json.loads(body)
    assert first.status == 200
    assert first.headers["set-cookie"] == "seen=1"
    assert first.headers["x-amzn-requestid"] == seen["request_id"]
    assert seen["event"]["queryStringParameters"] == {"x": "1"}
    assert seen["arn"].endswith(":function:function")
    assert 0 < seen["remaining_ms"] <= 30_000
    assert (seen["memory_mb"], "[$LATEST]" in seen["log_stream"]) == ("1024", True)
    _, body = call(python, "/b")
    assert json.loads(body)["log_stream"] == seen["log_stream"]


def test_python_s_exception_is_a_502_and_its_trace_is_logged(python):
    response, _ = call(python, "/fail")
    assert response.status == 502
    log = python.wait_for_log('"errorType": "ValueError"')
    assert "[ERROR] ValueError: as told" in log
    assert call(python, "/a")[0].status == 200


def test_python_s_death_is_a_502_of_its_call_only(python):
    response, _ = call(python, "/die")
    assert response.headers["x-amzn-errortype"] == "Runtime.ExitError"
    assert call(python, "/a")[0].status == 200


def test_python_s_failed_import_is_an_init_error():
    command = (sys.executable, "-m", "awslambdaric", "unimportable.handler")
    with emulator(*command, cwd=FUNCTIONS) as running:
        response, _ = call(running, "/a")
        assert response.status == 502
        running.wait_for_log("no configuration")


@pytest.mark.foreign
def test_node_s_first_chunk_arrives_before_its_second_is_written(node):
    with Client(node) as client, Gate() as gate:
        client.send("GET", f"/stream/{gate.port}", b"")
        response = client.response()
        assert response.status == 201
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["x-request"] == response.headers["x-amzn-requestid"]
        assert response.headers.get_all("set-cookie") == ["a=1", "b=2"]
        assert response.read1() == b"first"
        gate.open()
        assert response.read() == b"second"


@pytest.mark.foreign
def test_node_s_error_before_the_first_byte_is_a_502(node):
    response, _ = call(node, "/early")
    assert response.status == 502
    node.wait_for_log("before the first byte")


@pytest.mark.foreign
def test_node_s_error_after_the_first_byte_ends_the_stream_and_is_logged(node):
    with Client(node) as client, Gate() as gate:
        client.send("GET", f"/late/{gate.port}", b"")
        response = client.response()
        assert response.read1() == b"first"
        gate.open()
        assert response.read() == b""
    told = re.compile(r"! Error: \{.*after the first byte")
    wait_until(lambda: told.search(node.log()), "the trailers are logged")


@pytest.mark.foreign
def test_node_s_answer_without_a_body_loses_its_status_as_on_the_platform(node):
    response, body = call(node, "/empty")
    assert (response.status, body) == (200, b"")
