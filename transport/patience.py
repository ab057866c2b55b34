"""How long a stream that waits for others is held open, and how often it looks for them."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.memory import Memory

_SPARE_MS = 1_000
"""Before the deadline: time to end properly, or half of what is left if that is less."""
_FIRST_PAUSE_S = 0.05
_GROWTH = 1.1
"""From one pause to the next: each is about a tenth of the time in which there was no news."""
_LONGEST_PAUSE_S = 1.0


class Patience:
    """Waits for `Memory.listen_s` at most, and not until the deadline."""

    __slots__ = ("_clock", "_ends_s", "_pause_s")

    def __init__(self, memory: "Memory", invocation: "Invocation") -> None:
        left_ms = invocation.remaining_ms()
        left_s = (left_ms - min(_SPARE_MS, left_ms / 2)) / 1000
        self._clock = memory.clock
        self._ends_s = memory.clock.epoch_s() + min(memory.listen_s, left_s)
        self._pause_s = _FIRST_PAUSE_S

    def wait(self, *, has_news: bool) -> bool:
        """Let some time pass, unless there was news; False when there is none left."""
        left_s = self._ends_s - self._clock.epoch_s()
        if left_s <= 0:
            return False
        if has_news:
            self._pause_s = _FIRST_PAUSE_S
        else:
            self._clock.pause(min(self._pause_s, left_s))
            self._pause_s = min(_GROWTH * self._pause_s, _LONGEST_PAUSE_S)
        return True
