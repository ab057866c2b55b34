"""What a running tool says to its caller, as notifications on the answer.

Source: MCP, "Progress" and "Logging".
"""

from _thread import allocate_lock

from firstbyte.transport.errors import UnknownLevel
from firstbyte.transport.meta import SEVERITY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from firstbyte.transport.answer import Answer
    from firstbyte.transport.invocation import Invocation
    from firstbyte.transport.meta import Wishes
    from firstbyte.transport.revision import Revision

_LARGEST = 1.7976931348623157e308
"""The largest double; NaN fails any comparison with it."""


class Reporter:
    """The caller's ear. Satisfies `service.Caller`; any thread of the tool may speak."""

    __slots__ = (
        "_answer",
        "_invocation",
        "_last_progress",
        "_progress_lock",
        "_revision",
        "_wishes",
        "invocation_number",
        "request_id",
    )

    def __init__(
        self, answer: "Answer", wishes: "Wishes", revision: "Revision", invocation: "Invocation"
    ) -> None:
        self.request_id = invocation.request_id
        self.invocation_number = invocation.number
        self._answer = answer
        self._wishes = wishes
        self._revision = revision
        self._invocation = invocation
        self._last_progress: float | None = None
        self._progress_lock = allocate_lock()

    def progress(self, progress: float, total: float | None, message: str | None) -> None:
        """Report progress to a client that gave a token.

        "The progress value MUST increase with each notification": one that does not is dropped.

        Raises:
            ValueError: `progress` or `total` is not a finite number.
        """
        _check_number("progress", progress)
        if total is not None:
            _check_number("total", total)
        token = self._wishes.progress_token
        if token is None:
            return
        params: dict[str, Any] = {"progressToken": token, "progress": progress}
        if total is not None:
            params["total"] = total
        if message is not None and self._revision.has_progress_message:
            params["message"] = message
        # Held while writing: of two threads the one that is ahead must not be sent first.
        with self._progress_lock:
            if self._last_progress is None or progress > self._last_progress:
                self._answer.notify("notifications/progress", params)
                self._last_progress = progress

    def log(self, level: str, data: object, logger: str | None) -> None:
        """Send a log message that is at or above the client's level.

        Raises:
            UnknownLevel: `level` is none of RFC 5424's eight names.
        """
        if level not in SEVERITY:
            raise UnknownLevel(f"{level!r} is not one of {', '.join(SEVERITY)}")
        if SEVERITY[level] >= self._wishes.log_threshold:
            params: dict[str, Any] = {"level": level, "data": data}
            if logger is not None:
                params["logger"] = logger
            self._answer.notify("notifications/message", params)

    def remaining_ms(self) -> int:
        """Tell how long the tool may still run, in milliseconds."""
        return self._invocation.remaining_ms()


def _check_number(name: str, value: object) -> None:
    # A bool is an int to Python, and an int may be beyond every double.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -_LARGEST <= value <= _LARGEST:  # type: ignore[operator]
        raise ValueError(f"{name} is not a finite number")
