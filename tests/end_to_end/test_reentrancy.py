"""However often a function is run again, in whatever process, it comes to what one run does."""

import http.client
import json
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firstbyte.handler.keys import Keys
from firstbyte.tools.testing import Client
from tests.emulating import BOOTSTRAP, emulator, memory_in
from tests.end_to_end.reentrant import KINDS, answer, make_server
from tests.transport.asking import ALL
from tests.transport.fakes import (
    CAPABILITIES_KEY,
    Clock,
    Sink,
    Store,
    a_memory,
    an_endpoint,
    call_legacy,
    call_modern,
    post,
    shake_hands,
)
from tests.waiting import BOUND_S

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 2**60) | st.floats(-1, 1) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=4,
)
KIND = st.sampled_from(KINDS)
ASKS = st.tuples(st.just("ask"), KIND, st.booleans()) | st.tuples(
    st.just("together"), st.lists(KIND, max_size=3)
)


def instructions(ways, *more):
    step = st.tuples(st.just("step"), st.sampled_from(ways), VALUES)
    simple = st.one_of(step, step, ASKS, ASKS, st.tuples(st.just("fail")), *more)

    def compound(inner):
        body = st.lists(inner, min_size=1, max_size=3)
        return (
            st.tuples(st.just("if"), body, body)
            | st.tuples(st.just("repeat"), body)
            | st.tuples(st.just("swallow"), body)
        )

    return st.lists(st.recursive(simple, compound, max_leaves=4), max_size=6)


SYNC = instructions(["plain", "spoiled", "nested"])
ASYNC = instructions(
    ["plain", "spoiled", "nested", "awaited"],
    st.tuples(st.just("gather"), st.lists(VALUES, max_size=3)),
)
PROGRAMS = SYNC.map(lambda program: ("run", program)) | ASYNC.map(
    lambda program: ("run_async", program)
)


class Played:
    """What a program came to: what it saw, what it did, what it asked in which order."""

    def __init__(self, seen, questions, folder):
        self.seen = seen
        self.questions = questions
        self.effects = _lines(folder / "effects")
        self.processes = _lines(folder / "runs")

    def told(self):
        return self.seen, self.effects, self.questions


def _lines(path):
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def play(way, tool, program, **options):
    """Have `way` play a program, with a folder for what it does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = json.loads(json.dumps({"program": program, "folder": name}))
        return Played(*way(tool, arguments, **options), folder)


def straight(tool, arguments):
    """Once, from the start to the end, in this process."""
    client = Client(make_server(), lambda _, *asked: answer(*asked), is_legacy=True)
    called = client.call(tool, **arguments)
    assert not called.is_error, called.text
    return called.structured["seen"], [asked for _, *asked in called.questions]


def in_rounds(tool, arguments, *, environments, forgets=()):
    """Each round in one more of `environments`; the client `forgets` some of its answers."""
    will_forget, known, state = iter(forgets), {}, {}
    for call_id, environment in enumerate(environments, 1):
        params = {"name": tool, "arguments": arguments, **state}
        meta = {CAPABILITIES_KEY: ALL}
        sink = call_modern(environment, "tools/call", params, meta=meta, call_id=call_id)
        result = sink.json["result"]
        if result["resultType"] == "complete":
            return result["structuredContent"]["seen"], list(known.values())
        asked = {
            key: [each["method"], each["params"]]
            for key, each in result["inputRequests"].items()
        }
        known = {**known, **asked}
        state = {
            "requestState": result["requestState"],
            "inputResponses": {
                key: answer(*each)
                for key, each in asked.items()
                if not next(will_forget, False)
            },
        }
    raise AssertionError("there is no end to it")


def in_conversation(tool, arguments):
    """In one go, the client's answers arriving in another environment than the call's."""
    clock = Clock()
    first, second = _environments(clock, Store(clock))
    session = shake_hands(first, "2025-11-25", ALL)
    sink, asked = Sink(), {}

    def answer_what_is_asked():
        for message in sink.events:
            if "method" in message and message["id"] not in asked:
                params = dict(message["params"])
                # It names the flow to the client, and is another one each time.
                params.pop("elicitationId", None)
                question = asked[message["id"]] = [message["method"], params]
                told = {"jsonrpc": "2.0", "id": message["id"], "result": answer(*question)}
                assert post(second, told, session).status == 202

    clock.during_pause = answer_what_is_asked
    call_legacy(first, "tools/call", {"name": tool, "arguments": arguments}, session, sink=sink)
    message = sink.events[-1] if asked else sink.json
    return message["result"]["structuredContent"]["seen"], list(asked.values())


def _environments(*memory):
    """Two environments that share what is given."""
    return [_fresh(*memory), _fresh(*memory)]


def _fresh(clock=None, store=None):
    """An environment that shares its keys with others, and a store if there is one."""
    return an_endpoint(make_server(), a_memory(clock, Keys({"k": bytes(32)}), store))


def _always_fresh():
    return (_fresh() for _ in range(200))


@given(PROGRAMS, st.lists(st.booleans(), max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_program_run_anew_for_each_answer_comes_to_what_one_run_does(told, forgets):
    once = play(straight, *told)
    anew = play(in_rounds, *told, environments=_always_fresh(), forgets=forgets)
    assert anew.told() == once.told()


@given(PROGRAMS)
@settings(max_examples=60, deadline=None)
def test_a_program_whose_client_is_asked_on_the_stream_comes_to_the_same(told):
    conversed = play(in_conversation, *told)
    assert conversed.told() == play(straight, *told).told()
    assert len(conversed.processes) == 1


class InNewProcess:
    """The emulated function, with all its environments ended before each call."""

    def __init__(self, running):
        self._running = running

    def answer(self, request, sink, _invocation):
        self._running.redeploy()
        parts = urlsplit(self._running.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, BOUND_S)
        try:
            connection.request(request.method, parts.path, request.body, dict(request.headers))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            sink.open(response.status, headers)
            sink.close(response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    settings = memory_in(tmp_path_factory.mktemp("store"))
    command = (*BOOTSTRAP, "tests.end_to_end.reentrant:server")
    with emulator(*command, env=settings) as running:
        yield running


@given(told=PROGRAMS)
@settings(max_examples=12, deadline=None)
def test_a_program_restarted_in_a_new_process_at_every_round_comes_to_the_same(running, told):
    once = play(straight, *told)
    # What asks nothing is done in its first process.
    assume(once.questions)
    anew = play(in_rounds, *told, environments=[InNewProcess(running)] * 50)
    assert anew.told() == once.told()
    assert len(set(anew.processes)) == len(anew.processes) >= 2
