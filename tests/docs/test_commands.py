"""The commands in docs/: shells read them, and what they name and how they name it exists."""

import re
import subprocess
from functools import cache
from itertools import pairwise

import botocore.session
import pytest
from botocore import xform_name

from firstbyte.handler import command
from firstbyte.probe import command as probe
from tests.docs.reading import ROOT, SCRIPTS, WORDS, read_commands

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SESSION = botocore.session.get_session()
EVERYWHERE = {"cli-binary-format", "max-items", "output", "profile", "query", "region"}
"""Options of the AWS command line that are no input of an operation."""
OF_ITS_OWN = {
    "configure get": set(),
    "ecr get-login-password": set(),
    "logs tail": {"filter-pattern", "follow", "format", "since"},
}
"""Commands of the AWS command line that are no operation, with options of theirs."""


def found(program):
    """Every command of `program` in a script or within a line, with the page it is on."""
    texts = [(script.page, script.text) for script in SCRIPTS] + WORDS
    return [
        pytest.param(words, id=f"{page} {' '.join(words)[:60]}")
        for page, text in texts
        for words in read_commands_of(text, program)
        if words
    ]


def read_commands_of(text, program):
    """The commands in it; what is said within a line need not be for a shell."""
    try:
        return read_commands(text, program)
    except ValueError:
        return []


@cache
def operations_of(service):
    """What each operation of a service of AWS takes, by the names a command line has."""
    model = SESSION.get_service_model(service)
    shapes = {name: model.operation_model(name).input_shape for name in model.operation_names}
    return {
        xform_name(name, "-"): shape.members if shape else {} for name, shape in shapes.items()
    }


def members(shape):
    """The names within a structure, or within those of a list; none of anything else."""
    inner = shape.member if shape.type_name == "list" else shape
    return set(inner.members) if inner.type_name == "structure" else set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"{script.page}:{script.line}")
def test_a_shell_can_read_the_script(script):
    read = subprocess.run(["bash", "-n"], input=script.text, capture_output=True, text=True)
    assert read.stderr == ""


@pytest.mark.parametrize("words", found("aws"))
def test_the_aws_command_exists_with_its_options(words):
    service, operation, *rest = words
    if operation == "wait":
        waiters = SESSION.get_waiter_model(service).waiter_names
        assert rest[0] in {xform_name(waiter, "-") for waiter in waiters}
        return
    if f"{service} {operation}" in OF_ITS_OWN:
        options = dict.fromkeys(OF_ITS_OWN[f"{service} {operation}"])
    else:
        taken = operations_of(service)[operation]
        options = {xform_name(name, "-"): shape for name, shape in taken.items()}
    for option, value in pairwise([*rest, ""]):
        if option.startswith("--"):
            assert option[2:] in options.keys() | EVERYWHERE
            shape = options.get(option[2:])
            if shape is not None and (known := members(shape)):
                assert {*re.findall(r"(?:^|,)(\w+)=", value)} <= known


@pytest.mark.parametrize("words", found("firstbyte"))
def test_our_own_command_exists_with_its_options(words):
    if words[:1] == ["probe"]:
        told = probe._parser().format_help()
        assert all(word in told for word in words if word.startswith("--"))
    elif words[:1] != ["emulate"]:
        assert command._parser().parse_args(words).command == words[0]


@pytest.mark.parametrize("words", found("make"))
def test_the_makefile_has_the_target(words):
    assert re.search(rf"^{words[0]}:", MAKEFILE, re.MULTILINE)


FILES = sorted(
    {word for _, word in WORDS if re.fullmatch(r"[\w-]+(/[\w.-]+)*/[\w-]+\.\w+", word)}
)


@pytest.mark.parametrize("path", FILES)
def test_the_file_that_a_page_names_exists(path):
    assert (ROOT / path).exists()
