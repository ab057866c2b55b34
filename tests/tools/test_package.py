"""tools/__init__.py: every public name is there, and none costs anything before it is used."""

import subprocess
import sys
from pathlib import Path

import pytest

import firstbyte.tools

ROOT = Path(__file__).parents[2]

HEAVY = {
    "asyncio",
    "boto3",
    "collections",
    "dataclasses",
    "enum",
    "functools",
    "inspect",
    "json",
    "logging",
    "msgspec",
    "orjson",
    "os",
    "pydantic",
    "re",
    "typing",
}

STAND_IN = f"""
import sys
package = type(sys)("firstbyte")
package.__path__ = [{str(ROOT)!r}]
sys.modules["firstbyte"] = package
"""
"""What handler/bootstrap does too: the repository's root becomes the package `firstbyte`."""


def loaded_after(program):
    """The top-level modules a bare interpreter holds after `program`."""
    ending = "; print(','.join({name.partition('.')[0] for name in sys.modules}))"
    command = [sys.executable, "-I", "-S", "-c", STAND_IN + program + ending]
    found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return set(found.stdout.strip().split(","))


@pytest.mark.parametrize("name", firstbyte.tools.__all__)
def test_every_public_name_is_found(name):
    assert getattr(firstbyte.tools, name).__name__ == name


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = firstbyte.tools.Nothing


def test_no_module_would_replace_a_public_name():
    modules = {path.stem for path in (ROOT / "tools").glob("*.py")}
    assert not modules & set(firstbyte.tools.__all__)


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            "from firstbyte.tools.catalog import server; "
            "server.identity, server.instructions, server.has_tools, server.has_completions",
            id="the catalog",
        ),
        pytest.param(
            "from firstbyte.tools import Contents, Context, Header, Image, Message, Server, "
            "Suggestions, ToolError, complete, prompt, resource, tool; "
            "tool(name='x')(lambda: None); prompt(name='x')(lambda: None); "
            "resource('x:{a}')(lambda a: a); complete(prompt='x', argument='a')(lambda: [])",
            id="an author's module",
        ),
    ],
)
def test_declaring_imports_nothing_heavy(program):
    assert not loaded_after(program) & HEAVY


def test_importing_the_package_imports_none_of_its_modules():
    program = "import firstbyte.tools; assert not [n for n in sys.modules if 'tools.' in n]"
    assert "firstbyte" in loaded_after(program)
