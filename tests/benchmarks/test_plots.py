"""benchmarks/plots.py: the same results give the same drawings, and none where none can be."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.plots import PALETTES, PLOTS, curve_of, draw_all
from benchmarks.results import parse_results
from tests.benchmarks.synthetic import results


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder with all plots of a run."""
    folder = tmp_path_factory.mktemp("plots")
    assert draw_all(parse_results(results(rounds=3)), folder) == [*PLOTS]
    return folder


def test_each_plot_is_there_for_light_and_dark_pages(drawn):
    vectors = {f"{name}{palette.suffix}.svg" for name in PLOTS for palette in PALETTES}
    assert {path.name for path in drawn.iterdir()} == vectors | {
        f"{name}.png" for name in PLOTS
    }


def test_a_drawing_is_well_formed_and_undated(drawn):
    for path in drawn.glob("*.svg"):
        root = ET.parse(path).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not list(root.iter("{http://purl.org/dc/elements/1.1/}date"))


def test_the_same_results_give_the_same_octets(drawn, tmp_path):
    run = results(rounds=3)
    kept = ("candidates", "when", "cold_by_tools", "memory")
    first, again = tmp_path / "first", tmp_path / "again"
    for folder in (first, again):
        folder.mkdir()
        draw_all(parse_results({name: run[name] for name in kept}), folder)
    for path in first.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes()


def test_what_was_not_measured_is_not_drawn(tmp_path):
    assert draw_all(parse_results({"when": "now"}), tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.floats(0, 1e3), min_size=1, max_size=500))
def test_a_curve_tells_the_share_of_a_sample_up_to_each_value(sample):
    values, shares = curve_of(sample)
    assert (shares[0], shares[-1]) == (0, 1)
    assert (values[0], values[-1]) == (min(sample), max(sample))
    for value, share in zip(values[1:], shares[1:], strict=True):
        # A point stands for at most one measurement more or less.
        up_to = np.mean(np.array(sample) <= value)
        below = np.mean(np.array(sample) < value)
        assert below - 1 / len(sample) <= share <= up_to + 1 / len(sample)
