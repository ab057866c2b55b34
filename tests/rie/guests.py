"""What is served under the official emulator beside the catalog: one of each kind."""

import os
import time
from pathlib import Path

from firstbyte.handler.response_stream import streamify_response
from firstbyte.tools import Context, Server, tool


def buffered(event, context):
    """A plain handler: what it returns is the payload."""
    if "fails" in event:
        raise ValueError("on purpose")
    return {"event": event, "function": context.function_name}


@streamify_response
def streamed(event, response_stream, context):
    """A handler that streams, and fails before or after its first byte if told to."""
    if event.get("fails") == "at once":
        raise ValueError("on purpose")
    response_stream.open(201, {"content-type": "text/plain"}, cookies=["a=1", "b=2"])
    response_stream.write("one ")
    if event.get("fails") == "amid":
        raise ValueError("on purpose")
    response_stream.write(b"two")


@tool
def sleep(context: Context) -> None:
    """Sleep past every deadline."""
    time.sleep(60)


@tool
def report_and_sleep(context: Context) -> None:
    """Report progress, then sleep past every deadline."""
    context.progress(1)
    time.sleep(60)


@tool
def compute() -> None:
    """Compute past every deadline."""
    while True:
        pass


@tool
def answer(context: Context) -> int:
    """Answer at once, with the number of the invocation in this process."""
    return context.invocation_number


server = Server(name="guests", version="1", tools=[sleep, report_and_sleep, compute, answer])


def meet(event, context):
    """Wait until as many calls are here as the event says; answer with the process."""
    here = Path("/tmp/here")
    here.mkdir(exist_ok=True)
    (here / str(os.getpid())).touch()
    while len([*here.iterdir()]) < event["count"]:
        time.sleep(0.01)
    return os.getpid()
