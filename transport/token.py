"""Turn claims into a token that a client carries, and back: for one use, one bearer, some time.

    sign or seal  {claims, "exp": seconds since 1970}  bound to  purpose, further parts

What a token is bound to is no part of it: under another purpose, audience or principal it is
not a token at all. `exp` stands for its expiry among the claims, in both directions.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from firstbyte.transport.codec import Codec
    from firstbyte.transport.keys import KeyRing
    from firstbyte.transport.memory import Memory
    from firstbyte.transport.service import Service

EXPIRY = "exp"


def audience_of(service: "Service") -> str:
    """Name the server whose tokens these are, and whose items in the store."""
    return str(service.identity["name"])


class Tokens:
    """The tokens of one `purpose`, bound to whatever else tells apart who may use them.

    Making and reading them needs `memory.keys`.
    """

    __slots__ = ("_bound", "_codec", "_memory")

    def __init__(
        self, memory: "Memory", codec: "Codec", purpose: str, bound: tuple[str, ...]
    ) -> None:
        self._memory = memory
        self._codec = codec
        self._bound = _joined(purpose, bound)

    def sign(self, claims: "Mapping[str, Any]", ttl_s: int) -> str:
        """Make a token that anybody can read and nobody can alter."""
        return self._keys.sign(self._written(claims, ttl_s), self._bound)

    def verify(self, token: str) -> "dict[str, Any] | None":
        """Return the claims of a signed token; None if it is altered, expired or another's."""
        return self._read(self._keys.verify(token, self._bound))

    def seal(self, claims: "Mapping[str, Any]", ttl_s: int) -> str:
        """Make a token that nobody else can read or alter."""
        return self._keys.seal(self._written(claims, ttl_s), self._bound)

    def unseal(self, token: str) -> "dict[str, Any] | None":
        """Return the claims of a sealed token; None if it is altered, expired or another's."""
        return self._read(self._keys.unseal(token, self._bound))

    @property
    def _keys(self) -> "KeyRing":
        assert self._memory.keys is not None  # noqa: S101  # without keys nobody gets here
        return self._memory.keys

    def _written(self, claims: "Mapping[str, Any]", ttl_s: int) -> bytes:
        expiry = int(self._memory.clock.epoch_s()) + ttl_s
        return self._codec.encode({**claims, EXPIRY: expiry})

    def _read(self, message: bytes | None) -> "dict[str, Any] | None":
        if message is None:
            return None
        # What the keys vouch for, we wrote: an object with an expiry.
        claims: dict[str, Any] = self._codec.decode(message)
        return claims if self._memory.clock.epoch_s() < claims[EXPIRY] else None


def _joined(purpose: str, bound: tuple[str, ...]) -> bytes:
    """Write the parts one after the other, each behind its length, so that none can move."""
    parts = [part.encode("utf-8", "surrogatepass") for part in (purpose, *bound)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
