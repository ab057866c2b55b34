"""benchmarks/share.py: an environment runs in its share's group, which is gone afterwards."""

from contextlib import ExitStack

import pytest

from benchmarks import share as module
from benchmarks.candidate import Unavailable
from benchmarks.environment import Environment
from benchmarks.plan import FULL, WHOLE
from benchmarks.share import cpu_share
from tests.benchmarks.measured import a_candidate


@pytest.mark.parametrize("name", [WHOLE, *FULL.small_shares])
def test_an_environment_runs_in_its_group_from_its_start(name):
    with ExitStack() as stack:
        try:
            share = stack.enter_context(cpu_share(name))
        except Unavailable as error:
            pytest.skip(str(error))
        environment = stack.enter_context(Environment(a_candidate(), {}, share))
        entered = set(share.door.read_text().split())
        assert entered == {str(pid) for pid in environment.tree()}
        environment.ask(b"{}")
    assert not share.group.exists()


def test_where_there_is_no_such_group_a_sentence_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_V1", tmp_path / "none")
    monkeypatch.setattr(module, "_V2", tmp_path / "none")
    with pytest.raises(Unavailable, match="not possible here: "), cpu_share("1"):
        pass
