"""Write messages of the AWS event stream encoding.

    total length  headers length  CRC-32 of both | headers | payload | CRC-32 of all before
         4              4              4                                    4

A header is: name length (1), name, 7 for "string", value length (2), value. Big endian.

Source: Smithy specification, "Amazon Event Stream specification".
"""

import struct
import zlib
from collections.abc import Mapping
from typing import Final

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"

_STRING: Final = 7


def encode_event(event_type: str, content_type: str, payload: bytes) -> bytes:
    """Render one event whose payload is of `content_type`."""
    headers = _encode_headers(
        {":message-type": "event", ":event-type": event_type, ":content-type": content_type}
    )
    # Two lengths and two checksums beside headers and payload.
    total = 16 + len(headers) + len(payload)
    prelude = struct.pack(">II", total, len(headers))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


def _encode_headers(headers: Mapping[str, str]) -> bytes:
    octets = b""
    for name, value in headers.items():
        name_octets, value_octets = name.encode(), value.encode()
        octets += struct.pack(">B", len(name_octets)) + name_octets
        octets += struct.pack(">BH", _STRING, len(value_octets)) + value_octets
    return octets
