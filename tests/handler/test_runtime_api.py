"""handler/runtime_api.py: one socket for all answers, and every way to lose it."""

import os
import signal
import socket
from pathlib import Path

import pytest

from firstbyte.handler.errors import ConnectionLost
from firstbyte.handler.invocation import Invocation
from firstbyte.handler.runtime_api import RuntimeApi, echo
from tests.handler.fakes import (
    API,
    NO_REPLY,
    REFUSED,
    REQUEST_ID,
    Poller,
    patiently,
)

INVOCATION = Invocation({"Lambda-Runtime-Aws-Request-Id": REQUEST_ID}, b"{}")
CHUNKED = b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"


def post(api, body=b"body"):
    api.post("/p", {"X-A": "1"}, "text/plain", body)


def test_a_post_arrives_whole_below_the_versions_path(server, api):
    post(api)
    arrived = server.post()
    assert (arrived.path, arrived.body) == (f"{API}/p", b"body")
    assert arrived.headers == [
        (b"host", server.address.encode()),
        (b"x-a", b"1"),
        (b"content-type", b"text/plain"),
        (b"content-length", b"4"),
    ]


def test_several_posts_share_one_connection(server, api):
    for body in (b"1", b"", b"3" * 100_000):
        post(api, body)
    assert [(arrived.connection, len(arrived.body)) for arrived in posts(server, 3)] == [
        (0, 1),
        (0, 0),
        (0, 100_000),
    ]


def test_a_connection_closed_in_between_is_opened_again(server, api):
    server.reply_next(TOO_LARGE, closes=True)
    post(api)
    patiently(server.closed.acquire)
    post(api)
    assert [arrived.connection for arrived in posts(server, 2)] == [0, 1]


def test_a_connection_with_octets_nobody_asked_for_is_opened_again(server, api):
    server.reply_next(TOO_LARGE + b"HTTP/1.1 500 Late\r\n\r\n" + bytes(4096))
    post(api)
    post(api)
    assert [arrived.connection for arrived in posts(server, 2)] == [0, 1]


def test_a_streamed_answer_too_notices_a_closed_connection(server, api):
    server.reply_next(TOO_LARGE, closes=True)
    post(api)
    patiently(server.closed.acquire)
    stream(api)
    assert [arrived.connection for arrived in posts(server, 2)] == [0, 1]


def test_a_streamed_answer_shares_the_connection(server, api):
    post(api)
    stream(api)
    post(api)
    assert [arrived.connection for arrived in posts(server, 3)] == [0, 0, 0]


def test_a_reply_of_unknown_length_ends_its_connection(server, api):
    server.reply_next(CHUNKED)
    post(api)
    post(api)
    assert [arrived.connection for arrived in posts(server, 2)] == [0, 1]


def test_an_answer_too_large_is_the_callers_to_learn_and_we_live_on(server, api):
    server.reply_next(TOO_LARGE)
    post(api)
    post(api)
    assert [arrived.connection for arrived in posts(server, 2)] == [0, 0]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        pytest.param(REFUSED, "refused the answer with 403", id="403"),
        pytest.param(b"HTTP/1.1 500 No\r\n\r\n", "refused the answer with 500", id="500"),
        pytest.param(NO_REPLY, "closed before a reply came", id="no reply"),
        pytest.param(b"HTTP/1.1 202 OK\r\nCont", "closed before a reply came", id="a cut head"),
        pytest.param(
            b"HTTP/1.1 202 OK\r\nContent-Length: 9\r\n\r\nhalf",
            "closed before a reply came",
            id="a cut body",
        ),
        pytest.param(b"\x16\x03\x01\r\n\r\n", "no HTTP status line", id="no HTTP"),
        pytest.param(b"x" * 200_000, "longer than 65536 bytes", id="no end"),
        pytest.param(
            b"HTTP/1.1 202 OK\r\nContent-Length: 999999\r\n\r\n" + b"x" * 200_000,
            "longer than 65536 bytes",
            id="too long a body",
        ),
    ],
)
def test_any_other_reply_is_a_lost_connection(server, api, reply, message):
    server.reply_next(reply, closes=True)
    with pytest.raises(ConnectionLost, match=message):
        post(api)


def test_pieces_arrive_whole_though_signals_come_between(server, api):
    ticks = []

    def tick(*_):
        ticks.append(None)
        if len(ticks) == 3:
            server.read_on()

    body = b"x" * 16_000_000
    before = signal.signal(signal.SIGALRM, tick)
    try:
        server.withhold()
        api.send((api.begin_stream(INVOCATION),))
        patiently(server.withheld.wait)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        api.send((b"%x\r\n" % len(body), body, b"\r\n", b"0\r\n\r\n"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    api.read_reply()
    assert server.post().body == body


def test_a_connection_reset_amid_an_answer_is_lost(server, api):
    api.send((api.begin_stream(INVOCATION),))
    patiently(server.began.wait)
    server.cut()
    with pytest.raises(ConnectionLost, match="connection broke"):
        api.send((b"1\r\nx\r\n",))


def test_a_runtime_api_that_is_not_there_is_a_lost_connection():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        api = RuntimeApi(f"127.0.0.1:{listener.getsockname()[1]}", Poller())
        with pytest.raises(ConnectionLost, match="connection broke"):
            post(api)


def test_small_writes_leave_at_once(server, api):
    post(api)
    assert [no_delay for peer, no_delay in tcp_sockets() if peer == server.address] == [1]


def test_next_is_what_the_native_client_polled():
    api = RuntimeApi("h:1", Poller((b"{}", {"Lambda-Runtime-Aws-Request-Id": "r"})))
    invocation = api.next()
    assert (invocation.request_id, invocation.body) == ("r", b"{}")


def test_a_refused_poll_is_a_lost_connection():
    with pytest.raises(ConnectionLost, match=r"^no next invocation: 403$"):
        RuntimeApi("h:1", Poller()).next()


def test_the_invocation_id_is_echoed_where_one_came(server, api):
    invocation = Invocation({"Lambda-Runtime-Invocation-Id": "i"}, b"")
    stream(api, invocation)
    assert server.post().header("lambda-runtime-invocation-id") == [b"i"]
    assert echo(invocation) == {"Lambda-Runtime-Invocation-Id": "i"}
    assert echo(INVOCATION) == {}


def stream(api, invocation=INVOCATION):
    api.send((api.begin_stream(invocation) + b"1\r\nx\r\n0\r\n\r\n",))
    api.read_reply()


def posts(server, count):
    return [server.post() for _ in range(count)]


def tcp_sockets():
    """The peer and the TCP_NODELAY of every connected socket of this process."""
    for entry in Path("/proc/self/fd").iterdir():
        try:
            connection = socket.socket(fileno=os.dup(int(entry.name)))
        except OSError:
            continue
        with connection:
            if connection.family != socket.AF_INET:
                continue
            try:
                host, port = connection.getpeername()
            except OSError:
                continue
            yield (
                f"{host}:{port}",
                connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY),
            )
