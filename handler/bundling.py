"""Put the modules that first answers import into one file; see `handler.bundle`.

Which those are is seen, not guessed: a process is started, asked what clients ask first, and
tells what it imported.
"""

import ast
import json
import marshal
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import MAGIC_NUMBER, find_spec
from pathlib import Path
from types import CodeType
from typing import Any, Final, TypeVar

from firstbyte.handler.errors import HandlerError
from firstbyte.handler.whole_file import write_whole
from firstbyte.transport import header, meta
from firstbyte.transport.revision import NEWEST_LEGACY, REVISIONS

_FOLDER: Final = Path(__file__).parent
_ROOT: Final = _FOLDER.parent
_WAIT_S: Final = 60
_MARK: Final = "import time:"
"""Of the lines that `-X importtime` prints."""
_NEWEST: Final = next(iter(REVISIONS))
_MODERN: Final = (
    "server/discover",
    "tools/list",
    "resources/list",
    "resources/templates/list",
    "prompts/list",
)

_Documented = TypeVar("_Documented", ast.Module, ast.ClassDef, ast.FunctionDef)


class BundleFailed(HandlerError):
    """The modules of a first answer could not be found out. Starts go on without a bundle."""


def write_bundle(name: str) -> tuple[Path, int]:
    """Write the bundle of this interpreter; return where it lies, and how many modules it has.

    `name` is the server's that is asked.

    Raises:
        BundleFailed: a process that serves `name` does not answer.
        OSError: it cannot be written there.
    """
    path = _FOLDER / "__pycache__" / f"bundle.{MAGIC_NUMBER.hex()}.{sys.flags.optimize}"
    path.parent.mkdir(exist_ok=True)
    # What is loaded from a bundle is not seen to be imported.
    path.unlink(missing_ok=True)
    sources: list[tuple[str, int]] = []
    modules: list[tuple[str, str, CodeType | None]] = []
    for module in _find_imported(name):
        if module.startswith("firstbyte."):
            source = _source_of(module)
            place = "/" + source.relative_to(_ROOT).as_posix()
            sources.append((place, source.stat().st_size))
            modules.append((module, place, _compile(source)))
            continue
        spec = None if "." in module else find_spec(module)
        place = (spec and spec.origin) or ""
        if place.endswith(tuple(EXTENSION_SUFFIXES)):
            modules.append((module, place, None))
        elif not spec or spec.has_location:
            # What follows may need it, and it may lie where only the server looks.
            break
    octets = marshal.dumps((_compile(_FOLDER / "bundle.py"), sources, marshal.dumps(modules)))
    write_whole(path, octets)
    return path, len(sources)


def _compile(source: Path) -> CodeType:
    """Compile what a start runs: no docstrings, no annotations; unlike by -OO, asserts stay."""
    tree = _Stripped().visit(ast.parse(source.read_bytes()))
    return compile(ast.fix_missing_locations(tree), str(source), "exec", dont_inherit=True)


class _Stripped(ast.NodeTransformer):
    """Leaves out what only people and type checkers read, a quarter of the octets."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Strip a module."""
        return self._strip(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Strip a class, but for the annotations of its attributes: those may be its fields."""
        return self._strip(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Strip a function."""
        node.returns = None
        return self._strip(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Strip a parameter."""
        node.annotation = None
        return node

    def visit_If(self, node: ast.If) -> ast.If | list[ast.stmt]:
        """Leave out what is for type checkers."""
        self.generic_visit(node)
        is_for_checkers = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return node.orelse if is_for_checkers else node

    def _strip(self, node: _Documented) -> _Documented:
        if ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node


def _source_of(module: str) -> Path:
    path = _ROOT.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _find_imported(name: str) -> list[str]:
    """Name what a process imports until it has told its offer, from our first module on."""
    asked = _Asked([*_events()])
    threading.Thread(target=asked.serve_forever, daemon=True).start()
    command = [sys.executable, "-I", "-S", "-X", "importtime", str(_FOLDER / "bootstrap"), name]
    try:
        process = subprocess.run(  # noqa: S603 (this interpreter, our own script)
            command,
            env={**_libraries(), "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{asked.server_port}"},
            capture_output=True,
            text=True,
            timeout=_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BundleFailed(f"{name} did not answer within {_WAIT_S} s") from error
    finally:
        asked.shutdown()
        asked.server_close()
    said = process.stdout.splitlines() + process.stderr.splitlines()
    if asked.events or asked.failures:
        reason = "\n".join(line for line in said if not line.startswith(_MARK))
        raise BundleFailed(f"{name} did not answer:\n{reason}")
    names = [line.rpartition("|")[2].strip() for line in said if line.startswith(_MARK)]
    first = next(name for name in names if name.startswith("firstbyte."))
    return names[names.index(first) :]


def _libraries() -> dict[str, str]:
    """Name the folders an interpreter may need to be started, as Lambda's own images do."""
    name = "LD_LIBRARY_PATH"
    return {name: os.environ[name]} if name in os.environ else {}


class _Asked(ThreadingHTTPServer):
    """A Runtime API that hands out `events`, then refuses, so that the process ends."""

    def __init__(self, events: list[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events = events
        self.failures: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Asked

    def do_GET(self) -> None:
        """Hand out the next event."""
        if not self.server.events:
            self._reply(403, b"{}")
            return
        self._reply(200, self.server.events.pop(0))

    def do_POST(self) -> None:
        """Take the answer, to its end."""
        if not self.path.endswith("/response"):
            self.server.failures.append(self.path)
        if "chunked" in self.headers.get("transfer-encoding", ""):
            while size := int(self.rfile.readline().split(b";")[0], 16):
                self.rfile.read(size + len(b"\r\n"))
            while self.rfile.readline().strip():
                continue
        else:
            self.rfile.read(int(self.headers.get("content-length", 0)))
        self._reply(202, b'{"status":"OK"}')

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Lambda-Runtime-Aws-Request-Id": "0",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:1:function:f",
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + _WAIT_S * 1000),
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
        """Say nothing."""


def _events() -> Iterator[bytes]:
    """Yield what clients of both eras ask first, as Function URL events."""
    version = NEWEST_LEGACY.version
    greeting = {"protocolVersion": version, "capabilities": {}, "clientInfo": {}}
    yield _event("initialize", greeting, {})
    for method in _MODERN:
        told = {meta.PROTOCOL_VERSION: _NEWEST, meta.CLIENT_CAPABILITIES: {}}
        headers = {header.PROTOCOL_VERSION: _NEWEST, header.METHOD: method}
        yield _event(method, {meta.META: told}, headers)


def _event(method: str, params: Mapping[str, Any], headers: Mapping[str, str]) -> bytes:
    usual = {
        header.CONTENT_TYPE: header.JSON,
        header.ACCEPT: f"{header.JSON}, {header.SSE}",
        "host": "localhost",
    }
    event = {
        "rawPath": "/mcp",
        "headers": {**usual, **headers},
        "requestContext": {"http": {"method": "POST"}},
        "body": json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}),
        "isBase64Encoded": False,
    }
    return json.dumps(event).encode()
