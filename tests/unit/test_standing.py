"""What is said of each kelurahan beyond its number, on cities whose answer is known beforehand."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd
import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.answers.standing import (
    INCOMPLETE,
    LEAST_COMPLETE,
    PROBABILITY_BREAKS,
    Mode,
    Standing,
    guarded,
    low_or_good,
    standing,
)
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas, boundaries, population
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics import areal, ranking, smoothing, spatial
from tests.facts import facts_of

KELURAHAN = areas.codes("kelurahan")
YEAR = Window(Month(2026, 1), Month(2026, 10))
STAFF, PUBLIC = policy("operator", "layar", 5), policy("publik", "layar", 5)
HOT_PLACE = "73.71.11"
"""The kecamatan in which one in a hundred is reported; elsewhere it is one in a thousand."""
SILENT, HALF, SMALL, NONE = "73.71.01.1001", "73.71.09.1003", "73.71.09.1005", "73.71.10.1001"
"""Never reports; reports four months of ten and has no case; has three cases; has no case, all reports are in."""


def numbers() -> Mapping[str, int]:
    """Persons reported in each kelurahan."""
    usual = {code: round(population.by_area(code) / (100 if code.startswith(HOT_PLACE) else 1000)) for code in KELURAHAN}
    return {**usual, SILENT: 0, HALF: 0, SMALL: 3, NONE: 0}


@cache
def city() -> Facts:
    """Persons spread over three months, each one case; half of those of HOT_PLACE are served."""
    cases = [
        {
            "person_key": f"{code}/{number}",
            "kode_kelurahan": code,
            "kategori": ["PPKS-08" if number % 2 else "PPKS-24"],
            "tgl_lapor": Month(2026, 1 + number % 3).first_day,
            "status": "verifikasi" if number % 2 or not code.startswith(HOT_PLACE) else "selesai",
        }
        for code, count in numbers().items()
        for number in range(count)
    ]
    months = dict.fromkeys(KELURAHAN, 10) | {SILENT: 0, HALF: 4}
    told = [
        {"kode_kelurahan": code, "bulan": month.first_day, "tgl_terima": month.first_day}
        for code, count in months.items()
        for month in YEAR.months()[:count]
    ]
    return facts_of(cases, told)


def ask(mode: Mode, code: str = "K03", level: str = "kelurahan", rule=STAFF, **more: object) -> Standing:
    return standing(city(), mode, Query(code, (level,), YEAR, **more), rule)


def row(found: Standing, code: str) -> pd.Series:
    return found.frame.set_index("kode_kelurahan").loc[code]


def released() -> tuple[np.ndarray, np.ndarray]:
    """Counts and populations by hand, in the order of the codes."""
    counts = np.array([np.nan if code == SILENT else numbers()[code] for code in KELURAHAN], dtype=float)
    return counts, np.array([population.by_area(code) for code in KELURAHAN], dtype=float)


NEAR = areal.contiguity(KELURAHAN, boundaries.neighbours())


class TestRaw:
    def test_is_the_answer_of_the_query_with_how_complete_its_reports_are(self):
        found = ask(Mode.RAW)
        assert found.refusal is None
        assert row(found, NONE)["status"] == Status.ZERO
        assert found.frame.set_index("kode_kelurahan")["completeness"][[SILENT, HALF, NONE]].tolist() == [0, 40, 100]
        assert found.frame.loc[found.frame["incomplete"], "kode_kelurahan"].tolist() == [SILENT, HALF]

    def test_is_given_for_kecamatan_too(self):
        assert len(ask(Mode.RAW, level="kecamatan").frame) == 15

    def test_is_remembered(self):
        assert ask(Mode.RAW) is ask(Mode.RAW)


class TestLowOrGood:
    @pytest.mark.parametrize(
        ("count", "direction", "found"),
        [
            (5, "netral", [True, True, False, False, False]),
            (5, "turun_baik", [True, True, False, False, False]),
            (5, "naik_baik", [False, False, False, True, True]),
            (4, "netral", [True, True, False, False]),
            (1, "netral", [False]),
        ],
    )
    def test_is_one_side_of_the_middle(self, count: int, direction: str, found: list[bool]):
        assert low_or_good(count, direction).tolist() == found

    def painted(self, direction: str) -> list[str]:
        states = [Status.OK, Status.OK, Status.OK, Status.ZERO, Status.ZERO, Status.NOT_REPORTED]
        frame = pd.DataFrame({"state": map(str, states), "incomplete": [True, True, False, True, False, True]})
        return guarded(frame, [0, 2, 0, 0, 0, 0], 3, direction)["state"].tolist()

    def test_low_classes_and_zero_are_not_believed_where_reports_are_missing(self):
        assert self.painted("netral") == [INCOMPLETE, "ok", "ok", INCOMPLETE, "nol", "belum_lapor"]

    def test_where_more_is_better_the_high_classes_are_not_believed(self):
        assert self.painted("naik_baik") == ["ok", INCOMPLETE, "ok", "nol", "nol", "belum_lapor"]


class TestSmoothed:
    def test_are_those_of_the_counts_and_their_neighbours(self):
        found = ask(Mode.SMOOTHED).frame
        by_hand = smoothing.smooth(*released(), NEAR)
        assert isinstance(by_hand, smoothing.Smoothed)
        assert found["smoothed"].to_numpy() == pytest.approx(by_hand.rate * 10_000, nan_ok=True)
        assert found["weight"].to_numpy() == pytest.approx(by_hand.weight, nan_ok=True)
        assert (found["smoothed_lower"].dropna() <= found["smoothed"].dropna()).all()

    def test_the_raw_rate_stays_beside_them(self):
        found = ask(Mode.SMOOTHED).frame
        pd.testing.assert_frame_equal(
            found[ask(Mode.RAW).frame.columns].drop(columns="state"), ask(Mode.RAW).frame.drop(columns="state")
        )

    def test_a_kelurahan_has_the_same_in_its_kecamatan_as_in_the_city(self):
        inside = ask(Mode.SMOOTHED, area=HOT_PLACE)
        assert row(inside, "73.71.11.1001")["smoothed"] == row(ask(Mode.SMOOTHED), "73.71.11.1001")["smoothed"]
        assert len(inside.frame) == len(areas.members(HOT_PLACE))

    def test_a_silent_kelurahan_has_none(self):
        assert np.isnan(row(ask(Mode.SMOOTHED), SILENT)["smoothed"])
        assert row(ask(Mode.SMOOTHED), SILENT)["state"] == Status.NOT_REPORTED


class TestVersusCity:
    def test_tells_the_high_kecamatan_from_the_rest(self):
        found = ask(Mode.VERSUS_CITY).frame.set_index("kode_kelurahan")["kind"]
        assert set(found[list(areas.members(HOT_PLACE))]) == {"lebih_tinggi_998"}
        assert found[NONE] == "lebih_rendah_998"
        assert found[SILENT] == ""

    def test_the_city_is_counted_without_those_that_did_not_report(self):
        told = ask(Mode.VERSUS_CITY).city
        assert told is not None
        people = population.by_area(areas.CITY) - population.by_area(SILENT)
        assert (told.numerator, told.denominator) == (sum(numbers().values()), people)

    def test_better_and_worse_only_where_there_is_a_direction(self):
        assert set(ask(Mode.VERSUS_CITY).frame["reading"]) == {""}
        served = ask(Mode.VERSUS_CITY, "C06").frame.set_index("kode_kelurahan")
        assert served.loc["73.71.11.1001", ["kind", "reading"]].tolist() == ["lebih_tinggi_998", "lebih_baik"]


class TestClustered:
    def test_the_high_kecamatan_is_a_cluster(self):
        found = ask(Mode.CLUSTERED)
        by_hand = spatial.pattern(*released(), NEAR)
        assert isinstance(by_hand, spatial.Pattern)
        assert found.clustering == by_hand.clustering
        kinds = found.frame.set_index("kode_kelurahan")["kind"]
        assert "tinggi-tinggi" in set(kinds[list(areas.members(HOT_PLACE))])
        assert set(kinds[sorted(boundaries.islands() & set(KELURAHAN))]) <= {"tanpa-tetangga", "tidak-bermakna"}
        assert found.frame["moran_p"].to_numpy() == pytest.approx(by_hand.lisa.adjusted, nan_ok=True)


class TestWorst:
    def test_the_probabilities_are_those_of_the_ranks_and_sum_to_ten(self):
        found = ask(Mode.WORST).frame
        by_hand = ranking.rank(*released(), ranking.Worse.HIGH)
        assert isinstance(by_hand, ranking.Ranking)
        assert found["probability"].to_numpy() == pytest.approx(by_hand.probability, nan_ok=True)
        assert found["probability"].sum() == pytest.approx(10)

    def test_classes_follow_the_bounds(self):
        found = ask(Mode.WORST).frame
        shown = found[found["kind"].str.startswith("peluang_")]
        steps = np.searchsorted(PROBABILITY_BREAKS, shown["probability"], side="right")
        assert shown["kind"].tolist() == [f"peluang_{step}" for step in steps]
        assert {"peluang_0", "peluang_4"} <= set(shown["kind"])


class TestRefusals:
    @pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.RAW])
    def test_only_kelurahan(self, mode: Mode):
        assert ask(mode, level="kecamatan").refusal.reason == "bukan-kelurahan"

    @pytest.mark.parametrize(
        ("mode", "code", "reason"),
        [
            (Mode.SMOOTHED, "K01", "bukan-laju"),
            (Mode.SMOOTHED, "C06", "bukan-laju"),
            (Mode.CLUSTERED, "K01", "bukan-laju"),
            (Mode.WORST, "R01", "bukan-laju"),
            (Mode.VERSUS_CITY, "K01", "tanpa-selang"),
        ],
    )
    def test_raw_counts_and_shares(self, mode: Mode, code: str, reason: str):
        found = ask(mode, code)
        assert found.refusal.reason == reason
        assert found.frame.equals(ask(Mode.RAW, code).frame)

    @pytest.mark.parametrize(("mode", "needed"), [(Mode.CLUSTERED, 30), (Mode.WORST, 20)])
    def test_too_few_areas_in_a_kecamatan(self, mode: Mode, needed: int):
        found = ask(mode, area=HOT_PLACE).refusal
        assert (found.reason, found.found, found.needed) == ("wilayah-kurang", len(areas.members(HOT_PLACE)), needed)

    @pytest.mark.parametrize(
        ("mode", "reason"),
        [
            (Mode.SMOOTHED, "tanpa-kasus"),
            (Mode.VERSUS_CITY, "kota-tanpa-nilai"),
            (Mode.CLUSTERED, "nilai-sama"),
            (Mode.WORST, "tanpa-kasus"),
        ],
    )
    def test_a_category_without_a_case(self, mode: Mode, reason: str):
        assert ask(mode, slice="PPKS-26").refusal.reason == reason


class TestWithheld:
    @pytest.mark.parametrize("mode", list(Mode))
    def test_nothing_is_told_of_a_withheld_cell(self, mode: Mode):
        found = row(ask(mode, rule=PUBLIC), SMALL)
        assert (found["status"], found["state"], found["kind"]) == ("disensor", "disensor", "")
        numeric = found.drop(["completeness", "incomplete"]).map(lambda value: isinstance(value, float) and not np.isnan(value))
        assert not numeric.any()

    @pytest.mark.parametrize("mode", [Mode.SMOOTHED, Mode.CLUSTERED, Mode.WORST])
    def test_what_is_told_of_the_others_does_not_depend_on_it(self, mode: Mode):
        counts, people = released()
        counts[KELURAHAN.index(SMALL)] = np.nan
        small = [place for place, count in enumerate(counts) if 0 < count < 5]
        counts[small] = np.nan
        found = ask(mode, rule=PUBLIC).frame
        if mode is Mode.SMOOTHED:
            by_hand, column = smoothing.smooth(counts, people, NEAR).rate * 10_000, "smoothed"
        elif mode is Mode.WORST:
            by_hand, column = ranking.rank(counts, people, ranking.Worse.HIGH).probability, "probability"
        else:
            by_hand, column = spatial.pattern(counts, people, NEAR).gi_star.value, "gi"
        assert found[column].to_numpy() == pytest.approx(by_hand, nan_ok=True)


class TestIncompleteReports:
    @pytest.mark.parametrize("mode", [Mode.VERSUS_CITY, Mode.WORST])
    def test_a_low_class_is_replaced(self, mode: Mode):
        found = ask(mode)
        assert row(found, HALF)[["kind", "state"]].tolist() == [INCOMPLETE, INCOMPLETE]
        assert row(found, NONE)["kind"] != INCOMPLETE

    @pytest.mark.parametrize("code", ["K03", "C06", "R01"])
    @pytest.mark.parametrize("mode", list(Mode))
    @pytest.mark.parametrize("rule", [STAFF, PUBLIC])
    def test_no_area_under_the_limit_is_low_or_good(self, mode: Mode, code: str, rule):
        frame = ask(mode, code, rule=rule).frame
        low = {"lebih_rendah_95", "lebih_rendah_998", "rendah-rendah", "rendah-tinggi", "titik-dingin", "peluang_0", "peluang_1"}
        good = {"lebih_tinggi_95", "lebih_tinggi_998"}
        wrong = good if indicator(code).direction == "naik_baik" else low
        under = frame[frame["completeness"] < LEAST_COMPLETE]
        assert len(under) == 2
        assert not set(under["kind"]) & wrong
