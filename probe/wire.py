"""Send questions and note when each part of the answers comes.

The only module that touches the network. It judges nothing: whatever happens is an exchange.
A server that lost its way may well send back what it was sent: credentials are stars in what is
noted of an answer, so that nothing that is told of it has them.
"""

import contextlib
import math
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise
from typing import Any, Final

import httpx2

from firstbyte.probe import exchange as seen
from firstbyte.probe.exchange import Arrival, Exchange, OutOfTime, Request, Trouble
from firstbyte.probe.plan import Plan
from firstbyte.probe.signature import Signature

_CONNECT_S: Final = 10.0
_MAX_OCTETS: Final = 16 * 1024 * 1024
"""More than Lambda gives buffered, and more than any client wants of an answer."""

_SECRET: Final = re.compile(r"(?!mcp-).*(?:auth|cookie|key|password|secret|token)")
"""Names of headers that hold credentials; those of the protocol hold none."""
_SECRET_CHARACTERS: Final = 8
"""Shorter ones, which guard nothing, are words that an answer may have anyway."""

_CONNECTED: Final = "connection.connect_tcp.complete"
_ENCRYPTED: Final = "connection.start_tls.complete"


class Wire:
    """One client's connections. Use as a context manager.

    `timeout_s` bounds each answer as a whole, however it comes. `auth` signs what is not
    anonymous. Nothing is asked that might not be answered by `until_s`, on the clock of
    `time.monotonic`.
    """

    def __init__(
        self, timeout_s: float, auth: httpx2.Auth | None = None, until_s: float = math.inf
    ) -> None:
        self._timeout_s = timeout_s
        self._auth = auth
        self._last_s = until_s - _CONNECT_S - timeout_s
        self._trust = httpx2.create_ssl_context()
        self._idle: list[_Line] = []
        self._lines: list[_Line] = []

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        for line in self._lines:
            line.close()

    def send(self, request: Request) -> Exchange:
        """Ask one question and read the answer to its end.

        Raises:
            OutOfTime: there is no time for it.
        """
        delay_s = min(request.delay_s, self._timeout_s)
        if time.monotonic() + delay_s > self._last_s:
            raise OutOfTime
        time.sleep(delay_s)
        line = self._line()
        try:
            auth = None if request.is_anonymous else self._auth
            return _Watch(request, self._timeout_s, line).take(auth)
        finally:
            self._idle.append(line)

    def send_all(self, requests: Sequence[Request]) -> tuple[Exchange, ...]:
        """Ask all of them at once, so that no environment can answer two.

        Raises:
            OutOfTime: there is no time for one of them.
        """
        with ThreadPoolExecutor(max_workers=max(1, len(requests))) as threads:
            return tuple(threads.map(self.send, requests))

    def _line(self) -> "_Line":
        """Return the line that was used last, or a new one if all are in use."""
        try:
            return self._idle.pop()
        except IndexError:
            line = _Line(self._timeout_s, self._trust)
            self._lines.append(line)
            return line


class _Line:
    """One connection at a time, which can be cut from another thread, whatever waits for it."""

    def __init__(self, timeout_s: float, trust: ssl.SSLContext) -> None:
        timeout = httpx2.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s))
        self.client = httpx2.Client(timeout=timeout, verify=trust)
        self._socket: socket.socket | None = None

    def hold(self, connected: socket.socket) -> None:
        """Keep hold of a new connection, also while TLS is wrapped around it."""
        self._let_go()
        self._socket = connected.dup()

    def cut(self) -> None:
        """End the connection both ways."""
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close what is open."""
        self.client.close()
        self._let_go()

    def _let_go(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None


class _Watch:
    """What is seen of one answer so far."""

    def __init__(self, request: Request, timeout_s: float, line: _Line) -> None:
        self._request = request
        self._timeout_s = timeout_s
        self._line = line
        self._is_late = False
        self._asked_at_s = time.time()
        self._start_s = time.perf_counter()
        self._connected_s = 0.0
        self._head_s = 0.0
        self._status = 0
        self._headers: dict[str, str] = {}
        self._arrivals: list[Arrival] = []
        self._secrets: list[str] = []

    def take(self, auth: httpx2.Auth | None) -> Exchange:
        """Send the request and note everything."""
        end = threading.Timer(self._timeout_s, self._give_up)
        end.start()
        try:
            trouble = self._ask(auth)
        except httpx2.ConnectTimeout:
            trouble = Trouble(seen.REFUSED, f"no connection after {self._passed_s():.0f} s")
        except httpx2.TimeoutException:
            trouble = self._timeout()
        # An impossible host name is a UnicodeError; a refused signature is the caller's.
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as error:
            said = self._masked(str(error) or type(error).__name__)
            trouble = self._timeout() if self._is_late else Trouble(_kind_of(error), said)
        finally:
            end.cancel()
            end.join()
        return Exchange(
            self._request,
            self._status,
            {name: self._masked(value) for name, value in self._headers.items()},
            self._connected_s,
            self._head_s,
            self._masked_arrivals(),
            self._passed_s(),
            trouble,
            self._asked_at_s,
        )

    def _ask(self, auth: httpx2.Auth | None) -> Trouble | None:
        sent = self._request.headers
        request = self._line.client.build_request(
            self._request.method,
            self._request.url,
            # As octets: what a server gave to be repeated need not be ASCII.
            headers=[(it.encode(), value.encode()) for it, value in sent.items()],
            content=self._request.body or None,
            extensions={"trace": self._trace},
        )
        self._secrets = _secrets_of(request)
        # Clients follow to public documents, and with nothing that is a secret.
        is_public = self._request.is_anonymous and self._request.method == "GET"
        response = self._line.client.send(
            request, auth=auth, stream=True, follow_redirects=is_public
        )
        try:
            return self._read(response)
        finally:
            response.close()

    def _trace(self, event: str, told: dict[str, Any]) -> None:
        if event in (_CONNECTED, _ENCRYPTED):
            self._connected_s = self._passed_s()
        if event == _CONNECTED:
            self._line.hold(told["return_value"].get_extra_info("socket"))
            if self._is_late:
                self._line.cut()

    def _give_up(self) -> None:
        self._is_late = True
        self._line.cut()

    def _read(self, response: httpx2.Response) -> Trouble | None:
        self._head_s = self._passed_s()
        # A signature was made on the way.
        self._secrets = _secrets_of(response.request)
        self._status = response.status_code
        self._headers = {name.lower(): value for name, value in response.headers.items()}
        count = 0
        for octets in response.iter_bytes():
            at_s = self._passed_s()
            self._arrivals.append(Arrival(at_s, octets))
            count += len(octets)
            if count > _MAX_OCTETS:
                return Trouble(seen.TOO_LARGE, f"more than {_MAX_OCTETS} octets")
            if self._request.is_enough and self._request.is_enough(octets):
                return None
        # What has no length seems whole where it was cut.
        return self._timeout() if self._is_late else None

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "*" * len(secret))
        return text

    def _masked_arrivals(self) -> tuple[Arrival, ...]:
        """Return the arrivals without credentials, of which one may have come in two parts."""
        whole = b"".join(it.octets for it in self._arrivals)
        for secret in map(str.encode, self._secrets):
            whole = whole.replace(secret, b"*" * len(secret))
        ends = accumulate((len(it.octets) for it in self._arrivals), initial=0)
        return tuple(
            it._replace(octets=whole[start:end])
            for it, (start, end) in zip(self._arrivals, pairwise(ends), strict=True)
        )

    def _timeout(self) -> Trouble:
        return Trouble(seen.TIMEOUT, f"not over after {self._timeout_s:g} s")

    def _passed_s(self) -> float:
        return time.perf_counter() - self._start_s


def _secrets_of(request: httpx2.Request) -> list[str]:
    sent = request.headers.items()
    # The last word: before it may stand the scheme.
    words = [value.split()[-1:] for name, value in sent if _SECRET.match(name)]
    return [it for last in words for it in last if len(it) >= _SECRET_CHARACTERS]


def _kind_of(error: BaseException) -> str:
    for each in _causes(error):
        if isinstance(each, (socket.gaierror, UnicodeError, httpx2.InvalidURL)):
            return seen.NAME
        if isinstance(each, ssl.SSLCertVerificationError):
            return seen.CERTIFICATE
        if isinstance(each, ssl.SSLError):
            return seen.TLS
        if isinstance(each, ConnectionRefusedError):
            return seen.REFUSED
    return seen.LOST


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield what the libraries wrapped, the innermost first."""
    if error is not None:
        yield from _causes(error.__cause__ or error.__context__)
        yield error


def open_wire(plan: Plan, until_s: float = math.inf) -> Wire:
    """Return the connections that a plan needs, for as long as `Wire` says.

    Raises:
        Unsignable: a signature is asked for and cannot be made.
    """
    return Wire(plan.timeout_s, Signature(plan.url) if plan.is_signed else None, until_s)
