"""tools/prompt_declaration.py: what `@prompt` is told is remembered, or refused."""

import pytest

from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.prompt_declaration import PromptDeclaration, prompt


def test_a_bare_decorator_takes_the_functions_name_and_returns_the_function():
    def review(): ...

    assert prompt(review) is review
    assert declaration_of(review, PromptDeclaration).key == "review"


def test_everything_said_is_remembered():
    said = {
        "title": "T",
        "description": "D",
        "icons": [{"src": "https://x.example/i.png"}],
        "meta": {"a": 1},
    }

    @prompt(name="other", **said)
    def review(): ...

    declaration = declaration_of(review, PromptDeclaration)
    assert declaration.key == "other"
    assert {name: getattr(declaration, name) for name in said} == said


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"name": "a b"}, "prompt name 'a b'"),
        ({"name": "a", "icons": [{}]}, "prompt 'a': an icon"),
    ],
)
def test_what_cannot_be_served_is_refused_where_it_is_written(said, message):
    with pytest.raises(WrongDeclaration, match=message):
        prompt(**said)(lambda: None)


def test_only_functions_can_be_prompts():
    with pytest.raises(WrongDeclaration, match="cannot be a prompt"):
        prompt(len)
