"""probe/judgement.py: a healthy server has no findings, and no octets break the judge."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstbyte.probe.finding import KINDS
from firstbyte.probe.guide import take_tour
from firstbyte.probe.judgement import judge, looked_at
from firstbyte.probe.plan import Plan
from tests.probe.fakes import (
    URL,
    Fake,
    Reply,
    asked_of,
    codes_of,
    message,
    plain,
    tour_of,
)
from tests.probe.functions import tiny
from tests.probe.test_diagnosis import REPLIES

METADATA = "https://server.example/.well-known/oauth-protected-resource/mcp"


def only_in(era):
    """A server that refuses the other era, without a word of JSON-RPC."""
    return lambda request, count: plain(400) if request.era not in ("", era) else None


def test_a_healthy_server_has_no_findings():
    assert codes_of() == []


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_a_server_of_one_era_has_no_findings(era):
    assert codes_of(only_in(era)) == []


def test_a_fault_is_told_once_and_with_the_first_that_was_seen():
    def failing(request, count):
        return plain(500, request.step) if request.step in ("list again", "call") else None

    (finding,) = judge(tour_of(failing))
    assert (finding.code, "list again" in finding.detail) == ("function-failed", True)


def test_the_era_that_is_served_does_not_hide_that_the_other_crashes():
    def half(request, count):
        return plain(500) if request.step == "discover" else None

    assert codes_of(half) == ["function-failed"]


def test_of_two_closed_eras_the_one_that_is_not_merely_unserved_is_told():
    def closed(request, count):
        return plain(404) if request.era == "modern" else plain(200, "<html>")

    assert codes_of(closed) == ["not-mcp"]


def test_where_both_eras_refuse_in_json_rpc_they_are_quoted():
    def refuses(request, count):
        error = {"code": -32000, "message": "not today"}
        asked = asked_of(request)
        return message({"jsonrpc": "2.0", "id": asked["id"], "error": error}, 400)

    (finding,) = judge(tour_of(refuses))
    assert finding.code == "handshake-refused"
    assert "-32000 not today" in finding.detail


@pytest.mark.parametrize(
    ("code", "named"), [(-32600, "wrong-path"), (-32601, "handshake-refused")]
)
def test_a_path_with_nothing_is_told_from_methods_that_are_not_served(code, named):
    def refuses(request, count):
        error = {"code": code, "message": "no"}
        told = {"jsonrpc": "2.0", "id": asked_of(request)["id"], "error": error}
        return message(told, 404)

    assert codes_of(refuses) == [named]


def test_a_refused_end_of_the_handshake_is_told():
    def refuses(request, count):
        return plain(406) if request.step == "initialized" else None

    assert codes_of(refuses) == ["refused"]


def test_what_is_ignored_is_not_told():
    assert codes_of(lambda request, count: plain(429), ignored=frozenset({"throttled"})) == []


def test_what_was_not_asked_was_not_looked_at():
    everything = {kind.concern for kind in KINDS.values()}
    assert looked_at(tour_of()) == everything - {"browser", "login"}
    assert looked_at(tour_of(origin="https://app.example")) == everything - {"login"}
    assert looked_at(tour_of(lambda request, count: Reply(0))) == {"reach"}


def guarded(request, count):
    """A server that wants a login, and says correctly where."""
    if request.step == "metadata":
        document = {"resource": URL, "authorization_servers": ["https://issuer.example"]}
        return plain(200, json.dumps(document))
    if request.step == "issuer":
        return plain(200, "{}")
    return plain(401, www_authenticate=f'Bearer resource_metadata="{METADATA}"')


def open_to_its_token(request, count):
    """The same, of which the token is good."""
    has_entered = "authorization" in request.headers
    return None if has_entered or request.method == "OPTIONS" else guarded(request, count)


def paged(request, count):
    """A server whose tools are on two pages."""
    asked = asked_of(request)
    if asked["method"] != "tools/list":
        return None
    is_last = "cursor" in asked["params"]
    page = (
        {"tools": tiny.TOOLS[1:]} if is_last else {"tools": tiny.TOOLS[:1], "nextCursor": "2"}
    )
    return message({"jsonrpc": "2.0", "id": asked["id"], "result": page})


def fails_at(*steps):
    return lambda request, count: plain(500) if request.step in steps else None


@pytest.mark.parametrize(
    ("change", "plan"),
    [
        pytest.param(lambda request, count: None, {"origin": "https://app.example"}, id="open"),
        pytest.param(only_in("modern"), {}, id="modern"),
        pytest.param(only_in("legacy"), {}, id="legacy"),
        pytest.param(guarded, {}, id="guarded"),
        pytest.param(guarded, {"bearer": "a.b.c"}, id="refused"),
        pytest.param(open_to_its_token, {"bearer": "a.b.c"}, id="entered"),
        pytest.param(paged, {"expected": ("remove",)}, id="paged"),
        pytest.param(paged, {"expected": ("other",)}, id="shrunken"),
        pytest.param(fails_at("discover"), {}, id="half open"),
        pytest.param(fails_at("discover", "initialize"), {}, id="closed"),
        pytest.param(fails_at("list", "call"), {}, id="failing"),
        pytest.param(lambda request, count: plain(404), {}, id="elsewhere"),
        pytest.param(lambda request, count: Reply(0), {}, id="nobody"),
    ],
)
def test_what_there_was_no_time_for_is_told_and_nothing_that_is_not_so(change, plan):
    def look(most):
        fake = Fake(change, most)
        tour = take_tour(Plan(**{"url": URL, "repeat": 2, **plan}), fake)
        return len(fake.asked), [it.code for it in judge(tour)]

    count, whole = look(math.inf)
    assert "unfinished" not in whole
    for most in range(count):
        _, cut = look(most)
        assert cut[-1] == "unfinished"
        assert set(cut[:-1]) <= set(whole)


def test_of_a_tour_that_was_cut_the_slowest_answer_is_told():
    def slow(request, count):
        return plain(200, "{}")._replace(ended_s=20.0) if request.step == "list" else None

    told = judge(take_tour(Plan(URL), Fake(slow, 3)))[-1]
    assert told.detail == "3 answers, the slowest tools/list in 20.0 s"
    nothing = judge(take_tour(Plan(URL), Fake(slow, 0)))
    assert [it.code for it in nothing] == ["unfinished"]
    assert nothing[0].detail == "nothing was asked: an answer may take 60 s"


@settings(max_examples=60)
@given(st.lists(REPLIES, min_size=1, max_size=8), st.booleans())
def test_any_octets_are_judged(replies, is_guarded):
    def wild(request, count):
        return replies[count % len(replies)] if count % 3 or is_guarded else None

    plan = {"bearer": "a.b.c", "origin": "https://app.example", "repeat": 2}
    assert set(codes_of(wild, **plan)) <= KINDS.keys()


NAMES = """annotations capabilities content inputSchema isError name nextCursor protocolVersion
serverInfo supportedVersions text tools _meta io.modelcontextprotocol/serverInfo"""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=100)
@given(
    st.lists(VALUES, min_size=1, max_size=6),
    st.sampled_from(["result", "error"]),
    st.booleans(),
)
def test_any_result_is_judged(values, member, is_opened):
    def wild(request, count):
        asked = asked_of(request)
        value = values[count % len(values)]
        is_opening = request.step in ("discover", "initialize")
        if is_opening and is_opened:
            return None
        return message({"jsonrpc": "2.0", "id": asked.get("id"), member: value})

    assert set(codes_of(wild)) <= KINDS.keys()
