"""'Sejak rakor lalu' of one figure of one area as a chart: bars hang where the steps are, what leaves obeys the export rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipsm_analytics.reference import areas
from ipsm_analytics.views import figures, style
from ipsm_analytics.views.agenda.since import Since, codes, name, places
from tests.cubes import CITY, MARISO
from tests.unit.test_agenda_movement import HELD, comparison, frozen


def since(code: str = "K01", area: str = CITY, **more: object) -> Since:
    return Since(comparison(), comparison(purpose="ekspor"), code, area, **more)


class TestWaterfall:
    MOVES = (
        figures.Move("Dahulu", "10", 0, 10, total=True),
        figures.Move("Koreksi", "−1", 10, 9),
        figures.Move("Baru", "+6", 9, 15),
        figures.Move("Kini", "15", 0, 15, total=True),
    )

    def test_bars_hang_between_what_was_before_and_after(self):
        (bars,) = figures.waterfall(self.MOVES, 0, wide=True).data
        assert list(zip(bars.base, bars.x, strict=True)) == [(0, 10), (9, 1), (9, 6), (0, 15)]
        assert list(bars.marker.color) == [style.NAVY, style.AMBER, style.TEAL, style.NAVY]

    def test_totals_begin_where_the_axis_is_cut(self):
        figure = figures.waterfall(self.MOVES, 8, wide=True)
        assert figure.data[0].base[0] == 8
        assert figure.layout.xaxis.range[0] == 8

    def test_a_line_leads_from_each_step_to_the_next(self):
        shapes = figures.waterfall(self.MOVES, 0, wide=True).layout.shapes
        assert [(one.x0, one.x1) for one in shapes] == [(10, 10), (9, 9), (15, 15)]

    def test_a_phone_leaves_more_room_for_texts(self):
        ends = [figures.waterfall(self.MOVES, 0, wide=wide).layout.xaxis.range[1] for wide in (True, False)]
        assert ends == [pytest.approx(15 * 1.15), pytest.approx(15 * 1.5)]


class TestChart:
    def test_it_shows_the_steps_of_the_slide(self):
        chart = since().chart
        assert chart is not None
        assert chart.title == since().slide.title
        assert [text.strip(" </b>") for text in chart.figure.data[0].text] == ["10", "−1", "+6", "15"]
        table = chart.table()
        assert list(table["Langkah"]) == ["Rakor lalu", "Dicabut atau dikoreksi", "Kejadian baru", "Kini"]
        assert list(table["Perubahan"]) == ["10", "−1", "+6", "15"]
        assert all(code.startswith("K01-") for code in table["Kode paspor"])

    def test_what_leaves_is_asked_for_with_the_export_rule(self):
        chart = since(area=MARISO).chart
        assert chart is not None
        assert list(chart.table()["Perubahan"]) == ["9", "−1", "+6", "14"]
        (row,) = chart.export().to_dict("records")
        assert "tidak ditampilkan karena ada yang menyangkut terlalu sedikit" in row["Langkah"]
        assert row["Perubahan"] == row["Kode paspor"] == ""

    def test_every_figure_has_a_name_with_its_unit(self):
        assert name("K01") == "Kasus dilaporkan (kasus)"
        assert len(codes()) == 6


class TestPlaces:
    def test_the_city_and_everything_in_it(self):
        assert len(places(frozen(1, "Rakor", HELD))) == 1 + 15 + 153

    def test_a_kecamatan_and_its_kelurahan(self):
        found = places(replace(frozen(1, "Rakor", HELD), area=MARISO))
        assert found == (MARISO, *areas.members(MARISO))
