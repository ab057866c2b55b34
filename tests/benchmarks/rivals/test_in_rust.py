"""benchmarks/rivals/in_rust.py: every dependency pinned; without a compiler, the reason."""

import sys
import tomllib
from pathlib import Path

import pytest

import benchmarks.rivals.in_rust
from benchmarks import cache
from benchmarks.candidate import Unavailable
from benchmarks.rivals.in_rust import RUST_RIVALS

PACKAGES = Path(benchmarks.rivals.in_rust.__file__).with_name("rust")

TOOLS = {
    "rustc": "echo rustc 1.2.3",
    "cargo": """
if [ "$1" = generate-lockfile ]; then
cat > "$(dirname "$3")/Cargo.lock" << END
[[package]]
name = "rmcp"
version = "9.8.7"
[[package]]
name = "lambda_http"
version = "6.5.4"
END
fi
""",
}
"""A compiler that builds nothing, and says what it would have built."""


def dependencies(package):
    manifest = tomllib.loads((PACKAGES / package / "Cargo.toml").read_text())
    return manifest["dependencies"]


@pytest.mark.parametrize("rival", RUST_RIVALS, ids=lambda rival: rival.key)
def test_every_dependency_has_one_version(rival):
    assert all(item["version"].startswith("=") for item in dependencies(rival.package).values())


@pytest.mark.parametrize("rival", RUST_RIVALS, ids=lambda rival: rival.key)
def test_the_versions_shown_are_of_dependencies(rival):
    assert set(rival.shown) <= set(dependencies(rival.package))


def test_the_versions_shown_are_those_that_were_built(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "CACHE", tmp_path / "cache")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, script in TOOLS.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    made = RUST_RIVALS[1].make(Path(sys.executable))
    assert made.versions == {"rustc": "1.2.3", "rmcp": "9.8.7", "lambda_http": "6.5.4"}
    assert "of the day it was built" in made.note


def test_every_package_is_a_rival():
    workspace = tomllib.loads((PACKAGES / "Cargo.toml").read_text())
    assert workspace["workspace"]["members"] == [rival.package for rival in RUST_RIVALS]


def test_without_a_compiler_the_reason_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"^rustc is not installed here$"):
        RUST_RIVALS[0].make(Path(sys.executable))
