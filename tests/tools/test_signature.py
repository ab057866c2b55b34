"""tools/signature.py: annotations become parameters, notes become constraints."""

import functools
from typing import Annotated, Any, List, Literal, Optional  # noqa: UP035 (authors write both)

import annotated_types
import msgspec
import pydantic
import pytest
from msgspec import Meta

from firstbyte.tools.context import Context
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.header import Header
from firstbyte.tools.signature import (
    REQUIRED,
    UNDECLARED,
    Parameter,
    has_header,
    read_signature,
    words_of,
)
from tests.tools import postponed


def kind_of(annotation):
    def function(it): ...

    function.__annotations__ = {"it": annotation}
    (parameter,) = read_signature(function, "function", Context).parameters
    return parameter.kind


def test_parameters_keep_their_order_types_and_defaults():
    def function(a, b: int = 2, *, c: str, d: list[int] = [3]) -> bool: ...  # noqa: B006 (read only)

    signature = read_signature(function, "function", Context)
    assert signature.parameters == (
        Parameter("a", Any, REQUIRED),
        Parameter("b", int, 2),
        Parameter("c", str, REQUIRED),
        Parameter("d", list[int], [3]),
    )
    assert (signature.context_name, signature.takes_others, signature.result) == (
        "",
        False,
        bool,
    )


def test_postponed_annotations_are_resolved():
    signature = read_signature(postponed.postponed, "postponed", Context)
    assert signature.parameters == (
        Parameter("node", postponed.Node, REQUIRED),
        Parameter("depth", Annotated[int, Meta(description="How deep")], 1),
    )
    assert signature.context_name == "context"
    assert signature.result == postponed.Node | None


def test_a_name_that_cannot_be_resolved_is_told():
    with pytest.raises(WrongDeclaration, match=r"tool 'unresolvable'.*Nowhere"):
        read_signature(postponed.unresolvable, "tool 'unresolvable'", Context)


@pytest.mark.parametrize(
    "hint",
    [Context, Context | None, Optional[Context], Annotated[Context, "the call"]],  # noqa: UP045
)
def test_a_context_is_found_by_its_type_not_its_name(hint):
    def function(a: int, whatever=None): ...

    function.__annotations__["whatever"] = hint
    signature = read_signature(function, "function", Context)
    assert signature.context_name == "whatever"
    assert [parameter.name for parameter in signature.parameters] == ["a"]


def test_a_wrapped_function_keeps_its_own_parameters():
    def inner(a: int, b: str = "x") -> int: ...

    @functools.wraps(inner)
    def outer(*arguments, **others):
        return inner(*arguments, **others)

    assert read_signature(outer, "inner", Context) == read_signature(inner, "inner", Context)


@pytest.mark.parametrize("result", [Any, object])
def test_a_result_of_anything_is_undeclared(result):
    def function(): ...

    assert read_signature(function, "function", Context).result is UNDECLARED
    function.__annotations__["return"] = result
    assert read_signature(function, "function", Context).result is UNDECLARED


def test_other_arguments_are_noticed():
    def function(a, **others): ...

    assert read_signature(function, "function", Context).takes_others


def positional_only(a, /): ...


def variable(*arguments): ...


def two_contexts(a: Context, b: Context): ...


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (positional_only, "parameter 'a' is positional-only"),
        (variable, r"\*arguments"),
        (two_contexts, r"\['a', 'b'\]"),
    ],
)
def test_parameters_that_cannot_come_by_name_are_refused(function, message):
    with pytest.raises(WrongDeclaration, match=f"tool 'f'.*{message}"):
        read_signature(function, "tool 'f'", Context)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        (Annotated[int, "words"], Annotated[int, Meta(description="words")]),
        (Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]),
        (
            list[Annotated[str, "words"]],
            list[Annotated[str, Meta(description="words")]],
        ),
        (
            List[Annotated[str, "words"]],  # noqa: UP006
            List[Annotated[str, Meta(description="words")]],  # noqa: UP006
        ),
        (
            dict[str, Annotated[str, "words"]] | int,
            dict[str, Annotated[str, Meta(description="words")]] | int,
        ),
        (Literal["a", "b"], Literal["a", "b"]),
        (
            Annotated[int, pydantic.Field(ge=1, le=3, description="words")],
            Annotated[int, Meta(ge=1, le=3, description="words")],
        ),
        (
            Annotated[str, pydantic.Field(pattern="a+", min_length=1, max_length=3)],
            Annotated[str, Meta(pattern="a+", min_length=1, max_length=3)],
        ),
        (Annotated[int, annotated_types.Gt(0)], Annotated[int, Meta(gt=0)]),
        (
            Annotated[int, annotated_types.Interval(ge=1, lt=9)],
            Annotated[int, Meta(ge=1, lt=9)],
        ),
        (Annotated[int, object()], Annotated[int, Meta()]),
    ],
)
def test_notes_of_every_school_become_constraints(written, understood):
    assert kind_of(written) == understood


def test_a_bound_beside_none_bounds_what_is_not_none():
    kind = kind_of(Annotated[int | None, Meta(ge=1, description="words")])
    assert msgspec.convert(None, kind) is None
    assert msgspec.convert(1, kind) == 1
    with pytest.raises(msgspec.ValidationError, match=">= 1"):
        msgspec.convert(0, kind)
    assert msgspec.json.schema(kind) == {
        "description": "words",
        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}],
    }


def test_words_on_a_type_are_read():
    kind = kind_of(Annotated[int | None, "How many", Meta(title="Most"), Meta(ge=1)])
    assert (words_of(kind, "description"), words_of(kind, "title")) == ("How many", "Most")
    assert words_of(kind_of(int), "description") == ""


def test_a_header_is_noticed_at_any_depth():
    assert has_header(kind_of(Annotated[str, Header("A")]))
    assert has_header(kind_of(Annotated[str | None, "a", Header("A")]))
    assert has_header(kind_of(list[Annotated[str, Header("A")]]))
    assert has_header(Annotated[str, Meta(extra_json_schema={"x-mcp-header": "A"})])
    assert not has_header(kind_of(Annotated[str, "a", Meta(extra_json_schema={"a": 1})]))
