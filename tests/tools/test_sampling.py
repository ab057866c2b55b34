"""tools/sampling.py: a conversation is one that a model can go on with, tools and all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools import (
    Audio,
    EmbeddedResource,
    Image,
    Message,
    Sampled,
    Sampling,
    Text,
    ToolResult,
    ToolUse,
)
from firstbyte.tools.sampling import MAX_TOKENS
from tests.protocol_schema import check_request

WEATHER = {"name": "weather", "inputSchema": {"type": "object"}}
HELLO = {"role": "user", "content": {"type": "text", "text": "Hello"}}


def params_of(*messages, **options):
    question = Sampling(*messages, **options)
    asked = {"method": question.method, "params": question.params}
    check_request("2025-11-25", {"jsonrpc": "2.0", "id": 1, **asked})
    return question.params


def messages_of(messages, **options):
    return params_of(messages, **options)["messages"]


def test_a_text_is_said_by_the_user_and_few_tokens_are_asked_for():
    assert params_of("Hello") == {"messages": [HELLO], "maxTokens": MAX_TOKENS}


def test_every_option_has_its_place():
    assert params_of(
        "Hello",
        max_tokens=7,
        system_prompt="Be brief",
        temperature=0.0,
        stop_sequences=("END",),
        model_hints=["sonnet", "claude"],
        cost_priority=0,
        speed_priority=0.5,
        intelligence_priority=1,
        tools=[WEATHER],
        tool_choice="required",
        metadata={"a": [1]},
    ) == {
        "messages": [HELLO],
        "maxTokens": 7,
        "systemPrompt": "Be brief",
        "temperature": 0.0,
        "stopSequences": ["END"],
        "modelPreferences": {
            "hints": [{"name": "sonnet"}, {"name": "claude"}],
            "costPriority": 0,
            "speedPriority": 0.5,
            "intelligencePriority": 1,
        },
        "tools": [WEATHER],
        "toolChoice": {"mode": "required"},
        "metadata": {"a": [1]},
    }


def test_tools_take_a_client_that_has_them():
    assert Sampling("Hello").needs == {"sampling": {}}
    assert Sampling("Hello", tools=[WEATHER]).needs == {"sampling": {"tools": {}}}


def test_a_conversation_is_told_message_by_message():
    said = [
        "Hello",
        Message("assistant", "Hi"),
        Image(b"x", "image/png"),
        [Text("and"), Audio(b"y", "audio/wav"), "so on"],
        Sampled("assistant", [Text("Yes")], "m"),
    ]
    assert messages_of(tuple(said)) == messages_of(said)
    assert messages_of(said) == [
        HELLO,
        {"role": "assistant", "content": {"type": "text", "text": "Hi"}},
        {
            "role": "user",
            "content": {"type": "image", "data": "eA==", "mimeType": "image/png"},
        },
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "and"},
                {"type": "audio", "data": "eQ==", "mimeType": "audio/wav"},
                {"type": "text", "text": "so on"},
            ],
        },
        {"role": "assistant", "content": {"type": "text", "text": "Yes"}},
    ]


def test_a_loop_of_tools_goes_on_with_what_the_model_said():
    asked = Sampling("Weather?", tools=[WEATHER])
    wishes = [
        {"type": "tool_use", "id": "1", "name": "weather", "input": {"city": "A"}},
        {"type": "tool_use", "id": "", "name": "weather", "input": {}, "_meta": {"k": 1}},
    ]
    said = asked.read(
        {"role": "assistant", "content": wishes, "model": "m", "stopReason": "toolUse"}
    )
    assert said.tool_uses == [
        ToolUse("1", "weather", {"city": "A"}),
        ToolUse("", "weather", {}, {"k": 1}),
    ]
    results = [
        ToolResult("", "rain", is_error=True),
        ToolResult("1", [Text("sun")], structured={"sky": None}),
    ]
    assert messages_of(["Weather?", said, results], tools=[WEATHER]) == [
        {"role": "user", "content": {"type": "text", "text": "Weather?"}},
        {"role": "assistant", "content": wishes},
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "toolUseId": "",
                    "content": [{"type": "text", "text": "rain"}],
                    "isError": True,
                },
                {
                    "type": "tool_result",
                    "toolUseId": "1",
                    "content": [{"type": "text", "text": "sun"}],
                    "structuredContent": {"sky": None},
                },
            ],
        },
    ]


WISH = Sampled("assistant", [ToolUse("1", "weather", {})])


@pytest.mark.parametrize(
    ("messages", "fault"),
    [
        ([], "at least one message"),
        ([[]], "at least one block"),
        ([3], "a int cannot be said"),
        ([EmbeddedResource("a:b", text="x")], "a EmbeddedResource cannot be said"),
        (["Hello", WISH], "without their results"),
        ([WISH, "Hello"], "their results and nothing else"),
        ([WISH, [ToolResult("1"), "and"]], "their results and nothing else"),
        ([WISH, ToolResult("2")], "their results and nothing else"),
        ([WISH, [ToolResult("1"), ToolResult("1")]], "their results and nothing else"),
        ([ToolResult("1")], "their results and nothing else"),
        ([Sampled("user", [ToolUse("1", "weather", {})])], "are the assistant's"),
        ([WISH, Sampled("assistant", [ToolResult("1")])], "their results the user's"),
    ],
    ids=repr,
)
def test_what_no_model_takes_is_refused(messages, fault):
    with pytest.raises(ValueError, match=fault):
        Sampling(messages)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"max_tokens": 0}, "max_tokens 0"),
        ({"max_tokens": True}, "max_tokens True"),
        ({"cost_priority": 1.1}, "cost_priority 1.1"),
        ({"speed_priority": -1}, "speed_priority -1"),
        ({"intelligence_priority": "1"}, "intelligence_priority '1'"),
        ({"cost_priority": True}, "cost_priority True"),
        ({"model_hints": "claude"}, "model_hints 'claude' is no list of texts"),
        ({"stop_sequences": "END"}, "stop_sequences 'END' is no list of texts"),
        ({"stop_sequences": [1]}, "stop_sequences"),
        ({"temperature": float("nan")}, "JSON"),
        ({"tool_choice": "any", "tools": [WEATHER]}, "tool_choice 'any'"),
        ({"tool_choice": "auto"}, "nothing to choose"),
        ({"tools": [{"name": "a"}]}, "a name and an inputSchema"),
        ({"tools": [{"name": "a", "inputSchema": {"type": "string"}}]}, "tool 'a'"),
        ({"metadata": {"a": object()}}, "JSON"),
    ],
    ids=repr,
)
def test_options_that_are_none_are_refused(options, fault):
    with pytest.raises(ValueError, match=fault):
        Sampling("Hello", **options)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ({"type": "text", "text": "x", "annotations": {}}, Text("x")),
        ({"type": "text", "text": "x", "_meta": {"k": 1}}, Text("x", meta={"k": 1})),
        (
            {"type": "image", "data": "eA==", "mimeType": "image/png"},
            Image(b"x", "image/png"),
        ),
        (
            {"type": "audio", "data": "eA==", "mimeType": "audio/wav"},
            Audio(b"x", "audio/wav"),
        ),
    ],
    ids=repr,
)
def test_what_a_model_said_is_read(content, read):
    answer = {"role": "assistant", "content": content, "model": "m"}
    assert Sampling("Hello").read(answer) == Sampled("assistant", [read], "m")
    several = {**answer, "content": [content, content], "stopReason": "endTurn"}
    assert Sampling("Hello").read(several) == Sampled("assistant", [read, read], "m", "endTurn")


def test_the_text_is_all_text_blocks():
    said = Sampled("assistant", [Text("a"), Image(b"x", "image/png"), Text("b")])
    assert said.text == "a\nb"


GOOD = {"role": "assistant", "content": {"type": "text", "text": "x"}, "model": "m"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"role": "system"}, "role is none of assistant, user"),
        ({"role": None}, "role is none of"),
        ({"role": []}, "role is none of"),
        ({"model": None}, "model or stopReason is not a string"),
        ({"stopReason": 1}, "model or stopReason is not a string"),
        ({"content": None}, "block of content is not an object"),
        ({"content": "text"}, "block of content is not an object"),
        ({"content": [None]}, "block of content is not an object"),
        ({"content": {"type": "text"}}, "text is not a string"),
        ({"content": {"type": "text", "text": "x", "_meta": 1}}, "_meta is not an object"),
        ({"content": {"type": "image", "data": "?", "mimeType": "i/p"}}, "not base64"),
        ({"content": {"type": "image", "data": "é", "mimeType": "i/p"}}, "not base64"),
        ({"content": {"type": "image", "data": "eA=="}}, "mimeType is not a string"),
        ({"content": {"type": "resource"}}, "type is none of"),
        ({"content": {"type": ["text"]}}, "type is none of"),
        ({"content": {"type": "tool_use", "id": "1", "name": "n"}}, "input is not an object"),
        ({"content": {"type": "tool_use", "name": "n", "input": {}}}, "id is not a string"),
        ({"content": {"type": "tool_result", "content": []}}, "type is none of"),
    ],
    ids=json.dumps,
)
def test_what_is_no_message_is_refused(change, fault):
    question = Sampling("Hello")
    question.read(GOOD)
    with pytest.raises(ValueError, match=fault):
        question.read({**GOOD, **change})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
BLOCK = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "image", "audio", "tool_use"])},
    optional=dict.fromkeys(("text", "data", "mimeType", "id", "name", "input"), JSON),
)


@given(st.lists(BLOCK | JSON) | BLOCK | JSON)
def test_whatever_a_model_says_is_a_message_or_a_value_error(content):
    try:
        said = Sampling("Hello").read({**GOOD, "content": content})
    except ValueError:
        return
    blocks = content if isinstance(content, list) else [content]
    assert [part.block()["type"] for part in said.content] == [each["type"] for each in blocks]
