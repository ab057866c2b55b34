"""handler/response_stream.py: what reaches the platform, in which order, however it ends."""

import json
import threading
from base64 import b64decode

import pytest

from firstbyte.handler.errors import ConnectionLost, StreamMisuse
from firstbyte.handler.failure import Failure
from firstbyte.handler.invocation import Invocation
from firstbyte.handler.response_stream import ResponseStream, is_streamed, streamify_response
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import NotJson
from tests.handler.fakes import (
    API,
    NO_REPLY,
    REFUSED,
    patiently,
)
from tests.waiting import wait_until

RESPONSE = f"{API}/invocation/r-1/response"
ERROR = f"{API}/invocation/r-1/error"
FAILURE = Failure("Function.Crashed", {"errorMessage": "no disk", "errorType": "Crashed"})
DOCUMENT = {"errorMessage": "no disk", "errorType": "Crashed"}
FLOOD = 64 << 20
"""Octets: more than the kernel's buffers of both sides hold."""

DEFAULT_PRELUDE = {
    "statusCode": 200,
    "headers": {"content-type": "application/octet-stream"},
    "cookies": [],
}


@pytest.fixture
def stream(api):
    return make_stream(api)


def make_stream(api, **headers):
    names = {"Lambda-Runtime-Aws-Request-Id": "r-1"} | headers
    return ResponseStream(api, Invocation(names, b""), Codec())


def answer(post):
    """The prelude and the body of a streamed answer, its trailers and its path checked."""
    assert (post.path, post.trailers, post.chunks[1]) == (RESPONSE, {}, bytes(8))
    return json.loads(post.chunks[0]), post.chunks[2:]


def test_status_headers_and_cookies_travel_in_the_prelude(server, stream):
    stream.open(201, {"Content-Type": "text/plain"}, cookies=["a=1; Path=/", "b=2"])
    stream.write("hi")
    stream.close()
    prelude = {
        "statusCode": 201,
        "headers": {"Content-Type": "text/plain"},
        "cookies": ["a=1; Path=/", "b=2"],
    }
    assert answer(server.post()) == (prelude, [b"hi"])


def test_a_stream_nobody_opened_opens_itself(server, stream):
    stream.write(b"x")
    stream.close()
    assert answer(server.post()) == (DEFAULT_PRELUDE, [b"x"])


def test_headers_may_be_none_at_all(server, stream):
    stream.open(204, {})
    stream.close()
    assert answer(server.post()) == ({"statusCode": 204, "headers": {}, "cookies": []}, [])


def test_text_is_utf8_and_its_length_is_counted_in_characters(server, stream):
    assert stream.write("aü") == 2
    assert stream.write(b"\x00\xff") == 2
    assert stream.write(bytearray(b"12")) == 2
    stream.close("ö")
    assert answer(server.post())[1] == [b"a\xc3\xbc", b"\x00\xff", b"12", b"\xc3\xb6"]


def test_an_answer_without_a_body_still_has_its_prelude(server, stream):
    stream.close()
    assert answer(server.post()) == (DEFAULT_PRELUDE, [])


def test_writing_nothing_does_not_end_the_answer(server, stream):
    assert stream.write(b"") == 0
    stream.write(b"x")
    stream.close(b"")
    assert answer(server.post())[1] == [b"x"]


def test_a_write_is_there_before_the_next_one_is_made(server, stream):
    stream.write(b"x")
    patiently(server.began.wait)
    assert not server.has_post()
    stream.close()
    assert answer(server.post())[1] == [b"x"]


def test_opening_sends_nothing(server, stream):
    stream.open(200, {})
    stream.fail(FAILURE)
    assert server.post().path == ERROR


def test_the_invocation_id_is_echoed_on_every_kind_of_answer(server, api):
    ends = [
        lambda stream: stream.close(),
        lambda stream: stream.post(b"", "text/plain"),
        lambda stream: stream.fail(FAILURE),
    ]
    for end in ends:
        end(make_stream(api, **{"Lambda-Runtime-Invocation-Id": "i"}))
        assert server.post().header("lambda-runtime-invocation-id") == [b"i"]


def test_closing_twice_is_closing_once(server, stream):
    stream.close(b"x")
    stream.close()
    stream.close("")
    assert stream.is_over
    assert answer(server.post())[1] == [b"x"]
    assert not server.has_post()


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(lambda stream: stream.write(b"x"), id="write"),
        pytest.param(lambda stream: stream.write(b""), id="write nothing"),
        pytest.param(lambda stream: stream.open(), id="open"),
        pytest.param(lambda stream: stream.close(b"x"), id="close with data"),
        pytest.param(lambda stream: stream.post(b"", "text/plain"), id="post"),
    ],
)
@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda stream: stream.close(), id="after close"),
        pytest.param(lambda stream: stream.fail(FAILURE), id="after fail"),
        pytest.param(lambda stream: stream.post(b"", "text/plain"), id="after post"),
    ],
)
def test_nothing_follows_the_end(server, stream, end, late):
    end(stream)
    with pytest.raises(StreamMisuse):
        late(stream)
    server.post()
    assert not server.has_post()


@pytest.mark.parametrize(
    "begin", [lambda stream: stream.write(b"x"), lambda stream: stream.open()]
)
def test_an_answer_that_was_begun_is_not_opened_again_nor_made_whole(stream, begin):
    begin(stream)
    with pytest.raises(StreamMisuse):
        stream.open()
    with pytest.raises(StreamMisuse):
        stream.post(b"", "text/plain")


def test_a_whole_answer_is_one_plain_post(server, stream):
    stream.post(b'{"a":1}', "application/json")
    post = server.post()
    assert (post.path, post.body, post.header("content-type")) == (
        RESPONSE,
        b'{"a":1}',
        [b"application/json"],
    )
    assert post.header("lambda-runtime-function-response-mode") == []
    assert stream.is_over


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(lambda stream: None, id="untouched"),
        pytest.param(lambda stream: stream.open(200, {}), id="opened"),
    ],
)
def test_a_failure_before_the_first_octet_is_an_error_post(server, stream, before):
    before(stream)
    assert stream.fail(FAILURE)
    post = server.post()
    assert (post.path, json.loads(post.body)) == (ERROR, DOCUMENT)
    assert post.header("lambda-runtime-function-error-type") == [b"Function.Crashed"]
    assert post.header("content-type") == [b"application/json"]


def test_a_failure_after_the_first_octet_is_told_in_trailers_and_never_posted(server, stream):
    stream.write(b"half")
    assert stream.fail(FAILURE)
    assert stream.fail(FAILURE)
    post = server.post()
    assert (post.path, post.chunks[2:]) == (RESPONSE, [b"half"])
    assert post.trailers[b"lambda-runtime-function-error-type"] == b"Function.Crashed"
    document = b64decode(post.trailers[b"lambda-runtime-function-error-body"])
    assert json.loads(document) == DOCUMENT
    assert not server.has_post()


def test_a_failure_after_the_end_says_nothing(server, stream):
    stream.close()
    assert stream.fail(FAILURE)
    assert answer(server.post()) == (DEFAULT_PRELUDE, [])
    assert not server.has_post()


def test_headers_that_are_no_json_leave_an_error_post_possible(server, stream):
    with pytest.raises(NotJson):
        stream.open(200, {"a": b"bytes"})
    stream.fail(FAILURE)
    assert server.post().path == ERROR


def lose_amid_a_write(server, stream):
    stream.write(b"x")
    patiently(server.began.wait)
    server.cut()
    stream.write(b"y")


def lose_the_reply(server, stream):
    server.reply_next(NO_REPLY)
    stream.close(b"x")


def lose_the_reply_to_a_post(server, stream):
    server.reply_next(REFUSED)
    stream.post(b"x", "text/plain")


def lose_the_reply_to_a_failure(server, stream):
    server.reply_next(REFUSED)
    stream.fail(FAILURE)


def lose_the_reply_to_trailers(server, stream):
    server.reply_next(REFUSED)
    stream.write(b"x")
    stream.fail(FAILURE)


@pytest.mark.parametrize(
    "lose",
    [
        lose_amid_a_write,
        lose_the_reply,
        lose_the_reply_to_a_post,
        lose_the_reply_to_a_failure,
        lose_the_reply_to_trailers,
    ],
)
def test_once_the_platform_is_lost_every_call_says_so(server, stream, lose):
    with pytest.raises(ConnectionLost):
        lose(server, stream)
    for call in (
        lambda: stream.open(),
        lambda: stream.write(b"x"),
        lambda: stream.close(),
        lambda: stream.post(b"x", "text/plain"),
        lambda: stream.fail(FAILURE),
    ):
        with pytest.raises(ConnectionLost):
            call()
    assert not stream.is_writing


def test_threads_that_write_at_once_tear_nothing(server, stream):
    stream.open(200, {})
    pieces = [[b"%d-%d;" % (thread, piece) * 500 for piece in range(60)] for thread in range(4)]
    start = threading.Barrier(len(pieces))

    def write_all(mine):
        start.wait()
        for piece in mine:
            stream.write(piece)

    threads = [threading.Thread(target=write_all, args=(mine,)) for mine in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        patiently(thread.join)
    stream.close()
    arrived = answer(server.post())[1]
    assert sorted(arrived) == sorted(piece for mine in pieces for piece in mine)
    for mine in pieces:
        assert [piece for piece in arrived if piece in set(mine)] == mine


def test_a_reader_that_withholds_holds_the_writer_up(server, stream):
    stream.write(b"x")
    server.withhold()
    order = []

    def write():
        stream.write(bytes(FLOOD))
        order.append("written")

    writer = threading.Thread(target=write)
    writer.start()
    patiently(server.withheld.wait)
    order.append("read on")
    server.read_on()
    patiently(writer.join)
    stream.close()
    assert order == ["read on", "written"]
    assert sum(map(len, answer(server.post())[1])) == 1 + FLOOD


class StallingApi:
    """Takes octets as the Runtime API does, and keeps every call until it may return."""

    def __init__(self):
        self.sent = []
        self.has_entered = threading.Event()
        self.may_return = threading.Event()

    def begin_stream(self, invocation):
        return b""

    def send(self, pieces):
        self.sent.append(b"".join(pieces))
        self.has_entered.set()
        patiently(self.may_return.wait)

    def read_reply(self):
        pass


def in_thread(function, *arguments):
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    return thread


def test_a_failure_waits_for_a_write_no_longer_than_it_is_told():
    api = StallingApi()
    stream = make_stream(api)
    writer = in_thread(stream.write, b"x")
    patiently(api.has_entered.wait)
    assert not stream.fail(FAILURE, 0.001)
    api.may_return.set()
    patiently(writer.join)
    assert stream.fail(FAILURE, 0.001)
    assert api.sent[1].startswith(b"0\r\nLambda-Runtime-Function-Error-Type: Function.Crashed")


def test_another_threads_write_is_not_called_ours():
    api = StallingApi()
    stream = make_stream(api)
    writer = in_thread(stream.write, b"x")
    patiently(api.has_entered.wait)
    assert not stream.is_writing
    api.may_return.set()
    patiently(writer.join)


class WatchingApi(StallingApi):
    """Notes whether each of its calls is seen as the maker's."""

    def __init__(self):
        super().__init__()
        self.stream = None
        self.seen = []

    def send(self, octets):
        if threading.current_thread() is not threading.main_thread():
            self.has_entered.set()
            wait_until(lambda: self.stream.is_writing, "the maker writes too")
        else:
            patiently(self.has_entered.wait)
        self.seen.append(self.stream.is_writing)


def test_the_makers_write_stays_called_ours_while_another_threads_ends():
    api = WatchingApi()
    api.stream = stream = make_stream(api)
    writer = in_thread(stream.write, b"theirs")
    patiently(api.has_entered.wait)
    assert not stream.is_writing
    stream.write(b"ours")
    assert api.seen == [True, True]
    assert not stream.is_writing
    patiently(writer.join)


@pytest.mark.parametrize(
    "call",
    [
        lambda stream: stream.write(b"x"),
        lambda stream: stream.close(),
        lambda stream: stream.write("x"),
    ],
)
def test_the_makers_calls_are_called_ours_while_they_last(call):
    api = WatchingApi()
    api.has_entered.set()
    api.stream = make_stream(api)
    call(api.stream)
    assert api.seen == [True]
    assert not api.stream.is_writing


def test_only_the_mark_makes_a_handler_a_streamed_one():
    @streamify_response
    def marked(event, response_stream, context):
        return event

    def plain(event, context):
        return event

    assert is_streamed(marked)
    assert marked(1, None, None) == 1
    assert not is_streamed(plain)
