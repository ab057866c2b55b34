"""docs/ and zensical.toml: the site has every page and every name, and fails on a wrong one."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter

import pytest

from firstbyte import tools
from tests.docs.reading import PAGES, ROOT

SITE = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
REFERENCE = "\n".join(
    path.read_text(encoding="utf-8") for name, path in PAGES.items() if name.startswith("api/")
)


def targets(entry):
    """The pages below one entry of the navigation."""
    if isinstance(entry, str):
        return [entry]
    entries = entry if isinstance(entry, list) else entry.values()
    return [target for each in entries for target in targets(each)]


def test_the_navigation_has_every_page_once():
    assert sorted(targets(SITE["nav"])) == sorted(PAGES)


def test_the_reference_has_every_public_name_once():
    described = re.findall(
        r"^::: firstbyte\.tools\.(?!testing\b)([\w.]+)$", REFERENCE, re.MULTILINE
    )
    homes = [f"{tools._HOMES[name]}.{name}" for name in tools.__all__]
    assert Counter(described) == Counter(homes)


@pytest.mark.parametrize(
    ("added", "complaint"),
    [
        ("", "No issues found"),
        ("[there](nowhere.md)", "page does not exist"),
        ("[there](settings.md#nowhere)", "anchor does not exist"),
        ("[there][firstbyte.tools.nowhere]", "unresolved autoref"),
        ("::: firstbyte.tools.nowhere", "Could not collect 'firstbyte.tools.nowhere'"),
    ],
)
def test_the_build_fails_on_a_wrong_link_or_name(tmp_path, added, complaint):
    packages = tmp_path / ".venv/reference/firstbyte"
    packages.mkdir(parents=True)
    (packages / "tools").symlink_to(ROOT / "tools")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/settings.md").write_text("# Settings\n\n## Keys\n\nThey are kept.\n")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    (tmp_path / "docs/index.md").write_text(f"# Page\n\n[here](settings.md#keys)\n\n{added}\n")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert complaint in built.stdout + built.stderr
    assert (built.returncode == 0) == (not added)
