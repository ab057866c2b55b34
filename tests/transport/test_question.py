"""transport/question.py: a client is asked in words of its revision, or not at all."""

import pytest

from firstbyte.transport.question import question_for
from firstbyte.transport.revision import REVISIONS
from tests import protocol_schema
from tests.transport.fakes import LEGACY, MODERN, SERVED

FORM = {
    "mode": "form",
    "message": "Who?",
    "requestedSchema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1, "default": "Ada"},
            "age": {"type": "integer", "minimum": 0, "default": 3},
            "agrees": {"type": "boolean", "default": True},
            "plain": {"type": "string", "enum": ["a", "b"], "default": "a"},
            "titled": {
                "type": "string",
                "title": "T",
                "oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}],
            },
        },
        "required": ["name"],
    },
}
SEVERAL = {
    **FORM,
    "requestedSchema": {
        "type": "object",
        "properties": {"some": {"type": "array", "items": {"type": "string", "enum": ["a"]}}},
    },
}
URL = {"mode": "url", "message": "There", "url": "https://n.example/consent"}
TEXT = {"type": "text", "text": "x", "_meta": {"k": 1}}
AUDIO = {"type": "audio", "data": "AA==", "mimeType": "audio/wav"}


def sampling(*contents, **more):
    messages = [{"role": "user", "content": content} for content in contents]
    return {"messages": messages, "maxTokens": 9, **more}


def asked(version, method, params):
    worded = question_for(REVISIONS[version], method, params, "id-1")
    if worded is not None and version in LEGACY:
        request = {"jsonrpc": "2.0", "id": "id-1", "method": method, "params": worded}
        protocol_schema.check_request(version, request)
    return worded


@pytest.mark.parametrize("version", [MODERN, "2025-11-25"])
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("elicitation/create", FORM),
        ("elicitation/create", SEVERAL),
        ("sampling/createMessage", sampling([TEXT, AUDIO], tools=[], toolChoice={})),
        ("roots/list", {}),
    ],
)
def test_the_newest_clients_are_asked_as_the_author_did(version, method, params):
    assert asked(version, method, params) == params


def test_a_form_is_asked_in_the_fields_of_2025_06_18():
    assert asked("2025-06-18", "elicitation/create", FORM) == {
        "message": "Who?",
        "requestedSchema": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "age": {"type": "integer", "minimum": 0},
                "agrees": {"type": "boolean", "default": True},
                "plain": {"type": "string", "enum": ["a", "b"]},
                "titled": {
                    "type": "string",
                    "title": "T",
                    "enum": ["a", "b"],
                    "enumNames": ["A", "B"],
                },
            },
            "required": ["name"],
        },
    }
    assert "default" in FORM["requestedSchema"]["properties"]["name"]


def test_several_of_a_list_cannot_be_chosen_in_2025_06_18():
    assert asked("2025-06-18", "elicitation/create", SEVERAL) is None


@pytest.mark.parametrize(("params", "since"), [(FORM, 3), (URL, 2)])
def test_nobody_is_elicited_before_it_was_invented(params, since):
    versions = [v for v in SERVED if asked(v, "elicitation/create", params) is not None]
    assert versions == SERVED[:since]


def test_a_flow_by_url_is_named_to_sessions_only():
    assert asked("2025-11-25", "elicitation/create", URL) == {**URL, "elicitationId": "id-1"}
    assert asked(MODERN, "elicitation/create", URL) == URL


@pytest.mark.parametrize("version", ["2025-06-18", "2025-03-26"])
def test_blocks_said_together_become_messages_of_their_own(version):
    worded = asked(version, "sampling/createMessage", sampling([TEXT, AUDIO], TEXT))
    kinds = [message["content"]["type"] for message in worded["messages"]]
    assert kinds == ["text", "audio", "text"]
    metas = ["_meta" in message["content"] for message in worded["messages"]]
    assert any(metas) is (version == "2025-06-18")


@pytest.mark.parametrize("version", ["2025-06-18", "2025-03-26", "2024-11-05"])
def test_a_message_has_no_meta_before_it_was_known(version):
    message = {"role": "user", "content": TEXT, "_meta": {"k": 1}}
    params = {"messages": [message], "maxTokens": 9}
    (worded,) = asked(version, "sampling/createMessage", params)["messages"]
    assert worded.keys() == {"role", "content"}


def test_a_model_that_knows_no_sounds_is_sent_none():
    params = sampling(AUDIO)
    versions = [v for v in SERVED if asked(v, "sampling/createMessage", params) is not None]
    assert versions == SERVED[:4]


@pytest.mark.parametrize(
    "params",
    [
        sampling(TEXT, tools=[{"name": "t", "inputSchema": {"type": "object"}}]),
        sampling(TEXT, toolChoice={"mode": "auto"}),
        sampling({"type": "tool_use", "id": "1", "name": "t", "input": {}}),
        sampling([{"type": "tool_result", "toolUseId": "1", "content": []}]),
    ],
)
def test_a_model_is_given_no_tools_before_2025_11_25(params):
    versions = [v for v in SERVED if asked(v, "sampling/createMessage", params) is not None]
    assert versions == SERVED[:2]


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize("method", ["ping", "roots/list"])
def test_what_has_no_parameters_is_asked_everywhere(version, method):
    assert asked(version, method, {}) == {}
