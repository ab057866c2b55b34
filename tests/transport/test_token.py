"""transport/token.py: claims come back to their bearer, for their use and time, or never."""

import json
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.keys import Keys
from firstbyte.transport.codec import Codec
from firstbyte.transport.token import Tokens, audience_of
from tests.transport.fakes import Clock, Service, a_memory

WAYS = {"sign": (Tokens.sign, Tokens.verify), "seal": (Tokens.seal, Tokens.unseal)}
CODEC = Codec()
KEYS = Keys({"a": bytes(32)})
BOUND = ("server", "alice")


@pytest.fixture(params=WAYS)
def way(request):
    return WAYS[request.param]


def made(way, purpose="cursor", bound=BOUND, claims=None, ttl_s=60, clock=None):
    tokens = Tokens(a_memory(clock, KEYS), CODEC, purpose, bound)
    return way[0](tokens, claims or {}, ttl_s)


def read(way, text, purpose="cursor", bound=BOUND, clock=None, keys=KEYS):
    return way[1](Tokens(a_memory(clock, keys), CODEC, purpose, bound), text)


def payload(text):
    encoded = text.split(".")[1]
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def test_claims_come_back_with_their_expiry(way):
    text = made(way, claims={"a": ["ü", 1.5, None]}, clock=Clock(1000.9))
    assert read(way, text, clock=Clock(1001)) == {"a": ["ü", 1.5, None], "exp": 1060}


def test_a_token_is_good_for_its_time_and_no_longer(way):
    text = made(way, claims={"a": 1}, clock=Clock(1000), ttl_s=60)
    assert read(way, text, clock=Clock(1059.9)) == {"a": 1, "exp": 1060}
    assert read(way, text, clock=Clock(1060)) is None


def test_the_expiry_is_the_tokens_own(way):
    text = made(way, claims={"exp": 5000}, clock=Clock(1000))
    assert read(way, text, clock=Clock(1000)) == {"exp": 1060}


@pytest.mark.parametrize(
    ("purpose", "bound"),
    [
        ("session", BOUND),
        ("cursor", ("another", "alice")),
        ("cursor", ("server", "bob")),
        ("cursor", ("server", "")),
        ("cursor", ("server",)),
        ("cursor", ("alice", "server")),
        ("cursor", ("serveralice",)),
        ("cursor", ("servera", "lice")),
        ("cursors", ("erver", "alice")),
        ("cursor", (*BOUND, "")),
    ],
)
def test_a_token_is_nothing_for_another_use_server_or_principal(way, purpose, bound):
    assert read(way, made(way), purpose, bound) is None


def test_another_servers_token_is_nothing(way):
    assert read(way, made(way), keys=Keys({"a": bytes(31) + b"\1"})) is None


def test_a_signed_token_is_not_a_sealed_one():
    assert read(WAYS["seal"], made(WAYS["sign"])) is None
    assert read(WAYS["sign"], made(WAYS["seal"])) is None


def test_what_is_signed_can_be_read_and_what_is_sealed_cannot():
    claims = {"secret": "pears"}
    assert json.loads(payload(made(WAYS["sign"], claims=claims)))["secret"] == "pears"
    assert b"pears" not in payload(made(WAYS["seal"], claims=claims))


def test_a_server_is_known_by_its_name():
    assert audience_of(Service()) == "fake"


parts = st.lists(st.text(st.characters()), max_size=3).map(tuple)


@given(parts, parts)
def test_no_two_bindings_are_one(bound, other):
    for way in WAYS.values():
        if bound != other:
            assert read(way, made(way, bound=bound), bound=other) is None
        assert read(way, made(way, bound=bound), bound=bound) is not None


@given(st.text())
def test_any_text_is_a_token_or_nothing(text):
    for way in WAYS.values():
        assert read(way, text) is None
