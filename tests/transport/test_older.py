"""transport/older.py: an older client gets what its revision knows, and nothing else."""

import pytest

from firstbyte.transport.older import (
    block_for,
    call_result_for,
    contents_for,
    implementation_for,
    message_for,
    prompt_for,
    resource_for,
    tool_for,
)
from firstbyte.transport.revision import REVISIONS
from tests.transport.fakes import MODERN, SERVED

IDENTITY = {
    "name": "n",
    "version": "1",
    "title": "N",
    "description": "d",
    "websiteUrl": "https://n.example",
    "icons": [{"src": "https://n.example/i.png"}],
}
TOOL = {
    "name": "t",
    "title": "T",
    "description": "d",
    "icons": [{"src": "https://n.example/i.png"}],
    "inputSchema": {"type": "object", "additionalProperties": False},
    "outputSchema": {"type": "object"},
    "annotations": {"readOnlyHint": True},
    "_meta": {"k": 1},
}
ANNOTATIONS = {"priority": 0.5, "lastModified": "2026-07-28T00:00:00Z"}
AUDIO = {"type": "audio", "data": "AA==", "mimeType": "audio/wav", "annotations": ANNOTATIONS}
LINK = {
    "type": "resource_link",
    "uri": "file:///a",
    "name": "a",
    "title": "A",
    "icons": [{"src": "https://n.example/i.png"}],
}
EMBEDDED = {
    "type": "resource",
    "resource": {"uri": "file:///a", "text": "x", "_meta": {"k": 1}},
    "_meta": {"k": 2},
}


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("2026-07-28", {"name", "version", "title", "description", "websiteUrl", "icons"}),
        ("2025-11-25", {"name", "version", "title", "description", "websiteUrl", "icons"}),
        ("2025-06-18", {"name", "version", "title"}),
        ("2025-03-26", {"name", "version"}),
        ("2024-11-05", {"name", "version"}),
    ],
)
def test_a_server_introduces_itself_in_the_clients_words(version, known):
    told = implementation_for(REVISIONS[version], IDENTITY)
    assert told == {name: IDENTITY[name] for name in known}


@pytest.mark.parametrize(
    ("version", "lost"),
    [
        ("2026-07-28", set()),
        ("2025-11-25", set()),
        ("2025-06-18", {"icons"}),
        ("2025-03-26", {"icons", "title", "outputSchema", "_meta"}),
        ("2024-11-05", {"icons", "title", "outputSchema", "_meta", "annotations"}),
    ],
)
def test_a_tool_is_described_in_the_clients_words(version, lost):
    expected = {name: value for name, value in TOOL.items() if name not in lost}
    assert tool_for(REVISIONS[version], TOOL) == expected


@pytest.mark.parametrize(
    "schema", [{"type": "string"}, {"type": ["object", "null"]}, {"anyOf": []}, {}]
)
def test_only_the_newest_revision_sees_results_that_are_no_objects(schema):
    tool = {"name": "t", "inputSchema": {"type": "object"}, "outputSchema": schema}
    seen = [v for v in SERVED if "outputSchema" in tool_for(REVISIONS[v], tool)]
    assert seen == [MODERN]


@pytest.mark.parametrize(
    ("structured", "seen_by"),
    [
        ({"a": 1}, SERVED[:3]),
        ({}, SERVED[:3]),
        ([1], SERVED[:1]),
        (None, SERVED[:1]),
        ("x", SERVED[:1]),
        (0, SERVED[:1]),
    ],
)
def test_structured_content_is_sent_where_its_shape_is_known(structured, seen_by):
    results = {v: call_result_for(REVISIONS[v], [], structured, True, False) for v in SERVED}
    assert [v for v in SERVED if "structuredContent" in results[v]] == seen_by
    assert all(results[v]["structuredContent"] == structured for v in seen_by)


def test_without_structured_content_there_is_none():
    assert call_result_for(REVISIONS[MODERN], [], {"a": 1}, False, False) == {"content": []}


def test_a_failed_call_says_so():
    result = call_result_for(REVISIONS[MODERN], [], None, False, True)
    assert result == {"content": [], "isError": True}


@pytest.mark.parametrize("block", [AUDIO, LINK, EMBEDDED])
@pytest.mark.parametrize("version", SERVED[:2])
def test_the_newest_clients_get_a_block_as_it_is(version, block):
    assert block_for(REVISIONS[version], block) == block


@pytest.mark.parametrize(
    ("version", "block", "expected"),
    [
        ("2025-06-18", AUDIO, AUDIO),
        ("2025-06-18", EMBEDDED, EMBEDDED),
        (
            "2025-06-18",
            LINK,
            {"type": "resource_link", "uri": "file:///a", "name": "a", "title": "A"},
        ),
        ("2025-03-26", AUDIO, {**AUDIO, "annotations": {"priority": 0.5}}),
        ("2025-03-26", LINK, {"type": "text", "text": "a: file:///a"}),
        (
            "2025-03-26",
            {**LINK, "annotations": ANNOTATIONS},
            {"type": "text", "text": "a: file:///a", "annotations": {"priority": 0.5}},
        ),
        (
            "2025-03-26",
            EMBEDDED,
            {"type": "resource", "resource": {"uri": "file:///a", "text": "x"}},
        ),
        (
            "2024-11-05",
            AUDIO,
            {
                "type": "resource",
                "resource": {"uri": "content:audio", "mimeType": "audio/wav", "blob": "AA=="},
                "annotations": {"priority": 0.5},
            },
        ),
        (
            "2024-11-05",
            {"type": "text", "text": "x", "_meta": {"k": 1}},
            {"type": "text", "text": "x"},
        ),
    ],
)
def test_an_older_client_gets_the_nearest_it_knows(version, block, expected):
    assert block_for(REVISIONS[version], block) == expected


def test_making_a_block_older_leaves_the_tools_own_alone():
    block_for(REVISIONS["2024-11-05"], EMBEDDED)
    assert EMBEDDED["resource"]["_meta"] == {"k": 1}


def test_the_content_of_a_call_is_made_older_block_by_block():
    result = call_result_for(REVISIONS["2025-03-26"], [AUDIO, LINK], None, False, False)
    assert [block["type"] for block in result["content"]] == ["audio", "text"]


RESOURCE = {
    "uri": "file:///a",
    "name": "a",
    "title": "A",
    "description": "d",
    "mimeType": "text/plain",
    "size": 1,
    "annotations": ANNOTATIONS,
    "icons": [{"src": "https://n.example/i.png"}],
    "_meta": {"k": 1},
}
LOST = {
    "2026-07-28": set(),
    "2025-11-25": set(),
    "2025-06-18": {"icons"},
    "2025-03-26": {"icons", "title", "_meta"},
    "2024-11-05": {"icons", "title", "_meta"},
}


@pytest.mark.parametrize("version", SERVED)
def test_a_resource_is_described_in_the_clients_words(version):
    expected = {name: value for name, value in RESOURCE.items() if name not in LOST[version]}
    if version in ("2025-03-26", "2024-11-05"):
        expected["annotations"] = {"priority": 0.5}
    assert resource_for(REVISIONS[version], RESOURCE) == expected


@pytest.mark.parametrize("version", SERVED)
def test_a_prompt_is_described_in_the_clients_words(version):
    prompt = {
        "name": "p",
        "title": "P",
        "description": "d",
        "arguments": [{"name": "a", "title": "A", "required": True}, {"name": "b"}],
        "icons": [{"src": "https://n.example/i.png"}],
        "_meta": {"k": 1},
    }
    expected = {name: value for name, value in prompt.items() if name not in LOST[version]}
    if version in ("2025-03-26", "2024-11-05"):
        expected["arguments"] = [{"name": "a", "required": True}, {"name": "b"}]
    assert prompt_for(REVISIONS[version], prompt) == expected
    assert prompt["arguments"][0]["title"] == "A"


@pytest.mark.parametrize("version", SERVED)
def test_what_was_read_has_no_meta_before_it_was_known(version):
    contents = {"uri": "file:///a", "mimeType": "text/plain", "text": "x", "_meta": {"k": 1}}
    expected = {
        name: value
        for name, value in contents.items()
        if name != "_meta" or version in SERVED[:3]
    }
    assert contents_for(REVISIONS[version], contents) == expected


def test_a_prompts_message_is_said_in_the_clients_words():
    message = {"role": "user", "content": LINK}
    assert message_for(REVISIONS["2025-03-26"], message) == {
        "role": "user",
        "content": {"type": "text", "text": "a: file:///a"},
    }
    assert message_for(REVISIONS[MODERN], message) == message
