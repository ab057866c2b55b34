"""transport/preference.py: what a session wants to hear of is remembered for it alone."""

import pytest

from firstbyte.handler.keys import parse_keys
from firstbyte.transport import preference, session
from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import CallFailed
from firstbyte.transport.fault import Fault
from firstbyte.transport.message import Call
from firstbyte.transport.meta import SEVERITY, SILENCE, Wishes
from firstbyte.transport.method import Exchange
from firstbyte.transport.revision import REVISIONS
from tests.transport.fakes import (
    LEGACY,
    Clock,
    Invocation,
    Service,
    Store,
    a_call,
    a_memory,
    environments,
    post,
    shake_hands,
)

URI = "file:///a"


class Client:
    """A legacy client with a session, at a server that has resources and a store."""

    def __init__(self, memory=None, version="2025-11-25"):
        clock = Clock()
        keys = parse_keys("k:" + "A" * 43)
        self.memory = memory or a_memory(clock, keys, Store(clock))
        self.service = Service().with_resources({URI: None, "file:///b": None})
        self.revision = REVISIONS[version]
        token = session.begin(self.memory, "fake", self.revision, {}, "")
        self.session = session.find(self.memory, "fake", token, "")
        self.invocation = Invocation()

    def call(self, perform, **params):
        return perform(
            Exchange(
                Call(1, "", params), headers={}, principal="",
                revision=self.revision, capabilities={}, session=self.session,
                wishes=Wishes(None, SILENCE), service=self.service, codec=Codec(),
                memory=self.memory, prepared={}, answer=None, invocation=self.invocation,
                begun_s=0, has_waited=False,
            )
        )  # fmt: skip

    @property
    def record(self):
        return session.load_record(self.memory, self.session)


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize("level", SEVERITY)
def test_a_level_is_remembered(version, level):
    client = Client(version=version)
    assert client.call(preference.set_level, level=level) == {}
    assert client.record.level == level


@pytest.mark.parametrize("level", ["DEBUG", "trace", "", None, 1, ["debug"], {}])
def test_a_level_nobody_knows_is_invalid(level):
    client = Client()
    fault = client.call(preference.set_level, level=level)
    assert fault.code == -32602
    assert client.record.level is None


def test_resources_are_subscribed_to_until_they_are_not():
    client = Client()
    assert client.call(preference.subscribe, uri=URI) == {}
    assert client.call(preference.subscribe, uri=URI) == {}
    assert client.call(preference.subscribe, uri="file:///b") == {}
    assert client.record.subscriptions == {URI, "file:///b"}
    assert client.call(preference.unsubscribe, uri=URI) == {}
    assert client.record.subscriptions == {"file:///b"}


def test_nothing_to_unsubscribe_from_is_no_error():
    client = Client()
    assert client.call(preference.unsubscribe, uri="file:///none") == {}


def test_one_wish_leaves_the_others_as_they_are():
    client = Client()
    client.call(preference.set_level, level="error")
    client.call(preference.subscribe, uri=URI)
    client.call(preference.set_level, level="debug")
    assert (client.record.level, client.record.subscriptions) == ("debug", {URI})


def test_another_session_does_not_hear_of_it():
    client = Client()
    client.call(preference.subscribe, uri=URI)
    assert Client(client.memory).record.subscriptions == frozenset()


@pytest.mark.parametrize("version", LEGACY)
def test_a_resource_nobody_knows_cannot_be_subscribed_to(version):
    client = Client(version=version)
    fault = client.call(preference.subscribe, uri="file:///none")
    assert (fault.code, fault.data) == (-32002, {"uri": "file:///none"})
    assert client.record.subscriptions == frozenset()


@pytest.mark.parametrize("perform", [preference.subscribe, preference.unsubscribe])
@pytest.mark.parametrize("params", [{}, {"uri": None}, {"uri": 1}, {"uri": [URI]}])
def test_a_uri_is_a_string(perform, params):
    assert Client().call(perform, **params).code == -32602


def test_a_session_is_kept_small():
    client = Client()
    client.service.with_resources({f"file:///{n}": None for n in range(101)})
    results = [client.call(preference.subscribe, uri=f"file:///{n}") for n in range(101)]
    assert results[:100] == [{}] * 100
    assert type(results[100]) is Fault
    assert len(client.record.subscriptions) == 100
    assert client.call(preference.subscribe, uri="file:///5") == {}
    client.call(preference.unsubscribe, uri="file:///5")
    assert client.call(preference.subscribe, uri="file:///100") == {}


def test_a_uri_too_long_to_keep_is_refused():
    client = Client()
    client.service.with_resources({"x" * 2_048: None, "x" * 2_049: None})
    assert client.call(preference.subscribe, uri="x" * 2_048) == {}
    assert client.call(preference.subscribe, uri="x" * 2_049).code == -32602


def test_a_module_that_cannot_be_imported_is_the_servers_fault():
    class Broken(Service):
        def find_resource(self, uri):
            raise ImportError("no boto3")

    client = Client()
    client.service = Broken()
    with pytest.raises(CallFailed, match="invocation-1"):
        client.call(preference.subscribe, uri=URI)
    assert [str(error) for error in client.invocation.errors] == ["no boto3"]


@pytest.mark.parametrize("version", LEGACY)
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("logging/setLevel", {"level": "error"}),
        ("resources/subscribe", {"uri": URI}),
        ("resources/unsubscribe", {"uri": URI}),
    ],
)
def test_a_wish_is_granted_in_an_environment_that_never_saw_the_handshake(
    version, method, params
):
    service = Service().with_resources({URI: None})
    service.announces = frozenset(("updates",))
    one, other = environments(service)
    sink = post(other, a_call(method, params), shake_hands(one, version))
    assert sink.json == {"jsonrpc": "2.0", "id": 1, "result": {}}
