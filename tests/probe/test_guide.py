"""probe/guide.py: what is asked follows from what was answered."""

import json

import pytest

from firstbyte.probe.guide import take_tour
from firstbyte.probe.plan import Call, Plan
from tests.probe.fakes import URL, Fake, Reply, asked_of, message, plain, stream, tour_of
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


def test_a_session_that_a_page_opened_is_left():
    def change(request, count):
        asked = asked_of(request)
        if request.era == "modern":
            return plain(400)
        return (
            message(tiny.answer(asked), **SESSION) if asked["method"] == "initialize" else None
        )

    fake, _ = guided(change, origin="https://a.example")
    assert methods(fake)[-2:] == ["legacy initialize", "legacy DELETE"]


@pytest.mark.parametrize(
    "member",
    [
        {"annotations": {"readOnlyHint": "yes"}},
        {"annotations": {"readOnlyHint": 1}},
        {"annotations": {}},
        {"inputSchema": {"type": "object", "required": ["a"]}},
        {"inputSchema": "none"},
        {"execution": {"taskSupport": "required"}},
    ],
)
def test_what_does_not_say_that_it_is_harmless_is_not_called(member):
    tools = [{**tiny.TOOLS[0], **member}]

    def change(request, count):
        asked = asked_of(request)
        return message(tiny.answer(asked, tools=tools)) if "id" in asked else None

    _, tour = guided(change)
    assert tour.calls == ()


def test_arguments_are_mirrored_in_headers_where_the_tool_says_so():
    schema = {"type": "object", "properties": {"day": {"x-mcp-header": "Day"}}}
    tools = [{"name": "report", "inputSchema": schema}]

    def change(request, count):
        asked = asked_of(request)
        return message(tiny.answer(asked, tools=tools)) if "id" in asked else None

    fake, _ = guided(change, calls=(Call("report", {"day": "monday"}),))
    called = [it.headers.get("mcp-param-day") for it in fake.asked if it.step == "call"]
    assert called == ["monday", None]


def ended_after(event_id):
    """A stream that names an event and ends."""
    octets = f"id: {event_id}\nretry: 200\ndata:\n\n"
    return plain(200, octets, content_type="text/event-stream")


def polling(*resumed):
    """A legacy server that ends a call's stream early and answers when it is asked on."""
    parts = iter(resumed)

    def change(request, count):
        if request.era == "modern":
            return plain(400)
        if request.method == "GET":
            return next(parts)
        return ended_after("a1") if request.step == "call" else None

    return change


def test_a_stream_that_ends_before_the_answer_is_asked_on():
    result = {"content": []}

    def answered(number):
        return stream((0.5, {"jsonrpc": "2.0", "id": number, "result": result}))

    calls = (Call("status", {}),)
    _, before = guided(polling(plain(405)), calls=calls)
    number = before.of("call")[0].exchange.request.number
    fake, tour = guided(polling(ended_after("a2"), answered(number)), calls=calls)
    asked_on = [it for it in fake.asked if it.method == "GET"]
    assert [it.headers["last-event-id"] for it in asked_on] == ["a1", "a2"]
    assert [it.delay_s for it in asked_on] == [0.2, 0.2]
    octets = answered(number).parts[0][1]
    assert [asked_on[0].is_enough(it) for it in (octets[:9], octets[9:])] == [False, True]
    assert not asked_on[1].is_enough(answered(number + 1).parts[0][1])
    (called,) = tour.of("call")
    assert (called.result, called.fault) == (result, None)
    # Two answers of 20 ms, each with 200 ms behind it, and what came half a second later.
    assert called.answered_s == pytest.approx(0.94)


def test_a_stream_that_cannot_be_asked_on_is_cut():
    _, tour = guided(polling(plain(405)), calls=(Call("status", {}),))
    (called,) = tour.of("call")
    assert called.fault.code == "stream-cut"
    assert "405 to the GET" in called.fault.detail


def test_a_stream_that_ends_for_ever_is_given_up():
    fake, tour = guided(polling(*[ended_after("a2")] * 99), calls=(Call("status", {}),))
    assert tour.of("call")[0].fault.code == "stream-cut"
    assert sum(it.method == "GET" for it in fake.asked) == 20


def test_a_list_that_is_too_long_for_anybody_is_not_read_to_its_end():
    def change(request, count):
        asked = asked_of(request)
        if request.step != "list":
            return None
        told = tiny.answer(asked, tools=[{**tiny.TOOLS[0], "description": "a" * 6_000_000}])
        told["result"]["nextCursor"] = str(count)
        return message(told)

    fake, _ = guided(change)
    assert [it.era for it in fake.asked if it.step == "list"] == ["modern"] * 3 + ["legacy"] * 3


def test_a_modern_stream_is_not_asked_on():
    fake, _ = guided(
        lambda request, count: ended_after("a1") if request.step == "call" else None
    )
    assert sum(it.method == "GET" for it in fake.asked if it.era == "modern") == 0
