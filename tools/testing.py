"""Call a server's tools in process, the way a client's JSON would reach them."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from firstbyte.tools.server import Server


@dataclass(frozen=True, slots=True)
class Called:
    """What a call came to, after a trip through JSON, with what the tool said meanwhile.

    `progress` holds (progress, total, message), `logs` holds (level, data, logger).
    """

    content: list[dict[str, Any]]
    structured: Any
    has_structured: bool
    is_error: bool
    progress: list[tuple[float, float | None, str | None]]
    logs: list[tuple[str, Any, str | None]]

    @property
    def text(self) -> str:
        """Join the text blocks, each on a line of its own."""
        return "\n".join(block["text"] for block in self.content if block["type"] == "text")


class Client:
    """A client of `server` without HTTP between them.

    `remaining_ms` is what every call is told of the time left. Each call is one invocation of
    an environment that is cold when the client is made.
    """

    def __init__(self, server: Server, *, remaining_ms: int = 60_000) -> None:
        self._server = server
        self._remaining_ms = remaining_ms
        self._numbers = count(1)

    def list_tools(self) -> list[dict[str, Any]]:
        """List the tools as a client of the newest revision gets them."""
        listed: list[dict[str, Any]] = _through_json(self._server.list_tools())
        return listed

    def call(self, name: str, /, **arguments: object) -> Called:
        """Call the tool of that name; whatever it raises beside `ToolError` is raised here.

        Raises:
            LookupError: the server has no such tool.
        """
        tool = self._server.find_tool(name)
        if tool is None:
            raise LookupError(f"the server has no tool {name!r}")
        caller = _Recorder(next(self._numbers), self._remaining_ms)
        outcome = tool.call(_through_json(arguments), caller)
        return Called(
            _through_json(outcome.content),
            _through_json(outcome.structured) if outcome.has_structured else None,
            outcome.has_structured,
            outcome.is_error,
            caller.reports,
            caller.logs,
        )


class _Recorder:
    """A caller that keeps what it hears."""

    request_id = "test"

    def __init__(self, invocation_number: int, remaining_ms: int) -> None:
        self.invocation_number = invocation_number
        self._remaining_ms = remaining_ms
        self.reports: list[tuple[float, float | None, str | None]] = []
        self.logs: list[tuple[str, Any, str | None]] = []

    def progress(self, progress: float, total: float | None, message: str | None) -> None:
        self.reports.append((progress, total, message))

    def log(self, level: str, data: object, logger: str | None) -> None:
        self.logs.append((level, _through_json(data), logger))

    def remaining_ms(self) -> int:
        return self._remaining_ms


def _through_json(value: object) -> Any:
    return orjson.loads(orjson.dumps(value))
