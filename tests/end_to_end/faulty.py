"""Stand in front of a server and do one thing wrong."""

import contextlib
import http.client
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.waiting import BOUND_S

_HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "keep-alive"}


class Asked(NamedTuple):
    """A request on its way in; header names are lowercase."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def told(self, **headers):
        """Return it with other headers; None takes one away."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        merged = {**self.headers, **changed}
        kept = {name: value for name, value in merged.items() if value is not None}
        return self._replace(headers=kept)


class Answered(NamedTuple):
    """A response on its way out, its body in pieces as they come."""

    status: int
    headers: Mapping[str, str]
    body: Iterable[bytes]

    @property
    def is_stream(self):
        """Whether it is a stream of events."""
        return self.headers.get("content-type", "").startswith("text/event-stream")

    def events(self):
        """Each server-sent event with the blank line behind it, comments included."""
        rest = b""
        for piece in self.body:
            *whole, rest = (rest + piece).split(b"\n\n")
            yield from (event + b"\n\n" for event in whole)


class Front:
    """Listens at `url`, hands everything on to the server, and back. Use as a context manager.

    `fault(asked, forward)` makes the answer; `forward(asked)` is the server's. A fault that
    crashes instead fails the block.
    """

    def __init__(self, server_url: str, fault: Callable):
        place = urlsplit(server_url)
        crashes = self._crashes = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                size = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, self.rfile.read(size))
                # Whatever becomes of the answer, nothing stays open.
                with contextlib.ExitStack() as opened:

                    def forward(asked):
                        return _forward(place, asked, opened)

                    self._reply(fault(asked, forward))

            # As the base class calls them.
            do_GET = do_DELETE = do_OPTIONS = do_POST  # noqa: N815

            def _reply(self, answered):
                self.send_response(answered.status)
                for name, value in answered.headers.items():
                    self.send_header(name, value)
                # 204 has no body, and says nothing of one.
                if answered.status == 204:
                    self.end_headers()
                    return
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for piece in answered.body:
                    if piece:
                        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *_):
                """Say nothing."""

        class Listener(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                """Whoever hangs up, client or server, is not heard of again."""
                error = sys.exception()
                if not isinstance(error, (OSError, http.client.HTTPException)):
                    crashes.append(error)

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._listener.server_port}{place.path}"
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.02}
        )

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        if self._crashes:
            raise self._crashes[0]


def _forward(place, asked, opened):
    connection = http.client.HTTPConnection(place.hostname, place.port, BOUND_S)
    opened.callback(connection.close)
    headers = {name: each for name, each in asked.headers.items() if name not in _HOP_BY_HOP}
    connection.request(asked.method, asked.path, asked.body, headers)
    response = opened.enter_context(connection.getresponse())
    headers = {name.lower(): value for name, value in response.getheaders()}
    kept = {name: value for name, value in headers.items() if name not in _HOP_BY_HOP}
    return Answered(response.status, kept, iter(lambda: response.read1(65536), b""))
