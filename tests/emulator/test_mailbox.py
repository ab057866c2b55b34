"""emulator/mailbox.py: a letter reaches whoever polls, and none is lost on the way."""

import asyncio

from firstbyte.emulator.mailbox import Mailbox
from tests.waiting import BOUND_S


class Peer:
    """A client that leaves when it is told to."""

    def __init__(self):
        self.leaves = asyncio.Event()

    async def gone(self):
        await self.leaves.wait()


def play(scene):
    async def stage():
        return await asyncio.wait_for(scene(Mailbox()), BOUND_S)

    return asyncio.run(stage())


def test_a_letter_answers_the_poll_that_waits():
    async def scene(mailbox):
        poll = asyncio.create_task(mailbox.collect(Peer()))
        await mailbox.is_awaited.wait()
        mailbox.post("a")
        assert not mailbox.is_awaited.is_set()
        return await poll

    assert play(scene) == "a"


def test_a_letter_waits_for_the_poll_to_come():
    async def scene(mailbox):
        mailbox.post("a")
        return await mailbox.collect(Peer())

    assert play(scene) == "a"


def test_who_left_gets_nothing_and_the_letter_is_the_next_one_s():
    async def scene(mailbox):
        leaving = Peer()
        poll = asyncio.create_task(mailbox.collect(leaving))
        await mailbox.is_awaited.wait()
        leaving.leaves.set()
        assert await poll is None
        mailbox.post("a")
        return await mailbox.collect(Peer())

    assert play(scene) == "a"


def test_a_letter_that_comes_as_its_reader_leaves_is_the_next_one_s():
    async def scene(mailbox):
        leaving = Peer()
        poll = asyncio.create_task(mailbox.collect(leaving))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        mailbox.post("a")
        leaving.leaves.set()
        assert await poll is None
        return await mailbox.collect(Peer())

    assert play(scene) == "a"
