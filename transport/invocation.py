"""What the transport has to know of the call it runs in: time left, a name, a watch, a log."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Watched(Protocol):
        """An answer somebody else may have to speak for while its tool computes.

        Both methods are called from another thread, or from the main thread after the tool was
        interrupted; both do nothing once the answer is over.
        """

        is_writing: bool
        """True while the main thread is inside a write: nothing may be raised there, since an
        unknown part of it would be on the wire."""

        def keep_alive(self) -> None:
            """Show the client that the call is alive: an SSE comment, opening the stream if needed."""

        def expire(self, wait_s: float) -> bool:
            """End the answer with the deadline's error; False if a write held it for `wait_s`."""

    class Invocation(Protocol):
        """The invocation an exchange belongs to."""

        request_id: str
        """The platform's name for this invocation, as its log lines carry it."""

        def remaining_ms(self) -> int:
            """Milliseconds until the tool is interrupted, never negative."""

        def watch(self, answer: Watched) -> None:
            """Begin to keep `answer` alive and to end it before the deadline."""

        def enter_tool(self) -> None:
            """The tool's modules are imported and its own code runs next."""

        def unwatch(self) -> None:
            """The tool returned: stop watching."""

        def report(self, error: BaseException) -> None:
            """Write a failure that is not the client's, with its traceback, to the log."""
