"""probe/wire.py: what is noted of an answer is what came and when."""

import contextlib
import fcntl
import socket
import sys
import termios
import threading
import time
from dataclasses import replace

import httpx2
import pytest

from firstbyte.probe import exchange as seen
from firstbyte.probe.exchange import Request
from firstbyte.probe.wire import Wire
from tests.waiting import BOUND_S, wait_until

HEAD = b"HTTP/1.1 200 OK\r\nX-One: a\r\nX-One: b\r\nTransfer-Encoding: chunked\r\n\r\n"


def _is_taken(connection):
    """Whether the peer has acknowledged all that was sent."""
    left = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(left, sys.byteorder) == 0


@contextlib.contextmanager
def answering(*scripts):
    """A URL at which each connection is answered by one of these functions of its socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(BOUND_S)

        def serve():
            for script in scripts:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(BOUND_S)
                    connection.recv(65536)
                    script(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        finally:
            thread.join()


def ask(url, timeout_s=BOUND_S):
    with Wire(timeout_s) as wire:
        return wire.send(Request("list", "modern", "POST", url, {}, b"{}", 1))


def test_each_part_is_noted_when_it_comes():
    def script(connection):
        # The kernel tells when the client has it: nothing is left in the queue.
        connection.sendall(HEAD + b"1\r\na\r\n")
        wait_until(lambda: _is_taken(connection), "the first part is taken")
        connection.sendall(b"1\r\nb\r\n0\r\n\r\n")

    with answering(script) as url:
        exchange = ask(url)
    first, second = exchange.arrivals
    assert (first.octets, second.octets) == (b"a", b"b")
    assert 0 < exchange.connected_s <= exchange.head_s <= first.at_s < second.at_s
    assert second.at_s <= exchange.ended_s
    assert exchange.headers["x-one"] == "a, b"
    assert exchange.trouble is None


@pytest.mark.parametrize(
    ("script", "status", "kind"),
    [
        pytest.param(lambda it: None, 0, seen.LOST, id="nothing"),
        pytest.param(lambda it: it.sendall(b"SSH-2.0\r\n"), 0, seen.LOST, id="no HTTP"),
        pytest.param(lambda it: it.sendall(HEAD + b"1\r\na\r\n"), 200, seen.LOST, id="cut"),
    ],
)
def test_a_broken_answer_is_noted_as_far_as_it_came(script, status, kind):
    with answering(script) as url:
        exchange = ask(url)
    assert (exchange.status, exchange.trouble.kind) == (status, kind)
    assert exchange.body == (b"a" if status else b"")


def test_a_body_that_goes_on_for_ever_is_given_up():
    def drips(connection):
        connection.sendall(HEAD)
        while True:
            connection.sendall(b"4\r\n: x\n\r\n")

    with answering(drips) as url:
        exchange = ask(url, timeout_s=0.2)
    assert exchange.trouble.kind in (seen.TIMEOUT, seen.TOO_LARGE)
    assert exchange.body.startswith(b": x\n")


def test_an_answer_larger_than_any_is_given_up():
    def floods(connection):
        connection.sendall(HEAD)
        while True:
            connection.sendall(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")

    with answering(floods) as url:
        assert ask(url).trouble.kind == seen.TOO_LARGE


def test_what_may_not_be_answered_in_time_is_not_asked():
    with answering(lambda it: it.sendall(HEAD + b"0\r\n\r\n")) as url:
        request = Request("list", "modern", "POST", url, {}, b"{}", 1)
        now_s = time.monotonic()
        # A connection may take 10 seconds, and an answer its timeout.
        with Wire(BOUND_S, until_s=now_s + BOUND_S + 10) as wire:
            with pytest.raises(seen.OutOfTime):
                wire.send_all([request, request])
            with pytest.raises(seen.OutOfTime):
                wire.send(request)
        with Wire(BOUND_S, until_s=now_s + 2 * BOUND_S + 10) as wire:
            # What has to be waited for before takes of the same time.
            with pytest.raises(seen.OutOfTime):
                wire.send(replace(request, delay_s=3 * BOUND_S))
            assert wire.send(request).status == 200


@pytest.mark.parametrize("name", ["authorization", "x-api-key", "x-amz-security-token"])
def test_what_comes_back_of_credentials_is_not_noted(name):
    token = "s3cr3t-token"
    echo = f"HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer got {token}\r\n".encode()
    first, second = f'{{"a": "{token[:5]}', f'{token[5:]}", "b": "{token}"}}'
    parts = [f"{len(it):x}\r\n{it}\r\n".encode() for it in (first, second)]

    def script(connection):
        connection.sendall(echo + b"Transfer-Encoding: chunked\r\n\r\n" + parts[0])
        wait_until(lambda: _is_taken(connection), "the first part is taken")
        connection.sendall(parts[1] + b"0\r\n\r\n")

    with answering(script) as url, Wire(BOUND_S) as wire:
        headers = {name: f"Bearer {token}", "mcp-param-key": "Bearer"}
        exchange = wire.send(Request("list", "modern", "POST", url, headers, b"{}", 1))
    stars = "*" * len(token)
    assert exchange.headers["www-authenticate"] == f"Bearer got {stars}"
    assert exchange.body.decode() == f'{{"a": "{stars}", "b": "{stars}"}}'
    assert [len(it.octets) for it in exchange.arrivals] == [len(first), len(second)]


@pytest.mark.parametrize(
    ("before", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", id="a head that drips"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="a head that never comes"),
        pytest.param(HEAD, b"1\r\na\r\n", id="a body that drips"),
        pytest.param(HEAD + b"1;", b"x", id="an extension that drips"),
        pytest.param(HEAD + b"0\r\nX-A: ", b"a", id="a trailer that drips"),
        pytest.param(
            HEAD.replace(b"X-One: a", b"Content-Encoding: gzip")
            + b"a\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03\r\n",
            b"5\r\n\0\0\0\xff\xff\r\n",
            id="a body that unpacks to nothing",
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"a", id="a body without a length"),
    ],
)
def test_what_never_ends_is_given_up_in_time(before, drop):
    is_over = threading.Event()

    def drips(connection):
        connection.sendall(before)
        while not is_over.wait(0.01):
            connection.sendall(drop)

    with answering(drips) as url:
        exchange = ask(url, timeout_s=0.3)
        is_over.set()
    assert exchange.trouble == (seen.TIMEOUT, "not over after 0.3 s")


def test_a_handshake_that_drips_is_given_up_in_time():
    is_over = threading.Event()

    def drips(connection):
        connection.sendall(b"\x16\x03\x03\x40\x00")
        while not is_over.wait(0.01):
            connection.sendall(b"\0")

    with answering(drips) as url:
        exchange = ask(url.replace("http:", "https:"), timeout_s=0.3)
        is_over.set()
    assert exchange.trouble.kind == seen.TIMEOUT


def test_of_a_stream_that_others_share_no_more_is_read_than_is_enough():
    is_over = threading.Event()

    def stays_open(connection):
        connection.sendall(HEAD + b"1\r\na\r\n")
        is_over.wait(BOUND_S)

    with answering(stays_open) as url, Wire(BOUND_S) as wire:
        request = Request("call", "legacy", "GET", url, {}, is_enough=lambda part: part == b"a")
        exchange = wire.send(request)
        is_over.set()
    assert (exchange.body, exchange.trouble) == (b"a", None)


def test_what_was_given_up_does_not_spoil_the_next_answer():
    is_over = threading.Event()
    whole = b"HTTP/1.1 204 No Content\r\n\r\n"

    def late_and_whole(connection):
        is_over.wait(BOUND_S)

    with answering(late_and_whole, lambda it: it.sendall(whole)) as url:
        request = Request("list", "modern", "POST", url, {}, b"{}", 1)
        with Wire(1) as wire:
            late = wire.send(request)
            is_over.set()
            next_one = wire.send(request)
    assert (late.trouble.kind, next_one.status) == (seen.TIMEOUT, 204)


def test_credentials_in_what_the_library_complains_of_are_not_noted():
    headers = {"authorization": "Bearer s3cr3t-token\n"}
    with answering(lambda it: None) as url, Wire(BOUND_S) as wire:
        request = Request("list", "modern", "POST", url, headers, b"{}", 1)
        trouble = wire.send(request).trouble
    assert "******" in trouble.text
    assert "s3cr3t" not in trouble.text


def test_silence_is_given_up():
    is_over = threading.Event()
    with answering(lambda it: is_over.wait(BOUND_S)) as url:
        exchange = ask(url, timeout_s=0.2)
        is_over.set()
    assert (exchange.status, exchange.trouble.kind) == (0, seen.TIMEOUT)


def test_questions_asked_together_are_on_their_way_together():
    together = threading.Barrier(2, timeout=BOUND_S)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                together.wait()
                connection.sendall(HEAD + b"0\r\n\r\n")

        threads = [threading.Thread(target=serve) for _ in range(2)]
        for thread in threads:
            thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        requests = [Request("list", "modern", "POST", url, {}, b"{}", it) for it in (1, 2)]
        with Wire(BOUND_S) as wire:
            exchanges = wire.send_all(requests)
        for thread in threads:
            thread.join()
    assert [it.status for it in exchanges] == [200, 200]
    assert [it.request.number for it in exchanges] == [1, 2]


def test_what_listens_on_no_port_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}/").trouble.kind == seen.REFUSED


def test_a_port_that_speaks_plainly_breaks_tls():
    with answering(lambda it: it.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        assert ask(url.replace("http:", "https:")).trouble.kind == seen.TLS


@pytest.mark.parametrize("url", ["http://a..b/", "http://[/", "http://x:y/"])
def test_an_impossible_host_is_a_name_that_is_not_known(url):
    exchange = ask(url)
    assert (exchange.status, exchange.trouble.kind) == (0, seen.NAME)


class Counting(httpx2.Auth):
    """Signs nothing and counts."""

    def __init__(self):
        self.count = 0

    def auth_flow(self, request):
        self.count += 1
        yield request


def test_what_is_anonymous_is_not_signed():
    signing = Counting()
    answers = [lambda it: it.sendall(HEAD + b"0\r\n\r\n")] * 2
    with answering(*answers) as url:
        for is_anonymous in (True, False):
            with Wire(BOUND_S, signing) as wire:
                wire.send(Request("a", "", "GET", url, {}, is_anonymous=is_anonymous))
            assert signing.count == (not is_anonymous)


def test_a_word_that_guards_nothing_is_left_as_it_is():
    octets = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nseven77"
    with answering(lambda it: it.sendall(octets)) as url, Wire(BOUND_S) as wire:
        headers = {"authorization": "Bearer seven77"}
        exchange = wire.send(Request("a", "", "POST", url, headers, b"{}", 1))
    assert exchange.body == b"seven77"


def test_a_public_document_is_followed_to_and_nothing_else():
    moved = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    found = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nb"

    def both(connection):
        connection.sendall(moved)
        connection.recv(65536)
        connection.sendall(found)

    with answering(both, lambda it: it.sendall(moved)) as url, Wire(BOUND_S) as wire:
        document = wire.send(Request("metadata", "", "GET", url, {}, is_anonymous=True))
        answer = wire.send(Request("list", "modern", "POST", url, {}, b"{}", 1))
    assert (document.status, document.body) == (200, b"b")
    assert answer.status == 302
