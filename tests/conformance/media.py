"""A picture and a sound, small enough to be made where they are wanted."""

import struct
import zlib


def red_pixel() -> bytes:
    """Make a PNG of one pixel (RFC 2083, sections 4 and 6)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def silence(samples: int = 1000, rate_hz: int = 8000) -> bytes:
    """Make a WAV file of unsigned 8-bit silence."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate_hz, rate_hz, 1, 8)
    body = struct.pack("<4sI", b"data", samples) + bytes([128]) * samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(body), b"WAVE") + form + body
