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
