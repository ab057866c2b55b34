"""transport/codec.py: one verdict and one value, whichever parser is loaded."""

import json
import string
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.codec import Codec
from firstbyte.transport.errors import MalformedJson, NotJson

ROOT = Path(__file__).parents[2]

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
TOKENS = st.sampled_from(
    [
        *'{}[],:"0123456789-+.eE \t\r\n\\\x00\x1f\x7f',
        *("true", "false", "null", "NaN", "Infinity", '"a"', '"\\u00', "\\ud83d", "\\uDE00"),
        *("\\n", "\\/", "\\x", "1e308", "1e400", "-0", "-0.0", "0.1", "00", "é", "\u2028"),
        *("123456789012345678", "1234567890123456789", "18446744073709551616", "\ufeff"),
    ]
)


def verdict_of(codec, octets):
    """What becomes of `octets`; repr tells 1 from 1.0, 0 from -0.0 and True."""
    try:
        return repr(codec.decode(octets))
    except MalformedJson:
        return "malformed"


def a_loaded_codec():
    codec = Codec()
    codec.load()
    return codec


def assert_alike(octets):
    assert verdict_of(Codec(), octets) == verdict_of(a_loaded_codec(), octets)


@given(st.lists(TOKENS, max_size=12).map("".join))
def test_both_parsers_judge_scraps_of_json_alike(text):
    assert_alike(text.encode())


@given(st.binary(max_size=40))
def test_both_parsers_judge_any_octets_alike(octets):
    assert_alike(octets)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_both_parsers_read_the_same_value(value, is_ascii, indent):
    assert_alike(json.dumps(value, ensure_ascii=is_ascii, indent=indent).encode())


@given(VALUES, st.data())
def test_both_parsers_judge_damaged_json_alike(value, data):
    text = json.dumps(value, ensure_ascii=False)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    patch = data.draw(st.text(string.printable, max_size=3) | TOKENS)
    assert_alike((text[:start] + patch + text[end:]).encode())


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b'{"a":1,"b":2,"a":3}', id="a name twice"),
        pytest.param(b"18446744073709551615", id="the last unsigned integer of 64 bits"),
        pytest.param(b"18446744073709551616", id="the first beyond"),
        pytest.param(b"-9223372036854775809", id="below the last signed one"),
        pytest.param(b"1e400", id="a number no double holds"),
        pytest.param(b"1e-400", id="a number too small for a double"),
        pytest.param(b"NaN", id="not a number"),
        pytest.param(b"-Infinity", id="infinity"),
        pytest.param(b'"\\ud800"', id="half of a pair"),
        pytest.param(b'"\\uDC00\\uD800"', id="a pair turned round"),
        pytest.param(b'"\\ud83d\\ude00"', id="a pair"),
        pytest.param(b'"\xed\xa0\x80"', id="half of a pair in octets"),
        pytest.param(b'"\xff"', id="no UTF-8"),
        pytest.param(b"\xef\xbb\xbf1", id="a byte order mark"),
        pytest.param(b'"\x00"', id="NUL in a string"),
        pytest.param(b'"\\u0000"', id="NUL in a string, escaped"),
        pytest.param(b'{"a":1} x', id="something after the end"),
        pytest.param(b" \r\n\t[ ] \r\n\t", id="white space around"),
        pytest.param(b"\x0c1", id="a form feed is no white space"),
        pytest.param(b"\xc2\xa01", id="a no-break space is none either"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[" * 512 + b"]" * 512, id="as deep as the scanner goes"),
        pytest.param(b"[" * 1025 + b"]" * 1025, id="deeper"),
        pytest.param(b"[" * 100_000, id="deep without an end"),
        pytest.param(b'"' + b"[" * 2000 + b'"', id="brackets in a string"),
        pytest.param(b"9" * 5000, id="more digits than Python converts"),
    ],
)
def test_both_parsers_judge_this_alike(octets):
    assert_alike(octets)


@pytest.mark.parametrize("codec", [Codec, a_loaded_codec])
def test_a_thousand_and_twenty_four_levels_are_read(codec):
    levels = 0
    value = codec().decode(b"[" * 1024 + b"]" * 1024)
    while value:
        (value,) = value
        levels += 1
    assert levels == 1023


def test_an_integer_of_64_bits_keeps_its_last_digit():
    assert Codec().decode(b"18446744073709551615") == 2**64 - 1


def test_an_integer_beyond_64_bits_becomes_a_float_and_can_be_told_apart():
    assert isinstance(Codec().decode(b"18446744073709551616"), float)


@given(VALUES)
def test_orjson_reads_back_what_either_writer_wrote(value):
    expected = orjson.loads(json.dumps(value))
    assert orjson.loads(Codec().encode(value)) == expected
    assert orjson.loads(a_loaded_codec().encode(value)) == expected


@given(VALUES)
def test_what_is_written_is_one_line(value):
    for codec in (Codec(), a_loaded_codec()):
        octets = codec.encode(value)
        assert b"\n" not in octets
        assert b"\r" not in octets


@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists))
def test_without_floats_both_writers_write_the_same_octets(value):
    assert Codec().encode(value) == a_loaded_codec().encode(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([float("nan")], id="not a number"),
        pytest.param({"a": float("inf")}, id="infinity"),
        pytest.param([None, -float("inf")], id="infinity beside a null"),
        pytest.param([None, (1, {"a": [float("nan")]})], id="not a number, deep inside"),
        pytest.param("\ud800", id="a lone surrogate"),
        pytest.param({"\ud800": 1}, id="a lone surrogate as a name"),
        pytest.param(b"octets", id="octets"),
        pytest.param({1, 2}, id="a set"),
        pytest.param(object(), id="an object"),
    ],
)
@pytest.mark.parametrize("codec", [Codec, a_loaded_codec])
def test_what_has_no_json_form_is_refused_by_both_writers(codec, value):
    with pytest.raises(NotJson):
        codec().encode(value)


@pytest.mark.parametrize("codec", [Codec, a_loaded_codec])
def test_a_value_that_holds_itself_is_refused_by_both_writers(codec):
    endless = []
    endless.append(endless)
    with pytest.raises(NotJson):
        codec().encode(endless)


@pytest.mark.parametrize("codec", [Codec, a_loaded_codec])
def test_a_null_is_no_reason_to_refuse_what_stands_beside_it(codec):
    value = [None, "null", 1.5, {"a": [None, 1, (2.5, True)]}]
    assert codec().encode(value) == b'[null,"null",1.5,{"a":[null,1,[2.5,true]]}]'


@pytest.mark.parametrize("codec", [Codec, a_loaded_codec])
def test_integers_of_any_size_are_written_exactly(codec):
    assert (
        codec().encode([2**64, -(2**70)]) == b"[18446744073709551616,-1180591620717411303424]"
    )


def test_loading_again_changes_nothing():
    codec = a_loaded_codec()
    codec.load()
    assert codec.decode(codec.encode([1, None])) == [1, None]


def test_valid_json_is_read_and_written_without_any_import_and_other_json_by_orjson():
    program = (
        "import sys, types\n"
        "sys.modules['firstbyte'] = types.ModuleType('firstbyte')\n"
        f"sys.modules['firstbyte'].__path__ = [{str(ROOT)!r}]\n"
        "from firstbyte.transport.codec import Codec\n"
        "from firstbyte.transport.errors import MalformedJson\n"
        "codec = Codec()\n"
        "before = set(sys.modules)\n"
        "value = {'a': [1, 2.5, None, True, 'é']}\n"
        "assert codec.decode(codec.encode(value)) == value\n"
        "assert set(sys.modules) == before\n"
        f"sys.path.append({str(Path(orjson.__file__).parents[1])!r})\n"
        "for octets in (b'{', b'[1', b'\"a', b'NaN', b'', b'\"\\x00\"'):\n"
        "    try:\n"
        "        Codec().decode(octets)\n"
        "    except MalformedJson:\n"
        "        assert 'orjson' in sys.modules\n"
        "    else:\n"
        "        raise AssertionError(octets)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
