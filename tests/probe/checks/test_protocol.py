"""probe/checks/protocol.py: revisions that are missing, unknown or contradicted."""

import pytest

from tests.probe.fakes import asked_of, codes_of, finding_of, message, plain, tour_of
from tests.probe.functions import tiny


def answering(method, **changes):
    """A server whose result of one method is changed; None takes a member away."""

    def change(request, count):
        asked = asked_of(request)
        if asked["method"] != method:
            return None
        told = tiny.answer(asked)
        result = {**told["result"], **changes}
        told["result"] = {name: it for name, it in result.items() if it is not None}
        return message(told)

    return change


def refusing(code, **data):
    """A server that refuses discovery with an error."""

    def change(request, count):
        asked = asked_of(request)
        if asked["method"] != "server/discover":
            return None
        error = {"code": code, "message": "no", "data": data}
        return message({"jsonrpc": "2.0", "id": asked["id"], "error": error}, 400)

    return change


@pytest.mark.parametrize(
    ("method", "member", "value", "code"),
    [
        ("initialize", "protocolVersion", None, "version-missing"),
        ("initialize", "protocolVersion", "", "version-missing"),
        ("initialize", "protocolVersion", 20251125, "version-missing"),
        ("initialize", "protocolVersion", "2026-07-28", "version-wrong"),
        ("initialize", "protocolVersion", "1.0", "version-wrong"),
        ("server/discover", "supportedVersions", None, "version-missing"),
        ("server/discover", "supportedVersions", [], "version-missing"),
        ("server/discover", "supportedVersions", "2026-07-28", "version-missing"),
        ("server/discover", "supportedVersions", ["2027-01-01"], "version-wrong"),
        ("initialize", "serverInfo", None, "answer-invalid"),
        ("initialize", "serverInfo", {"version": "1"}, "answer-invalid"),
        ("initialize", "capabilities", None, "answer-invalid"),
    ],
)
def test_a_revision_that_is_not_told_well_is_named(method, member, value, code):
    assert codes_of(answering(method, **{member: value})) == [code]


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18"])
def test_an_older_revision_is_no_fault(version):
    assert codes_of(answering("initialize", protocolVersion=version)) == []


def test_headers_that_did_not_arrive_are_named():
    assert finding_of(refusing(-32020)).code == "headers-stripped"


def test_a_revision_that_is_refused_and_offered_is_named():
    assert codes_of(refusing(-32022, supported=["2026-07-28"])) == ["version-wrong"]
    assert codes_of(refusing(-32022, supported=["2025-11-25"])) == []


def test_who_says_that_it_is_older_is_met_by_the_handshake():
    change = answering("server/discover", supportedVersions=["2025-11-25", "2025-06-18"])
    assert codes_of(change) == []
    assert tour_of(change).served == ("legacy",)


def test_who_says_that_it_is_older_has_to_shake_hands():
    def change(request, count):
        if request.era == "legacy":
            return plain(400)
        return answering("server/discover", supportedVersions=["2025-11-25"])(request, count)

    assert codes_of(change) == ["version-wrong"]
