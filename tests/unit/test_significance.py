"""An area against the city it is part of."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ipsm_analytics.errors import InternalError
from ipsm_analytics.measures.status import Status
from ipsm_analytics.statistics.significance import (
    City,
    Reading,
    Significance,
    Unassessed,
    assess,
    rate_scores,
    reading,
    share_scores,
    significance,
)

CITY = City(100, 10_000)


def test_a_rate_is_tested_by_the_binomial_of_its_share():
    score = rate_scores([20, 3], [1000, 1000], CITY)
    above, below = stats.binom.sf(19, 100, 0.1), stats.binom.cdf(3, 100, 0.1)
    assert score == pytest.approx([stats.norm.isf(above), -stats.norm.isf(below)], rel=1e-9)
    assert [significance(one) for one in score] == [Significance.HIGHER, Significance.LOWER]


def test_a_share_is_tested_against_the_rest():
    score = share_scores([30], [50], City(130, 300))[0]
    table = stats.contingency.chi2_contingency([[30, 20], [100, 150]], correction=False)
    assert score**2 == pytest.approx(table.statistic)
    assert score > 0


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_an_area_with_the_rate_of_the_city_is_never_told_apart(cases: int, times: int):
    score = rate_scores([cases], [cases * 10], City(cases * (times + 1), cases * 10 * (times + 1)))[0]
    assert significance(score) is Significance.SAME


def test_extreme_areas_keep_a_finite_sign():
    assert np.isfinite(rate_scores([0, 10_000], [5000, 1], City(10_000, 10_000))).all()
    assert significance(float(rate_scores([60], [1000], CITY)[0])) is Significance.MUCH_HIGHER
    assert significance(float(rate_scores([0], [1000], CITY)[0])) is Significance.MUCH_LOWER


def test_dispersion_and_inflation_take_significance_away():
    score = float(rate_scores([20], [1000], CITY)[0])
    assert significance(float(rate_scores([20], [1000], CITY, dispersion=3)[0])) is Significance.SAME
    assert significance(score, inflation=3) is Significance.SAME


@pytest.mark.parametrize(
    ("level", "direction", "expected"),
    [
        (Significance.HIGHER, "netral", None),
        (Significance.MUCH_HIGHER, "naik_baik", Reading.BETTER),
        (Significance.HIGHER, "turun_baik", Reading.WORSE),
        (Significance.LOWER, "naik_baik", Reading.WORSE),
        (Significance.MUCH_LOWER, "turun_baik", Reading.BETTER),
        (Significance.SAME, "naik_baik", None),
        (Significance.NOT_ASSESSED, "naik_baik", None),
    ],
)
def test_better_or_worse_only_where_the_indicator_has_a_direction(level, direction, expected):
    assert reading(level, direction) is expected


def test_every_state_keeps_its_reason():
    rows = [
        (30.0, 1000.0, Status.OK),
        (0.0, 1000.0, Status.ZERO),
        (30.0, 1000.0, Status.SUPPRESSED),
        (np.nan, 1000.0, Status.NOT_REPORTED),
        (np.nan, 1000.0, Status.OK),
        (100.0, 10_000.0, Status.OK),
    ]
    areas = pd.DataFrame(rows, columns=["numerator", "denominator", "status"], index=list("abcdef"))
    found = assess(areas, CITY, "byar", "turun_baik")
    assert found["significance"].tolist() == ["lebih_tinggi_998", "lebih_rendah_998", *["tidak_dinilai"] * 4]
    assert found["reading"].tolist() == [Reading.WORSE, Reading.BETTER, "", "", "", ""]
    assert found["reason"].tolist() == ["", "", "disensor", "belum_lapor", Unassessed.UNKNOWN, Unassessed.IS_CITY]
    assert np.isnan(found["score"].to_numpy()[2:]).all()


@pytest.mark.parametrize("interval", ["byar", "wilson"])
def test_a_city_without_a_value_judges_nobody(interval: str):
    areas = pd.DataFrame({"numerator": [0.0], "denominator": [10.0], "status": ["nol"]})
    found = assess(areas, City(0, 100), interval, "netral")
    assert found["reason"].tolist() == [Unassessed.NO_CITY]


def test_unknown_kinds_are_refused():
    with pytest.raises(InternalError):
        assess(pd.DataFrame(), CITY, "", "netral")
    with pytest.raises(InternalError):
        reading(Significance.HIGHER, "ke_atas")
