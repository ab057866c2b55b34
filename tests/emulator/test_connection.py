"""emulator/connection.py: what another implementation sends is read, whole or in pieces."""

import asyncio
import contextlib

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.emulator.connection import BodyTooLarge, Connection, Request, TruncatedBody
from tests.waiting import BOUND_S


class Writer:
    """Collects what is written; there is no socket."""

    def __init__(self):
        self.octets = b""

    def write(self, octets):
        self.octets += octets

    async def drain(self):
        pass

    def get_extra_info(self, name):
        return self

    def setsockopt(self, *option):
        pass


def converse(chunks, talk, *, is_closed=True):
    """What `talk(connection)` returns for these octets, and what it wrote."""

    async def play():
        reader, writer = asyncio.StreamReader(), Writer()
        for chunk in chunks:
            reader.feed_data(chunk)
        if is_closed:
            reader.feed_eof()
        outcome = await asyncio.wait_for(talk(Connection(reader, writer)), BOUND_S)
        return outcome, writer.octets

    return asyncio.run(play())


def encode_with_h11(headers, chunks, trailers=()):
    client = h11.Connection(h11.CLIENT)
    request = h11.Request(method="POST", target="/a?b=c", headers=[("Host", "x"), *headers])
    octets = client.send(request)
    for chunk in chunks:
        octets += client.send(h11.Data(data=chunk))
    return octets + client.send(h11.EndOfMessage(headers=list(trailers)))


async def read_all(connection):
    request = await connection.request()
    body = b"".join([octets async for octets in connection.octets()])
    return request, body, connection.trailers


CHUNKED = [("Transfer-Encoding", "chunked"), ("X-A", "1")]


@given(st.lists(st.binary(min_size=1)), st.integers(1, 40), st.binary(max_size=8))
def test_a_request_is_the_same_wherever_it_is_cut(chunks, size, tail):
    octets = encode_with_h11(CHUNKED, chunks, [("X-End", "1")]) + tail
    pieces = [octets[i : i + size] for i in range(0, len(octets), size)]
    (request, body, trailers), _ = converse(pieces, read_all)
    headers = {"host": "x", "transfer-encoding": "chunked", "x-a": "1"}
    assert request == Request("POST", "/a", headers)
    assert body == b"".join(chunks)
    assert trailers == {"x-end": "1"}


@given(st.binary(min_size=1), st.data())
def test_a_request_that_breaks_off_is_truncated(chunk, data):
    octets = encode_with_h11(CHUNKED, [chunk], [("X-End", "1")])
    end = data.draw(st.integers(1, len(octets) - 1))
    with pytest.raises(TruncatedBody):
        converse([octets[:end]], read_all)


@given(st.binary())
def test_any_octets_are_a_request_or_none_or_truncated(octets):
    async def talk(connection):
        if await connection.request():
            await connection.body(10)

    with contextlib.suppress(TruncatedBody, BodyTooLarge):
        converse([octets], talk)


def test_no_octets_are_no_request():
    assert converse([], Connection.request) == (None, b"")


def test_headers_and_trailers_may_hold_more_than_ascii():
    headers = [*CHUNKED, ("X-B", b"\xe9")]
    octets = encode_with_h11(headers, [], [("X-End", b"\xff")])

    async def talk(connection):
        request, _, trailers = await read_all(connection)
        await connection.respond(200, b"", {"x-c": request.headers["x-b"]})
        return trailers

    trailers, written = converse([octets], talk)
    assert trailers == {"x-end": "ÿ"}
    assert b"x-c: \xe9\r\n" in written


def test_a_long_trailer_is_read():
    report = "x" * 500_000
    octets = encode_with_h11(CHUNKED, [], [("X-Report", report)])
    (_, _, trailers), _ = converse([octets], read_all)
    assert trailers == {"x-report": report}


@pytest.mark.parametrize("size", [9, 10])
def test_a_body_of_the_largest_size_is_taken(size):
    async def talk(connection):
        await connection.request()
        return await connection.body(10)

    octets = encode_with_h11([("Content-Length", str(size))], [b"x" * size])
    assert converse([octets], talk)[0] == b"x" * size


def test_a_larger_body_is_read_to_its_end_and_the_next_request_follows():
    async def talk(connection):
        await connection.request()
        with pytest.raises(BodyTooLarge):
            await connection.body(10)
        await connection.respond_json(413, {})
        return await connection.request()

    octets = encode_with_h11([("Content-Length", "11")], [b"x" * 11])
    request, _ = converse([octets, octets], talk)
    assert request.method == "POST"


def test_an_answer_drops_what_nobody_read_of_the_request():
    async def talk(connection):
        await connection.request()
        await connection.respond(200, b"a", {"x-b": "1"})
        await connection.request()
        await connection.respond_json(202, {"c": 1})

    octets = encode_with_h11(CHUNKED, [b"unread"])
    _, written = converse([octets, octets], talk)
    assert written == (
        b"HTTP/1.1 200 \r\ncontent-type: application/json\r\ncontent-length: 1\r\n"
        b"x-b: 1\r\n\r\na"
        b"HTTP/1.1 202 \r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n"
        b'{"c": 1}'
    )


def test_a_client_that_waits_for_leave_to_send_gets_it():
    async def talk(connection):
        await connection.request()
        body = asyncio.create_task(connection.body(10))
        await asyncio.sleep(0)
        connection._reader.feed_data(b"hi")
        return await body

    head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    body, written = converse([head], talk, is_closed=False)
    assert body == b"hi"
    assert written.startswith(b"HTTP/1.1 100 ")


def test_a_client_is_gone_when_it_closes_and_not_when_it_sends_more():
    async def talk(connection):
        await connection.request()
        absence = asyncio.create_task(connection.gone())
        await asyncio.sleep(0)
        connection._reader.feed_data(b"GET /")
        await asyncio.sleep(0)
        was_gone = absence.done()
        connection._reader.feed_eof()
        await absence
        return was_gone

    octets = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert converse([octets], talk, is_closed=False)[0] is False
