"""The keys the transport needs: what it hands to clients, only this server may have made."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class KeyRing(Protocol):
        """Several keys, of which the first makes new tokens and all read old ones.

        `bound` is never part of a token: a token opens only under the octets it was made under.
        """

        def sign(self, message: bytes, bound: bytes) -> str:
            """Return `message` as visible ASCII that anybody can read and nobody can alter."""

        def verify(self, token: str, bound: bytes) -> bytes | None:
            """Return the message of a signed token; None if it is not ours, or was altered."""

        def seal(self, message: bytes, bound: bytes) -> str:
            """Return `message` as visible ASCII that nobody else can read or alter."""

        def unseal(self, token: str, bound: bytes) -> bytes | None:
            """Return the message of a sealed token; None if it is not ours, or was altered."""

        def new_id(self) -> str:
            """Return 128 random bits as 22 characters of A-Z a-z 0-9 - and _."""
