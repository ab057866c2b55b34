"""What a server offers, as the transport sees it: descriptions to list, tools to call."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    class Caller(Protocol):
        """What a running tool may say to whoever called it."""

        request_id: str
        invocation_number: int

        def progress(self, progress: float, total: float | None, message: str | None) -> None:
            """Report progress; silent when the client did not ask for it."""

        def log(self, level: str, data: object, logger: str | None) -> None:
            """Send a log message (RFC 5424 level name); silent below the client's level."""

        def remaining_ms(self) -> int:
            """Milliseconds until the call is interrupted, never negative."""

    class Outcome(Protocol):
        """What a call of a tool came to, as JSON values of the newest revision."""

        content: Sequence[Mapping[str, object]]
        """Content blocks."""
        structured: object
        """The structured result; meaningless unless `has_structured`."""
        has_structured: bool
        is_error: bool

    class Tool(Protocol):
        """One tool, ready to be called."""

        def call(self, arguments: Mapping[str, object], caller: Caller) -> Outcome:
            """Validate, run, convert.

            A fault of the tool or its arguments is an outcome with `is_error`.

            Raises:
                Exception: whatever else the tool raised; ours to log and to hide.
            """

    class Service(Protocol):
        """A server's offer. Reading `identity` and `instructions` imports no tool."""

        identity: Mapping[str, object]
        """An MCP `Implementation`: name, version, and title where given."""
        instructions: str
        """Empty means none."""
        has_tools: bool

        def list_tools(self) -> Sequence[Mapping[str, object]]:
            """MCP `Tool` objects of the newest revision, in a stable order."""

        def find_tool(self, name: str) -> Tool | None:
            """Look up the tool of that name, importing it if need be; None if there is none."""
