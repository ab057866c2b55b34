"""Let several threads speak into one HTTP response, a step at a time."""

from _thread import allocate_lock, get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbyte.transport.sink import Sink

_FOREVER = -1.0
"""To a lock: wait as long as it takes."""


class Voice:
    """What several threads say into one sink, a step at a time; made by the main flow."""

    __slots__ = ("_lock", "_main_thread", "_sink", "is_writing")

    def __init__(self, sink: "Sink") -> None:
        self._sink = sink
        self._lock = allocate_lock()
        self._main_thread = get_ident()
        self.is_writing = False

    def _alone(
        self, step: "Callable[..., None]", *arguments: object, wait_s: float = _FOREVER
    ) -> bool:
        """Take one step nobody else can fall into; False if the lock was not to be had."""
        is_main = get_ident() == self._main_thread
        # Before the lock is asked for and until it is free again: whatever a signal handler
        # raised in between would leave it held, or part of an event on the wire.
        if is_main:
            self.is_writing = True
        try:
            if not self._lock.acquire(timeout=wait_s):
                return False
            try:
                step(*arguments)
            finally:
                self._lock.release()
            return True
        finally:
            if is_main:
                self.is_writing = False
