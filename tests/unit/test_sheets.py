"""Lembar wilayah: every number as it may leave the office, the same as anywhere else, one page an area."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from math import isnan
from pathlib import Path

import pandas as pd
import pytest

from ipsm_analytics import cli
from ipsm_analytics.answers import Facts, query
from ipsm_analytics.config import settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.materials import sheets as module
from ipsm_analytics.materials.document import linked
from ipsm_analytics.materials.paper import Press
from ipsm_analytics.materials.sheets import content, file_name, make, write
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy, is_sensitive, policy
from ipsm_analytics.rakor.passport import decode
from ipsm_analytics.rakor.snapshot import Snapshot, Wish, freeze
from ipsm_analytics.reference import areas, population
from ipsm_analytics.reference.categories import categories
from ipsm_analytics.statistics.significance import Significance
from ipsm_analytics.store import Store
from ipsm_analytics.views import spine
from ipsm_analytics.views.agenda.parts import Asking, asking
from ipsm_analytics.views.agenda.sheet import HEADLINE, LEVELS, THEMES, AreaSheet, Sheets, passports
from ipsm_analytics.views.chart import Scope
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.profile import Profile
from tests.cubes import CASES, FIRST_QUARTER, MARISO, REPORTS
from tests.facts import Row, facts_of
from tests.tables import sicadas, take

WORDS = Words()
OPEN, GATE = Policy(0, False), policy("operator", "ekspor", 5)
YEAR = Window(Month(2025, 4), Month(2026, 3))
DAY = date(2026, 5, 20)
STATUSES = ("baru", "verifikasi", "dilayani", "selesai")
SENSITIVE = tuple(code for code in categories() if is_sensitive(code))
ORDINARY = tuple(code for code in categories() if not is_sensitive(code))


def snapshot(window: Window = YEAR, area: str = areas.CITY, slice_code: str = "SEMUA") -> Snapshot:
    limits = {"small_cell": 5, "settle_days": 60, "report_due_day": 5, "poor_decile": 4}
    return Snapshot(3, "Rakor", DAY, 1, window, DAY, limits, population.by_kelurahan(), "0.1.0+abcde123", area, slice_code)


def scattered() -> Iterator[Row]:
    """In the n-th kelurahan n mod 23 cases, ordinary and sensitive categories by turns, over two years; every 29th is silent."""
    for place, code in enumerate(areas.codes("kelurahan")):
        for one in range(0 if place % 29 == 7 else place % 23):
            category = SENSITIVE[place % len(SENSITIVE)] if one % 2 == 0 else ORDINARY[place % len(ORDINARY)]
            reported = date(2026, 3, 20) - timedelta(days=37 * one % 740)
            yield {
                "person_key": f"{code}-{one - one % 5 if place % 4 else one}",
                "kode_kelurahan": code,
                "kategori": [category],
                "tgl_lapor": reported,
                "tgl_masuk": reported,
                "status": STATUSES[one % 4],
                "case_id": f"{code}/{one}",
                "jk": "P",
                "usia": 30,
            }


@cache
def city() -> Facts:
    return facts_of(tuple(scattered()), today=DAY)


@cache
def asked(area: str = areas.CITY, slice_code: str = "SEMUA") -> Asking:
    return asking(city(), snapshot(area=area, slice_code=slice_code), WORDS, "operator", "ekspor")


@cache
def all_sheets(level: str) -> tuple[AreaSheet, ...]:
    made = Sheets(asked(), level)
    return tuple(made.sheet(code) for code in made.codes)


EVERY = [*LEVELS]


def text_of(file: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout


def raw(level: str, *by: str, code: str = "K01", window: Window = YEAR) -> pd.DataFrame:
    return query(city(), Query(code, (*by, level), window), OPEN)


class TestGate:
    def test_there_is_a_sheet_for_each_of_168_areas(self):
        assert [len(all_sheets(level)) for level in LEVELS] == [15, 153]

    @pytest.mark.parametrize("level", EVERY)
    @pytest.mark.parametrize("code", ["K01", "K02"])
    def test_small_groups_say_that_they_are_withheld(self, level: str, code: str):
        small = raw(level, "kelompok", code=code).query("0 < value < 5")
        shown = {sheet.code: sheet for sheet in all_sheets(level)}
        assert len(small)
        for row in small.to_dict("records"):
            parts = shown[row[f"kode_{level}"]].groups
            numbers = [part.cases if code == "K01" else part.persons for part in parts]
            (number,) = [one for one in numbers if one.question.slice == row["kelompok"]]
            assert (number.text, number.known) == ("disensor", False)

    @pytest.mark.parametrize("level", EVERY)
    def test_small_months_say_that_they_are_withheld(self, level: str):
        window = Window(Month(2024, 4), Month(2026, 3))
        small = raw(level, "bulan", window=window).query("0 < value < 5")
        shown = {sheet.code: {bar.label: bar.number.text for bar in sheet.months} for sheet in all_sheets(level)}
        texts = [shown[row[f"kode_{level}"]][WORDS.month(Month.parse(row["bulan"]))] for row in small.to_dict("records")]
        assert len(texts) > 50
        assert set(texts) == {"disensor"}

    @pytest.mark.parametrize("level", EVERY)
    def test_no_number_of_any_sheet_stands_on_one_to_four_persons_or_cases(self, level: str):
        for sheet in all_sheets(level):
            for number in sheet.numbers:
                if number.question.indicator in ("R01", "R02", "R03"):
                    continue
                assert isnan(number.numerator) or number.numerator == 0 or number.numerator >= 5
                if not isnan(number.denominator) and number.question.indicator != "B01":
                    rest = number.denominator - number.numerator
                    assert number.denominator == 0 or number.denominator >= 5
                    assert isnan(rest) or rest <= 0 or rest >= 5

    def test_sensitive_categories_are_on_no_sheet_of_a_kelurahan(self):
        shown = {part.cases.question.slice for sheet in all_sheets("kelurahan") for part in sheet.categories}
        large = raw("kelurahan", "kategori").query("value >= 5")
        assert set(SENSITIVE) & set(large["kategori"])
        assert shown
        assert not shown & set(SENSITIVE)

    def test_a_withheld_number_reaches_no_word_of_the_paper(self):
        for sheet in all_sheets("kelurahan"):
            (shown,) = content((sheet,), WORDS, linked, "Lembar")["sheets"]
            cells = [cell for name in ("groups", "categories") for row in shown[name] for cell in row[1:]]
            cells += [row[1] for row in shown["heads"][:2]]
            assert not {"1", "2", "3", "4"} & set(cells)

    def test_withheld_cases_are_said_to_be_so(self):
        small = raw("kelurahan").query("0 < value < 5")["kode_kelurahan"]
        shown = {sheet.code: sheet for sheet in all_sheets("kelurahan")}
        assert len(small) > 5
        for code in small:
            assert "disensor" in shown[code].headline
            assert not re.search(r"\b[1-4] kasus dilaporkan", shown[code].headline)


class TestContent:
    @pytest.mark.parametrize("level", EVERY)
    def test_every_number_is_what_its_question_answers(self, level: str):
        for sheet in all_sheets(level)[::11]:
            for number in sheet.numbers:
                found = query(city(), number.question, GATE).iloc[0]
                assert found["status"] == number.status
                assert found["value"] == pytest.approx(number.value, nan_ok=True)

    def test_passports_name_the_very_questions(self):
        sheet = all_sheets("kelurahan")[40]
        codes = dict.fromkeys(code for _, code in passports(sheet))
        assert set(codes) == {number.passport for number in sheet.numbers}
        asked_for = {number.passport: number.question for number in sheet.numbers}
        assert all(decode(code).question == asked_for[code] for code in codes)

    def test_the_table_holds_all_themes_in_their_order(self):
        sheet = all_sheets("kecamatan")[0]
        assert [row.number.question.indicator for row in sheet.keys] == [code for codes in THEMES.values() for code in codes]
        assert [number.question.indicator for number in sheet.heads] == list(HEADLINE)

    @pytest.mark.parametrize("level", EVERY)
    def test_verdicts_are_those_of_profil_wilayah(self, level: str):
        desk = asked().desk
        together = spine.marks_by_area(desk, asked().scope, level)
        for code in areas.codes(level)[::7]:
            alone = spine.marks(desk, Scope(code, "SEMUA", YEAR))
            assert [(one.level, one.reading, one.reason) for one in alone] == [
                (one.level, one.reading, one.reason) for one in together[code]
            ]
            assert [list(one.peers) for one in alone] == [list(one.peers) for one in together[code]]

    def test_changes_and_questions_are_those_of_profil_wilayah(self):
        for sheet in all_sheets("kecamatan")[::4]:
            page = Profile(asked().desk, Scope(sheet.code, "SEMUA", YEAR))
            assert (sheet.changes, sheet.questions, sheet.headline) == (page.changes, page.questions, page.headline)

    def test_some_area_differs_from_the_city(self):
        levels = {mark.level for marks in Sheets(asked(), "kelurahan").marks.values() for mark in marks}
        assert {Significance.SAME, Significance.NOT_ASSESSED} < levels

    def test_months_are_two_years_with_the_last_ones_open(self):
        bars = all_sheets("kecamatan")[0].months
        assert len(bars) == 24
        assert (bars[0].label, bars[-1].label) == ("Apr 2024", "Mar 2026")
        assert [bar.open for bar in bars] == sorted(bar.open for bar in bars)

    def test_the_citys_rate_is_shared_out_by_residents(self):
        sheet = all_sheets("kecamatan")[3]
        month = query(city(), Query("K01", window=Window(Month(2026, 3), Month(2026, 3))), GATE)["value"].iloc[0]
        share = population.by_area(sheet.code) / population.city_total()
        assert sheet.months[-1].at_city_rate == pytest.approx(month * share)

    def test_a_scope_of_one_kecamatan_gives_its_own_kelurahan_only(self):
        assert Sheets(asked(MARISO), "kelurahan").codes == areas.members(MARISO)
        assert Sheets(asked(MARISO), "kecamatan").codes == (MARISO,)

    def test_a_slice_has_no_groups_and_its_name(self):
        sheet = Sheets(asked(slice_code="LANSIA"), "kecamatan").sheet(MARISO)
        assert (sheet.groups, sheet.slice) == ((), "Lansia")

    def test_the_small_city_by_hand(self):
        facts = facts_of(CASES, REPORTS, today=DAY)
        shown = asking(facts, snapshot(FIRST_QUARTER), WORDS, "operator", "layar")
        sheet = Sheets(shown, "kecamatan").sheet(MARISO)
        assert [number.text for number in sheet.heads[:2]] == ["6", "3"]
        assert {part.name: (part.cases.text, part.persons.text) for part in sheet.groups}["Lansia"] == ("3", "2")
        first = sheet.categories[0]
        assert (first.name, first.cases.text) == ("Lanjut Usia Terlantar", "3")
        assert [bar.number.text for bar in sheet.months] == ["3", "1", "2"]
        assert (sheet.people, sheet.mark) == (population.by_area(MARISO), "")


class TestFiles:
    def test_names_say_code_and_place(self):
        shown = {sheet.code: file_name(sheet) for sheet in all_sheets("kelurahan")}
        assert shown["73.71.06.1001"].startswith("73.71.06.1001_")
        assert len(set(shown.values())) == 153
        assert all(re.fullmatch(r"73\.71\.\d\d\.\d{4}_[A-Za-z0-9_-]+\.pdf", name) for name in shown.values())
        odd = replace(all_sheets("kecamatan")[0], name="Kaluku Bodoa / #2")
        assert file_name(odd) == "73.71.01_Kaluku_Bodoa_2.pdf"

    def test_a_zip_holds_a_file_an_area_and_says_how_far_it_is(self, tmp_path: Path):
        told: list[tuple[int, int]] = []
        count = write(asked(), "kecamatan", tmp_path / "lembar.zip", lambda done, whole: told.append((done, whole)))
        with zipfile.ZipFile(tmp_path / "lembar.zip") as archive:
            assert archive.namelist() == [file_name(sheet) for sheet in all_sheets("kecamatan")]
            assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
        assert (count, told[0], told[-1]) == (15, (1, 15), (15, 15))

    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
    def test_a_bound_file_has_a_page_an_area_with_its_numbers(self, tmp_path: Path):
        file = tmp_path / "lembar.pdf"
        write(asked(), "kecamatan", file)
        pages = text_of(file).split("\f")[:-1]
        assert len(pages) == 15
        for page, sheet in zip(pages, all_sheets("kecamatan"), strict=True):
            assert sheet.name in page
            assert f"{sheet.code}" in page
            words = set(page.split())
            shown = [*sheet.heads, *(row.number for row in sheet.keys), *(part.cases for part in sheet.groups)]
            assert [number.text for number in shown if not set(number.text.split()) <= words] == []
            assert [code for _, code in passports(sheet) if code not in words] == []

    @pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not installed")
    def test_too_many_words_still_make_one_page_and_odd_names_stay(self, tmp_path: Path):
        long = ("Kasus fakir miskin naik 43%: dari 136 menjadi 195, dan seterusnya dengan keterangan yang panjang sekali.",) * 9
        sheet = replace(all_sheets("kecamatan")[0], changes=long, questions=long, name=r"#1 *x* $y$ _z_ \w")
        (tmp_path / "a.pdf").write_bytes(Press("sheets").pdf(content((sheet,), WORDS, linked, "Lembar")))
        told = subprocess.run(["pdfinfo", str(tmp_path / "a.pdf")], check=True, capture_output=True, text=True).stdout
        assert re.search(r"Pages: +1\n", told)
        assert r"#1 *x* $y$ _z_ \w" in text_of(tmp_path / "a.pdf")

    def test_refusals(self, tmp_path: Path):
        with pytest.raises(UserError, match="Tingkat lembar tidak dikenal"):
            write(asked(), "rt", tmp_path / "a.pdf")
        with pytest.raises(UserError, match=r"\.pdf, \.zip"):
            write(asked(), "kecamatan", tmp_path / "a.txt")
        with pytest.raises(UserError, match="Tidak ada wilayah setingkat itu"):
            write(asked(areas.members(MARISO)[0]), "kecamatan", tmp_path / "a.pdf")
        nothing = asking(facts_of(today=DAY), snapshot(), WORDS, "operator", "ekspor")
        with pytest.raises(UserError, match="Belum ada data"):
            write(nothing, "kecamatan", tmp_path / "a.pdf")
        assert list(tmp_path.iterdir()) == []

    def test_a_stopped_run_leaves_nothing(self, tmp_path: Path):
        def stop(_done: int, _whole: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write(asked(), "kecamatan", tmp_path / "a.zip", stop)
        assert list(tmp_path.iterdir()) == []


class TestCommand:
    def test_it_writes_the_sheets_of_a_snapshot(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        days = ({"NIK": f"737101450690000{place}", "Tanggal Laporan": f"15/0{place}/2026"} for place in (5, 8))
        take(sicadas(tmp_path / "a.csv", *days))
        freeze(Store(settings()), settings(), Wish("Rakor Oktober", DAY, YEAR, MARISO), "ani")
        out = tmp_path / "lembar.zip"
        assert cli.main(["sheets", "--level", "kecamatan", "--snapshot", "rakor oktober", "--out", str(out)]) == 2
        assert "Tidak ada data pada periode itu" in capsys.readouterr().err
        assert cli.main(["sheets", "--level", "kecamatan", "--out", str(out)]) == 0
        assert "15 lembar kecamatan ditulis" in capsys.readouterr().out.replace("\n", "")
        assert len(zipfile.ZipFile(out).namelist()) == 15

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["--level", "kecamatan"], "belum diisi: --out"),
            (["--level", "rt", "--out", "a.pdf"], "tidak mengenal 'rt'"),
        ],
    )
    def test_it_says_what_is_missing(self, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]):
        with pytest.raises(SystemExit):
            cli.main(["sheets", *arguments])
        assert complaint in capsys.readouterr().err

    def test_errors_come_before_the_work(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(module, "load", lambda *_: pytest.fail("data were read"))
        with pytest.raises(UserError, match="Folder tujuan tidak ada"):
            make("kecamatan", tmp_path / "x" / "a.pdf", settings())

    def test_an_empty_store_and_an_unknown_meeting(self, tmp_path: Path):
        with pytest.raises(UserError, match="Belum ada data"):
            make("kecamatan", tmp_path / "a.pdf", settings())
        with pytest.raises(UserError, match="Apa"):
            make("kecamatan", tmp_path / "a.pdf", settings(), "Apa")


def test_a_status_that_is_no_number_has_words():
    texts = {number.status: number.text for sheet in all_sheets("kelurahan") for number in sheet.numbers}
    assert texts[Status.SUPPRESSED] == "disensor"
    assert texts[Status.NOT_REPORTED] == "belum melapor"
