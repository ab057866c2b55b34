"""Write messages as Server-Sent Events.

    id: 3q2-7w.4 LF                       where the stream is logged
    data: {"jsonrpc":"2.0",...} LF LF

Nameless, which means "message" to every client.

Sources: WHATWG HTML, section 9.2 "Server-sent events"; MCP 2025-11-25, "Transports".
"""

KEEP_ALIVE = b":\n"
"""A comment line: clients skip it, idle proxies count it as traffic. No blank line: behind an
event that had an id, many a client takes the next blank line for the end of an empty event."""

HEADERS = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
}
"""Nobody on the way may keep, compress or hold back what is sent."""

RETRY_MS = 500
"""How soon a client should come back for the rest of a stream, if nobody says otherwise."""


def encode_event(message: bytes, event_id: str = "") -> bytes:
    """Render one event whose data is `message`, one line of JSON.

    `event_id` is one of ours, a word; empty leaves the client's last one alone.
    """
    head = b"id: %b\n" % event_id.encode() if event_id else b""
    # Not by `+`: it makes the event twice, and a result may be large.
    return b"".join((head, b"data: ", message, b"\n\n"))


def encode_priming(event_id: str, retry_ms: int = RETRY_MS) -> bytes:
    """Render the event that says nothing but how to come back: "an event ID and empty data"."""
    return f"id: {event_id}\nretry: {retry_ms}\ndata:\n\n".encode()


def encode_retry(retry_ms: int = RETRY_MS) -> bytes:
    """Render what is said before hanging up on a stream that goes on.

    With a blank line, as an event without data: clients that read event by event would not see
    the delay otherwise, and behind it nothing comes that could be taken for its data.
    """
    return f"retry: {retry_ms}\n\n".encode()
