"""What a running tool can say to its caller, and ask of its call."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Caller(Protocol):
        """The connection to whoever called the tool; the transport implements it."""

        request_id: str
        invocation_number: int
        """Which invocation of this environment this is; the first, 1, is the cold one."""

        def progress(self, progress: float, total: float | None, message: str | None) -> None:
            """Report progress; silent when the client did not ask for it."""

        def log(self, level: str, data: object, logger: str | None) -> None:
            """Send a log message (RFC 5424 level name); silent below the client's level."""

        def remaining_ms(self) -> int:
            """Tell the milliseconds until the call is interrupted, never negative."""


LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
"""The log levels of MCP, mildest first (RFC 5424, section 6.2.1)."""


class Context:
    """The call a tool runs in. A parameter of this type is filled by us, whatever its name.

    What is reported here is on the wire when the method returns.
    """

    __slots__ = ("_caller",)

    def __init__(self, caller: "Caller") -> None:
        self._caller = caller

    @property
    def request_id(self) -> str:
        """Name this invocation as the platform and its log lines do."""
        return self._caller.request_id

    @property
    def invocation_number(self) -> int:
        """Count the invocations of this environment up to this one; 1 is the cold one."""
        return self._caller.invocation_number

    def remaining_ms(self) -> int:
        """Tell the milliseconds until this call is interrupted, never negative."""
        return self._caller.remaining_ms()

    def progress(
        self, progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Report how far the work is; `progress` must grow with every report of a call."""
        self._caller.progress(progress, total, message)

    def log(self, level: str, data: object, logger: str | None = None) -> None:
        """Send the client a log message; `data` is any JSON value.

        Raises:
            ValueError: `level` is none of `LEVELS`.
        """
        if level not in LEVELS:
            raise ValueError(f"log level {level!r} is none of {', '.join(LEVELS)}")
        self._caller.log(level, data, logger)

    def debug(self, data: object, logger: str | None = None) -> None:
        """Log what only someone looking for a fault wants."""
        self._caller.log("debug", data, logger)

    def info(self, data: object, logger: str | None = None) -> None:
        """Log what goes as it should."""
        self._caller.log("info", data, logger)

    def notice(self, data: object, logger: str | None = None) -> None:
        """Log what goes as it should and is worth a look."""
        self._caller.log("notice", data, logger)

    def warning(self, data: object, logger: str | None = None) -> None:
        """Log what may turn out wrong."""
        self._caller.log("warning", data, logger)

    def error(self, data: object, logger: str | None = None) -> None:
        """Log what went wrong."""
        self._caller.log("error", data, logger)
