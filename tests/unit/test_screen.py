"""Slides on the screen: everything fits into the page, letters are never smaller than can be read across a room."""

from __future__ import annotations

import re

import pytest

from ipsm_analytics.materials import blocks, drawing, letters, screen, svg
from ipsm_analytics.materials.arrangement import arranged, pages
from ipsm_analytics.materials.screen import BODY, LEAST_SCALE, Screen, drawn, shown, title_of, title_size
from ipsm_analytics.materials.shapes import POINT, Rect
from ipsm_analytics.views.agenda.parts import Bars, Card, Cards, Deck, Figure, Grid, Lines, Series, Slide
from ipsm_analytics.views.i18n import Words
from tests.unit.test_drawing import number

WORDS = Words()
PIXELS = 1366 / screen.WIDE
"""Pixels of a point on a screen 1366 wide."""
ROWS = Bars(
    tuple(f"Kecamatan Nomor {place}" for place in range(15)),
    tuple(number(place + 1.0, place + 0.5, place + 2.0) for place in range(15)),
    ("12,3 (11,0–14,5)",) * 15,
    "per 10.000",
    reference=(7.0, "kota: 7,0"),
    dots=True,
)
MONTHS = Lines(
    tuple(f"Bln {place}" for place in range(24)), (Series("Anak", "#0072B2", (number(3.0),) * 24),), "kasus", 2, ((3, "Banjir"),)
)
CARDS = Cards(tuple(Card("Kasus dilaporkan", number(9466.0), "kasus", "naik 3,2%") for _ in range(6)))
BOX = Rect(0, 0, round(520 * POINT), round(320 * POINT))


def smallest(source: str) -> float:
    return min(float(size) for size in re.findall(r'font-size="([0-9.]+)"', source))


@pytest.mark.parametrize("figure", [ROWS, MONTHS, CARDS], ids=["rows", "months", "cards"])
class TestDrawn:
    def test_it_fits_into_its_box(self, figure: Figure):
        wide, high = svg.size_of(drawn(figure, WORDS, BOX))
        assert high / wide <= 320 / 520 + 0.01

    def test_its_letters_can_be_read(self, figure: Figure):
        source = drawn(figure, WORDS, BOX)
        scale = 520 / svg.size_of(source)[0]
        assert scale >= LEAST_SCALE - 0.01
        assert smallest(source) * scale * PIXELS >= 16


def test_rows_move_apart_to_fill_their_box():
    low, high = (svg.size_of(drawing.draw(ROWS, WORDS, 400, height))[1] for height in (0.0, 240.0))
    assert low < high == pytest.approx(240, abs=0.01)


class TestTitles:
    LONG = "Laju menurut kelurahan terentang dari 12,8 di Pa'batang (Kec. Mamajang) sampai 121,3 di Paccerakkang; kota 62,3."

    def test_a_short_one_is_large(self):
        assert title_size("Belum ada keputusan.", marked=True) == screen.LARGEST_TITLE

    def test_a_long_one_stands_in_two_lines(self):
        size = title_size(self.LONG, marked=True)
        assert size < screen.LARGEST_TITLE
        assert len(letters.wrapped(title_of(self.LONG, marked=True), size, screen.TITLE[2] - screen.MARK, bold=True)) <= 2

    def test_one_without_end_is_cut(self):
        assert title_of(self.LONG * 3, marked=False).endswith("…")


class TestPages:
    GRID = Grid(("Kode", "Nama"), tuple((f"K{place:02}", "Kasus dilaporkan") for place in range(40)))

    def test_a_long_table_goes_on_on_the_next_slide(self):
        deck = Deck("Rakor", "Kota", "Okt 2026", "", "", "RK-1", (Slide("a", "a", "Daftar", figure=self.GRID),))
        parts = shown(deck, WORDS)
        assert len(parts) > 1
        assert [row for part in parts for row in part.figure.rows] == list(self.GRID.rows)
        assert parts[0].title == f"Daftar (1/{len(parts)})"

    def test_each_part_fits_at_a_size_that_can_be_read(self):
        for part in pages(Slide("a", "a", "Daftar", figure=self.GRID), Screen(), WORDS):
            box = arranged(part, Screen()).figure
            size, widths = screen.columns(part.figure, box)
            assert size * PIXELS >= 16
            assert blocks.grid_height(part.figure, box, size) <= BODY[3]
            assert sum(widths) == pytest.approx(BODY[2])

    def test_bullets_fit_below_their_figure(self):
        slide = Slide("a", "a", "Pesan", figure=ROWS, beside=MONTHS, bullets=("Seluruh selang di atas kota pada 3 wilayah.",) * 3)
        box = arranged(slide, Screen()).bullets
        size = screen.bullet_size(slide.bullets, box, alone=False)
        assert size >= letters.SMALLEST
        assert letters.height(slide.bullets, size, box.points[0] - 27, gap=6) <= box.points[1]
