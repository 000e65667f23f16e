"""Who is reached, on cases that can be counted by hand."""

from dataclasses import replace
from datetime import date

import pytest

from ipsm_analytics.answers import Facts, reach
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.linking.coverage import MATCHED, UNMATCHED
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.spm import Key, SpmFigure, SpmFigures, State
from ipsm_analytics.views import services, style
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.coverage import Coverage
from ipsm_analytics.views.drawn import HeatCell
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


def short(code: str) -> str:
    return indicator(code).short


def figure(service: str, met: int, needed: int | None, quarter: int = 3) -> dict[Key, SpmFigure]:
    key = Key(service, 2026, quarter)
    return {
        key: SpmFigure(key, State.REPORTED if needed is not None else State.UNASSESSED, met, needed, "asesmen", date(2026, 1, 31))
    }


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
        assert {one.found.share.refusal is not None for one in reach.search(city(), YEAR, ALL, SCREEN)} == {True}

    def test_page_without_spm_says_so(self):
        shown = page({})
        assert "Belum ada laporan capaian SPM untuk tahun 2026." in shown.headline
        assert "Kelurahan sunyi belum dapat dinilai" in shown.headline
        states = {tuple(cell.lines[1] for cell in row.cells) for row in shown.services.figure.rows}
        late = "belum dilaporkan"
        assert states == {(late, late, late, "belum jatuh tempo", late)}


class TestServices:
    def test_headline_names_the_lowest_service_and_its_gap(self):
        shown = page(figure("C03", 60, 100) | figure("C01", 90, 100))
        assert "60,0% (60 dari 100 orang, 2026 TW3); selisih 40 orang." in shown.spm.lowest
        assert shown.spm.lowest.endswith("Baru 2 dari 5 layanan yang dilaporkan.")

    def test_services_are_compared_at_the_newest_quarter_they_share(self):
        """At TW2 C01 is lower; at its own newest quarter C03 would be called lowest against a later C01."""
        figures = figure("C01", 40, 100, 2) | figure("C01", 70, 100, 3) | figure("C03", 45, 100, 2)
        said = page(figures).spm.lowest
        assert f"{short('C01')}, 40,0% (40 dari 100 orang, 2026 TW2)" in said
        assert f"Dibandingkan pada 2026 TW2, triwulan terbaru yang ada untuk semuanya; {short('C01')} sudah" in said

    def test_services_without_a_shared_quarter_are_each_named_with_theirs(self):
        said = page(figure("C01", 40, 100, 1) | figure("C03", 45, 100, 2)).spm.lowest
        assert "terendah" not in said
        assert f"{short('C01')} 40,0% (2026 TW1) dan {short('C03')} 45,0% (2026 TW2)" in said

    def test_a_service_alone_is_not_the_lowest(self):
        said = page(figure("C03", 120, 100)).spm.lowest
        assert said == (
            f"Capaian SPM di Kota Makassar baru dilaporkan untuk {short('C03')}: "
            "120,0% (120 dari 100 orang, 2026 TW3); X melebihi Y, periksa sasaran."
        )

    def test_cells_hold_share_persons_and_band_in_words_and_colour(self):
        figures = figure("C01", 93, 100) | figure("C02", 120, 100) | figure("C03", 50, 100) | figure("C05", 0, 0)
        first, second, third, _, fifth = (row.cells[2] for row in page(figures).services.figure.rows)
        assert first == HeatCell(("93,0%", "93/100", "90% ke atas"), style.SEQUENTIAL[3])
        assert second == HeatCell(("120,0%", "120/100", "X melebihi Y, periksa sasaran"), services.OVER)
        assert third == HeatCell(("50,0%", "50/100", "di bawah 60%"), services.BELOW)
        assert fifth == HeatCell(("–", "terlalu sedikit", "X = 0"), style.SMALL)

    def test_the_last_cell_is_the_newest_quarter_with_its_interval_beside_gap_and_source(self):
        row = page(figure("C01", 80, 100, 1) | figure("C01", 93, 100, 2)).services.figure.rows[0]
        assert row.cells[4].lines == ("93,0%", "95%: 86,3–96,6", "TW2: 90% ke atas")
        assert row.notes == ("7", "asesmen, 31 Jan 2026")

    def test_states_are_told_apart_by_sign_word_and_colour(self):
        figures = figure("C01", 3, 100, 1) | figure("C01", 10, None, 2)
        facts = page(figures).desk.facts
        outside = Desk(facts, EXPORT, EXPORT, Words("id"), 60)
        cells = Coverage(outside, Scope(areas.CITY, ALL, YEAR)).services.figure.rows[0].cells[:4]
        assert [cell.lines for cell in cells] == [
            ("•", "disensor"),
            ("?", "sasaran belum ada", "X = 10"),
            ("×", "belum dilaporkan"),
            ("○", "belum jatuh tempo"),
        ]
        assert len({cell.colour for cell in cells}) == 4

    def test_a_sum_since_january_that_falls_is_marked(self):
        key = Key("C01", 2026, 3)
        falling = {key: replace(figure("C01", 93, 100)[key], warnings=("SPM_FALLS",))}
        assert page(falling).services.figure.rows[0].cells[2].lines[-1] == "turun, periksa"

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
