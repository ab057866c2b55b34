"""Make of FIRSTBYTE_KEYS what signs and seals the tokens that clients carry.

    signed   id "." message "." 16 octets of keyed BLAKE2b
    sealed   id "." 12 octets of nonce, ciphertext and tag of AES-256-GCM

All but the id in base64url without padding. Each configured key yields two others, one for each
use, so that no octets one of them made mean anything to the other.

Sources: RFC 7693 (BLAKE2b, keyed); NIST SP 800-38D (GCM); RFC 4648 section 5 (base64url).
"""

from _blake2 import blake2b
from _operator import _compare_digest as are_equal
from binascii import a2b_base64, b2a_base64
from posix import urandom

from firstbyte.handler.errors import WrongSetting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SCHEME = "secretsmanager:"
"""What begins a value of FIRSTBYTE_KEYS that names a secret; `handler.secret` reads it."""

_KEY_BYTES = 32
_MAC_BYTES = 16
_NONCE_BYTES = 12
"""Random, as NIST SP 800-38D section 8.2.2 allows for up to 2**32 tokens of one key."""
_TAG_BYTES = 16
_RANDOM_BYTES = 16
_ID_CHARACTERS = 16
_DERIVED_ID_BYTES = 6
_WANTED = "id:secret, an id of 1 to 16 of A-Z a-z 0-9 - _ and a secret of 32 bytes in base64url"
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


class Keys:
    """Several keys, of which the first makes tokens and all read them. Satisfies `KeyRing`.

    `secrets` has 32 octets for each id.
    """

    __slots__ = ("_first", "_sealing", "_signing")

    def __init__(self, secrets: "Mapping[str, bytes]") -> None:
        self._first = next(iter(secrets))
        self._signing = {key: _derived(key, secrets[key], b"firstbyte sign") for key in secrets}
        self._sealing = {key: _derived(key, secrets[key], b"firstbyte seal") for key in secrets}

    def sign(self, message: bytes, bound: bytes) -> str:
        """Return `message` as visible ASCII that anybody can read and nobody can alter."""
        return _signed(self._first, self._signing[self._first], message, bound)

    def verify(self, token: str, bound: bytes) -> bytes | None:
        """Return the message of a signed token; None if it is not ours, or was altered."""
        key, *parts = token.split(".")
        if len(parts) != 2 or key not in self._signing or not token.isascii():
            return None
        message = _decoded(parts[0])
        if message is None:
            return None
        # All of the token is compared, so there is one spelling of it. `hmac.compare_digest` is
        # this very function, behind 4.6 ms of imports; `_blake2` takes 0.5
        # (`python -I -X importtime -c "import hmac"`).
        is_ours = are_equal(_signed(key, self._signing[key], message, bound), token)
        return message if is_ours else None

    def seal(self, message: bytes, bound: bytes) -> str:
        """Return `message` as visible ASCII that nobody else can read or alter."""
        nonce = urandom(_NONCE_BYTES)
        sealed = _cipher(self._sealing[self._first]).encrypt(nonce, message, bound)
        return f"{self._first}.{_encoded(nonce + sealed)}"

    def unseal(self, token: str, bound: bytes) -> bytes | None:
        """Return the message of a sealed token; None if it is not ours, or was altered."""
        key, *parts = token.split(".")
        if len(parts) != 1 or key not in self._sealing:
            return None
        sealed = _decoded(parts[0])
        if sealed is None or len(sealed) < _NONCE_BYTES + _TAG_BYTES:
            return None
        cipher = _cipher(self._sealing[key])
        from cryptography.exceptions import InvalidTag

        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
        except InvalidTag:
            return None

    def new_id(self) -> str:
        """Return 128 random bits as 22 characters of A-Z a-z 0-9 - and _."""
        return new_id()

    def knows(self, token: str) -> bool:
        """Tell whether `token` names one of these keys, whoever made it."""
        return token.partition(".")[0] in self._signing


def new_id() -> str:
    """Return 128 random bits as 22 characters of A-Z a-z 0-9 - and _."""
    return _encoded(urandom(_RANDOM_BYTES))


def make_key(text: str) -> tuple[str, bytes]:
    """Turn a text nobody can guess into a key: an id, which tells nothing of it, and octets."""
    octets = text.encode("utf-8", "surrogatepass")
    name = blake2b(octets, person=b"firstbyte id", digest_size=_DERIVED_ID_BYTES).digest()
    secret = blake2b(octets, person=b"firstbyte key", digest_size=_KEY_BYTES).digest()
    return _encoded(name), secret


def parse_keys(text: str) -> Keys:
    """Read `id:secret`, several with commas; the first makes tokens, all read them.

    Raises:
        WrongSetting: one of them is none, or two have one id. No secret is told.
    """
    secrets: dict[str, bytes] = {}
    for number, word in enumerate(text.split(","), 1):
        key, _, secret = word.strip().partition(":")
        octets = _decoded(secret.removesuffix("=") if len(secret) == 44 else secret)
        if not _is_id(key) or octets is None or len(octets) != _KEY_BYTES:
            raise WrongSetting(f"FIRSTBYTE_KEYS: key {number} is not of the form {_WANTED}")
        if key in secrets:
            raise WrongSetting(f"FIRSTBYTE_KEYS: key {number} has the id of an earlier one")
        secrets[key] = octets
    return Keys(secrets)


def _is_id(text: str) -> bool:
    is_word = text.isascii() and text.replace("-", "a").replace("_", "a").isalnum()
    return is_word and len(text) <= _ID_CHARACTERS


def _derived(key: str, secret: bytes, use: bytes) -> bytes:
    # The id is in it: the same secret under two ids must not give one token two spellings.
    return blake2b(key=secret, salt=key.encode(), person=use, digest_size=_KEY_BYTES).digest()


def _signed(key: str, secret: bytes, message: bytes, bound: bytes) -> str:
    # The length tells where `bound` ends: no octets can move from one to the other.
    octets = len(bound).to_bytes(8, "big") + bound + message
    mac = blake2b(octets, key=secret, digest_size=_MAC_BYTES).digest()
    return f"{key}.{_encoded(message)}.{_encoded(mac)}"


def _cipher(secret: bytes) -> "AESGCM":
    # 17 ms (`python -I -X importtime`), for servers whose functions ask their client.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(secret)


def _encoded(octets: bytes) -> str:
    text = b2a_base64(octets, newline=False).translate(_TO_URL)
    return text.rstrip(b"=").decode()


def _decoded(text: str) -> bytes | None:
    """Read base64url without padding; None for what `_encoded` would have spelled otherwise."""
    try:
        octets = a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4))
    except ValueError:
        return None
    return octets if _encoded(octets) == text else None
