"""Turn the command line into a Lambda on loopback, until a signal ends it."""

import argparse
import asyncio
import contextlib
import itertools
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from firstbyte.emulator import family
from firstbyte.emulator.console import Console
from firstbyte.emulator.door import DEFAULT, DOORS, Door
from firstbyte.emulator.environment import make_mark
from firstbyte.emulator.front import Front
from firstbyte.emulator.function import Function
from firstbyte.emulator.invoke_api import InvokeApi
from firstbyte.emulator.pool import Pool
from firstbyte.emulator.request_log import RequestLog

_LEVELS: Final = ("debug", "info", "warning", "error")


def run(arguments: Sequence[str] | None) -> None:
    """Serve until a signal says otherwise; without `arguments`, those of the process.

    Raises:
        SystemExit: the arguments are wrong, or the port is taken.
    """
    options = _parse(arguments)
    mark = make_mark()
    keeper = (sys.executable, "-I", "-S", family.__file__, mark)
    listener = _listen(options.port)
    # The keeper ends what is left over when its standard input closes, however we end.
    with (
        listener,
        subprocess.Popen(keeper, stdin=subprocess.PIPE, start_new_session=True),  # noqa: S603 - our own file
    ):
        asyncio.run(_serve(options, listener, mark))


def _listen(port: int) -> socket.socket:
    # The protocol is named, unlike by `socket.create_server`: asyncio turns Nagle's algorithm
    # off for no other sockets, and a written event then waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        sys.exit(
            f"cannot listen on 127.0.0.1:{port}: {error.strerror}; "
            "--port names another (make run: PORT=)"
        )
    listener.listen()
    return listener


async def _serve(options: argparse.Namespace, listener: socket.socket, mark: str) -> None:
    console = Console(sys.stderr, getattr(logging, options.log_level.upper()))
    function = Function(
        command=tuple(options.command),
        extensions=tuple(options.extension),
        name=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "function"),
        handler=os.environ.get("_HANDLER", ""),
        region=os.environ.get("AWS_REGION", "us-east-1"),
        memory_mb=options.memory,
        timeout_s=options.timeout,
    )
    pool = Pool(
        function,
        console,
        mark=mark,
        concurrency=options.concurrency,
        queues=options.over_limit == "queue",
        spreads=options.spread,
        freezes=options.freeze,
        limits_bandwidth=options.bandwidth,
    )
    door = DOORS[options.front]
    front = Mount("/", Front(function, pool, console, door))
    application = Starlette(routes=[*InvokeApi(function, pool).routes(), front])
    server = _Server(RequestLog(application, console), door)
    stopping = _install_signals(pool, mark)
    serving = asyncio.create_task(server.serve([listener]))
    await stopping.wait()
    await pool.close()
    server.should_exit = True
    await serving


def _install_signals(pool: Pool, mark: str) -> asyncio.Event:
    stopping = asyncio.Event()
    interrupts = itertools.count(1)
    has_terminal = sys.stderr.isatty()

    def interrupt() -> None:
        # Impatience is a second Ctrl-C: of one, `firstbyte dev` makes a SIGTERM beside it.
        if next(interrupts) > 1:
            family.end(mark)
        stopping.set()

    def hang_up() -> None:
        # The signal's older meaning: the terminal we were started from is no more.
        if has_terminal and not sys.stderr.isatty():
            stopping.set()
        else:
            pool.redeploy()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, interrupt)
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    loop.add_signal_handler(signal.SIGHUP, hang_up)
    return stopping


class _Server(uvicorn.Server):
    """uvicorn, silent and without signal handlers of its own."""

    def __init__(self, application: ASGIApp, door: Door) -> None:
        self._prefix = door.prefix
        # A response that is not completed is how a client's stream is cut, not a mistake.
        logging.getLogger("uvicorn.error").addFilter(
            lambda record: "without completing response" not in record.getMessage()
        )
        super().__init__(
            uvicorn.Config(
                application,
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and tell where."""
        await super().startup(sockets)
        for listener in sockets or ():
            origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
            sys.stdout.write(f"{origin}{self._prefix}/mcp\n")
        sys.stdout.flush()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `_install_signals`."""
        yield


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m firstbyte.emulator",
        description="Run COMMAND as a Lambda function with a front door on loopback.",
    )
    parser.add_argument(
        "--port", type=_number(int, 0, 65535), default=9000, help="0 is any free one (9000)"
    )
    parser.add_argument(
        "--front",
        choices=tuple(DOORS),
        default=DEFAULT,
        help="the front door played: a Function URL (url takes streamed and buffered answers), "
        "a REST API, an HTTP API (http: payload format 2.0) or a load balancer (url)",
    )
    parser.add_argument(
        "--concurrency",
        type=_number(int, 1, 1000),
        default=10,
        metavar="N",
        help="most environments at a time (10)",
    )
    parser.add_argument(
        "--over-limit",
        choices=("queue", "429"),
        default="queue",
        help="what becomes of a call when all are busy (queue)",
    )
    parser.add_argument(
        "--spread",
        action="store_true",
        help="give each call to another environment than the last, as far as there may be any",
    )
    parser.add_argument(
        "--timeout",
        type=_number(float, 0.1, 900),
        default=30.0,
        metavar="S",
        help="seconds an invocation may take (30)",
    )
    parser.add_argument(
        "--memory",
        type=_number(int, 128, 10240),
        default=1024,
        metavar="MB",
        help="what the function is told it has; not enforced (1024)",
    )
    parser.add_argument(
        "--freeze", action="store_true", help="stop environments between invocations"
    )
    parser.add_argument(
        "--bandwidth", action="store_true", help="stream 6 MiB at once, then 2 MiB a second"
    )
    parser.add_argument(
        "--extension",
        type=_program,
        action="append",
        default=[],
        metavar="PROGRAM",
        help="start this before the runtime, as an extension; may be repeated",
    )
    parser.add_argument(
        "--log-level", choices=_LEVELS, default="info", help="least urgent lines shown (info)"
    )
    parser.add_argument(
        "command", nargs="+", metavar="COMMAND", help="starts the runtime; after --"
    )
    options = parser.parse_args(arguments)
    try:
        _program(options.command[0])
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    return options


def _number(kind: Callable[[str], float], least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no number") from None
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
        return number

    return parse


def _program(name: str) -> str:
    if shutil.which(name) is None:
        raise argparse.ArgumentTypeError(f"{name} is no program that can be run")
    return name
