"""Put the Lambda Web Adapter before an HTTP server, as its own examples do.

It starts as an extension, waits until the server's port is open, and polls in its place.
"""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.cache import cached
from benchmarks.candidate import Candidate
from benchmarks.command import run

_VERSION: Final = "1.0.0-rc1"


def put_before(candidate: Candidate) -> Candidate:
    """Let the adapter poll for a server that listens at the port AWS_LWA_PORT.

    Raises:
        Unavailable: it cannot be compiled here.
    """
    program = _install()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    settings = {
        "AWS_LWA_PORT": port,
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_READINESS_CHECK_PROTOCOL": "tcp",
    }
    note = (
        f"adapter {_VERSION} is the newest on the Rust registry, 1.1 is newer; "
        "what its crates depend on is of the day it was built"
    )
    return replace(
        candidate,
        versions={**candidate.versions, "lambda-web-adapter": _VERSION},
        environment={**candidate.environment, **settings},
        extension=[str(program)],
        installed=[*candidate.installed, program],
        note="; ".join(filter(None, [note, candidate.note])),
    )


def _install() -> Path:
    def build(folder: Path) -> None:
        run("cargo", "install", "lambda_web_adapter", "--version", _VERSION, "--root", folder)

    return cached("adapter", _VERSION, build) / "bin" / "lambda-adapter"
