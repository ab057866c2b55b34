"""tools/content.py: content renders as blocks that the official SDK's models accept."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.types import CallToolResult

from firstbyte.tools.content import (
    ABSENT,
    Annotations,
    Audio,
    Contents,
    EmbeddedResource,
    Image,
    ResourceLink,
    Result,
    Text,
)


def read_with_the_sdk(content):
    result = CallToolResult.model_validate({"content": [content.block()]})
    (block,) = result.model_dump(mode="json", by_alias=True, exclude_none=True)["content"]
    return block


@pytest.mark.parametrize(
    ("content", "block"),
    [
        (Text("a"), {"type": "text", "text": "a"}),
        (Image(b"\0", "image/png"), {"type": "image", "data": "AA==", "mimeType": "image/png"}),
        (Audio(b"", "audio/wav"), {"type": "audio", "data": "", "mimeType": "audio/wav"}),
        (
            ResourceLink("file:///a", "a"),
            {"type": "resource_link", "uri": "file:///a", "name": "a"},
        ),
        (
            ResourceLink(
                "file:///a", "a", title="A", description="d", mime_type="text/plain", size=0
            ),
            {
                "type": "resource_link",
                "uri": "file:///a",
                "name": "a",
                "title": "A",
                "description": "d",
                "mimeType": "text/plain",
                "size": 0,
            },
        ),
        (
            EmbeddedResource("file:///a", "text/plain", text=""),
            {
                "type": "resource",
                "resource": {"uri": "file:///a", "mimeType": "text/plain", "text": ""},
            },
        ),
        (
            EmbeddedResource("file:///a", blob=b"\xff"),
            {"type": "resource", "resource": {"uri": "file:///a", "blob": "/w=="}},
        ),
        (
            Text(
                "a",
                annotations=Annotations(["user"], 0.0, "2026-07-28T00:00:00Z"),
                meta={"example.com/k": 1},
            ),
            {
                "type": "text",
                "text": "a",
                "annotations": {
                    "audience": ["user"],
                    "priority": 0.0,
                    "lastModified": "2026-07-28T00:00:00Z",
                },
                "_meta": {"example.com/k": 1},
            },
        ),
        (
            Text("a", annotations=Annotations(priority=1)),
            {"type": "text", "text": "a", "annotations": {"priority": 1}},
        ),
    ],
)
def test_a_block_is_what_the_sdk_reads(content, block):
    assert content.block() == block
    assert read_with_the_sdk(content) == block


@given(st.binary())
def test_octets_survive_as_another_base64_reads_them(octets):
    assert base64.b64decode(Image(octets, "image/png").block()["data"], validate=True) == octets


@pytest.mark.parametrize("parts", [{}, {"text": "a", "blob": b"a"}])
def test_a_resource_holds_one_of_text_and_blob(parts):
    with pytest.raises(ValueError, match="either text or blob"):
        EmbeddedResource("file:///a", **parts)


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        ({"audience": ["model"]}, "audience"),
        ({"priority": 1.5}, "priority 1.5"),
        ({"priority": -0.1}, "priority -0.1"),
        ({"priority": float("nan")}, "priority nan"),
    ],
)
def test_hints_outside_the_specification_are_refused(hints, message):
    with pytest.raises(ValueError, match=message):
        Annotations(**hints)


def test_content_compares_and_shows_by_value():
    assert Text("a") == Text("a")
    assert Text("a") != Text("a", meta={})
    assert Image(b"a", "image/png") != Audio(b"a", "image/png")
    assert len({Text("a"), Text("a")}) == 1
    assert repr(Text("a")) == "Text(annotations=None, meta=None, text='a')"
    assert (
        repr(Result())
        == f"Result(content=(), is_error=False, meta=None, structured={ABSENT!r})"
    )


@pytest.mark.parametrize(
    ("contents", "described"),
    [
        (Contents(text=""), {"uri": "note:a", "mimeType": "text/plain", "text": ""}),
        (Contents(blob=b""), {"uri": "note:a", "mimeType": "text/plain", "blob": ""}),
        (
            Contents("note:b", "image/png", blob=b"\0", meta={"example.com/a": 1}),
            {
                "uri": "note:b",
                "mimeType": "image/png",
                "blob": "AA==",
                "_meta": {"example.com/a": 1},
            },
        ),
    ],
)
def test_contents_say_what_they_were_not_told(contents, described):
    assert contents.describe("note:a", "text/plain") == described


@pytest.mark.parametrize("said", [{}, {"text": "a", "blob": b"a"}])
def test_contents_are_either_text_or_octets(said):
    with pytest.raises(ValueError, match="either text or blob"):
        Contents("note:a", **said)
