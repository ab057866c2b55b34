"""Calls that ask their client, without an endpoint around: exchanges, questions, an answer."""

from firstbyte.handler.keys import Keys
from firstbyte.transport.codec import Codec
from firstbyte.transport.message import Call
from firstbyte.transport.meta import Wishes
from firstbyte.transport.method import Exchange
from firstbyte.transport.request import STREAM
from firstbyte.transport.revision import LEGACY, REVISIONS
from firstbyte.transport.session import Session
from tests.transport.fakes import MODERN, Clock, Invocation, Service, Store, a_memory

ALL = {"elicitation": {"form": {}, "url": {}}, "sampling": {"tools": {}}, "roots": {}}
"""A client that can do everything."""

FORM = {"type": "object", "properties": {"name": {"type": "string"}}}


class Refused(Exception):
    """The author's function has to do without an answer."""


class Question:
    """A question whose answer is a result's member `content`; anything else is no answer."""

    def __init__(self, text="who?", *, method="elicitation/create", params=None, needs=None):
        self.method = method
        usual = {"mode": "form", "message": text, "requestedSchema": FORM}
        self.params = usual if params is None else params
        self.needs = {"elicitation": {}} if needs is None else needs

    def read(self, answer):
        if "content" not in answer:
            raise ValueError("no content")
        return answer["content"]

    def refusal(self, reason):
        return Refused(reason)


class Answer:
    """An answer that notes what it was told, in order."""

    door = STREAM

    def __init__(self, *, accepts_events=True, on_request=lambda call_id: None):
        self.accepts_events = accepts_events
        self.last_words = None
        self.said = []
        self._on_request = on_request

    def notify(self, method, params):
        self.said.append((method, params))

    def request(self, call_id, method, params):
        self.said.append((call_id, method, params))
        self._on_request(call_id)

    def let_go(self, retry_ms):
        self.said.append(("let go", retry_ms))
        return True


class Brief(Invocation):
    """An invocation whose time is up after so many looks at it."""

    def __init__(self, looks):
        super().__init__()
        self._looks = looks

    def remaining_ms(self):
        self._looks -= 1
        return 1500 if self._looks > 0 else 0


def some_keys(octet=1):
    return Keys({"k": bytes([octet]) * 32})


def a_remembering_memory(**options):
    """A memory with keys and a store; `options` are the clock's."""
    clock = Clock(**options)
    return a_memory(clock, some_keys(), Store(clock))


def a_session(version="2025-11-25", capabilities=ALL, key="session-1"):
    return Session(key, REVISIONS[version], capabilities, 1_900_000_000)


def an_exchange(
    params=None,
    *,
    version=MODERN,
    method="tools/call",
    memory=None,
    capabilities=ALL,
    principal="",
    service=None,
    answer=None,
    invocation=None,
    call_id=1,
    progress_token=None,
    log_threshold=0,
    has_waited=False,
):
    """A call to be answered; a legacy one belongs to a session where there are keys."""
    revision = REVISIONS[version]
    memory = memory or a_memory(keys=some_keys())
    has_session = revision.era == LEGACY and memory.keys is not None
    return Exchange(
        Call(call_id, method, {"name": "run", **(params or {})}),
        {},
        principal,
        revision,
        capabilities,
        a_session(version, capabilities) if has_session else None,
        Wishes(progress_token, log_threshold),
        service or Service(),
        Codec(),
        memory,
        {},
        answer or Answer(),
        invocation or Invocation(),
        memory.clock.epoch_s(),
        has_waited=has_waited,
    )
