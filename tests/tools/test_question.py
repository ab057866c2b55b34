"""tools/question.py: questions are what the schema says, and only their answers are taken."""

import json
from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools import Elicitation, Elicited, Root, Roots, Unanswered, UrlElicitation
from firstbyte.tools.question import Ping
from firstbyte.tools.sampling import Sampling
from tests.protocol_schema import MODERN, check_answer, check_request

NAME = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}

QUESTIONS = {
    "form": lambda: Elicitation("Who are you?", NAME),
    "url": lambda: UrlElicitation("Sign in", "https://example.com/in"),
    "sampling": lambda: Sampling("Hello"),
    "roots": Roots,
    "ping": Ping,
}


@dataclass
class Name:
    name: str


@pytest.mark.parametrize("kind", ["form", "url", "sampling", "roots"])
def test_a_question_is_one_of_the_newest_revision(kind):
    question = QUESTIONS[kind]()
    asked = {"q": {"method": question.method, "params": question.params}}
    server = {"io.modelcontextprotocol/serverInfo": {"name": "s", "version": "1"}}
    result = {"resultType": "input_required", "inputRequests": asked, "_meta": server}
    check_answer(MODERN, "tools/call", 1, {"jsonrpc": "2.0", "id": 1, "result": result})


@pytest.mark.parametrize("kind", ["form", "sampling", "roots", "ping"])
def test_a_question_is_one_of_the_revision_before(kind):
    question = QUESTIONS[kind]()
    asked = {"jsonrpc": "2.0", "id": 1, "method": question.method, "params": question.params}
    check_request("2025-11-25", asked)


@pytest.mark.parametrize(
    ("kind", "needs"),
    [
        ("form", {"elicitation": {"form": {}}}),
        ("url", {"elicitation": {"url": {}}}),
        ("sampling", {"sampling": {}}),
        ("roots", {"roots": {}}),
        ("ping", {}),
    ],
)
def test_a_question_names_the_capability_it_takes(kind, needs):
    assert QUESTIONS[kind]().needs == needs


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("form", "the user cannot be asked: so"),
        ("url", "the user cannot be asked: so"),
        ("sampling", "the client's model cannot be asked: so"),
        ("roots", "the client cannot be asked: so"),
        ("ping", "the client cannot be asked: so"),
    ],
)
def test_a_refusal_says_who_cannot_be_asked(kind, sentence):
    refusal = QUESTIONS[kind]().refusal("so")
    assert (type(refusal), str(refusal)) == (Unanswered, sentence)


@pytest.mark.parametrize("action", ["accept", "decline", "cancel"])
def test_each_action_is_told(action):
    answer = {"action": action, "content": {"name": "Ann"}}
    content = {"name": "Ann"} if action == "accept" else None
    assert QUESTIONS["form"]().read(answer) == Elicited(action, content)
    assert QUESTIONS["url"]().read(answer) == Elicited(action)


def test_a_form_of_a_type_gives_a_value_of_the_type():
    answer = {"action": "accept", "content": {"name": "Ann"}}
    assert Elicitation("Who?", Name).read(answer) == Elicited("accept", Name("Ann"))


def test_an_empty_form_can_be_accepted_without_content():
    question = Elicitation("Go on?", {"type": "object", "properties": {}})
    assert question.read({"action": "accept"}) == Elicited("accept", {})


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"action": None},
        {"action": "agree"},
        {"action": ["accept"]},
        {"action": "accept"},
        {"action": "accept", "content": None},
        {"action": "accept", "content": ["Ann"]},
        {"action": "accept", "content": {"name": 1}},
    ],
    ids=json.dumps,
)
def test_what_is_no_answer_to_a_form_is_refused(answer):
    with pytest.raises(ValueError, match=r"action|content|name"):
        QUESTIONS["form"]().read(answer)


def test_roots_are_told_with_their_names():
    roots = [{"uri": "file:///a"}, {"uri": "file:///b", "name": "B", "_meta": {}}]
    assert Roots().read({"roots": roots}) == [Root("file:///a"), Root("file:///b", "B")]


@pytest.mark.parametrize(
    "roots",
    [
        None,
        {},
        "file:///",
        [None],
        [{}],
        [{"uri": 1}],
        [{"uri": "https://x"}],
        [{"uri": "file:///", "name": None}],
    ],
    ids=json.dumps,
)
def test_roots_that_are_none_are_refused(roots):
    with pytest.raises(ValueError, match="root"):
        Roots().read({"roots": roots})


def test_any_answer_to_a_ping_will_do():
    assert Ping().read({"x": 1}) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "https://",
        "https:///path",
        "https://:80/",
        "https://?a",
        "https://#a",
        "ftp://a",
        "file:///a",
        "https://a b",
        "https://a\\b",
        "https://é.example",
        "https://user@a.example",
        "https://a.example:b@c.example/",
    ],
)
def test_only_a_page_of_the_web_can_be_visited(url):
    with pytest.raises(ValueError, match="no http or https URL"):
        UrlElicitation("Go", url)


@pytest.mark.parametrize(
    "url", ["http://a", "https://a.example:80?b", "https://[::1]/", "https://a/b?c=d@e#f@g"]
)
def test_a_page_of_the_web_can_be_visited(url):
    assert UrlElicitation("Go", url).params["url"] == url


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: Elicitation(None, NAME), "message is a NoneType, not a text"),
        (lambda: UrlElicitation(1, "https://a"), "message is a int, not a text"),
        (lambda: UrlElicitation("Go", b"https://a"), "url is a bytes, not a text"),
    ],
)
def test_what_a_user_reads_is_text(ask, message):
    with pytest.raises(TypeError, match=message):
        ask()


def test_what_json_cannot_carry_cannot_be_asked():
    with pytest.raises(ValueError, match=r"cannot be sent as JSON.*surrogate"):
        Elicitation("\ud800", NAME)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
MEMBERS = {
    "action": JSON | st.sampled_from(["accept", "decline", "cancel"]),
    "content": JSON | st.fixed_dictionaries({}, optional={"name": JSON}),
    "roots": JSON | st.lists(st.fixed_dictionaries({"uri": JSON}, optional={"name": JSON})),
    "role": JSON | st.just("assistant"),
    "model": JSON,
    "stopReason": JSON,
}


@given(st.fixed_dictionaries({}, optional=MEMBERS))
def test_whatever_a_client_says_is_an_answer_or_a_value_error(answer):
    for question in QUESTIONS.values():
        with suppress(ValueError):
            question().read(answer)
