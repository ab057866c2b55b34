"""Turn the command line into what it asks for: serve, develop, emulate, probe and the like."""

import argparse
import json
import logging
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from firstbyte.handler import __main__ as runtime
from firstbyte.handler.errors import HandlerError, WrongSetting
from firstbyte.handler.settings import Settings
from firstbyte.handler.target import CATALOG
from firstbyte.tools.errors import WrongDeclaration
from firstbyte.transport import header, meta
from firstbyte.transport.revision import REVISIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_BOOTSTRAP = Path(__file__).with_name("bootstrap")
_LOOK_AT_EMULATOR_MS = 500

_REVISION = next(iter(REVISIONS))  # the newest
_METHOD = "server/discover"


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run the command that `arguments` name and return its exit status.

    Raises:
        SystemExit: the arguments make no command, or the runtime loop ended.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["emulate"]:
        # Not for our parser: what follows is the emulator's, up to the command after `--`.
        return _emulate(words[1:])
    if words[:1] == ["probe"]:
        from firstbyte.probe.__main__ import main as probe

        return probe(words[1:])
    options = _parser().parse_args(words)
    if options.command == "serve":
        runtime.main([options.server] if options.server else [])
    if options.command == "manifest":
        return _write_manifest(options)
    return _develop(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="firstbyte", description="MCP servers on AWS Lambda, in Python, natively."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="the runtime loop, as Lambda starts it")
    _add_server(serve)

    manifest = commands.add_parser(
        "manifest",
        help="write down what a server lists, so that its first answer imports none of it, and "
        "bundle our own modules for it",
    )
    _add_server(manifest)
    manifest.add_argument(
        "--check", action="store_true", help="write nothing; fail if it is out of date"
    )

    dev = commands.add_parser(
        "dev", help="a server behind the emulator; environments restart when a source changes"
    )
    _add_server(dev)
    dev.add_argument("--port", type=int, default=9000, help="0 is any free one (9000)")
    dev.add_argument("--concurrency", type=int, default=4, help="environments at most (4)")
    dev.add_argument("--timeout", type=int, default=60, help="seconds a call may take (60)")

    commands.add_parser(
        "emulate", help="the emulator alone, before any runtime (--help for more)"
    )
    commands.add_parser(
        "probe", help="visit a deployed server and say what is wrong (--help for more)"
    )
    return parser


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "server",
        nargs="?",
        metavar="MODULE:ATTRIBUTE",
        help="a Server or a handler function; else FIRSTBYTE_SERVER, _HANDLER or the catalog",
    )


def _emulate(arguments: "Sequence[str]") -> int:
    try:
        from firstbyte.emulator.__main__ import main as emulate
    except ModuleNotFoundError as error:
        return _missing(error)
    return emulate(arguments)


def _write_manifest(options: argparse.Namespace) -> int:
    from firstbyte.handler.bundling import write_bundle
    from firstbyte.handler.manifesting import Draft

    # As the runtime does: the server's modules lie here, or are installed.
    sys.path.insert(0, str(Path.cwd()))
    try:
        name = options.server or Settings(os.environ).server or CATALOG
        draft = Draft(name)
        if options.check:
            draft.compare()
        else:
            draft.write()
        print(f"{draft.path}: {draft.contents}")  # noqa: T201 (a person reads it)
        if not options.check:
            bundle, count = write_bundle(name)
            print(f"{bundle}: {count} modules of firstbyte's own")  # noqa: T201 (likewise)
    except (HandlerError, WrongDeclaration, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _develop(options: argparse.Namespace) -> int:
    try:
        from watchfiles import PythonFilter, watch
    except ModuleNotFoundError as error:
        return _missing(error)
    try:
        path = Settings(os.environ).path
    except WrongSetting as error:
        sys.stderr.write(f"{error}\n")
        return 2
    # It would tell of each Ctrl-C.
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    command = [sys.executable, "-m", "firstbyte.emulator", "--port", str(options.port)]
    command += ["--concurrency", str(options.concurrency), "--timeout", str(options.timeout)]
    command += ["--", sys.executable, "-I", "-S", "-X", "utf8", str(_BOOTSTRAP)]
    command += [options.server] if options.server else []
    # What is edited would be listed as it was.
    environment = {"FIRSTBYTE_MANIFEST": "ignore", **os.environ}
    # A plain kill has to pass the `finally` below: it reaches this process alone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    emulator = subprocess.Popen(  # noqa: S603 (our own module, the user's own names)
        command, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert emulator.stdout is not None  # noqa: S101 (it is a pipe)
        # The one line the emulator writes there, once it listens.
        ready = emulator.stdout.readline().strip()
        if not ready:
            return emulator.wait()
        _print_endpoint(ready.removesuffix("/mcp") + quote(path))
        for changes in watch(
            ".",
            watch_filter=PythonFilter(),
            rust_timeout=_LOOK_AT_EMULATOR_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            if emulator.poll() is not None:
                break
            if changes:
                emulator.send_signal(signal.SIGHUP)
        return emulator.poll() or 0
    finally:
        emulator.terminate()
        emulator.wait()


def _print_endpoint(url: str) -> None:
    inspector = "npx @modelcontextprotocol/inspector --transport http --server-url"
    print(  # noqa: T201 (a person reads it)
        f"MCP endpoint   {url}",
        f"Claude Code    claude mcp add --transport http firstbyte {url}",
        f"Inspector      {inspector} {url}",
        f"curl           {_curl(url)}",
        sep="\n",
        flush=True,
    )


def _curl(url: str) -> str:
    """Ask what the server offers, as a shell reads it: of every server, and of no session."""
    call_meta = {meta.PROTOCOL_VERSION: _REVISION, meta.CLIENT_CAPABILITIES: {}}
    call = {"jsonrpc": "2.0", "id": 1, "method": _METHOD, "params": {meta.META: call_meta}}
    headers = {
        header.CONTENT_TYPE: header.JSON,
        header.PROTOCOL_VERSION: _REVISION,
        header.METHOD: _METHOD,
    }
    words = ["curl", "-sN", url]
    for name, value in headers.items():
        words += ["-H", f"{name}: {value}"]
    return shlex.join([*words, "-d", json.dumps(call, separators=(",", ":"))])


def _missing(error: ModuleNotFoundError) -> int:
    sys.stderr.write(f"{error}; it comes with: pip install 'firstbyte[local]'\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
