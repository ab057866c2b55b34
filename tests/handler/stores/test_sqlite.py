"""handler/stores/sqlite.py: what is SQLite's own; the rest is in test_contract.py."""

import sqlite3
from contextlib import closing

import pytest

from firstbyte.handler.stores.sqlite import SqliteStore
from firstbyte.transport.errors import StoreFailed
from tests.transport.fakes import Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "store.db")


@pytest.fixture
def store(path, clock):
    with closing(SqliteStore(path, clock)) as store:
        yield store


def ask(path, statement):
    """What the file says to somebody else."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_a_file_outlives_its_store(path, store, clock):
    store.put("a", b"one", 10)
    store.append("s", b"two", 10)
    store.close()
    with closing(SqliteStore(path, clock)) as another:
        assert another.get("a") == (b"one", 1)
        assert another.read("s", 0) == [(1, b"two")]


def test_a_closed_store_opens_again(store):
    store.put("a", b"one", 10)
    store.close()
    assert store.get("a") == (b"one", 1)


def test_a_store_that_was_closed_leaves_one_file(tmp_path, store):
    store.put("a", b"one", 10)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["store.db"]


def test_readers_do_not_wait_for_writers(path, store):
    store.put("a", b"one", 10)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM item")
        assert store.get("a") == (b"one", 1)


def test_the_first_to_make_a_file_is_waited_for(path, clock):
    with closing(sqlite3.connect(path, isolation_level=None)) as first:
        first.execute("BEGIN EXCLUSIVE")
        pauses = iter(range(3))
        clock.during_pause = lambda: next(pauses) == 2 and first.execute("COMMIT")
        with closing(SqliteStore(path, clock)) as store:
            assert store.put("a", b"one", 10)
    assert next(pauses, None) is None


def test_a_file_that_is_never_let_go_is_given_up(path, clock):
    start_s = clock.now_s
    with closing(sqlite3.connect(path, isolation_level=None)) as first:
        first.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreFailed, match=r"store\.db: database is locked$"):
            SqliteStore(path, clock)
    assert 4 < clock.now_s - start_s < 6


def test_a_folder_that_is_not_there_is_a_store_that_failed(tmp_path, clock):
    with pytest.raises(StoreFailed, match="unable to open database file"):
        SqliteStore(str(tmp_path / "no" / "store.db"), clock)


def test_a_file_of_something_else_is_a_store_that_failed(tmp_path, clock):
    path = tmp_path / "notes.txt"
    path.write_text("no database at all, but many words " * 50)
    with pytest.raises(StoreFailed, match="file is not a database"):
        SqliteStore(str(path), clock)
    assert path.read_text().startswith("no database")


def test_what_fails_halfway_leaves_nothing_behind(path, store):
    store.append("s", b"one", 10)
    with pytest.raises(StoreFailed):
        store.append("s", object(), 10)
    assert store.end("s") == 1
    assert store.append("s", b"two", 10) == 2


class Interrupt(BaseException):
    pass


class Interrupting:
    """A value SQLite asks for its octets, amid a call."""

    def __conform__(self, protocol):
        raise Interrupt


def test_what_is_interrupted_halfway_leaves_nothing_behind_and_passes(store):
    with pytest.raises(Interrupt):
        store.append("s", Interrupting(), 10)
    assert store.end("s") == 0
    assert store.append("s", b"one", 10) == 1


def test_what_has_expired_is_swept_from_the_file_in_time(path, store, clock):
    for number in range(5):
        store.put(f"old{number}", b"", 10)
        store.append(f"old{number}", b"", 10)
    clock.now_s += 10
    for number in range(200):
        store.put("new", b"%d" % number, 10)
    store.append("new", b"", 10)
    assert ask(path, "SELECT key FROM item") == [("new",)]
    assert ask(path, "SELECT stream FROM record") == [("new",)]
    assert len(ask(path, "SELECT name FROM stream")) == 6
    clock.now_s += 86_400
    for number in range(200):
        store.put("new", b"%d" % number, 10)
    assert ask(path, "SELECT name FROM stream") == [("new",)]


def test_what_was_written_is_whether_it_could_be_swept_behind_it_or_not(path, store, clock):
    store.put("a", b"one", 10)
    clock.now_s += 10
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(
            "CREATE TRIGGER t BEFORE DELETE ON item BEGIN SELECT RAISE(FAIL, 'x'); END"
        )
    with closing(SqliteStore(path, clock)) as another:
        assert another.append("s", b"one", 10) == 1
        assert another.append("s", b"two", 10) == 2


def test_the_first_write_of_an_environment_sweeps(path, store, clock):
    store.put("old", b"", 10)
    store.close()
    clock.now_s += 10
    with closing(SqliteStore(path, clock)) as another:
        another.put("new", b"", 10)
    assert ask(path, "SELECT key FROM item") == [("new",)]
