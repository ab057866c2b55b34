"""transport/admission.py: each rung refuses with its own status, code and id, in order."""

import json

import pytest

from firstbyte.handler.keys import Keys
from firstbyte.transport.admission import Acknowledged, Admission, Admitted
from firstbyte.transport.codec import Codec
from firstbyte.transport.fault import Rejection
from firstbyte.transport.memory import Memory
from firstbyte.transport.request import STREAM, Door, Request
from tests.transport.fakes import (
    LEGACY,
    MODERN,
    SERVED,
    WHOLE,
    Clock,
    Service,
    Store,
    a_call,
    a_memory,
    a_meta,
    a_policy,
    an_endpoint,
    echo,
    shake_hands,
)

MODERN_HEADERS = {"mcp-protocol-version": MODERN, "mcp-method": "tools/list"}


def judge(
    body,
    headers=None,
    *,
    service=None,
    memory=None,
    method="POST",
    path="/mcp",
    door=STREAM,
    **policy,
):
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    usual = {"content-type": "application/json"}
    merged = {k: v for k, v in {**usual, **(headers or {})}.items() if v is not None}
    admission = Admission(
        service or Service(echo=echo), a_policy(**policy), Codec(), memory or a_memory()
    )
    return admission.judge(Request(method, path, merged, octets, "", door), pytest.fail)


def call_of(admitted):
    """The one call that was admitted."""
    ((call, _),) = admitted.calls
    return call


def refusal(*arguments, **options):
    rejection = judge(*arguments, **options)
    return (rejection.status, rejection.fault.code, rejection.call_id)


def a_modern_call(method="tools/list", call_id=1, **params):
    return a_call(method, {"_meta": a_meta(), **params}, call_id)


# The rungs above the body.


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "HEAD", "PUT", "post", ""])
def test_only_post_is_served_and_the_refusal_says_so(method):
    rejection = judge(b"", method=method)
    assert (rejection.status, rejection.headers) == (405, {"allow": "POST"})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_nothing_at_another_path(method):
    assert refusal(a_call("ping"), path="/other", method=method) == (404, -32600, None)


@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}])
def test_a_host_that_is_not_listed_is_misdirected(headers):
    assert refusal(a_call("ping"), headers, allowed_hosts=["mcp.example"])[0] == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_an_origin_that_is_not_listed_is_forbidden_and_the_setting_named(origin):
    rejection = judge(a_call("ping"), {"origin": origin, "host": "mcp.example"})
    assert rejection.status == 403
    assert "FIRSTBYTE_ALLOWED_ORIGINS" in rejection.fault.message


def test_a_page_of_this_machine_may_call_a_server_on_it():
    headers = {"origin": "http://localhost:6274", "host": " localhost:3000 "}
    assert type(judge(a_call("ping"), headers)) is Admitted


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/xml"])
def test_a_body_that_is_not_announced_as_json_is_refused(content_type):
    assert refusal(a_call("ping"), {"content-type": content_type}) == (415, -32600, None)


def test_a_body_beyond_the_limit_is_refused_with_both_sizes():
    rejection = judge(b"x" * 101, max_body_bytes=100)
    assert rejection.status == 413
    assert rejection.fault.message == "body is 101 bytes, at most 100 are served"


def test_a_body_at_the_limit_is_read():
    body = json.dumps(a_call("ping")).encode()
    assert type(judge(body, max_body_bytes=len(body))) is Admitted


# The body.


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"{}{}", b"nul", b"[" * 5000, b"NaN"])
def test_what_is_no_json_is_a_parse_error(body):
    assert refusal(body) == (400, -32700, None)


@pytest.mark.parametrize("body", [b"[]", b"{}", b"1", b'"x"', b"null"])
def test_what_is_no_message_is_an_invalid_request(body):
    assert refusal(body) == (400, -32600, None)


def test_an_id_beyond_64_bits_is_refused_rather_than_changed():
    body = b'{"jsonrpc":"2.0","id":18446744073709551616,"method":"ping"}'
    assert refusal(body) == (400, -32600, None)


def test_of_two_ids_the_last_counts():
    body = b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'
    assert call_of(judge(body)).id == 2


@pytest.mark.parametrize("accept", ["text/html", "*/*;q=0", "image/*"])
def test_who_takes_neither_json_nor_events_is_told_under_its_id(accept):
    assert refusal(a_call("ping", call_id="a"), {"accept": accept}) == (406, -32600, "a")


@pytest.mark.parametrize(
    ("accept", "takes"),
    [(None, (True, True)), ("application/json", (True, False)), ("text/*", (False, True))],
)
def test_what_the_client_takes_is_remembered(accept, takes):
    admitted = judge(a_call("ping"), {"accept": accept})
    assert (admitted.accepts_json, admitted.accepts_sse) == takes


# The era.


@pytest.mark.parametrize("version", LEGACY)
def test_a_legacy_request_is_of_the_revision_its_header_names(version):
    admitted = judge(a_call("ping"), {"mcp-protocol-version": f" {version}\t"})
    assert admitted.revision.version == version


def test_a_legacy_request_without_header_is_of_2025_03_26():
    assert judge(a_call("ping")).revision.version == "2025-03-26"


@pytest.mark.parametrize("meta", [{}, {"progressToken": 1}, 5, None, []])
def test_meta_without_a_version_makes_nothing_modern(meta):
    assert judge(a_call("ping", {"_meta": meta})).revision.version == "2025-03-26"


def test_a_session_id_means_nothing_where_there_are_no_keys():
    assert type(judge(a_call("ping"), {"mcp-session-id": "x"})) is Admitted


@pytest.mark.parametrize("version", [None, *LEGACY])
def test_a_modern_body_under_a_legacy_header_is_a_mismatch(version):
    assert refusal(
        a_modern_call(call_id="a"), {**MODERN_HEADERS, "mcp-protocol-version": version}
    ) == (400, -32020, "a")


@pytest.mark.parametrize("method", ["ping", "initialize", "tools/list", "nonsense"])
def test_a_modern_header_asks_for_modern_meta(method):
    headers = {"mcp-protocol-version": MODERN, "mcp-method": method}
    assert refusal(a_call(method), headers) == (400, -32602, 1)


@pytest.mark.parametrize("version", ["2099-01-01", "2024-10-07", "x", "", "\xe9"])
@pytest.mark.parametrize("method", ["ping", "initialize", "tools/list", "nonsense"])
def test_a_header_of_no_revision_is_refused_whatever_is_called(version, method):
    headers = {"mcp-protocol-version": version, "mcp-method": method}
    assert refusal(a_call(method), headers) == (400, -32022, 1)


@pytest.mark.parametrize(
    "method",
    [
        *("initialize", "ping", "logging/setLevel", "resources/subscribe", "nonsense", ""),
        *("resources/list", "prompts/list", "subscriptions/listen", "tools", "tools/list/"),
    ],
)
def test_a_method_that_is_not_served_is_not_found(method):
    headers = {**MODERN_HEADERS, "mcp-method": method}
    assert refusal(a_modern_call(method), headers) == (404, -32601, 1)


@pytest.mark.parametrize("method", ["server/discover", "resources/list", "nonsense"])
def test_a_legacy_method_that_is_not_served_is_told_with_200(method):
    assert refusal(a_call(method)) == (200, -32601, 1)


@pytest.mark.parametrize("method", ["tools/list", "tools/call", "logging/setLevel"])
def test_a_method_whose_capability_is_missing_does_not_exist(method):
    assert refusal(a_call(method), service=Service()) == (200, -32601, 1)


# What needs no answer.


NOTIFICATION = {"jsonrpc": "2.0", "method": "notifications/initialized"}
CANCELLED = {
    "jsonrpc": "2.0",
    "method": "notifications/cancelled",
    "params": {"requestId": 1, "reason": "x"},
}


@pytest.mark.parametrize("version", [None, *SERVED])
@pytest.mark.parametrize("body", [NOTIFICATION, CANCELLED])
def test_a_notification_is_taken(body, version):
    assert type(judge(body, {"mcp-protocol-version": version})) is Acknowledged


@pytest.mark.parametrize("version", ["2099-01-01", "\ud800"])
@pytest.mark.parametrize("body", [NOTIFICATION, {"jsonrpc": "2.0", "id": 1, "result": {}}])
def test_a_message_without_answer_of_an_unknown_version_is_refused(body, version):
    rejection = judge(body, {"mcp-protocol-version": version})
    assert (rejection.status, rejection.fault.code) == (400, -32022)
    assert rejection.fault.data["supported"] == SERVED
    assert rejection.fault.data["requested"].isascii()


@pytest.mark.parametrize("version", [None, *LEGACY])
def test_without_sessions_no_response_can_be_to_anything(version):
    body = {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert refusal(body, {"mcp-protocol-version": version}) == (400, -32600, None)


def test_a_modern_client_has_nothing_to_respond_to():
    body = {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert refusal(body, {"mcp-protocol-version": MODERN}) == (400, -32600, None)


def test_a_notification_that_names_a_modern_version_is_modern_whatever_its_header():
    body = {**NOTIFICATION, "params": {"_meta": a_meta()}}
    assert type(judge(body, memory=a_sessioned_memory())) is Acknowledged


# Sessions.


def a_sessioned_memory(*, has_store=False):
    clock = Clock()
    store = Store(clock)
    return Memory(clock, Keys({"k": bytes(32)}), (lambda: store) if has_store else None)


RESPONSE = {"jsonrpc": "2.0", "id": 1, "result": {}}


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize("named", [True, False], ids=["header", "no header"])
def test_a_sessions_revision_counts_whether_its_header_repeats_it_or_not(version, named):
    memory = a_sessioned_memory()
    headers = shake_hands(an_endpoint(memory=memory), version)
    if not named:
        del headers["mcp-protocol-version"]
    admitted = judge(a_call("ping"), headers, memory=memory)
    assert admitted.revision.version == admitted.member.session.revision.version == version


@pytest.mark.parametrize("session_id", [None, "x", " "])
@pytest.mark.parametrize(
    ("body", "call_id"),
    [
        (a_call("ping", call_id="a"), "a"),
        (a_call("nonsense", call_id="a"), "a"),
        (NOTIFICATION, None),
        (RESPONSE, None),
        ([a_call("ping")], None),
        ([], None),
    ],
)
def test_with_keys_nothing_but_initialize_is_served_without_a_session(
    body, call_id, session_id
):
    headers = {"mcp-session-id": session_id}
    status = 400 if session_id is None else 404
    assert refusal(body, headers, memory=a_sessioned_memory()) == (status, -32600, call_id)


@pytest.mark.parametrize("headers", [{}, {"mcp-session-id": "x"}])
@pytest.mark.parametrize("version", [None, *LEGACY])
def test_initialize_needs_no_session(headers, version):
    body = a_call("initialize", {"protocolVersion": "2025-11-25"})
    admitted = judge(
        body, {**headers, "mcp-protocol-version": version}, memory=a_sessioned_memory()
    )
    assert (call_of(admitted).method, admitted.member) == ("initialize", None)


def test_a_modern_request_has_no_session_whatever_its_headers_say():
    headers = {**MODERN_HEADERS, "mcp-session-id": "x"}
    admitted = judge(a_modern_call(), headers, memory=a_sessioned_memory())
    assert admitted.member is None


@pytest.mark.parametrize("has_store", [True, False])
def test_a_response_needs_a_store_to_be_to_anything(has_store):
    memory = a_sessioned_memory(has_store=has_store)
    headers = shake_hands(an_endpoint(memory=memory))
    verdict = judge(RESPONSE, headers, memory=memory)
    assert type(verdict) is (Acknowledged if has_store else Rejection)


# Arrays.


@pytest.mark.parametrize("version", ["2025-11-25", "2025-06-18", "2024-11-05", MODERN, "x"])
def test_an_array_is_refused_where_the_revision_has_no_batches(version):
    body = [a_call("ping")]
    assert refusal(body, {"mcp-protocol-version": version}) == (400, -32600, None)


@pytest.mark.parametrize("version", [None, "2025-03-26"])
def test_an_array_is_taken_where_the_revision_has_batches(version):
    body = [a_call("ping", call_id=1), NOTIFICATION, a_call("ping", call_id="1")]
    admitted = judge(body, {"mcp-protocol-version": version})
    assert [call.id for call, _ in admitted.calls] == [1, "1"]
    assert [message.method for message in admitted.unanswered] == [NOTIFICATION["method"]]
    assert admitted.is_batch


def test_in_a_session_its_revision_decides_about_arrays():
    memory = a_sessioned_memory()
    endpoint = an_endpoint(memory=memory)
    verdicts = {}
    for version in LEGACY:
        headers = shake_hands(endpoint, version)
        verdicts[version] = type(judge([a_call("ping")], headers, memory=memory))
    assert [version for version in LEGACY if verdicts[version] is Admitted] == ["2025-03-26"]


def test_an_array_of_what_needs_no_answer_is_acknowledged():
    verdict = judge([NOTIFICATION, CANCELLED])
    assert type(verdict) is Acknowledged
    assert len(verdict.messages) == 2


def test_an_empty_array_is_no_batch():
    assert refusal([]) == (400, -32600, None)


@pytest.mark.parametrize("element", [1, a_call("ping"), CANCELLED])
def test_an_array_may_be_a_hundred_long_and_no_longer(element):
    assert not isinstance(judge([element] * 100), Rejection)
    refused = judge([element] * 101)
    assert (refused.status, refused.fault.code, refused.call_id) == (400, -32600, None)
    assert refused.fault.message == "the body is an array of 101, at most 100 are served"


def test_an_array_for_a_client_that_takes_nothing_of_ours_is_refused():
    assert refusal([a_call("ping")], {"accept": "text/html"}) == (406, -32600, None)


# What is streamed or nothing.


def test_a_client_that_takes_no_events_cannot_listen():
    service = Service(echo=echo)
    service.announces = frozenset({"tools"})
    headers = {**MODERN_HEADERS, "mcp-method": "subscriptions/listen"}
    body = a_modern_call("subscriptions/listen", call_id="a", notifications={})
    memory = a_sessioned_memory(has_store=True)
    options = {"service": service, "memory": memory}
    refused = {**headers, "accept": "application/json"}
    assert refusal(body, refused, **options) == (406, -32600, "a")
    assert type(judge(body, headers, **options)) is Admitted


# The way the answer takes.


def test_a_stream_of_changes_is_refused_where_answers_come_in_one_piece():
    service = Service(echo=echo)
    service.announces = frozenset({"tools"})
    clock = Clock()
    memory = a_memory(clock, Keys({"k": bytes(32)}), Store(clock))
    headers = {"mcp-protocol-version": MODERN, "mcp-method": "subscriptions/listen"}
    body = a_modern_call("subscriptions/listen", notifications={})
    options = {"service": service, "memory": memory}
    assert isinstance(judge(body, headers, **options), Admitted)
    assert refusal(body, headers, door=WHOLE, **options) == (404, -32601, 1)


def test_whoever_sends_no_headers_is_believed_the_body():
    door = Door(10_000, is_live=False, has_headers=False)
    assert call_of(judge(a_modern_call("tools/list"), door=door)).method == "tools/list"
    assert refusal(a_modern_call("tools/list")) == (400, -32020, 1)
