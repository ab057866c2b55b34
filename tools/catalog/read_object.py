"""Read an S3 object, or a range of its bytes, as text, picture or octets."""

from typing import Annotated, Final
from urllib.parse import quote

from msgspec import Meta

from firstbyte.tools import EmbeddedResource, Image, Text, tool
from firstbyte.tools.catalog.stored_object import MAX_BYTES, fetch_object, find_text

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
    octets, content_type, total = fetch_object(bucket, key, start, length)
    is_whole = len(octets) == total
    is_last = start + len(octets) == total
    if is_whole and content_type in _PICTURES:
        return [Image(octets, content_type)]
    shown: Text | EmbeddedResource
    text = find_text(octets, is_last=is_last)
    if text is None:
        uri = f"s3://{bucket}/{quote(key)}"
        shown = EmbeddedResource(uri, content_type, blob=octets)
    else:
        shown = Text(text)
        octets = text.encode()
    if is_whole:
        return [shown]
    end = start + len(octets)
    onward = "" if is_last else f"; go on with start={end}"
    return [shown, Text(f"bytes {start} to {end - 1} of {total}{onward}")]
