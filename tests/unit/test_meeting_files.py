"""The files of a meeting, opened as their readers open them, say the numbers of `query`: all of them and no others.

On a city of a few dozen cases with two meetings and an import after them; tests/unit/test_one_truth.py does it on a sample.
"""

import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pptx
import pytest
from python_calamine import CalamineWorkbook

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.ingest import ingest
from ipsm_analytics.materials import codes
from ipsm_analytics.materials.annex import COLUMNS
from ipsm_analytics.materials.document import content
from ipsm_analytics.materials.making import WRITERS
from ipsm_analytics.materials.making import content as deck_of
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Purpose, policy
from ipsm_analytics.rakor import passport
from ipsm_analytics.rakor.decisions import decisions
from ipsm_analytics.rakor.movement import movement
from ipsm_analytics.rakor.snapshot import Wish, facts_of, freeze, numbered
from ipsm_analytics.store import Store
from ipsm_analytics.views.agenda.movement import Comparison
from ipsm_analytics.views.agenda.parts import Asking, Bars, Cards, Deck, Figure, Grid, Lines, Number, Waterfall, asking
from ipsm_analytics.views.agenda.whole import whole
from ipsm_analytics.views.i18n import Words
from tests.conftest import KEY, TODAY
from tests.cubes import BONTORANNU, MATTOANGIN, PANNAMPU
from tests.tables import monthly, take, template
from tests.unit.test_slides import texts

WORDS = Words()
FIGURES = ("value", "lower", "upper", "numerator", "denominator")
PURPOSES: tuple[Purpose, ...] = ("ekspor", "layar")
CELLS = ("nilai", "bawah", "atas", "pembilang", "penyebut")
UNDRAWN = tuple(WORDS(f"materi.{name}") for name in ("tempat", "alas", "ruang"))
"""Series of a chart that only make room: they say so in their names."""


@dataclass(frozen=True)
class City:
    """A store with the meetings RK-1 and RK-2, the second compared with the first, and files not yet taken in."""

    config: Settings
    later: tuple[Path, ...]

    @property
    def store(self) -> Store:
        """Its data as they stand now."""
        return Store(self.config)

    def facts(self, number: int) -> Facts:
        """The rows of a meeting, read anew."""
        return facts_of(self.store, numbered(self.store, number), self.config)

    def deck(self, purpose: Purpose) -> Deck:
        """RK-2 as it leaves the office, or as the stage shows it."""
        now = numbered(self.store, 2)
        if purpose == "ekspor":
            return deck_of(self.store, self.config, now)
        then, last = (self._asked(number) for number in (1, 2))
        moved = movement(self.store, numbered(self.store, 1), now)
        return whole(last, Comparison(then, last, moved), decisions(self.store), self._asked)

    def _asked(self, number: int) -> Asking:
        return asking(self.facts(number), numbered(self.store, number), WORDS, "operator", "layar")


@dataclass(frozen=True)
class Made:
    """The deck for export of a city and its three files."""

    city: City
    deck: Deck
    folder: Path

    @cached_property
    def pages(self) -> list[Any]:
        """Slides of the PPTX."""
        return list(pptx.Presentation(str(self.folder / "rakor.pptx")).slides)

    @cached_property
    def lines(self) -> set[str]:
        """Lines of the notes of all slides."""
        return {line for page in self.pages for line in page.notes_slide.notes_text_frame.text.splitlines()}

    @cached_property
    def annex(self) -> dict[str, list[list[Any]]]:
        """Rows of the XLSX by sheet."""
        book = CalamineWorkbook.from_path(self.folder / "rakor.xlsx")
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The sheet of numbers by passport; an empty cell is None."""
        named = [[cell if cell != "" else None for cell in row] for row in self.annex[WORDS("lampiran.angka")][1:]]
        rows = [dict(zip((name for name, _ in COLUMNS), row, strict=True)) for row in named]
        assert len({row["paspor"] for row in rows}) == len(rows)
        return {row["paspor"]: row for row in rows}


def small_city(folder: Path) -> City:
    """Old and poor people of three kelurahan over five months; a late case and a late report are not yet taken in."""
    config = Settings(folder / "store", KEY, date.fromisoformat(TODAY))

    def rows(count: int, place: str, month: str, kind: str) -> Iterator[dict[str, str]]:
        for number in range(count):
            name = f"Orang {place} {kind} {number}"
            yield {"nama": name, "tgl_lahir": "01/02/1950", "kode_kelurahan": place, "kategori": kind,
                   "tgl_lapor": f"{month}-15", "id_kasus": f"{month}-{place}-{kind}-{number}"}  # fmt: skip

    first = [*rows(9, BONTORANNU, "2026-05", "PPKS-08"), *rows(7, MATTOANGIN, "2026-06", "PPKS-24")]
    second = [*rows(11, BONTORANNU, "2026-07", "PPKS-24"), *rows(3, PANNAMPU, "2026-07", "PPKS-09")]
    reports = [{"kode_kelurahan": place, "bulan": "2026-06"} for place in (BONTORANNU, PANNAMPU)]
    take(template(folder / "a.csv", *first), monthly(folder / "b.csv", *reports), config=config)
    _freeze(config, Wish("Rakor Juli", date(2026, 7, 20), Window(Month(2026, 5), Month(2026, 6))))
    take(template(folder / "c.csv", *second), config=config)
    _freeze(config, Wish("Rakor Agustus", date(2026, 8, 20), Window(Month(2026, 5), Month(2026, 7)), previous=1))
    late = template(folder / "d.csv", *rows(20, PANNAMPU, "2026-06", "PPKS-08"))
    return City(config, (late,))


def _freeze(config: Settings, wish: Wish) -> None:
    freeze(Store(config), config, wish, "uji")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return small_city(tmp_path_factory.mktemp("kota"))


@pytest.fixture(scope="module")
def made(city: City, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Everything is written before the later files come in."""
    folder, deck = tmp_path_factory.mktemp("berkas"), city.deck("ekspor")
    write(city, deck, folder)
    return Made(city, deck, folder)


def write(city: City, deck: Deck, folder: Path) -> None:
    for suffix, writer in WRITERS.items():
        writer(deck, folder / f"rakor{suffix}", link=partial(codes.link, config=city.config))


def figures(number: Number) -> tuple[float, ...]:
    return tuple(getattr(number, name) for name in FIGURES)


@pytest.fixture(scope="module")
def facts(city: City) -> dict[int, Facts]:
    """The rows of both meetings, read apart from what the decks were made of."""
    return {number: city.facts(number) for number in (1, 2)}


@pytest.fixture(scope="module")
def decks(city: City, made: Made) -> dict[str, Deck]:
    """By purpose."""
    return {"ekspor": made.deck, "layar": city.deck("layar")}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_number_is_the_answer_of_query(decks: dict[str, Deck], facts: dict[int, Facts], purpose: Purpose):
    rule = policy("operator", purpose, 5)
    values = [one for one in decks[purpose].numbers if passport.decode(one.passport).kind == "nilai"]
    assert len(values) > 250
    for number in values:
        told = passport.decode(number.passport)
        assert told.question == number.question
        (row,) = query(facts[told.snapshot], number.question, rule).to_dict("records")
        assert row["status"] == number.status
        np.testing.assert_array_equal(figures(number), [float(row[name]) for name in FIGURES])


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_moved_adds_up_to_the_difference_of_both_meetings(
    city: City, decks: dict[str, Deck], facts: dict[int, Facts], purpose: Purpose
):
    rule = policy("operator", purpose, 5)
    windows = {number: numbered(city.store, number).window for number in facts}
    parts: dict[Query, float] = {}
    for number in decks[purpose].numbers:
        if passport.decode(number.passport).kind == "bagian":
            parts[number.question] = parts.get(number.question, 0.0) + number.value
    assert len(parts) > 0
    for question, total in parts.items():
        before, after = (
            query(held, replace(question, window=windows[number]), rule)["value"].iloc[0] for number, held in facts.items()
        )
        assert total == pytest.approx(after - before)


class TestSlides:
    def test_every_number_and_its_passport_stand_in_the_notes(self, made: Made):
        for number in made.deck.numbers:
            assert any(number.passport in line and number.text in line for line in made.lines), number.passport

    def test_every_number_drawn_can_be_read_on_a_slide(self, made: Made):
        shown = [*(text for page in made.pages for text in texts(page.shapes)), *_labels(made.pages)]
        told = {text for slide in made.deck.slides for figure in (slide.figure, slide.beside) for text in _drawn(figure)}
        assert len(told) > 25
        assert [text for text in sorted(told) if not any(text in one for one in shown)] == []

    def test_no_series_holds_a_number_from_nowhere(self, made: Made):
        allowed = _allowed(made.deck)
        found = list(_charted(made.pages))
        assert len(found) > 50
        strange = {(name, value) for name, value in found if not _near(value, allowed)}
        assert strange == set()

    def test_the_workbook_of_a_chart_holds_what_the_chart_draws(self, made: Made):
        for page in made.pages:
            for shape in page.shapes:
                if shape.has_chart:
                    blob = shape.chart.part.chart_workbook.xlsx_part.blob
                    cells = CalamineWorkbook.from_filelike(BytesIO(blob)).get_sheet_by_index(0).to_python()
                    drawn = [list(series.values) for series in shape.chart.plots[0].series]
                    held = [[row[place] if row[place] != "" else None for row in cells[1:]] for place in range(1, len(cells[0]))]
                    for one, other in zip(drawn, held, strict=True):
                        np.testing.assert_allclose(_floats(one), _floats(other))


class TestPaper:
    @pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
    def test_every_number_can_be_read(self, made: Made):
        command = ["pdftotext", "-layout", str(made.folder / "rakor.pdf"), "-"]
        read = _plain(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        assert [text for text in sorted(_texts(made)) if _plain(text) not in read] == []

    def test_every_number_is_in_what_the_layout_sets(self, made: Made):
        held = _set(made)
        assert [text for text in sorted(_texts(made)) if text not in held] == []


class TestAnnex:
    def test_every_number_with_its_parts_and_no_other(self, made: Made):
        assert set(made.rows) == {number.passport for number in made.deck.numbers}
        for number in made.deck.numbers:
            row = made.rows[number.passport]
            np.testing.assert_allclose(_floats([row[name] for name in CELLS]), figures(number), rtol=1e-15)
            assert row["keadaan"] == WORDS(f"status.{number.status}")

    def test_no_other_sheet_holds_a_number(self, made: Made):
        for name, rows in made.annex.items():
            if name != WORDS("lampiran.angka"):
                found = [cell for row in rows for cell in row if isinstance(cell, float | int)]
                counted = list(range(1, len(made.deck.slides) + 1)) if name == WORDS("lampiran.lembar") else []
                assert found == counted, name


def test_what_is_withheld_has_no_figure_anywhere(made: Made):
    withheld = [one for one in made.deck.numbers if one.status == Status.SUPPRESSED]
    assert len(withheld) > 0
    for number in withheld:
        assert not any(math.isfinite(part) for part in figures(number)[:4])


def test_a_later_import_changes_no_file_of_the_meeting(made: Made, tmp_path: Path):
    """The files not yet taken in come now, and the meeting is made anew from the store."""
    city, before = made.city, made.city.store.latest_number()
    count = _cases(city)
    assert not any(report.error for report in ingest(list(city.later), city.config))
    assert city.store.latest_number() > before
    assert _cases(city) > count
    again = city.deck("ekspor")
    assert repr(again) == repr(made.deck)
    write(city, again, tmp_path)
    later = Made(city, again, tmp_path)
    assert later.rows == made.rows
    assert later.lines == made.lines
    assert list(_charted(later.pages)) == list(_charted(made.pages))
    assert _set(later) == _set(made)


def _cases(city: City) -> float:
    newest = load(city.store, city.store.latest(), city.config)
    return float(query(newest, Query("K01"), policy("operator", "layar", 5))["value"].iloc[0])


def _set(made: Made) -> str:
    """What the paper sets: all of it but the hour it was printed."""
    return str(content(made.deck, partial(codes.link, config=made.city.config), WORDS))


def _texts(made: Made) -> set[str]:
    return {number.text for number in made.deck.numbers}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _drawn(figure: Figure | None) -> tuple[str, ...]:
    """Texts of numbers that a picture writes out."""
    match figure:
        case Cards(cards):
            return tuple(card.number.text for card in cards)
        case Bars():
            return figure.texts
        case Waterfall(steps):
            return tuple(step.text for step in steps)
        case Grid():
            return tuple(row[place] for row in figure.rows for place in figure.figures)
    return ()


def _labels(pages: list[Any]) -> Iterator[str]:
    for page in pages:
        for shape in page.shapes:
            if shape.has_chart:
                yield from ("".join(label.itertext()) for label in shape.chart.element.xpath(".//c:dLbl//a:p"))


def _charted(pages: list[Any]) -> Iterator[tuple[str, float]]:
    """Every value of every drawn series, by the name of its series."""
    for page in pages:
        for shape in page.shapes:
            if shape.has_chart:
                for series in shape.chart.plots[0].series:
                    yield from (
                        (series.name, value) for value in series.values if value is not None and series.name not in UNDRAWN
                    )


def _allowed(deck: Deck) -> np.ndarray:
    """Values and limits of the numbers, sizes of steps, and the estimates of months that are still open."""
    found = [part for number in deck.numbers for part in (number.value, number.lower, number.upper, abs(number.value))]
    for slide in deck.slides:
        for figure in (slide.figure, slide.beside):
            if isinstance(figure, Lines):
                found += [value for series in figure.series for told in series.estimated if told for value in told]
    return np.unique([value for value in found if math.isfinite(value)])


def _near(value: float, allowed: np.ndarray) -> bool:
    return bool(np.isclose(allowed, value, rtol=1e-9, atol=1e-9).any())


def _floats(values: list[Any]) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]
