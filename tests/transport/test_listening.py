"""transport/listening.py: clients hear of what they may, once, and of nothing else."""

import pytest

from firstbyte.transport import changes
from firstbyte.transport.session import Record, change_record, find
from tests.transport.fakes import (
    INFO_KEY,
    Clock,
    FailingStore,
    Service,
    Sink,
    Store,
    call_modern,
    delete,
    echo,
    environments,
    get,
    pauses_that,
    shake_hands,
)

SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId"
ALL = {
    "toolsListChanged": True,
    "promptsListChanged": True,
    "resourcesListChanged": True,
    "resourceSubscriptions": ["a://x"],
}
URI = "a://x"
_RESOURCES = "resourceSubscriptions"


def a_service(*announces):
    service = Service(echo=echo).with_prompts(p=None).with_resources({URI: None})
    service.announces = frozenset(announces or ("tools", "prompts", "resources", "updates"))
    return service


class Stage:
    """Two environments of a server, and what happens while a client listens to the first."""

    def __init__(self, service=None, *steps, store_kind=None):
        self.clock = Clock(during_pause=pauses_that(*steps))
        self.store = store_kind(self.clock) if store_kind else None
        self.here, self.there = environments(
            service or a_service(), clock=self.clock, store=self.store
        )

    def announce(self, kind, uri=""):
        memory = self.there._memory
        changes.announce(memory, "fake", kind, uri)

    def will(self, *steps):
        self.clock.during_pause = pauses_that(*steps)

    def session(self, version="2025-11-25"):
        return shake_hands(self.there, version)

    def subscribe(self, headers, *uris):
        memory = self.there._memory
        session = find(memory, "fake", headers["mcp-session-id"], "")
        change_record(memory, session, lambda _: Record(subscriptions=frozenset(uris)))


# The modern way.


def listen(stage, notifications=ALL, call_id=1, **options):
    sink = call_modern(
        stage.here,
        "subscriptions/listen",
        {"notifications": notifications},
        call_id=call_id,
        **options,
    )
    return sink.events


def named(call_id=1):
    return {"_meta": {SUBSCRIPTION_KEY: call_id}}


def told(events):
    """Method and URI of what came between the acknowledgement and the result."""
    return [(event["method"], event["params"].get("uri")) for event in events[1:-1]]


def test_a_client_is_acknowledged_first_hears_of_changes_and_ends_with_a_result():
    stage = Stage()
    stage.will(
        lambda: stage.announce("tools"),
        lambda: stage.announce("updates", URI),
        lambda: stage.announce("prompts"),
        lambda: stage.announce("resources"),
    )
    info = {"name": "fake", "version": "1", "title": "Fake"}
    notification = {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}
    ack, first, *_, last = events = listen(stage)
    assert ack == {
        "jsonrpc": "2.0",
        "method": "notifications/subscriptions/acknowledged",
        "params": {"notifications": ALL, **named()},
    }
    assert first == {**notification, "params": named()}
    assert told(events) == [
        ("notifications/tools/list_changed", None),
        ("notifications/resources/updated", URI),
        ("notifications/prompts/list_changed", None),
        ("notifications/resources/list_changed", None),
    ]
    meta = {SUBSCRIPTION_KEY: 1, INFO_KEY: info}
    assert last["result"] == {"resultType": "complete", "_meta": meta}


@pytest.mark.parametrize("call_id", [0, "", "0", "a", -1])
def test_every_message_has_the_subscriptions_id_a_falsy_one_too(call_id):
    stage = Stage()
    stage.will(lambda: stage.announce("tools"))
    events = listen(stage, call_id=call_id)
    assert len(events) == 3
    ids = [
        event.get("params", event.get("result"))["_meta"][SUBSCRIPTION_KEY] for event in events
    ]
    assert [(type(each), each) for each in ids] == [(type(call_id), call_id)] * 3


def test_what_was_announced_before_is_not_told():
    stage = Stage()
    stage.announce("tools")
    assert told(listen(stage)) == []


@pytest.mark.parametrize(
    ("wanted", "announces", "honoured"),
    [
        ({}, ("tools",), {}),
        ({"toolsListChanged": False}, ("tools",), {}),
        (ALL, ("tools",), {"toolsListChanged": True}),
        (ALL, ("updates",), {"resourceSubscriptions": [URI]}),
        ({"resourceSubscriptions": []}, ("updates",), {}),
        ({"taskIds": ["x"], "promptsListChanged": True}, ("tools",), {}),
        ({"resourceSubscriptions": ["s3:", "no such thing", "a:"]}, ("updates",), {}),
        ({"resourceSubscriptions": ["a://y", URI, URI]}, ("updates",), {_RESOURCES: [URI]}),
    ],
)
def test_only_what_is_promised_and_wanted_is_honoured(wanted, announces, honoured):
    stage = Stage(a_service(*announces))
    stage.will(*(lambda kind=kind: stage.announce(kind, URI) for kind in announces))
    events = listen(stage, wanted)
    assert events[0]["params"]["notifications"] == honoured
    assert len(told(events)) == len(honoured)


def test_a_client_that_can_hear_of_nothing_is_not_held():
    stage = Stage(a_service("tools"))
    begun_s = stage.clock.now_s
    assert len(listen(stage, {"promptsListChanged": True})) == 2
    assert stage.clock.now_s == begun_s


def test_no_more_is_honoured_than_can_be_kept():
    uris = [f"a://{number}" for number in range(101)]
    service = a_service("updates").with_resources(dict.fromkeys([*uris, "a" * 2_049]))
    (ack, *_) = listen(Stage(service), {_RESOURCES: ["a" * 2_049, *uris]})
    assert ack["params"]["notifications"] == {_RESOURCES: uris[:100]}


def test_what_nobody_asked_for_is_not_told():
    stage = Stage()
    stage.will(*(lambda k=kind: stage.announce(k, "a://y") for kind in ("tools", "updates")))
    assert (
        told(listen(stage, {"promptsListChanged": True, "resourceSubscriptions": [URI]})) == []
    )


@pytest.mark.parametrize(
    ("subscribed", "uri", "is_told"),
    [
        ("a://x", "a://x", True),
        ("a://x", "a://x/part", True),
        ("a://x/", "a://x/part", True),
        ("a://x", "a://xy", False),
        ("a://x/part", "a://x", False),
        ("", "a://x", False),
    ],
)
def test_a_part_of_a_resource_is_told_to_who_subscribed_to_the_whole(subscribed, uri, is_told):
    stage = Stage(a_service().with_resources({subscribed: None}))
    stage.will(lambda: stage.announce("updates", uri))
    events = listen(stage, {"resourceSubscriptions": [subscribed]})
    assert bool(told(events)) is is_told


def test_what_changed_twice_between_two_looks_is_told_once():
    stage = Stage()
    stage.will(lambda: [stage.announce("tools"), stage.announce("tools")])
    assert told(listen(stage)) == [("notifications/tools/list_changed", None)]


def test_listening_ends_before_the_deadline_and_is_watched_until_then():
    stage = Stage()
    begun_s = stage.clock.now_s
    listen(stage)
    assert 0.5 < stage.clock.now_s - begun_s < 1.5


@pytest.mark.parametrize(
    "notifications",
    [
        None,
        [],
        "x",
        {"toolsListChanged": "yes"},
        {"toolsListChanged": True, "promptsListChanged": 1},
        {"resourcesListChanged": None},
        {"resourceSubscriptions": "a"},
        {"resourceSubscriptions": [1]},
        {"resourceSubscriptions": None},
    ],
)
def test_what_is_no_filter_is_refused(notifications):
    stage = Stage()
    sink = call_modern(stage.here, "subscriptions/listen", {"notifications": notifications})
    assert (sink.status, sink.json["error"]["code"]) == (200, -32602)


def test_where_nothing_is_announced_nobody_can_listen():
    service = a_service()
    service.announces = frozenset()
    sink = call_modern(Stage(service).here, "subscriptions/listen", {"notifications": {}})
    assert (sink.status, sink.json["error"]["code"]) == (404, -32601)


def test_a_store_that_fails_amid_listening_ends_it_with_an_error():
    stage = Stage(store_kind=FailingStore)
    stage.store.is_broken = False
    stage.will(lambda: setattr(stage.store, "is_broken", True))
    *_, last = listen(stage)
    assert last["error"]["code"] == -32603


# The legacy way.


def heard(sink):
    return [(event["method"], event["params"].get("uri")) for event in sink.events]


@pytest.mark.parametrize("version", ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])
def test_a_session_hears_of_all_lists_and_of_what_it_subscribed_to(version):
    stage = Stage()
    headers = stage.session(version)
    stage.subscribe(headers, URI)
    stage.will(
        lambda: stage.announce("tools"),
        lambda: [stage.announce("updates", URI), stage.announce("updates", "a://other")],
    )
    assert heard(get(stage.here, headers)) == [
        ("notifications/tools/list_changed", None),
        ("notifications/resources/updated", URI),
    ]


def test_a_subscription_made_meanwhile_counts():
    stage = Stage()
    headers = stage.session()
    stage.will(lambda: stage.subscribe(headers, URI), lambda: stage.announce("updates", URI))
    assert heard(get(stage.here, headers)) == [("notifications/resources/updated", URI)]


def test_a_stream_begins_with_how_to_come_back_and_ends_with_when():
    stage = Stage()
    first, last = get(stage.here, stage.session()).stream
    assert first.id.startswith("changes-")
    assert (first.data, first.retry, last.data, last.retry) == ("", 500, "", 500)


@pytest.mark.parametrize("version", ["2025-06-18", "2025-03-26", "2024-11-05"])
def test_to_who_knows_no_priming_a_stream_is_silent_until_something_happens(version):
    stage = Stage()
    sink = get(stage.here, stage.session(version))
    assert (sink.stream, sink.status, sink.body) == ([], 200, b":\n")


def test_a_client_that_comes_back_hears_of_what_it_missed_and_of_nothing_twice():
    stage = Stage()
    headers = stage.session()
    stage.will(lambda: stage.announce("tools"))
    last_id = get(stage.here, headers).ids[-1]
    stage.announce("prompts")
    sink = get(stage.there, headers, last_event_id=last_id)
    assert heard(sink) == [("notifications/prompts/list_changed", None)]
    assert not set(sink.ids[1:]) & {last_id}


def test_a_client_comes_back_with_the_very_id_it_was_given_before_anything_happened():
    stage = Stage()
    headers = stage.session()
    sink = get(stage.here, headers)
    stage.announce("tools")
    for _ in range(2):
        sink = get(stage.there, headers, last_event_id=sink.ids[0])
        assert heard(sink) == [("notifications/tools/list_changed", None)]


@pytest.mark.parametrize("away_s", [899, 901])
def test_what_was_missed_is_told_for_a_quarter_of_an_hour_and_nothing_else_ever(away_s):
    stage = Stage()
    headers = stage.session()
    stage.will(lambda: stage.announce("tools"))
    last_id = get(stage.here, headers).ids[-1]
    stage.announce("prompts")
    stage.clock.now_s += away_s
    missed = heard(get(stage.there, headers, last_event_id=last_id))
    assert missed == [("notifications/prompts/list_changed", None)] * (away_s < 900)


def test_a_position_nobody_was_given_cannot_be_gone_on_from():
    stage = Stage()
    headers = stage.session()
    stage.announce("tools")
    name = get(stage.here, headers).ids[0].rpartition(".")[0]
    assert get(stage.there, headers, last_event_id=f"{name}.1").status == 200
    assert get(stage.there, headers, last_event_id=f"{name}.2").status == 400


def test_a_session_hears_of_no_list_it_was_not_promised():
    service = Service(echo=echo)
    service.announces = frozenset(("tools", "prompts"))
    stage = Stage(service)
    stage.will(lambda: stage.announce("prompts"), lambda: stage.announce("tools"))
    heard_of = heard(get(stage.here, stage.session()))
    assert heard_of == [("notifications/tools/list_changed", None)]


def test_of_what_came_at_once_only_the_last_event_has_an_id_of_its_own():
    stage = Stage()
    headers = stage.session()
    stage.will(lambda: [stage.announce("tools"), stage.announce("prompts")])
    first, tools, prompts, _ = get(stage.here, headers).ids
    assert first == tools != prompts


def test_of_two_streams_of_a_session_the_newer_one_hears_and_the_other_ends():
    stage = Stage()
    headers = stage.session()
    newer = []

    def come_again():
        stage.will(lambda: stage.announce("tools"))
        newer.append(get(stage.there, headers))

    stage.will(come_again)
    older = get(stage.here, headers)
    assert heard(newer[0]) == [("notifications/tools/list_changed", None)]
    assert heard(older) == []


def test_a_stream_that_was_taken_over_just_before_it_would_tell_says_nothing():
    stage = Stage()
    headers = stage.session()

    def take_over_and_announce():
        get(stage.there, headers)
        stage.announce("tools")

    stage.will(take_over_and_announce)
    assert heard(get(stage.here, headers)) == []


class RacedStore(Store):
    """A store to which somebody else writes behind the first look at a listener."""

    is_raced = False

    def get(self, key):
        found = super().get(key)
        if key.startswith("listener:") and not self.is_raced:
            self.is_raced = True
            super().put(key, b"somebody else", 60)
        return found


def test_of_two_that_come_at_the_same_time_the_later_hears():
    stage = Stage(store_kind=RacedStore)
    headers = stage.session()
    stage.will(lambda: stage.announce("tools"))
    assert heard(get(stage.here, headers)) == [("notifications/tools/list_changed", None)]
    assert stage.store.is_raced


def test_the_stream_of_a_session_that_is_left_ends():
    stage = Stage()
    headers = stage.session()
    begun_s = stage.clock.now_s
    stage.will(lambda: delete(stage.there, headers))
    sink = get(stage.here, headers)
    assert sink.is_closed
    assert stage.clock.now_s - begun_s < 0.1


def test_the_stream_of_a_session_that_is_left_while_it_begins_ends():
    class Left(Store):
        """A store in which the client leaves just before its stream is made known."""

        def put(self, key, *rest):
            if key.startswith("listener:") and not left:
                left.append(key)
                delete(stage.there, headers)
            return super().put(key, *rest)

    left = []
    stage = Stage(store_kind=Left)
    headers = stage.session()
    stage.will(lambda: stage.announce("tools"))
    sink = get(stage.here, headers)
    assert (sink.status, sink.is_closed) == (200, True)
    assert b"list_changed" not in sink.body


def test_the_stream_of_a_session_that_expires_ends():
    stage = Stage()
    headers = stage.session()
    expires_s = stage.clock.now_s + 86_400
    stage.clock.now_s = expires_s - 0.3
    sink = get(stage.here, headers)
    assert sink.is_closed
    assert expires_s <= stage.clock.now_s < expires_s + 0.1


def test_another_session_is_not_disturbed():
    stage = Stage()
    headers, other = stage.session(), stage.session()
    stage.will(lambda: get(stage.there, other), lambda: stage.announce("tools"))
    assert heard(get(stage.here, headers)) == [("notifications/tools/list_changed", None)]


@pytest.mark.parametrize("last_event_id", ["changes-x.1", "changes-.1", "changes-x"])
def test_a_stream_that_never_was_cannot_be_gone_on_with(last_event_id):
    stage = Stage()
    sink = get(stage.here, stage.session(), last_event_id=last_event_id)
    assert (sink.status, sink.json["error"]["code"]) == (400, -32600)


def test_a_stream_of_another_session_cannot_be_gone_on_with():
    stage = Stage()
    last_id = get(stage.here, stage.session()).ids[-1]
    assert get(stage.here, stage.session(), last_event_id=last_id).status == 400


def test_a_store_that_fails_amid_the_stream_is_reported_and_the_client_told_to_come_back():
    stage = Stage(store_kind=FailingStore)
    stage.store.is_broken = False
    headers = stage.session()
    stage.will(lambda: setattr(stage.store, "is_broken", True))
    sink = Sink()
    get(stage.here, headers, sink=sink)
    assert sink.is_closed
    assert sink.stream[-1].retry == 500
