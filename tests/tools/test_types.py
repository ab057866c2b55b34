"""What authors write passes `mypy --strict`: all there is, and what README.md shows."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BOUND_S = 120


def test_what_authors_write_is_well_typed(tmp_path):
    tool, notes, test, _ = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    author = (Path(__file__).parent / "author.py").read_text(encoding="utf-8")
    modules = {"author": author, "app": tool, "notes": notes, "test_notes": test}
    for name, source in modules.items():
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    # Under the project's own settings, which are strict, what it found of our files is reused.
    finished = subprocess.run(
        [sys.executable, "-m", "mypy", *(str(path) for path in tmp_path.iterdir())],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=BOUND_S,
    )
    assert (finished.stdout, finished.stderr, finished.returncode) == (
        "Success: no issues found in 4 source files\n",
        "",
        0,
    )
