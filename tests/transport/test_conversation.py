"""transport/conversation.py: a legacy client's answers find the call that waits for them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.cancellation import Cancellation, cancel
from firstbyte.transport.codec import Codec
from firstbyte.transport.conversation import Conversation, deliver
from firstbyte.transport.errors import StoreFailed
from firstbyte.transport.interruption import Cancelled
from firstbyte.transport.session import Record, change_record
from tests.transport.asking import (
    ALL,
    Answer,
    Brief,
    Question,
    Refused,
    a_remembering_memory,
    a_session,
    an_exchange,
)
from tests.transport.fakes import LEGACY, a_memory


def a_result(content):
    return {"result": {"action": "accept", "content": content}}


class Client:
    """A client that answers each question it is asked, after so many of the asker's pauses.

    Its answers, one for each question, go to an environment of their own. `verdicts` are what
    that environment made of them.
    """

    def __init__(self, *answers, after_pauses=0, version="2025-11-25", capabilities=ALL):
        self.verdicts = []
        self.pauses_s = []
        self._answers = list(answers)
        self._due = []
        self._after_pauses = after_pauses
        self._version = version
        self._capabilities = capabilities
        self.memory = a_remembering_memory(during_pause=self._go_on)
        self.answer = Answer(on_request=self._be_asked)

    def ask(self, questions, invocation=None):
        exchange = an_exchange(
            version=self._version,
            memory=self.memory,
            capabilities=self._capabilities,
            answer=self.answer,
            invocation=invocation or Brief(10_000),
        )
        return Conversation(exchange, exchange.session, Cancellation(exchange)).ask(questions)

    def tell(self, call_id, answer):
        elsewhere = a_memory(self.memory.clock, self.memory.keys, self.memory.store)
        message = {"jsonrpc": "2.0", "id": call_id, **answer}
        self.verdicts.append(deliver(elsewhere, Codec(), a_session(self._version), message))

    def _be_asked(self, call_id):
        if self._answers:
            self._due.append((call_id, self._answers.pop(0)))
        if not self._after_pauses:
            self._tell_all()

    def _go_on(self):
        self.pauses_s.append(self.memory.clock.now_s)
        if len(self.pauses_s) >= self._after_pauses:
            self._tell_all()

    def _tell_all(self):
        while self._due:
            self.tell(*self._due.pop(0))


@pytest.mark.parametrize("after_pauses", [0, 1, 30])
def test_an_answer_is_read_whenever_and_wherever_it_comes(after_pauses):
    client = Client(a_result("Ada"), after_pauses=after_pauses)
    assert client.ask({"user": Question()}) == {"user": "Ada"}
    assert client.verdicts == ["taken"]


def test_a_question_is_a_request_under_an_id_nobody_can_guess():
    client = Client(a_result(1), a_result(2))
    question = Question()
    client.ask({"a": question, "b": Question("and?")})
    (first, *told), (second, *_) = client.answer.said
    assert told == ["elicitation/create", question.params]
    assert first != second
    assert len(first) == len(second) == 22


def test_all_questions_are_sent_before_any_is_waited_for():
    client = Client(a_result(1), a_result(2), a_result(3), after_pauses=1)
    questions = {key: Question(key) for key in ("one", "two", "three")}
    assert client.ask(questions) == {"one": 1, "two": 2, "three": 3}
    assert len(client.answer.said) == 3


def test_no_questions_have_no_answers():
    client = Client()
    assert client.ask({}) == {}
    assert client.answer.said == client.pauses_s == []


def test_the_pauses_grow_to_a_quarter_of_a_second():
    client = Client(a_result(1), after_pauses=7)
    start = client.memory.clock.now_s
    client.ask({"a": Question()})
    moments = [start, *client.pauses_s]
    pauses = [round(1000 * (b - a)) for a, b in pairwise(moments)]
    assert pauses == [25, 50, 100, 200, 250, 250, 250]


def test_an_error_of_the_clients_is_a_refusal_with_its_words():
    client = Client({"error": {"code": -1, "message": "User rejected " + 1000 * "x"}})
    with pytest.raises(
        Refused, match=r"^the client did not answer; it says: User rejected x+$"
    ) as refused:
        client.ask({"a": Question()})
    assert len(str(refused.value)) < 400


def test_an_answer_that_does_not_fit_the_question_is_a_refusal():
    client = Client({"result": {"action": "accept"}})
    with pytest.raises(Refused, match="does not fit the question"):
        client.ask({"a": Question()})


@pytest.mark.parametrize("version", LEGACY)
def test_what_the_revision_does_not_know_is_not_asked(version):
    client = Client(a_result("x"), version=version)
    knows_elicitation = version in LEGACY[:2]
    if knows_elicitation:
        assert client.ask({"a": Question()}) == {"a": "x"}
        ((_, _, params),) = client.answer.said
        assert ("mode" in params) is (version == LEGACY[0])
    else:
        with pytest.raises(Refused, match="the client's protocol revision does not know it"):
            client.ask({"a": Question()})
        assert client.answer.said == []


@pytest.mark.parametrize("capabilities", [{}, {"roots": {}}, {"elicitation": {"url": {}}}])
def test_what_the_client_cannot_do_is_not_asked_and_nothing_beside_it(capabilities):
    client = Client(capabilities=capabilities)
    roots = Question(method="roots/list", params={}, needs={"roots": {}})
    with pytest.raises(Refused, match="does not declare"):
        client.ask({"b": roots, "a": Question()})
    assert client.answer.said == []


def test_every_client_can_be_pinged():
    client = Client(a_result("pong"), capabilities={}, version=LEGACY[-1])
    ping = Question(method="ping", params={}, needs={})
    assert client.ask({"ping": ping}) == {"ping": "pong"}
    ((_, method, params),) = client.answer.said
    assert (method, params) == ("ping", {})


def test_a_question_without_an_answer_in_time_is_taken_back_and_refused():
    client = Client(a_result("one"))
    with pytest.raises(Refused, match="did not answer; the time for the call is up"):
        client.ask({"a": Question(), "b": Question()}, Brief(5))
    (_, _, _), (second, _, _), (method, params) = client.answer.said
    assert (method, params["requestId"]) == ("notifications/cancelled", second)


def test_a_call_that_is_taken_back_waits_no_longer():
    client = Client()
    client.memory.clock.during_pause = lambda: cancel(client.memory, a_session(), 1)
    with pytest.raises(Cancelled):
        client.ask({"a": Question()})


def leave(memory):
    change_record(memory, a_session(), lambda old: Record(is_ended=True))


def expire(memory):
    memory.clock.now_s = a_session().expires_s


@pytest.mark.parametrize("end", [leave, expire])
def test_a_question_whose_session_is_over_is_taken_back_and_refused(end):
    client = Client()
    ended_s = []

    def end_once():
        if not ended_s:
            end(client.memory)
            ended_s.append(client.memory.clock.now_s)

    client.memory.clock.during_pause = end_once
    with pytest.raises(Refused, match="did not answer; its session is over"):
        client.ask({"a": Question()}, Brief(1_000))
    (call_id, _, _), told = client.answer.said
    params = {"requestId": call_id, "reason": "its session is over"}
    assert told == ("notifications/cancelled", params)
    assert client.memory.clock.now_s - ended_s[0] < 1


def test_an_answer_to_a_call_that_is_over_is_taken_and_changes_nothing():
    client = Client()
    with pytest.raises(Refused):
        client.ask({"a": Question()}, Brief(2))
    client.tell(client.answer.said[0][0], a_result("late"))
    client.tell(client.answer.said[0][0], a_result("later"))
    assert client.verdicts == ["taken", "repeated"]


def test_the_deadline_ends_the_waiting():
    class Deadline(BaseException):
        pass

    def fire():
        raise Deadline

    client = Client()
    client.memory.clock.during_pause = fire
    with pytest.raises(Deadline):
        client.ask({"a": Question()})


def test_a_store_that_fails_is_the_functions_to_hear_of():
    class Failing:
        def put(self, *_):
            raise StoreFailed("gone")

    client = Client()
    client.memory = a_memory(client.memory.clock, client.memory.keys, Failing())
    with pytest.raises(StoreFailed):
        client.ask({"a": Question()})
    assert client.answer.said == []


def test_there_are_no_rounds_to_remember_anything_for():
    client = Client()
    exchange = an_exchange(version="2025-11-25", memory=client.memory)
    conversation = Conversation(exchange, exchange.session, Cancellation(exchange))
    conversation.remember("step", 1)
    assert conversation.recall("step") is None


def test_the_first_answer_counts_and_the_second_is_told_so():
    client = Client()
    exchange_ids = []

    def answer_twice(call_id):
        exchange_ids.append(call_id)
        client.tell(call_id, a_result("first"))
        client.tell(call_id, a_result("second"))

    client.answer = Answer(on_request=answer_twice)
    assert client.ask({"a": Question()}) == {"a": "first"}
    client.tell(exchange_ids[0], a_result("third"))
    assert client.verdicts == ["taken", "repeated", "repeated"]


def test_of_two_answers_at_once_one_is_taken():
    client = Client()

    class Racing:
        """A store in which somebody else writes between a `get` and the next `put`."""

        def get(self, key):
            item = client.memory.store.get(key)
            client.memory.store.put(key, b'{"result":{"content":"other"}}', 60)
            return item

        put = client.memory.store.put

    raced = a_memory(client.memory.clock, client.memory.keys, Racing())
    verdicts = []

    def answer(call_id):
        message = {"id": call_id, **a_result("mine")}
        verdicts.append(deliver(raced, Codec(), a_session(), message))

    client.answer = Answer(on_request=answer)
    assert client.ask({"a": Question()}) == {"a": "other"}
    assert verdicts == ["repeated"]


@pytest.mark.parametrize(
    "call_id",
    [None, 1, "", "1", "x" * 22, "é" * 22, "x" * 10_000, ["x"], {"x": 1}, True, "\0" * 22],
)
def test_what_was_never_asked_has_no_answer(call_id):
    memory = a_remembering_memory()
    message = {"jsonrpc": "2.0", "id": call_id, "result": {}}
    assert deliver(memory, Codec(), a_session(), message) == "unasked"


def test_another_session_has_no_say():
    client = Client()
    verdicts = []

    def answer(call_id):
        message = {"id": call_id, **a_result("mine")}
        other = a_session(key="session-2")
        verdicts.append(deliver(client.memory, Codec(), other, message))
        client.tell(call_id, a_result("yours"))

    client.answer = Answer(on_request=answer)
    assert client.ask({"a": Question()}) == {"a": "yours"}
    assert verdicts == ["unasked"]


def test_a_question_is_forgotten_after_an_hour():
    client = Client()
    with pytest.raises(Refused):
        client.ask({"a": Question()}, Brief(2))
    call_id = client.answer.said[0][0]
    client.memory.clock.now_s += 3600
    client.tell(call_id, a_result("late"))
    assert client.verdicts == ["unasked"]


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
) | st.sampled_from([nested(900), nested(100_000)])


@given(
    st.dictionaries(st.sampled_from(["result", "error", "method", "jsonrpc"]), JSON)
    | st.fixed_dictionaries({"error": st.fixed_dictionaries({"message": JSON})})
    | st.fixed_dictionaries({"result": st.dictionaries(st.sampled_from(["content"]), JSON)})
)
def test_whatever_a_client_answers_it_is_an_answer_or_a_refusal(message):
    client = Client(message)
    try:
        answers = client.ask({"a": Question()})
    except Refused:
        pass
    else:
        assert answers["a"] == message["result"]["content"]
    assert client.verdicts == ["taken"]
