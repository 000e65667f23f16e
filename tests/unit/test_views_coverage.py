"""Who is reached, on cases that can be counted by hand."""

from datetime import date

import pytest

from ipsm_analytics.answers import Facts, reach
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.linking.coverage import MATCHED, UNMATCHED
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas
from ipsm_analytics.spm import Key, SpmFigure, SpmFigures, State
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.coverage import Coverage
from ipsm_analytics.views.i18n import Words
from tests.facts import facts_of

KELURAHAN = areas.codes("kelurahan")[0]
YEAR = Window(Month(2026, 1), Month(2026, 10))
SCREEN, EXPORT = policy("operator", "layar", 5), policy("operator", "ekspor", 5)
STATUSES = ["baru"] * 4 + ["verifikasi"] * 6 + ["dilayani"] * 3 + ["selesai"] * 7


def city() -> Facts:
    """Twenty persons: 20 found, 16 verified, 10 served, 7 done; of the verified 6 are not in the register."""
    cases = [
        {
            "case_id": f"k{number}",
            "person_key": f"p{number:02d}",
            "kode_kelurahan": KELURAHAN,
            "tgl_lapor": date(2026, 3, 1),
            "kategori": ["PPKS-08"],
            "status": status,
        }
        for number, status in enumerate(STATUSES)
    ]
    matches = {f"p{number:02d}": (UNMATCHED, "") if number < 10 else (MATCHED, "r") for number in range(20)}
    return facts_of(cases, matches=matches, today=date(2026, 11, 24))


def page(figures: dict[Key, SpmFigure], area: str = areas.CITY) -> Coverage:
    facts = city()
    parts = {"casework": facts.casework, "quality": facts.quality, "registers": facts.registers, "matches": facts.matches}
    held = Facts.of(facts.cube, date(2026, 11, 24), spm=SpmFigures(figures), **parts)
    return Coverage(Desk(held, SCREEN, EXPORT, Words("id"), 60), Scope(area, ALL, YEAR))


def figure(service: str, met: int, needed: int | None) -> dict[Key, SpmFigure]:
    key = Key(service, 2026, 3)
    return {key: SpmFigure(key, State.REPORTED if needed else State.UNASSESSED, met, needed, "asesmen", date(2026, 1, 31))}


class TestCascade:
    def test_persons_and_shares_of_the_step_before(self):
        steps = reach.cascade(city(), YEAR, ALL, areas.CITY, SCREEN)
        assert [step.persons for step in steps] == [20, 16, 10, 10, 7]
        assert [step.share for step in steps] == [None, 80.0, 62.5, 100.0, 70.0]
        assert steps[1].lower == pytest.approx(58.40, abs=0.01)
        assert steps[1].upper == pytest.approx(91.93, abs=0.01)

    def test_what_leaves_withholds_a_step_whose_rest_is_small(self):
        steps = reach.cascade(city(), YEAR, ALL, areas.CITY, EXPORT)
        assert [step.persons for step in steps] == [20, None, 10, 10, None]
        assert {step.share for step in steps} == {None, 100.0}

    def test_nobody_has_no_share(self):
        steps = reach.cascade(city(), Window(Month(2020, 1), Month(2020, 2)), ALL, areas.CITY, SCREEN)
        assert [(step.persons, step.share) for step in steps] == [(0, None)] * 5


class TestOutside:
    def test_counts_verified_persons_no_register_knows(self):
        assert reach.outside(city(), "C03", areas.CITY, YEAR, SCREEN) == 6
        assert reach.outside(city(), "C04", areas.CITY, YEAR, SCREEN) == 0

    def test_few_are_withheld(self):
        assert reach.outside(city(), "C03", areas.CITY, YEAR, policy("operator", "ekspor", 7)) is None


class TestRefusals:
    def test_no_effort_and_no_register_refuse(self):
        assert reach.silence(city(), YEAR, ALL).refusal is not None
        assert {one.refusal is not None for one in reach.search(city(), YEAR, ALL)} == {True}

    def test_page_without_spm_says_so(self):
        shown = page({})
        assert "Belum ada laporan capaian SPM untuk tahun 2026." in shown.headline
        assert "Kelurahan sunyi belum dapat dinilai" in shown.headline
        assert {row.text for row in shown.services.figure.rows} == {"belum melapor"}


class TestServices:
    def test_headline_names_the_lowest_service_and_its_gap(self):
        shown = page(figure("C03", 60, 100) | figure("C01", 90, 100))
        assert "60,0% (60 dari 100 orang" in shown.headline
        assert "selisih 40 orang" in shown.headline

    def test_states_and_bands_are_told_apart(self):
        shown = page(figure("C01", 93, 100) | figure("C02", 120, 100) | figure("C03", 50, 100) | figure("C04", 10, None))
        texts = [f"{row.text} {row.hint}" for row in shown.services.figure.rows]
        expected = ["90% ke atas", "X melebihi Y", "di bawah 60%", "sasaran belum ada", "belum melapor"]
        assert all(part in text for part, text in zip(expected, texts, strict=True))
        bands = shown.sources.table["Pita"].tolist()
        assert bands == ["90% ke atas", "X melebihi Y, periksa sasaran", "di bawah 60%", "–", "–"]

    def test_gap_of_few_persons_does_not_leave(self):
        shown = page(figure("C01", 97, 100))
        assert shown.sources.table["Selisih (orang)"].iloc[0] == "3"
        assert shown.sources.export()["Selisih (orang)"].iloc[0] == "disensor"
        assert shown.services.export().query("status == 'disensor'")["numerator"].isna().all()

    def test_a_kelurahan_is_shown_with_what_is_reported_above_it(self):
        assert page(figure("C01", 97, 100), KELURAHAN).spm_area == areas.CITY


def test_tables_of_a_kelurahan_are_made():
    shown = page({}, KELURAHAN)
    assert len(shown.hidden.table) == 6
    assert len(shown.districts.table) == 15
    assert len(shown.reporting.table) == len(areas.members(areas.parent(KELURAHAN)))
    assert shown.quiet.remark
    assert len(shown.search.export()) == 15
