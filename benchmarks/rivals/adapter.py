"""Put the Lambda Web Adapter before an HTTP server, as its own examples do.

It starts as an extension, waits until the server's port is open, and polls in its place.
"""

import socket
from pathlib import Path
from typing import Final

from benchmarks.cache import cached
from benchmarks.rivals.command import run

VERSION: Final = "1.0.0-rc1"
NOTE: Final = f"adapter {VERSION} is the newest on the Rust registry; 1.1 is newer"


def install_adapter() -> Path:
    """Return the path of its program; the first call compiles it.

    Raises:
        Unavailable: that is not possible here.
    """

    def build(folder: Path) -> None:
        run("cargo", "install", "lambda_web_adapter", "--version", VERSION, "--root", folder)

    return cached("adapter", VERSION, build) / "bin" / "lambda-adapter"


def adapter_settings() -> dict[str, str]:
    """Choose a free port for the server, and let answers stream."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return {
        "AWS_LWA_PORT": str(port),
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_READINESS_CHECK_PROTOCOL": "tcp",
    }
