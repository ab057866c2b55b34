"""handler/stores/counting.py: a store that is counted is the same store."""

from firstbyte.handler import clock
from firstbyte.handler.stores.counting import count_calls
from firstbyte.handler.stores.sqlite import SqliteStore


def test_each_call_is_counted_and_answered(tmp_path):
    counted = []
    path = str(tmp_path / "store")
    store = count_calls(lambda: SqliteStore(path, clock), lambda: counted.append(1))()
    assert store.put("key", b"value", 60, version=0)
    assert not store.put("key", b"other", 60, version=0)
    assert store.get("key") == (b"value", 1)
    assert [store.append("stream", record, 60) for record in (b"a", b"b", b"c")] == [1, 2, 3]
    assert store.read("stream", 1, limit=1) == [(2, b"b")]
    assert store.end("stream") == 3
    assert len(counted) == 8
