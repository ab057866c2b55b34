"""`server`: tools that wait for the test, hang, or end badly, each in one way."""

import asyncio
import hashlib
import os
import socket
import sys
import time

from firstbyte.tools import Context, Server, tool


@tool
def echo(text: str) -> str:
    """Return the text."""
    return text


@tool
def pid() -> int:
    """Return the number of the process that serves this call."""
    return os.getpid()


@tool
def gated_progress(port: int, context: Context) -> str:
    """Report once, wait for the test at `port` to say go, then report again."""
    context.progress(1, total=2)
    _wait_at(port)
    context.progress(2, total=2)
    return "both reported"


@tool
def wait_silently(port: int) -> str:
    """Wait for the test at `port` and say nothing meanwhile."""
    _wait_at(port)
    return "waited"


@tool
def report_and_wait(port: int, context: Context) -> str:
    """Report once, so that the stream is open, and wait for the test at `port`."""
    context.progress(1)
    _wait_at(port)
    return "waited"


@tool
def fail() -> str:
    """Raise what is no ToolError."""
    raise ValueError("the password is swordfish")


@tool
def fail_unsayably() -> str:
    """Raise what no log line can hold."""
    raise ValueError("half a pair: \ud800")


@tool
def leave(context: Context) -> str:
    """Try to end the program, after a report."""
    context.progress(1)
    sys.exit("the password is swordfish")


@tool
async def cancel(context: Context) -> str:
    """Let a cancellation escape, as awaiting a cancelled task does."""
    context.progress(1)
    raise asyncio.CancelledError


@tool
def flood(context: Context) -> str:
    """Report without an end, as fast as the client reads."""
    number = 0
    while True:
        number += 1
        context.progress(number, message="x" * 100_000)


@tool
def sleep_long(context: Context) -> str:
    """Sleep far beyond the deadline."""
    context.progress(1)
    time.sleep(600)
    return "slept"


@tool
def sleep_long_unannounced() -> str:
    """Sleep far beyond the deadline and never report."""
    time.sleep(600)
    return "slept"


@tool
async def sleep_long_async(context: Context) -> str:
    """Sleep in an event loop, beside a task that swallows what it can."""

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.sleep(600)
            except Exception:  # noqa: BLE001 (what it is here for)
                continue

    context.progress(1)
    await asyncio.gather(stubborn(), return_exceptions=True)
    return "slept"


@tool
def block_in_socket(context: Context) -> str:
    """Read from a socket that nobody writes to."""
    context.progress(1)
    ours, _theirs = socket.socketpair()
    ours.recv(1)
    return "read"


@tool
def burn(context: Context) -> str:
    """Compute in Python without an end."""
    context.progress(1)
    number = 0
    while True:
        number += 1


@tool
def hash_long(context: Context) -> str:
    """Compute in C, without the GIL and deaf to signals, far beyond the deadline."""
    context.progress(1)
    hashlib.pbkdf2_hmac("sha256", b"x", b"x", 200_000_000)
    return "hashed"


@tool
def swallow(context: Context) -> str:
    """Swallow everything that is raised, again and again."""
    context.progress(1)
    while True:
        try:
            time.sleep(600)
        except:  # noqa: E722 (what it is here for)
            continue


server = Server(
    name="firstbyte-end-to-end",
    version="1.0.0",
    tools=[
        echo,
        pid,
        gated_progress,
        wait_silently,
        report_and_wait,
        fail,
        fail_unsayably,
        leave,
        cancel,
        flood,
        sleep_long,
        sleep_long_unannounced,
        sleep_long_async,
        block_in_socket,
        burn,
        hash_long,
        swallow,
    ],
)


def _wait_at(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as gate:
        gate.recv(1)
