"""Measure process start to first answer, warm latency and memory, beside stock awslambdaric.

    python benchmarks/first_answer.py [--rounds 21] [--warm 500] [--python PATH]

Each candidate talks to a bare Runtime API in this process: one socket, no framework. A round
starts every candidate once, in a new order, so that noise hits all alike; figures are medians,
ratios are to stock awslambdaric with a handler that returns a constant. The clock runs from
before the process is made to the last octet of its answer's POST.
"""

import argparse
import json
import os
import random
import select
import signal
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
STOCK = "stock awslambdaric, constant"
CONSTANT = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'x'}\n"
BOOTSTRAP = ["-I", "-S", str(ROOT / "handler" / "bootstrap")]


def main() -> int:
    """Run all candidates and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=21, help="cold starts of each (21)")
    parser.add_argument("--warm", type=int, default=500, help="warm calls of each (500)")
    parser.add_argument("--python", default=sys.executable, help="interpreter that runs them")
    options = parser.parse_args()
    work = ROOT / "build" / "benchmark"
    work.mkdir(parents=True, exist_ok=True)
    (work / "constant.py").write_text(CONSTANT)
    stock = [options.python, "-m", "awslambdaric", "constant.handler"]
    ours = [options.python, *BOOTSTRAP]
    environment = _call("tools/call", name="environment", arguments={})
    candidates = {
        STOCK: (stock, _initialize()),
        "firstbyte, initialize": (ours, _initialize()),
        "firstbyte, server/discover": (ours, _call("server/discover")),
        "firstbyte, tools/list": (ours, _call("tools/list")),
        "firstbyte, tools/call environment": (ours, environment),
    }
    cold: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(-1, options.rounds):
        for name in random.sample(list(candidates), len(candidates)):
            command, event = candidates[name]
            with RuntimeApi(command, work) as environment_:
                elapsed = environment_.answer(event)
            # The first round compiles and fills the file cache.
            if number >= 0:
                cold[name].append(elapsed)
        print(
            f"\rcold start {number + 1}/{options.rounds}", end="", file=sys.stderr, flush=True
        )
    print(file=sys.stderr)
    warm, memory = {}, {}
    for name, (command, event) in candidates.items():
        with RuntimeApi(command, work) as environment_:
            environment_.answer(event)
            warm[name] = [environment_.answer(event) for _ in range(options.warm)]
            memory[name] = environment_.peak_mib()
        print(f"\rwarm calls: {name:40}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    _print_table(cold, warm, memory)
    return 0


class RuntimeApi:
    """One environment and the Runtime API it polls; calls are answered one after the other."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(30)
        self._connections: list[Connection] = []
        port = self._listener.getsockname()[1]
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": "bench",
            "AWS_REGION": "eu-west-1",
        }
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.DEVNULL
        )
        self._poll: Connection | None = None

    def __enter__(self) -> "RuntimeApi":
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()
        self._listener.close()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def answer(self, event: bytes) -> float:
        """Milliseconds from the event, or the start if it is the first, to the answer's end."""
        is_cold = self._poll is None
        poll = self._poll or self._next_request()
        began = self._started if is_cold else time.perf_counter()
        poll.reply(200, event, deadline_ms=int(time.time() * 1000) + 60_000)
        post = self._next_request()
        ended = time.perf_counter()
        if not post.path.endswith("/response"):
            raise SystemExit(f"the candidate failed: {post.path} {post.body[:500]!r}")
        post.reply(202, b'{"status":"OK"}')
        self._poll = self._next_request()
        return (ended - began) * 1000

    def peak_mib(self) -> float:
        """Peak resident memory of the environment's process so far."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def _next_request(self) -> "Connection":
        """Wait for one whole request on any connection."""
        while True:
            ready, _, _ = select.select([self._listener, *self._connections], [], [], 30)
            if not ready:
                raise SystemExit("the candidate is silent for 30 s")
            for source in ready:
                if source is self._listener:
                    self._connections.append(Connection(self._listener.accept()[0]))
                elif source.receive():
                    return source


class Connection:
    """One HTTP/1.1 connection of the environment's, read as far as is needed here."""

    def __init__(self, peer: socket.socket) -> None:
        self._peer = peer
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self.path = ""
        self.body = b""

    def fileno(self) -> int:
        """Let select() watch this connection."""
        return self._peer.fileno()

    def close(self) -> None:
        """Close it."""
        self._peer.close()

    def receive(self) -> bool:
        """Read what is there; True when it completes a request."""
        # Some clients send head and body apart with Nagle on; a delayed acknowledgement would
        # add 40 ms that no real platform adds.
        self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        octets = self._peer.recv(1_048_576)
        self._peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if not octets:
            raise SystemExit("the candidate closed its connection")
        self._received += octets
        head, empty_line, body = self._received.partition(b"\r\n\r\n")
        if not empty_line:
            return False
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in map(_field, fields)}
        if headers.get("transfer-encoding") == "chunked":
            is_whole = body.endswith(b"\r\n0\r\n\r\n")
        else:
            is_whole = len(body) >= int(headers.get("content-length", 0))
        if is_whole:
            self.path, self.body, self._received = line.split()[1], body, b""
        return is_whole

    def reply(self, status: int, body: bytes, deadline_ms: int = 0) -> None:
        """Answer the request that was read."""
        self._peer.sendall(
            f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\n"
            "Lambda-Runtime-Aws-Request-Id: 0-1-2-3\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:1:function:f\r\n"
            f"Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )


def _field(line: str) -> tuple[str, str, str]:
    return line.partition(":")


def _initialize() -> bytes:
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"},
        },
    }
    return _event(body, {})


def _call(method: str, **params: object) -> bytes:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    if "name" in params:
        headers["mcp-name"] = str(params["name"])
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}
    return _event(body, headers)


def _event(body: object, headers: dict[str, str]) -> bytes:
    """Make a Function URL event, shaped as the recorded ones of the tests."""
    event = json.loads((ROOT / "tests" / "events" / "furl_none.json").read_text())
    event["headers"] = {
        "host": event["headers"]["host"],
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        **headers,
    }
    event["body"] = json.dumps(body)
    return json.dumps(event).encode()


def _print_table(
    cold: dict[str, list[float]], warm: dict[str, list[float]], memory: dict[str, float]
) -> None:
    stock = statistics.median(cold[STOCK])
    print("| candidate | first answer, ms | spread | ratio | warm p50, ms | p99 | peak MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, times in cold.items():
        median = statistics.median(times)
        quartiles = statistics.quantiles(times, n=4)
        p99 = statistics.quantiles(warm[name], n=100)[98]
        print(
            f"| {name} | {median:.1f} | {quartiles[0]:.1f}-{quartiles[2]:.1f} "
            f"| {median / stock:.2f} | {statistics.median(warm[name]):.2f} | {p99:.2f} "
            f"| {memory[name]:.0f} |"
        )


if __name__ == "__main__":
    sys.exit(main())
