"""Which problems one person carries: disjoint combinations of distinct persons, and what of them may leave the office."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.casework import Casework, Overlaps
from ipsm_analytics.cube import Selection
from ipsm_analytics.cube.axes import ALL, slice_codes
from ipsm_analytics.measures.overlaps import combinations
from ipsm_analytics.privacy import Policy, withheld_combinations
from ipsm_analytics.reference import areas, categories
from tests.cubes import BONTORANNU, CASES, CITY, FIRST_QUARTER, MARISO, MATTOANGIN, PANNAMPU, case, months
from tests.facts import Row, casework_of

GROUPS = categories.GROUPS
OUTSIDE, INSIDE = Policy(5, True), Policy(0, False)
PLACES = (BONTORANNU, MATTOANGIN, PANNAMPU)


@cache
def city() -> Casework:
    """The city of tests/cubes.py: Ani, Budi, Cici and Dodi."""
    return casework_of(CASES)


def counted(found: Overlaps) -> dict[str, int]:
    names = np.array(found.slices, dtype=object)
    return {"+".join(names[held]): int(count) for held, count in zip(found.members, found.persons, strict=True)}


class TestOverlaps:
    def test_of_the_small_city(self):
        assert counted(city().overlaps(CITY, FIRST_QUARTER, GROUPS)) == {
            "ANAK+DISABILITAS": 2,
            "LANSIA": 1,
            "KEMISKINAN+LANSIA": 1,
        }

    def test_largest_first_then_the_simpler(self):
        found = city().overlaps(CITY, FIRST_QUARTER, GROUPS)
        assert found.persons.tolist() == [2, 1, 1]
        assert found.members.sum(axis=1).tolist() == [2, 1, 2]

    @pytest.mark.parametrize(
        ("area", "window", "expected"),
        [
            (CITY, months("2026-01"), {"LANSIA": 1, "ANAK+DISABILITAS": 1}),
            (MARISO, FIRST_QUARTER, {"ANAK+DISABILITAS": 1, "LANSIA": 1, "KEMISKINAN+LANSIA": 1}),
            (MATTOANGIN, FIRST_QUARTER, {"KEMISKINAN": 1}),
            (PANNAMPU, months("2026-01", "2026-02"), {}),
        ],
    )
    def test_only_cases_inside_area_and_window_count(self, area: str, window, expected: dict[str, int]):
        assert counted(city().overlaps(area, window, GROUPS)) == expected

    def test_among_a_group_the_other_cases_of_its_persons_count_too(self):
        assert counted(city().overlaps(CITY, FIRST_QUARTER, GROUPS, "LANSIA")) == {"LANSIA": 1, "KEMISKINAN+LANSIA": 1}

    def test_of_categories(self):
        assert counted(city().overlaps(CITY, FIRST_QUARTER, categories.in_group("ANAK"), "ANAK")) == {
            "PPKS-05": 1,
            "PPKS-01+PPKS-05": 1,
        }

    def test_a_person_with_none_of_the_slices_is_one_of_no_combination(self):
        assert counted(city().overlaps(CITY, FIRST_QUARTER, ("PPKS-24",))) == {"": 3, "PPKS-24": 1}

    def test_without_cases_there_is_no_combination(self):
        found = casework_of().overlaps(CITY, FIRST_QUARTER, GROUPS)
        assert (found.members.shape, found.persons.tolist()) == ((0, 5), [])

    @pytest.mark.parametrize(("area", "part"), [("73.71.99", ALL), (CITY, "PPKS-99")])
    def test_what_does_not_exist_is_an_error(self, area: str, part: str):
        with pytest.raises(KeyError):
            city().overlaps(area, FIRST_QUARTER, GROUPS, part)


CATEGORIES = st.lists(st.sampled_from(["PPKS-01", "PPKS-05", "PPKS-08", "PPKS-09", "PPKS-24", "LOK-01"]), max_size=3)
ROWS = st.builds(
    lambda person, month, place, found: case(f"P{person}", f"2026-{month:02d}", place, *found),
    st.integers(0, 7),
    st.integers(1, 4),
    st.sampled_from(PLACES),
    CATEGORIES,
)
AREAS, PARTS = st.sampled_from([*PLACES, MARISO, CITY]), st.sampled_from([ALL, *GROUPS, "PPKS-05", "PPKS-24"])


class TestAlways:
    @given(st.lists(ROWS, max_size=25), AREAS, PARTS, st.sampled_from([GROUPS, tuple(categories.categories())]))
    def test_combinations_sum_to_the_distinct_persons(self, rows: list[Row], area: str, part: str, slices: tuple[str, ...]):
        work = casework_of(rows)
        found = work.overlaps(area, FIRST_QUARTER, slices, part)
        asked = Selection("persons", (area,), (part,), (FIRST_QUARTER,))
        assert found.persons.sum() == work.persons(asked, "reported").item()
        assert len(np.unique(found.members, axis=0)) == len(found.members)

    @given(st.lists(ROWS, max_size=25), AREAS)
    def test_those_with_a_slice_sum_to_its_persons(self, rows: list[Row], area: str):
        work = casework_of(rows)
        found = work.overlaps(area, FIRST_QUARTER, slice_codes())
        asked = Selection("persons", (area,), slice_codes(), (FIRST_QUARTER,))
        assert (found.persons @ found.members).tolist() == work.persons(asked, "reported")[0, :, 0].tolist()

    @given(st.lists(ROWS, min_size=1, max_size=12), ROWS)
    def test_a_further_case_never_lowers_a_persons_combination(self, rows: list[Row], more: Row):
        own = [row for row in rows if row["person_key"] == more["person_key"]]
        before, after = (casework_of(some).overlaps(CITY, months("2026-01", "2026-04"), GROUPS) for some in (own, [*own, more]))
        assert after.persons.tolist() == [1]
        assert not (before.members & ~after.members).any()


def made(slices: tuple[str, ...], **counts: int) -> Overlaps:
    """Combinations written A_B; the empty one is NONE."""
    members = [[code in name.split("_") for code in slices] for name in counts]
    return Overlaps(slices, np.array(members, dtype=bool).reshape(len(counts), len(slices)), np.array([*counts.values()]))


class TestWithheld:
    def test_inside_the_office_nothing_is(self):
        assert not withheld_combinations(made(("A", "B"), A=1, B=2, A_B=3), CITY, INSIDE).any()

    def test_nothing_small_nothing_withheld(self):
        assert not withheld_combinations(made(("A", "B"), A=9, B=5, A_B=5), CITY, OUTSIDE).any()

    def test_a_lone_small_one_takes_others_so_that_no_sum_gives_it_away(self):
        """A_B is small. Of all 59 persons another must go: B, the smallest. Then of A's 33 and the rest of B (A) too."""
        assert withheld_combinations(made(("A", "B"), A=30, B=26, A_B=3), CITY, OUTSIDE).tolist() == [True, True, True]

    def test_each_sum_loses_its_own_smallest_and_the_rest_stays_open(self):
        """A_B and A_C are small, together 7, enough for all and A. B loses B_C, which is enough for C; without A, B goes too;
        without B, A."""
        found = made(("A", "B", "C"), A=30, A_B=4, A_C=3, B=40, C=50, B_C=20, A_B_C=25, NONE=60)
        assert withheld_combinations(found, CITY, OUTSIDE).tolist() == [True, True, True, True, False, True, False, False]

    @pytest.mark.parametrize(("area", "hidden"), [(BONTORANNU, True), (MARISO, False)])
    def test_a_sensitive_group_is_withheld_in_a_kelurahan(self, area: str, hidden: bool):
        found = made(("DISABILITAS", "LANSIA"), DISABILITAS=40, LANSIA=50, NONE=60)
        assert withheld_combinations(found, area, OUTSIDE)[0] == hidden

    @given(st.lists(st.integers(1, 30), min_size=8, max_size=8))
    def test_in_every_known_sum_two_or_none_are_withheld(self, counts: list[int]):
        members = np.array([[position >> bit & 1 for bit in range(3)] for position in range(8)], dtype=bool)
        found = Overlaps(("A", "B", "C"), members, np.array(counts))
        withheld = withheld_combinations(found, CITY, OUTSIDE)
        assert withheld[found.persons < 5].all()
        for inside in (np.ones(8, dtype=bool), *members.T, *~members.T):
            hidden = found.persons[inside & withheld]
            assert len(hidden) == 0 or (len(hidden) >= 2 and hidden.sum() >= 5) or withheld[inside].all()


class TestFrame:
    def test_has_a_row_for_each_combination(self):
        frame = combinations(city(), CITY, FIRST_QUARTER, GROUPS, INSIDE)
        assert frame.to_dict("list") == {
            "kombinasi": ["ANAK+DISABILITAS", "LANSIA", "KEMISKINAN+LANSIA"],
            "banyak": [2, 1, 2],
            "value": [2.0, 1.0, 1.0],
            "status": ["ok"] * 3,
        }

    def test_withheld_ones_are_no_numbers(self):
        frame = combinations(city(), CITY, FIRST_QUARTER, GROUPS, OUTSIDE)
        assert frame["value"].isna().all()
        assert set(frame["status"]) == {"disensor"}

    def test_of_nobody_is_empty(self):
        assert len(combinations(city(), areas.codes("kelurahan")[-1], FIRST_QUARTER, GROUPS, INSIDE)) == 0
