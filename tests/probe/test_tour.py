"""probe/tour.py: what was asked, as those who judge it look for it."""

import pytest

from firstbyte.probe.tour import browser_headers, server_info
from tests.probe.fakes import asked_of, message, plain, tour_of
from tests.probe.functions import tiny


def refusing(era, **headers):
    """A server of the other era, whose answers have these headers."""

    def change(request, count):
        if request.era == era:
            return plain(400)
        asked = asked_of(request)
        return message(tiny.answer(asked), **headers) if "id" in asked else None

    return change


def test_what_was_asked_is_found_by_its_part_and_era():
    tour = tour_of(repeat=1)
    assert [it.step for it in tour.openings] == ["discover", "initialize"]
    assert [it.era for it in tour.of("list")] == ["modern", "legacy"]
    assert len(tour.of("list", "list again", era="modern")) == 2
    assert [it["name"] for it in tour.listed("tools", "modern")] == ["status", "rows", "remove"]
    assert tour.listed("prompts", "modern") == ()


@pytest.mark.parametrize(("era", "served"), [("modern", ("legacy",)), ("legacy", ("modern",))])
def test_an_era_that_is_refused_is_not_served(era, served):
    assert tour_of(refusing(era)).served == served


@pytest.mark.parametrize(
    ("change", "plan", "wanted"),
    [
        (refusing("modern"), {}, ()),
        (refusing("modern", mcp_session_id="s"), {}, ("last-event-id", "mcp-session-id")),
        (refusing("legacy"), {}, ("mcp-method", "mcp-name")),
        (refusing("modern"), {"bearer": "t"}, ("authorization",)),
        (refusing("modern"), {"headers": {"x-api-key": "k"}}, ("x-api-key",)),
    ],
)
def test_a_page_needs_what_the_server_was_met_with(change, plan, wanted):
    always = {"content-type", "mcp-protocol-version"}
    assert set(browser_headers(tour_of(change, **plan))) == always | set(wanted)


def test_a_server_calls_itself_the_same_in_both_eras():
    assert [server_info(it) for it in tour_of().openings] == [tiny.INFO] * 2
    assert server_info(tour_of(lambda request, count: plain(400)).openings[0]) == {}
