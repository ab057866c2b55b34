"""handler/failure.py: exceptions as the documents and headers the platform takes."""

import json
import re

import pytest
from awslambdaric.lambda_runtime_exception import FaultException
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.failure import Failure, describe
from tests.handler.fakes import run_python

TAKEN = re.compile(r"(Runtime|Function)\.[A-Z][a-zA-Z]+")
"""The only types the platform does not replace by Runtime.Unknown."""


def raised(error):
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 (the very one raised above)
        return caught


def test_a_failure_is_type_message_request_and_trace():
    failure = describe(raised(ValueError("no disk")), "r-1")
    (frame,) = failure.result["stackTrace"]
    assert failure.kind == "Function.ValueError"
    assert failure.result | {"stackTrace": []} == {
        "errorMessage": "no disk",
        "errorType": "ValueError",
        "requestId": "r-1",
        "stackTrace": [],
    }
    assert frame.endswith("in raised\n    raise error\n")
    assert json.loads(failure.document()) == failure.result


def test_the_cause_for_x_ray_is_one_header_of_json():
    failure = describe(raised(ValueError("a\r\nb")))
    headers = failure.headers()
    cause = json.loads(headers.pop("Lambda-Runtime-Function-XRay-Error-Cause"))
    assert headers == {"Lambda-Runtime-Function-Error-Type": "Function.ValueError"}
    assert (cause["exceptions"][0]["message"], "\n" in failure.xray) == ("a\r\nb", False)


def test_a_cause_too_long_for_a_header_is_left_out():
    failure = describe(raised(ValueError("x" * 1_048_576)))
    assert failure.headers() == {"Lambda-Runtime-Function-Error-Type": "Function.ValueError"}


def test_a_fault_of_the_stock_marshaller_keeps_its_type_and_has_no_trace():
    failure = describe(raised(FaultException(FaultException.MARSHAL_ERROR, "no JSON")), "r-1")
    assert (failure.kind, failure.result) == (
        "Runtime.MarshalError",
        {
            "errorMessage": "no JSON",
            "errorType": "Runtime.MarshalError",
            "requestId": "r-1",
            "stackTrace": [],
        },
    )


def test_a_fault_may_bring_a_trace_of_its_own():
    failure = describe(FaultException(FaultException.USER_CODE_SYNTAX_ERROR, "x", ["line 1"]))
    assert failure.result["stackTrace"] == ["line 1"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("KeyError", "Function.KeyError"),
        ("Crashed", "Function.Crashed"),
        ("crashed", "Function.Unhandled"),
        ("X", "Function.Unhandled"),
        ("Crash2", "Function.Unhandled"),
        ("No_Disk", "Function.Unhandled"),
        ("Überlauf", "Function.Unhandled"),
        ("Crashé", "Function.Unhandled"),
    ],
)
def test_a_type_the_platform_would_not_take_is_unhandled(name, kind):
    failure = describe(type(name, (Exception,), {})("x"))
    assert (failure.kind, failure.result["errorType"]) == (kind, name)
    assert TAKEN.fullmatch(failure.kind)


@given(st.text())
def test_any_message_makes_a_document_and_headers_that_can_be_sent(message):
    failure = describe(ValueError(message))
    assert json.loads(failure.document())["errorMessage"] == message
    for value in failure.headers().values():
        assert value.isascii()
        assert value.isprintable()


def test_a_lone_surrogate_is_escaped():
    source = """
import os
os.environ["AWS_EXECUTION_ENV"] = "AWS_Lambda_python3.13"
from firstbyte.handler.failure import describe
failure = describe(ValueError("\\ud800 ü"))
print(failure.document(), "XRay" in str(failure.headers()))
"""
    assert '"errorMessage": "\\\\\\\\ud800 \\xc3\\xbc"' in run_python(source)
    assert run_python(source).endswith("False\n")


def test_a_failure_without_a_cause_says_its_type_alone():
    failure = Failure("Function.DeadlineExceeded", {"errorMessage": "late"})
    assert failure.headers() == {
        "Lambda-Runtime-Function-Error-Type": "Function.DeadlineExceeded"
    }
    assert failure.document() == b'{"errorMessage": "late"}'


class Unsayable(Exception):
    def __str__(self):
        raise RuntimeError


def test_an_error_that_cannot_say_itself_is_described_all_the_same():
    failure = describe(Unsayable())
    assert failure.result["errorMessage"] == "an error whose text raised RuntimeError"
    assert failure.result["errorType"] == "Unsayable"
