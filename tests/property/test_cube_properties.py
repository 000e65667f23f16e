"""For any rows: the cube answers what counting the rows one by one answers."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics import schema
from ipsm_analytics.cube import Cube, Month, Selection, Window, build
from ipsm_analytics.cube.axes import AGE_LABELS, ALL, SEX_LABELS, slice_codes
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.linking.decisions import canonical_keys
from ipsm_analytics.reference import areas, categories
from tests.cubes import Row, case, case_table, cube_of, months, nihil, report_table

KELURAHAN = (*areas.members("73.71.01")[:3], *areas.members("73.71.07")[:2], areas.codes("kelurahan")[-1])
PLACES = (*KELURAHAN, "73.71.01", "73.71.07", "73.71.15", areas.CITY)
CODES = ("PPKS-01", "PPKS-05", "PPKS-08", "PPKS-09", "PPKS-24", "LOK-01")
YEAR = [f"2026-{month:02d}" for month in range(1, 9)]
STAGE_OF = {"persons": 0, "persons_verified": 1, "persons_served": 2}
FREELY = settings(max_examples=60)

cases = st.lists(
    st.builds(
        lambda person, month, place, codes, status, sex, age, served: case(
            person, month, place, *codes, status=status, jk=sex, usia=age, tgl_layanan_pertama=served
        ),
        st.sampled_from("ABCDE"),
        st.sampled_from([*YEAR, "2024-11"]),
        st.sampled_from(KELURAHAN),
        st.sets(st.sampled_from(CODES), min_size=1, max_size=3).map(sorted),
        st.sampled_from(schema.STATUSES),
        st.sampled_from(["L", "P", None]),
        st.sampled_from([0, 5, 6, 17, 18, 59, 60, 99, None]),
        st.sampled_from([None, None, date(2026, 9, 1)]),
    ),
    max_size=40,
)
reports = st.lists(st.builds(nihil, st.sampled_from(KELURAHAN), st.sampled_from(YEAR)), max_size=12)
month = st.sampled_from(months("2024-09", "2026-10").months())
windows = st.lists(st.builds(lambda one, other: Window(min(one, other), max(one, other)), month, month), min_size=1, max_size=4)
places = st.lists(st.sampled_from(PLACES), min_size=1, max_size=4, unique=True)
slices = st.lists(st.sampled_from([ALL, *categories.GROUPS, *CODES]), min_size=1, max_size=4, unique=True)


def belongs(row: Row, part: str) -> bool:
    carried = row["kategori"]
    known = categories.categories()
    return part == ALL or part in carried or any(part in known[code].groups for code in carried)


def inside(row: Row, place: str, window: Window) -> bool:
    reported = Month.of(row.get("tgl_lapor") or row["bulan"])
    return row["kode_kelurahan"] in areas.members(place) and window.first <= reported <= window.last


def stage(row: Row) -> int:
    if row["status"] in ("dilayani", "selesai") or row["tgl_layanan_pertama"]:
        return 2
    return int(row["status"] in ("verifikasi", "asesmen", "dirujuk"))


def sex_label(row: Row) -> str:
    return row["jk"] or SEX_LABELS[-1]


def age_label(row: Row) -> str:
    age = row["usia"]
    if age is None:
        return AGE_LABELS[-1]
    return "0-5" if age <= 5 else "6-17" if age <= 17 else "18-59" if age <= 59 else "60+"


def counted(rows: list[Row], quantity: Quantity, place: str, part: str, window: Window, sex: str | None, age: str | None) -> int:
    """The count by looking at every row."""
    found = [row for row in rows if inside(row, place, window) and belongs(row, part)]
    if quantity == "cases":
        return sum(sex in (None, sex_label(row)) and age in (None, age_label(row)) for row in found)
    return len({row["person_key"] for row in found if stage(row) >= STAGE_OF[quantity]})


def by_hand(rows: list[Row], selection: Selection) -> list[list[list[int]]]:
    return [
        [
            [counted(rows, selection.quantity, place, part, window, selection.sex, selection.age) for place in selection.areas]
            for part in selection.slices
        ]
        for window in selection.windows
    ]


@FREELY
@given(cases, reports, places, slices, windows, st.sampled_from(["cases", "persons", "persons_verified", "persons_served"]))
def test_every_selection_equals_counting_the_rows(rows, silent, where, parts, when, quantity):
    cube = cube_of(rows, silent)
    selection = Selection(quantity, tuple(where), tuple(parts), tuple(when))
    assert cube.select(selection).values.tolist() == by_hand(rows, selection)


@FREELY
@given(cases, places, slices, windows, st.sampled_from([None, *SEX_LABELS]), st.sampled_from([None, *AGE_LABELS]))
def test_the_profile_equals_counting_the_rows(rows, where, parts, when, sex, age):
    selection = Selection("cases", tuple(where), tuple(parts), tuple(when), sex, age)
    assert cube_of(rows).select(selection).values.tolist() == by_hand(rows, selection)


@FREELY
@given(cases, reports, places, windows)
def test_reports_equal_counting_the_months_in_which_anything_came(rows, silent, where, when):
    found = cube_of(rows, silent).select(Selection("reports", tuple(where), (ALL,), tuple(when)))
    came = {(row["kode_kelurahan"], Month.of(row.get("tgl_lapor") or row["bulan"])) for row in (*rows, *silent)}
    by_rows = [
        [sum(code in areas.members(place) and window.first <= at <= window.last for code, at in came) for place in where]
        for window in when
    ]
    assert found.reported.tolist() == by_rows
    assert found.values[:, 0, :].tolist() == by_rows
    assert found.expected.tolist() == [[window.length * len(areas.members(place)) for place in where] for window in when]


def table(cube: Cube, quantity: Quantity, level: str, *when: Window) -> np.ndarray:
    """(windows × slices × areas of a level) counts."""
    return cube.select(Selection(quantity, areas.codes(level), slice_codes(), when)).values


@FREELY
@given(cases)
def test_cases_add_up_over_kelurahan_and_months(rows):
    cube = cube_of(rows)
    span = months("2024-11", "2026-08")
    by_month = table(cube, "cases", "kelurahan", *(Window(one, one) for one in span.months()))
    whole = table(cube, "cases", "kelurahan", span)
    assert np.array_equal(by_month.sum(axis=0), whole[0])
    assert np.array_equal(whole.sum(axis=2), table(cube, "cases", "kota", span)[:, :, 0])
    assert np.array_equal(table(cube, "cases", "kecamatan", span).sum(axis=2), table(cube, "cases", "kota", span)[:, :, 0])
    assert whole[0, 0].sum() == cube.total_cases == len(rows)


@FREELY
@given(cases, windows)
def test_persons_never_exceed_cases_nor_a_later_stage_an_earlier(rows, when):
    cube = cube_of(rows)
    for level in areas.LEVELS:
        counts = [table(cube, quantity, level, *when) for quantity in ("persons_served", "persons_verified", "persons", "cases")]
        for fewer, more in pairwise(counts):
            assert (fewer <= more).all()


@FREELY
@given(cases, windows)
def test_persons_of_a_place_lie_between_the_largest_part_and_the_sum_of_parts(rows, when):
    cube = cube_of(rows)
    parts, whole = table(cube, "persons", "kelurahan", *when), table(cube, "persons", "kota", *when)[:, :, 0]
    assert (parts.max(axis=2) <= whole).all()
    assert (whole <= parts.sum(axis=2)).all()


@FREELY
@given(cases, reports, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, silent, chance):
    one = cube_of(rows, silent)
    other = cube_of(chance.sample(rows, len(rows)), chance.sample(silent, len(silent)))
    for name in ("cases", "profile", "reports", "busy"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    for reached, levels in one.persons.items():
        assert all(np.array_equal(*pair) for pair in zip(levels, other.persons[reached], strict=True))
    assert (one.span, one.cutoff) == (other.span, other.cutoff)


KEYS = [f"orang-{number}" for number in range(6)]
links = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda pair: pair[0] != pair[1]), max_size=8)


@FREELY
@given(st.lists(st.sampled_from(KEYS), max_size=12), links)
def test_persons_declared_the_same_count_once_and_no_case_is_lost(people, same):
    rows = [case(person, "2026-01", areas.codes("kelurahan")[0], "PPKS-08") for person in people]
    cube = build(case_table(rows), report_table([]), 1, canonical_keys(same, []))
    groups = [{person} for person in set(people)]
    for left, right in same:
        joined = [group for group in groups if group & {left, right}]
        groups = [group for group in groups if group not in joined] + [set().union({left, right}, *joined)]
    groups = [group for group in groups if group & set(people)]
    window = months("2026-01")
    assert cube.select(Selection("cases", (areas.CITY,), (ALL,), (window,))).values.item() == len(people)
    assert cube.select(Selection("persons", (areas.CITY,), (ALL,), (window,))).values.item() == len(groups)
