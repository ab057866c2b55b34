"""Turn the octets of an event stream into events, as they come.

Source: WHATWG HTML, section 9.2 "Server-sent events".
"""

from typing import Final, NamedTuple

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_DIGITS: Final = 9
"""More are no time that anybody waits."""


class Event(NamedTuple):
    """One event. `name` is empty for "message", `event_id` for none."""

    name: str
    data: str
    event_id: str


class EventReader:
    """Takes octets in any pieces and gives each event with its last octet.

    Comments make no event; what is unfinished at the end is no event either. `last_event_id`
    and `retry_ms` are what a client comes back with, and after how long.
    """

    def __init__(self) -> None:
        self._is_new = True
        self._rest: list[bytes] = []
        self._ended_in_cr = False
        self._name = ""
        self._data: list[str] = []
        self._event_id = ""
        self.last_event_id = ""
        self.retry_ms = 0

    def feed(self, octets: bytes) -> list[Event]:
        """Return the events that these octets complete."""
        if not octets:
            return []
        ends_in_cr = octets.endswith(b"\r")
        if self._ended_in_cr and octets.startswith(b"\n"):
            # The second half of a line end that was cut in two.
            octets = octets[1:]
        self._ended_in_cr = ends_in_cr
        if self._is_new:
            octets = b"".join(self._rest) + octets
            if _BYTE_ORDER_MARK.startswith(octets):
                self._rest = [octets]
                return []
            self._is_new = False
            self._rest = []
            octets = octets.removeprefix(_BYTE_ORDER_MARK)
        *lines, rest = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        # A long line that comes in many pieces is put together once.
        if lines:
            lines[0] = b"".join(self._rest) + lines[0]
            self._rest = []
        self._rest.append(rest)
        found = (self._take(line.decode("utf-8", "replace")) for line in lines)
        return [event for event in found if event is not None]

    def _take(self, line: str) -> Event | None:
        if not line:
            return self._finish()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._event_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_ms = int(value[:_DIGITS])
        return None

    def _finish(self) -> Event | None:
        name, data = self._name, self._data
        self._name, self._data = "", []
        self.last_event_id = self._event_id
        return Event(name, "\n".join(data), self._event_id) if data else None
