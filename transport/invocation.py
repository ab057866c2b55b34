"""What the transport has to know of the call it runs in: time left, a name, a watch, a log."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Watched(Protocol):
        """An answer somebody else may have to speak for while its tool computes.

        Both methods are called from another thread, or from the main thread after the tool was
        interrupted; both do nothing once the answer is over.
        """

        @property
        def is_writing(self) -> bool:
            """Tell whether the main thread is inside a write.

            Nothing may be raised there: an unknown part of it would be on the wire.
            """

        def keep_alive(self) -> None:
            """Show the client that the call is alive, by an SSE comment."""

        def expire(self, wait_s: float) -> bool:
            """End with the deadline's error; False if a write held the answer for `wait_s`."""

    class Invocation(Protocol):
        """The invocation an exchange belongs to, and who watches over it."""

        request_id: str
        """The platform's name for this invocation, as its log lines carry it."""
        number: int
        """Which invocation of this environment this is; the first, 1, is the cold one."""

        @property
        def has_fired(self) -> bool:
            """Whether the deadline came: what is raised from then on is its doing."""

        def remaining_ms(self) -> int:
            """Milliseconds until the tool is interrupted, never negative."""

        def watch(self, answer: Watched) -> None:
            """Begin to keep `answer` alive and to end it before the deadline."""

        def enter_tool(self) -> None:
            """Learn that the tool's modules are imported and its own code runs next."""

        def unwatch(self) -> None:
            """Stop watching: the tool returned."""

        def report(self, error: BaseException) -> None:
            """Write a failure that is not the client's, with its traceback, to the log."""
