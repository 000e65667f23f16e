"""Every indicator against a city added up by hand (tests/casecity.py), and every state an answer can be in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from math import exp, log, sqrt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.unseen import linkage
from ipsm_analytics.cube import Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Query
from ipsm_analytics.measures.intervals import byar, wilson
from ipsm_analytics.poverty import Poverty, PovertyFigure
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference.indicators import indicators
from ipsm_analytics.reference.targets import poverty_target
from ipsm_analytics.spm import Key, SpmFigure, SpmFigures, State
from ipsm_analytics.statistics.hidden import chapman
from tests.casecity import AID, CASES, MATCHES, REGISTER, REPORTS, ROSTER, case, entry
from tests.cubes import BONTORANNU, CITY, MARISO, MATTOANGIN, PANNAMPU, TALLO, Row, months
from tests.facts import facts_of

OPERATOR, PUBLIC = policy("operator", "layar", 5), policy("publik", "layar", 5)
QUARTER = months("2026-01", "2026-03")
SPM = {"C01": (3, 4), "C02": (0, 5), "C03": (354, 400), "C04": (12, 10), "C05": (40, 50)}
"""X and Y of the first quarter; the gaps are 1, 5, 46, -2 and 10."""


def reported(service: str, met: int | None, needed: int | None, quarter: int = 1, area: str = CITY) -> SpmFigure:
    state = State.UNASSESSED if needed is None else State.REPORTED
    return SpmFigure(Key(service, 2026, quarter, area), state, met, needed)


def spm_of(*figures: SpmFigure) -> SpmFigures:
    return SpmFigures({figure.key: figure for figure in figures})


def published(year: int, percent: float, *, disputed: bool = False) -> PovertyFigure:
    return PovertyFigure(year, percent, "BPS", "", below_target=False, disputed=disputed)


WHOLE_SPM = spm_of(*(reported(service, *pair) for service, pair in SPM.items()))
POVERTY = Poverty((published(2022, 4.58, disputed=True), published(2024, 4.97), published(2025, 4.43)), poverty_target())


def with_published(facts: Facts, spm: SpmFigures = WHOLE_SPM, poverty: Poverty = POVERTY, today: date | None = None) -> Facts:
    counted = {name: getattr(facts, name) for name in ("casework", "quality", "registers", "matches")}
    return Facts.of(facts.cube, today or facts.today, spm=spm, poverty=poverty, **counted)


@cache
def city() -> Facts:
    return with_published(facts_of(CASES, REPORTS, ROSTER, REGISTER, AID, MATCHES))


def asked(facts: Facts, code: str, *by: str, public: bool = False, **more: Any) -> pd.DataFrame:
    return query(facts, Query(code, by, **more), PUBLIC if public else OPERATOR)


def status(facts: Facts, code: str, *, public: bool = False, **more: Any) -> str:
    return str(asked(facts, code, public=public, **more).loc[0, "status"])


def counted(frame: pd.DataFrame) -> list[tuple[float, float]]:
    return list(zip(frame["numerator"], frame["denominator"], strict=True))


class Expected(NamedTuple):
    """Numbers of an indicator in the whole city; `limits` are the two ends in its unit, None where there is none."""

    numerator: float | None
    denominator: float | None
    value: float | None
    limits: tuple[float | None, float | None] = (None, None)
    status: str = "ok"


def share(part: int, whole: int) -> Expected:
    low, high = wilson(part, whole)
    return Expected(part, whole, 100 * part / whole, (100 * float(low), 100 * float(high)), "ok" if part else "nol")


def rate(count: int, per: int, scale: int) -> Expected:
    low, high = byar(count)
    return Expected(count, per, scale * count / per, (scale * float(low) / per, scale * float(high) / per))


def count(number: int) -> Expected:
    return Expected(number, None, number)


TABLE: Mapping[str, Expected] = {
    "K01": count(13),
    "K02": count(10),
    "K03": rate(10, 1_482_354, 10_000),
    "R01": share(7, 3 * 153),
    "R02": share(2, 2 * 153),
    "R03": share(3, 4),
    "R04": share(13, 13),
    "R04-NIK": share(11, 13),
    "R04-GANDA": share(1, 12),
    "C06": share(3, 7),
    "S01": share(5, 8),
    "S02": Expected(2, 11, None, (4, None), "belum_tercapai"),
    "S02-P90": Expected(2, 11, None, status="belum_tercapai"),
    "S03": count(10),
    "S04": share(3, 5),
    "F01": count(13),
    "F01-ORANG": count(10),
    "B01": rate(10, 3, 1),
    "D01": share(2, 6),
    "D02": Expected(15, None, None, status="tidak_dihitung"),
    "T01": share(4, 7),
    "T02": share(3, 5),
    "C01": share(3, 4),
    "C02": share(0, 5),
    "C03": share(354, 400),
    "C04": Expected(12, 10, 120),
    "C05": share(40, 50),
    "C07": Expected(409, 469, 60),
    "P01": Expected(None, None, 4.43),
}
"""R02: 2 of two months due. R04-GANDA: Budi twice on one day, Eka is nobody known. D01: Hadi cannot be matched.

S02: served after 4 and 19 days; of 11 cases 9 were under watch on day 4 and 6 on day 19, so 8/9 and 20/27 still wait.
"""


class TestTable:
    def test_every_indicator_has_an_exact_row(self):
        assert set(TABLE) == set(indicators())

    @pytest.mark.parametrize("code", list(indicators()))
    def test_of_the_whole_city(self, code: str):
        (row,) = asked(city(), code).to_dict("records")
        expected = TABLE[code]
        assert (row["kode_kota"], row["status"]) == (CITY, expected.status)
        for name, number in zip(("numerator", "denominator", "value"), expected[:3], strict=True):
            assert row[name] == pytest.approx(np.nan if number is None else number, nan_ok=True), name
        for name, limit in zip(("lower", "upper"), expected.limits, strict=True):
            assert row[name] == pytest.approx(np.nan if limit is None else limit, nan_ok=True), name

    @pytest.mark.parametrize("code", list(indicators()))
    def test_all_answer_in_the_same_columns(self, code: str):
        columns = ["kode_kota", "kota", "value", "numerator", "denominator", "lower", "upper", "status"]
        assert list(asked(city(), code, window=QUARTER).columns) == columns

    @pytest.mark.parametrize(
        ("code", "mariso", "tallo"),
        [
            ("K01", (9, None), (4, None)),
            ("R01", (5, 27), (2, 45)),
            ("R02", (1, 18), (1, 30)),
            ("R03", (2, 3), (1, 1)),
            ("R04-NIK", (9, 9), (2, 4)),
            ("C06", (2, 5), (1, 2)),
            ("S01", (3, 6), (2, 2)),
            ("S03", (7, None), (3, None)),
            ("S04", (2, 4), (1, 1)),
            ("B01", (7, 2), (3, 1)),
            ("D01", (2, 5), (0, 1)),
            ("T01", (3, 5), (1, 2)),
            ("T02", (1, 3), (2, 2)),
        ],
    )
    def test_by_kecamatan(self, code: str, mariso: tuple[float, float], tallo: tuple[float, float]):
        frame = asked(city(), code, "kecamatan").set_index("kode_kecamatan")
        found = [tuple(frame.loc[place, ["numerator", "denominator"]]) for place in (MARISO, TALLO)]
        for row, expected in zip(found, (mariso, tallo), strict=True):
            assert row == pytest.approx(tuple(np.nan if part is None else part for part in expected), nan_ok=True)


class TestSpm:
    @pytest.mark.parametrize(
        ("figure", "numbers", "expected"),
        [
            (reported("C03", 354, 400), (354, 400, 88.5), "ok"),
            (reported("C03", 0, 400), (0, 400, 0), "nol"),
            (reported("C03", 12, 10), (12, 10, 120), "ok"),
            (reported("C03", 0, 0), (0, 0, np.nan), "penyebut_kecil"),
            (reported("C03", 7, None), (7, np.nan, np.nan), "sasaran_belum_ada"),
        ],
    )
    def test_what_is_reported(self, figure: SpmFigure, numbers: tuple[float, ...], expected: str):
        (row,) = asked(with_published(city(), spm_of(figure)), "C03").to_dict("records")
        assert [row["numerator"], row["denominator"], row["value"]] == pytest.approx(numbers, nan_ok=True)
        assert row["status"] == expected

    def test_more_served_than_targeted_has_no_interval_and_is_not_cut(self):
        (row,) = asked(city(), "C04").to_dict("records")
        assert row["value"] == pytest.approx(120)
        assert np.isnan([row["lower"], row["upper"]]).all()

    @pytest.mark.parametrize(("today", "expected"), [(date(2026, 4, 20), "belum_tempo"), (date(2026, 4, 21), "belum_lapor")])
    def test_nothing_reported_is_missing_once_it_was_due(self, today: date, expected: str):
        facts = with_published(city(), spm_of(), today=today)
        for code in ("C01", "C02", "C03", "C04", "C05", "C07"):
            (row,) = asked(facts, code).to_dict("records")
            assert row["status"] == expected
            assert np.isnan([row[name] for name in ("value", "numerator", "denominator")]).all()

    def test_a_window_in_which_no_quarter_ends_has_nothing_due(self):
        assert status(city(), "C03", window=months("2026-01", "2026-02")) == "belum_tempo"

    def test_the_newest_quarter_that_ends_in_the_window_speaks(self):
        facts = with_published(city(), spm_of(reported("C03", 100, 400), reported("C03", 150, 400, quarter=2)))
        windows = (QUARTER, months("2026-01", "2026-06"), months("2026-01", "2026-08"))
        assert [asked(facts, "C03", window=window).loc[0, "numerator"] for window in windows] == [100, 150, 150]

    def test_quarters_are_cut_at_their_ends(self):
        facts = with_published(city(), spm_of(reported("C03", 100, 400), reported("C03", 150, 400, quarter=2)))
        frame = asked(facts, "C03", "triwulan", window=months("2025-11", "2026-08"))
        assert frame["triwulan"].tolist() == ["2025 TW4", "2026 TW1", "2026 TW2", "2026 TW3"]
        assert frame["status"].tolist() == ["belum_lapor", "ok", "ok", "belum_tempo"]
        assert frame["value"].tolist() == pytest.approx([np.nan, 25, 37.5, np.nan], nan_ok=True)

    def test_a_kecamatan_is_not_filled_from_the_city_nor_the_city_from_it(self):
        facts = with_published(city(), spm_of(reported("C03", 10, 20, area=TALLO)), today=date(2026, 5, 1))
        assert status(facts, "C03") == "belum_lapor"
        frame = asked(facts, "C03", "kecamatan").set_index("kode_kecamatan")
        assert frame.loc[TALLO, "value"] == pytest.approx(50)
        assert (frame["status"] == "belum_lapor").sum() == 14

    def test_the_gap_of_each_service(self):
        frame = asked(city(), "C07", "layanan")
        assert frame["layanan"].tolist() == ["C01", "C02", "C03", "C04", "C05"]
        assert frame["value"].tolist() == [1, 5, 46, -2, 10]
        assert counted(frame) == [(float(met), float(needed)) for met, needed in SPM.values()]

    def test_no_gap_left_is_zero(self):
        assert asked(with_published(city(), spm_of(reported("C01", 9, 9))), "C07", traits=(("layanan", "C01"),)).loc[
            0, ["value", "status"]
        ].tolist() == [0, "nol"]

    @pytest.mark.parametrize(("figure", "expected"), [(reported("C05", 40, None), "sasaran_belum_ada"), (None, "belum_tempo")])
    def test_the_sum_of_gaps_lacks_what_one_service_lacks(self, figure: SpmFigure | None, expected: str):
        others = [reported(service, *pair) for service, pair in SPM.items() if service != "C05"]
        facts = with_published(city(), spm_of(*others, *([figure] if figure else [])))
        assert asked(facts, "C07").loc[0, ["value", "status"]].tolist() == pytest.approx([np.nan, expected], nan_ok=True)

    @pytest.mark.parametrize(
        ("code", "expected"),
        [("C01", "disensor"), ("C02", "ok_zero"), ("C03", "ok"), ("C04", "disensor"), ("C05", "ok"), ("C07", "disensor")],
    )
    def test_the_public_sees_no_small_x_y_or_gap(self, code: str, expected: str):
        """C01: X is 3. C04: two more served than targeted. C07 holds both. C02: X is 0, Y and gap are 5."""
        (row,) = asked(city(), code, public=True).to_dict("records")
        assert row["status"] == expected.replace("ok_zero", "nol")
        assert np.isnan([row["value"], row["numerator"], row["denominator"]]).all() == (expected == "disensor")


class TestPoverty:
    @pytest.mark.parametrize(
        ("window", "value"),
        [
            (months("2026-01", "2026-03"), 4.43),
            (months("2024-01", "2025-01"), 4.43),
            (months("2024-12"), 4.97),
            (months("2023-05"), None),
            (months("2022-01", "2022-12"), None),
        ],
    )
    def test_the_newest_by_the_end_of_the_window(self, window: Window, value: float | None):
        (row,) = asked(city(), "P01", window=window).to_dict("records")
        assert row["value"] == pytest.approx(np.nan if value is None else value, nan_ok=True)
        assert row["status"] == ("belum_lapor" if value is None else "ok")

    def test_by_year_only_the_year_itself_and_none_that_is_disputed(self):
        frame = asked(city(), "P01", "tahun", window=months("2022-01", "2026-12"))
        assert frame["tahun"].tolist() == ["2022", "2023", "2024", "2025", "2026"]
        assert frame["value"].tolist() == pytest.approx([np.nan, np.nan, 4.97, 4.43, np.nan], nan_ok=True)
        assert frame["status"].tolist() == ["belum_lapor", "belum_lapor", "ok", "ok", "belum_lapor"]

    @pytest.mark.parametrize("public", [False, True])
    def test_it_has_no_parts_and_no_interval_and_is_nobodys_secret(self, public: bool):
        (row,) = asked(city(), "P01", public=public).to_dict("records")
        assert np.isnan([row[name] for name in ("numerator", "denominator", "lower", "upper")]).all()
        assert row["status"] == "ok"

    @pytest.mark.parametrize("by", ["kecamatan", "kelurahan"])
    def test_only_the_city_has_it(self, by: str):
        with pytest.raises(UserError, match="hanya ada untuk kota"):
            asked(city(), "P01", by)
