"""Places that report far fewer cases than places like them."""

import numpy as np
import pytest
from scipy import stats

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.quiet import LEAST_AREAS, Reason, Standing, _Prediction, quiet

SIZE = 60
RING = [[(place - 1) % SIZE, (place + 1) % SIZE] for place in range(SIZE)]


def ground(**changed):
    source = np.random.default_rng(11)
    given = {
        "population": source.integers(4000, 16000, SIZE).astype(float),
        "poverty": source.beta(2, 12, SIZE),
        "effort": source.integers(30, 90, SIZE).astype(float),
        "neighbours": RING,
        "reported": np.ones(SIZE, dtype=bool),
    }
    given["count"] = source.poisson(given["population"] * 0.005).astype(float)
    return given | changed


def changed_at(place: int, value: float) -> np.ndarray:
    count = ground()["count"]
    count[place] = value
    return count


def test_a_silent_place_is_found_and_no_other():
    found = quiet(**ground(count=changed_at(7, 2)))
    assert [place for place, area in enumerate(found.areas) if area.standing is Standing.QUIET] == [7]
    area = found.areas[7]
    assert area.observed == 2 < area.lower < area.expected < area.upper
    assert area.p_value <= area.adjusted <= 0.05


def test_when_none_is_silent_none_is_flagged():
    assert {area.standing for area in quiet(**ground()).areas} == {Standing.USUAL}


def test_the_place_itself_does_not_lower_what_is_expected_there():
    low, high = (quiet(**ground(count=changed_at(7, value))).areas[7].expected for value in (0, 60))
    assert low == pytest.approx(high, rel=0.03)


def test_not_reported_is_another_thing():
    reported = ground()["reported"]
    reported[7] = False
    area = quiet(**ground(count=changed_at(7, 0), reported=reported)).areas[7]
    assert (area.standing, area.observed, area.expected, area.p_value) == (Standing.NOT_REPORTED, None, None, None)


def test_unknown_effort_is_not_judged():
    effort = ground()["effort"]
    effort[3], effort[4] = np.nan, 0
    areas = quiet(**ground(effort=effort)).areas
    assert [areas[place].standing for place in (3, 4, 5)] == [Standing.NO_DATA, Standing.NO_DATA, Standing.USUAL]
    assert areas[3].observed is not None


def test_where_none_would_not_be_rare_nothing_is_said():
    population = ground()["population"]
    population[7] = 100
    area = quiet(**ground(count=changed_at(7, 0), population=population)).areas[7]
    assert (area.standing, area.adjusted, area.lower) == (Standing.TOO_SMALL, None, 0)
    assert area.expected < 1


def test_islands_are_marked_and_still_judged():
    neighbours = [[] if place == 7 else near for place, near in enumerate(RING)]
    areas = quiet(**ground(count=changed_at(7, 1), neighbours=neighbours)).areas
    assert [area.island for area in areas].index(True) == 7
    assert areas[7].standing is Standing.QUIET


@pytest.mark.parametrize(("areas", "standing"), [(LEAST_AREAS - 1, Reason.FEW_AREAS), (LEAST_AREAS, None)])
def test_few_places_are_refused(areas, standing):
    found = quiet(**ground(reported=np.arange(SIZE) < areas))
    assert (found.refusal and found.refusal.reason) == standing
    if standing:
        assert (found.dispersion, found.areas[0].standing, found.areas[0].expected) == (None, Standing.NO_DATA, None)


def test_few_cases_are_refused():
    assert quiet(**ground(count=np.ones(SIZE))).refusal.reason is Reason.FEW_CASES


def test_unequal_columns_are_said_so():
    with pytest.raises(UserError, match="sama panjang"):
        quiet(**ground(poverty=[0.1]))


def test_chances_are_those_of_the_negative_binomial():
    sure = _Prediction(np.array([[20.0]]), np.array([1.0]), np.array([0.25]))
    other = stats.nbinom(4, 4 / 24)
    for count in (0, 5, 20, 40):
        assert sure.at_most(np.array([count]))[0] == pytest.approx(other.cdf(count))
    assert sure.quantile(0.025)[0] == other.ppf(0.025)
    assert sure.quantile(0.975)[0] == other.ppf(0.975)
    poisson = _Prediction(np.array([[20.0]]), np.array([1.0]), np.array([0.0]))
    assert poisson.at_most(np.array([12]))[0] == pytest.approx(stats.poisson(20).cdf(12), rel=1e-4)
