"""What stands on slides is what stands in the deck, in charts and tables that can be edited."""

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pptx
import pytest
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE_TYPE as SHAPE
from pptx.util import Inches, Pt

from ipsm_analytics.errors import UserError
from ipsm_analytics.materials import areamap, arrangement, charts, codes, letters, master, slides
from ipsm_analytics.materials.files import whole
from ipsm_analytics.measures import Query
from ipsm_analytics.rakor import passport
from ipsm_analytics.reference import areas
from ipsm_analytics.views.agenda.parts import Deck, Grid, Lines, Slide, Step, Waterfall
from ipsm_analytics.views.i18n import Words
from scripts import slide_master
from tests import decks

ADDRESS = "http://rakor.test/paspor?kode="


def link(code: str) -> str:
    return ADDRESS + code


@pytest.fixture(scope="module")
def deck() -> Deck:
    return decks.deck()


@pytest.fixture(scope="module")
def file(deck: Deck, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("paparan") / "rakor.pptx"
    slides.write(deck, out, link=link)
    return out


@pytest.fixture(scope="module")
def pages(deck: Deck, file: Path) -> dict[str, list]:
    """Pages of the file by key of their slide."""
    drawn = list(pptx.Presentation(str(file)).slides)
    found, place = {}, 1
    for slide in deck.slides:
        count = len(arrangement.pages(slide, master.opened().content, Words()))
        found[slide.key] = drawn[place : place + count]
        place += count
    assert place == len(drawn)
    return {"sampul": drawn[:1], **found}


def slides_of(deck: Deck, folder: Path, figure):
    """The one slide that shows a figure."""
    slides.write(replace(deck, slides=(decks.slide("satu", figure=figure),)), folder / "satu.pptx", link=link)
    return list(pptx.Presentation(str(folder / "satu.pptx")).slides)[1]


def chart_of(page):
    (found,) = [shape.chart for shape in page.shapes if shape.has_chart]
    return found


def table_of(page) -> list[list[str]]:
    (found,) = [shape.table for shape in page.shapes if shape.has_table]
    return [[cell.text for cell in row.cells] for row in found.rows]


def group(page, name: str):
    (found,) = [shape for shape in page.shapes if shape.shape_type == SHAPE.GROUP and shape.name.startswith(name)]
    return found


def texts(shapes) -> list[str]:
    """Every text on a slide, groups and tables included."""
    found = []
    for shape in shapes:
        if shape.shape_type == SHAPE.GROUP:
            found += texts(shape.shapes)
        elif getattr(shape, "has_table", False) and shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
        elif shape.has_text_frame:
            found.append(shape.text_frame.text)
    return found


def labels(series) -> list[str]:
    return [series.points[place].data_label.text_frame.text for place in range(len(list(series.values)))]


class TestFigures:
    def test_bars_hold_the_values_and_say_the_texts(self, deck: Deck, pages):
        figure = deck.slides[2].figure
        chart = chart_of(pages["batang"][0])
        value, place = chart.plots[0].series
        assert list(chart.plots[0].categories) == list(figure.names)
        assert list(value.values) == [one.value if one.known else None for one in figure.numbers]
        assert set(place.values) == {max(18.0, 10.5) * 1.02}
        assert labels(place) == list(figure.texts)
        assert "belum melapor" in labels(place)

    def test_points_have_their_intervals_as_error_bars_and_in_the_workbook(self, deck: Deck, pages):
        figure = deck.slides[1].figure
        chart = chart_of(pages["titik"][0])
        value, low, high, _ = chart.plots[0].series
        assert list(low.values) == [one.lower if one.known else None for one in figure.numbers]
        assert list(high.values) == [one.upper if one.known else None for one in figure.numbers]
        (bars,) = chart.element.xpath(".//c:errBars")
        ups, downs = (
            [float(v.text) for v in bars.iterfind(f"{{{charts.CHART}}}{side}//{{{charts.CHART}}}v")] for side in ("plus", "minus")
        )
        for number, up, down in zip(figure.numbers, ups, downs, strict=True):
            assert up == pytest.approx(number.upper - number.value if number.known else 0)
            assert down == pytest.approx(number.value - number.lower if number.known else 0)
        assert value.name == "Nilai (per 10.000)"

    def test_the_reference_stands_where_its_value_is(self, pages):
        page = pages["batang"][0]
        (frame,) = [shape for shape in page.shapes if shape.has_chart]
        (line,) = [shape for shape in page.shapes if shape.name == "Kota 10,5"]
        left, wide = (float(frame.chart.element.xpath(f".//c:manualLayout/c:{name}")[0].get("val")) for name in "xw")
        share = (line.left - frame.left - left * frame.width) / (wide * frame.width)
        assert share == pytest.approx(10.5 / frame.chart.value_axis.maximum_scale, abs=0.002)

    def test_final_months_are_drawn_through_open_ones_dashed_and_estimates_have_their_band(self, deck: Deck, pages):
        figure: Lines = deck.slides[3].figure
        chart = chart_of(pages["bulan"][0])
        series = {one.name: one for one in chart.plots[0].series}
        assert list(chart.plots[0].categories) == list(figure.months)
        for line in figure.series:
            values = [number.value for number in line.numbers]
            assert list(series[line.name].values) == [*values[:18], None, None]
            assert list(series[f"{line.name}, belum final"].values) == [None] * 17 + values[17:]
            dash = series[f"{line.name}, belum final"].format.line.dash_style
            assert dash is not None
            assert series[line.name].format.line.dash_style is None
        for name, place in (("perkiraan akhir", 0), ("perkiraan terendah", 1), ("perkiraan tertinggi", 2)):
            wanted = [band[place] if band else None for band in figure.series[0].estimated]
            assert list(series[f"KEMISKINAN, {name}"].values) == wanted
        assert len(chart.element.xpath(".//c:errBars")) == 1
        legend = texts(group(pages["bulan"][0], "Legenda").shapes)
        assert legend[:4] == [line.name for line in figure.series]
        assert "belum final" in legend

    def test_a_month_alone_has_a_dot_and_an_empty_plot_says_why(self, deck: Deck, tmp_path: Path):
        whole: Lines = deck.slides[3].figure
        gaps = [decks.number(float("nan") if place != 4 else 7, "x") for place in range(20)]
        nothing = [decks.number(float("nan"), "x")] * 20
        figures = [replace(whole, series=(replace(whole.series[1], numbers=tuple(one)),)) for one in (gaps, nothing)]
        parts = tuple(decks.slide(f"b{place}", figure=figure) for place, figure in enumerate(figures))
        slides.write(replace(deck, slides=parts), tmp_path / "sela.pptx", link=link)
        _, first, second = pptx.Presentation(str(tmp_path / "sela.pptx")).slides
        assert chart_of(first).element.xpath(".//c:ser[1]/c:dPt/c:idx/@val") == ["4"]
        assert "belum melapor" not in texts(first.shapes)
        assert "belum melapor" in texts(second.shapes)

    def test_axes_write_thousands_as_the_language_does(self, deck: Deck, pages, tmp_path: Path):
        assert chart_of(pages["bulan"][0]).value_axis.tick_labels.number_format.endswith(r"[>=1000]0\.000;0")
        slides.write(replace(deck, slides=deck.slides[3:4]), tmp_path / "en.pptx", link=link, words=Words("en"))
        english = chart_of(list(pptx.Presentation(str(tmp_path / "en.pptx")).slides)[1])
        assert english.value_axis.tick_labels.number_format.endswith(r"[>=1000]0\,000;0")

    def test_events_have_names_where_there_is_room_else_numbers_with_a_key(self, deck: Deck, pages, tmp_path: Path):
        assert {"Pendataan", "Banjir"} <= set(texts(pages["bulan"][0].shapes))
        close = replace(deck.slides[3].figure, events=((4, "Pendataan desil"), (5, "Banjir Februari"), (5, "Lebaran")))
        slides.write(replace(deck, slides=(decks.slide("b", figure=close),)), tmp_path / "dekat.pptx", link=link)
        found = texts(list(pptx.Presentation(str(tmp_path / "dekat.pptx")).slides)[1].shapes)
        assert {"1", "2, 3"} <= set(found)
        assert "1\xa0Pendataan desil · 2\xa0Banjir Februari · 3\xa0Lebaran" in found

    def test_steps_of_a_waterfall_hang_on_each_other(self, deck: Deck, pages):
        chart = chart_of(pages["tangga"][0])
        base, total, rise, fall, room = chart.plots[0].series
        assert list(base.values) == [0, 1200, 1340, 1560, 1520, 0]
        assert list(total.values) == [1200, None, None, None, None, 1520]
        assert list(rise.values) == [None, 140, 310, None, None, None]
        assert list(fall.values) == [None, None, None, 90, 40, None]
        assert labels(room) == [step.text for step in deck.slides[4].figure.steps]

    def test_a_waterfall_lies_down_where_its_names_are_long(self, deck: Deck, tmp_path: Path):
        assert chart_of(slides_of(deck, tmp_path, decks.waterfall())).chart_type == XL_CHART_TYPE.COLUMN_STACKED
        long = [replace(step, name=f"{step.name} dan perubahan penanganannya") for step in decks.waterfall().steps]
        chart = chart_of(slides_of(deck, tmp_path, Waterfall(tuple(long), "kasus")))
        assert chart.chart_type == XL_CHART_TYPE.BAR_STACKED
        assert chart.category_axis.reverse_order
        assert list(chart.plots[0].categories) == [step.name for step in long]

    def test_levels_below_the_ground(self):
        steps = [Step("a", 5, "", "", total=True), Step("b", -8, "", ""), Step("c", -3, "", "", total=True)]
        assert charts.levels(steps) == [(0, 5), (5, -3), (0, -3)]

    def test_every_area_is_a_shape_with_its_name_colour_and_number(self, deck: Deck, pages):
        figure = deck.slides[5].figure
        shapes = list(group(pages["peta"][0], "Peta kelurahan").shapes)
        assert [shape.name for shape in shapes] == [areas.label(code) for code in figure.colours]
        for shape, (code, colour) in zip(shapes, figure.colours.items(), strict=True):
            assert shape.shape_type == SHAPE.FREEFORM
            assert figure.numbers[code].text in shape._element.xpath("p:nvSpPr/p:cNvPr/@descr")[0]
            if code in figure.crossed:
                assert shape._element.xpath("p:spPr/a:pattFill")
            else:
                assert f"#{shape.fill.fore_color.rgb}" == colour

    def test_islands_stand_in_a_frame(self, pages):
        over = list(group(pages["peta"][0], "Batas").shapes)
        (frame,) = [shape for shape in over if shape.name == "Bingkai kepulauan"]
        islands = [shape for shape in group(pages["peta"][0], "Peta").shapes if "Sangkarrang" in shape.name]
        assert len(islands) == 3
        for island in islands:
            assert frame.left <= island.left
            assert island.left + island.width <= frame.left + frame.width
            assert frame.top <= island.top
            assert island.top + island.height <= frame.top + frame.height

    def test_a_map_of_one_kecamatan_has_no_frame(self, tmp_path: Path, deck: Deck):
        inside = "73.71.08"
        whole = deck.slides[5].figure
        colours = {code: colour for code, colour in whole.colours.items() if code.startswith(inside)}
        out = tmp_path / "satu.pptx"
        part = replace(whole, inside=inside, colours=colours)
        slides.write(replace(deck, slides=(decks.slide("satu", figure=part),)), out, link=link)
        page = list(pptx.Presentation(str(out)).slides)[1]
        assert len(group(page, "Peta").shapes) == len(areas.members(inside))
        assert "Bingkai kepulauan" not in [shape.name for shape in group(page, "Batas").shapes]

    def test_the_legend_names_every_class_with_its_number(self, deck: Deck, pages):
        found = list(filter(None, texts(group(pages["peta"][0], "Legenda").shapes)))
        assert found == ["Kasus per 10.000 penduduk", *(f"{one.label} ({one.count})" for one in deck.slides[5].figure.legend)]

    def test_signs_of_classes_stand_on_their_areas(self, tmp_path: Path, deck: Deck):
        whole = deck.slides[6].figure
        legend = (replace(whole.legend[0], mark="▲"), *whole.legend[1:])
        out = tmp_path / "tanda.pptx"
        slides.write(replace(deck, slides=(decks.slide("t", figure=replace(whole, legend=legend)),)), out, link=link)
        over = group(list(pptx.Presentation(str(out)).slides)[1], "Batas").shapes
        marked = [shape.name for shape in over if shape.has_text_frame and shape.text_frame.text == "▲"]
        names = [shape for shape in over if shape.name.startswith("Nama ")]
        signs = [shape for shape in over if shape.name.startswith("Tanda ")]
        assert names
        assert not any(_touch(name, sign) for name in names for sign in signs)
        assert marked == [f"Tanda {areas.label(code)}" for code, colour in whole.colours.items() if colour == legend[0].colour]

    def test_a_table_is_a_table(self, deck: Deck, pages):
        figure: Grid = deck.slides[7].figure
        assert table_of(pages["tabel"][0]) == [list(figure.heads), *map(list, figure.rows)]

    def test_a_long_table_goes_on_with_its_head(self, deck: Deck, pages):
        figure: Grid = deck.slides[9].figure
        pieces = [table_of(page) for page in pages["tabel_panjang"]]
        assert len(pieces) > 1
        assert all(piece[0] == list(figure.heads) for piece in pieces)
        assert [row for piece in pieces for row in piece[1:]] == list(map(list, figure.rows))
        assert pages["tabel_panjang"][1].shapes.title.text.endswith(f"(2/{len(pieces)})")

    def test_cards_say_name_number_interval_and_change(self, deck: Deck, pages):
        found = "\n".join(texts(pages["kartu"][0].shapes))
        for card in deck.slides[0].figure.cards:
            assert card.name in found
            assert card.number.text in found
        assert "95%: 12,0–13,0" in found
        assert found.count("belum pasti") == 5

    def test_cards_stand_in_full_rows(self, deck: Deck, tmp_path: Path):
        groups = [shape for shape in slides_of(deck, tmp_path, decks.cards()).shapes if shape.shape_type == SHAPE.GROUP]
        assert [len({shape.left for shape in groups}), len({shape.top for shape in groups})] == [3, 2]

    def test_a_second_table_without_room_stands_alone(self):
        slide = decks.slide("dua", figure=decks.bars(dots=False), beside=decks.grid(15, 3), bullets=decks.BULLETS)
        first, second = arrangement.pages(slide, master.opened().content, Words())
        assert (first.figure, first.beside) == (slide.figure, None)
        assert (second.figure, second.bullets) == (slide.beside, ())

    def test_bullets_that_do_not_fit_go_on(self):
        slide = decks.slide("kata", bullets=decks.BULLETS * 14)
        parts = arrangement.pages(slide, master.opened().content, Words())
        assert len(parts) > 1
        assert tuple(text for part in parts for text in part.bullets) == slide.bullets


class TestAround:
    def test_the_cover_says_what_when_and_where(self, deck: Deck, pages):
        found = "\n".join(texts(pages["sampul"][0].shapes))
        assert all(text in found for text in (deck.title, deck.place, deck.period, deck.cutoff, deck.mark, "Bekuan RK-3"))

    def test_each_slide_has_message_bullets_source_snapshot_and_mark(self, deck: Deck, pages):
        for slide in deck.slides:
            page = pages[slide.key][0]
            found = texts(page.shapes)
            assert page.shapes.title.text.startswith(slide.title)
            assert slide.context in found
            assert deck.mark in found
            assert "Bekuan RK-3" in found
            assert all(bullet in "\n".join(found) for bullet in slide.bullets)

    def test_notes_hold_definition_and_every_number_with_its_passport(self, deck: Deck, pages):
        for slide in deck.slides:
            notes = pages[slide.key][0].notes_slide.notes_text_frame.text
            assert notes.startswith(slide.notes)
            for number in slide.numbers:
                assert f"{number.label}: {number.text}" in notes
                assert number.passport in notes
        steps = deck.slides[4].figure.steps
        notes = pages["tangga"][0].notes_slide.notes_text_frame.text
        assert all(f"{step.name}: {step.text} · {step.passport}" in notes for step in steps)

    def test_the_code_of_a_slide_asks_its_question_of_its_snapshot(self, deck: Deck, pages):
        slide = deck.slides[5]
        code = slides.passport_of(slide, deck)
        read = passport.decode(code)
        assert (read.snapshot, read.question) == (3, replace(slide.question, by=()))
        assert code in texts(pages["peta"][0].shapes)

    def test_the_code_of_a_waterfall_asks_for_the_whole_not_for_a_part(self, deck: Deck):
        read = passport.decode(slides.passport_of(deck.slides[4], deck))
        assert (read.kind, read.part, read.question) == ("nilai", 0, deck.slides[4].question)

    def test_the_qr_code_leads_to_the_passport(self, deck: Deck, pages):
        (picture,) = [shape for shape in pages["peta"][0].shapes if shape._element.tag.endswith("}pic")]
        code = slides.passport_of(deck.slides[5], deck)
        assert picture.image.blob == codes.qr_png(link(code))
        assert picture.click_action.hyperlink.address == link(code)
        assert code in picture._element.xpath("p:nvPicPr/p:cNvPr/@descr")[0]

    def test_a_slide_of_words_has_no_code_unless_it_asks_something(self, deck: Deck, pages):
        assert slides.passport_of(Slide("a", "b", "c"), deck) == ""
        assert not [shape for shape in pages["kata"][0].shapes if shape._element.tag.endswith("}pic")]
        asking = Slide("a", "b", "c", question=Query("K01", window=decks.WINDOW))
        assert passport.decode(slides.passport_of(asking, deck)).question == asking.question
        assert slides.passport_of(asking, replace(deck, slides=())) == ""

    def test_a_waterfall_alone_has_the_code_of_its_total(self):
        step = decks.waterfall().steps[0]
        slide = decks.slide("t", figure=Waterfall((step,), "kasus"), question=None)
        assert slides.passport_of(slide, replace(decks.deck(), slides=())) == step.passport

    def test_figures_are_described(self, pages):
        for key, found in pages.items():
            for page in found if key != "sampul" else []:
                for shape in page.shapes:
                    if shape.has_chart or shape.has_table or shape.shape_type in (SHAPE.GROUP, SHAPE.PICTURE):
                        assert shape._element.xpath("*[1]/p:cNvPr/@descr")[0], (key, shape.name)

    def test_numbers_of_shapes_are_unique(self, pages):
        for found in pages.values():
            for page in found:
                ids = page.shapes.element.xpath(".//p:cNvPr/@id")
                assert len(ids) == len(set(ids))

    def test_no_letters_are_smaller_than_fourteen_points(self, file: Path):
        signs, drawn = set(), re.compile(r"ppt/(slides/slide|charts/chart|slideLayouts/slideLayout)\d+\.xml")
        with zipfile.ZipFile(file) as parts:
            for name in filter(drawn.fullmatch, parts.namelist()):
                signs |= {(int(size), name) for size in re.findall(r' sz="(\d+)"', parts.read(name).decode())}
        assert signs
        assert {name for size, name in signs if size < 1400} == set()

    def test_nothing_overlaps_and_nothing_leaves_the_slide(self, pages):
        size = pptx.Presentation(str(master.OURS))
        for key, found in pages.items():
            for page in found:
                boxes = [shape for shape in page.shapes if not _over(shape)]
                for shape in boxes:
                    assert shape.left >= 0
                    assert shape.top >= 0
                    assert shape.left + shape.width <= size.slide_width, (key, shape.name)
                    assert shape.top + shape.height <= size.slide_height, (key, shape.name)
                for one, other in combinations(boxes, 2):
                    assert not _touch(one, other), (key, one.name, other.name)

    def test_titles_fit_into_their_placeholders(self, pages):
        layout = master.opened().content
        for found in list(pages.values())[1:]:
            for page in found:
                title = page.shapes.title
                run = title.text_frame.paragraphs[0].runs[0]
                size = run.font.size.pt if run.font.size else layout.places[master.TITLE].size
                assert letters.fits([title.text], layout.places[master.TITLE].box.points, size, bold=True)

    def test_a_title_without_end_is_cut_and_said_so(self, tmp_path: Path, deck: Deck):
        out = tmp_path / "panjang.pptx"
        slides.write(replace(deck, slides=(decks.slide("p", title=decks.LONG * 4),)), out, link=link)
        assert list(pptx.Presentation(str(out)).slides)[1].shapes.title.text.endswith("…")

    def test_english_has_its_own_words(self, tmp_path: Path, deck: Deck):
        out = tmp_path / "english.pptx"
        slides.write(deck, out, link=link, words=Words("en"))
        page = list(pptx.Presentation(str(out)).slides)[1]
        assert "Snapshot RK-3" in texts(page.shapes)


def _over(shape) -> bool:
    """Lines, words and names that are meant to lie over a chart or a map."""
    return shape.shape_type == SHAPE.LINE or shape.name.startswith(("Acuan", "Peristiwa", "Batas", "Kota ")) or not shape.width


def _touch(one, other) -> bool:
    across = one.left < other.left + other.width and other.left < one.left + one.width
    return across and one.top < other.top + other.height and other.top < one.top + one.height


class TestMaster:
    def test_the_script_writes_what_is_shipped(self, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(slide_master, "TARGET", tmp_path / "paparan.pptx")
        slide_master.main()
        with zipfile.ZipFile(tmp_path / "paparan.pptx") as made, zipfile.ZipFile(master.OURS) as shipped:
            assert made.namelist() == shipped.namelist()
            assert all(made.read(name) == shipped.read(name) for name in made.namelist())

    def test_our_layouts_carry_everything_that_repeats(self):
        opened = master.opened()
        assert {master.TITLE, master.UNDER, master.FROZEN, master.MARK, master.NUMBER} <= set(opened.cover.places)
        wanted = {master.TITLE, master.FIGURE, master.BULLETS, master.SOURCE, master.FROZEN, master.MARK, master.PASSPORT}
        assert wanted | {master.QR, master.NUMBER} <= set(opened.content.places)
        assert (opened.presentation.slide_width, opened.presentation.slide_height) == (12_192_000, Inches(7.5))

    def test_pages_are_numbered(self, pages):
        for found in pages.values():
            assert all(page.shapes.element.xpath(".//a:fld[@type='slidenum']") for page in found)

    def test_another_template_is_drawn_on_without_its_slides(self, tmp_path: Path, deck: Deck):
        template = tmp_path / "dinas.pptx"
        own = pptx.Presentation()
        own.slides.add_slide(own.slide_layouts[1]).shapes.title.text = "halaman lama"
        own.save(str(template))
        out = tmp_path / "rakor.pptx"
        slides.write(deck, out, template, link)
        drawn = list(pptx.Presentation(str(out)).slides)
        assert drawn[0].slide_layout.name == "Title Slide"
        assert drawn[1].slide_layout.name == "Title and Content"
        found = "\n".join(text for page in drawn for text in texts(page.shapes))
        assert "halaman lama" not in found
        assert "DATA CONTOH · RK-3" in found
        assert slides.passport_of(deck.slides[5], deck) in found
        for page in drawn:
            empty = [one for one in page.placeholders if one.has_text_frame and not one.text_frame.text]
            assert [one.name for one in empty if not one._element.xpath(".//a:fld")] == []

    def test_layouts_are_taken_by_name_first(self, tmp_path: Path):
        template = tmp_path / "bernama.pptx"
        own = pptx.Presentation()
        own.slide_layouts[3].name = "ISI"
        own.slide_layouts[2].name = "judul"
        own.save(str(template))
        opened = master.opened(template)
        assert opened.content.layout.name == "ISI"
        assert {master.FIGURE, master.BULLETS} <= set(opened.content.places)

    def test_a_template_without_room_says_what_it_has(self, tmp_path: Path):
        template = tmp_path / "kosong.pptx"
        own = pptx.Presentation()
        for layout in list(own.slide_layouts)[:5] + list(own.slide_layouts)[7:]:
            own.slide_layouts.remove(layout)
        own.save(str(template))
        with pytest.raises(UserError, match="Title Only") as refused:
            master.opened(template)
        assert "tempat judul dan tempat isi" in refused.value.text()

    @pytest.mark.parametrize("content", [b"", b"bukan", b"PK\x05\x06" + 18 * b"\0"])
    def test_what_is_no_presentation_is_refused(self, tmp_path: Path, content: bytes):
        template = tmp_path / "templat.pptx"
        template.write_bytes(content)
        with pytest.raises(UserError, match="tidak dapat dibuka"):
            master.opened(template)

    def test_a_workbook_is_no_presentation(self, tmp_path: Path, file: Path):
        template = tmp_path / "templat.pptx"
        with zipfile.ZipFile(file) as parts:
            template.write_bytes(parts.read(next(name for name in parts.namelist() if name.endswith(".xlsx"))))
        with pytest.raises(UserError, match="tidak dapat dibuka"):
            master.opened(template)

    def test_a_template_that_is_not_there(self, tmp_path: Path):
        with pytest.raises(UserError, match="tidak ada"):
            master.opened(tmp_path / "mana.pptx")


class TestFile:
    def test_nothing_is_left_when_drawing_fails(self, tmp_path: Path, deck: Deck):
        def broken(code: str) -> str:
            raise UserError("rusak")

        with pytest.raises(UserError, match="rusak"):
            slides.write(deck, tmp_path / "rakor.pptx", link=broken)
        assert list(tmp_path.iterdir()) == []

    def test_nothing_is_left_when_writing_fails(self, tmp_path: Path):
        def half() -> None:
            with whole(tmp_path / "rakor.pptx") as path:
                path.write_bytes(b"setengah")
                raise RuntimeError("putus")

        with pytest.raises(RuntimeError, match="putus"):
            half()
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there(self, tmp_path: Path, deck: Deck):
        with pytest.raises(UserError, match="Folder tujuan tidak ada"):
            slides.write(replace(deck, slides=()), tmp_path / "mana" / "rakor.pptx")

    def test_an_older_file_is_replaced_whole(self, tmp_path: Path, deck: Deck):
        out = tmp_path / "rakor.pptx"
        out.write_bytes(b"lama")
        slides.write(replace(deck, slides=()), out)
        assert len(pptx.Presentation(str(out)).slides) == 1
        assert list(tmp_path.iterdir()) == [out]

    @pytest.mark.slow
    @pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
    def test_another_program_opens_it_with_all_its_pages(self, file: Path, tmp_path: Path, pages):
        profile = f"-env:UserInstallation=file://{tmp_path / 'profil'}"
        command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        content = (tmp_path / "rakor.pdf").read_bytes()
        assert content.count(b"/Type/Page/") + content.count(b"/Type/Page>") + content.count(b"/Type /Page\n") == sum(
            map(len, pages.values())
        )


def test_shapes_of_areas_are_made_once():
    assert areamap.shapes() is areamap.shapes()
    assert len(areamap.shapes()) == 168


@pytest.mark.parametrize(("highest", "wanted"), [(800, 4), (10, 5), (6, 3), (50, 5), (2, 2), (1, 1), (2.4, 4)])
def test_steps_of_an_axis_are_whole_where_they_can_be(highest: float, wanted: int):
    assert charts.steps(highest) == wanted


@pytest.mark.parametrize(("value", "wanted"), [(0, 1), (0.9, 1), (7, 8), (1080, 1200), (2001, 2400), (3600, 4000), (-3, 1)])
def test_axes_end_at_round_numbers(value: float, wanted: float):
    assert charts.rounded_up(value) == pytest.approx(wanted)


class TestLetters:
    def test_widths_are_those_of_arial(self):
        assert letters.width("0", 100) == pytest.approx(55.6, abs=0.5)
        assert letters.width("W", 100, bold=True) == pytest.approx(94.4, abs=0.5)

    def test_lines_break_between_words(self):
        assert letters.wrapped("aaaa bbbb cccc", 10, letters.width("aaaa bbbb", 10) + 0.1) == ["aaaa bbbb", "cccc"]
        assert letters.wrapped("aaaa\nbb", 10, 1000) == ["aaaa", "bb"]

    def test_the_largest_size_that_fits_is_taken(self):
        room = (letters.width("Makassar", 20) + 0.1, 20 * letters.LINE)
        assert letters.size_for(["Makassar"], room, 40) == 20
        assert letters.size_for(["Makassar" * 9], room, 40) == letters.SMALLEST

    def test_what_is_too_long_is_cut(self):
        room = (letters.width("satu dua", 14), 14 * letters.LINE * 2)
        assert letters.cut("satu dua tiga", 14, room) == "satu dua tiga"
        assert letters.cut("satu dua tiga empat lima enam", 14, room).endswith("…")
        assert Pt(1) == 12700
