"""A deployment as an image has it, to be started cold and watched until its first answer."""

import importlib.util
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.files import TRACER, parse_opened
from benchmarks.instructions import parse_total
from benchmarks.own import BOTO3_TOOL, CONSTANT
from tests.handler.fakes import ROOT, child, mcp_event, messages, runtime_api

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "probe", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
GREETING = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "probe", "version": "1"},
}
FIRST_CALLS = ["initialize", "server/discover", "tools/list", "resources/list", "prompts/list"]
INSTALLED = ["awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client"]
"""The stock client and all it imports."""

OFFERED = '''
from firstbyte.tools import prompt, resource, tool


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@resource("text://{name}")
def text(name: str) -> str:
    """Read a text."""
    return name


@prompt
def review(name: str) -> str:
    """Review a text."""
    return name
'''
APP = """
from firstbyte.tools import Server

server = Server(
    "cold", "1", tools={tools!r}, resources=["offered:text"], prompts=["offered:review"]
)
"""


class Deployment:
    """A server's folder with firstbyte and the stock client in it, compiled and listed."""

    def __init__(self, folder, heavy_tools=0):
        self.folder = folder
        for package in ("handler", "transport", "tools"):
            target = folder / "firstbyte" / package
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / package, target, ignore=ignored)
        for name in INSTALLED:
            origin = Path(importlib.util.find_spec(name).origin)
            if origin.name == "__init__.py":
                shutil.copytree(origin.parent, folder / name)
            else:
                shutil.copy2(origin, folder)
        (folder / "constant.py").write_text(CONSTANT)
        (folder / "offered.py").write_text(OFFERED)
        names = [f"heavy_{number}" for number in range(heavy_tools)]
        for name in names:
            (folder / f"{name}.py").write_text(BOTO3_TOOL.format(name=name))
        tools = ["offered:add", *(f"{name}:{name}" for name in names)]
        (folder / "app.py").write_text(APP.format(tools=tools))
        self._run("compileall", "-q", "--invalidation-mode", "unchecked-hash", ".")
        self._run("firstbyte.handler.command", "manifest", "app:server")

    def _run(self, *arguments):
        command = [sys.executable, "-m", *arguments]
        subprocess.run(command, cwd=self.folder, env={}, capture_output=True, check=True)

    def ours(self, *flags):
        """The command that starts our server."""
        bootstrap = self.folder / "firstbyte" / "handler" / "bootstrap"
        return [sys.executable, "-I", "-S", "-X", "utf8", *flags, bootstrap, "app:server"]

    def stock(self):
        """The command that starts the stock client, without `site` as ours."""
        return [sys.executable, "-S", "-m", "awslambdaric", "constant.handler"]

    def start(self, method, command, *, after=()):
        """Start `command`, let it answer `after` and a call, end it when it asks for more."""
        environment = {"PYTHONHASHSEED": "0", "PYTHONPATH": str(self.folder)}
        with (
            runtime_api() as server,
            child(
                server, folder=self.folder, command=command, environment=environment
            ) as runtime,
        ):
            for event in (*after, _first_call(method)):
                server.invoke(event)
                server.poll()
                post = server.post()
            self.answered_s = time.time()
            server.poll()
            said = runtime.stop()
        assert post.path.endswith("/response"), post
        if "awslambdaric" not in command:
            (answer,) = messages(post)
            assert "result" in answer, answer
        return said

    def count_instructions(self, method, command):
        """How many instructions the processor runs, as callgrind counts them."""
        profile = self.folder / "profile"
        callgrind = [find("valgrind"), "--tool=callgrind", f"--callgrind-out-file={profile}"]
        self.start(method, [*callgrind, *command])
        return parse_total(profile.read_text())

    def count_opened(self, method, command):
        """How many files are opened until the answer is out, once for each time."""
        log = self.folder / "opened"
        self.start(method, [*tracing(log), *command])
        return len(parse_opened(log.read_text(), self.answered_s))

    def count_opened_by_none(self):
        """How many files the interpreter opens that runs nothing."""
        log = self.folder / "opened"
        command = [sys.executable, "-I", "-S", "-c", "pass"]
        subprocess.run([*tracing(log), *command], env={}, check=True)
        return len(parse_opened(log.read_text(), time.time()))


def tracing(log):
    # -D: what is started is the command, and strace beside it.
    strace, *options = TRACER
    return [find(strace), "-D", *options, log]


def find(program):
    """The path of a program that counts."""
    path = shutil.which(program)
    assert path, f"{program} is missing; try: apt-get install {program}"
    return path


def adding():
    """A call of the one tool that is light."""
    params = {"_meta": META, "name": "add", "arguments": {"a": 1, "b": 2}}
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call"}
    return mcp_event("tools/call", params, **{**headers, "mcp-name": "add"})


def _first_call(method):
    if method == "initialize":
        return mcp_event(method, GREETING)
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    return mcp_event(method, {"_meta": META}, **headers)
