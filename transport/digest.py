"""Turn a JSON value into a short name that only this value has.

Objects with the same members have the same name, in whatever order they were written; 1, 1.0,
"1" and true have four. Depth is no matter.
"""

from _blake2 import blake2b
from binascii import hexlify

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BYTES = 16


def digest(value: "Any") -> str:
    """Name `value` by 32 hexadecimal digits."""
    hashed = blake2b(digest_size=_BYTES)
    rest = [value]
    while rest:
        each = rest.pop()
        # Each piece tells its own length or end, so no two sequences of pieces are alike.
        if isinstance(each, str):
            octets = each.encode("utf-8", "surrogatepass")
            hashed.update(b'"%d:%b' % (len(octets), octets))
        elif isinstance(each, dict):
            hashed.update(b"{%d;" % len(each))
            for name in sorted(each):
                rest += (each[name], name)
        elif isinstance(each, (list, tuple)):
            hashed.update(b"[%d;" % len(each))
            rest += each
        else:
            hashed.update(b"%a;" % (each,))
    return hexlify(hashed.digest()).decode()
