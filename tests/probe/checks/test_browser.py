"""probe/checks/browser.py: what a preflight has to allow, and what it need not."""

import pytest

from tests.probe.fakes import asked_of, codes_of, finding_of, message, plain
from tests.probe.functions import tiny

ORIGIN = "https://app.example"
NEEDED = (
    "content-type, last-event-id, mcp-method, mcp-name, mcp-protocol-version, mcp-session-id"
)
ALLOWING = {
    "access_control_allow_origin": ORIGIN,
    "access_control_allow_methods": "POST",
    "access_control_allow_headers": NEEDED,
}


def allowing(preflight=ALLOWING, status=204, **headers):
    """A server with such a preflight, and such headers of its answers."""
    answered = {"access_control_allow_origin": ORIGIN, **headers}

    def change(request, count):
        if request.method == "OPTIONS":
            return plain(status, **preflight)
        if request.step == "browser":
            return message(tiny.answer(asked_of(request)), **answered)
        return None

    return change


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"access_control_allow_origin": "*"},
        {"access_control_allow_headers": "*"},
        {"access_control_allow_headers": NEEDED.title()},
        {"access_control_allow_methods": "*"},
        {"access_control_allow_methods": ""},
    ],
)
def test_a_preflight_that_allows_enough_is_right(changes):
    assert codes_of(allowing({**ALLOWING, **changes}), origin=ORIGIN) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"access_control_allow_origin": ""}, "the preflight allows no origin"),
        ({"access_control_allow_origin": "https://b.example"}, "allows https://b.example"),
        ({"access_control_allow_methods": "GET, DELETE"}, "POST is not allowed"),
        ({"access_control_allow_headers": NEEDED.replace("mcp-name, ", "")}, ": mcp-name"),
    ],
)
def test_what_a_preflight_lacks_is_named(changes, said):
    finding = finding_of(allowing({**ALLOWING, **changes}), origin=ORIGIN)
    assert finding.code == "cors-wrong"
    assert said in finding.detail


def test_a_preflight_that_fails_is_named():
    assert "answered 405" in finding_of(allowing({}, 405), origin=ORIGIN).detail


def test_an_answer_has_to_allow_the_origin_too():
    change = allowing(access_control_allow_origin="")
    assert "the answer allows no origin" in finding_of(change, origin=ORIGIN).detail


def test_a_session_has_to_be_exposed():
    change = allowing(mcp_session_id="s")
    assert "mcp-session-id is not exposed" in finding_of(change, origin=ORIGIN).detail
    exposed = allowing(mcp_session_id="s", access_control_expose_headers="Mcp-Session-Id")
    assert codes_of(exposed, origin=ORIGIN) == []


def test_a_star_does_not_allow_a_token():
    change = allowing({**ALLOWING, "access_control_allow_headers": "*"})
    finding = finding_of(change, origin=ORIGIN, bearer="t")
    assert finding.detail.endswith("not allowed: authorization")
    own = {"authorization": "Basic Zm9v", "x-api-key": "k"}
    assert finding_of(change, origin=ORIGIN, headers=own).detail == finding.detail


def test_headers_of_ones_own_have_to_be_allowed():
    finding = finding_of(allowing(), origin=ORIGIN, headers={"x-api-key": "k"})
    assert finding.detail.endswith("not allowed: x-api-key")


def test_a_refused_origin_is_told_from_a_wrong_preflight():
    def refusing(request, count):
        return plain(403) if request.step == "browser" else allowing()(request, count)

    assert codes_of(refusing, origin=ORIGIN) == ["origin-refused"]


@pytest.mark.parametrize(
    "refusal",
    [
        plain(400, "no such origin"),
        plain(403),
        message(
            {"jsonrpc": "2.0", "id": 9, "error": {"code": -32600, "message": "Origin"}}, 400
        ),
    ],
)
def test_a_page_that_is_refused_in_any_way_is_named_alone(refusal):
    def change(request, count):
        return refusal if "origin" in request.headers else None

    assert codes_of(change, origin=ORIGIN) == ["origin-refused"]


@pytest.mark.parametrize("status", [429, 500])
def test_what_fails_for_another_reason_is_no_refused_origin(status):
    change = allowing()

    def failing(request, count):
        return plain(status) if request.step == "browser" else change(request, count)

    (code,) = codes_of(failing, origin=ORIGIN)
    assert code in ("throttled", "function-failed")


def test_only_what_the_served_eras_need_has_to_be_allowed():
    def legacy(request, count):
        headers = "content-type, mcp-protocol-version"
        if request.era == "modern":
            return plain(400)
        return allowing({**ALLOWING, "access_control_allow_headers": headers})(request, count)

    assert codes_of(legacy, origin=ORIGIN) == []


def test_a_star_exposes_a_session():
    exposed = allowing(mcp_session_id="s", access_control_expose_headers="*")
    assert codes_of(exposed, origin=ORIGIN) == []
