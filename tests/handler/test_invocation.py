"""handler/invocation.py: what the native client hands over, with absences made empty."""

from firstbyte.handler.invocation import Invocation


def fields(invocation):
    return {name: getattr(invocation, name) for name in Invocation.__slots__}


def test_every_header_finds_its_field():
    invocation = Invocation(
        {
            "Lambda-Runtime-Aws-Request-Id": "r",
            "Lambda-Runtime-Deadline-Ms": 1_795_327_200_000,
            "Lambda-Runtime-Trace-Id": "Root=1",
            "Lambda-Runtime-Invoked-Function-Arn": "arn",
            "Lambda-Runtime-Client-Context": "{}",
            "Lambda-Runtime-Cognito-Identity": '{"a":1}',
            "Lambda-Runtime-Aws-Tenant-Id": "t",
            "Lambda-Runtime-Invocation-Id": "i",
            "Content-Type": "application/json",
        },
        b"{}",
    )
    assert fields(invocation) == {
        "request_id": "r",
        "deadline_ms": 1_795_327_200_000,
        "trace_id": "Root=1",
        "function_arn": "arn",
        "client_context": "{}",
        "cognito_identity": '{"a":1}',
        "tenant_id": "t",
        "invocation_id": "i",
        "content_type": "application/json",
        "body": b"{}",
    }


def test_absent_and_none_are_empty():
    empty = dict.fromkeys(Invocation.__slots__, "") | {"deadline_ms": 0, "body": b""}
    assert fields(Invocation({}, b"")) == empty
    nones = {"Lambda-Runtime-Trace-Id": None, "Lambda-Runtime-Deadline-Ms": None}
    assert fields(Invocation(nones, b"")) == empty


def test_a_deadline_may_come_as_text():
    assert Invocation({"Lambda-Runtime-Deadline-Ms": "5"}, b"").deadline_ms == 5
