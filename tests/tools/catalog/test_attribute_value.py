"""tools/catalog/attribute_value.py: items survive the trip through JSON, as boto3 judges."""

import base64
from decimal import Decimal

import orjson
import pytest
from boto3.dynamodb.types import DYNAMODB_CONTEXT, Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.catalog.attribute_value import read_item, write_item, write_value
from firstbyte.tools.errors import ToolError

TAGS = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]

NUMBERS = st.builds(
    lambda digits, exponent, sign: DYNAMODB_CONTEXT.create_decimal((sign, digits, exponent)),
    st.lists(st.integers(0, 9), min_size=1, max_size=38).map(tuple),
    st.integers(-120, 80),
    st.sampled_from([0, 1]),
) | st.integers(-(2**70), 2**70).map(Decimal)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | TEXTS
    | NUMBERS
    | st.binary(max_size=8).map(Binary)
    | st.sets(TEXTS, min_size=1, max_size=3)
    | st.sets(NUMBERS, min_size=1, max_size=3)
    | st.sets(st.binary(max_size=8).map(Binary), min_size=1, max_size=3),
    lambda members: (
        st.lists(members, max_size=3)
        | st.dictionaries(st.sampled_from(TAGS) | TEXTS, members, max_size=2)
    ),
    max_leaves=6,
)
ITEMS = st.dictionaries(st.sampled_from(TAGS) | TEXTS, VALUES, max_size=3)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    # Smaller numbers than DynamoDB's smallest, boto3 refuses to read.
    | st.floats(-1e100, 1e100).filter(lambda number: number == 0 or abs(number) > 1e-129)
    | st.sampled_from(["", "1", "QQ==", "=", "NaN", "1_0", "\u0661"]),
    lambda members: (
        st.lists(members, max_size=3)
        | st.dictionaries(st.sampled_from([*TAGS, "a"]), members, max_size=2)
    ),
    max_leaves=6,
)


def serialize(item):
    """What boto3 would put on the wire."""
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


def deserialize(attributes):
    """What boto3 finds on the wire."""
    return {name: TypeDeserializer().deserialize(value) for name, value in attributes.items()}


@given(ITEMS)
def test_an_item_survives_json_as_boto3_judges(item):
    text = orjson.dumps(read_item(serialize(item)))
    assert deserialize(write_item(orjson.loads(text))) == deserialize(serialize(item))


@given(ITEMS)
def test_what_is_shown_can_be_written_and_is_shown_the_same_again(item):
    shown = read_item(serialize(item))
    assert read_item(write_item(shown)) == shown


@given(st.dictionaries(st.sampled_from([*TAGS, "a"]), JSON, max_size=2))
def test_any_json_is_written_as_boto3_reads_it_or_refused(item):
    try:
        attributes = write_item(item)
    except ToolError:
        return
    assert read_item(write_item(read_item(attributes))) == read_item(attributes)
    deserialize(attributes)


@pytest.mark.parametrize(
    ("attribute", "plain"),
    [
        ({"S": "a"}, "a"),
        ({"BOOL": False}, False),
        ({"NULL": True}, None),
        ({"N": "1"}, 1),
        ({"N": "-0"}, 0),
        ({"N": "1.50"}, 1.5),
        ({"N": "1E+22"}, {"N": "1E+22"}),
        ({"N": "-9007199254740993.5"}, {"N": "-9007199254740993.5"}),
        ({"N": "9007199254740992"}, 2**53),
        ({"N": "9007199254740993"}, {"N": "9007199254740993"}),
        ({"N": "0.1"}, 0.1),
        (
            {"N": "0.1000000000000000055511151231257827"},
            {"N": "0.1000000000000000055511151231257827"},
        ),
        ({"B": b"\xff"}, {"B": "/w=="}),
        ({"SS": ["b", "a"]}, {"SS": ["b", "a"]}),
        ({"NS": ["1", "0.1"]}, {"NS": ["1", "0.1"]}),
        ({"BS": [b"a"]}, {"BS": ["YQ=="]}),
        ({"L": [{"N": "1"}, {"L": []}]}, [1, []]),
        ({"M": {"a": {"N": "1"}}}, {"a": 1}),
        ({"M": {}}, {}),
        ({"M": {"S": {"S": "a"}}}, {"M": {"S": "a"}}),
        ({"M": {"N": {"S": "x"}, "S": {"S": "y"}}}, {"N": "x", "S": "y"}),
        ({"M": {"M": {"M": {}}}}, {"M": {"M": {}}}),
    ],
)
def test_plain_where_json_is_exact_and_tagged_where_it_is_not(attribute, plain):
    assert read_item({"a": attribute}) == {"a": plain}
    written = write_item({"a": plain})
    assert deserialize(written) == deserialize({"a": attribute})


@given(st.integers(-(10**38), 10**38) | st.integers(-(2**65), 2**65))
def test_an_integer_comes_through_json_exactly_or_is_refused(number):
    try:
        attribute = write_value(orjson.loads(str(number)), "a")
    except ToolError:
        assert abs(number) >= 2**63
    else:
        assert attribute == {"N": str(number)}


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(-100, 0))
def test_fifteen_digits_come_through_json_exactly(digits, exponent):
    attribute = write_value(orjson.loads(f"{digits}e{exponent}"), "a")
    assert Decimal(attribute["N"]) == Decimal(f"{digits}e{exponent}")


@pytest.mark.parametrize(
    "text",
    [
        "123456789012345678901234567890",
        "-18446744073709551616",
        "9007199254740993.0",
        "12345678901234567890.5",
        "1e125",
    ],
)
def test_a_number_that_json_cut_is_refused_with_its_place(text):
    with pytest.raises(ToolError, match=r'^`a\.b\[0\]`: .* too large .*; write {"N": "<all'):
        write_item({"a": {"b": [orjson.loads(text)]}})


@pytest.mark.parametrize(
    ("plain", "attribute"),
    [
        ({"S": "a"}, {"S": "a"}),
        ({"N": "1"}, {"N": "1"}),
        ({"BOOL": True}, {"BOOL": True}),
        ({"NULL": True}, {"NULL": True}),
        ({"L": [{"S": "a"}, "b"]}, {"L": [{"S": "a"}, {"S": "b"}]}),
        ({"M": {"a": {"N": "1"}}}, {"M": {"a": {"N": "1"}}}),
    ],
)
def test_dynamodbs_own_json_is_understood(plain, attribute):
    assert write_value(plain, "a") == attribute


@pytest.mark.parametrize(
    "tagged",
    [
        {"N": 1},
        {"N": ""},
        {"N": "NaN"},
        {"N": " 1"},
        {"N": "1_0"},
        {"N": "\u0661"},
        {"B": "a"},
        {"B": "\xff"},
        {"BOOL": "true"},
        {"NULL": False},
        {"S": 1},
        {"L": {}},
        {"M": []},
        {"SS": []},
        {"SS": ["a", 1]},
        {"NS": ["a"]},
        {"BS": ["a"]},
        {"SS": "a"},
    ],
)
def test_a_tag_that_holds_something_else_is_refused_with_its_place(tagged):
    (tag,) = tagged
    with pytest.raises(ToolError, match=rf'`a\.b\[0\]`: "{tag[0]}S?[A-Z]*" as the only key'):
        write_item({"a": {"b": [tagged], "c": 1}})


def test_nesting_deeper_than_dynamodb_allows_is_refused():
    deep = "a"
    for _ in range(33):
        deep = [deep]
    assert write_value(deep[0], "a")
    with pytest.raises(ToolError, match="nested deeper than the 32 levels"):
        write_value(deep, "a")


@given(st.binary())
def test_octets_are_base64_that_another_reads(octets):
    assert base64.b64decode(read_item({"a": {"B": octets}})["a"]["B"], validate=True) == octets
