"""One truth in every medium: screen, slides, paper and annex say what `query` says at the same snapshot, and nothing else."""

import io
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import pptx
import pytest
from pptx.enum.shapes import MSO_SHAPE_TYPE as SHAPE
from python_calamine import CalamineWorkbook

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.config import Settings
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.materials import annex, document, making, master, slides
from ipsm_analytics.privacy import Policy, policy
from ipsm_analytics.rakor.decisions import Draft, add
from ipsm_analytics.rakor.movement import Movement, movement
from ipsm_analytics.rakor.passport import decode
from ipsm_analytics.rakor.snapshot import Snapshot, Wish, facts_of, freeze, numbered
from ipsm_analytics.rakor.states import PARTS
from ipsm_analytics.sample import generate
from ipsm_analytics.store import Store
from ipsm_analytics.views.agenda.movement import Comparison
from ipsm_analytics.views.agenda.parts import Bars, Cards, Deck, Lines, Number, Slide, Waterfall, asking, numbers_of
from ipsm_analytics.views.agenda.whole import whole
from ipsm_analytics.views.i18n import Words
from tests.conftest import KEY, TODAY
from tests.tables import take

AUGUST, SEPTEMBER = (Window(Month(2026, 1), Month(2026, month)) for month in (8, 9))
COLUMNS = ("value", "numerator", "denominator", "lower", "upper")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A sample city at two meetings with a decision between; one more file came in after the second."""
    folder = tmp_path_factory.mktemp("rapat")
    found = Settings(folder / "store", KEY, date.fromisoformat(TODAY))
    generate(folder / "berkas", cases=4000, months=14)
    files = sorted((folder / "berkas").glob("*_contoh*.*"))
    late = [path for path in files if path.name.startswith("kasus") and "2026-10" in path.name]
    middle = [path for path in files if path.name.startswith("kasus") and "2026-09" in path.name]
    assert late
    assert middle
    take(*(path for path in files if path not in (*late, *middle)), config=found)
    store = Store(found)
    freeze(store, found, Wish("Rakor September", date(2026, 9, 20), AUGUST), "uji")
    add(store, Draft(1, "Penjangkauan dua kali sepekan", "DINSOS-REHSOS", date(2026, 12, 31), "K03", "73.71.07"), "uji")
    take(*middle, config=found)
    freeze(store, found, Wish("Rakor Oktober", date(2026, 10, 20), SEPTEMBER, previous=1), "uji")
    take(*late, config=found)
    return found


@pytest.fixture(scope="module")
def frozen(config: Settings) -> Snapshot:
    return numbered(Store(config), 2)


@pytest.fixture(scope="module")
def facts(config: Settings, frozen: Snapshot) -> Facts:
    return facts_of(Store(config), frozen, config)


@pytest.fixture(scope="module")
def moved(config: Settings, frozen: Snapshot) -> Movement:
    return movement(Store(config), numbered(Store(config), 1), frozen)


@pytest.fixture(scope="module")
def deck(config: Settings, frozen: Snapshot) -> Deck:
    """The meeting as its files hold it."""
    return making.content(Store(config), config, frozen)


@pytest.fixture(scope="module")
def stage(config: Settings, facts: Facts, frozen: Snapshot, moved: Movement) -> Deck:
    """The meeting as the operator's screen shows it."""
    store = Store(config)

    def at(number: int):
        then = numbered(store, number)
        return asking(facts_of(store, then, config), then, Words(), "operator", "layar")

    now = asking(facts, frozen, Words(), "operator", "layar")
    return whole(now, Comparison(at(1), now, moved), (), at)


def same(first: float, second: float) -> bool:
    return first == second or (math.isnan(first) and math.isnan(second))


def check(numbers: Sequence[Number], facts_at: dict[int, Facts], moved: Movement, rule: Policy) -> dict[str, int]:
    """Asks every number again by its passport alone; returns how many of each kind there were."""
    counted = {"nilai": 0, "bagian": 0}
    for number in numbers:
        passport = decode(number.passport)
        assert passport.question == number.question
        counted[passport.kind] += 1
        if passport.kind == "nilai":
            (row,) = query(facts_at[passport.snapshot], passport.question, rule).to_dict("records")
            assert row["status"] == number.status
            assert all(same(row[name], getattr(number, name)) for name in COLUMNS)
        else:
            (row,) = moved.split(passport.question, rule).to_dict("records")
            assert same(row[str(PARTS[passport.part])], number.value)
    return counted


@pytest.fixture(scope="module")
def facts_at(config: Settings, facts: Facts) -> dict[int, Facts]:
    """The facts of each meeting by its number."""
    store = Store(config)
    return {1: facts_of(store, numbered(store, 1), config), 2: facts}


class TestNumbers:
    def test_files_hold_what_query_says_under_the_export_rule(self, deck: Deck, facts_at, moved: Movement):
        counted = check(deck.numbers, facts_at, moved, policy("operator", "ekspor", 5))
        assert counted["nilai"] > 300
        assert counted["bagian"] > 20

    def test_the_stage_shows_what_query_says_under_the_rule_of_the_screen(self, stage: Deck, facts_at, moved: Movement):
        assert check(stage.numbers, facts_at, moved, policy("operator", "layar", 5))["nilai"] > 300

    def test_the_screen_knows_small_cells_that_no_file_holds(self, deck: Deck, stage: Deck):
        def small(one: Deck) -> set[str]:
            return {number.passport for number in one.numbers if number.known and 0 < number.numerator < 5 and _persons(number)}

        assert small(deck) == set()
        assert len(small(stage)) > 20

    def test_the_waterfall_adds_up_to_the_figures_of_both_meetings(self, deck: Deck):
        falls = [slide.figure for slide in deck.slides if isinstance(slide.figure, Waterfall)]
        assert falls
        for fall in falls:
            first, *steps, last = fall.steps
            assert (first.total, last.total) == (True, True)
            assert first.value + sum(step.value for step in steps) == pytest.approx(last.value, abs=1e-9)

    def test_after_a_later_import_the_meeting_is_the_same(self, config: Settings, frozen: Snapshot, deck: Deck):
        assert Store(config).latest_number() > frozen.version
        again = making.content(Store(config), config, numbered(Store(config), 2))
        assert repr(again) == repr(deck)


def _persons(number: Number) -> bool:
    """Whether a number counts persons or cases rather than reports or PSM."""
    return not number.question.indicator.startswith(("R", "C0", "P")) or number.question.indicator == "C06"


@pytest.fixture(scope="module")
def pages(deck: Deck, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Slide, list]]:
    """Each slide with the pages it is drawn on."""
    out = tmp_path_factory.mktemp("paparan") / "rakor.pptx"
    slides.write(deck, out, link=str)
    drawn, found = list(pptx.Presentation(str(out)).slides)[1:], []
    for slide in deck.slides:
        count = len(slides.pages(slide, master.opened().content, Words()))
        found.append((slide, drawn[:count]))
        drawn = drawn[count:]
    assert drawn == []
    return found


class TestSlides:
    def test_each_number_stands_in_the_notes_of_its_slide_beside_its_code(self, pages: list[tuple[Slide, list]]):
        for slide, drawn in pages:
            notes = " ".join(page.notes_slide.notes_text_frame.text for page in drawn if page.has_notes_slide)
            assert [one.passport for one in slide.numbers if one.passport not in notes or one.text not in notes] == []

    def test_charts_hold_the_deck_s_numbers_and_no_other(self, pages: list[tuple[Slide, list]]):
        charts = 0
        for slide, drawn in pages:
            allowed = set(_values(slide))
            for value in _charted(drawn):
                charts += 1
                assert any(math.isclose(value, one, rel_tol=1e-9, abs_tol=1e-9) for one in allowed), (slide.key, value)
        assert charts > 300

    def test_every_figure_written_on_a_slide_is_in_the_deck(self, pages: list[tuple[Slide, list]]):
        """No number from nowhere: what a page writes beside its charts is what the deck says."""
        for slide, drawn in pages:
            told = json.dumps(_said(slide), ensure_ascii=False)
            for page in drawn:
                for text in _texts(page.shapes):
                    unknown = [one for one in re.findall(r"\d+(?:\.\d{3})*,\d+", text) if one not in told]
                    assert unknown == [], (slide.key, text)


def _values(slide: Slide) -> Iterator[float]:
    """Everything a chart of a slide may hold: its numbers, their limits and distances to them, steps and their levels."""
    for figure in filter(None, (slide.figure, slide.beside)):
        if isinstance(figure, Bars):
            yield from (value for one in figure.numbers for value in _ends(one))
            yield from ([figure.reference[0]] if figure.reference else [])
        if isinstance(figure, Lines):
            yield from (one.value for series in figure.series for one in series.numbers)
            for middle, low, high in (one for series in figure.series for one in series.estimated if one):
                yield from (middle, low, high, middle - low, high - middle)
        if isinstance(figure, Waterfall):
            level = 0.0
            for step in figure.steps:
                before, level = level, step.value if step.total else level + step.value
                yield from (abs(step.value), before, level, min(before, level))
    yield 0.0


def _ends(number: Number) -> Iterator[float]:
    yield from (number.value, number.lower, number.upper, number.value - number.lower, number.upper - number.value)


def _charted(pages: Sequence) -> Iterator[float]:
    for page in pages:
        for shape in page.shapes:
            if shape.has_chart:
                drawn = [series for series in shape.chart.series if "tidak digambar" not in series.name]
                yield from (value for series in drawn for value in series.values if value is not None)


def _said(slide: Slide) -> list[object]:
    """Every text of a slide in the deck."""
    figures = [repr(figure) for figure in (slide.figure, slide.beside)]
    return [slide.title, *slide.bullets, slide.context, *figures, *(f"{one.text} {one.interval}" for one in slide.numbers)]


def _texts(shapes: Sequence) -> Iterator[str]:
    for shape in shapes:
        if shape.shape_type == SHAPE.GROUP:
            yield from _texts(shape.shapes)
        elif getattr(shape, "has_table", False) and shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)
        elif shape.has_text_frame:
            yield shape.text_frame.text


TICKS = {"2,5", "7,5", "12,5", "17,5", "22,5", "0,5", "1,5"}
"""Places on axes that are no numbers of the deck."""


def _strings(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _strings(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _strings(value)


def _printed(text: str) -> list[str]:
    """What a string prints: itself, or the words of a drawing."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", text) if text.startswith("<svg") else [text]


class TestPapers:
    def test_the_brief_says_nothing_that_the_deck_does_not(self, deck: Deck):
        told = json.dumps([_said(slide) for slide in deck.slides], ensure_ascii=False)
        content = document.content(deck, str, Words())
        lines = [line for text in _strings(content) for line in _printed(text)]
        unknown = {one for line in lines for one in re.findall(r"\d+(?:\.\d{3})*,\d+", line) if one not in told}
        assert unknown <= TICKS

    def test_the_brief_holds_each_slide_s_numbers_that_are_no_map(self, deck: Deck):
        lines = " ".join(line for text in _strings(document.content(deck, str, Words())) for line in _printed(text))
        shown = [one for slide in deck.slides if isinstance(slide.figure, Cards | Bars) for one in numbers_of(slide.figure)]
        assert len(shown) > 60
        assert [one.text for one in shown if one.text not in lines] == []

    def test_the_annex_holds_every_number_once(self, deck: Deck):
        book = CalamineWorkbook.from_filelike(io.BytesIO(annex.workbook(deck, Words(), "http://x/{}".format)))
        rows = book.get_sheet_by_name(Words()("lampiran.angka")).to_python()[1:]
        frame = pd.DataFrame(rows, columns=[name for name, _ in annex.COLUMNS]).set_index("paspor")
        assert list(frame.index) == [one.passport for one in deck.numbers]
        for one in deck.numbers:
            row = frame.loc[one.passport]
            for column, value in (("nilai", one.value), ("bawah", one.lower), ("atas", one.upper), ("pembilang", one.numerator)):
                assert row[column] == (pytest.approx(value) if not math.isnan(value) else "")


def test_a_number_changed_on_the_way_is_noticed(deck: Deck, facts: Facts, moved: Movement):
    first = next(one for one in deck.numbers if one.known and decode(one.passport).kind == "nilai")
    with pytest.raises(AssertionError):
        check([replace(first, value=first.value + 1)], {1: facts, 2: facts}, moved, policy("operator", "ekspor", 5))
