"""transport/visit.py: a GET listens or resumes, a DELETE leaves, all else is told what may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.errors import StoreFailed
from tests.transport.fakes import (
    BOTH,
    LEGACY,
    MODERN,
    WHOLE,
    Clock,
    FailingStore,
    Invocation,
    Service,
    Store,
    a_call,
    an_endpoint,
    call_legacy,
    delete,
    echo,
    environments,
    get,
    pauses_that,
    post,
    shake_hands,
)


def a_service(*announces):
    service = Service(echo=echo, talk=talk)
    service.announces = frozenset(announces)
    return service


def talk(arguments, caller):
    caller.progress(1, None, None)
    return echo(arguments, caller)


def a_stream(endpoint, headers):
    """The ids of a stream's events, all of them sent."""
    params = {"name": "talk", "_meta": {"progressToken": 1}}
    return call_legacy(endpoint, "tools/call", params, headers).ids


def refusal(sink):
    return sink.status, sink.json["error"]["code"]


# What is allowed.


@pytest.mark.parametrize(
    ("method", "announces", "headers", "allow"),
    [
        pytest.param("GET", ["tools"], {"mcp-protocol-version": MODERN}, "POST", id="modern"),
        pytest.param("DELETE", [], {"mcp-protocol-version": MODERN}, "POST", id="modern end"),
        pytest.param("GET", [], {}, "DELETE, POST", id="nothing to listen for"),
        pytest.param("GET", ["prompts"], {}, "DELETE, POST", id="nothing that was promised"),
        pytest.param("PUT", [], {}, "GET, DELETE, POST", id="another method"),
        pytest.param("HEAD", ["tools"], {}, "GET, DELETE, POST", id="only the head"),
        pytest.param("", [], {}, "GET, DELETE, POST", id="no method"),
    ],
)
def test_a_method_that_means_nothing_is_refused_with_those_that_do(
    method, announces, headers, allow
):
    endpoint = environments(a_service(*announces), count=1)[0]
    sink = post(endpoint, b"", headers, method=method)
    assert (refusal(sink), sink.headers["allow"]) == ((405, -32600), allow)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("last_event_id", [None, "a.1"])
def test_without_a_store_only_post_means_anything(method, last_event_id):
    headers = {"last-event-id": last_event_id}
    sink = post(an_endpoint(a_service("tools")), b"", headers, method=method)
    assert (refusal(sink), sink.headers["allow"]) == ((405, -32600), "POST")


@pytest.mark.parametrize("visit", [get, delete])
@pytest.mark.parametrize(
    ("headers", "options", "status"),
    [
        ({"origin": "https://evil.example"}, {}, 403),
        ({"host": "evil.example"}, {"allowed_hosts": ["mcp.example"]}, 421),
    ],
)
def test_who_visits_is_asked_where_from_like_anybody(visit, headers, options, status):
    memory = environments(a_service("tools"), count=1)[0]._memory
    endpoint = an_endpoint(a_service("tools"), memory, **options)
    assert visit(endpoint, headers).status == status


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_who_listens_has_to_take_events(accept):
    endpoint = environments(a_service("tools"), count=1)[0]
    headers = {**shake_hands(endpoint), "accept": accept}
    assert refusal(get(endpoint, headers)) == (406, -32600)
    assert get(endpoint, {**headers, "accept": BOTH}).status == 200


@pytest.mark.parametrize("visit", [get, delete])
def test_only_sessions_can_be_visited(visit):
    endpoint = environments(a_service("tools"), count=1)[0]
    headers = shake_hands(endpoint)
    assert refusal(visit(endpoint)) == (400, -32600)
    assert refusal(visit(endpoint, {**headers, "mcp-session-id": "x"})) == (404, -32600)
    assert refusal(visit(endpoint, headers, principal="bob")) == (404, -32600)


@pytest.mark.parametrize("visit", [get, delete])
@pytest.mark.parametrize("version", ["", "x", "2099-01-01"])
def test_who_names_a_version_nobody_serves_is_told_those_that_are(visit, version):
    endpoint = environments(a_service("tools"), count=1)[0]
    headers = {**shake_hands(endpoint), "mcp-protocol-version": version}
    assert refusal(visit(endpoint, headers)) == (400, -32022)


# Leaving.


@pytest.mark.parametrize("version", LEGACY)
def test_a_session_that_was_left_is_gone_in_every_environment(version):
    here, there = environments(a_service("tools"))
    headers, other = shake_hands(here, version), shake_hands(here, version)
    sink = delete(here, headers)
    assert (sink.status, sink.headers, sink.body, sink.is_closed) == (204, {}, b"", True)
    for endpoint in (here, there):
        for visit in (get, delete):
            assert refusal(visit(endpoint, headers)) == (404, -32600)
        for body in (
            a_call("ping"),
            a_call("nonsense"),
            [a_call("ping")],
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {"jsonrpc": "2.0", "id": "q", "result": {}},
        ):
            assert refusal(post(endpoint, body, headers)) == (404, -32600)
        assert call_legacy(endpoint, "ping", headers=other).status == 200


def test_what_a_session_remembered_is_not_changed_by_its_end_but_for_that():
    here, _ = environments(a_service("tools"))
    headers = shake_hands(here)
    call_legacy(here, "logging/setLevel", {"level": "error"}, headers)
    assert delete(here, headers).status == 204


# Resuming.


def test_a_stream_is_resumed_in_another_environment():
    here, there = environments(a_service())
    headers = shake_hands(here)
    first, *rest = a_stream(here, headers)
    sink = get(there, headers, last_event_id=first)
    assert (sink.status, sink.ids) == (200, [first, *rest])
    assert sink.events[-1]["result"]["structuredContent"] == {}


class OnceFailingStore(Store):
    """A store that does not take the first record after it `is_due` to fail."""

    is_due = False

    def append(self, stream, record, ttl_s):
        if self.is_due:
            self.is_due = False
            raise StoreFailed("once")
        return super().append(stream, record, ttl_s)


def test_a_result_is_fetched_though_the_store_failed_behind_the_hanging_up():
    clock = Clock()
    store = OnceFailingStore(clock)

    def hang_up(arguments, caller):
        caller.let_go(None)
        store.is_due = True
        return talk(arguments, caller)

    here, there = environments(Service(talk=hang_up), clock=clock, store=store)
    headers = shake_hands(here)
    (first, _) = a_stream(here, headers)
    (result,) = get(there, headers, last_event_id=first).events
    assert (result["id"], result["result"]["structuredContent"]) == (1, {})
    assert store.is_due is False


def test_a_stream_that_is_over_and_told_needs_no_coming_back():
    here, there = environments(a_service())
    headers = shake_hands(here)
    sink = get(there, headers, last_event_id=a_stream(here, headers)[-1])
    assert (refusal(sink), sink.headers["allow"]) == ((405, -32600), "DELETE, POST")


@pytest.mark.parametrize("last_event_id", ["x", "x.1", "0", "a" * 22 + ".1", "\xff", "."])
def test_an_event_that_never_was_cannot_be_resumed(last_event_id):
    endpoint = environments(a_service("tools"), count=1)[0]
    sink = get(endpoint, shake_hands(endpoint), last_event_id=last_event_id)
    assert refusal(sink) == (400, -32600)


def test_a_stream_of_another_session_cannot_be_resumed():
    here, there = environments(a_service())
    first = a_stream(here, shake_hands(here))[0]
    assert refusal(get(there, shake_hands(here), last_event_id=first)) == (400, -32600)


@given(st.text(st.characters(max_codepoint=255), max_size=40).filter(str.strip))
def test_any_last_event_id_is_answered(last_event_id):
    sink = get(ENDPOINT, HEADERS, last_event_id=last_event_id)
    assert (sink.status, sink.is_closed) == (400, True)


@given(st.text(st.characters(max_codepoint=255), max_size=40).filter(str.strip))
def test_any_session_id_is_answered(session_id):
    for visit in (get, delete):
        sink = visit(ENDPOINT, {"mcp-session-id": session_id})
        assert (sink.status, sink.is_closed) == (404, True)


# The watch, and failures.


def test_a_stream_is_watched_until_it_ends():
    here, _ = environments(a_service("tools"))
    invocation = Invocation()
    headers = shake_hands(here)
    sink = get(here, headers, invocation=invocation)
    assert invocation.steps == ["watch", "unwatch"]
    assert sink.is_closed


def test_at_the_deadline_a_stream_is_hung_up_on():
    class Deadline(BaseException):
        pass

    invocation = Invocation()

    def fire():
        invocation.has_fired = True
        invocation.watched.expire(0)
        raise Deadline

    here, _ = environments(a_service("tools"), clock=Clock(during_pause=pauses_that(fire)))
    with pytest.raises(Deadline):
        get(here, shake_hands(here), invocation=invocation)
    assert invocation.steps == ["watch", "unwatch"]


@pytest.mark.parametrize("visit", [get, delete])
def test_a_store_that_fails_is_reported_and_told_without_its_reasons(visit):
    clock = Clock()
    here, _ = environments(a_service("tools"), clock=clock, store=FailingStore(clock))
    invocation = Invocation()
    sink = visit(here, shake_hands(here), invocation=invocation)
    assert refusal(sink) == (503, -32603)
    assert len(invocation.errors) == 1


class BreakingStore(Store):
    """A store that fails from its `reads_left`th read of an item on."""

    reads_left = 1

    def get(self, key):
        if not self.reads_left:
            return FailingStore(self._clock).get(key)
        self.reads_left -= 1
        return super().get(key)


@pytest.mark.parametrize("visit", [get, delete])
def test_a_store_that_fails_a_moment_later_is_told_of_too(visit):
    clock = Clock()
    here, _ = environments(a_service("tools"), clock=clock, store=BreakingStore(clock))
    headers = shake_hands(here)
    assert visit(here, {**headers, "last-event-id": "changes-x.1"}).status == 503


ENDPOINT = environments(a_service("tools"), count=1)[0]
HEADERS = shake_hands(ENDPOINT)


@pytest.mark.parametrize(
    ("method", "allow"), [("GET", "DELETE, POST"), ("PUT", "DELETE, POST")]
)
@pytest.mark.parametrize("last_event_id", [None, "a.1"])
def test_where_answers_come_in_one_piece_nobody_can_listen(method, allow, last_event_id):
    endpoint = environments(a_service("tools"), count=1)[0]
    headers = {**shake_hands(endpoint), "last-event-id": last_event_id}
    sink = post(endpoint, b"", headers, method=method, door=WHOLE)
    assert (refusal(sink), sink.headers["allow"]) == ((405, -32600), allow)


def test_where_answers_come_in_one_piece_a_session_is_left_all_the_same():
    endpoint = environments(a_service(), count=1)[0]
    headers = shake_hands(endpoint)
    assert delete(endpoint, headers, door=WHOLE).status == 204


def test_where_answers_come_in_one_piece_events_have_no_ids_to_come_back_for():
    endpoint = environments(a_service(), count=1)[0]
    headers = shake_hands(endpoint)
    params = {"name": "talk", "_meta": {"progressToken": 1}}
    sink = call_legacy(endpoint, "tools/call", params, headers, door=WHOLE)
    assert [event.get("method") for event in sink.events] == ["notifications/progress", None]
    assert sink.ids == ["", ""]
