"""probe/checks/environments.py: sessions that are lost, and versions that are two."""

import pytest

from tests.probe.fakes import asked_of, codes_of, finding_of, message, plain
from tests.probe.functions import tiny

SECOND = {"name": "tiny", "version": "2.0.0"}


def sessions(refusal):
    """A legacy server that gives a session and refuses it when it is used again."""

    def change(request, count):
        asked = asked_of(request)
        if request.era == "modern":
            return plain(400)
        if asked["method"] == "initialize":
            return message(tiny.answer(asked), mcp_session_id="s")
        return refusal(asked) if request.step == "list again" else None

    return change


def error(asked, code, text, status):
    """A JSON-RPC error as a reply."""
    told = {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": code, "message": text}}
    return message(told, status)


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(lambda asked: plain(404), id="404"),
        pytest.param(lambda asked: plain(400, "Missing session ID"), id="400"),
        pytest.param(lambda asked: error(asked, -32001, "Session not found", 404), id="error"),
        pytest.param(
            lambda asked: error(asked, -32602, "before initialization was complete", 200),
            id="200",
        ),
    ],
)
def test_a_session_that_is_not_known_again_is_named(refusal):
    assert codes_of(sessions(refusal)) == ["session-lost"]


def test_without_a_session_a_404_is_no_lost_one():
    def change(request, count):
        if request.era == "modern":
            return plain(400)
        return plain(404) if request.step == "list again" else None

    assert codes_of(change) == ["wrong-path"]


def test_a_crash_is_no_lost_session():
    assert codes_of(sessions(lambda asked: plain(500, "session"))) == ["function-failed"]


def alternating(change):
    """A server whose every second answer is another's."""
    return lambda request, count: change(asked_of(request)) if count % 2 else None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda asked: tiny.answer(asked, info=SECOND), "tiny 2.0.0"),
        (lambda asked: tiny.answer(asked, tools=tiny.TOOLS[:2]), "differ in remove"),
    ],
)
def test_two_versions_are_named_with_what_tells_them_apart(change, said):
    def answered(asked):
        return message(told) if "id" in asked and (told := change(asked)) else None

    finding = finding_of(alternating(answered))
    assert finding.code == "two-versions"
    assert said in finding.detail


def test_tools_in_another_order_are_no_other_version():
    def shuffled(asked):
        tools = tiny.TOOLS[::-1]
        return message(tiny.answer(asked, tools=tools)) if "id" in asked else None

    assert codes_of(alternating(shuffled)) == []


def every_second(step, reply):
    """A server that answers every second question of a step so."""

    def change(request, count):
        return reply(asked_of(request)) if request.step == step and count % 2 else None

    return change


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(lambda asked: error(asked, -32601, "no method", 400), id="400"),
        pytest.param(lambda asked: error(asked, -32601, "no method", 200), id="200"),
        pytest.param(lambda asked: plain(400, "no session id"), id="without JSON-RPC"),
        pytest.param(lambda asked: plain(404), id="404"),
    ],
)
def test_a_version_that_does_not_know_the_other_era_is_named(reply):
    finding = finding_of(every_second("open again", reply))
    assert finding.code == "two-versions"
    assert "answered 3 times, refused 2 times" in finding.detail


def test_what_the_older_version_cannot_do_is_not_told_beside_it():
    def change(request, count):
        if request.era == "modern" and count > 3 and count % 2:
            return error(asked_of(request), -32601, "no method", 404)
        return None

    assert codes_of(change) == ["two-versions"]


def test_the_older_version_may_answer_first():
    def change(request, count):
        return plain(400) if request.step == "discover" else None

    assert codes_of(change) == ["two-versions"]


def test_an_opening_that_crashes_at_times_is_no_other_version():
    crash = lambda asked: error(asked, -32603, "boom", 200)  # noqa: E731
    assert codes_of(every_second("open again", crash)) == ["handshake-refused"]


def test_a_list_that_is_empty_at_times_is_another_version():
    empty = lambda asked: message(tiny.answer(asked, tools=[]))  # noqa: E731
    finding = finding_of(every_second("list again", empty))
    assert (finding.code, finding.detail) == (
        "two-versions",
        "lists that differ in remove, rows, status",
    )


def test_a_list_that_fails_at_times_is_named():
    crash = lambda asked: error(asked, -32603, "no module named boto3", 200)  # noqa: E731
    finding = finding_of(every_second("list again", crash))
    assert finding.code == "list-failed"
    assert finding.detail.endswith("2 of 4 more times: -32603 no module named boto3")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (lambda asked: error(asked, -32603, "session backend is down", 200), "list-failed"),
        (lambda asked: error(asked, -32602, "cache was initialized twice", 200), "list-failed"),
        (lambda asked: plain(429, "session"), "throttled"),
        (
            lambda asked: plain(403, '{"Message": "x:session"}', x_amzn_errortype="y"),
            "permission-missing",
        ),
    ],
)
def test_not_all_that_speaks_of_sessions_is_one_that_is_lost(reply, code):
    assert codes_of(sessions(reply)) == [code]
