"""probe/tour.py: what is asked follows from what was answered."""

import json

import pytest

from firstbyte.probe.plan import Call, Plan
from firstbyte.probe.tour import take_tour
from tests.probe.fakes import URL, Fake, Reply, asked_of, message, plain, tour_of
from tests.probe.functions import tiny

SESSION = {"mcp_session_id": "s"}


def methods(fake):
    return [f"{it.era} {asked_of(it)['method'] or it.method}".strip() for it in fake.asked]


def guided(change=lambda request, count: None, **plan):
    fake = Fake(change)
    tour = take_tour(Plan(**{"url": URL, "repeat": 1, **plan}), fake)
    return fake, tour


def test_both_eras_are_walked_through():
    fake, tour = guided()
    assert methods(fake) == [
        "modern server/discover",
        "legacy initialize",
        "modern tools/list",
        "modern tools/list",
        "modern tools/call",
        "modern tools/call",
        "legacy notifications/initialized",
        "legacy tools/list",
        "legacy tools/list",
        "legacy tools/call",
        "legacy tools/call",
        "modern server/discover",
    ]
    assert tour.served == ("modern", "legacy")


def test_where_nobody_is_nothing_more_is_asked():
    fake, _ = guided(lambda request, count: Reply(0))
    assert methods(fake) == ["modern server/discover"]


def test_without_a_name_only_harmless_tools_are_called():
    _, tour = guided()
    assert [call.tool for call in tour.calls] == ["status", "rows"]
    assert not any(call.is_named for call in tour.calls)


def test_a_named_tool_is_called_alone_and_with_its_arguments():
    fake, _ = guided(calls=(Call("remove", {"a": 1}),))
    called = [asked_of(it)["params"] for it in fake.asked if "tools/call" in it.about]
    assert [(it["name"], it["arguments"]) for it in called] == [("remove", {"a": 1})] * 2
    assert called[0]["_meta"]["progressToken"] == "probe"


def test_a_tool_that_is_not_listed_is_not_called():
    fake, tour = guided(calls=(Call("other", {}),))
    assert "modern tools/call" not in methods(fake)
    assert tour.calls == ()


def test_pages_are_followed_to_their_end_and_not_in_circles():
    def paged(request, count):
        asked = asked_of(request)
        if asked["method"] != "tools/list":
            return None
        cursor = asked["params"].get("cursor", "")
        page = {"tools": tiny.TOOLS[:1], "nextCursor": "b" if cursor else "a"}
        return message({"jsonrpc": "2.0", "id": asked["id"], "result": page})

    _, tour = guided(paged)
    assert len(tour.of("list", era="modern")) == 3
    assert len(tour.listed("tools", "modern")) == 3


def test_a_session_is_carried_and_left():
    def sessions(request, count):
        asked = asked_of(request)
        if asked["method"] == "server/discover":
            return plain(400)
        return (
            message(tiny.answer(asked), **SESSION) if asked["method"] == "initialize" else None
        )

    fake, _ = guided(sessions)
    carried = [it for it in fake.asked if it.headers.get("mcp-session-id") == "s"]
    assert [it.method for it in carried] == ["POST"] * 5 + ["DELETE"] * 2
    assert carried[0].headers["mcp-protocol-version"] == "2025-11-25"


def test_a_page_is_tried_only_where_an_origin_is_given():
    origin = "https://app.example"
    fake, _ = guided(origin=origin)
    assert [it.method for it in fake.asked if "origin" in it.headers] == ["OPTIONS", "POST"]
    assert not any("origin" in it.headers for it in guided()[0].asked)


def test_a_page_shakes_hands_where_nothing_else_is_served():
    def legacy(request, count):
        return plain(400) if request.era == "modern" else None

    fake, _ = guided(legacy, origin="https://app.example")
    assert methods(fake)[-1] == "legacy initialize"


def test_a_refusal_is_followed_to_its_metadata_and_issuer():
    def guarded(request, count):
        if request.step == "metadata" and request.url.endswith("resource/mcp"):
            document = {"authorization_servers": ["https://issuer.example"]}
            return plain(200, json.dumps(document))
        return None if request.method == "GET" else plain(401)

    fake, _ = guided(guarded)
    root = "https://server.example/.well-known/oauth-protected-resource"
    assert [it.url for it in fake.asked if it.method == "GET"] == [
        f"{root}/mcp",
        root,
        "https://issuer.example/.well-known/oauth-authorization-server",
        "https://issuer.example/.well-known/openid-configuration",
    ]


def test_with_a_token_a_stranger_is_tried_too():
    fake, _ = guided(bearer="t")
    assert [it.step for it in fake.asked if it.is_anonymous] == ["stranger"]


@pytest.mark.parametrize("result", [{}, {"capabilities": None}, {"capabilities": {"tools": 1}}])
def test_strange_results_end_no_tour(result):
    def strange(request, count):
        asked = asked_of(request)
        return message({"jsonrpc": "2.0", "id": asked.get("id"), "result": result})

    assert tour_of(strange).served == ("modern", "legacy")
