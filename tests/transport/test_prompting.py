"""transport/prompting.py: a prompt is filled in with texts, in every revision."""

import pytest
from mcp_types.methods import parse_server_result

from firstbyte.transport.prompting import parse_texts
from tests.transport.fakes import (
    INFO_KEY,
    LEGACY,
    MODERN,
    SERVED,
    Invocation,
    Messages,
    Service,
    a_call,
    an_endpoint,
    call,
    post,
    text_block,
)

LINK = {"type": "resource_link", "uri": "file:///a", "name": "a"}


def get(body, arguments=None, version=MODERN, name="p", **options):
    params = {"name": name} if arguments is None else {"name": name, "arguments": arguments}
    endpoint = an_endpoint(Service().with_prompts(p=body))
    return call(version, endpoint, "prompts/get", params, **options)


def echo_arguments(arguments, caller):
    content = text_block(", ".join(f"{name}={value}" for name, value in arguments.items()))
    return Messages([{"role": "user", "content": content}], "An echo")


def test_a_modern_prompt_is_complete_and_names_the_server():
    result = get(echo_arguments, {"a": "1", "b": ""}).json["result"]
    parse_server_result("prompts/get", MODERN, result)
    assert result == {
        "resultType": "complete",
        "description": "An echo",
        "messages": [{"role": "user", "content": text_block("a=1, b=")}],
        "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
    }


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_prompt_is_said_in_its_words(version):
    def body(arguments, caller):
        return Messages([{"role": "assistant", "content": LINK}])

    result = get(body, version=version).json["result"]
    parse_server_result("prompts/get", version, result)
    expected = LINK if version in SERVED[:3] else text_block("a: file:///a")
    assert result == {"messages": [{"role": "assistant", "content": expected}]}


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize("arguments", [[], "x", 1, False, {"a": 1}, {"a": None}, {"a": ["b"]}])
def test_arguments_are_an_object_of_strings(version, arguments):
    sink = get(pytest.fail, arguments, version)
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


@pytest.mark.parametrize("params", [{}, {"name": None}, {"name": 1}, {"name": ["p"]}])
def test_a_request_names_its_prompt(params):
    endpoint = an_endpoint(Service().with_prompts(p=pytest.fail))
    sink = post(endpoint, a_call("prompts/get", params))
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


@pytest.mark.parametrize("version", SERVED)
def test_a_prompt_nobody_knows_is_an_error(version):
    error = {"code": -32602, "message": f"unknown prompt: {'x' * 128}"}
    assert get(pytest.fail, version=version, name="x" * 200).json["error"] == error


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize(("is_invalid", "code"), [(True, -32602), (False, -32603)])
def test_a_problem_is_the_clients_where_it_lies_in_the_arguments(version, is_invalid, code):
    def body(arguments, caller):
        return Messages(problem="limit is not a number", is_invalid=is_invalid)

    error = get(body, version=version).json["error"]
    assert error == {"code": code, "message": "limit is not a number"}


@pytest.mark.parametrize("version", SERVED)
def test_what_a_prompt_raises_is_in_the_log_and_not_on_the_wire(version):
    def body(arguments, caller):
        raise ValueError("a secret")

    invocation = Invocation()
    sink = get(body, version=version, invocation=invocation)
    assert sink.json["error"]["code"] == -32603
    assert [str(error) for error in invocation.errors] == ["a secret"]
    assert b"secret" not in sink.body
    assert invocation.steps == ["watch", "enter_tool", "report", "unwatch"]


@pytest.mark.parametrize("value", [None, [], "x", {"a": 1}])
def test_what_is_no_object_of_strings_is_none(value):
    assert parse_texts(value) is None
