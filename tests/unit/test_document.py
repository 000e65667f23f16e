"""The brief: the deck's own words and numbers, printed as they are, whole or not at all."""

import re
import shutil
import subprocess
from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.materials.document import content, least_width, linked, slide_code, unprinted, write
from ipsm_analytics.materials.paper import Press
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.rakor.passport import decode
from ipsm_analytics.reference import areas
from ipsm_analytics.views.agenda.parts import (
    AreaMap,
    Bars,
    Card,
    Cards,
    Deck,
    Grid,
    Lines,
    Number,
    Series,
    Slide,
    Step,
    Waterfall,
)
from ipsm_analytics.views.classes import LegendEntry
from ipsm_analytics.views.i18n import Words

WORDS, NAN = Words(), float("nan")
YEAR = Window(Month(2025, 11), Month(2026, 10))
NASTY = r"Kel. #1 *tebal* $harga$ _miring_ @tanda <b> `kode` \ [x] = - 'petik' \"dua\" //"
NEEDS_TEXT = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def number(value: float, place: int = 0, area: str = areas.CITY, code: str = "K01", text: str = "") -> Number:
    known = not isnan(value)
    shown = text or (f"{value:g}" if known else "disensor")
    status = Status.OK if known else Status.SUPPRESSED
    asked = Query(code, window=YEAR, area=area)
    return Number(f"{code}-{place}-{area}", asked, areas.label(area), status, value, value, NAN, NAN, NAN, shown, "–")


MONTHS = YEAR.months()
BY_MONTH = tuple(number(1100 + place, place) for place in range(12))
BY_AREA = {code: number(2000 + place, 50, code, "K03") for place, code in enumerate(areas.codes("kelurahan"))}
GRID = Grid(("Hal", "Nilai"), ((NASTY, "77.001"), ("lain", "77.002")), frozenset({1}))
STEPS = (Step("Lalu", 10, "9.010", "a", True), Step("Baru", 5, "+9.005", "b"), Step("Kini", 15, "9.015", "c", True))
SLIDES = (
    Slide("pembukaan", "a", NASTY, None, bullets=(NASTY,), context="konteks"),
    Slide(
        "ringkasan",
        "b",
        "Kasus naik",
        Cards((Card("Kasus", number(3001, 1), "kasus", "naik 3%"), Card("Orang", number(NAN, 2), "orang", ""))),
        numbers=(number(3001, 1), number(NAN, 2), number(4004, 3)),
        question=Query("K01", window=YEAR),
    ),
    Slide(
        "kelompok",
        "c",
        "Menurut bulan",
        Lines(tuple(map(WORDS.month, MONTHS)), (Series("Anak", "#0072B2", BY_MONTH),), "kasus", 2),
        numbers=BY_MONTH,
    ),
    Slide(
        "respons",
        "d",
        "Menurut kecamatan",
        Bars(("Mariso", "Tallo"), (number(5001, 4), number(5002, 5)), ("5.001", "5.002"), "kasus"),
        beside=GRID,
        numbers=(number(5001, 4, text="5.001"), number(5002, 5, text="5.002")),
    ),
    Slide(
        "peta",
        "e",
        "Di mana",
        AreaMap(
            "kelurahan", areas.CITY, dict.fromkeys(BY_AREA, "#EAF3F8"), BY_AREA, (LegendEntry("#EAF3F8", "semua", 153),), "Laju"
        ),
        numbers=tuple(BY_AREA.values()),
        question=Query("K03", window=YEAR),
    ),
    Slide("sejak", "f", "Sejak rakor lalu", Waterfall(STEPS, "kasus")),
)
DECK = Deck(NASTY, "Kota Makassar", "Nov 2025–Okt 2026", "Data s.d. 31 Okt 2026", "DATA CONTOH", "RK-3", SLIDES)


def text_of(file: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True)
    return done.stdout


def about(file: Path) -> str:
    return subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("naskah") / "naskah.pdf"
    write(DECK, file)
    return file


@NEEDS_TEXT
class TestPages:
    def test_every_number_of_the_deck_can_be_read(self, brief: Path):
        words = set(text_of(brief).split())
        assert [one.text for one in DECK.numbers if one.text not in words] == []

    def test_every_text_of_tables_and_steps_can_be_read(self, brief: Path):
        text = text_of(brief)
        assert all(one in text for one in ("77.001", "77.002", "9.010", "+9.005", "9.015", "disensor", "naik 3%"))

    def test_names_are_printed_as_they_are(self, brief: Path):
        folded = re.sub(r"\s+", " ", text_of(brief))
        assert folded.count(NASTY) >= 2

    def test_each_page_carries_cutoff_code_mark_and_number(self, brief: Path):
        pages = text_of(brief).split("\f")[:-1]
        assert 3 <= len(pages) <= 10
        for place, page in enumerate(pages, 1):
            assert f"Halaman {place} dari {len(pages)}" in page
            assert "Data s.d. 31 Okt 2026 · RK-3 · DATA CONTOH" in page

    def test_it_has_a_title_tags_and_a4(self, brief: Path):
        told = about(brief)
        assert re.search(rf"Title: +{re.escape(NASTY)}", told)
        assert re.search(r"Tagged: +yes", told)
        assert "(A4)" in told

    def test_definitions_of_all_indicators_end_it(self, brief: Path):
        last = text_of(brief).partition("Arti setiap angka")[2]
        assert "K01" in last
        assert "K03" in last

    def test_a_picture_says_its_passport(self, brief: Path):
        assert slide_code(DECK, SLIDES[1]) in text_of(brief)


def test_language_and_outline_are_in_the_file(brief: Path):
    raw = brief.read_bytes()
    assert b"/Lang (id)" in raw or b"/Lang(id)" in raw
    assert b"/Outlines" in raw


class TestContent:
    def test_a_slide_knows_its_passport(self):
        found = decode(slide_code(DECK, SLIDES[1]))
        assert (found.question, found.snapshot, found.version) == (Query("K01", window=YEAR), 3, 0)

    def test_unfrozen_data_are_named_by_their_version(self):
        found = decode(slide_code(replace(DECK, code="v26"), SLIDES[1]))
        assert (found.snapshot, found.version) == (0, 26)

    def test_a_split_question_is_asked_as_a_whole(self):
        slide = replace(SLIDES[1], question=Query("K01", ("kecamatan",), YEAR))
        assert slide_code(DECK, slide) == slide_code(DECK, SLIDES[1])

    @pytest.mark.parametrize("question", [None, Query("K01")])
    def test_words_alone_have_no_passport(self, question: Query | None):
        assert slide_code(DECK, replace(SLIDES[1], question=question)) == ""

    def test_a_number_only_spoken_of_is_listed(self):
        assert [one.text for one in unprinted(SLIDES[1])] == ["4004"]
        assert unprinted(SLIDES[3]) == ()

    def test_a_number_behind_pictures_is_listed_once(self):
        twice = replace(DECK, slides=(SLIDES[2], replace(SLIDES[2], key="again")))
        assert len(content(twice, linked, WORDS)["behind"]) == 1

    def test_narrow_pictures_stand_side_by_side(self):
        (row,) = content(replace(DECK, slides=(SLIDES[3],)), linked, WORDS)["slides"][0]["pictures"]
        assert row[1]["share"] == pytest.approx(least_width(GRID))
        assert sum(one["share"] for one in row) == pytest.approx(493 - 14)

    def test_wide_ones_stand_one_under_the_other(self):
        wide = replace(SLIDES[3], beside=replace(GRID, rows=((NASTY * 2, "1"),)))
        rows = content(replace(DECK, slides=(wide,)), linked, WORDS)["slides"][0]["pictures"]
        assert [[one["share"] for one in row] for row in rows] == [[493], [493]]

    def test_links_lead_where_the_dashboard_is_reached(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("IPSM_ADDRESS", "https://data.example.go.id")
        assert linked("K01-X") == "https://data.example.go.id/paspor?kode=K01-X"

    def test_english_words_for_an_english_deck(self):
        made = content(DECK, linked, Words("en"))
        assert (made["language"], made["labels"]["definitions"]) == ("en", "What every number means")


class TestRefusals:
    def test_a_deck_without_slides(self, tmp_path: Path):
        with pytest.raises(UserError, match="tidak memuat satu slaid pun"):
            write(replace(DECK, slides=()), tmp_path / "a.pdf")

    def test_another_kind_of_file(self, tmp_path: Path):
        with pytest.raises(UserError, match=r"Yang diterima: \.pdf"):
            write(DECK, tmp_path / "a.docx")

    def test_a_folder_that_is_not_there(self, tmp_path: Path):
        with pytest.raises(UserError, match="Folder tujuan tidak ada"):
            write(DECK, tmp_path / "x" / "a.pdf")

    def test_a_folder_in_place_of_a_file(self, tmp_path: Path):
        (tmp_path / "a.pdf").mkdir()
        with pytest.raises(UserError, match="sebuah folder"):
            write(DECK, tmp_path / "a.pdf")

    def test_what_was_there_stays_when_writing_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        held = tmp_path / "a.pdf"
        held.write_bytes(b"lama")

        def full(self: Path, _data: bytes) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(UserError, match="tidak dapat ditulis"):
            write(DECK, held)
        monkeypatch.undo()
        assert held.read_bytes() == b"lama"
        assert [one.name for one in tmp_path.iterdir()] == ["a.pdf"]

    def test_a_layout_that_misses_its_content_is_our_own_fault(self):
        with pytest.raises(InternalError, match="dictionary does not contain key"):
            Press("brief").pdf({"language": "id"})


def test_only_the_fonts_that_are_shipped_are_used(brief: Path):
    named = set(re.findall(rb"/BaseFont ?/[A-Z]+\+([A-Za-z-]+)", brief.read_bytes()))
    assert named <= {b"LiberationSans", b"LiberationSans-Bold"}
    assert b"LiberationSans" in brief.read_bytes()
