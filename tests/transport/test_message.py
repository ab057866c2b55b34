"""transport/message.py: a body is one message, or the JSON-RPC error that names its fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types.jsonrpc import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from firstbyte.transport.fault import Fault, Rejection
from firstbyte.transport.message import (
    Call,
    ClientResponse,
    Notification,
    error_message,
    notification_message,
    parse_message,
    request_message,
    result_message,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


def a_request(**members):
    return {"jsonrpc": "2.0", "id": 1, "method": "ping", **members}


@pytest.mark.parametrize("call_id", ["", "1", "null", 0, -1, 2**64 - 1])
def test_an_id_keeps_its_type_and_value(call_id):
    call = parse_message(a_request(id=call_id))
    assert (type(call), call.id, type(call.id)) == (Call, call_id, type(call_id))


@pytest.mark.parametrize("params", [{}, None])
def test_params_that_are_null_are_none_at_all(params):
    assert parse_message(a_request(params=params)).params == {}


@pytest.mark.parametrize("params", [None, {}, {"requestId": 1}])
def test_a_request_without_id_is_a_notification(params):
    message = parse_message({"jsonrpc": "2.0", "method": "x", "params": params})
    assert type(message) is Notification
    assert (message.method, message.params) == ("x", params or {})


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"jsonrpc": "2.0", "id": 1, "result": {}}, id="a result"),
        pytest.param({"jsonrpc": "2.0", "id": "a", "error": {}}, id="an error"),
        pytest.param({"jsonrpc": "2.0", "id": None, "error": {}}, id="an error about no id"),
        pytest.param({"jsonrpc": "2.0", "error": {}}, id="an error without id"),
    ],
)
def test_an_answer_of_the_client_is_recognised(body):
    message = parse_message(body)
    assert type(message) is ClientResponse
    assert message.body is body


@pytest.mark.parametrize(
    ("body", "code", "call_id"),
    [
        pytest.param([a_request()], -32600, None, id="array"),
        pytest.param([], -32600, None, id="empty array"),
        pytest.param("ping", -32600, None, id="string"),
        pytest.param(None, -32600, None, id="null"),
        pytest.param(1, -32600, None, id="number"),
        pytest.param({}, -32600, None, id="empty object"),
        pytest.param({"id": 7, "method": "x"}, -32600, 7, id="no version"),
        pytest.param(a_request(jsonrpc="1.0"), -32600, 1, id="old version"),
        pytest.param(a_request(jsonrpc=2.0), -32600, 1, id="version as number"),
        pytest.param(a_request(jsonrpc=["2.0"]), -32600, 1, id="version in array"),
        pytest.param(a_request(id=None), -32600, None, id="null id"),
        pytest.param(a_request(id=1.0), -32600, None, id="float id"),
        pytest.param(a_request(id=1e30), -32600, None, id="id beyond 64 bits"),
        pytest.param(a_request(id=True), -32600, None, id="boolean id"),
        pytest.param(a_request(id=[1]), -32600, None, id="array id"),
        pytest.param(a_request(id={}), -32600, None, id="object id"),
        pytest.param(a_request(method=1), -32600, 1, id="method as number"),
        pytest.param(a_request(method=None), -32600, 1, id="null method"),
        pytest.param(a_request(method={}), -32600, 1, id="method as object"),
        pytest.param({"jsonrpc": "2.0", "method": 1}, -32600, None, id="bad notification"),
        pytest.param(a_request(params=[]), -32602, 1, id="positional params"),
        pytest.param(a_request(params="x"), -32602, 1, id="params as string"),
        pytest.param(a_request(params=0), -32602, 1, id="params as number"),
        pytest.param(a_request(params=False), -32602, 1, id="params as boolean"),
        pytest.param(a_request(result={}), -32600, 1, id="request and result"),
        pytest.param(a_request(id=None, error={}), -32600, None, id="request and error"),
        pytest.param({"jsonrpc": "2.0", "id": 1}, -32600, 1, id="an id and nothing else"),
        pytest.param({"jsonrpc": "2.0", "result": {}}, -32600, None, id="result without id"),
        pytest.param(
            {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {}}, -32600, 1, id="both ends"
        ),
        pytest.param({"jsonrpc": "2.0", "id": 1.5, "error": {}}, -32600, None, id="odd id"),
    ],
)
def test_what_is_no_message_is_refused_under_the_id_it_has(body, code, call_id):
    rejection = parse_message(body)
    assert type(rejection) is Rejection
    assert (rejection.status, rejection.fault.code, rejection.call_id) == (400, code, call_id)


@given(
    VALUES
    | st.fixed_dictionaries(
        {},
        optional={
            "jsonrpc": st.just("2.0") | VALUES,
            "id": VALUES,
            "method": VALUES,
            "params": VALUES,
            "result": VALUES,
            "error": VALUES,
        },
    )
)
def test_any_value_is_a_message_or_refused(body):
    assert type(parse_message(body)) in (Call, Notification, ClientResponse, Rejection)


def test_the_sdk_reads_a_result():
    assert JSONRPCResponse.model_validate(result_message("a", {"x": 1})) == JSONRPCResponse(
        jsonrpc="2.0", id="a", result={"x": 1}
    )


@pytest.mark.parametrize("call_id", [None, 1, "1"])
@pytest.mark.parametrize("data", [None, {"requested": "x"}])
def test_the_sdk_reads_an_error(call_id, data):
    read = JSONRPCError.model_validate(error_message(call_id, Fault(-32603, "no", data)))
    assert (read.id, read.error.code, read.error.message, read.error.data) == (
        call_id,
        -32603,
        "no",
        data,
    )


def test_the_sdk_reads_a_request():
    read = JSONRPCRequest.model_validate(request_message("q", "a/b", {"x": 1}))
    assert (read.id, read.method, read.params) == ("q", "a/b", {"x": 1})


def test_the_sdk_reads_a_notification():
    read = JSONRPCNotification.model_validate(notification_message("a/b", {"x": 1}))
    assert (read.method, read.params) == ("a/b", {"x": 1})
