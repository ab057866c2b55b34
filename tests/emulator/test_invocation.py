"""emulator/invocation.py: octets from a runtime to a caller, one chunk at a time."""

import asyncio

from firstbyte.emulator.failure import platform_failure
from firstbyte.emulator.invocation import Invocation, make_request_id, make_trace_id
from tests.waiting import BOUND_S


def play(scene):
    async def stage():
        invocation = Invocation(b"{}", request_id="r", trace_id="t")
        return await asyncio.wait_for(scene(invocation), BOUND_S)

    return asyncio.run(stage())


def test_octets_arrive_in_order_and_end():
    async def scene(invocation):
        async def respond():
            invocation.open("a/b", is_streamed=True)
            for number in range(5):
                await invocation.write(b"%d" % number)
            invocation.end()

        task = asyncio.create_task(respond())
        await invocation.begun()
        assert (invocation.content_type, invocation.is_streamed) == ("a/b", True)
        chunks = [chunk async for chunk in invocation.octets()]
        await task
        return chunks, invocation.failure

    assert play(scene) == ([b"0", b"1", b"2", b"3", b"4"], None)


def test_a_second_chunk_waits_until_the_first_is_taken():
    async def scene(invocation):
        await invocation.write(b"first")
        second = asyncio.create_task(invocation.write(b"second"))
        await asyncio.sleep(0)
        assert not second.done()
        octets = invocation.octets()
        assert await anext(octets) == b"first"
        await second
        assert await anext(octets) == b"second"

    play(scene)


def test_an_end_lets_the_last_chunk_through_and_the_writer_go():
    failure = platform_failure("A.B", "c")

    async def scene(invocation):
        await invocation.write(b"last")
        late = asyncio.create_task(invocation.write(b"too late"))
        invocation.end(failure)
        octets = await invocation.collect()
        await late
        return octets, invocation.failure

    assert play(scene) == (b"last", failure)


def test_only_the_first_end_counts():
    async def scene(invocation):
        invocation.end()
        invocation.end(platform_failure("A.B", "c"))
        await invocation.begun()
        return await invocation.collect(), invocation.failure

    assert play(scene) == (b"", None)


def test_what_one_reader_left_the_next_one_gets():
    async def scene(invocation):
        await invocation.write(b"a")
        assert await anext(invocation.octets()) == b"a"
        await invocation.write(b"b")
        invocation.end()
        assert await invocation.collect() == b"b"
        return await invocation.collect()

    assert play(scene) == b""


def test_names_are_new_each_time():
    assert make_request_id() != make_request_id()
    assert make_trace_id() != make_trace_id()
    assert make_trace_id().startswith("Root=1-")
