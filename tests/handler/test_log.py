"""handler/log.py: awslambdaric's lines, set up by the first who logs and not before."""

import json

import pytest

from tests.handler.fakes import run_python

START = """
from firstbyte.handler.invocation import Invocation
from firstbyte.handler.log import Log
log = Log()

def begin(request_id, **more):
    names = {"Lambda-Runtime-Aws-Request-Id": request_id, **more}
    log.begin(Invocation(names, b""), None, None)

def fail():
    try:
        raise ValueError("no disk")
    except ValueError as error:
        return log.report(error, "r-1")
"""
FLAGS = ("-I",)


def run(source, **environment):
    return run_python(START + source, flags=FLAGS, environment=environment)


def test_who_does_not_log_pays_nothing():
    source = """
begin("r-1")
log.prepare()
print("awslambdaric" in sys.modules, "logging" in sys.modules)
"""
    assert run(source) == "False False\n"


def test_a_module_that_imported_logging_finds_it_set_up():
    source = """
begin("r-1")
import logging
log.prepare()
log.prepare()
logging.getLogger("mine").warning("careful")
begin("r-2")
logging.getLogger("mine").error("worse")
"""
    first, second = run(source).splitlines()
    assert (first.split("\t")[0], first.split("\t")[2:]) == ("[WARNING]", ["r-1", "careful"])
    assert (second.split("\t")[0], second.split("\t")[2:]) == ("[ERROR]", ["r-2", "worse"])


def test_a_failure_is_written_with_its_trace_and_returned():
    source = """
begin("r-1")
failure = fail()
print(failure.kind, failure.result["requestId"])
"""
    printed = run(source)
    assert printed.startswith("[ERROR] ValueError: no disk\nTraceback (most recent call last):")
    assert printed.endswith("Function.ValueError r-1\n")


@pytest.mark.parametrize("tenant", [None, "t-1"])
def test_lines_are_json_where_the_function_asks_for_it(tenant):
    more = {} if tenant is None else {"Lambda-Runtime-Aws-Tenant-Id": tenant}
    source = f"""
begin("r-1", **{more!r})
import logging
log.prepare()
logging.getLogger("mine").warning("slow")
fail()
"""
    warning, failure = map(json.loads, run(source, AWS_LAMBDA_LOG_FORMAT="JSON").splitlines())
    expected = {"level": "WARNING", "message": "slow", "logger": "mine", "requestId": "r-1"}
    if tenant is not None:
        expected["tenantId"] = tenant
    del warning["timestamp"]
    assert warning == expected
    assert (failure["errorType"], failure["requestId"]) == ("ValueError", "r-1")


def test_a_failure_before_any_invocation_has_no_request_id():
    assert run("fail()").startswith("[ERROR] ValueError: no disk")
