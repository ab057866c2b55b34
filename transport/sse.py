"""Write messages as Server-Sent Events.

    data: {"jsonrpc":"2.0",...} LF LF

Nameless, which means "message" to every client, and without ids: a broken stream is a lost
request, to be asked again.

Source: WHATWG HTML, section 9.2 "Server-sent events".
"""

KEEP_ALIVE = b":\n\n"
"""A comment line: clients skip it, idle proxies count it as traffic."""

HEADERS = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}
"""Nobody on the way may keep, compress or hold back what is sent."""


def encode_event(message: bytes) -> bytes:
    """Render one event whose data is `message`, one line of JSON."""
    return b"data: " + message + b"\n\n"
