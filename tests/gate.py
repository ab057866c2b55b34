"""A gate that a function in another process waits at until the test opens it."""

import socket

from tests.waiting import BOUND_S


class Gate:
    """Listens on `port`, and waits `patience_s` for a visitor. Use as a context manager."""

    def __init__(self, patience_s: float = BOUND_S) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(patience_s)
        self.port = self._listener.getsockname()[1]
        self._visitor: socket.socket | None = None

    def __enter__(self) -> "Gate":
        return self

    def __exit__(self, *_: object) -> None:
        if self._visitor is not None:
            self._visitor.close()
        self._listener.close()

    def wait_for_visitor(self) -> None:
        """Return when somebody waits here."""
        self._visitor, _ = self._listener.accept()

    def open(self) -> None:
        """Let whoever waits go on, when it has come."""
        if self._visitor is None:
            self.wait_for_visitor()
        self._visitor.sendall(b"!")
