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


def sign(
    memory: "Memory",
    codec: "Codec",
    purpose: str,
    bound: tuple[str, ...],
    claims: "Mapping[str, Any]",
    ttl_s: int,
) -> str:
    """Make a token that anybody can read and nobody can alter; needs `memory.keys`."""
    return _keys(memory).sign(_written(memory, codec, claims, ttl_s), _joined(purpose, bound))


def verify(
    memory: "Memory", codec: "Codec", purpose: str, bound: tuple[str, ...], token: str
) -> "dict[str, Any] | None":
    """Return the claims of a signed token; None if it is altered, expired or another's."""
    message = _keys(memory).verify(token, _joined(purpose, bound))
    return None if message is None else _read(memory, codec, message)


def seal(
    memory: "Memory",
    codec: "Codec",
    purpose: str,
    bound: tuple[str, ...],
    claims: "Mapping[str, Any]",
    ttl_s: int,
) -> str:
    """Make a token that nobody else can read or alter; needs `memory.keys`."""
    return _keys(memory).seal(_written(memory, codec, claims, ttl_s), _joined(purpose, bound))


def unseal(
    memory: "Memory", codec: "Codec", purpose: str, bound: tuple[str, ...], token: str
) -> "dict[str, Any] | None":
    """Return the claims of a sealed token; None if it is altered, expired or another's."""
    message = _keys(memory).unseal(token, _joined(purpose, bound))
    return None if message is None else _read(memory, codec, message)


def _keys(memory: "Memory") -> "KeyRing":
    assert memory.keys is not None  # noqa: S101  # without keys nobody gets here
    return memory.keys


def _joined(purpose: str, bound: tuple[str, ...]) -> bytes:
    """Write the parts one after the other, each behind its length, so that none can move."""
    parts = [part.encode("utf-8", "surrogatepass") for part in (purpose, *bound)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _written(
    memory: "Memory", codec: "Codec", claims: "Mapping[str, Any]", ttl_s: int
) -> bytes:
    return codec.encode({**claims, EXPIRY: int(memory.clock.epoch_s()) + ttl_s})


def _read(memory: "Memory", codec: "Codec", message: bytes) -> "dict[str, Any] | None":
    # What the keys vouch for, we wrote: an object with an expiry.
    claims: dict[str, Any] = codec.decode(message)
    return claims if memory.clock.epoch_s() < claims[EXPIRY] else None
