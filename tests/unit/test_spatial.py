"""Clustering in space: grids by hand, permutation p against all orders, published indices and another program."""

from functools import lru_cache
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics.statistics.areal import Why, contiguity, over
from ipsm_analytics.statistics.multiple import false_discovery
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.spatial import (
    FDR,
    Kind,
    Pattern,
    gi_star,
    global_moran,
    local_moran,
    moran_index,
    pattern,
    standardised,
)
from tests.unit.test_intervals import oracle

HALVES = np.repeat([1.0, 0.0], 8)
CHESS = np.array([(row + column) % 2 for row in range(4) for column in range(4)], dtype=float)
UNEVEN = np.array([1.0, 8, 2, 9, 4, 16, 3, 0, 11])
PEOPLE = np.full(100, 10_000.0)


def grid(side: int) -> np.ndarray:
    """Who shares an edge with whom on a square of side × side areas, row after row."""
    places = np.array([(row, column) for row in range(side) for column in range(side)])
    return np.abs(places[:, None] - places).sum(axis=2) == 1


def weights(links: np.ndarray):
    from libpysal.weights import W

    return W({area: np.flatnonzero(row).tolist() for area, row in enumerate(links)}, silence_warnings=True)


def block(high: float, ground: float = 20.0) -> np.ndarray:
    """Counts of 10 × 10 areas: the nine of the first corner high, the others at the ground but for a little unrest."""
    counts = ground + np.arange(100) % 3
    counts.reshape(10, 10)[:3, :3] += high - ground
    return counts


@lru_cache
def hot_corner() -> Pattern:
    return pattern(block(80), PEOPLE, grid(10))


def test_neighbours_are_mutual_known_and_never_oneself():
    near = {"a": frozenset("bx"), "b": frozenset("ab"), "c": frozenset()}
    expected = [[False, True, False], [True, False, False], [False, False, False]]
    assert contiguity("abc", near).tolist() == expected
    assert contiguity("abc", {"b": frozenset("a")}).tolist() == expected


def test_values_go_to_their_places():
    assert over(np.array([True, False, True]), np.array([1, 2])).tolist() == pytest.approx([1, np.nan, 2], nan_ok=True)


def test_standardised_rates_add_up_by_hand():
    """Mean 0.025, variance between areas 0.0000625: ∓0.015 and 0.005 over √(0.0000625 + 0.025/P)."""
    found = standardised(np.array([10.0, 90]), np.array([1000.0, 3000]))
    assert found == pytest.approx([-0.015 / np.sqrt(0.0000875), 0.005 / np.sqrt(0.0000625 + 0.025 / 3000)])


def test_where_rates_differ_by_chance_alone_only_the_population_scales():
    """Mean 0.01; spread 0.0000005 is less than 0.01/1500, so that the variance is 0.01/P."""
    found = standardised(np.array([9.0, 21]), np.array([1000.0, 2000]))
    assert found == pytest.approx([-0.001 / np.sqrt(0.01 / 1000), 0.0005 / np.sqrt(0.01 / 2000)])


def test_moran_of_two_halves_adds_up_by_hand():
    """24 edges, 4 of them between the halves. Rows: outer 1; inner 2/3 − 1/3 at the edge, 3/4 − 1/4 within."""
    links = grid(4)
    assert moran_index(HALVES, links) == pytest.approx((20 - 4) / 24)
    outer, inner = [1, 1, 1, 1], [1 / 3, 1 / 2, 1 / 2, 1 / 3]
    local, _ = local_moran(HALVES, links)
    assert local == pytest.approx([*outer, *inner, *inner, *outer])
    found = global_moran(HALVES, links)
    assert found.index == pytest.approx(17 / 24)
    assert found.index == pytest.approx(local.mean())
    assert (found.expected, found.areas) == (pytest.approx(-1 / 15), 16)
    assert found.p_value < 0.01


def test_a_chessboard_has_the_opposite_everywhere():
    local, _ = local_moran(CHESS, grid(4))
    found = global_moran(CHESS, grid(4))
    assert local == pytest.approx([-1] * 16)
    assert found.index == pytest.approx(-1)
    assert found.p_value < 0.01


def test_gi_star_of_two_halves_adds_up_by_hand():
    """Sums of ±0.5 over 3, 4 or 5 areas with themselves; s = 0.5, n = 16."""
    found, _ = gi_star(HALVES, grid(4))
    spread = {size: 0.5 * np.sqrt((16 * size - size**2) / 15) for size in (3, 4, 5)}
    corner, edge, side, middle = 1.5 / spread[3], 2 / spread[4], 1 / spread[4], 1.5 / spread[5]
    assert found[:8] == pytest.approx([corner, edge, edge, corner, side, middle, middle, side])
    assert found[8:] == pytest.approx(-found[7::-1])


def two_sided(sums: list[float], observed: float) -> float:
    """Twice the smaller share of all sums as far out as the one observed."""
    shares = [np.mean(np.array(sums) >= observed - 1e-9), np.mean(np.array(sums) <= observed + 1e-9)]
    return min(1.0, 2 * min(shares))


def test_p_of_the_local_index_is_that_of_all_choices_of_neighbours():
    """Each area keeps its value; its neighbours are any of the eight others."""
    links = grid(3)
    _, found = local_moran(UNEVEN, links)
    for area in range(9):
        others = np.delete(UNEVEN, area)
        sums = [sum(chosen) for chosen in combinations(others, int(links[area].sum()))]
        assert found[area] == pytest.approx(two_sided(sums, UNEVEN[links[area]].sum()), abs=0.008)


def test_p_of_gi_star_is_that_of_all_choices_of_areas():
    links = grid(3) | np.eye(9, dtype=bool)
    _, found = gi_star(UNEVEN, grid(3))
    for area in range(9):
        sums = [sum(chosen) for chosen in combinations(UNEVEN, int(links[area].sum()))]
        assert found[area] == pytest.approx(two_sided(sums, UNEVEN[links[area]].sum()), abs=0.008)


def test_p_of_the_global_index_is_that_of_all_orders():
    """A path of five areas: 120 orders."""
    path = np.eye(5, k=1, dtype=bool) | np.eye(5, k=-1, dtype=bool)
    values, rows = np.array([0.0, 1, 3, 7, 4]), path / path.sum(axis=1, keepdims=True)
    every = [moran_index(np.array(order), rows) for order in permutations(values)]
    found = global_moran(values, path)
    assert found.index == pytest.approx(moran_index(values, rows))
    assert found.p_value == pytest.approx(two_sided(every, found.index), abs=0.02)


def test_an_area_may_border_on_all_others():
    """Its neighbours can only be these, and with itself they are all: neither says anything."""
    star = np.zeros((8, 8), dtype=bool)
    star[0, 1:] = star[1:, 0] = True
    _, local = local_moran(UNEVEN[:8], star)
    score, total = gi_star(UNEVEN[:8], star)
    assert (local[0], score[0], total[0]) == (1, 0, 1)
    assert np.abs(score[1:]).min() > 0


def test_indices_of_sudden_infant_deaths_are_those_published():
    """Binary weights; the two counties without neighbours count in n for the standardised rates, not for the raw ones."""
    rows = oracle("sids_nc_1974.csv")
    near = contiguity([row["county"] for row in rows], {row["county"]: frozenset(row["tetangga"].split()) for row in rows})
    births, deaths = (np.array([float(row[name]) for row in rows]) for name in ("kelahiran", "kematian"))
    connected = near.any(axis=1).sum()
    assert (len(rows), connected) == (100, 98)
    assert moran_index(standardised(deaths, births), near) == pytest.approx(0.25789, abs=5e-6)
    assert moran_index(deaths / births, near) * connected / 100 == pytest.approx(0.20904, abs=5e-6)


@pytest.mark.parametrize(("values", "links"), [(UNEVEN, grid(3)), (HALVES, grid(4)), (np.sin(np.arange(36)) + 2, grid(6))])
def test_another_program_agrees_but_for_its_divisor(values, links):
    """Its local index divides by Σz²/(n − 1), not by Σz²/n; its Gi* with binary weights is the same z."""
    from esda import G_Local, Moran, Moran_Local

    number = len(values)
    local = Moran_Local(values, weights(links), permutations=0)
    assert local_moran(values, links)[0] * (number - 1) / number == pytest.approx(local.Is)
    assert global_moran(values, links).index == pytest.approx(Moran(values, weights(links), permutations=0).I)
    star = G_Local(values, weights(links), transform="B", star=True, permutations=0)
    assert gi_star(values, links)[0] == pytest.approx(star.Zs)


def test_a_corner_of_high_rates_is_hot():
    found = hot_corner()
    assert found.clustering.index > 0.5
    assert found.clustering.p_value == pytest.approx(2 / 10_000)
    assert {found.gi_star.kind[area] for area in (0, 1, 10, 11)} == {Kind.HOT}
    assert {found.lisa.kind[area] for area in (1, 10, 11)} == {Kind.HIGH_HIGH}
    assert {*found.gi_star.kind[50:], *found.lisa.kind[50:]} == {Kind.NOTHING}
    assert found.z[:3].min() > 0 > found.z[50:].max()


def test_a_corner_of_low_rates_is_cold():
    found = pattern(block(20, 80), PEOPLE, grid(10))
    assert {found.gi_star.kind[area] for area in (0, 1, 10, 11)} == {Kind.COLD}
    assert {found.lisa.kind[area] for area in (1, 10, 11)} == {Kind.LOW_LOW}


@pytest.mark.parametrize(("counts", "other", "kind"), [(block(80), 1, Kind.LOW_HIGH), (block(20, 80), 200, Kind.HIGH_LOW)])
def test_an_area_unlike_its_neighbours_is_named_first(counts, other, kind):
    counts[11] = other
    assert pattern(counts, PEOPLE, grid(10)).lisa.kind[11] is kind


def test_both_local_statistics_are_one_family_of_tests():
    found = hot_corner()
    joint = false_discovery(np.concatenate([found.lisa.p_value, found.gi_star.p_value]))
    assert [*found.lisa.adjusted, *found.gi_star.adjusted] == pytest.approx(joint)
    for spots in (found.lisa, found.gi_star):
        assert [kind is not Kind.NOTHING for kind in spots.kind] == (spots.adjusted <= FDR).tolist()
        assert (spots.adjusted >= spots.p_value).all()


def test_left_out_areas_and_islands_are_told_apart_and_change_no_neighbour():
    counts, people = np.array([*block(80), np.nan, 9, 30]), np.array([*PEOPLE, 900, 0, 10_000])
    near = np.zeros((103, 103), dtype=bool)
    near[:100, :100] = grid(10)
    near[[100, 102, 100, 0], [102, 100, 0, 100]] = True
    found = pattern(counts, people, near)
    assert found.lisa.kind[100:] == found.gi_star.kind[100:] == (Kind.LEFT_OUT, Kind.LEFT_OUT, Kind.NO_NEIGHBOUR)
    assert np.isnan(found.z).tolist() == [False] * 100 + [True, True, False]
    for spots in (found.lisa, found.gi_star):
        assert np.isnan([spots.value[100:], spots.p_value[100:], spots.adjusted[100:]]).all()
    assert found.clustering.areas == 100
    assert found.gi_star.value[:100] == pytest.approx(hot_corner().gi_star.value, abs=0.01)
    assert found.gi_star.kind[:100] == hot_corner().gi_star.kind


def test_what_cannot_be_answered_is_refused():
    near, counts, people = grid(6), np.arange(36.0), np.full(36, 10_000.0)
    lonely = near.copy()
    lonely[29:] = lonely[:, 29:] = False
    assert pattern(counts, None, near) == Refusal(Why.NO_POPULATION, 0, 30)
    assert pattern(counts, people * 0, near) == Refusal(Why.NO_POPULATION, 0, 30)
    assert pattern(np.where(counts < 29, 5.0, np.nan), people, near) == Refusal(Why.FEW_AREAS, 29, 30)
    assert pattern(counts, people, near & False) == Refusal(Why.ISLANDS_ONLY, 0, 1)
    assert pattern(counts, people, lonely) == Refusal(Why.FEW_AREAS, 29, 30)
    assert pattern(people / 1000, people, near) == Refusal(Why.ALL_EQUAL, 1, 2)
    assert pattern((counts + 1) * 3, (counts + 1) * 700, near) == Refusal(Why.ALL_EQUAL, 1, 2)
    assert pattern(counts * 0, people, near) == Refusal(Why.ALL_EQUAL, 1, 2)


@given(st.lists(st.integers(0, 50), min_size=16, max_size=16).filter(lambda values: len(set(values)) > 1), st.floats(0.1, 9))
@settings(max_examples=6)
def test_unit_and_origin_of_the_values_do_not_matter(values: list[int], unit: float):
    plain, moved = np.array(values, dtype=float), np.array(values) * unit - 3
    for statistic in (local_moran, gi_star):
        (one, p_one), (other, p_other) = statistic(plain, grid(4)), statistic(moved, grid(4))
        assert other == pytest.approx(one, abs=1e-9)
        assert p_other == pytest.approx(p_one)
    assert global_moran(moved, grid(4)).index == pytest.approx(global_moran(plain, grid(4)).index)


@given(st.lists(st.floats(-5, 5), min_size=16, max_size=16).filter(lambda values: np.std(values) > 0.1))
@settings(max_examples=10)
def test_the_mean_of_the_local_indices_is_the_global_one(values: list[float]):
    rows = grid(4) / grid(4).sum(axis=1, keepdims=True)
    z = np.array(values) - np.mean(values)
    assert local_moran(np.array(values), grid(4))[0].mean() == pytest.approx(moran_index(z, rows), abs=1e-9)
