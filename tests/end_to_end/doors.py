"""`server`: what each front door has to carry: a list, reports, a question."""

import socket

from firstbyte.tools import Context, Server, tool
from tests.waiting import BOUND_S


@tool
def count(to: int, context: Context) -> str:
    """Count, with a report for each number."""
    for number in range(to):
        context.progress(number + 1)
    return f"{to} é"


@tool
def ask(context: Context) -> str:
    """Ask the user."""
    form = {"type": "object", "properties": {"sure": {"type": "boolean"}}}
    return context.elicit("Sure?", form).action


@tool
def wait(port: int, context: Context) -> str:
    """Report once, and wait for the test at `port`."""
    context.progress(1)
    with socket.create_connection(("127.0.0.1", port), BOUND_S) as gate:
        gate.recv(1)
    return "waited"


server = Server("doors", "1", tools=[count, ask, wait])
