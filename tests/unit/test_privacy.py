"""Who sees what: small cells, sensitive types, and the rest that would give a part away."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.cube import Cube, Selection
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.errors import UserError
from ipsm_analytics.privacy import ROLES, Policy, is_sensitive, policy, release
from ipsm_analytics.reference import areas, categories
from tests.cubes import CITY, MARISO, case, cube_of, months

JANUARY = (months("2026-01"),)
WARDS = areas.members(MARISO)
OUTSIDE, INSIDE = Policy(5, True), Policy(0, False)
SENSITIVE = {"PPKS-03", "PPKS-05", "PPKS-06", "PPKS-07", "PPKS-09", "PPKS-10"}
SENSITIVE |= {"PPKS-14", "PPKS-15", "PPKS-16", "PPKS-17", "PPKS-18", "PPKS-19", "PPKS-25"}


def with_counts(*counts: int, category: str = "PPKS-08") -> Cube:
    """The nth kelurahan of Mariso has the nth number of cases, each of another person."""
    return cube_of(
        case(f"{place} {n}", "2026-01", place, category)
        for place, count in zip(WARDS, counts, strict=False)
        for n in range(count)
    )


def with_service(served: int, verified: int) -> Cube:
    """So many verified persons in the first kelurahan of Mariso, of whom so many were served."""
    states = ["dilayani"] * served + ["verifikasi"] * (verified - served)
    return cube_of(case(f"orang {n}", "2026-01", WARDS[0], "PPKS-08", status=status) for n, status in enumerate(states))


@pytest.mark.parametrize("role", ROLES)
def test_every_export_follows_the_rule_of_the_public(role: str):
    assert policy(role, "ekspor", 5) == policy("publik", "layar", 5) == policy("publik", "ekspor", 5) == OUTSIDE


@pytest.mark.parametrize("role", ["operator", "pimpinan", "korcam"])
def test_inside_the_office_the_screen_shows_all(role: str):
    assert policy(role, "layar", 5) == INSIDE


@pytest.mark.parametrize("role", ["admin", "", "Publik"])
def test_an_unknown_role_sees_nothing(role: str):
    with pytest.raises(UserError, match=r"Peran tidak dikenal.*publik, pimpinan, korcam, operator, auditor"):
        policy(role, "layar", 5)


@pytest.mark.parametrize("quantity", ["cases", "persons"])
def test_one_to_four_are_withheld_and_zero_and_five_are_not(quantity: str):
    cube = with_counts(0, 1, 2, 3, 4, 5, 6)
    selections = (Selection(quantity, WARDS[:7], (ALL, "LANSIA"), JANUARY),)
    assert release(cube, selections, OUTSIDE).withheld[0].tolist() == [[False, True, True, True, True, False, False]] * 2
    assert not release(cube, selections, INSIDE).withheld.any()


@given(st.integers(0, 12), st.integers(0, 12))
def test_the_limit_is_the_policys(count: int, limit: int):
    found = release(with_counts(count), (Selection("cases", WARDS[:1], (ALL,), JANUARY),), Policy(limit, False))
    assert found.withheld.item() == (0 < count < limit)
    assert found.counts[0].values.item() == count


@pytest.mark.parametrize(("sex", "withheld"), [("P", True), ("L", False), (None, False)])
def test_a_part_of_a_profile_is_a_cell_too(sex: str | None, withheld: bool):
    rows = [case(f"orang {n}", "2026-01", WARDS[0], "PPKS-08", jk="P" if n < 3 else "L") for n in range(9)]
    selection = Selection("cases", WARDS[:1], (ALL,), JANUARY, sex)
    assert release(cube_of(rows), (selection,), OUTSIDE).withheld.item() is withheld


@pytest.mark.parametrize("count", [0, 3, 20])
def test_sensitive_types_are_withheld_in_every_kelurahan_whatever_their_number(count: int):
    cube = with_counts(count, category="PPKS-05")
    parts = ("PPKS-05", "DISABILITAS", "ANAK", "PPKS-08", ALL)
    hidden = release(cube, (Selection("cases", WARDS[:1], parts, JANUARY),), OUTSIDE).withheld[0, :, 0].tolist()
    assert hidden == [True, True, count == 3, False, count == 3]
    assert not release(cube, (Selection("cases", WARDS[:1], parts, JANUARY),), INSIDE).withheld.any()


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (3, True), (20, False)])
def test_above_kelurahan_sensitive_types_follow_the_small_cell_rule(count: int, hidden: bool):
    cube = with_counts(count, category="PPKS-05")
    selection = Selection("persons", (MARISO, CITY), ("PPKS-05", "DISABILITAS"), JANUARY)
    assert release(cube, (selection,), OUTSIDE).withheld.tolist() == [[[hidden, hidden]] * 2]


def test_sensitive_are_the_types_marked_so_and_groups_of_nothing_else():
    assert {code for code in categories.categories() if is_sensitive(code)} == SENSITIVE
    assert [group for group in categories.GROUPS if is_sensitive(group)] == ["DISABILITAS"]
    assert set(categories.in_group("DISABILITAS")) <= SENSITIVE
    assert is_sensitive(ALL) is False


@pytest.mark.parametrize(
    ("served", "verified", "hidden"),
    [
        (0, 10, False),
        (1, 10, True),
        (4, 10, True),
        (5, 10, False),
        (6, 10, True),
        (9, 10, True),
        (10, 10, False),
        (3, 3, True),
        (0, 3, True),
        (0, 0, False),
        (20, 25, False),
        (21, 25, True),
    ],
)
def test_a_share_is_withheld_when_part_whole_or_rest_is_small(served: int, verified: int, hidden: bool):
    cells = (WARDS[:1], (ALL,), JANUARY)
    selections = (Selection("persons_served", *cells), Selection("persons_verified", *cells))
    found = release(with_service(served, verified), selections, OUTSIDE)
    assert [counts.values.item() for counts in found.counts] == [served, verified]
    assert found.withheld.item() is hidden
    assert not release(with_service(served, verified), selections, INSIDE).withheld.any()


def test_reports_are_no_persons_and_stay_open():
    found = release(with_counts(1, 2), (Selection("reports", WARDS[:3], (ALL,), JANUARY),), OUTSIDE)
    assert found.counts[0].values[0, 0].tolist() == [1, 1, 0]
    assert not found.withheld.any()


def test_decisions_have_the_shape_of_the_counts():
    cells = (WARDS, (ALL, "LANSIA", "PPKS-05"), (*JANUARY, months("2026-02")))
    found = release(with_counts(1, 7), (Selection("persons_served", *cells), Selection("persons_verified", *cells)), OUTSIDE)
    assert found.withheld.shape == found.counts[0].values.shape == (2, 3, len(WARDS))
    assert found.withheld.dtype == np.bool_
