"""tools/catalog/read_object.py: text is text, pictures are pictures, and no byte is lost."""

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbyte.tools.catalog.aws import s3
from firstbyte.tools.catalog.stored_object import MAX_BYTES

TEXT = "aü€😀"


@pytest.fixture
def read(client, bucket):
    """Store `octets` and read them back."""

    def read(octets, content_type="application/octet-stream", key="key", **span):
        s3().put_object(Bucket=bucket, Key=key, Body=octets, ContentType=content_type)
        return client.call("read_object", bucket=bucket, key=key, **span)

    return read


def octets_of(content):
    if content["type"] == "text":
        return content["text"].encode()
    return base64.b64decode(content["resource"]["blob"])


@pytest.mark.parametrize("text", ["", "a", TEXT, "line\r\nline\ttab"])
def test_text_is_text_whatever_it_is_labelled(read, text):
    assert read(text.encode()).content == [{"type": "text", "text": text}]


def test_a_picture_is_an_image(read):
    assert read(b"\x89PNG", "image/png").content == [
        {"type": "image", "data": "iVBORw==", "mimeType": "image/png"}
    ]


def test_a_drawing_in_xml_is_text(read):
    assert read(b"<svg/>", "image/svg+xml").content == [{"type": "text", "text": "<svg/>"}]


@pytest.mark.parametrize("octets", [b"\xff\xfe", b"a\0b", "ü".encode("latin-1")])
def test_anything_else_is_a_resource_of_octets(read, octets):
    (block,) = read(octets, "application/x-thing", key="a b/ü.bin").content
    assert block["resource"] == {
        "uri": "s3://papers/a%20b/%C3%BC.bin",
        "mimeType": "application/x-thing",
        "blob": base64.b64encode(octets).decode(),
    }


@pytest.mark.parametrize(
    ("span", "shown", "told"),
    [
        ({"length": 1}, "a", "bytes 0 to 0 of 10; go on with start=1"),
        ({"length": 2}, "a", "bytes 0 to 0 of 10; go on with start=1"),
        ({"length": 3}, "aü", "bytes 0 to 2 of 10; go on with start=3"),
        ({"start": 1, "length": 4}, "ü", "bytes 1 to 2 of 10; go on with start=3"),
        ({"start": 3, "length": 5}, "€", "bytes 3 to 5 of 10; go on with start=6"),
        ({"start": 6}, "😀", "bytes 6 to 9 of 10"),
        ({"start": 6, "length": 100}, "😀", "bytes 6 to 9 of 10"),
    ],
)
def test_a_range_of_text_ends_between_two_characters(read, span, shown, told):
    called = read(TEXT.encode(), **span)
    assert [block["text"] for block in called.content] == [shown, told]


def test_a_range_over_everything_is_the_whole_object(read):
    assert read(b"abc", length=100).content == [{"type": "text", "text": "abc"}]


@pytest.mark.parametrize(("start", "length"), [(1, 1), (2, 1), (2, 4)])
def test_a_cut_character_is_octets(read, start, length):
    shown, told = read(TEXT.encode(), start=start, length=length).content
    assert octets_of(shown) == TEXT.encode()[start : start + length]
    end = start + length
    assert told["text"] == f"bytes {start} to {end - 1} of 10; go on with start={end}"


def test_a_part_of_a_picture_is_octets(read):
    called = read(b"\x89PNG", "image/png", length=2)
    assert octets_of(called.content[0]) == b"\x89P"
    assert called.content[1]["text"] == "bytes 0 to 1 of 4; go on with start=2"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    octets=st.binary(min_size=1, max_size=40) | st.text(max_size=15).map(str.encode),
    length=st.integers(1, 9),
)
def test_ranges_read_one_after_another_are_the_object(read, octets, length):
    found, start = b"", 0
    while start < len(octets):
        called = read(octets, start=start, length=length)
        found += octets_of(called.content[0])
        start = len(found)
    assert found == octets


def test_an_object_beyond_the_limit_asks_for_a_range(read):
    called = read(b"a" * (MAX_BYTES + 1))
    assert called.is_error
    assert called.text == (
        "that is 1048577 bytes and one call returns at most 1048576: "
        "read a range with read_object, start=0 and length=1048576"
    )
    assert len(read(b"a" * (MAX_BYTES + 1), length=MAX_BYTES).content[0]["text"]) == MAX_BYTES


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"key": "absent"}, "there is no object 'absent' in bucket 'papers'"),
        ({"bucket": "absent"}, "the bucket does not exist"),
        ({"start": 99}, "ends before the range"),
        ({"start": -1}, ">= 0 - at `$.start`"),
        ({"length": MAX_BYTES + 1}, "<= 1048576 - at `$.length`"),
        ({"key": ""}, "length >= 1 - at `$.key`"),
    ],
)
def test_what_cannot_be_read_is_told(client, bucket, arguments, words):
    s3().put_object(Bucket=bucket, Key="key", Body=b"abc")
    called = client.call("read_object", **{"bucket": bucket, "key": "key", **arguments})
    assert called.is_error
    assert words in called.text
