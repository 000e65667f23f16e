"""Every indicator against a city added up by hand (tests/casecity.py), and every state an answer can be in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
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
from ipsm_analytics.measures.intervals import byar, widened, wilson
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


def returning(count: int, per: int, dispersion: float) -> Expected:
    low, high = widened(count, dispersion)
    return Expected(count, per, count / per, (float(low) / per, float(high) / per))


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
    "J01": share(7, 10),
    "J02": share(6, 7),
    "J03": share(3, 6),
    "J04": Expected(1, 3, None, status="penyebut_kecil"),
    "S01": share(5, 8),
    "S02": Expected(2, 11, None, (4, None), "belum_tercapai"),
    "S02-P90": Expected(2, 11, None, status="belum_tercapai"),
    "S03": count(10),
    "S04": share(3, 5),
    "F01": count(13),
    "F01-ORANG": count(10),
    "B01": returning(10, 3, 14 / 10),
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

B01: Ani and Budi have two of the ten open cases each, a variance of (4 + 4 + 6) / 10 times that of a Poisson count.
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
        [("C01", "disensor"), ("C02", "nol"), ("C03", "ok"), ("C04", "disensor"), ("C05", "ok"), ("C07", "disensor")],
    )
    def test_the_public_sees_no_small_x_y_or_gap(self, code: str, expected: str):
        """C01: X is 3. C04: two more served than targeted. C07 holds both. C02: X is 0, Y and gap are 5."""
        (row,) = asked(city(), code, public=True).to_dict("records")
        assert row["status"] == expected
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


def waited(served: Sequence[int], still_open: Sequence[int] = ()) -> Facts:
    """Cases in Pannampu served after so many days, and open ones that have waited so many; the data end on 31 March."""
    end, start = date(2026, 3, 31), date(2026, 1, 1)
    done = [
        case(f"L{number}", PANNAMPU, "01-01", "dilayani", "PPKS-08", served=f"{start + timedelta(days):%m-%d}")
        for number, days in enumerate(served)
    ]
    waiting = [
        case(f"T{number}", PANNAMPU, f"{end - timedelta(days):%m-%d}", "baru", "PPKS-08", masuk="03-31")
        for number, days in enumerate(still_open)
    ]
    return facts_of([*done, *waiting])


class TestWaits:
    @pytest.mark.parametrize(
        ("code", "served", "still_open", "expected"),
        [
            ("S02", range(1, 11), (), (10, 10, 5, "ok")),
            ("S02-P90", range(1, 11), (), (10, 10, 9, "ok")),
            ("S02", [2] * 5 + [5] * 2, [3] * 3 + [30] * 2, (7, 12, 5, "ok")),
            ("S02-P90", [2] * 5 + [5] * 2, [3] * 3 + [30] * 2, (7, 12, np.nan, "belum_tercapai")),
            ("S02", [2] * 5, [30] * 6, (5, 11, np.nan, "belum_tercapai")),
            ("S02", [], [30] * 10, (0, 10, np.nan, "belum_tercapai")),
            ("S02", [0] * 6, [9] * 4, (6, 10, 0, "nol")),
            ("S02", [2] * 9, (), (9, 9, np.nan, "penyebut_kecil")),
            ("S02-P90", [2] * 4, [5] * 5, (4, 9, np.nan, "penyebut_kecil")),
        ],
    )
    def test_kaplan_meier_by_hand(
        self, code: str, served: Sequence[int], still_open: Sequence[int], expected: tuple[float, float, float, str]
    ):
        """Third row: 7/12 wait after day 2, three leave the watch, half of the other four are served on day 5: 7/24."""
        (row,) = asked(waited(served, still_open), code).to_dict("records")
        assert [row["numerator"], row["denominator"], row["value"]] == pytest.approx(expected[:3], nan_ok=True)
        assert row["status"] == expected[3]

    def test_the_interval_holds_the_days_on_which_the_band_contains_one_half(self):
        """Ten cases, one served a day: S = 1 - d/10 and Greenwood's sum d / (10 (10 - d)) after day d."""
        (row,) = asked(waited(range(1, 11)), "S02").to_dict("records")
        lower = [day for day in range(1, 10) if _log_log(1 - day / 10, day / (10 * (10 - day)), 1.96) <= 0.5]
        upper = [day for day in range(1, 10) if _log_log(1 - day / 10, day / (10 * (10 - day)), -1.96) <= 0.5]
        assert (row["lower"], row["upper"]) == (lower[0], upper[0])

    def test_a_silent_place_is_not_a_short_list(self):
        assert status(waited([2] * 12), "S02", area=MATTOANGIN) == "belum_lapor"
        assert status(waited([2] * 12), "S02", area=PANNAMPU) == "ok"

    @pytest.mark.parametrize(
        ("served", "waiting", "expected"),
        [(7, 5, "ok"), (7, 4, "disensor"), (4, 8, "disensor"), (12, 0, "ok"), (3, 0, "disensor"), (0, 12, "belum_tercapai")],
    )
    def test_the_public_sees_neither_few_served_nor_few_waiting(self, served: int, waiting: int, expected: str):
        (row,) = asked(waited([2] * served, [30] * waiting), "S02", public=True).to_dict("records")
        assert row["status"] == expected
        assert np.isnan([row["numerator"], row["denominator"], row["value"]]).all() == (expected == "disensor")


def _log_log(survival: float, greenwood: float, z: float) -> float:
    return survival ** exp(z * sqrt(greenwood) / -log(survival))


Lists = tuple[str, int, int, int]
"""Kelurahan, persons found by PSM, persons in the register, persons in both."""


def listed(*lists: Lists) -> Facts:
    """Verified cases of PPKS-08 and a register, neighbours of the same number being one person."""
    cases = [
        case(f"{place}-{number}", place, "01-05", "verifikasi", "PPKS-08")
        for place, found, _, _ in lists
        for number in range(found)
    ]
    register = [
        entry(f"R{place}-{number}", place, None, None, kategori=["PPKS-08"])
        for place, _, known, _ in lists
        for number in range(known)
    ]
    matches = {
        f"{place}-{number}": ("padan", f"R{place}-{number}") if number < both else ("tidak padan", "")
        for place, found, _, both in lists
        for number in range(found)
    }
    return facts_of(cases, register=register, matches=matches)


class Chapman(NamedTuple):
    """Persons seen, persons in neither list, what carries the uncertainty of linking, and the variance by chance."""

    seen: float
    unseen: float
    raised: float
    sampling: float


def corrected(found: int, known: int, both: int) -> Chapman:
    """Chapman's estimate with the links thinned by recall over precision."""
    factor = linkage().factor
    seen = found + known - both / factor
    raised = factor * (found + 1) * (known + 1) / (both + 1)
    product = factor**2 * (found + 1) * (found + 2) * (known + 1) * (known + 2) / ((both + 1) * (both + 2))
    return Chapman(seen, raised - 1 - seen, raised, raised**2 + raised - product)


def around(unseen: float, raised: float, sampling: float) -> tuple[float, float]:
    """Log-normal limits."""
    width = exp(1.959964 * sqrt(log(1 + (sampling + raised**2 * linkage().relative_variance) / unseen**2)))
    return unseen / width, unseen * width


class TestHidden:
    def test_a_kecamatan_by_hand(self):
        (row,) = asked(listed((PANNAMPU, 40, 60, 30)), "D02", area=TALLO).to_dict("records")
        expected = corrected(40, 60, 30)
        assert row["status"] == "ok"
        assert (row["numerator"], row["value"]) == (round(expected.seen), pytest.approx(expected.unseen))
        assert (row["lower"], row["upper"]) == pytest.approx(around(*expected[1:]), rel=1e-5)
        assert np.isnan(row["denominator"])

    def test_without_linking_error_it_would_be_chapmans(self):
        """41 × 61 / 31 - 1 = 79.68; linking misses and invents, so the answer differs but lies near."""
        (row,) = asked(listed((PANNAMPU, 40, 60, 30)), "D02", area=TALLO).to_dict("records")
        plain = float(chapman(40, 60, 30).total)
        assert plain == pytest.approx(79.677, abs=0.001)
        assert row["numerator"] + row["value"] == pytest.approx(plain * linkage().factor, abs=1)

    def test_the_city_is_the_sum_of_kecamatan(self):
        (row,) = asked(listed((PANNAMPU, 40, 60, 30), (BONTORANNU, 30, 40, 20)), "D02").to_dict("records")
        first, second = corrected(40, 60, 30), corrected(30, 40, 20)
        together = Chapman(*(one + other for one, other in zip(first, second, strict=True)))
        assert row["status"] == "ok"
        assert (row["numerator"], row["value"]) == (round(together.seen), pytest.approx(together.unseen))
        assert (row["lower"], row["upper"]) == pytest.approx(around(*together[1:]), rel=1e-5)

    @pytest.mark.parametrize(
        ("lists", "area"),
        [
            ((PANNAMPU, 40, 60, 6), TALLO),
            ((PANNAMPU, 0, 60, 0), TALLO),
            ((PANNAMPU, 40, 0, 0), TALLO),
            ((PANNAMPU, 40, 60, 6), CITY),
        ],
    )
    def test_too_little_in_common_is_refused_with_what_was_seen(self, lists: Lists, area: str):
        facts = listed(lists, (BONTORANNU, 1, 1, 1))
        (row,) = asked(facts, "D02", area=area).to_dict("records")
        assert row["status"] == "tidak_dihitung"
        assert row["numerator"] >= max(lists[1:3])
        assert np.isnan([row["value"], row["lower"], row["upper"]]).all()

    def test_by_group_both_lists_are_of_the_group(self):
        facts = listed((PANNAMPU, 40, 60, 30))
        frame = asked(facts, "D02", "kelompok", area=TALLO).set_index("kelompok")
        assert frame.loc["LANSIA", "value"] == pytest.approx(corrected(40, 60, 30).unseen)
        assert frame.loc["ANAK", ["numerator", "status"]].tolist() == [0, "tidak_dihitung"]

    @pytest.mark.parametrize(
        ("lists", "expected"),
        [
            ((40, 60, 30), "ok"),
            ((40, 60, 4), "disensor"),
            ((3, 60, 3), "disensor"),
            ((40, 4, 4), "disensor"),
            ((40, 60, 37), "disensor"),
            ((40, 33, 30), "disensor"),
        ],
    )
    def test_the_public_sees_no_short_list_and_no_short_rest(self, lists: tuple[int, int, int], expected: str):
        (row,) = asked(listed((PANNAMPU, *lists)), "D02", public=True, area=TALLO).to_dict("records")
        assert row["status"] == expected
        assert np.isnan([row["numerator"], row["value"]]).all() == (expected == "disensor")

    def test_kecamatan_one_by_one(self):
        frame = asked(listed((PANNAMPU, 40, 60, 30), (BONTORANNU, 30, 40, 20)), "D02", "kecamatan").set_index("kode_kecamatan")
        for place, lists in ((TALLO, (40, 60, 30)), (MARISO, (30, 40, 20))):
            assert frame.loc[place, "value"] == pytest.approx(corrected(*lists).unseen)
        assert (frame["status"] == "tidak_dihitung").sum() == 13


SENSITIVE: tuple[Row, ...] = tuple(
    case(f"S{number}", PANNAMPU, "01-05", "dilayani", "PPKS-05", served="01-07", masuk="01-31") for number in range(12)
)


class TestStates:
    def test_silent_is_not_zero(self):
        frame = asked(city(), "K01", "kelurahan", window=months("2026-01")).set_index("kode_kelurahan")
        assert frame.loc[BONTORANNU, ["value", "status"]].tolist() == [4, "ok"]
        assert frame.loc[PANNAMPU, ["value", "status"]].tolist() == [0, "nol"]
        assert frame.loc[MATTOANGIN, "status"] == "belum_lapor"
        assert np.isnan(frame.loc[MATTOANGIN, ["value", "numerator"]].astype(float)).all()

    @pytest.mark.parametrize("code", ["K01", "K02", "K03", "C06", "S01", "S02", "S03", "S04", "F01", "F01-ORANG", "B01", "D01"])
    def test_who_did_not_report_has_no_number(self, code: str):
        (row,) = asked(city(), code, area=MATTOANGIN, window=months("2026-01")).to_dict("records")
        assert row["status"] == "belum_lapor"
        assert np.isnan([row["value"], row["numerator"]]).all()

    @pytest.mark.parametrize(("code", "expected"), [("R01", "nol"), ("R03", "nol"), ("T01", "penyebut_kecil")])
    def test_what_does_not_rest_on_reports_is_known_without_them(self, code: str, expected: str):
        """P4 of Mattoangin found nobody; D and E, above the limit, are all of its register."""
        assert status(city(), code, area=MATTOANGIN, window=months("2026-01")) == expected

    @pytest.mark.parametrize(
        ("code", "place", "window", "numbers"),
        [
            ("S01", MATTOANGIN, months("2026-02"), (0, 0)),
            ("S04", TALLO, QUARTER, (1, 1)),
            ("C06", TALLO, QUARTER, (1, 2)),
            ("D01", MARISO, months("2026-02"), (1, 2)),
            ("T01", TALLO, QUARTER, (1, 2)),
            ("T02", TALLO, QUARTER, (2, 2)),
            ("T01", "73.71.02", QUARTER, (0, 0)),
            ("R03", "73.71.02", QUARTER, (0, 0)),
            ("B01", MATTOANGIN, QUARTER, (2, 0)),
        ],
    )
    def test_a_denominator_too_small_has_no_value(self, code: str, place: str, window: Window, numbers: tuple[int, int]):
        (row,) = asked(city(), code, area=place, window=window).to_dict("records")
        assert (row["numerator"], row["denominator"], row["status"]) == (*numbers, "penyebut_kecil")
        assert np.isnan([row["value"], row["lower"], row["upper"]]).all()

    @pytest.mark.parametrize(
        ("today", "expected"), [(date(2026, 2, 5), "belum_tempo"), (date(2026, 2, 6), "ok"), (date(2026, 4, 6), "ok")]
    )
    def test_punctuality_is_known_once_a_month_is_due(self, today: date, expected: str):
        facts = facts_of(CASES, REPORTS, ROSTER, today=today)
        assert status(facts, "R02") == expected

    def test_punctuality_counts_the_months_that_are_due(self):
        """In March Joko's case reached the office in time; nothing says when the others did."""
        found = [facts_of(CASES, REPORTS, today=date(2026, month, 6)) for month in (2, 3, 4)]
        assert [counted(asked(facts, "R02"))[0] for facts in found] == [(2, 153), (2, 306), (3, 459)]

    @pytest.mark.parametrize(
        ("code", "place", "expected"),
        [
            ("K01", MATTOANGIN, "disensor"),
            ("K02", MATTOANGIN, "disensor"),
            ("K03", MATTOANGIN, "disensor"),
            ("C06", CITY, "disensor"),
            ("S01", CITY, "disensor"),
            ("S03", MATTOANGIN, "disensor"),
            ("S04", CITY, "disensor"),
            ("F01", PANNAMPU, "disensor"),
            ("F01-ORANG", PANNAMPU, "disensor"),
            ("B01", PANNAMPU, "disensor"),
            ("D01", CITY, "disensor"),
            ("D02", CITY, "disensor"),
            ("T01", CITY, "disensor"),
            ("T02", CITY, "disensor"),
            ("R04", MATTOANGIN, "disensor"),
            ("R04-NIK", CITY, "disensor"),
            ("R04-GANDA", CITY, "disensor"),
            ("S02", CITY, "disensor"),
            ("S02-P90", CITY, "disensor"),
            ("K01", CITY, "ok"),
            ("R01", MATTOANGIN, "ok"),
            ("R02", CITY, "ok"),
            ("R03", CITY, "ok"),
            ("R04", CITY, "ok"),
            ("B01", CITY, "ok"),
        ],
    )
    def test_the_public_sees_no_few_persons(self, code: str, place: str, expected: str):
        """Reports and PSM are no persons in need."""
        (row,) = asked(city(), code, public=True, area=place).to_dict("records")
        assert row["status"] == expected
        if expected == "disensor":
            assert np.isnan([row[name] for name in ("value", "numerator", "denominator", "lower", "upper")]).all()

    @pytest.mark.parametrize("code", ["K01", "K02", "K03", "C06", "S01", "S02", "S02-P90", "F01"])
    def test_a_sensitive_category_is_withheld_below_kecamatan(self, code: str):
        facts = facts_of(SENSITIVE)
        for part in ("PPKS-05", "ANAK"):
            found = [status(facts, code, public=True, area=place, slice=part) for place in (PANNAMPU, TALLO, CITY)]
            assert found == (["disensor", "ok", "ok"] if part == "PPKS-05" else ["ok", "ok", "ok"])
        assert status(facts, code, area=PANNAMPU, slice="PPKS-05") == "ok"

    def test_nothing_at_all_has_no_rows(self):
        facts = with_published(facts_of())
        assert {code: len(asked(facts, code)) for code in indicators()} == dict.fromkeys(indicators(), 0)

    def test_nothing_at_all_asked_for_a_window(self):
        facts = with_published(facts_of(), spm_of(), Poverty((), poverty_target()))
        found = {code: status(facts, code, window=QUARTER) for code in indicators()}
        others = {
            "nol": {"R01"},
            "tidak_dihitung": {"D02"},
            "penyebut_kecil": {"R03", "T01", "T02"},
            "belum_tempo": {"R02", "R04", "R04-NIK", "R04-GANDA", "C01", "C02", "C03", "C04", "C05", "C07"},
        }
        assert {state: {code for code in found if found[code] == state} for state in others} == others
        assert {found[code] for code in found if code not in set().union(*others.values())} == {"belum_lapor"}


class TestSplits:
    def test_quarters_cut_a_window_that_begins_and_ends_within_one(self):
        frame = asked(city(), "K01", "triwulan", window=months("2025-12", "2026-04"))
        assert frame["triwulan"].tolist() == ["2025 TW4", "2026 TW1", "2026 TW2"]
        assert frame["status"].tolist() == ["belum_lapor", "ok", "belum_lapor"]
        assert frame["value"].tolist() == pytest.approx([np.nan, 13, np.nan], nan_ok=True)
        part = asked(city(), "K01", "triwulan", window=months("2026-02", "2026-03"))
        assert part[["triwulan", "value"]].to_numpy().tolist() == [["2026 TW1", 9]]

    @pytest.mark.parametrize(
        ("code", "by", "expected"),
        [
            ("K01", "keberulangan", {"baru": 10, "berulang": 3}),
            ("S03", "umur", {"0-2": 2, "3-7": 0, "8-30": 3, ">30": 5}),
            ("F01", "fokus", {"EKONOMI": 1, "KELUARGA": 1, "ADVOKASI": 1, "belum ditentukan": 10}),
            ("F01-ORANG", "fokus", {"EKONOMI": 1, "KELUARGA": 1, "ADVOKASI": 1, "belum ditentukan": 8}),
            (
                "F01",
                "hasil",
                {"terpenuhi": 1, "sebagian": 1, "tidak terpenuhi": 0, "pindah": 1, "meninggal": 1, "belum ada": 9},
            ),
        ],
    )
    def test_by_a_trait(self, code: str, by: str, expected: dict[str, int]):
        frame = asked(city(), code, by)
        assert dict(zip(frame[by], frame["value"], strict=True)) == expected

    def test_referrals_by_the_offices_the_data_name(self):
        frame = asked(city(), "S04", "opd")
        found = dict(zip(frame["opd"], counted(frame), strict=True))
        expected = {"Dinas Kesehatan": (0, 2), "Dinas Pendidikan": (1, 1), "Dinas Tenaga Kerja": (1, 1), "tidak disebut": (1, 1)}
        assert found == expected
        assert asked(city(), "S04", traits=(("opd", "Dinas Kesehatan"),)).loc[0, "denominator"] == 2

    def test_two_traits_and_a_filter(self):
        frame = asked(city(), "F01", "fokus", "hasil", traits=(("fokus", "EKONOMI"),))
        assert frame[frame["value"] > 0][["fokus", "hasil", "value"]].to_numpy().tolist() == [["EKONOMI", "terpenuhi", 1]]
        assert len(frame) == 6


class TestRefused:
    @pytest.mark.parametrize("code", ["C01", "C02", "C03", "C04", "C05", "C07", "D02"])
    @pytest.mark.parametrize("question", [{"by": ("kelurahan",)}, {"area": BONTORANNU}])
    def test_not_below_kecamatan(self, code: str, question: dict[str, Any]):
        with pytest.raises(UserError, match="menurut kelurahan") as refused:
            query(city(), Query(code, **question), OPERATOR)
        assert "kota, kecamatan" in refused.value.text()

    @pytest.mark.parametrize(
        ("code", "by"),
        [
            ("R01", "kelompok"),
            ("R02", "kategori"),
            ("K03", "jk"),
            ("K02", "usia"),
            ("S04", "umur"),
            ("S01", "opd"),
            ("C01", "layanan"),
            ("C03", "kelompok"),
            ("P01", "kelompok"),
            ("T01", "kelompok"),
            ("B01", "kelompok"),
            ("D02", "kategori"),
            ("S02", "fokus"),
        ],
    )
    def test_a_split_that_is_not_offered(self, code: str, by: str):
        with pytest.raises(UserError, match="tidak dapat dipilah begitu"):
            asked(city(), code, by)

    def test_a_filter_that_is_not_offered(self):
        with pytest.raises(UserError, match="tidak dapat dipilah begitu"):
            asked(city(), "S04", traits=(("umur", "0-2"),))

    @pytest.mark.parametrize(
        ("code", "trait"),
        [
            ("F01", ("fokus", "XYZ")),
            ("S04", ("opd", "Dinas Perhubungan")),
            ("C07", ("layanan", "C06")),
            ("K01", ("warna", "merah")),
        ],
    )
    def test_a_label_that_does_not_exist(self, code: str, trait: tuple[str, str]):
        with pytest.raises(UserError, match="Ciri kasus tidak dikenal") as refused:
            asked(city(), code, traits=(trait,))
        assert f"{trait[0]}={trait[1]}" in refused.value.text()

    @pytest.mark.parametrize(
        "question",
        [
            {"by": ("jk", "keberulangan")},
            {"by": ("usia", "keberulangan")},
            {"by": ("keberulangan",), "sex": "P"},
            {"traits": (("keberulangan", "baru"),), "age": "60+"},
        ],
    )
    def test_traits_with_sex_or_age(self, question: dict[str, Any]):
        with pytest.raises(UserError, match="tidak dapat digabung"):
            query(city(), Query("K01", **question), OPERATOR)

    @pytest.mark.parametrize("times", [("bulan", "tahun"), ("triwulan", "bulan"), ("tahun", "triwulan")])
    @pytest.mark.parametrize("code", ["K01", "R02", "C03", "P01", "S02", "D02"])
    def test_two_divisions_of_time(self, code: str, times: tuple[str, str]):
        with pytest.raises(UserError, match="tidak dapat digabung"):
            asked(city(), code, *times)
