"""Have an exchange that went over a connection judged by tests/witness.py."""

from firstbyte.transport.request import Request
from tests.witness import check_exchange

_OF_THE_CONNECTION = ("connection", "keep-alive", "transfer-encoding")
"""Headers between two HTTP implementations, which say nothing of our server."""


class Heard:
    """What was asked, and what was told as far as it was heard.

    Of a stream that was left, or cut, the whole events are judged, and that something is
    missing behind them is not. Of any other body that is not whole only the head is.
    """

    def __init__(self, method, path, asked, body, status, told):
        headers = {name.lower(): value for name, value in asked.items()}
        self._asked = Request(method, path, headers, body)
        told = {name.lower(): value for name, value in told.items()}
        self.status = status
        self.headers = {n: v for n, v in told.items() if n not in _OF_THE_CONNECTION}
        self.is_closed = False
        self.is_stream = self.headers.get("content-type") == "text/event-stream"
        self._pieces = []

    @property
    def body(self):
        """The octets of the body, up to the end of its last whole event if it is not whole."""
        octets = b"".join(self._pieces)
        return octets if self.is_closed else octets[: octets.rfind(b"\n\n") + 1]

    def note(self, piece):
        """Hear some more octets; none are the end."""
        self._pieces.append(piece)
        self.is_closed = self.is_closed or not piece

    def judge(self):
        """Fail for whatever broke a rule."""
        check_exchange(self._asked, self)
