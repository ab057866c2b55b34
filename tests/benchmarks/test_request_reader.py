"""benchmarks/request_reader.py: another's requests are read, however they are cut."""

from itertools import pairwise

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.request_reader import MalformedRequest, RequestReader


def read(*parts):
    reader = RequestReader()
    return [request for now, part in enumerate(parts, 1) for request in reader.feed(part, now)]


def shown(request):
    return (request.method, request.path, request.headers, request.body, request.trailers)


def written_by_h11(chunks, *, is_chunked, trailers=()):
    length = sum(map(len, chunks))
    framing = (
        ("Transfer-Encoding", "chunked") if is_chunked else ("Content-Length", str(length))
    )
    peer = h11.Connection(h11.CLIENT)
    octets = peer.send(
        h11.Request(method="POST", target="/a", headers=[("Host", "x"), ("X-A", "b"), framing])
    )
    octets += b"".join(peer.send(h11.Data(data=chunk)) for chunk in chunks)
    return octets + peer.send(h11.EndOfMessage(headers=list(trailers)))


@given(st.lists(st.binary(max_size=30), max_size=5), st.booleans(), st.data())
def test_a_request_is_read_alike_whole_and_cut_anywhere(chunks, is_chunked, data):
    trailers = [("X-End", "yes")] if is_chunked else []
    octets = written_by_h11(chunks, is_chunked=is_chunked, trailers=trailers) * 2
    cuts = data.draw(st.sets(st.integers(0, len(octets)), max_size=8))
    edges = [0, *sorted(cuts), len(octets)]
    parts = [octets[begin:end] for begin, end in pairwise(edges)]
    whole, cut = read(octets), read(*parts)
    assert [*map(shown, whole)] == [*map(shown, cut)]
    assert len(whole) == 2
    assert whole[0].body == b"".join(chunks)
    assert whole[0].trailers == {name.lower(): value for name, value in trailers}


def test_each_part_of_a_body_has_the_moment_it_came():
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    (request,) = read(head, b"3\r\nabc\r\n2\r", b"\nde\r\n0\r\n", b"\r\n")
    assert (request.began_ns, request.parts, request.ended_ns) == (
        1,
        [(2, b"abc"), (3, b"de")],
        4,
    )


def test_a_request_without_a_body_ends_with_its_head():
    (request,) = read(b"GET /next HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (request.path, request.body, request.ended_ns) == ("/next", b"", 1)


def test_a_reader_is_idle_between_requests_only():
    reader = RequestReader()
    assert reader.is_idle
    reader.feed(b"GET / HTTP/1.1\r\n", 1)
    assert not reader.is_idle
    reader.feed(b"\r\n", 2)
    assert reader.is_idle


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n: nameless\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        b"x" * 70_000,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"x" * 70_000,
    ],
)
def test_what_is_no_http_is_refused(octets):
    with pytest.raises(MalformedRequest):
        read(octets)


@given(st.binary())
def test_any_octets_are_requests_or_refused(octets):
    try:
        read(octets)
    except MalformedRequest:
        return
