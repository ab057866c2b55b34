"""Tools that ask the client: its user, its model, its host. One program serves every era."""

import secrets
from typing import TypedDict

from firstbyte.tools import Context, Elicitation, Elicited, Roots, Sampling, tool

_DEFAULTS = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "User name", "default": "John Doe"},
        "age": {"type": "integer", "description": "User age", "default": 30},
        "score": {"type": "number", "description": "User score", "default": 95.5},
        "status": {
            "type": "string",
            "description": "User status",
            "enum": ["active", "inactive", "pending"],
            "default": "active",
        },
        "verified": {"type": "boolean", "description": "Is verified", "default": True},
    },
}
"""A form with a default for each of the primitive types."""

_CHOICES = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
        "titledSingle": {
            "type": "string",
            "oneOf": [
                {"const": "value1", "title": "First option"},
                {"const": "value2", "title": "Second option"},
                {"const": "value3", "title": "Third option"},
            ],
        },
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option one", "Option two", "Option three"],
        },
        "untitledMulti": {
            "type": "array",
            "items": {"type": "string", "enum": ["option1", "option2", "option3"]},
        },
        "titledMulti": {
            "type": "array",
            "items": {
                "anyOf": [
                    {"const": "value1", "title": "First choice"},
                    {"const": "value2", "title": "Second choice"},
                    {"const": "value3", "title": "Third choice"},
                ]
            },
        },
    },
}
"""A form with each of the five ways to choose among texts."""


class Account(TypedDict):
    """Whom to write to."""

    username: str
    email: str


class Name(TypedDict):
    """What a person is called."""

    name: str


class Colour(TypedDict):
    """What a person likes."""

    color: str


class Consent(TypedDict):
    """Whether to go on."""

    ok: bool


@tool
def test_sampling(prompt: str, context: Context) -> str:
    """Have the client's model go on from a prompt."""
    return f"LLM response: {context.sample(prompt, max_tokens=100).text}"


@tool
def test_elicitation(message: str, context: Context) -> str:
    """Ask the user who they are."""
    return f"User response: {_told(context.elicit(message, Account))}"


@tool
def test_elicitation_sep1034_defaults(context: Context) -> str:
    """Ask with a form that is filled in already."""
    answer = context.elicit("Please review and update the form fields with defaults", _DEFAULTS)
    return f"Elicitation completed: {_told(answer)}"


@tool
def test_elicitation_sep1330_enums(context: Context) -> str:
    """Ask with a form of which each field is a choice."""
    answer = context.elicit("Please select options from the enum fields", _CHOICES)
    return f"Elicitation completed: {_told(answer)}"


@tool
def test_missing_capability(context: Context) -> str:
    """Have the client's model say hello, which takes a client that has one."""
    return f"Model said: {context.sample('Say hello', max_tokens=50).text}"


@tool
def test_streaming_elicitation(context: Context) -> str:
    """Report, ask the user, report again."""
    context.progress(1, total=2)
    answer = context.elicit("Shall we go on?", Consent, key="go_on")
    context.progress(2, total=2)
    return f"User response: {_told(answer)}"


@tool
def test_input_required_result_elicitation(context: Context) -> str:
    """Greet the user by name."""
    return f"Hello, {_name(context.elicit('What is your name?', Name, key='user_name'))}!"


@tool
def test_input_required_result_sampling(context: Context) -> str:
    """Have the client's model answer a question."""
    question = "What is the capital of France?"
    answer = context.sample(question, max_tokens=100, key="capital_question")
    return f"Model said: {answer.text}"


@tool
def test_input_required_result_list_roots(context: Context) -> str:
    """Count the folders the client works in."""
    return f"The client works in {len(context.roots(key='client_roots'))} folders."


@tool
def test_input_required_result_request_state(context: Context) -> str:
    """Ask for consent, with what was done so far in the client's hands."""
    begun = context.step("begin", lambda: "begun")
    answer = context.elicit("Please confirm", Consent, key="confirm")
    return f"state-ok: {begun}, {_told(answer)}"


@tool
def test_input_required_result_multiple_inputs(context: Context) -> str:
    """Ask the user, the model and the host at once."""
    answers = context.ask(
        {
            "user_name": Elicitation("What is your name?", Name),
            "greeting": Sampling("Generate a greeting", max_tokens=50),
            "client_roots": Roots(),
        }
    )
    name, greeting, roots = answers["user_name"], answers["greeting"], answers["client_roots"]
    return f"{_name(name)}: {greeting.text} ({len(roots)} folders)"


@tool
def test_input_required_result_multi_round(context: Context) -> str:
    """Ask twice, where the second question depends on the first answer."""
    name = _name(context.elicit("Step 1: What is your name?", Name, key="step1"))
    answer = context.elicit(
        f"Step 2: {name}, what is your favorite color?", Colour, key="step2"
    )
    return f"{name} likes {answer.content['color'] if answer.content else 'no color'}."


@tool
def test_input_required_result_tampered_state(context: Context) -> str:
    """Ask for consent to a price that is set once, and must be the same after the answer."""
    price = context.step("price", lambda: 100 + secrets.randbelow(900))
    answer = context.elicit(f"Please confirm to pay {price}", Consent, key="confirm")
    return f"state-ok: {_told(answer)} to {price}"


@tool
def test_input_required_result_capabilities(context: Context) -> str:
    """Ask whomever this client can ask, and nobody else."""
    questions = {}
    if context.client_can("sampling"):
        questions["sample"] = Sampling("Say hello", max_tokens=50)
    if context.client_can("elicitation"):
        questions["name"] = Elicitation("What is your name?", Name)
    return f"Answered: {', '.join(sorted(context.ask(questions))) or 'nothing'}."


def _told(answer: Elicited) -> str:
    return f"action={answer.action}, content={answer.content}"


def _name(answer: Elicited) -> str:
    return answer.content["name"] if answer.content else "stranger"


TOOLS = (
    test_sampling,
    test_elicitation,
    test_elicitation_sep1034_defaults,
    test_elicitation_sep1330_enums,
    test_missing_capability,
    test_streaming_elicitation,
    test_input_required_result_elicitation,
    test_input_required_result_sampling,
    test_input_required_result_list_roots,
    test_input_required_result_request_state,
    test_input_required_result_multiple_inputs,
    test_input_required_result_multi_round,
    test_input_required_result_tampered_state,
    test_input_required_result_capabilities,
)
