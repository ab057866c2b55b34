"""`server`: the fixtures the official conformance suite asks a server under test to have.

Honest programs: each does what its name says; none knows what the suite compares.
"""

import struct
import zlib
from time import sleep

from firstbyte.tools import (
    Audio,
    Context,
    EmbeddedResource,
    Image,
    Server,
    Text,
    ToolError,
    tool,
)

_PAUSE_S = 0.05
"""Between two notifications, so that a client can see them arrive one by one."""


@tool
def test_simple_text() -> str:
    """Return a sentence."""
    return "This is a simple text response for testing."


@tool
def test_image_content() -> Image:
    """Return a picture: one red pixel."""
    return Image(_red_pixel(), "image/png")


@tool
def test_audio_content() -> Audio:
    """Return a sound: an eighth of a second of silence."""
    return Audio(_silence(), "audio/wav")


@tool
def test_embedded_resource() -> EmbeddedResource:
    """Return a resource itself instead of a link to it."""
    return EmbeddedResource("test://embedded-resource", "text/plain", text="An embedded text.")


@tool
def test_multiple_content_types() -> list[Text | Image | EmbeddedResource]:
    """Return text, a picture and a resource at once."""
    return [
        Text("Several kinds of content:"),
        Image(_red_pixel(), "image/png"),
        EmbeddedResource("test://mixed", "application/json", text='{"mixed": true}'),
    ]


@tool
def test_tool_with_logging(context: Context) -> str:
    """Log three messages while it works."""
    for message in ("Tool execution started", "Tool processing data", "Tool execution ended"):
        context.info(message)
        sleep(_PAUSE_S)
    return "Three messages were logged."


@tool
def test_logging_tool(context: Context) -> str:
    """Log one message, for clients that set a level or none."""
    context.info("A message at level info")
    return "One message was logged."


@tool
def test_tool_with_progress(context: Context) -> str:
    """Report 0, 50 and 100 of 100 while it works."""
    for progress in (0, 50, 100):
        context.progress(progress, total=100, message=f"{progress} of 100")
        sleep(_PAUSE_S)
    return "The work is done."


@tool
def test_error_handling() -> str:
    """Fail, in the way a tool tells a model that it could not do its work."""
    raise ToolError("This tool intentionally returns an error for testing.")


server = Server(
    name="firstbyte-conformance",
    version="1.0.0",
    title="Conformance fixtures",
    tools=[
        test_simple_text,
        test_image_content,
        test_audio_content,
        test_embedded_resource,
        test_multiple_content_types,
        test_tool_with_logging,
        test_logging_tool,
        test_tool_with_progress,
        test_error_handling,
    ],
)


def _red_pixel() -> bytes:
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


def _silence(samples: int = 1000, rate_hz: int = 8000) -> bytes:
    """Make a WAV file of unsigned 8-bit silence."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate_hz, rate_hz, 1, 8)
    body = struct.pack("<4sI", b"data", samples) + bytes([128]) * samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(body), b"WAVE") + form + body
