"""For any history between two meetings: parts sum to the change, areas to the city, and the ends are what the meetings saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ipsm_analytics import schema
from ipsm_analytics.answers import query
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.linking.decisions import canonical_keys
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor.movement import FIGURES, Standing
from ipsm_analytics.rakor.states import PARTS, Records
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from tests.cubes import Row, months
from tests.records import PEOPLE, facts, found, records, told, way

OPEN = Policy(0, sensitive_to_kecamatan=False)
PLACES = (*areas.members("73.71.01")[:3], *areas.members("73.71.07")[:2], areas.codes("kelurahan")[-1])
MONTHS = [f"2026-{month:02d}" for month in range(1, 8)]
CODES = ("PPKS-01", "PPKS-05", "PPKS-08", "PPKS-09", "PPKS-24", "LOK-01")
PERSONS = "ABCDEFG"
FIRST = months("2026-01", "2026-07")
days = st.dates(date(2026, 1, 1), date(2026, 7, 31))
progress = st.fixed_dictionaries(
    {"status": st.sampled_from(schema.STATUSES), "hasil": st.sampled_from([None, "pindah"])},
    optional={"tgl_verifikasi": days, "tgl_layanan_pertama": days, "tgl_selesai": days, "import_id": st.just("sicadas")},
)
handling = st.one_of(st.just({"status": "baru"}), progress)
codes = st.sets(st.sampled_from(CODES), min_size=1, max_size=3).map(sorted)
places, months_ = st.sampled_from(PLACES), st.sampled_from(MONTHS)
numbers = st.integers(0, 30)


@dataclass
class Office:
    """What the office holds at a moment, changed by one step after another."""

    cases: dict[str, Row] = field(default_factory=dict)
    reports: dict[str, Row] = field(default_factory=dict)
    same: list[tuple[str, str]] = field(default_factory=list)
    window: Window = FIRST
    today: date = date(2026, 5, 5)
    factor: int = 1

    def seen(self) -> Records:
        """All of it as a meeting freezes it."""
        people = {code: count * self.factor for code, count in PEOPLE.items()}
        changes = {"same": canonical_keys(self.same, ()), "window": self.window, "today": self.today, "people": people}
        return replace(records(self.cases.values(), self.reports.values()), **changes)


Step = Callable[[Office], None]


def imported(person: str, month: str, place: str, kinds: list[str], more: dict[str, Any], number: int) -> Step:
    def take(office: Office) -> None:
        key = f"{person}-{number}"
        office.cases[key] = found(key, month, place, *kinds, **more)

    return take


def corrected(number: int, change: dict[str, Any]) -> Step:
    def mend(office: Office) -> None:
        if office.cases:
            key = sorted(office.cases)[number % len(office.cases)]
            office.cases[key] = {**office.cases[key], **change}

    return mend


def withdrawn(number: int) -> Step:
    def undo(office: Office) -> None:
        for rows in (office.cases, office.reports):
            if rows:
                del rows[sorted(rows)[number % len(rows)]]

    return undo


def reported(place: str, month: str, received: date | None) -> Step:
    def tell(office: Office) -> None:
        row = told(place, month, received)
        office.reports[str(row["report_id"])] = row

    return tell


def decided(one: str, other: str) -> Step:
    def decide(office: Office) -> None:
        pair = (min(one, other), max(one, other))
        if pair in office.same:
            office.same.remove(pair)
        elif one != other:
            office.same.append(pair)

    return decide


def moved_on(first: int, last: int) -> Step:
    def go(office: Office) -> None:
        start = Month(2026, 1).plus(first)
        office.window = Window(start, start.plus(last))
        office.today = office.window.last.plus(1).first_day

    return go


def counted_anew(factor: int) -> Step:
    def count(office: Office) -> None:
        office.factor = factor

    return count


changes = st.one_of(
    st.fixed_dictionaries({"kode_kelurahan": places}),
    st.fixed_dictionaries({"kategori": codes}),
    progress,
    st.fixed_dictionaries({"person_key": st.sampled_from(PERSONS), "tgl_lapor": days}),
)
early = st.builds(imported, st.sampled_from(PERSONS), st.sampled_from(MONTHS[:4]), places, codes, handling, numbers)
imports = st.builds(imported, st.sampled_from(PERSONS), months_, places, codes, handling, numbers)
decisions = st.builds(decided, st.sampled_from(PERSONS), st.sampled_from(PERSONS))
steps = st.one_of(
    imports,
    imports,
    st.builds(corrected, numbers, changes),
    st.builds(corrected, numbers, progress),
    st.builds(withdrawn, numbers),
    st.builds(reported, places, months_, st.one_of(st.none(), days)),
    decisions,
    st.builds(moved_on, st.integers(-1, 3), st.integers(0, 5)),
    st.builds(counted_anew, st.integers(1, 3)),
)


@st.composite
def meetings(draw: st.DrawFn) -> tuple[Records, Records]:
    """What two meetings saw, some steps apart."""
    office = Office()
    for step in draw(st.lists(early, min_size=20, max_size=30)) + draw(st.lists(steps, max_size=4)):
        step(office)
    before = office.seen()
    for step in draw(st.lists(steps, min_size=4, max_size=10)) + draw(st.lists(decisions, max_size=2)):
        step(office)
    return before, office.seen()


@settings(max_examples=60, deadline=None)
@given(meetings(), st.sampled_from(areas.LEVELS), st.sampled_from([(), ("kelompok",), ("kategori",)]))
def test_parts_sum_to_the_change_and_the_ends_are_those_of_query(both, level, part):
    moved = way(*both)
    ends = [facts(seen) for seen in both]
    for code in FIGURES:
        item = indicator(code)
        question = Query(code, (level, *(part if item.splits else ())))
        split = moved.split(question, OPEN)
        whole = split[split["keadaan"] == Standing.SPLIT]
        parts = whole[[one.value for one in PARTS]].to_numpy()
        assert not np.isnan(parts).any()
        change = (whole["sesudah"] - whole["sebelum"]).to_numpy()
        np.testing.assert_allclose(parts.sum(axis=1), change, rtol=0, atol=1e-9 if item.denominator else 0)
        for name, seen, held in zip(("sebelum", "sesudah"), both, ends, strict=True):
            answer = query(held, replace(question, window=seen.window), OPEN)
            known = answer["value"].notna()
            assert (split[f"status_{name}"] == answer["status"].astype(str)).all()
            assert (split[name][known] == answer["value"][known]).all()


@settings(max_examples=15, deadline=None)
@given(meetings(), st.sampled_from(["SEMUA", "ANAK", "LANSIA", "PPKS-05"]))
def test_cases_of_the_kelurahan_sum_to_the_city_part_by_part(both, slice_code):
    moved = way(*both)
    columns = ["sebelum", *(part.value for part in PARTS), "sesudah"]
    city, *others = (
        moved.split(Query("K01", (level,), slice=slice_code), OPEN)[columns].sum().tolist() for level in areas.LEVELS
    )
    assert others == [city, city]


@settings(max_examples=15, deadline=None)
@given(meetings(), st.sampled_from(["K01", "K02", "K03", "C06", "S01"]))
def test_what_leaves_the_office_never_lets_one_kecamatan_be_told_by_the_others(both, code):
    rule = Policy(5, sensitive_to_kecamatan=True)
    split, open_ = (way(*both).split(Query(code, ("kecamatan",)), one) for one in (rule, OPEN))
    withheld = split["keadaan"] == Standing.WITHHELD
    assert withheld.sum() != 1
    names = [part.value for part in PARTS]
    shown = split[split["keadaan"] == Standing.SPLIT]
    assert (shown[names] == open_.loc[shown.index, names]).all(axis=None)
    if code in ("K01", "K02"):
        assert not ((shown[names].abs() > 0) & (shown[names].abs() < 5)).any(axis=None)
