"""Every fuzz target keeps its promise on its seeds, which are short, odd or hostile."""

import pytest

from tests.fuzzing import SEEDS, TARGETS


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("octets", SEEDS, ids=lambda octets: ascii(octets[:20]))
def test_the_target_keeps_its_promise(name, octets):
    TARGETS[name](octets)
