"""handler/framing.py: golden octets, a second opinion from h11, and refused orders of calls."""

import json
from base64 import b64decode

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.errors import ConnectionLost, StreamMisuse
from firstbyte.handler.framing import (
    BODY,
    NEW,
    OVER,
    StreamedResponse,
    encode_post,
    encode_streamed_head,
    parse_reply_head,
)
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import NotJson

HEAD = encode_streamed_head("127.0.0.1:9001", "/r/response", {})


def make_response():
    return StreamedResponse(Codec())


def read_with_h11(octets):
    """The request, its chunks and its trailers as another HTTP/1.1 implementation sees them."""
    peer = h11.Connection(h11.SERVER)
    peer.receive_data(octets)
    request, chunks, is_new = peer.next_event(), [], True
    while isinstance(event := peer.next_event(), h11.Data):
        if is_new:
            chunks.append(b"")
        chunks[-1] += event.data
        is_new = event.chunk_end
    assert isinstance(event, h11.EndOfMessage)
    assert peer.trailing_data == (b"", False)
    return request, chunks, dict(event.headers)


def test_the_head_announces_a_streamed_http_answer_and_its_trailers():
    head = encode_streamed_head("127.0.0.1:9001", "/r/response", {"Lambda-X": "1"})
    assert head == (
        b"POST /r/response HTTP/1.1\r\n"
        b"Host: 127.0.0.1:9001\r\n"
        b"Lambda-X: 1\r\n"
        b"Lambda-Runtime-Function-Response-Mode: streaming\r\n"
        b"Content-Type: application/vnd.awslambda.http-integration-response\r\n"
        b"Transfer-Encoding: chunked\r\n"
        b"Trailer: Lambda-Runtime-Function-Error-Type\r\n"
        b"Trailer: Lambda-Runtime-Function-Error-Body\r\n\r\n"
    )


def test_a_response_is_prelude_nuls_body_and_end():
    response = make_response()
    prelude = b'{"statusCode":202,"headers":{"a":"b"},"cookies":["c=1"]}'
    opened = response.open(202, {"a": "b"}, ["c=1"])
    assert opened == b"38\r\n" + prelude + b"\r\n8\r\n" + bytes(8) + b"\r\n"
    assert response.send(b"data: 1\n\n") == (b"9\r\n", b"data: 1\n\n", b"\r\n")
    assert response.close() == b"0\r\n\r\n"


def test_another_implementation_finds_prelude_and_nuls_in_chunks_of_their_own():
    response = make_response()
    octets = HEAD + response.open(200, {}) + b"".join(response.send(b"x")) + response.close()
    request, chunks, trailers = read_with_h11(octets)
    assert (request.method, request.target) == (b"POST", b"/r/response")
    prelude = b'{"statusCode":200,"headers":{},"cookies":[]}'
    assert (chunks, trailers) == ([prelude, bytes(8), b"x"], {})


def test_a_nul_in_a_header_cannot_end_the_prelude():
    opened = make_response().open(200, {"a": "b" + "\0" * 8})
    assert opened.count(bytes(8)) == 1


def test_sending_nothing_does_not_end_the_message():
    response = make_response()
    response.open(200, {})
    assert response.send(b"") == ()
    assert response.send(b"x") == (b"1\r\n", b"x", b"\r\n")


def test_octets_are_passed_on_without_a_copy():
    response, octets = make_response(), bytes(100)
    response.open(200, {})
    assert response.send(octets)[1] is octets


@given(st.lists(st.binary(max_size=300)))
def test_whatever_is_sent_comes_back_whole(pieces):
    response = make_response()
    octets = HEAD + response.open(200, {})
    octets += b"".join(b"".join(response.send(piece)) for piece in pieces) + response.close()
    assert read_with_h11(octets)[1][2:] == [piece for piece in pieces if piece]


def test_a_failure_after_the_status_is_told_in_trailers():
    response = make_response()
    octets = HEAD + response.open(200, {}) + b"".join(response.send(b"half"))
    octets += response.fail("Function.Crashed", b'{"errorMessage":"no\\r\\ndisk"}')
    _, chunks, trailers = read_with_h11(octets)
    document = trailers.pop(b"lambda-runtime-function-error-body")
    assert chunks[2:] == [b"half"]
    assert trailers == {b"lambda-runtime-function-error-type": b"Function.Crashed"}
    assert b64decode(document, validate=True) == b'{"errorMessage":"no\\r\\ndisk"}'


@given(st.binary(max_size=2000))
def test_an_error_document_is_never_torn_by_its_encoding(document):
    response = make_response()
    octets = HEAD + response.open(200, {}) + response.fail("Function.Crashed", document)
    trailers = read_with_h11(octets)[2]
    assert b64decode(trailers[b"lambda-runtime-function-error-body"]) == document


CALLS = {
    "open": lambda response: response.open(200, {}),
    "send": lambda response: response.send(b"x"),
    "send nothing": lambda response: response.send(b""),
    "close": lambda response: response.close(),
    "fail": lambda response: response.fail("Function.Crashed", b"{}"),
}


@pytest.mark.parametrize(
    ("calls", "phase"),
    [
        ([], NEW),
        (["open"], BODY),
        (["open", "send", "send nothing", "send"], BODY),
        (["open", "close"], OVER),
        (["open", "send", "close"], OVER),
        (["open", "fail"], OVER),
        (["open", "send", "fail"], OVER),
    ],
)
def test_a_legal_order_of_calls_moves_forward(calls, phase):
    response = make_response()
    for name in calls:
        CALLS[name](response)
    assert response.phase == phase


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(["send"], id="body before status"),
        pytest.param(["send nothing"], id="even an empty body before status"),
        pytest.param(["close"], id="end before status"),
        pytest.param(["fail"], id="trailers before status"),
        pytest.param(["open", "open"], id="status twice"),
        pytest.param(["open", "send", "open"], id="status after body"),
        pytest.param(["open", "close", "send"], id="body after the end"),
        pytest.param(["open", "close", "close"], id="two ends"),
        pytest.param(["open", "fail", "close"], id="an end after a failure"),
        pytest.param(["open", "close", "fail"], id="a failure after the end"),
    ],
)
def test_a_call_out_of_order_is_refused(calls):
    response = make_response()
    *legal, last = calls
    for name in legal:
        CALLS[name](response)
    with pytest.raises(StreamMisuse):
        CALLS[last](response)


def test_headers_without_a_json_form_leave_the_response_unopened():
    response = make_response()
    with pytest.raises(NotJson):
        response.open(200, {"a": b"bytes"})
    assert response.phase == NEW


def test_a_whole_post_is_head_and_body():
    octets = encode_post("h:1", "/p", {"X-A": "1"}, "text/plain", b"body")
    assert octets == (
        b"POST /p HTTP/1.1\r\nHost: h:1\r\nX-A: 1\r\n"
        b"Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody"
    )
    request, chunks, _ = read_with_h11(octets)
    assert (dict(request.headers)[b"content-length"], chunks) == (b"4", [b"body"])


@pytest.mark.parametrize("value", ["a\r\nX-Forged: 1", "a\nX-Forged: 1", "a\rb"])
def test_a_header_value_cannot_smuggle_a_header(value):
    with pytest.raises(StreamMisuse):
        encode_post("h:1", "/p", {"X-A": value}, "text/plain", b"")
    with pytest.raises(StreamMisuse):
        encode_streamed_head("h:1", f"/p{value}", {})


def h11_reply(status, headers, reason=b"OK"):
    """The head of a reply as another implementation writes it, without its empty line."""
    peer = h11.Connection(h11.SERVER)
    peer.receive_data(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    peer.next_event()
    octets = peer.send(h11.Response(status_code=status, headers=headers, reason=reason))
    return octets.removesuffix(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        pytest.param([("Content-Length", "15")], 15, id="a length"),
        pytest.param([("cOnTeNt-LeNgTh", "0")], 0, id="a length in odd letters"),
        pytest.param([("Transfer-Encoding", "chunked")], None, id="chunked"),
        pytest.param([("Content-Length", "2"), ("Connection", "close")], None, id="the last"),
        pytest.param([], None, id="no length"),
    ],
)
def test_a_reply_by_another_implementation_is_understood(headers, length):
    assert parse_reply_head(h11_reply(202, headers, b"Accepted")) == (202, length)


@pytest.mark.parametrize(
    ("head", "parsed"),
    [
        (b"HTTP/1.1 202", (202, None)),
        (b"HTTP/1.0 413 Too Large\r\nContent-Length:7", (413, 7)),
        (b"HTTP/1.1 202 OK\r\nContent-Length: -1", (202, None)),
        (b"HTTP/1.1 202 OK\r\nContent-Length: " + b"9" * 5000, (202, None)),
        (b"HTTP/1.1 202 OK\r\nno colon", (202, None)),
    ],
)
def test_an_odd_reply_is_read_as_far_as_it_goes(head, parsed):
    assert parse_reply_head(head) == parsed


@pytest.mark.parametrize(
    "head",
    [b"", b"HTTP/2 200", b"HTTP/1.1", b"HTTP/1.1 ok", b"HTTP/1.1 2020 OK", b"SSH-2.0-x", b"\0"],
)
def test_what_is_no_http_reply_is_a_lost_connection(head):
    with pytest.raises(ConnectionLost):
        parse_reply_head(head)


near_replies = st.lists(
    st.one_of(
        st.sampled_from([b"HTTP/1.1 ", b"HTTP/1.", b"202", b"\r\n", b":", b" "]),
        st.sampled_from([b"Content-Length", b"Connection", b"close", b"9" * 5000]),
        st.binary(max_size=8),
    )
).map(b"".join)


@given(st.one_of(st.binary(), near_replies))
def test_any_octets_are_a_reply_or_a_lost_connection(head):
    try:
        status, length = parse_reply_head(head)
    except ConnectionLost:
        return
    assert 0 <= status <= 999
    assert length is None or length >= 0


def test_the_prelude_is_json_whatever_the_headers_hold():
    opened = make_response().open(200, {"x": 'ü"\\\r\n'}, ["a=1", "b=2"])
    prelude = read_with_h11(HEAD + opened + b"0\r\n\r\n")[1][0]
    assert json.loads(prelude) == {
        "statusCode": 200,
        "headers": {"x": 'ü"\\\r\n'},
        "cookies": ["a=1", "b=2"],
    }
