"""tools/testing.py: a test sees what a client would see."""

import datetime
from contextlib import suppress
from dataclasses import dataclass

import pytest

from firstbyte.tools import (
    Context,
    Elicited,
    Image,
    ResourceNotFound,
    Root,
    Sampled,
    Sampling,
    Server,
    Suggestions,
    Text,
    ToolError,
    Unanswered,
    complete,
    prompt,
    resource,
    tool,
)
from firstbyte.tools.testing import (
    MAX_ROUNDS,
    MAX_STATE_BYTES,
    Called,
    Client,
    FilledIn,
    WasRead,
)
from firstbyte.transport import rounds


@tool
def greet(name: str, day: datetime.date | None = None, context: Context | None = None) -> str:
    """Greet."""
    context.progress(1, 2, "half")
    context.warning({"name": name}, "greeter")
    return f"{name} {day} {context.remaining_ms()} {context.request_id}"


@tool
def picture() -> list[str | Image]:
    return ["one", Image(b"x", "image/png"), "two"]


@tool
def pair() -> tuple[int, str]:
    return (1, "a")


@tool
def fail(how: str) -> None:
    raise ToolError(how) if how == "kindly" else ValueError(how)


@tool
def number(context: Context) -> int:
    return context.invocation_number


SERVER = Server("s", "1", tools=[greet, picture, pair, fail, number])
CLIENT = Client(SERVER, remaining_ms=77)


def test_a_call_tells_its_result_and_what_was_said():
    assert CLIENT.call("greet", name="Ann", day=datetime.date(2026, 7, 28)) == Called(
        content=[{"type": "text", "text": "Ann 2026-07-28 77 test"}],
        structured=None,
        has_structured=False,
        is_error=False,
        progress=[(1, 2, "half")],
        logs=[("warning", {"name": "Ann"}, "greeter")],
        questions=[],
        announced=[],
        rounds=1,
    )


def test_the_text_is_all_text_blocks():
    assert CLIENT.call("picture").text == "one\ntwo"


def test_results_are_json():
    assert CLIENT.call("pair").structured == [1, "a"]


def test_the_list_is_json_in_order():
    assert [listed["name"] for listed in CLIENT.list_tools()] == [
        "greet",
        "picture",
        "pair",
        "fail",
        "number",
    ]


def test_failures_are_told_as_a_client_and_as_a_log_see_them():
    told = CLIENT.call("fail", how="kindly")
    assert (told.is_error, told.text) == (True, "kindly")
    with pytest.raises(ValueError, match="badly"):
        CLIENT.call("fail", how="badly")


def test_each_call_of_a_client_is_one_more_invocation():
    client = Client(SERVER)
    client.call("picture")
    assert client.call("number").structured == 2
    assert Client(SERVER).call("number").structured == 1


def test_an_unknown_tool_is_a_lookup_error():
    with pytest.raises(LookupError, match="'absent'"):
        CLIENT.call("absent")


@dataclass
class Address:
    street: str


EFFECTS = []


@tool
def order(item: str, context: Context) -> str:
    context.info("begun")
    number = context.step("number", lambda: EFFECTS.append(item) or len(EFFECTS))
    address = context.elicit("Where to?", Address, key="address").content
    thanks = context.sample("Say thanks").text
    context.tools_changed()
    return f"{item} {number} {address.street} {thanks}"


@tool
def swallow(context: Context) -> str:
    try:
        context.roots()
    except BaseException:  # noqa: BLE001 - what an author should not write
        context.info("not heard")
    return "swallowed"


@tool
def insist(context: Context) -> str:
    while True:
        with suppress(BaseException):
            context.roots()
        context.roots()


@tool
def ping(context: Context) -> str:
    context.close_stream()
    context.ping()
    return "there"


@resource("note:{name}")
def note(name: str, context: Context) -> str:
    if name == "gone":
        raise ResourceNotFound("it is gone")
    if name == "shut":
        raise ToolError("it is shut")
    return f"{name} {len(context.roots(key='files'))}"


@resource("note:all")
def notes() -> list[str]:
    return ["a", "b"]


@prompt
def review(count: int, context: Context) -> str:
    if count < 0:
        raise ToolError("too few")
    return f"{count} {context.sample('How?').text}"


@complete(prompt="review", argument="count")
def counts(value: str, arguments: dict[str, str]) -> Suggestions:
    return Suggestions([value, *arguments], 5, has_more=True)


ASKING = Server(
    "s",
    "1",
    tools=[order, swallow, insist, ping],
    resources=[note, notes],
    prompts=[review],
    completions=[counts],
    announces=["tools"],
)
ANSWERS = {
    "address": Elicited("accept", Address("Elm Street")),
    "question_1": Sampled("assistant", [Text("thanks")]),
}
FILES = {"files": [Root("file:///a"), Root("file:///b", "B")]}


@pytest.mark.parametrize(("is_legacy", "runs"), [(False, 3), (True, 1)])
def test_a_tool_that_asks_is_run_to_its_end_and_its_steps_once(is_legacy, runs):
    EFFECTS.clear()
    called = Client(ASKING, ANSWERS, is_legacy=is_legacy).call("order", item="tea")
    assert (called.text, called.rounds, EFFECTS) == (
        "tea 1 Elm Street thanks",
        runs,
        ["tea"],
    )
    assert [(key, method) for key, method, _ in called.questions] == [
        ("address", "elicitation/create"),
        ("question_1", "sampling/createMessage"),
    ]
    assert called.questions[0][2]["message"] == "Where to?"
    assert called.logs == [("info", "begun", None)] * runs
    assert called.announced == [("tools", "")]


def test_answers_can_be_made_as_they_are_asked_for():
    def answer(key, method, params):
        if method == "sampling/createMessage":
            text = {"type": "text", "text": params["messages"][0]["content"]["text"]}
            return {"role": "assistant", "content": text, "model": "m"}
        return {"action": "accept", "content": {"street": key}}

    assert Client(ASKING, answer).call("order", item="x").text.endswith("address Say thanks")


def test_a_function_that_is_left_has_ended_whatever_it_makes_of_that():
    called = Client(ASKING, {"question_1": []}).call("swallow")
    assert (called.rounds, called.text, called.logs) == (2, "swallowed", [])


def test_a_tool_that_asks_for_ever_is_given_up():
    with pytest.raises(RecursionError, match=f"in each of {MAX_ROUNDS} rounds"):
        Client(ASKING, lambda *_: []).call("insist")


def test_only_a_legacy_client_can_be_pinged():
    told = Client(ASKING).call("ping")
    assert (told.is_error, told.text) == (
        True,
        "the client cannot be asked: the client's protocol revision has no ping",
    )
    assert Client(ASKING, is_legacy=True).call("ping").text == "there"


@pytest.mark.parametrize("is_legacy", [False, True])
def test_an_answer_that_is_missing_is_the_tests_to_hear_of(is_legacy):
    with pytest.raises(LookupError, match="no answer to question 'address'"):
        Client(ASKING, is_legacy=is_legacy).call("order", item="x")


@pytest.mark.parametrize(
    ("answer", "problem", "refusal"),
    [
        (
            Elicited("accept", {"street": 3}),
            "form field 'street'",
            "the client's answer does not fit the question",
        ),
        ("not now", "it says: not now", "the client did not answer; it says: not now"),
    ],
)
def test_an_answer_that_is_none_is_the_functions_in_the_older_era_only(
    answer, problem, refusal
):
    with pytest.raises(ValueError, match=problem):
        Client(ASKING, {"address": answer}).call("order", item="x")
    told = Client(ASKING, {"address": answer}, is_legacy=True).call("order", item="x")
    assert (told.is_error, told.text) == (True, f"the user cannot be asked: {refusal}")


def test_what_a_call_keeps_is_bounded_as_it_is_on_the_wire():
    @tool
    def keep(context: Context) -> str:
        context.step("first", lambda: "x" * (MAX_STATE_BYTES // 2))
        context.roots()
        context.step("second", lambda: "x" * (MAX_STATE_BYTES // 2))
        return "kept"

    server = Server("s", "1", tools=[keep])
    with pytest.raises(ValueError, match=rf"step 'second' .* at most {MAX_STATE_BYTES} are"):
        Client(server, {"question_1": []}).call("keep")
    assert Client(server, {"question_1": []}, is_legacy=True).call("keep").text == "kept"
    assert rounds.MAX_STATE_BYTES == MAX_STATE_BYTES


def test_a_client_of_today_that_lacks_a_capability_has_no_result():
    with pytest.raises(LookupError, match=r"does not declare 'elicitation\.form'"):
        Client(ASKING, ANSWERS, capabilities={"sampling": {}}).call("order", item="x")


def test_a_legacy_client_that_lacks_a_capability_is_the_functions_to_deal_with():
    told = Client(ASKING, capabilities={}, is_legacy=True).call("swallow")
    assert (told.text, told.logs) == ("swallowed", [("info", "not heard", None)])


def test_only_what_the_server_announces_can_be_announced():
    @tool
    def change(context: Context) -> None:
        context.prompts_changed()

    with pytest.raises(ValueError, match="does not announce 'prompts'"):
        Client(Server("s", "1", tools=[change])).call("change")


def test_a_resource_is_read_and_may_ask():
    client = Client(ASKING, FILES)
    read = client.read("note:x")
    assert (read.text, read.rounds) == ("x 2", 2)
    contents = [{"uri": "note:all", "mimeType": "application/json", "text": '["a","b"]'}]
    assert client.read("note:all") == WasRead(contents=contents)


def test_a_resource_that_is_not_there_is_told_from_one_with_a_problem():
    client = Client(ASKING)
    for uri, sentence in {
        "other:x": "no resource 'other:x'",
        "note:gone": "it is gone",
    }.items():
        with pytest.raises(ResourceNotFound, match=sentence):
            client.read(uri)
    with pytest.raises(ToolError, match="it is shut"):
        client.read("note:shut")


def test_a_prompt_is_filled_in_and_may_ask():
    filled_in = Client(ASKING, ANSWERS).fill_in("review", count="2")
    message = {"role": "user", "content": {"type": "text", "text": "2 thanks"}}
    assert filled_in == FilledIn(
        messages=[message], description="", questions=filled_in.questions, rounds=2
    )


def test_a_prompt_with_a_problem_raises_it():
    client = Client(ASKING)
    with pytest.raises(ValueError, match="count"):
        client.fill_in("review", count="many")
    with pytest.raises(ToolError, match="too few"):
        client.fill_in("review", count="-1")
    with pytest.raises(LookupError, match="'absent'"):
        client.fill_in("absent")


def test_an_argument_is_completed():
    client = Client(ASKING)
    assert client.complete("count", "1", prompt="review", focus="x") == Suggestions(
        ["1", "focus"], 5, has_more=True
    )
    assert client.complete("name", "", resource="note:{name}") == Suggestions([])
    with pytest.raises(LookupError, match="no prompt 'absent'"):
        client.complete("count", "1", prompt="absent")
    with pytest.raises(LookupError, match="'review' with an argument 'absent'"):
        client.complete("absent", "1", prompt="review")


def test_the_other_lists_are_json_in_order():
    client = Client(ASKING)
    assert [listed["name"] for listed in client.list_prompts()] == ["review"]
    assert [listed["uri"] for listed in client.list_resources()] == ["note:all"]
    assert [listed["uriTemplate"] for listed in client.list_templates()] == ["note:{name}"]


def test_a_refusal_can_be_caught_by_its_name():
    @tool
    def ask(context: Context) -> str:
        try:
            return str(context.ask({"model": Sampling("Hi")}))
        except Unanswered as refusal:
            return f"refused: {refusal}"

    client = Client(Server("s", "1", tools=[ask]), capabilities={}, is_legacy=True)
    assert client.call("ask").text.startswith("refused: the client's model cannot be asked")
