"""benchmarks/candidate.py: what is installed is measured once, however it is linked."""

from tests.benchmarks.measured import a_candidate


def test_each_file_counts_once(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"12345")
    (tmp_path / "twin").hardlink_to(tmp_path / "folder" / "a")
    (tmp_path / "folder" / "b").write_bytes(b"123")
    assert a_candidate(installed=[tmp_path]).installed_bytes == 8
    assert a_candidate(installed=[tmp_path, tmp_path / "twin"]).installed_bytes == 8
    assert a_candidate(installed=[tmp_path / "twin"]).installed_bytes == 5


def test_a_client_first_asks_a_server_to_initialize_unless_it_cannot():
    assert a_candidate(questions={"discover": b"", "initialize": b""}).first_question == (
        "initialize"
    )
    assert a_candidate(questions={"discover": b"", "list": b""}).first_question == "discover"


def test_nothing_installed_has_no_size():
    assert a_candidate().installed_bytes == 0
