"""emulator/prelude.py: head and body of a stream, wherever its chunks are cut."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.head import Head, MalformedAnswer
from firstbyte.emulator.prelude import MAX_PRELUDE_BYTES, PreludeReader

PRELUDE = json.dumps({"statusCode": 201, "headers": {"content-type": "a/b"}}).encode()
HEAD = Head(201, (("content-type", "a/b"),))


def feed(chunks):
    reader = PreludeReader()
    body = b"".join(reader.feed(chunk) for chunk in chunks)
    return reader.head, body


@given(st.binary(max_size=64), st.lists(st.integers(0, 200), max_size=6))
def test_head_and_body_are_the_same_wherever_the_chunks_are_cut(body, cuts):
    octets = PRELUDE + bytes(8) + body
    edges = sorted({0, *(cut for cut in cuts if cut < len(octets)), len(octets)})
    chunks = [octets[a:b] for a, b in pairwise(edges)]
    assert feed(chunks) == (HEAD, body)


@given(st.binary(max_size=64))
def test_octets_may_come_one_by_one(body):
    octets = PRELUDE + bytes(8) + body
    assert feed([octets[i : i + 1] for i in range(len(octets))]) == (HEAD, body)


def test_a_body_may_begin_with_the_delimiter():
    assert feed([PRELUDE + bytes(16)]) == (HEAD, bytes(8))


def test_until_the_delimiter_is_whole_there_is_no_head():
    reader = PreludeReader()
    assert reader.is_empty
    assert reader.feed(PRELUDE + bytes(7)) == b""
    assert reader.head is None
    assert not reader.is_empty


def test_a_prelude_without_a_content_type_announces_octets():
    head, _ = feed([b"{}" + bytes(8)])
    assert head == Head(200, (("content-type", "application/octet-stream"),))


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"data: 1\n\n" + bytes(8), id="a body without a prelude"),
        pytest.param(b"[]" + bytes(8), id="no object"),
        pytest.param(bytes(8), id="nothing before the delimiter"),
        pytest.param(b"\xff" + bytes(8), id="no UTF-8"),
        pytest.param(b"[" * 10_000 + bytes(8), id="too deep"),
        pytest.param(b" " * (MAX_PRELUDE_BYTES + 1), id="too long"),
        pytest.param(b'{"statusCode": 0}' + bytes(8), id="no status"),
    ],
)
def test_what_is_no_prelude_is_malformed(octets):
    with pytest.raises(MalformedAnswer):
        feed([octets])


@given(st.lists(st.binary()))
def test_any_octets_are_read_or_refused(chunks):
    try:
        head, body = feed([*chunks, bytes(8)])
    except MalformedAnswer:
        return
    assert head is not None
    assert isinstance(body, bytes)
