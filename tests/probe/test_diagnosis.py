"""probe/diagnosis.py: whatever octets come are read as an answer or as one fault."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.probe import exchange as seen
from firstbyte.probe.diagnosis import read, read_plain
from firstbyte.probe.exchange import Trouble
from firstbyte.probe.finding import KINDS
from tests.probe.fakes import STREAM, Reply, exchange_of, message, plain, stream

EVENTS = {"content_type": "text/event-stream"}
RESULT = {"jsonrpc": "2.0", "id": 1, "result": {}}
ERROR = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no such method"}}
REPORT = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}
HTML = "<!doctype html><title>Welcome</title>"
PRELUDE = b'{"statusCode":200}' + bytes(8)


def fault_of(reply):
    fault = read(exchange_of(reply)).fault
    return fault and fault.code


def test_an_answer_is_read_with_the_time_it_came():
    reading = read(exchange_of(stream((0.1, REPORT), (0.4, RESULT))))
    assert reading.fault is None
    assert (reading.result, reading.answer.at_s) == ({}, 0.4)
    assert [it.value for it in reading.notifications] == [REPORT]


def test_an_error_is_an_answer_too():
    reading = read(exchange_of(message(ERROR, 404)))
    assert (reading.fault, reading.result) == (None, None)
    assert reading.says() == "-32601 no such method"


def test_an_error_that_names_no_question_is_an_answer():
    assert read(exchange_of(message({**ERROR, "id": None}, 400))).error == ERROR["error"]


def test_an_answer_in_an_array_is_found():
    assert read(exchange_of(message([REPORT, RESULT]))).result == {}


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        pytest.param(Reply(0, trouble=Trouble(seen.NAME, "x")), "name-unknown", id="name"),
        pytest.param(Reply(0, trouble=Trouble(seen.LOST, "x")), "connection-lost", id="lost"),
        pytest.param(Reply(0), "connection-lost", id="nothing at all"),
        pytest.param(plain(429), "throttled", id="429"),
        pytest.param(plain(503, "Rate exceeded"), "throttled", id="503 for the rate"),
        pytest.param(plain(503), "function-failed", id="503"),
        pytest.param(plain(401), "token-refused", id="401"),
        pytest.param(
            plain(403, "Signature expired: 1 is now earlier"), "clock-skew", id="late"
        ),
        pytest.param(
            plain(403, "The request signature we calculated does not match"),
            "signature-refused",
            id="signature",
        ),
        pytest.param(plain(403, '{"Message":null}'), "permission-missing", id="AWS's 403"),
        pytest.param(
            plain(403, x_amzn_errortype="AccessDeniedException"),
            "permission-missing",
            id="AWS's 403 by its header",
        ),
        pytest.param(plain(403, "{}"), "forbidden", id="403 with another body"),
        pytest.param(
            plain(403, '{"message":"CSRF token missing"}'), "forbidden", id="403 of a framework"
        ),
        pytest.param(
            plain(403, '{"message":"Forbidden"}'), "permission-missing", id="403 of a gateway"
        ),
        pytest.param(message(ERROR, 403), "forbidden", id="the server's 403"),
        pytest.param(plain(400, "Invalid Host header"), "host-refused", id="host"),
        pytest.param(plain(301), "redirected", id="301"),
        pytest.param(plain(504), "timed-out", id="504"),
        pytest.param(plain(500, HTML), "function-failed", id="500"),
        pytest.param(
            plain(200, '{"errorType":"E","errorMessage":"m"}'), "function-failed", id="error"
        ),
        pytest.param(plain(404, HTML), "wrong-path", id="404"),
        pytest.param(plain(400, HTML), "refused", id="400"),
        pytest.param(plain(200, HTML, content_type="text/html"), "not-mcp", id="a page"),
        pytest.param(plain(200), "not-mcp", id="nothing"),
        pytest.param(plain(202), "not-mcp", id="202"),
        pytest.param(
            message({"jsonrpc": "2.0", "id": 2, "result": {}}), "answer-invalid", id="other id"
        ),
        pytest.param(message({**RESULT, "id": True}), "answer-invalid", id="true is not 1"),
        pytest.param(message(RESULT, 202), "answer-invalid", id="a result and 202"),
        pytest.param(message(RESULT, 500), "answer-invalid", id="a result and 500"),
        pytest.param(
            message({**RESULT, "error": {"code": 1, "message": ""}}),
            "answer-invalid",
            id="both",
        ),
        pytest.param(plain(200, json.dumps(RESULT)), "answer-invalid", id="no type"),
        pytest.param(
            plain(200, json.dumps(RESULT), content_type="application/octet-stream"),
            "answer-invalid",
            id="type of the prelude's want",
        ),
        pytest.param(
            plain(200, f"id: 1\ndata: {json.dumps(RESULT)}\n\n", content_type="text/plain"),
            "answer-invalid",
            id="events by another type",
        ),
        pytest.param(
            plain(200, f"event: result\ndata: {json.dumps(RESULT)}\n\n", **EVENTS),
            "answer-invalid",
            id="event with a name",
        ),
        pytest.param(plain(200, "data: {", **EVENTS), "stream-cut", id="event without end"),
        pytest.param(plain(200, "id: 1\ndata:\n\n", **EVENTS), "stream-cut", id="a priming"),
        pytest.param(
            message({"errorMessage": "2026 Task timed out"}),
            "function-failed",
            id="old timeout",
        ),
        pytest.param(message({"statusCode": 202}), "envelope-visible", id="bare envelope"),
        pytest.param(
            message({"statusCode": 404, "error": "Not Found"}, 404),
            "wrong-path",
            id="its own 404",
        ),
        pytest.param(plain(405), "wrong-path", id="405"),
        pytest.param(
            message({**RESULT, "id": "server-error"}, 400), "refused", id="other id, refused"
        ),
        pytest.param(
            plain(403, x_amzn_errortype="RequestTimeTooSkewed"),
            "clock-skew",
            id="skew by header",
        ),
        pytest.param(
            plain(403, x_amzn_errortype="InvalidSignatureException"),
            "signature-refused",
            id="signature by header",
        ),
        pytest.param(
            plain(500, "TooManyRequestsException", retry_after="3"),
            "throttled",
            id="500 of AWS",
        ),
        pytest.param(
            message({"message": "Missing Authentication Token"}, 403),
            "wrong-path",
            id="no path",
        ),
        pytest.param(message({**RESULT, "jsonrpc": "1.0"}), "not-mcp", id="old JSON-RPC"),
        pytest.param(plain(200, PRELUDE + b"data: 1\n\n"), "prelude-visible", id="prelude"),
        pytest.param(
            plain(
                200, "{}", content_type="application/vnd.awslambda.http-integration-response"
            ),
            "prelude-visible",
            id="a streaming runtime's type",
        ),
        pytest.param(plain(200, bytes(9)), "not-mcp", id="NULs without a prelude"),
        pytest.param(
            plain(200, '{"statusCode":200,"body":"{}"}'), "envelope-visible", id="envelope"
        ),
        pytest.param(Reply(200, STREAM), "stream-empty", id="empty stream"),
        pytest.param(
            Reply(200, STREAM, ((0.1, b": ping\n\n"),)), "stream-empty", id="comments"
        ),
        pytest.param(
            Reply(200, STREAM, ((0.1, b"data: x\n\n"),)), "not-mcp", id="other events"
        ),
        pytest.param(stream((0.1, REPORT)), "stream-cut", id="no result"),
        pytest.param(
            stream((0.1, RESULT))._replace(trouble=Trouble(seen.TIMEOUT, "x")),
            "stream-left-open",
            id="still open",
        ),
        pytest.param(
            stream((0.1, RESULT))._replace(trouble=Trouble(seen.LOST, "x")),
            None,
            id="cut after its result",
        ),
        pytest.param(
            plain(200, b'{"jsonrpc"')._replace(trouble=Trouble(seen.LOST, "x")),
            "stream-cut",
            id="half of a body",
        ),
        pytest.param(
            plain(200, b"xx")._replace(trouble=Trouble(seen.TOO_LARGE, "x")),
            "not-mcp",
            id="too large",
        ),
    ],
)
def test_what_hides_the_answer_is_named(reply, code):
    assert fault_of(reply) == code


def test_a_notification_needs_no_answer():
    assert read_plain(exchange_of(plain(202))).fault is None
    assert read_plain(exchange_of(plain(429))).fault.code == "throttled"
    assert read_plain(exchange_of(Reply(0))).fault.code == "connection-lost"


REPLIES = st.builds(
    Reply,
    st.integers(100, 599),
    st.dictionaries(
        st.sampled_from(["content-type", "location", "x-amzn-errortype"]),
        st.sampled_from(["text/event-stream", "application/json", ";", "é"]) | st.text(),
    ),
    st.lists(
        st.tuples(
            st.floats(0, 9),
            st.binary()
            | st.sampled_from([b"data: ", b"\n\n", bytes(8), b"{}", b"[" * 5000])
            | st.just(json.dumps(RESULT).encode()),
        )
    ).map(tuple),
    trouble=st.none()
    | st.builds(Trouble, st.sampled_from([seen.LOST, seen.TIMEOUT, seen.TOO_LARGE]), st.text()),
)


@given(REPLIES)
def test_any_octets_have_a_reading(reply):
    reading = read(exchange_of(reply))
    assert reading.answer is not None or reading.fault is not None
    assert reading.fault is None or reading.fault.code in KINDS
    assert isinstance(reading.says(), str)


def test_an_event_may_name_what_all_are_named():
    reply = plain(200, f"event: message\ndata: {json.dumps(RESULT)}\n\n", **EVENTS)
    assert read(exchange_of(reply)).fault is None


def test_a_throttled_client_learns_for_how_long():
    fault = read(exchange_of(plain(429, retry_after="7"))).fault
    assert fault.detail.endswith("Retry-After: 7")
