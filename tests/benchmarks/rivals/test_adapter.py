"""benchmarks/rivals/adapter.py: it polls for a server at a free port, and lets it stream."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import cache
from benchmarks.candidate import Candidate, Unavailable
from benchmarks.rivals.adapter import put_before

SERVER = Candidate(
    key="server",
    title="a server",
    family="python",
    versions={"server": "1.0"},
    command=["serve"],
    environment={"KEPT": "kept"},
    folder=Path("/deployed"),
    installed=[Path("/deployed")],
    questions={},
    note="of its own",
)


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """An empty cache, and no program in reach."""
    monkeypatch.setattr(cache, "CACHE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_without_cargo_there_is_no_adapter(stored):
    with pytest.raises(Unavailable, match=r"^cargo is not installed here$"):
        put_before(SERVER)


def test_an_adapter_that_was_built_starts_before_the_server(stored):
    built = cache.cached("adapter", "1.0.0-rc1", lambda folder: (folder / "bin").mkdir())
    program = built / "bin" / "lambda-adapter"
    adapted = put_before(SERVER)
    port = adapted.environment["AWS_LWA_PORT"]
    with socket.create_server(("127.0.0.1", int(port))):
        pass
    assert adapted == replace(
        SERVER,
        versions={"server": "1.0", "lambda-web-adapter": "1.0.0-rc1"},
        environment={
            "KEPT": "kept",
            "AWS_LWA_PORT": port,
            "AWS_LWA_INVOKE_MODE": "response_stream",
            "AWS_LWA_READINESS_CHECK_PROTOCOL": "tcp",
        },
        extension=[str(program)],
        installed=[Path("/deployed"), program],
        note=(
            "adapter 1.0.0-rc1 is the newest on the Rust registry, 1.1 is newer; "
            "what its crates depend on is of the day it was built; of its own"
        ),
    )
