"""Intervals against published figures and other programs, and what any interval must keep."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ipsm_analytics.measures.intervals import EXACT_BELOW, byar, wilson

DATA = Path(__file__).resolve().parents[1] / "data"


def oracle(name: str) -> list[dict[str, str]]:
    """Rows of a table of figures whose source stands in its head."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Sumber: ")
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


POISSON, WILSON = oracle("selang_poisson.csv"), oracle("selang_wilson.csv")


@pytest.mark.parametrize("row", POISSON, ids=[row["kasus"] for row in POISSON])
def test_poisson_limits_are_those_published(row: dict[str, str]):
    lower, upper = byar(float(row["hitungan"]), float(row["keyakinan"]))
    scale = float(row["pengali"]) / float(row["penyebut"])
    assert lower * scale == pytest.approx(float(row["bawah"]), rel=1e-9, abs=0)
    assert upper * scale == pytest.approx(float(row["atas"]), rel=1e-9, abs=0)


@pytest.mark.parametrize("row", WILSON, ids=[row["kasus"] for row in WILSON])
def test_wilson_limits_are_those_published(row: dict[str, str]):
    lower, upper = wilson(float(row["bagian"]), float(row["seluruh"]), float(row["keyakinan"]))
    scale = float(row["pengali"])
    assert lower == pytest.approx(float(row["bawah"]) / scale, rel=0, abs=1e-9)
    assert upper == pytest.approx(float(row["atas"]) / scale, rel=0, abs=1e-9)


def test_the_figures_cover_both_rules_and_other_confidence():
    counts = {float(row["hitungan"]) for row in POISSON}
    assert counts.issuperset(range(21))
    assert {row["keyakinan"] for row in POISSON} == {"0.9", "0.95", "0.99", "0.998"}
    assert (len(POISSON), len(WILSON)) == (109, 76)


@pytest.mark.parametrize("count", range(EXACT_BELOW))
def test_small_counts_have_exact_limits(count: int):
    lower, upper = byar(count)
    assert lower == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, rel=1e-12)
    assert upper == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=1e-12)


@pytest.mark.parametrize("shape", [(), (4,), (3, 2, 4)])
def test_arrays_of_any_shape_keep_it(shape: tuple[int, ...]):
    counts = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    for limits in (*byar(counts), *wilson(counts, counts + 5)):
        assert limits.shape == shape
    lower, upper = byar(counts)
    assert lower.ravel().tolist() == pytest.approx([float(byar(count)[0]) for count in counts.ravel()], rel=1e-14)
    assert upper.ravel().tolist() == pytest.approx([float(byar(count)[1]) for count in counts.ravel()], rel=1e-14)


def test_no_count_has_no_lower_limit_but_an_upper():
    lower, upper = byar(0)
    assert lower == 0
    assert upper == pytest.approx(-math.log(0.025))


def test_missing_numbers_have_missing_limits():
    for limits in (*byar([math.nan, 3, math.nan]), *wilson([math.nan, 3, 1], [5, 5, math.nan])):
        assert np.isnan(limits).tolist()[0] is True
        assert not math.isnan(limits[1])


def test_a_share_of_nothing_has_no_limits():
    assert all(math.isnan(limit) for limit in wilson(0, 0))


@pytest.mark.parametrize("whole", [1, 5, 1836, 489_343])
def test_none_and_all_end_exactly_at_the_edge(whole: int):
    assert wilson(0, whole)[0] == 0
    assert wilson(whole, whole)[1] == 1


counts = st.integers(0, 2_000_000)


@given(counts, st.sampled_from([0.9, 0.95, 0.998]))
def test_poisson_limits_hold_the_count_and_widen_with_confidence(count: int, confidence: float):
    lower, upper = byar(count, confidence)
    assert 0 <= lower <= count < upper
    wider = byar(count, 0.999)
    assert wider[0] <= lower
    assert upper <= wider[1]


@given(counts)
def test_poisson_limits_rise_with_the_count(count: int):
    lower, upper = byar([count, count + 1])
    assert lower[0] <= lower[1]
    assert upper[0] < upper[1]


@given(st.tuples(counts, counts).map(sorted).filter(lambda pair: pair[1] > 0))
def test_wilson_limits_hold_the_share_and_mirror_its_complement(pair: list[int]):
    part, whole = pair
    lower, upper = wilson(part, whole)
    assert 0 <= lower <= part / whole + 1e-12
    assert part / whole - 1e-12 <= upper <= 1
    mirrored = wilson(whole - part, whole)
    assert mirrored[0] == pytest.approx(1 - upper, abs=1e-9)
    assert mirrored[1] == pytest.approx(1 - lower, abs=1e-9)
