"""What one party of an environment is told the next time it asks."""

import asyncio
from typing import Generic, TypeVar

from firstbyte.emulator.connection import Connection

Letter = TypeVar("Letter")


class Mailbox(Generic[Letter]):
    """The long poll of a runtime or an extension.

    `is_awaited` is set from a poll until the next letter: that is "done with the last one".
    """

    def __init__(self) -> None:
        self.is_awaited = asyncio.Event()
        self._letters: asyncio.Queue[Letter] = asyncio.Queue()

    def post(self, letter: Letter) -> None:
        """Answer the poll that is waiting, or the one to come."""
        self.is_awaited.clear()
        self._letters.put_nowait(letter)

    async def collect(self, connection: Connection) -> Letter | None:
        """Wait for a letter; None if the client behind `connection` went away first."""
        self.is_awaited.set()
        letter = asyncio.ensure_future(self._letters.get())
        absence = asyncio.ensure_future(connection.gone())
        try:
            await asyncio.wait({letter, absence}, return_when=asyncio.FIRST_COMPLETED)
            if not absence.done():
                return letter.result()
            if letter.done():
                # Both at once: whoever polls next (a runtime that replaced itself) gets it.
                self._letters.put_nowait(letter.result())
            return None
        finally:
            letter.cancel()
            absence.cancel()
            # The next reader of the connection must not find this one still in place.
            await asyncio.gather(letter, absence, return_exceptions=True)
