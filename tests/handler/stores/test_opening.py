"""handler/stores/opening.py: what FIRSTBYTE_STORE may say, and what opens when."""

import contextlib
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbyte.handler.errors import WrongSetting
from firstbyte.handler.stores.opening import parse_store
from tests.transport.fakes import Clock

NOBODY = 65534
UNREACHED = "whose folder cannot be reached"


def test_a_file_is_made_when_the_store_is_opened_and_not_before(tmp_path):
    path = tmp_path / "a:b.db"
    open_store = parse_store(f"sqlite:{path}", Clock())
    assert not path.exists()
    store = open_store()
    assert path.exists()
    store.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "has no colon"),
        ("sqlite", "has no colon"),
        ("a/b.db", "has no colon"),
        ("sqlite:", "begins with 'sqlite:'"),
        ("sqlite::memory:", "begins with 'sqlite:'"),
        ("SQLITE:a", "begins with 'SQLITE:'"),
        ("redis://user:password@a", "begins with 'redis:'"),
    ],
)
def test_what_names_no_file_is_refused_and_only_its_kind_is_told(text, found):
    with pytest.raises(WrongSetting) as caught:
        parse_store(text, Clock())
    assert str(caught.value) == (
        f"FIRSTBYTE_STORE {found}, needs the form sqlite:PATH of a file"
    )


def test_a_place_where_no_file_can_be_is_refused_at_once(tmp_path):
    (tmp_path / "file").touch()
    faults = {
        str(tmp_path): "which is a folder",
        f"{tmp_path}/": "which is a folder",
        "/": "which is a folder",
        ".": "which is a folder",
        f"{tmp_path}/no/store.db": f"{UNREACHED}: No such file or directory",
        f"{tmp_path}/file/store.db": f"{UNREACHED}: Not a directory",
        "a\0b": "which holds what no path can",
    }
    for place, fault in faults.items():
        with pytest.raises(WrongSetting) as caught:
            parse_store(f"sqlite:{place}", Clock())
        assert str(caught.value) == f"FIRSTBYTE_STORE names {place!r}, {fault}"


def told_to_a_stranger(function):
    """What `function` returns in a process that is not root's, which nothing is closed to."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            os.write(writing, function().encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()


def refusal_of(path):
    def refused():
        try:
            parse_store(f"sqlite:{path}", Clock())
        except WrongSetting as error:
            return str(error)
        return "taken"

    return told_to_a_stranger(refused)


def test_a_place_that_may_not_be_written_to_is_refused_at_once():
    # Not below tmp_path, which is closed to others than its owner.
    with tempfile.TemporaryDirectory() as name:
        folder, store = Path(name), Path(name, "store.db")
        store.touch()
        folder.chmod(0o777)
        store.chmod(0o666)
        assert refusal_of(store) == "taken"
        store.chmod(0o444)
        assert refusal_of(store).endswith(", which this process may not read and write")
        folder.chmod(0o555)
        assert refusal_of(store).endswith(", whose folder this process may not write to")
        folder.chmod(0o666)
        assert refusal_of(store).endswith(f", {UNREACHED}: Permission denied")
        folder.chmod(0o755)


@given(st.text())
def test_any_text_is_an_address_or_refused(text):
    with contextlib.suppress(WrongSetting):
        parse_store(text, Clock())
        assert text.startswith("sqlite:")
    with contextlib.suppress(WrongSetting):
        parse_store(f"sqlite:{text}", Clock())
        assert text not in ("", ":memory:")
