"""benchmarks/file_cache.py: what was thrown out is out, and what is read is in."""

import mmap
import tempfile
from pathlib import Path

import pytest

from benchmarks.file_cache import evict, resident_bytes

SIZE = 64 * mmap.PAGESIZE + 1


@pytest.fixture
def file():
    """A file on a disk: what lies in memory has no cache."""
    with tempfile.NamedTemporaryFile(dir=Path(__file__).parent, prefix=".cached-") as file:
        file.write(b"x" * SIZE)
        file.flush()
        yield Path(file.name)


def test_a_file_that_is_thrown_out_comes_back_when_it_is_read(file):
    assert resident_bytes([str(file)]) == 65 * mmap.PAGESIZE
    evict([str(file)])
    assert resident_bytes([str(file)]) == 0
    file.read_bytes()
    assert resident_bytes([str(file)]) == 65 * mmap.PAGESIZE


def test_what_another_has_mapped_stays(file):
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as area,
    ):
        assert area[0] == ord("x")
        evict([str(file)])
        assert resident_bytes([str(file)]) > 0


def test_each_file_counts_once_and_an_empty_one_for_nothing(file, tmp_path):
    (tmp_path / "link").symlink_to(file)
    (tmp_path / "empty").touch()
    paths = [str(file), str(file), str(tmp_path / "link"), str(tmp_path / "empty")]
    assert resident_bytes(paths) == 65 * mmap.PAGESIZE


def test_what_is_no_file_of_a_disk_is_passed_over(tmp_path):
    paths = ["/proc/self/status", "/dev/null", str(tmp_path), str(tmp_path / "nothing")]
    evict(paths)
    assert resident_bytes(paths) == 0
