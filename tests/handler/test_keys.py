"""handler/keys.py: tokens nobody else can make or alter, and keys read or refused untold."""

import base64
import hashlib
import json
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.errors import WrongSetting
from firstbyte.handler.keys import Keys, parse_keys

A, B = bytes(range(32)), bytes(range(32, 64))
KEYS = Keys({"a": A})
URL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
MAKERS = {"sign": KEYS.sign, "seal": KEYS.seal}
READERS = {"sign": KEYS.verify, "seal": KEYS.unseal}


def b64(octets):
    return urlsafe_b64encode(octets).decode().rstrip("=")


def unb64(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def derived(secret, key, use):
    """What another implementation of BLAKE2b derives from a configured key."""
    return hashlib.blake2b(key=secret, salt=key, person=use, digest_size=32).digest()


@pytest.mark.parametrize("way", MAKERS)
@given(message=st.binary(), bound=st.binary())
def test_a_token_is_read_as_it_was_made(way, message, bound):
    token = MAKERS[way](message, bound)
    assert READERS[way](token, bound) == message
    assert token.isascii()
    assert token.isprintable()
    assert " " not in token


def test_a_signed_token_is_keyed_blake2b_of_what_it_is_bound_to_and_says():
    key, message, mac = KEYS.sign(b"hello?>", b"me").split(".")
    octets = (2).to_bytes(8, "big") + b"me" + b"hello?>"
    signing = derived(A, b"a", b"firstbyte sign")
    assert key == "a"
    assert unb64(message) == b"hello?>"
    assert unb64(mac) == hashlib.blake2b(octets, key=signing, digest_size=16).digest()


def test_a_sealed_token_is_aes_256_gcm():
    key, text = KEYS.seal(b"hello", b"me").split(".")
    sealed = unb64(text)
    sealing = derived(A, b"a", b"firstbyte seal")
    assert key == "a"
    assert AESGCM(sealing).decrypt(sealed[:12], sealed[12:], b"me") == b"hello"
    assert len(sealed) == 12 + len(b"hello") + 16


def test_no_sealed_token_is_made_twice():
    assert len({KEYS.seal(b"same", b"") for _ in range(50)}) == 50


@pytest.mark.parametrize("way", MAKERS)
@given(bound=st.binary(), other=st.binary(), message=st.binary())
def test_a_token_is_nothing_under_another_binding(way, bound, other, message):
    if bound != other:
        assert READERS[way](MAKERS[way](message, bound), other) is None


def test_octets_cannot_move_between_the_binding_and_the_message():
    key, _, mac = KEYS.sign(b"bc", b"a").split(".")
    assert KEYS.verify(f"{key}.{b64(b'c')}.{mac}", b"ab") is None


@pytest.mark.parametrize("way", MAKERS)
def test_a_token_altered_anywhere_is_nothing(way):
    token = MAKERS[way](b"some message", b"me")
    for index, character in enumerate(token):
        for other in (*URL_ALPHABET, ".", "=", "+", "/", " ", "\n", "é", "\0"):
            if other != character:
                altered = token[:index] + other + token[index + 1 :]
                assert READERS[way](altered, b"me") is None, altered


@pytest.mark.parametrize("way", MAKERS)
def test_a_token_cut_or_prolonged_is_nothing(way):
    token = MAKERS[way](b"some message", b"me")
    for end in range(len(token)):
        assert READERS[way](token[:end], b"me") is None
    for more in ("A", "=", "==", ".", ".a", "\n", " "):
        assert READERS[way](token + more, b"me") is None
        assert READERS[way](more + token, b"me") is None


@pytest.mark.parametrize("way", MAKERS)
@given(text=st.text() | st.from_regex(r"a(\.[A-Za-z0-9_-]*){1,3}", fullmatch=True))
def test_any_other_text_is_nothing(way, text):
    assert READERS[way](text, b"") is None


def test_what_was_signed_cannot_be_unsealed_nor_what_was_sealed_be_verified():
    signed, sealed = KEYS.sign(b"message", b""), KEYS.seal(b"message", b"")
    assert KEYS.unseal(signed, b"") is None
    assert KEYS.verify(sealed, b"") is None


@pytest.mark.parametrize("way", MAKERS)
def test_another_key_reads_nothing_even_under_the_same_id(way):
    token = MAKERS[way](b"message", b"")
    stranger = Keys({"a": B})
    assert {"sign": stranger.verify, "seal": stranger.unseal}[way](token, b"") is None


@pytest.mark.parametrize("way", MAKERS)
def test_one_secret_under_two_ids_makes_two_keys(way):
    twins = Keys({"a": A, "b": A})
    token = MAKERS[way](b"message", b"")
    read = {"sign": twins.verify, "seal": twins.unseal}[way]
    assert read(token, b"") == b"message"
    assert read("b" + token[1:], b"") is None


def test_the_first_key_makes_tokens_and_all_read_them():
    rotated = Keys({"b": B, "a": A})
    assert rotated.sign(b"new", b"").startswith("b.")
    assert rotated.seal(b"new", b"").startswith("b.")
    assert rotated.verify(KEYS.sign(b"old", b""), b"") == b"old"
    assert rotated.unseal(KEYS.seal(b"old", b""), b"") == b"old"
    assert KEYS.verify(rotated.sign(b"new", b""), b"") is None
    assert KEYS.unseal(rotated.seal(b"new", b""), b"") is None


def test_new_ids_are_128_bits_and_never_the_same():
    ids = {KEYS.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(name) for name in ids} == {22}
    assert {len(unb64(name)) for name in ids} == {16}
    assert set("".join(ids)) == set(URL_ALPHABET)


@pytest.mark.parametrize(
    "text",
    [
        f"k1:{b64(A)}",
        f"k1:{b64(A)}=",
        f" k1:{b64(A)} ",
        f"k1:{b64(A)},other:{b64(B)}",
        f"k1:{b64(A)} , -:{b64(B)}, _:{b64(B)}, {'x' * 16}:{b64(B)}",
    ],
)
def test_a_setting_names_its_keys_and_the_first_makes_tokens(text):
    token = parse_keys(text).sign(b"hello", b"")
    assert token == Keys({"k1": A}).sign(b"hello", b"")


def test_all_keys_of_a_setting_read():
    keys = parse_keys(f"a:{b64(A)},b:{b64(B)}")
    assert keys.verify(Keys({"b": B}).sign(b"hello", b""), b"") == b"hello"


FORM = (
    "is not of the form id:secret, an id of 1 to 16 of A-Z a-z 0-9 - _ and a secret of "
    "32 bytes in base64url"
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("k1", 1),
        ("k1:", 1),
        (b64(A), 1),
        (f":{b64(A)}", 1),
        (f"k1:{b64(A[:31])}", 1),
        (f"k1:{b64(A + b'x')}", 1),
        (f"k1:{b64(A)}==", 1),
        (f"k1:{b64(A)[:-1]}_", 1),
        (f"k1:{A.hex()}", 1),
        ("k1:" + base64.b64encode(b"\xff" * 32).decode(), 1),
        (f"k1: {b64(A)}", 1),
        (f"k.1:{b64(A)}", 1),
        (f"ké:{b64(A)}", 1),
        (f"{'x' * 17}:{b64(A)}", 1),
        (f"k1:{b64(A)},", 2),
        (f"k1:{b64(A)};k2:{b64(B)}", 1),
        (f"k1:{b64(A)},k2:{b64(B)}x", 2),
        ("secretsmanager:mine", 1),
        ("ssm:/mine", 1),
    ],
)
def test_what_is_no_key_is_refused_by_its_number_and_not_told(text, number):
    with pytest.raises(WrongSetting) as caught:
        parse_keys(text)
    assert str(caught.value) == f"FIRSTBYTE_KEYS: key {number} {FORM}"


def test_two_keys_of_one_id_are_refused():
    with pytest.raises(WrongSetting, match=r"^FIRSTBYTE_KEYS: key 3 has the id of an earlier"):
        parse_keys(f"a:{b64(A)},b:{b64(A)},a:{b64(B)}")


@given(st.text() | st.from_regex(r"[a-z]{0,3}:[A-Za-z0-9_=-]{40,45}(,[a-z]:.{43})?"))
def test_any_text_is_keys_or_refused(text):
    try:
        keys = parse_keys(text)
    except WrongSetting:
        return
    assert keys.verify(keys.sign(b"", b""), b"") == b""


IMPORTS = """
import json, sys
from firstbyte.handler.keys import parse_keys
keys = parse_keys("k1:" + "A" * 43)
seen = []
for use in (lambda: keys.verify(keys.sign(b"", b""), b""), lambda: keys.seal(b"", b"")):
    use()
    seen.append("cryptography" in sys.modules)
print(json.dumps(seen))
"""


def test_only_sealing_imports_a_library():
    command = [sys.executable, "-c", IMPORTS]
    out = subprocess.run(command, capture_output=True, check=True).stdout
    assert json.loads(out) == [False, True]
