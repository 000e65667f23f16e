"""The population estimate: exact sums, and the shares its method prescribes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.errors import InternalError
from ipsm_analytics.reference import areas, boundaries, population
from ipsm_analytics.reference.tables import rows

CENSUS, CITY_2025 = 1_338_663, 1_482_354
PARENTS = sorted({row["kode_induk"] for row in rows("kelurahan_baru_2015")})


def children(parent: str) -> list[str]:
    return [row["kode_kelurahan"] for row in rows("kelurahan_baru_2015") if row["kode_induk"] == parent]


def test_the_census_counts_143_kelurahan() -> None:
    census = population.census_2010()
    assert len(census) == 143
    assert sum(census.values()) == CENSUS
    assert census["73.71.01.1001"] == 5683


def test_the_census_on_todays_kelurahan_loses_nobody() -> None:
    today = population.census_on_today()
    assert set(today) == set(areas.codes("kelurahan"))
    assert sum(today.values()) == pytest.approx(CENSUS)


def test_the_ten_new_kelurahan_come_from_nine_parents() -> None:
    assert len(PARENTS) == 9
    assert sum(len(children(parent)) for parent in PARENTS) == 10


@pytest.mark.parametrize("parent", PARENTS)
def test_a_new_kelurahan_shares_its_parents_count_by_area(parent: str) -> None:
    family = [parent, *children(parent)]
    today, drawn = population.census_on_today(), boundaries.area_km2()
    assert sum(today[code] for code in family) == pytest.approx(population.census_2010()[parent])
    densities = [today[code] / drawn[code] for code in family]
    assert densities == pytest.approx([densities[0]] * len(family))


def test_kelurahan_that_were_not_split_keep_their_census_count() -> None:
    for code, count in population.census_2010().items():
        if code not in PARENTS:
            assert population.census_on_today()[code] == count


def test_the_estimate_sums_to_the_civil_registration_total() -> None:
    estimate = population.by_kelurahan()
    assert tuple(sorted(estimate)) == areas.codes("kelurahan")
    assert sum(estimate.values()) == CITY_2025 == population.city_total()
    assert min(estimate.values()) > 0


def test_kecamatan_keep_their_share_of_2019() -> None:
    published = {row["kode"]: int(row["penduduk"]) for row in rows("penduduk_kecamatan_2019")}
    assert set(published) == set(areas.codes("kecamatan"))
    for code, count in published.items():
        share = count / sum(published.values())
        assert population.by_area(code) == pytest.approx(share * CITY_2025, abs=len(areas.members(code)))


def test_areas_add_up_by_level() -> None:
    for level in areas.LEVELS:
        assert sum(population.by_area(code) for code in areas.codes(level)) == CITY_2025


def test_the_city_total_is_the_sum_of_the_sexes() -> None:
    by_sex = [int(row["penduduk"]) for row in rows("penduduk_kota_2025") if row["jenis_kelamin"] != "total"]
    assert by_sex == [736_111, 746_243]
    assert sum(by_sex) == population.city_total()


def test_a_census_that_misses_a_kelurahan_is_a_broken_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(population, "census_on_today", lambda: {"73.71.01.1001": 1.0})
    with pytest.raises(InternalError):
        population._shares_of_2019()


weights = st.dictionaries(st.text("abcdef", min_size=1), st.floats(0.01, 1e6), min_size=1, max_size=30)


@given(weights, st.integers(0, 2_000_000))
def test_rounding_keeps_the_total_and_stays_within_one(shares: dict[str, float], total: int) -> None:
    whole = population._largest_remainder(shares, total)
    exact = {key: value * (total / sum(shares.values())) for key, value in shares.items()}
    assert sum(whole.values()) == total
    assert all(abs(whole[key] - exact[key]) <= 1 for key in shares)


def test_the_largest_remainder_gets_the_person_left_over() -> None:
    assert population._largest_remainder({"a": 1.0, "b": 1.0, "c": 1.0}, 5) == {"a": 2, "b": 2, "c": 1}
    assert population._largest_remainder({"a": 2.6, "b": 1.4}, 4) == {"a": 3, "b": 1}
