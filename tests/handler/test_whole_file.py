"""handler/whole_file.py: a file is there whole, for everybody, or the old one still is."""

import os

import pytest

from firstbyte.handler.whole_file import write_whole


def test_it_takes_the_place_of_what_was_there_and_any_user_may_read_it(tmp_path):
    path = tmp_path / "app.server.manifest"
    path.write_bytes(b"old")
    before = os.umask(0o077)
    try:
        write_whole(path, b"new")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path):
    path = tmp_path / "app.server.manifest"
    path.write_bytes(b"old")
    path.with_suffix(".new").mkdir()
    with pytest.raises(OSError, match="new"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
