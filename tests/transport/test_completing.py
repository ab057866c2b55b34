"""transport/completing.py: values are suggested for arguments that exist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types.methods import parse_server_result

from tests.transport.fakes import (
    INFO_KEY,
    LEGACY,
    MODERN,
    SERVED,
    Invocation,
    Service,
    Suggestions,
    an_endpoint,
    call,
)

PROMPT = {"type": "ref/prompt", "name": "p"}
TEMPLATE = {"type": "ref/resource", "uri": "s3://{bucket}"}
ARGUMENT = {"name": "a", "value": "x"}


def suggest_nothing(*_):
    return Suggestions()


def complete(params, body=suggest_nothing, version=MODERN, **options):
    endpoint = an_endpoint(Service().with_completions(body))
    return call(version, endpoint, "completion/complete", params, **options)


@pytest.mark.parametrize(
    ("reference", "kind", "name"),
    [(PROMPT, "prompt", "p"), (TEMPLATE, "resource", "s3://{bucket}")],
)
@pytest.mark.parametrize("version", SERVED)
def test_a_function_learns_what_is_completed_and_what_was_given_already(
    version, reference, kind, name
):
    seen = []

    def body(*arguments):
        seen.append(arguments[:-1])
        return Suggestions()

    params = {"ref": reference, "argument": ARGUMENT, "context": {"arguments": {"b": "y"}}}
    assert "result" in complete(params, body, version).json
    assert seen == [(kind, name, "a", "x", {"b": "y"})]


def test_a_modern_completion_is_complete_and_names_the_server():
    def body(*_):
        return Suggestions(["xa", "xb"], 7, True)

    result = complete({"ref": PROMPT, "argument": ARGUMENT}, body).json["result"]
    parse_server_result("completion/complete", MODERN, result)
    assert result == {
        "resultType": "complete",
        "completion": {"values": ["xa", "xb"], "total": 7, "hasMore": True},
        "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
    }


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_completion_is_nothing_else(version):
    result = complete({"ref": PROMPT, "argument": ARGUMENT}, version=version).json["result"]
    parse_server_result("completion/complete", version, result)
    assert result == {"completion": {"values": [], "hasMore": False}}


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize(
    ("reference", "kind"),
    [({**PROMPT, "name": "x" * 200}, "prompt"), ({**TEMPLATE, "uri": "x" * 200}, "resource")],
)
def test_what_nobody_knows_has_no_arguments(version, reference, kind):
    sink = complete({"ref": reference, "argument": ARGUMENT}, None, version)
    error = {"code": -32602, "message": f"unknown {kind}: {'x' * 128}"}
    assert (sink.status, sink.json["error"]) == (200, error)


@pytest.mark.parametrize("version", SERVED)
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"ref": PROMPT},
        {"argument": ARGUMENT},
        {"ref": None, "argument": ARGUMENT},
        {"ref": "p", "argument": ARGUMENT},
        {"ref": {"name": "p"}, "argument": ARGUMENT},
        {"ref": {"type": "ref/tool", "name": "p"}, "argument": ARGUMENT},
        {"ref": {"type": "ref/prompt", "uri": "p"}, "argument": ARGUMENT},
        {"ref": {"type": "ref/resource", "uri": 1}, "argument": ARGUMENT},
        {"ref": {"type": ["ref/prompt"], "name": "p"}, "argument": ARGUMENT},
        {"ref": PROMPT, "argument": []},
        {"ref": PROMPT, "argument": {"name": "a"}},
        {"ref": PROMPT, "argument": {"name": 1, "value": "x"}},
        {"ref": PROMPT, "argument": {"name": "a", "value": None}},
        {"ref": PROMPT, "argument": ARGUMENT, "context": []},
        {"ref": PROMPT, "argument": ARGUMENT, "context": {"arguments": []}},
        {"ref": PROMPT, "argument": ARGUMENT, "context": {"arguments": {"b": 1}}},
    ],
)
def test_anything_else_is_invalid(version, params):
    sink = complete(params, pytest.fail, version)
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


@pytest.mark.parametrize("version", SERVED)
def test_what_a_function_raises_is_in_the_log_and_not_on_the_wire(version):
    def body(*_):
        raise ValueError("a secret")

    invocation = Invocation()
    params = {"ref": PROMPT, "argument": ARGUMENT}
    sink = complete(params, body, version, invocation=invocation)
    assert sink.json["error"]["code"] == -32603
    assert [str(error) for error in invocation.errors] == ["a secret"]
    assert b"secret" not in sink.body
    assert invocation.steps == ["watch", "enter_tool", "report", "unwatch"]


@pytest.mark.parametrize("version", SERVED)
def test_the_function_is_entered_once_it_is_found(version):
    invocation = Invocation()

    def body(*_):
        invocation.steps.append("complete")
        return Suggestions()

    complete({"ref": PROMPT, "argument": ARGUMENT}, body, version, invocation=invocation)
    assert invocation.steps == ["watch", "enter_tool", "complete", "unwatch"]


@pytest.mark.parametrize("version", SERVED)
def test_what_is_not_there_is_not_entered(version):
    invocation = Invocation()
    complete({"ref": PROMPT, "argument": ARGUMENT}, None, version, invocation=invocation)
    assert invocation.steps == ["watch", "unwatch"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "ref": VALUES
            | st.fixed_dictionaries(
                {"type": st.sampled_from(["ref/prompt", "ref/resource"])},
                optional={"name": VALUES, "uri": VALUES},
            ),
            "argument": VALUES
            | st.fixed_dictionaries({}, optional={"name": VALUES, "value": VALUES}),
            "context": VALUES | st.fixed_dictionaries({}, optional={"arguments": VALUES}),
        },
    )
)
def test_params_of_any_shape_have_an_answer(params):
    answer = complete(params, version="2025-11-25").json
    assert "result" in answer or answer["error"]["code"] == -32602
