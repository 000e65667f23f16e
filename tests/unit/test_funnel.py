"""Funnel limits and the significance of each point, against published tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ipsm_analytics.measures.intervals import byar
from ipsm_analytics.statistics.funnel import (
    count_scores,
    overdispersion,
    rate_band,
    rate_limits,
    ratio_limits,
)
from ipsm_analytics.statistics.significance import Significance, significance
from tests.unit.test_intervals import oracle

PUBLISHED = {
    "High (0.001)": Significance.MUCH_HIGHER,
    "High (0.025)": Significance.HIGHER,
    "Not significant": Significance.SAME,
    "Low (0.025)": Significance.LOWER,
    "Low (0.001)": Significance.MUCH_LOWER,
}

SEARCHED = 1e-7
"""The published limits were found by a search: expected events are this near, or within a relative 1e-6."""


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def levels(scores: np.ndarray) -> list[Significance]:
    return [significance(score) for score in scores]


@pytest.mark.parametrize(("confidence", "tag"), [(0.95, "95"), (0.998, "998")])
def test_limits_of_ratios_are_those_published(confidence: float, tag: str):
    rows = oracle("corong_rasio_batas.csv")
    found = ratio_limits(column(rows, "hitungan"), confidence)
    names = ["bawah_{}_diharapkan", "bawah_{}_rasio", "atas_{}_diharapkan", "atas_{}_rasio"]
    for place, (values, name, scale) in enumerate(zip(found, names, (1, 100, 1, 100), strict=True)):
        published = column(rows, name.format(tag))
        assert np.abs(values * scale / published - 1).max() < 1e-4
        assert (np.abs(values * scale / published - 1) < 1e-6 + SEARCHED / found[place - place % 2]).all()


@pytest.mark.parametrize(("confidence", "tag"), [(0.95, "95"), (0.998, "998")])
def test_limits_of_rates_are_those_published(confidence: float, tag: str):
    rows = oracle("corong_laju_batas.csv")
    for row in rows:
        years, scale = float(row["tahun"]), float(row["pengali"])
        more, lower, fewer, upper = rate_limits(float(row["hitungan"]), float(row["dasar"]) / scale, confidence)
        found = [more / years, lower * scale, fewer / years, upper * scale]
        names = [f"bawah_{tag}_penduduk", f"bawah_{tag}_laju", f"atas_{tag}_penduduk", f"atas_{tag}_laju"]
        published = [float(row[name]) for name in names]
        events = np.array([more, more, fewer, fewer]) * float(row["dasar"]) / scale
        assert (np.abs(np.array(found) / published - 1) < 1e-6 + SEARCHED / events).all()
    assert len(rows) == 300


def test_significance_of_ratios_is_that_published():
    rows = oracle("corong_rasio.csv")
    scores = count_scores(column(rows, "hitungan"), column(rows, "diharapkan"))
    assert levels(scores) == [PUBLISHED[row["signifikansi"]] for row in rows]


def test_significance_of_rates_is_that_published():
    rows = oracle("corong_laju.csv")
    count, people = column(rows, "hitungan"), column(rows, "penduduk")
    scores = count_scores(count, people * count.sum() / people.sum())
    assert levels(scores) == [PUBLISHED[row["signifikansi"]] for row in rows]


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.998])
def test_a_score_passes_z_where_the_limits_leave_the_expected_events_out(confidence: float):
    count, expected = (grid.ravel() for grid in np.meshgrid(np.arange(60.0), np.linspace(0.05, 90, 400)))
    lower, upper = byar(count, confidence)
    scores, z = count_scores(count, expected), stats.norm.ppf(0.5 + confidence / 2)
    assert np.array_equal(scores > z, lower > expected)
    assert np.array_equal(scores < -z, upper < expected)


def test_what_is_unknown_has_no_score():
    assert np.isnan(count_scores([np.nan, 3, 3], [3, np.nan, 0])).all()


def test_none_where_many_were_expected_is_low_and_finite():
    assert np.isfinite(count_scores(0, 5000))
    assert significance(float(count_scores(0, 5000))) is Significance.MUCH_LOWER


@given(st.integers(1, 400), st.sampled_from([0.95, 0.998]), st.floats(1, 3))
def test_a_score_passes_z_where_the_rate_leaves_the_band(count: int, confidence: float, inflation: float):
    people = np.geomspace(200, 60_000, 40)
    lower, upper = rate_band(people, 0.005, confidence, inflation)
    scores, z = count_scores(count, people * 0.005), stats.norm.ppf(0.5 + confidence / 2) * np.sqrt(inflation)
    sure = np.abs(np.abs(scores) - z) > 0.08 * z
    assert np.array_equal((scores > z)[sure], (count / people > upper)[sure])
    assert np.array_equal((scores < -z)[sure], (count / people < lower)[sure])


def test_a_band_without_a_rate_or_an_area_is_empty():
    assert np.array_equal(rate_band([10, 20], 0.0), np.zeros((2, 2)))
    assert rate_band([], 0.01)[0].shape == (0,)


def test_phi_adds_up_by_hand_and_draws_the_ends_in():
    scores = np.array([-9.0, -2, -2, -2, -2, 0, 2, 2, 2, 2, 90])
    found = overdispersion(scores)
    assert (found.phi, found.applied, found.areas) == (pytest.approx(10 * 4 / 11), True, 11)
    assert found.factor == found.phi


def test_areas_that_spread_by_chance_or_less_are_not_widened():
    calm = overdispersion(np.linspace(-1, 1, 40))
    assert (calm.phi, calm.applied, calm.factor) == (1.0, False, 1.0)
    few = overdispersion([9.0, -9, np.nan] * 4)
    assert (few.phi, few.applied, few.areas) == (1.0, False, 8)
