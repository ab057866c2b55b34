"""transport/rounds.py: a call run again with answers comes to what a straight run does."""

import json
from base64 import urlsafe_b64decode
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.keys import Keys
from firstbyte.transport import authored
from firstbyte.transport.errors import CallEnded, NotJson
from firstbyte.transport.fault import Fault
from firstbyte.transport.rounds import MAX_STATE_BYTES
from tests.transport.asking import Answer, Question, Refused, an_exchange, some_keys
from tests.transport.fakes import INFO_KEY, Clock, Service, a_memory

INVALID = (
    -32602,
    "requestState is invalid or has expired",
    {"reason": "invalid_request_state"},
)


def run(body, params=None, **options):
    """What a call ends with: the function's value, or the response it got instead."""
    try:
        return authored.run(an_exchange(params, **options), body)
    except CallEnded as ended:
        return ended.response


def told(fault):
    assert isinstance(fault, Fault)
    return fault.code, fault.message, fault.data


def answered(response, **contents):
    """The params a client repeats a call with, after a trip through JSON."""
    params = {
        "requestState": response["requestState"],
        "inputResponses": {key: {"content": value} for key, value in contents.items()},
    }
    return json.loads(json.dumps(params))


def ask_for_a_name(caller):
    return caller.ask({"user": Question()})["user"]


def test_a_question_ends_the_call_and_its_answer_is_there_the_next_time():
    response = run(ask_for_a_name)
    question = Question()
    assert response.keys() == {"resultType", "inputRequests", "requestState"}
    assert response["resultType"] == "input_required"
    assert response["inputRequests"] == {
        "user": {"method": question.method, "params": question.params}
    }
    assert run(ask_for_a_name, answered(response, user="Ada")) == "Ada"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("tools/call", {"name": "run", "arguments": {"a": 1}}),
        ("prompts/get", {"name": "run"}),
        ("resources/read", {"uri": "s3://b/k"}),
    ],
)
def test_whatever_may_be_run_again_may_ask(method, params):
    response = run(ask_for_a_name, params, method=method)
    again = {**params, **answered(response, user="Ada")}
    assert run(ask_for_a_name, again, method=method) == "Ada"


def test_completion_may_not_ask_and_ignores_what_is_not_its_own():
    params = {"requestState": 1, "inputResponses": 2}
    with pytest.raises(Exception, match="function failed"):
        run(ask_for_a_name, params, method="completion/complete")


def test_questions_asked_together_go_out_together_and_only_what_is_missing_again():
    def body(caller):
        return caller.ask({key: Question(key) for key in "abc"})

    first = run(body)
    assert list(first["inputRequests"]) == ["a", "b", "c"]
    second = run(body, answered(first, a=1, c=3))
    assert list(second["inputRequests"]) == ["b"]
    assert run(body, answered(second, b=2)) == {"a": 1, "b": 2, "c": 3}


def test_the_clients_answers_may_be_anything_the_question_takes():
    for value in (None, 0, "", [], {}, False):
        assert run(ask_for_a_name, answered(run(ask_for_a_name), user=value)) == value


def test_an_answer_that_is_none_is_asked_for_again():
    params = answered(run(ask_for_a_name))
    params["inputResponses"] = {"user": {"action": "accept"}}
    response = run(ask_for_a_name, params)
    assert list(response["inputRequests"]) == ["user"]
    assert run(ask_for_a_name, answered(response, user="Ada")) == "Ada"


def test_answers_nobody_asked_for_are_ignored():
    response = run(ask_for_a_name)
    response = run(ask_for_a_name, answered(response, somebody="Eve"))
    assert list(response["inputRequests"]) == ["user"]
    later = run(lambda caller: caller.ask({"next": Question("and?")}), answered(response))
    assert run(ask_for_a_name, answered(later, user="Eve"))["inputRequests"].keys() == {"user"}


def test_a_client_that_knows_the_questions_may_answer_before_it_is_asked():
    def body(caller):
        return [caller.ask({key: Question(key)})[key] for key in "ab"]

    responses = {"a": {"content": 1}, "z": {"content": 26}}
    response = run(body, {"inputResponses": responses})
    assert list(response["inputRequests"]) == ["b"]
    assert run(body, answered(response, a="changed", b=2)) == [1, 2]


def test_what_is_no_answer_before_it_is_asked_is_asked_for():
    response = run(ask_for_a_name, {"inputResponses": {"user": {"action": "accept"}}})
    assert list(response["inputRequests"]) == ["user"]


def test_an_answer_given_once_is_not_taken_back():
    def body(caller):
        return [caller.ask({key: Question(key)})[key] for key in "ab"]

    second = run(body, answered(run(body), a=1))
    assert run(body, answered(second, a="changed", b=2)) == [1, 2]


def test_an_answer_counts_only_for_the_question_it_was_given_to():
    response = run(lambda caller: caller.ask({"x": Question("the colour?")}))
    params = answered(response, x="red")
    response = run(lambda caller: caller.ask({"x": Question("delete it all?")}), params)
    assert response["inputRequests"]["x"]["params"]["message"] == "delete it all?"


def test_the_order_of_a_questions_members_is_no_matter():
    question = Question()
    response = run(ask_for_a_name)
    turned = Question(params=dict(reversed(question.params.items())))
    body = lambda caller: caller.ask({"user": turned})  # noqa: E731  # it has no name to give
    assert run(body, answered(response, user="Ada")) == {"user": "Ada"}


def test_one_key_cannot_stand_for_two_questions():
    def body(caller):
        with pytest.raises(ValueError, match="'x' stands for two questions"):
            caller.ask({"x": Question("b")})
        return caller.ask({"x": Question("a")})

    def both(caller):
        caller.ask({"x": Question("a")})
        return body(caller)

    assert run(both, answered(run(both), x=1)) == {"x": 1}


def test_a_swallowed_interruption_is_one_all_the_same():
    def body(caller):
        with suppress(BaseException):
            caller.ask({"user": Question()})
        return "never mind"

    assert run(body)["resultType"] == "input_required"


@pytest.mark.parametrize(
    ("declared", "asked", "missing"),
    [
        ({}, ["elicitation"], {"elicitation": {}}),
        ({"elicitation": {"url": {}}}, ["elicitation"], {"elicitation": {}}),
        ({"elicitation": {}}, ["elicitation", "url"], {"elicitation": {"url": {}}}),
        ({"elicitation": None}, ["elicitation"], {"elicitation": {}}),
        ({"sampling": {}}, ["sampling", "tools"], {"sampling": {"tools": {}}}),
        (
            {},
            ["url", "tools", "elicitation", "sampling"],
            {"elicitation": {"url": {}}, "sampling": {"tools": {}}},
        ),
    ],
)
def test_all_the_capabilities_that_are_missing_are_named(declared, asked, missing):
    needs = {
        "elicitation": {"elicitation": {}},
        "url": {"elicitation": {"url": {}}},
        "sampling": {"sampling": {}},
        "tools": {"sampling": {"tools": {}}},
    }
    questions = {name: Question(name, needs=needs[name]) for name in asked}
    fault = run(lambda caller: caller.ask(questions), capabilities=declared)
    assert (fault.code, fault.data) == (-32021, {"requiredCapabilities": missing})


def test_what_is_answered_needs_no_capability_any_more():
    params = answered(run(ask_for_a_name), user="Ada")
    assert run(ask_for_a_name, params, capabilities={}) == "Ada"


def test_a_modern_client_cannot_be_pinged():
    def body(caller):
        with pytest.raises(Refused, match="has no ping"):
            caller.ask({"ping": Question(method="ping", params={}, needs={})})
        return "went on"

    assert run(body) == "went on"


def test_without_keys_nobody_is_asked():
    def body(caller):
        with pytest.raises(Refused, match="only where the server has keys"):
            caller.ask({"user": Question()})
        return "went on"

    assert run(body, memory=a_memory()) == "went on"


def test_without_keys_nothing_is_remembered_and_no_state_is_ours():
    answer = Answer()

    def body(caller):
        caller.remember("a", 1)
        return caller.recall("b")

    assert run(body, memory=a_memory(), answer=answer) is None
    assert answer.last_words is None
    state = run(ask_for_a_name)["requestState"]
    assert told(run(ask_for_a_name, {"requestState": state}, memory=a_memory())) == INVALID


@pytest.mark.parametrize(
    ("params", "message"),
    [
        *(({"requestState": each}, "not a string") for each in (None, 1, [], {}, True)),
        *(({"inputResponses": each}, "not an object") for each in (None, 1, [], "x", True)),
        *(
            ({"inputResponses": {"a": {}, "b": each}}, "not an object of objects")
            for each in (None, 1, [], "x", True)
        ),
    ],
)
def test_wrong_types_are_refused_before_the_function_runs(params, message):
    code, text, data = told(run(pytest.fail, params))
    assert (code, data) == (-32602, None)
    assert message in text


@pytest.mark.parametrize("state", ["", ".", "k.", "k.AAAA", "x", "é", "\0", "k." + "A" * 99])
def test_what_is_no_state_is_refused_before_the_function_runs(state):
    assert told(run(pytest.fail, {"requestState": state})) == INVALID


@given(st.floats(0, 1, exclude_max=True), st.permutations("AQgw_-."))
def test_an_altered_state_is_refused(place, characters):
    state = run(ask_for_a_name)["requestState"]
    index = int(place * len(state))
    # No state is like another, so what is drawn must not depend on this one.
    other = next(char for char in characters if char != state[index])
    altered = state[:index] + other + state[index + 1 :]
    assert told(run(pytest.fail, {"requestState": altered})) == INVALID


def another_server():
    service = Service()
    service.identity = {"name": "another", "version": "1"}
    return service


@pytest.mark.parametrize(
    ("params", "options"),
    [
        pytest.param({"name": "walk"}, {}, id="name"),
        pytest.param({"arguments": {"a": 2, "b": [1]}}, {}, id="arguments"),
        pytest.param({"arguments": {}}, {}, id="no arguments"),
        pytest.param({}, {"method": "prompts/get"}, id="method"),
        pytest.param({}, {"principal": "eve"}, id="principal"),
        pytest.param({}, {"service": another_server()}, id="server"),
        pytest.param({}, {"memory": a_memory(keys=some_keys(2))}, id="keys"),
        pytest.param({}, {"memory": a_memory(Clock(1_800_000_600.0), some_keys())}, id="time"),
    ],
)
def test_a_state_holds_for_one_call_of_one_client(params, options):
    original = {"name": "run", "arguments": {"a": 1, "b": [1]}}
    response = run(ask_for_a_name, original, principal="ada")
    again = {**original, **answered(response, user="Ada")}
    same_but_one = {"principal": "ada", **options}
    assert run(ask_for_a_name, again, principal="ada") == "Ada"
    assert told(run(pytest.fail, {**again, **params}, **same_but_one)) == INVALID


def test_a_state_is_good_for_ten_minutes_from_the_last_round_on():
    def body(caller):
        return [caller.ask({key: Question(key)})[key] for key in "ab"]

    clock = Clock()
    memory = a_memory(clock, some_keys())
    first = run(body, memory=memory)
    clock.now_s += 599
    second = run(body, answered(first, a=1), memory=memory)
    clock.now_s += 599
    assert run(body, answered(second, b=2), memory=memory) == [1, 2]


def test_an_older_key_reads_what_it_sealed():
    secrets = {"new": bytes([2]) * 32, "k": bytes([1]) * 32}
    turned = a_memory(keys=Keys(secrets))
    assert run(ask_for_a_name, answered(run(ask_for_a_name), user=1), memory=turned) == 1


def test_arguments_may_come_in_another_order():
    response = run(ask_for_a_name, {"arguments": {"a": 1, "b": {"c": 2, "d": 3}}})
    again = {"arguments": {"b": {"d": 3, "c": 2}, "a": 1}}
    assert run(ask_for_a_name, {**again, **answered(response, user="Ada")}) == "Ada"


def test_the_client_cannot_read_the_state():
    def body(caller):
        caller.remember("secret step", "secret value")
        return caller.ask({"user": Question("secret question")})

    key, sealed = run(body)["requestState"].split(".")
    octets = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert key == "k"
    assert b"secret" not in octets


def test_a_step_is_remembered_for_the_next_round():
    def body(caller):
        known = caller.recall("id")
        if known is None:
            caller.remember("id", {"n": None})
        caller.ask({"user": Question()})
        return known

    assert run(body, answered(run(body), user=1)) == ({"n": None},)


def test_what_is_not_json_cannot_be_remembered():
    def body(caller):
        with pytest.raises(NotJson):
            caller.remember("id", object())
        return caller.recall("other")

    assert run(body) is None


def test_what_is_kept_is_refused_before_a_client_could_not_read_it():
    answer = Answer()

    def body(caller):
        caller.ask({"user": Question()})
        caller.remember("most", "x" * (MAX_STATE_BYTES - 200))
        kept = answer.last_words
        with pytest.raises(ValueError, match=rf"'rest' .* at most {MAX_STATE_BYTES} are kept"):
            caller.remember("rest", "x" * 200)
        assert answer.last_words is kept
        return caller.recall("rest"), len(kept) < 2**20

    assert run(body, answered(run(ask_for_a_name), user=1), answer=answer) == (None, True)


def ask_twice(caller):
    caller.ask({"user": Question()})
    return caller.ask({"other": Question("Another?")})


def test_answers_too_long_to_be_kept_end_the_call_where_it_asks_on():
    params = answered(run(ask_twice), user="x" * MAX_STATE_BYTES)
    (code, message, data) = told(run(ask_twice, params))
    assert (code, data) == (-32602, None)
    assert message.startswith("the call keeps 524")
    assert message.endswith(f"bytes of steps and answers, at most {MAX_STATE_BYTES} are kept")


def test_an_answer_of_any_length_is_taken_where_nothing_more_is_asked():
    params = answered(run(ask_for_a_name), user="x" * MAX_STATE_BYTES)
    assert len(run(ask_for_a_name, params)) == MAX_STATE_BYTES


def test_a_step_leaves_words_by_which_a_deadline_hands_the_call_over():
    answer = Answer()

    def body(caller):
        if caller.recall("half") is None:
            caller.remember("half", 21)
            return None
        return 2 * caller.recall("half")[0]

    run(body, answer=answer, call_id="c")
    message = json.loads(answer.last_words)
    state = message["result"].pop("requestState")
    assert message == {
        "jsonrpc": "2.0",
        "id": "c",
        "result": {
            "resultType": "input_required",
            "_meta": {INFO_KEY: {"name": "fake", "version": "1", "title": "Fake"}},
        },
    }
    again = Answer()
    assert run(body, {"requestState": state}, answer=again) == 42
    assert again.last_words is None


def test_answers_nobody_has_read_yet_are_handed_over_too():
    answer = Answer()
    params = answered(run(ask_for_a_name), user="Ada")
    run(lambda caller: caller.remember("slow", 1), params, answer=answer)
    state = json.loads(answer.last_words)["result"]["requestState"]
    assert run(ask_for_a_name, {"requestState": state}) == "Ada"


KEYS = "abcde"
STEPS = st.tuples(st.just("step"), st.sampled_from(["one", "two", "three", "four"]))
ASKS = st.tuples(st.just("ask"), st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
PROGRAMS = st.recursive(
    st.lists(STEPS | ASKS, max_size=5),
    lambda inner: st.lists(
        STEPS | ASKS | st.tuples(st.just("branch"), st.sampled_from(KEYS), inner, inner),
        max_size=4,
    ),
    max_leaves=4,
)
ANSWERS = st.fixed_dictionaries(
    {key: st.booleans() | st.integers(-9, 9) | st.text(max_size=3) for key in KEYS}
)
MANNERS = st.lists(
    st.fixed_dictionaries(
        {key: st.sampled_from(["right", "wrong", "missing", "surplus"]) for key in KEYS}
    ),
    max_size=8,
)
HONEST = dict.fromkeys(KEYS, "right")


class Straight:
    """A caller that has every answer at hand."""

    def __init__(self, answers):
        self._answers = answers
        self.questions = []

    def ask(self, questions):
        self.questions += [key for key in questions if key not in self.questions]
        return {key: self._answers[key] for key in questions}

    def recall(self, step):
        return None

    def remember(self, step, value):
        pass


def interpret(program, caller, effects, log, seen):
    """Run `program`; the log of all it learned on its way is its result."""
    for kind, *rest in program:
        if kind == "step":
            (name,) = rest
            if name in seen:
                continue
            known = caller.recall(name)
            if known is None:
                effects[name] += 1
                known = ({name: len(log)},)
                caller.remember(name, *known)
            seen[name] = known[0]
            log.append(known[0])
        elif kind == "ask":
            found = caller.ask({key: Question(f"{key}?") for key in rest[0]})
            seen.update(found)
            log.append(list(found.items()))
        else:
            key, then, otherwise = rest
            interpret(then if seen.get(key) else otherwise, caller, effects, log, seen)
    return log


def respond(response, answers, manner, asked):
    """The params of the next round, of a client with this manner."""
    responses = {}
    for key in KEYS:
        is_asked = key in response["inputRequests"]
        how = manner[key]
        if is_asked and how == "right":
            responses[key] = {"content": answers[key]}
        elif is_asked and how == "wrong":
            responses[key] = {"action": "accept"}
        elif not is_asked and how == "surplus":
            responses[key] = {"content": "surplus"}
    asked += [key for key in response["inputRequests"] if key not in asked]
    params = {"requestState": response["requestState"], "inputResponses": responses}
    return json.loads(json.dumps(params))


@given(PROGRAMS, ANSWERS, MANNERS)
def test_any_program_comes_to_the_same_in_rounds_and_straight(program, answers, manners):
    straight, straight_effects = Straight(answers), Counter()
    expected = interpret(program, straight, straight_effects, [], {})
    effects, asked, params = Counter(), [], {}
    for manner in [*manners, *[HONEST] * 20]:
        ended = run(lambda caller: interpret(program, caller, effects, [], {}), params)
        if not isinstance(ended, dict):
            break
        params = respond(ended, answers, manner, asked)
    assert json.loads(json.dumps(ended)) == json.loads(json.dumps(expected))
    assert effects == straight_effects
    assert asked == straight.questions
