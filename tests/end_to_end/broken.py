"""What is our fault or our author's: a server that cannot be listed, handlers that break."""

from firstbyte.handler.response_stream import streamify_response
from firstbyte.tools import Server

server = Server(name="broken", version="1", tools=["tests.end_to_end.missing:tool"])


@streamify_response
def breaks_before_the_first_byte(event, response_stream, context):
    """Raise while nothing was sent."""
    response_stream.open(200)
    raise ValueError("the password is swordfish")


@streamify_response
def breaks_after_the_first_byte(event, response_stream, context):
    """Raise when something was sent."""
    response_stream.write("half")
    raise ValueError("the password is swordfish")
