"""tools/uri_template.py: what somebody else expands is matched, and nothing walks elsewhere."""

import pytest
import uritemplate
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.tools.errors import WrongDeclaration
from firstbyte.tools.uri_template import parse_template

SIMPLE = st.text(min_size=1).filter(
    lambda text: "/" not in text and "\0" not in text and is_harmless(text)
)
RESERVED = st.text(min_size=1).filter(
    lambda text: "\0" not in text and "%" not in text and is_harmless(text)
)
"""A "%" is left alone by a reserved expansion where two digits follow: then nobody can tell."""


def is_harmless(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not {".", ".."} & set(text.replace("\\", "/").split("/"))


@pytest.mark.parametrize(
    ("template", "uri", "values"),
    [
        ("note:today", "note:today", {}),
        ("note:%c3%bc", "note:%C3%bc", {}),
        ("s3://{bucket}/{+key}", "s3://b/a%20b/c.txt", {"bucket": "b", "key": "a b/c.txt"}),
        ("x:{a}-{b}", "x:1-2-3", {"a": "1-2", "b": "3"}),
        ("x:{a}.{b}", "x:a.tar.gz", {"a": "a.tar", "b": "gz"}),
        ("x:{+a}/{b}", "x:1/2/3", {"a": "1/2", "b": "3"}),
        ("x:{+a}.txt", "x:b.txt/c.txt", {"a": "b.txt/c"}),
        ("x:a{/b}", "x:a", {}),
        ("x:a{/b}", "x:a/1", {"b": "1"}),
        ("x:a{/b,c}", "x:a/1", {"b": "1"}),
        ("x:a{/b,c}", "x:a/1/2", {"b": "1", "c": "2"}),
        ("x:a{/b}/z", "x:a/z", {}),
        ("x:a{/b}/z", "x:a/1/z", {"b": "1"}),
        ("x:{+a}{/b}", "x:1/2", {"a": "1/2"}),
        ("x:a{?b,c}", "x:a", {}),
        ("x:a{?b,c}", "x:a?c=2&b=", {"b": "", "c": "2"}),
        ("x:a{?b}", "x:a?b=%2F%26%3D+", {"b": "/&=+"}),
        ("x:a?b=1{&c}", "x:a?b=1&c=2", {"c": "2"}),
        ("x:a{?b}{&c}", "x:a?c=2&b=1", {"b": "1", "c": "2"}),
        ("x:{+a}{?b}", "x:1/2?b=3", {"a": "1/2", "b": "3"}),
        ("x:{a}", "x:%F0%9F%8E%AC🎬", {"a": "🎬🎬"}),
        ("x:{a}", "x:...", {"a": "..."}),
    ],
)
def test_a_uri_that_fits_gives_its_values_decoded(template, uri, values):
    assert parse_template(template).match(uri) == values


@pytest.mark.parametrize(
    ("template", "uri"),
    [
        ("note:today", "note:tomorrow"),
        ("note:today", "note:today/"),
        ("note:today", "NOTE:today"),
        ("x:{a}", "x:"),
        ("x:{+a}", "x:"),
        ("x:a{/b}", "x:a/"),
        ("x:{a}", "x:1/2"),
        ("x:{a}", "x:1?2"),
        ("x:{a}", "x:1#2"),
        ("x:{a}", "x:1%2F2"),
        ("x:a{/b}", "x:a/1%2f2"),
        ("x:a{?b}", "x:a?"),
        ("x:a{?b}", "x:a?b"),
        ("x:a{?b}", "x:a?c=1"),
        ("x:a{?b}", "x:a?b=1&b=2"),
        ("x:a{?b}", "x:a&b=1"),
        ("x:{a}", "x:%"),
        ("x:{a}", "x:%4"),
        ("x:{a}", "x:%4x"),
        ("x:{a}", "x:%FF"),
        ("x:{a}", "x:%00"),
        ("x:{a}", "x:\ud800"),
        ("x:{+a}", "x:" + "1" * 8191),
    ],
)
def test_a_uri_that_does_not_fit_is_not_found(template, uri):
    assert parse_template(template).match(uri) is None


@pytest.mark.parametrize("template", ["x:{a}", "x:{+a}", "x:y{/a}", "x:y{?a}"])
@pytest.mark.parametrize(
    "value",
    [
        ".",
        "..",
        "../etc",
        "a/../b",
        "a/..",
        "./a",
        "%2e%2e",
        "%2E%2e%2Fetc",
        "a%2f..%2fb",
        "..%5cetc",
        "..\\etc",
        ".%2e",
    ],
)
def test_no_value_walks_through_folders_however_encoded(template, value):
    start = {"x:{a}": "x:", "x:{+a}": "x:", "x:y{/a}": "x:y/", "x:y{?a}": "x:y?a="}[template]
    assert parse_template(template).match(start + value) is None


@given(bucket=SIMPLE, key=RESERVED, version=SIMPLE, part=SIMPLE)
def test_what_another_library_expands_is_matched(bucket, key, version, part):
    text = "s3://{bucket}/v{/part}/{+key}"
    values = {"bucket": bucket, "part": part, "key": key}
    assert parse_template(text).match(uritemplate.expand(text, values)) == values
    text = "s3://{bucket}{/part}{?version,key}"
    values["version"] = version
    assert parse_template(text).match(uritemplate.expand(text, values)) == values
    text = "s3://{bucket}?fixed=1{&version,key}"
    del values["part"]
    assert parse_template(text).match(uritemplate.expand(text, values)) == values


@given(
    st.lists(st.sampled_from(["{+a}", "x", "/", "{b}", "-", "{/c}", "{d}"]), max_size=6).map(
        lambda parts: "x:" + "".join(parts) + "{?e}"
    ),
    st.text(alphabet="x/-?e=%2F.", max_size=20),
)
def test_a_match_expands_to_the_uri_it_was_made_of(text, path):
    try:
        template = parse_template(text)
    except WrongDeclaration:
        return
    uri = f"x:{path}"
    values = template.match(uri)
    if values is not None:
        expanded = uritemplate.expand(text, values)
        assert template.match(expanded) == values
        assert set(template.variables) - template.optional <= values.keys()


def test_a_long_uri_takes_no_time_to_speak_of():
    template = parse_template("x:" + "-".join(f"{{+a{index}}}" for index in range(20)) + "!")
    assert template.match("x:" + "-" * 8000) is None


def test_variables_are_named_in_their_order_with_those_that_may_be_absent():
    template = parse_template("x:{a}{/b}/{+c}{?d,e}{&f}")
    assert template.variables == ("a", "b", "c", "d", "e", "f")
    assert template.optional == {"b", "d", "e", "f"}
    assert template.text == "x:{a}{/b}/{+c}{?d,e}{&f}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "begin with a scheme"),
        ("today", "begin with a scheme"),
        ("{scheme}:a", "begin with a scheme"),
        ("1x:a", "begin with a scheme"),
        ("x:{a", "none of the forms"),
        ("x:{}", "none of the forms"),
        ("x:{+}", "none of the forms"),
        ("x:{#a}", "none of the forms"),
        ("x:{.a}", "none of the forms"),
        ("x:{;a}", "none of the forms"),
        ("x:{a*}", "none of the forms"),
        ("x:{a:3}", "none of the forms"),
        ("x:{ü}", "none of the forms"),
        ("x:{{a}}", "none of the forms"),
        ("x:{a,b}", "nothing tells"),
        ("x:{+a,b}", "nothing tells"),
        ("x:{a}{b}", "nothing tells"),
        ("x:{/a}{+b}", "nothing tells"),
        ("x:{?a}/b", "may follow a query"),
        ("x:{?a}{?b}", "may follow a query"),
        ("x:{?a}{b}", "may follow a query"),
        ("x:{a}/{a}", "twice"),
        ("x:{?a,a}", "twice"),
        ("x: y", "is no URI"),
        ("x:a}", "is no URI"),
        ("x:%zz", "is no URI"),
        ("x:\n", "is no URI"),
    ],
)
def test_a_template_that_cannot_be_matched_is_refused_where_it_is_written(text, message):
    with pytest.raises(WrongDeclaration, match=message):
        parse_template(text)
