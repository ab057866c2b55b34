"""benchmarks/cache.py: what is built is there whole or not at all, and built once."""

import pytest

from benchmarks import cache
from benchmarks.candidate import Unavailable


@pytest.fixture
def build(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "CACHE", tmp_path)
    built = []

    def build(folder):
        built.append(folder)
        (folder / "file").write_text("made")

    build.built = built
    return build


def test_a_definition_is_built_once(build):
    first, second = (cache.cached("a", "1", build) for _ in range(2))
    assert first == second
    assert len(build.built) == 1
    assert (first / "file").read_text() == "made"


def test_another_definition_has_another_folder(build):
    assert cache.cached("a", "1", build) != cache.cached("a", "2", build)


def test_of_two_builds_at_once_the_first_stays(build, tmp_path):
    def build_late(folder):
        build(folder)
        (cache.cached("a", "1", build) / "first").touch()

    assert (cache.cached("a", "1", build_late) / "first").exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_build_that_breaks_leaves_nothing(build, tmp_path):
    def break_off(folder):
        build(folder)
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        cache.cached("a", "1", break_off)
    assert list(tmp_path.iterdir()) == []


def test_packages_that_cannot_be_had_are_told_in_the_installers_words(build, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no matching distribution >&2\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(Unavailable, match=r"^python ended with status 1: no matching dist"):
        cache.python_packages(python, "3.13.0", "a", "nothing==1\n")
    assert list(tmp_path.iterdir()) == [python]
