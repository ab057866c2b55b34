"""tools/completion_declaration.py: a completion belongs to one argument of one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.completion_declaration import (
    CompletionDeclaration,
    complete,
    completion_key,
)
from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.errors import WrongDeclaration


def test_a_completion_remembers_what_it_belongs_to():
    def names(): ...

    assert complete(prompt="review", argument="table")(names) is names
    declaration = declaration_of(names, CompletionDeclaration)
    assert (declaration.kind, declaration.name, declaration.argument) == (
        "prompt",
        "review",
        "table",
    )


def test_a_template_is_named_as_it_is_written():
    @complete(resource="s3://{bucket}/{+key}", argument="key")
    def keys(): ...

    declaration = declaration_of(keys, CompletionDeclaration)
    assert (declaration.kind, declaration.name) == ("resource", "s3://{bucket}/{+key}")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"argument": "a"}, "either a prompt or a resource"),
        (
            {"prompt": "p", "resource": "x:{a}", "argument": "a"},
            "either a prompt or a resource",
        ),
        ({"prompt": "p q", "argument": "a"}, "prompt name"),
        ({"prompt": "", "argument": "a"}, "prompt name"),
        ({"prompt": "p", "argument": "a b"}, "argument name 'a b'"),
        ({"prompt": len, "argument": "a"}, "the name of a prompt is a text, not <built-in"),
        ({"prompt": "p", "argument": 3}, "the name of an argument is a text, not 3"),
        ({"resource": len, "argument": "a"}, "the URI of a resource is a text, not <built-in"),
        ({"resource": "x", "argument": "a"}, "begin with a scheme"),
        ({"resource": "x:{b}", "argument": "a"}, "no variable 'a'"),
    ],
)
def test_what_completes_nothing_is_refused_where_it_is_written(said, message):
    with pytest.raises(WrongDeclaration, match=message):
        complete(**said)


def test_only_functions_can_complete():
    with pytest.raises(WrongDeclaration, match="cannot be a completion"):
        complete(prompt="p", argument="a")(len)


NAMES = st.tuples(
    st.sampled_from(["prompt", "resource"]),
    st.text(),
    st.from_regex(r"[a-z_]+", fullmatch=True),
)


@given(NAMES, NAMES)
def test_no_two_arguments_share_a_key(one, other):
    assert (completion_key(*one) == completion_key(*other)) == (one == other)
