"""transport/mirrored.py: a header that repeats an argument says the same, or the call ends."""

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.mirrored import find_mismatch

PATHS = {"Region": ("region",), "Limit": ("page", "limit"), "Dry-Run": ("dry_run",)}


def wrapped(text):
    return f"=?base64?{b64encode(text.encode()).decode()}?="


@pytest.mark.parametrize(
    ("headers", "arguments"),
    [
        ({}, {}),
        ({}, {"region": None, "page": {"limit": None}, "dry_run": None}),
        ({}, {"page": 5}),
        ({}, {"other": 1}),
        ({"mcp-param-region": "us-west1"}, {"region": "us-west1"}),
        ({"mcp-param-region": " us-west1\t"}, {"region": "us-west1"}),
        ({"mcp-param-region": wrapped("us-west1")}, {"region": "us-west1"}),
        ({"mcp-param-region": wrapped("Hello, 世界")}, {"region": "Hello, 世界"}),
        ({"mcp-param-region": wrapped(" padded ")}, {"region": " padded "}),
        ({"mcp-param-region": wrapped("=?base64?literal?=")}, {"region": "=?base64?literal?="}),
        ({"mcp-param-region": ""}, {"region": ""}),
        ({"mcp-param-limit": "42"}, {"page": {"limit": 42}}),
        ({"mcp-param-limit": "42.0"}, {"page": {"limit": 42}}),
        ({"mcp-param-limit": "42"}, {"page": {"limit": 42.0}}),
        ({"mcp-param-limit": "-7"}, {"page": {"limit": -7}}),
        ({"mcp-param-limit": "9007199254740993"}, {"page": {"limit": 2**53 + 1}}),
        ({"mcp-param-limit": "9007199254740993.0"}, {"page": {"limit": 2**53 + 1}}),
        ({"mcp-param-limit": "4.2e1"}, {"page": {"limit": 42}}),
        ({"mcp-param-limit": "0.1"}, {"page": {"limit": 0.1}}),
        ({"mcp-param-limit": "18446744073709551617"}, {"page": {"limit": 2.0**64}}),
        ({"mcp-param-limit": "-9223372036854775809"}, {"page": {"limit": -(2.0**63)}}),
        ({"mcp-param-dry-run": "true"}, {"dry_run": True}),
        ({"mcp-param-dry-run": "false"}, {"dry_run": False}),
        ({"mcp-param-unknown": "x"}, {}),
        ({}, {"region": ["what the tool will refuse"]}),
    ],
)
def test_a_header_that_says_the_same_is_no_mismatch(headers, arguments):
    assert find_mismatch(PATHS, headers, arguments) is None


@pytest.mark.parametrize(
    ("headers", "arguments", "name"),
    [
        ({}, {"region": "us-west1"}, "region"),
        ({}, {"region": ""}, "region"),
        ({}, {"page": {"limit": 0}}, "limit"),
        ({}, {"dry_run": False}, "dry-run"),
        ({"mcp-param-region": "us-west1"}, {}, "region"),
        ({"mcp-param-region": ""}, {}, "region"),
        ({"mcp-param-region": "null"}, {"region": None}, "region"),
        ({"mcp-param-limit": "5"}, {"page": 5}, "limit"),
        ({"mcp-param-region": "US-WEST1"}, {"region": "us-west1"}, "region"),
        ({"mcp-param-region": "us-west1,us-west1"}, {"region": "us-west1"}, "region"),
        ({"mcp-param-region": "Hello, 世界"}, {"region": "Hello, 世界"}, "region"),
        ({"mcp-param-region": "=?base64?dXM?="}, {"region": "us"}, "region"),
        ({"mcp-param-region": "=?base64?d X M=?="}, {"region": "us"}, "region"),
        ({"mcp-param-region": "=?base64?/w==?="}, {"region": "\xff"}, "region"),
        ({"mcp-param-region": "[1]"}, {"region": [1]}, "region"),
        ({"mcp-param-limit": "43"}, {"page": {"limit": 42}}, "limit"),
        ({"mcp-param-limit": "4_2"}, {"page": {"limit": 42}}, "limit"),
        ({"mcp-param-limit": wrapped("٤٢")}, {"page": {"limit": 42}}, "limit"),
        ({"mcp-param-limit": "nan"}, {"page": {"limit": 42}}, "limit"),
        ({"mcp-param-limit": "-"}, {"page": {"limit": 42}}, "limit"),
        ({"mcp-param-limit": ""}, {"page": {"limit": 0}}, "limit"),
        ({"mcp-param-limit": "9007199254740992"}, {"page": {"limit": 2**53 + 1}}, "limit"),
        ({"mcp-param-limit": "9007199254740993.0"}, {"page": {"limit": 2**53}}, "limit"),
        ({"mcp-param-limit": "1e999999999999999999999"}, {"page": {"limit": 1}}, "limit"),
        ({"mcp-param-limit": "1e99999"}, {"page": {"limit": 1e300}}, "limit"),
        ({"mcp-param-dry-run": "True"}, {"dry_run": True}, "dry-run"),
        ({"mcp-param-dry-run": "1"}, {"dry_run": True}, "dry-run"),
        ({"mcp-param-dry-run": "false"}, {"dry_run": True}, "dry-run"),
        ({"mcp-param-limit": "true"}, {"page": {"limit": 1}}, "limit"),
    ],
)  # fmt: skip
def test_a_header_that_is_missing_surplus_or_different_is_named(headers, arguments, name):
    assert find_mismatch(PATHS, headers, arguments) == f"mcp-param-{name}"


@given(st.text(), st.booleans())
def test_any_text_agrees_with_itself_wrapped_and_with_no_other(text, is_same):
    headers = {"mcp-param-region": wrapped(text if is_same else text + "x")}
    assert (find_mismatch(PATHS, headers, {"region": text}) is None) is is_same


@given(
    st.integers(-(2**63), 2**64 - 1),
    st.integers(-2, 2),
    st.sampled_from(["", ".0", "e0", "0e-1"]),
)
def test_integers_of_64_bits_are_compared_to_the_last_digit(told, distance, ending):
    headers = {"mcp-param-limit": f"{told}{ending}"}
    mismatch = find_mismatch(PATHS, headers, {"page": {"limit": told + distance}})
    assert (mismatch is None) is (distance == 0)


@pytest.mark.parametrize(
    "text",
    ["9007199254740993.0", "1000000000000000.03", "3.0000000000000000001", "1.5e1", "-0.0"],
)
def test_a_number_that_is_written_as_in_the_body_agrees(text):
    arguments = {"page": {"limit": json.loads(text)}}
    assert find_mismatch(PATHS, {"mcp-param-limit": text}, arguments) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["limit", "x"]), inner),
    max_leaves=4,
)


@given(
    st.dictionaries(
        st.sampled_from(["mcp-param-region", "mcp-param-limit", "mcp-param-dry-run"]),
        st.text() | st.text("0123456789+-.eE"),
    ),
    st.dictionaries(st.sampled_from(["region", "page", "dry_run"]), VALUES),
)
def test_headers_and_arguments_of_any_shape_are_judged(headers, arguments):
    mismatch = find_mismatch(PATHS, headers, arguments)
    assert mismatch is None or mismatch.removeprefix("mcp-param-") in (
        "region",
        "limit",
        "dry-run",
    )
