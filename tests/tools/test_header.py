"""tools/header.py: headers are found where clients take them, and refused anywhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.shared.inbound import find_invalid_x_mcp_header, x_mcp_header_map

from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.header import KEY, Header, find_headers


def schema_of(**properties):
    return {"type": "object", "properties": properties}


def test_headers_are_found_with_the_paths_of_their_arguments():
    schema = schema_of(
        region={"type": "string", KEY: "Region"},
        limits=schema_of(most={"type": "integer", KEY: "Most"}, dry={"type": "boolean"}),
        plain={"type": "number"},
    )
    assert find_headers(schema, "tool 't'") == {
        "Region": ("region",),
        "Most": ("limits", "most"),
    }


def test_a_property_may_bear_the_keywords_name():
    assert find_headers(schema_of(**{KEY: {"type": "string"}}), "tool 't'") == {}


def test_data_inside_a_schema_is_no_schema():
    data = {"type": "string", KEY: "A"}
    schema = schema_of(a={"default": data, "examples": [data], "const": data, "enum": [data]})
    assert find_headers(schema, "tool 't'") == {}


HEADER = {"type": "string", KEY: "A"}


@pytest.mark.parametrize(
    "schema",
    [
        schema_of(a={"type": "array", "items": HEADER}),
        schema_of(a={"prefixItems": [HEADER]}),
        schema_of(a={"anyOf": [HEADER, {"type": "null"}]}),
        schema_of(a={"type": "object", "additionalProperties": HEADER}),
        schema_of(a={"$ref": "#/$defs/A"}) | {"$defs": {"A": HEADER}},
        schema_of(a={"patternProperties": {"^a": HEADER}}),
        schema_of(a={"anyOf": [schema_of(b=HEADER)]}),
        schema_of(a={"type": "array", "items": schema_of(b=HEADER)}),
        {"type": "object", "if": schema_of(a=HEADER)},
        {"type": "object", "not": schema_of(a=HEADER)},
        {"type": "object", KEY: "A"},
        schema_of(a=HEADER, b=HEADER | {KEY: "a"}),
        schema_of(a={KEY: "A"}),
        schema_of(a={"type": "number", KEY: "A"}),
        schema_of(a={"type": "object", KEY: "A"}),
        schema_of(a={"type": "string", KEY: ""}),
        schema_of(a={"type": "string", KEY: "a b"}),
        schema_of(a={"type": "string", KEY: "a\r\nb"}),
        schema_of(a={"type": "string", KEY: 1}),
    ],
)
def test_a_header_over_which_clients_drop_the_tool_is_refused(schema):
    assert find_invalid_x_mcp_header(schema)
    with pytest.raises(WrongDeclaration, match="tool 't': "):
        find_headers(schema, "tool 't'")


SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "integer", "number", "object"])},
        optional={KEY: st.sampled_from(["A", "a", "B", "", "a b", "C-1"])},
    ),
    lambda schemas: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("pqr"), schemas, max_size=3),
            "items": schemas,
            "anyOf": st.lists(schemas, max_size=2),
            "$defs": st.dictionaries(st.sampled_from("pq"), schemas, max_size=2),
            "default": schemas,
        },
    ),
    max_leaves=8,
)


@given(SCHEMAS)
def test_the_verdict_and_the_paths_are_the_official_clients(schema):
    if find_invalid_x_mcp_header(schema):
        with pytest.raises(WrongDeclaration):
            find_headers(schema, "tool 't'")
    else:
        theirs = {name: path for path, name in x_mcp_header_map(schema).items()}
        assert find_headers(schema, "tool 't'") == theirs


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ü", "a\n", None, 3])
def test_a_name_that_is_no_token_is_refused_where_it_is_written(name):
    with pytest.raises(WrongDeclaration, match="no token"):
        Header(name)
    assert Header("X-Region_1").name == "X-Region_1"
