"""tests/docs/reading.py: the commands of a script are found wherever a shell would run one."""

import pytest

from tests.docs.reading import read_commands


@pytest.mark.parametrize(
    ("script", "commands"),
    [
        ("aws s3 ls", [["s3", "ls"]]),
        ("aws a\naws b", [["a"], ["b"]]),
        ("aws a \\\n  --b 'c d'\n", [["a", "--b", "c d"]]),
        ("for n in 1 2; do aws a > /dev/null; aws b; done", [["a"], ["b"]]),
        ("date | aws a '?x | y' || true", [["a", "?x | y"]]),
        ('aws a --b "$(date) - $((1 + 2))"', [["a", "--b", "$(date) - $((1 + 2))"]]),
        ("A=$(aws a) B=1 aws b | aws c", [["a"], ["b"], ["c"]]),
        ("echo 'aws a'; echo aws b; # aws c", []),
    ],
)
def test_the_commands_of_a_script_are_found(script, commands):
    assert read_commands(script, "aws") == commands
