"""Cut a list into pages, each but the last with a cursor that tells where the next one begins.

A cursor is the digest of the list's name and the page's last item, so any environment finds
that item in its own list, and what is altered or made for another list names nothing.

Source: MCP 2026-07-28, "Pagination".
"""

from _blake2 import blake2b
from binascii import b2a_base64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_DIGEST_BYTES = 18
"""Collisions are out of reach, and Base64 needs no padding."""


def cut_page(
    items: "Sequence[Any]", names: "Sequence[str]", kind: str, size: int, cursor: object
) -> "tuple[Sequence[Any], str | None] | None":
    """Return the page behind `cursor`, None for the first, and the cursor of the next page.

    `names` are the items' own, each but once in the list that is called `kind`, one word.
    None comes back for a `cursor` that names none of them: it is not ours,
    another list's, or out of date.
    """
    start = 0
    if cursor is not None:
        made = (_cursor(kind, name) for name in names)
        start = next((after for after, each in enumerate(made, 1) if each == cursor), 0)
        if not start:
            return None
    end = start + size
    following = _cursor(kind, names[end - 1]) if end < len(items) else None
    return items[start:end], following


def _cursor(kind: str, name: str) -> str:
    digest = blake2b(f"{kind} {name}".encode(), digest_size=_DIGEST_BYTES).digest()
    return b2a_base64(digest, newline=False).decode()
