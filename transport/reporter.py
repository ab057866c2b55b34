"""What a running function says to its caller, and what it asks of it.

What it says goes out as notifications on the answer; what it asks is the dialogue's.

Source: MCP, "Progress", "Logging", "Cancellation".
"""

from _thread import allocate_lock

from firstbyte.transport.errors import StoreFailed, UnknownLevel
from firstbyte.transport.interruption import Cancelled, Interruption
from firstbyte.transport.meta import SEVERITY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.cancellation import Cancellation
    from firstbyte.transport.dialogue import Dialogue
    from firstbyte.transport.method import Exchange
    from firstbyte.transport.service import Change, Question

_LARGEST = 1.7976931348623157e308
"""The largest double; NaN fails any comparison with it."""


class Reporter:
    """Speaks to a function's caller. Satisfies `service.Caller`; any of its threads may speak.

    `interruption` is what made the function leave, or should have: one that it swallows ends
    the call all the same, and from then on nothing more is said.
    """

    __slots__ = (
        "_cancellation",
        "_dialogue",
        "_exchange",
        "_last_progress",
        "_lock",
        "interruption",
        "invocation_number",
        "request_id",
    )

    def __init__(self, exchange: "Exchange") -> None:
        self.request_id = exchange.invocation.request_id
        self.invocation_number = exchange.invocation.number
        self.interruption: Interruption | None = None
        self._exchange = exchange
        self._cancellation = _cancellation_of(exchange)
        self._dialogue: Dialogue | None = None
        self._last_progress: float | None = None
        self._lock = allocate_lock()

    @property
    def capabilities(self) -> "Mapping[str, object]":
        """What the client can be asked for; empty where it cannot be asked."""
        # Imported here: most functions do not ask for it.
        from firstbyte.transport.capability import find_obstacle

        return {} if find_obstacle(self._exchange) else self._exchange.capabilities

    def progress(self, progress: float, total: float | None, message: str | None) -> None:
        """Report progress to a client that gave a token.

        "The progress value MUST increase with each notification": one that does not is dropped.

        Raises:
            Cancelled: the client took the call back.
            ValueError: `progress` or `total` is not a finite number.
        """
        _check_number("progress", progress)
        if total is not None:
            _check_number("total", total)
        token = self._exchange.wishes.progress_token
        if not self._is_heard() or token is None:
            return
        params: dict[str, Any] = {"progressToken": token, "progress": progress}
        if total is not None:
            params["total"] = total
        if message is not None and self._exchange.revision.has_progress_message:
            params["message"] = message
        # Held while writing: of two threads the one that is ahead must not be sent first.
        with self._lock:
            if self._last_progress is None or progress > self._last_progress:
                self._exchange.answer.notify("notifications/progress", params)
                self._last_progress = progress

    def log(self, level: str, data: object, logger: str | None) -> None:
        """Send a log message that is at or above the client's level.

        Raises:
            Cancelled: the client took the call back.
            UnknownLevel: `level` is none of RFC 5424's eight names.
        """
        if level not in SEVERITY:
            raise UnknownLevel(f"{level!r} is not one of {', '.join(SEVERITY)}")
        if self._is_heard() and SEVERITY[level] >= self._exchange.wishes.log_threshold:
            params: dict[str, Any] = {"level": level, "data": data}
            if logger is not None:
                params["logger"] = logger
            self._exchange.answer.notify("notifications/message", params)

    def remaining_ms(self) -> int:
        """Tell how long the function may still run, in milliseconds."""
        return self._exchange.invocation.remaining_ms()

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the client took the call back; then it gets no answer any more."""
        self._look()
        return isinstance(self.interruption, Cancelled)

    def hear_answers(self) -> None:
        """Take in what a modern client sends along when it repeats a call.

        Raises:
            CallEnded: it is not what we asked for.
        """
        params = self._exchange.params
        if "requestState" in params or "inputResponses" in params:
            self._find_dialogue()

    def ask(self, questions: "Mapping[str, Question]") -> "dict[str, object]":
        """Return an answer to each question, or leave the function until there is one.

        Raises:
            Interruption: the call ends here.
            Exception: a question's `refusal`.
        """
        self._stop_if_interrupted()
        try:
            return self._find_dialogue().ask(questions)
        except Interruption as interruption:
            self.interruption = self.interruption or interruption
            raise

    def recall(self, step: str) -> "tuple[object] | None":
        """Return what an earlier round remembered of `step`, in a tuple, or None."""
        return self._find_dialogue().recall(step)

    def remember(self, step: str, value: object) -> None:
        """Let later rounds of this call recall a JSON `value`."""
        self._find_dialogue().remember(step, value)

    def announce(self, change: "Change", uri: str) -> None:
        """Tell all clients that listen; that the store fails is for the log alone.

        Raises:
            ValueError: the server did not say that it announces such changes.
        """
        service, memory = self._exchange.service, self._exchange.memory
        if change not in service.announces:
            raise ValueError(f"{change!r} is not among what Server(announces=...) names")
        if memory.has_store:
            from firstbyte.transport import changes
            from firstbyte.transport.token import audience_of

            try:
                changes.announce(memory, audience_of(service), change, uri)
            except StoreFailed as error:
                self._exchange.invocation.report(error)

    def let_go(self, retry_ms: int | None) -> None:
        """Hang up, where the client can fetch what is still to come; else go on."""
        self._exchange.answer.let_go(retry_ms)

    def _find_dialogue(self) -> "Dialogue":
        with self._lock:
            if self._dialogue is None:
                # Imported here: most functions neither ask nor remember.
                from firstbyte.transport.dialogue import open_dialogue

                self._dialogue = open_dialogue(self._exchange, self._cancellation)
            return self._dialogue

    def _is_heard(self) -> bool:
        """Tell whether what is said now may go out.

        After an interruption it is silence, so that a function can clean up on its way out.
        """
        if self.interruption is not None:
            return False
        self._stop_if_interrupted()
        return True

    def _stop_if_interrupted(self) -> None:
        self._look()
        if self.interruption is not None:
            raise self.interruption

    def _look(self) -> None:
        if (
            self.interruption is None
            and self._cancellation is not None
            and self._cancellation.has_come()
        ):
            self.interruption = Cancelled()


def _cancellation_of(exchange: "Exchange") -> "Cancellation | None":
    """Watch for the cancellation of a call; None for one that nobody can take back."""
    if exchange.session is None or not exchange.memory.has_store:
        return None
    # Imported here, as few calls need it.
    from firstbyte.transport.cancellation import Cancellation

    return Cancellation(exchange)


def _check_number(name: str, value: object) -> None:
    # A bool is an int to Python, and an int may be beyond every double.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -_LARGEST <= value <= _LARGEST:  # type: ignore[operator]
        raise ValueError(f"{name} is not a finite number")
