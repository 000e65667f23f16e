"""Who is reached, on cases that can be counted by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from ipsm_analytics.answers import Facts, reach
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.linking.coverage import MATCHED, UNMATCHED
from ipsm_analytics.privacy import is_sensitive, policy
from ipsm_analytics.reference import areas, population
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.spm import Key, SpmFigure, SpmFigures, State
from ipsm_analytics.statistics.quiet import Area, Quiet, Standing
from ipsm_analytics.views import services, style
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.coverage import Coverage
from ipsm_analytics.views.drawn import HeatCell
from ipsm_analytics.views.i18n import Words
from tests.casecity import entry
from tests.facts import facts_of

KELURAHAN = areas.codes("kelurahan")[0]
YEAR = Window(Month(2026, 1), Month(2026, 10))
SCREEN, EXPORT = policy("operator", "layar", 5), policy("operator", "ekspor", 5)
MARISO, MAMAJANG, MAKASSAR, WAJO = ("73.71.01", "73.71.02", "73.71.03", "73.71.05")
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


def found_in(code: str, number: int, category: str = "PPKS-08") -> list[dict[str, object]]:
    """Verified cases of March, each of a person of its own."""
    return [
        {
            "case_id": f"{code}{category}{one}",
            "person_key": f"{code}{category}{one}",
            "kode_kelurahan": code,
            "tgl_lapor": date(2026, 3, 1),
            "kategori": [category],
            "status": "verifikasi",
        }
        for one in range(number)
    ]


def visited(code: str, visits: int) -> list[dict[str, object]]:
    """A report of each month of the year that tells of visits."""
    day = date(2026, 11, 1)
    return [{"kode_kelurahan": code, "bulan": month.first_day, "kunjungan": visits, "tgl_terima": day} for month in YEAR.months()]


def shown(facts: Facts, slice_code: str = ALL, area: str = areas.CITY, spm: dict[Key, SpmFigure] | None = None) -> Coverage:
    """The page of these facts, with what leaves under the rule of exports."""
    parts = {"casework": facts.casework, "quality": facts.quality, "registers": facts.registers, "matches": facts.matches}
    held = Facts.of(facts.cube, date(2026, 11, 24), spm=SpmFigures(spm or {}), **parts)
    return Coverage(Desk(held, SCREEN, EXPORT, Words("id"), 60), Scope(area, slice_code, YEAR))


def searched(category: str = "PPKS-08") -> Facts:
    """20 cases in Mariso; 20 and 3 in Mamajang, the 3 where visits are unknown; 3 in Makassar; 20 and 6 in Wajo, the 6 likewise.

    Every other kelurahan tells of 2 visits a month.
    """
    cases = [
        *found_in(areas.members(MARISO)[0], 20, category),
        *found_in(areas.members(MAMAJANG)[0], 20, category),
        *found_in(areas.members(MAMAJANG)[1], 3, category),
        *found_in(areas.members(MAKASSAR)[0], 3, category),
        *found_in(areas.members(WAJO)[0], 20, category),
        *found_in(areas.members(WAJO)[1], 6, category),
    ]
    unknown = {areas.members(MAMAJANG)[1], areas.members(WAJO)[1]}
    reports = [row for code in areas.codes("kelurahan") if code not in unknown for row in visited(code, 2)]
    return facts_of(cases, reports, today=date(2026, 11, 24))


def page(figures: dict[Key, SpmFigure], area: str = areas.CITY) -> Coverage:
    return shown(city(), area=area, spm=figures)


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

    def test_the_rest_is_as_secret_as_the_part(self):
        """20 verified persons, of whom the register knows 3."""
        cases = found_in(KELURAHAN, 20)
        states = {str(row["person_key"]): (MATCHED, "r") if place < 3 else (UNMATCHED, "") for place, row in enumerate(cases)}
        facts = facts_of(cases, matches=states, today=date(2026, 11, 24))
        assert reach.outside(facts, "C03", areas.CITY, YEAR, SCREEN) == 17
        assert reach.outside(facts, "C03", areas.CITY, YEAR, EXPORT) is None
        assert shown(facts).sources.table["Belum cocok register"].iloc[2] == "17"
        assert shown(facts).sources.export()["Belum cocok register"].iloc[2] == "disensor"

    def test_sensitive_categories_are_not_told_below_kecamatan(self):
        facts = facts_of(found_in(KELURAHAN, 20, "PPKS-12"), today=date(2026, 11, 24))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reach, "is_sensitive", lambda code: code == "PPKS-12")
            assert reach.outside(facts, "C04", KELURAHAN, YEAR, EXPORT) is None
            assert reach.outside(facts, "C04", KELURAHAN, YEAR, SCREEN) == 0
            assert reach.outside(facts, "C04", MARISO, YEAR, EXPORT) == 0


class TestSearch:
    def test_cases_and_visits_are_of_the_kelurahan_whose_visits_are_known(self):
        """Mamajang has 13 kelurahan; one with 3 cases tells of no visits."""
        found = reach.search(searched(), YEAR, ALL, SCREEN)
        mamajang = found[areas.codes("kecamatan").index(MAMAJANG)].found
        assert (mamajang.cases, mamajang.parts, mamajang.left_out) == (20, 13, 1)
        people = {code: population.by_area(code) for code in areas.members(MAMAJANG)}
        known = 1 - people[areas.members(MAMAJANG)[1]] / sum(people.values())
        assert mamajang.known == pytest.approx(known)
        row = shown(searched()).search.table.set_index("Wilayah").loc["Kec. Mamajang"]
        assert row["Dasar"] == f"12 dari 13 kelurahan ({100 * known:.0f}%)"
        assert row["Upaya"] != "–"

    def test_only_cases_of_the_months_with_known_visits_count(self):
        """10 cases in March, when visits are known, and 7 in April, when the report does not come."""
        place = areas.members(MARISO)[0]
        late = [{**row, "case_id": f"a{row['case_id']}", "tgl_lapor": date(2026, 4, 1)} for row in found_in(place, 7)]
        reports = [row for code in areas.codes("kelurahan") for row in visited(code, 2)]
        reports = [row for row in reports if (row["kode_kelurahan"], row["bulan"]) != (place, date(2026, 4, 1))]
        facts = facts_of([*found_in(place, 10), *late], reports, today=date(2026, 11, 24))
        found = reach.search(facts, YEAR, ALL, SCREEN)[0].found
        assert (found.cases, found.left_out) == (10, 0)
        people = [population.by_area(code) for code in areas.members(MARISO)]
        assert found.known == pytest.approx(1 - people[0] / sum(people) / 10)

    def test_unknown_in_most_of_a_kecamatan_is_refused_in_words(self):
        reports = [row for code in areas.codes("kelurahan")[5:] for row in visited(code, 2)]
        facts = facts_of(found_in(areas.members(WAJO)[0], 20), reports, today=date(2026, 11, 24))
        said = shown(facts).search.table.set_index("Wilayah")["Kesimpulan"]["Kec. Mariso"]
        assert said == "tidak dinilai, upaya PSM diketahui kurang dari 67% penduduk-bulan"

    def test_where_few_reports_tell_of_visits_the_reports_are_the_effort(self):
        reports = [row for code in areas.codes("kelurahan") for row in visited(code, 2)]
        untold = [{**row, "kunjungan": row["kunjungan"] if place % 2 else None} for place, row in enumerate(reports)]
        found = reach.effort(facts_of(found_in(KELURAHAN, 5), untold), Window(Month(2025, 12), Month(2026, 3)))
        assert not found.visits
        assert found.total.tolist() == [3] * 153
        assert np.isnan(found.values[0]).all()

    def test_what_leaves_tells_no_few_cases_and_no_few_left_out(self):
        """Makassar has 3 cases, Mamajang leaves 3 of 23 out; Wajo leaves 6 of 26 out."""
        view = shown(searched()).search
        inside, outside = (frame.set_index("Wilayah")["Kesimpulan"] for frame in (view.table, view.export()))
        hidden = {"Kec. Mamajang", "Kec. Makassar"}
        assert "disensor" not in inside.tolist()
        assert set(outside.index[outside == "disensor"]) == hidden
        numbers = view.export().set_index("Wilayah").loc[sorted(hidden), ["Laju (95%)", "Upaya", "Hasil tiap upaya"]]
        assert (numbers == "–").all(axis=None)

    def test_of_a_sensitive_slice_nothing_leaves_where_a_kelurahan_is_left_out(self):
        view = shown(searched("PPKS-14"), "PPKS-14").search
        assert is_sensitive("PPKS-14")
        outside = view.export().set_index("Wilayah")["Kesimpulan"]
        assert set(outside.index[outside == "disensor"]) == {"Kec. Mamajang", "Kec. Makassar", "Kec. Wajo"}


class TestQuietLeaves:
    """Mariso's first kelurahan has 3 cases and its second 6 where more were expected; its third did not report."""

    FIRST, SECOND, THIRD = areas.members(MARISO)[:3]

    def page(self, category: str, slice_code: str) -> Coverage:
        reports = [row for code in areas.codes("kelurahan") if code != self.THIRD for row in visited(code, 2)]
        cases = [*found_in(self.FIRST, 3, category), *found_in(self.SECOND, 6, category)]
        view = shown(facts_of(cases, reports, today=date(2026, 11, 24)), slice_code)
        usual = Area(0, Standing.USUAL, island=False)
        quiet = [Area(count, Standing.QUIET, False, 31.4, 20, 44, 0.001, 0.01) for count in (3, 6)]
        silent = Area(None, Standing.NOT_REPORTED, island=False)
        vars(view)["silence"] = Quiet((*quiet, silent, *[usual] * 150), None, 0.1)
        return view

    def test_few_cases_take_their_expectation_with_them(self):
        view = self.page("PPKS-08", ALL).quiet
        assert view.table["Kasus"].tolist() == ["3", "6", "belum melapor"]
        leaves = view.export()
        assert leaves["Kasus"].tolist() == ["disensor", "6", "belum melapor"]
        assert leaves["Harapan (95%)"].tolist() == ["–", "31,4 (20–44)", "–"]

    def test_a_sensitive_slice_is_told_by_kecamatan_only(self):
        view = self.page("PPKS-14", "PPKS-14").quiet
        assert view.table["Wilayah"].tolist() == [areas.label(code) for code in (self.FIRST, self.SECOND, self.THIRD)]
        leaves = view.export()
        assert leaves["Wilayah"].tolist() == ["Kec. Mariso", "Kec. Mariso", areas.label(self.THIRD)]
        assert leaves["Kasus"].tolist() == ["disensor", "disensor", "belum melapor"]
        assert leaves["Harapan (95%)"].tolist() == ["–"] * 3


class TestHiddenLeaves:
    """In Mariso 40 persons were found and 60 are in the register, 30 in both; in Wajo 20 and 20, 17 in both."""

    def page(self) -> Coverage:
        lists = {areas.members(MARISO)[0]: (40, 60, 30), areas.members(WAJO)[0]: (20, 20, 17)}
        cases = [row for code, (found, _, _) in lists.items() for row in found_in(code, found)]
        register = [
            entry(f"R{code}{number}", code, None, None, kategori=["PPKS-08"])
            for code, (_, known, _) in lists.items()
            for number in range(known)
        ]
        matches = {
            f"{code}PPKS-08{number}": (MATCHED, f"R{code}{number}") if number < both else (UNMATCHED, "")
            for code, (found, _, both) in lists.items()
            for number in range(found)
        }
        return shown(facts_of(cases, register=register, matches=matches, today=date(2026, 11, 24)))

    def test_by_kecamatan_a_short_rest_does_not_leave(self):
        view = self.page().districts
        inside = view.table.set_index("Wilayah")["Terlihat (orang)"]
        assert (inside["Mariso"], inside["Wajo"]) != ("–", "–")
        leaves = view.export().set_index("kode_kecamatan")
        assert (leaves.loc[MARISO, "status"], leaves.loc[WAJO, "status"]) == ("ok", "disensor")
        assert leaves.loc[WAJO, ["value", "numerator", "lower", "upper"]].isna().all()

    def test_groups_leave_as_they_are_answered_for_what_leaves(self):
        page = self.page()
        leaves = page.hidden.export().set_index("kelompok")
        assert leaves.loc[[ALL, "LANSIA"], "status"].tolist() == ["ok", "ok"]
        assert not leaves["numerator"].between(1, EXPORT.small_cell - 1).any()


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

    def test_every_cell_can_be_read_on_its_colour(self):
        colours = [*style.SEQUENTIAL, services.BELOW, services.OVER, *(colour for _, colour in services.STATES.values())]
        assert {style.ink_on(colour) for colour in colours} == {style.TEXT, style.ZERO}
        assert min(style.contrast(colour, style.ink_on(colour)) for colour in colours) >= 4.5
        assert style.contrast("#000000", "#FFFFFF") == pytest.approx(21)

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
