"""benchmarks/report.py: what people read is what the raw results say."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from benchmarks import tables
from benchmarks.markdown import table_text
from benchmarks.own import MANY_TOOLS, OURS, STOCK
from benchmarks.plots import PLOTS
from benchmarks.report import (
    README,
    README_KEYS,
    REPORT,
    page_text,
    print_table,
    raw_text,
    readme_table,
    with_table,
    without_places,
    write_report,
)
from benchmarks.results import ADAPTER, parse_results
from benchmarks.rivals import RIVALS
from tests.benchmarks.synthetic import results

stored = pytest.mark.skipif(
    not (REPORT / "results.json").exists(), reason="no run's results are stored"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A folder with the report of a run."""
    folder = tmp_path_factory.mktemp("benchmarks") / "report"
    write_report(results(rounds=3), folder)
    return folder


def test_a_report_is_the_results_their_drawings_and_a_page(report):
    names = {path.name for path in report.iterdir()}
    assert {
        "README.md",
        "results.json",
        "cold-start.svg",
        "cold-start.png",
        "cold-start-dark.svg",
    } <= names
    assert json.loads((report / "results.json").read_text()) == results(rounds=3)


@given(
    st.recursive(
        st.none() | st.integers() | st.floats(allow_nan=False) | st.text("[]\n 1,x"),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_raw_results_survive_being_written(value):
    assert json.loads(raw_text({"member": value})) == {"member": value}


def test_a_list_of_figures_is_one_line():
    assert raw_text({"a": [0.5, 1e-07], "b": []}) == '{\n "a": [0.5,1e-07],\n "b": []\n}'


def test_every_file_that_a_page_names_is_there(report):
    page = (report / "README.md").read_text()
    named = re.findall(r'(?:src|srcset)="([^"]+)"|\]\(([^)]+)\)', page)
    assert {Path(one or other).name for one, other in named} <= {
        path.name for path in report.iterdir()
    }


def test_a_page_has_every_table():
    run = parse_results(results())
    page = page_text(run, [*PLOTS])
    for make in tables.ALL:
        assert table_text(make(run)) in page
    assert "{{" not in page


def test_a_page_of_little_says_nothing_about_the_rest():
    page = page_text(parse_results({"when": "now"}), [])
    chapters = re.findall("^## (.+)$", page, re.MULTILINE)
    assert chapters == [
        "Budgets",
        "How it is measured",
        "Faults",
        "What the figures do not show",
    ]
    assert "None: every answer counted." in page


def test_no_figure_is_written_by_hand():
    slower = results()
    slower["cold"]["1"]["initialize"]["firstbyte"] = [1.0]
    before = page_text(parse_results(results()), [])
    after = page_text(parse_results(slower), [])
    changed = set(before.splitlines()) - set(after.splitlines())
    assert any(line.startswith("| **firstbyte** |") for line in changed)


def test_folders_of_the_machine_are_not_named():
    text = f"{README} and {Path.home() / 'x'}"
    assert without_places(text) == "./README.md and ~/x"
    assert without_places(f"{README.parent}-work") == f"{README.parent}-work"


def test_the_terminal_shows_rows_budgets_and_faults_whatever_they_hold():
    run = results()
    run["faults"][0]["text"] = "[/] not markup"
    run["options"]["left_out"] = ["[a] thing"]
    output = io.StringIO()
    print_table(run, Console(file=output, width=160))
    shown = output.getvalue()
    for text in ("firstbyte, 200 tools", "Budgets", "[/] not markup", "withdrawn", "[a] thing"):
        assert text in shown


def test_the_readme_gets_its_table_between_the_markers():
    readme = "before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n"
    filled = with_table(readme, "new")
    assert filled == "before\n<!-- bench -->\nnew\n<!-- /bench -->\nafter\n"
    assert with_table(filled, "new") == filled


@pytest.mark.parametrize("readme", ["", "<!-- bench -->", "<!-- /bench --> <!-- bench -->"])
def test_a_readme_without_markers_is_refused(readme):
    with pytest.raises(ValueError, match="bench"):
        with_table(readme, "new")


def test_every_row_of_the_readmes_table_is_a_candidate():
    rivals = {rival.key for rival in RIVALS}
    assert {OURS, MANY_TOOLS, STOCK, *rivals} >= {*README_KEYS}
    assert ADAPTER in rivals


def test_the_readme_has_the_markers():
    with_table(README.read_text(encoding="utf-8"), "")


@stored
def test_the_readmes_table_is_of_the_stored_results():
    run = parse_results(json.loads((REPORT / "results.json").read_text()))
    readme = README.read_text(encoding="utf-8")
    assert readme == with_table(readme, readme_table(run))


@stored
def test_the_stored_page_is_of_the_stored_results():
    run = parse_results(json.loads((REPORT / "results.json").read_text()))
    drawn = [name for name in PLOTS if (REPORT / f"{name}.svg").exists()]
    assert (REPORT / "README.md").read_text(encoding="utf-8") == page_text(run, drawn)
