"""transport/changes.py: who listens reads each change once, in order."""

from hypothesis import given
from hypothesis import strategies as st

from firstbyte.transport.changes import announce, position, read_after
from tests.transport.asking import a_remembering_memory

CHANGES = st.tuples(st.sampled_from(["tools", "prompts", "resources", "updates"]), st.text())


def read_all(memory, audience, after):
    """Everything behind `after`, read as long as something comes."""
    found = []
    while True:
        some, after = read_after(memory, audience, after)
        if not some:
            return found, after
        found += some


@given(st.lists(CHANGES, max_size=5), st.lists(CHANGES, max_size=300))
def test_what_is_announced_after_a_position_is_read_from_there(before, after):
    memory = a_remembering_memory()
    for change, uri in before:
        announce(memory, "server", change, uri)
    start = position(memory, "server")
    for change, uri in after:
        announce(memory, "server", change, uri)
    found, end = read_all(memory, "server", start)
    assert found == after
    assert end == position(memory, "server")
    assert read_after(memory, "server", end) == ([], end)


def test_servers_of_one_store_do_not_hear_each_other():
    memory = a_remembering_memory()
    announce(memory, "one", "tools", "")
    assert read_after(memory, "ein anderer, né", 0) == ([], 0)


def test_who_kept_a_position_for_long_reads_on_from_there_and_nothing_twice():
    memory = a_remembering_memory()
    for _ in range(5):
        announce(memory, "server", "tools", "")
    kept = position(memory, "server")
    memory.clock.now_s += 3_600
    assert read_after(memory, "server", kept) == ([], kept)
    announce(memory, "server", "updates", "s3://b/k")
    assert read_after(memory, "server", kept) == ([("updates", "s3://b/k")], kept + 1)


@given(st.integers(1, 3), st.integers(85_000, 87_000), st.integers(0, 900), CHANGES)
def test_who_listens_hears_of_a_change_after_any_silence(count, silent_s, heard_s, change):
    memory = a_remembering_memory()
    for _ in range(count):
        announce(memory, "server", "tools", "")
    memory.clock.now_s += 900 + silent_s
    start = position(memory, "server")
    memory.clock.now_s += heard_s
    announce(memory, "server", *change)
    assert read_all(memory, "server", start)[0] == [change]


def test_who_listens_hears_nothing_of_others_that_begin_to():
    memory = a_remembering_memory()
    announce(memory, "server", "tools", "")
    start = position(memory, "server")
    memory.clock.now_s += 900
    later = position(memory, "server")
    assert later > start
    assert position(memory, "server") == later
    assert read_after(memory, "server", start) == ([], later)


def test_a_change_is_forgotten_after_a_quarter_of_an_hour_whatever_came_later():
    memory = a_remembering_memory()
    announce(memory, "server", "tools", "")
    memory.clock.now_s += 899
    announce(memory, "server", "prompts", "")
    memory.clock.now_s += 1
    assert read_after(memory, "server", 0) == ([("prompts", "")], 2)
