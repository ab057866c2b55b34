"""benchmarks/rivals/adapter.py: a port that is free, and answers that stream."""

import socket

import pytest

from benchmarks import cache
from benchmarks.candidate import Unavailable
from benchmarks.rivals.adapter import adapter_settings, install_adapter


def test_the_server_can_listen_where_it_is_told_to():
    settings = adapter_settings()
    with socket.create_server(("127.0.0.1", int(settings.pop("AWS_LWA_PORT")))):
        pass
    assert settings == {
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_READINESS_CHECK_PROTOCOL": "tcp",
    }


def test_without_cargo_there_is_no_adapter(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"^cargo is not installed here$"):
        install_adapter()
