"""tools/context.py: what a tool says goes straight to its caller, what it asks does so once."""

import asyncio
import datetime

import pytest

from firstbyte.tools import (
    Elicitation,
    Elicited,
    Root,
    Roots,
    Sampled,
    Text,
    Unanswered,
)
from firstbyte.tools.context import LEVELS, Context
from tests.tools.fakes import Listener

NAME = {"type": "object", "properties": {"name": {"type": "string"}}}


class Partner(Listener):
    """A caller that answers each question by its method, and recalls `steps`."""

    is_cancelled = True
    capabilities = {}  # noqa: RUF012 - never changed

    def __init__(self, steps=()):
        super().__init__()
        self.steps = dict(steps)
        self.asked = []

    def ask(self, questions):
        self.asked += [(key, each.method, each.params) for key, each in questions.items()]
        answers = {
            "elicitation/create": {"action": "accept", "content": {"name": "Ann"}},
            "sampling/createMessage": {
                "role": "assistant",
                "content": {"type": "text", "text": "hi"},
                "model": "m",
            },
            "roots/list": {"roots": [{"uri": "file:///a"}]},
            "ping": {},
        }
        return {key: each.read(answers[each.method]) for key, each in questions.items()}

    def recall(self, step):
        return (self.steps[step],) if step in self.steps else None

    def remember(self, step, value):
        self.steps[step] = value

    def announce(self, change, uri):
        self.heard.append((change, uri))

    def let_go(self, retry_ms):
        self.heard.append(("let go", retry_ms))


def through(function):
    """Run `function` of a context, and again where everything is remembered."""
    first = Partner()
    value = function(Context(first))
    assert function(Context(Partner(first.steps))) == value
    return value


def test_progress_is_passed_on_as_it_is():
    listener = Listener()
    context = Context(listener)
    context.progress(1)
    context.progress(2.5, 10, "half")
    assert listener.heard == [("progress", 1, None, None), ("progress", 2.5, 10, "half")]


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_can_be_logged(level):
    listener = Listener()
    Context(listener).log(level, {"a": 1}, "my.logger")
    assert listener.heard == [(level, {"a": 1}, "my.logger")]


@pytest.mark.parametrize("level", ["debug", "info", "notice", "warning", "error"])
def test_the_common_levels_have_methods(level):
    listener = Listener()
    getattr(Context(listener), level)("words")
    assert listener.heard == [(level, "words", None)]


def test_an_unknown_level_is_refused():
    listener = Listener()
    with pytest.raises(ValueError, match="'warn' is none of debug, info"):
        Context(listener).log("warn", "words")
    assert listener.heard == []


def test_a_tool_can_ask_about_its_call():
    context = Context(Listener())
    assert (context.request_id, context.remaining_ms(), context.invocation_number) == (
        "request-1",
        1234,
        7,
    )


def test_each_kind_of_question_has_a_method():
    partner = Partner()
    context = Context(partner)
    assert context.elicit("Who?", NAME) == Elicited("accept", {"name": "Ann"})
    assert context.elicit_url("Go", "https://a.example") == Elicited("accept")
    assert context.sample("Hello", max_tokens=5) == Sampled("assistant", [Text("hi")], "m")
    assert context.roots() == [Root("file:///a")]
    assert context.ping() is None
    hello = {"role": "user", "content": {"type": "text", "text": "Hello"}}
    assert partner.asked == [
        (
            "question_1",
            "elicitation/create",
            {"mode": "form", "message": "Who?", "requestedSchema": NAME},
        ),
        (
            "question_2",
            "elicitation/create",
            {"mode": "url", "message": "Go", "url": "https://a.example"},
        ),
        ("question_3", "sampling/createMessage", {"messages": [hello], "maxTokens": 5}),
        ("question_4", "roots/list", {}),
        ("question_5", "ping", {}),
    ]


def test_an_authors_key_is_the_questions_key():
    partner = Partner()
    context = Context(partner)
    context.elicit("Who?", NAME, key="who")
    context.elicit_url("Go", "https://a.example", key="where")
    context.sample("Hello", key="what")
    context.roots(key="files")
    context.roots()
    keys = [key for key, _, _ in partner.asked]
    assert keys == ["who", "where", "what", "files", "question_1"]


def test_several_questions_are_asked_at_once():
    partner = Partner()
    answers = Context(partner).ask({"files": Roots(), "name": Elicitation("Who?", NAME)})
    assert answers == {
        "files": [Root("file:///a")],
        "name": Elicited("accept", {"name": "Ann"}),
    }
    assert [key for key, _, _ in partner.asked] == ["files", "name"]


def test_no_questions_have_no_answers():
    partner = Partner()
    assert Context(partner).ask({}) == {}
    assert partner.asked == []


def test_a_key_stands_for_one_question():
    partner = Partner()
    context = Context(partner)
    context.roots(key="files")
    with pytest.raises(ValueError, match="key 'files' was asked already"):
        context.ask({"other": Roots(), "files": Roots()})
    assert [key for key, _, _ in partner.asked] == ["files"]


def test_a_refused_question_is_the_functions_to_deal_with():
    class Deaf(Partner):
        def ask(self, questions):
            for question in questions.values():
                raise question.refusal("no")

    with pytest.raises(Unanswered, match="the client's model cannot be asked: no"):
        Context(Deaf()).sample("Hello")


@pytest.mark.parametrize(
    ("declared", "can"),
    [
        ({}, []),
        ({"elicitation": {}}, ["elicitation"]),
        ({"elicitation": {"form": {}}}, ["elicitation"]),
        ({"elicitation": {"url": {}}}, ["elicitation.url"]),
        ({"elicitation": {"form": {}, "url": {}}}, ["elicitation", "elicitation.url"]),
        ({"sampling": {}}, ["sampling"]),
        ({"sampling": {"tools": {}}}, ["sampling", "sampling.tools"]),
        ({"sampling": {"tools": True}}, ["sampling"]),
        ({"roots": {"listChanged": True}}, ["roots"]),
        ({"roots": None, "sampling": [], "elicitation": "url"}, []),
    ],
    ids=repr,
)
def test_what_a_client_can_be_asked_is_told_by_its_capabilities(declared, can):
    partner = Partner()
    partner.capabilities = declared
    known = ["elicitation", "elicitation.url", "roots", "sampling", "sampling.tools"]
    assert [name for name in known if Context(partner).client_can(name)] == can


def test_a_step_runs_once_over_all_rounds():
    runs = []
    assert through(lambda context: context.step("a", lambda: runs.append(1) or 7)) == 7
    assert runs == [1]


def test_a_step_of_null_is_remembered_too():
    runs = []
    assert through(lambda context: context.step("a", lambda: runs.append(1))) is None
    assert runs == [1]


def test_a_step_is_seen_as_json_has_it_in_the_first_run_too():
    day = datetime.date(2026, 7, 28)
    value = through(lambda context: context.step("a", lambda: {1: (day, 2.0)}))
    assert value == {"1": ["2026-07-28", 2.0]}


def test_what_a_function_does_to_a_steps_value_is_not_remembered():
    def spoil(context):
        value = context.step("a", lambda: [1])
        seen = list(value)
        value.append(2)
        return seen

    partner = Partner()
    assert spoil(Context(partner)) == [1]
    again = Partner(partner.steps)
    assert [spoil(Context(again)), spoil(Context(Partner(again.steps)))] == [[1], [1]]


def test_an_async_step_is_awaited_in_every_round():
    runs = []

    async def work():
        runs.append(1)
        return (1, 2)

    async def body(context):
        return await context.step("a", work)

    # A lambda that returns an awaitable does not look like an async function.
    async def lambda_body(context):
        return await context.step("a", lambda: work())

    assert through(lambda context: asyncio.run(body(context))) == [1, 2]
    assert through(lambda context: asyncio.run(lambda_body(context))) == [1, 2]
    assert runs == [1, 1]


def test_a_step_name_stands_for_one_step():
    context = Context(Partner({"a": [False, 1]}))
    context.step("a", lambda: 2)
    with pytest.raises(ValueError, match="a step 'a' in this call already"):
        context.step("a", lambda: 3)


def test_a_step_that_failed_can_be_tried_again():
    outcomes = iter([ZeroDivisionError("no luck"), 7])

    def work():
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    context = Context(Partner())
    with pytest.raises(ZeroDivisionError):
        context.step("a", work)
    assert context.step("a", work) == 7


def test_an_exception_of_a_step_is_not_remembered():
    partner = Partner()

    def fail():
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        Context(partner).step("a", fail)
    assert partner.steps == {}
    assert Context(partner).step("a", lambda: 1) == 1


@pytest.mark.parametrize("value", [object(), float("nan"), 2**70, "\ud800"], ids=repr)
def test_what_json_cannot_carry_is_no_step(value):
    partner = Partner()
    with pytest.raises(ValueError, match="what step 'a' returned is not for JSON"):
        Context(partner).step("a", lambda: value)
    assert partner.steps == {}


def test_a_step_may_hold_a_step():
    runs = []

    def body(context):
        def outer():
            runs.append("outer")
            return [context.step("inner", lambda: runs.append("inner") or 1)]

        return context.step("outer", outer)

    assert through(body) == [1]
    assert runs == ["outer", "inner"]


def test_a_step_may_hold_no_question():
    partner = Partner()
    context = Context(partner)
    with pytest.raises(ValueError, match="step 'a' is not over"):
        context.step("a", context.roots)
    assert partner.asked == []
    assert context.roots() == [Root("file:///a")]


def test_nothing_is_asked_while_an_async_step_runs():
    async def body(context):
        async def work():
            return 1

        begun = context.step("a", work)
        with pytest.raises(ValueError, match="step 'a' is not over"):
            context.roots()
        return await begun, context.roots()

    assert asyncio.run(body(Context(Partner()))) == (1, [Root("file:///a")])


def test_a_function_that_is_left_begins_no_step():
    class Leaving(BaseException):
        pass

    class Elsewhere(Partner):
        def ask(self, questions):
            raise Leaving

    partner = Elsewhere()
    context = Context(partner)
    for attempt in (context.roots, lambda: context.step("a", lambda: 1)):
        with pytest.raises(Leaving):
            attempt()
    assert partner.steps == {}


def test_a_failed_async_step_is_over():
    async def body(context):
        async def fail():
            raise LookupError

        with pytest.raises(LookupError):
            await context.step("a", fail)
        return context.roots()

    assert asyncio.run(body(Context(Partner()))) == [Root("file:///a")]


def test_changes_are_announced_by_their_kind():
    partner = Partner()
    context = Context(partner)
    context.tools_changed()
    context.prompts_changed()
    context.resources_changed()
    context.resource_updated("a:b")
    assert partner.heard == [
        ("tools", ""),
        ("prompts", ""),
        ("resources", ""),
        ("updates", "a:b"),
    ]


def test_a_function_can_hang_up():
    partner = Partner()
    context = Context(partner)
    context.close_stream()
    context.close_stream(retry_ms=10)
    assert partner.heard == [("let go", None), ("let go", 10)]


def test_a_function_can_learn_that_nobody_waits():
    assert Context(Partner()).is_cancelled is True
