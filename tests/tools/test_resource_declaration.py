"""tools/resource_declaration.py: what `@resource` is told is remembered, or refused."""

import pytest

from firstbyte.tools.content import Annotations
from firstbyte.tools.declaration import declaration_of
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.resource_declaration import ResourceDeclaration, resource


def function(a): ...


def test_a_resource_takes_the_functions_name_and_returns_the_function():
    def notes(): ...

    assert resource("note:today")(notes) is notes
    declaration = declaration_of(notes, ResourceDeclaration)
    assert (declaration.key, declaration.name) == ("note:today", "notes")
    assert (declaration.ttl_ms, declaration.cache_scope) == (0, "private")
    assert declaration.template.variables == ()


def test_everything_said_is_remembered():
    said = {
        "name": "other name",
        "title": "T",
        "description": "D",
        "mime_type": "text/plain",
        "size": 3,
        "annotations": Annotations(priority=1),
        "icons": [{"src": "https://x.example/i.png"}],
        "meta": {"a": 1},
        "ttl_ms": 5,
        "cache_scope": "public",
    }

    @resource("note:today", **said)
    def notes(): ...

    declaration = declaration_of(notes, ResourceDeclaration)
    assert {name: getattr(declaration, name) for name in said} == said


@pytest.mark.parametrize(
    ("uri", "said", "message"),
    [
        ("today", {}, "begin with a scheme"),
        (len, {}, "the URI of a resource is a text"),
        ("note:a", {"name": 3}, "resource 'note:a': its name is a text, not 3"),
        ("note:{a*}", {}, "none of the forms"),
        ("note:{a}", {"size": 3}, "only of one resource"),
        ("note:a", {"size": -1}, "size is a number of octets"),
        ("note:a", {"size": "3"}, "size is a number of octets"),
        ("note:a", {"ttl_ms": -1}, "resource 'note:a': ttl_ms"),
        ("note:a", {"cache_scope": "all"}, "resource 'note:a': cache_scope"),
        ("note:a", {"icons": [{}]}, "resource 'note:a': an icon"),
    ],
)
def test_what_cannot_be_served_is_refused_where_it_is_written(uri, said, message):
    with pytest.raises(WrongDeclaration, match=message):
        resource(uri, **said)(function)


def test_only_functions_can_be_resources():
    with pytest.raises(WrongDeclaration, match="cannot be a resource"):
        resource("note:a")(len)
