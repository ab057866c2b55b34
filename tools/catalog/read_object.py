"""Read an S3 object, or a range of its bytes, as text, picture or octets."""

import codecs
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

from msgspec import Meta

from firstbyte.tools import EmbeddedResource, Image, Text, ToolError, tool
from firstbyte.tools.catalog.aws import explained, s3

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import GetObjectRequestTypeDef

MAX_BYTES: Final = 1024 * 1024
"""Most that one call returns: as base64 in a result still far below Lambda's 6 MB."""

_PICTURES: Final = frozenset(("image/gif", "image/jpeg", "image/png", "image/webp"))
"""What models look at; other pictures are octets, and SVG is text."""


@tool(title="Read an object", read_only=True, idempotent=True, open_world=False)
def read_object(
    bucket: Annotated[str, "Name of the bucket"],
    key: Annotated[str, "Key of the object", Meta(min_length=1)],
    start: Annotated[int, "First byte to read, from 0", Meta(ge=0)] = 0,
    length: Annotated[
        int | None, "How many bytes to read; all without it", Meta(ge=1, le=MAX_BYTES)
    ] = None,
) -> list[Text | Image | EmbeddedResource]:
    """Read an S3 object: text as text, a picture as an image, anything else as base64.

    One call returns at most 1048576 bytes; a larger object is read in ranges. A range of text
    may end a few bytes early, between two characters: the answer tells where to go on. A range
    that begins within a character is no text.
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
                f"read a range with start={start} and length={MAX_BYTES}"
            )
        octets = answer["Body"].read()
    total = int(answer.get("ContentRange", "").rpartition("/")[2] or len(octets))
    is_whole = len(octets) == total
    is_last = start + len(octets) == total
    if is_whole and answer["ContentType"] in _PICTURES:
        return [Image(octets, answer["ContentType"])]
    shown: Text | EmbeddedResource
    text = _find_text(octets, is_last=is_last)
    if text is None:
        uri = f"s3://{bucket}/{quote(key)}"
        shown = EmbeddedResource(uri, answer["ContentType"], blob=octets)
    else:
        shown = Text(text)
        octets = text.encode()
    if is_whole:
        return [shown]
    end = start + len(octets)
    onward = "" if is_last else f"; go on with start={end}"
    return [shown, Text(f"bytes {start} to {end - 1} of {total}{onward}")]


def _find_text(octets: bytes, *, is_last: bool) -> str | None:
    """Decode UTF-8, but for a character that the range cuts at its end; None if no text."""
    # No text has a NUL, and plenty of binary formats are valid UTF-8 but for it.
    if 0 in octets:
        return None
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(octets, final=is_last)
    except UnicodeDecodeError:
        return None
    # Nothing but a part of one character is shown as it is, or reading on would never end.
    return None if octets and not text else text
