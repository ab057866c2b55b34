"""emulator/body.py: the body of a request, up to the platform's limit."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect, Request

from firstbyte.emulator.body import MAX_REQUEST_BYTES, RequestTooLarge, read_body

PART = b"x" * (MAX_REQUEST_BYTES // 2)


def part(body, *, more):
    return {"type": "http.request", "body": body, "more_body": more}


def read(*messages):
    pending = list(messages)

    async def receive():
        return pending.pop(0)

    return asyncio.run(read_body(Request({"type": "http"}, receive))), pending


def test_the_parts_are_put_together():
    assert read(part(PART, more=True), part(PART, more=False)) == (PART + PART, [])


def test_one_octet_too_many_is_too_large_and_the_rest_is_not_waited_for():
    with pytest.raises(RequestTooLarge):
        read(part(PART + PART, more=True), part(b"x", more=True))


def test_a_client_that_leaves_is_no_request():
    with pytest.raises(ClientDisconnect):
        read(part(PART, more=True), {"type": "http.disconnect"})
