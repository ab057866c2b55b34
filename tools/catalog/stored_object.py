"""Fetch an S3 object, or a range of its bytes, and tell whether it is text."""

import codecs
from typing import TYPE_CHECKING, Final, NamedTuple

from firstbyte.tools import ToolError
from firstbyte.tools.catalog.aws import explained, s3

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectRequestTypeDef

MAX_BYTES: Final = 1024 * 1024
"""Most that one call returns: as base64 in a result still far below Lambda's 6 MB."""


class StoredObject(NamedTuple):
    """Octets of an object that has `total` of them."""

    octets: bytes
    content_type: str
    total: int


def fetch_object(
    bucket: str, key: str, start: int = 0, length: int | None = None
) -> StoredObject:
    """Fetch all of an object, or `length` bytes from `start`.

    Raises:
        ToolError: there is no such object, AWS refuses it, or it is more than `MAX_BYTES`.
    """
    request: GetObjectRequestTypeDef = {"Bucket": bucket, "Key": key}
    if start or length is not None:
        request["Range"] = f"bytes={start}-{'' if length is None else start + length - 1}"
    with explained("s3:GetObject", f"object {key!r} in bucket {bucket!r}"):
        answer = s3().get_object(**request)
        if (size := answer["ContentLength"]) > MAX_BYTES:
            answer["Body"].close()
            raise ToolError(
                f"that is {size} bytes and one call returns at most {MAX_BYTES}: "
                f"read a range with read_object, start={start} and length={MAX_BYTES}"
            )
        octets = answer["Body"].read()
    total = int(answer.get("ContentRange", "").rpartition("/")[2] or len(octets))
    return StoredObject(octets, answer["ContentType"], total)


def find_text(octets: bytes, *, is_last: bool = True) -> str | None:
    """Decode UTF-8, but for a character that is cut where it `is_last` not; None if no text."""
    # No text has a NUL, and plenty of binary formats are valid UTF-8 but for it.
    if 0 in octets:
        return None
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(octets, final=is_last)
    except UnicodeDecodeError:
        return None
    # Nothing but a part of one character is shown as it is, or reading on would never end.
    return None if octets and not text else text
