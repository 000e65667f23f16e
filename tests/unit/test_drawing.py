"""Figures for paper: every mark stands where its number puts it, what is not known has words and no mark."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from ipsm_analytics.materials import cartography, drawing, svg
from ipsm_analytics.materials.cartography import FAR, Frame, bounds, locator, packed, rings
from ipsm_analytics.materials.drawing import bars, cards, draw, lines, month_bars, ticks, waterfall
from ipsm_analytics.materials.letters import fitted, folded
from ipsm_analytics.materials.letters import width as text_width
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.reference import areas
from ipsm_analytics.views import style
from ipsm_analytics.views.agenda.parts import (
    AreaMap,
    Bars,
    Card,
    Cards,
    Grid,
    Lines,
    Number,
    Series,
    Step,
    Waterfall,
    ground_of,
    levels,
)
from ipsm_analytics.views.agenda.sheet import MonthBar
from ipsm_analytics.views.classes import LegendEntry
from ipsm_analytics.views.i18n import Words

NAN, WORDS = float("nan"), Words()
NAME = "{http://www.w3.org/2000/svg}"


def number(value: float, lower: float = NAN, upper: float = NAN, status: Status = Status.OK, text: str = "") -> Number:
    shown = text or (f"{value:g}" if status is Status.OK else "disensor")
    interval = f"{lower:g}–{upper:g}"
    return Number("K01-X", Query("K01"), "Kota", status, value, value, NAN, lower, upper, shown, interval)


HIDDEN = number(NAN, status=Status.SUPPRESSED)


def parsed(source: str) -> ET.Element:
    return ET.fromstring(source)  # noqa: S314 - drawn by ourselves a line before


def marks(source: str, tag: str, **wanted: str) -> list[dict[str, str]]:
    """Attributes of all shapes of a kind that have these."""
    found = [element.attrib for element in parsed(source).iter(NAME + tag)]
    return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]


def written(source: str) -> list[str]:
    return ["".join(element.itertext()) for element in parsed(source).iter(NAME + "text")]


def place(shape: dict[str, str], *names: str) -> list[float]:
    return [float(shape[name]) for name in names]


class TestSvg:
    def test_text_is_escaped(self):
        assert written(svg.picture(10, 10, [svg.text((0, 0), "a < b & #c *d* $e$", 9, "#000000")])) == ["a < b & #c *d* $e$"]

    def test_widths_are_those_of_the_letters(self):
        assert text_width("il", 10) == pytest.approx(4.44, abs=0.01)
        assert text_width("1.234", 10) == pytest.approx(4 * 5.56 + 2.78, abs=0.01)
        assert text_width("Kota", 10, bold=True) > text_width("Kota", 10)

    def test_a_line_carries_its_length_for_readers_with_other_letters(self):
        (line,) = marks(svg.picture(10, 10, [svg.text((0, 0), "Kota", 9, "#000000", bold=True)]), "text")
        assert float(line["textLength"]) == pytest.approx(text_width("Kota", 9, bold=True), abs=0.01)
        assert line["lengthAdjust"] == "spacingAndGlyphs"

    def test_a_text_is_cut_to_its_width(self):
        assert fitted("Kepulauan Sangkarrang", 9, 500) == "Kepulauan Sangkarrang"
        cut = fitted("Kepulauan Sangkarrang", 9, 50)
        assert cut.endswith("…")
        assert text_width(cut, 9) <= 50

    def test_a_text_is_folded_at_its_words(self):
        assert folded("naik 12% dari setahun lalu", 8, 60) == ("naik 12% dari", "setahun lalu")
        assert folded("satu dua tiga empat lima enam", 8, 40, 2)[-1].endswith("…")
        assert folded("", 8, 40) == ()

    @pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (0.5, "0.5"), (-0.001, "0"), (12.345, "12.35"), (100.0, "100")])
    def test_coordinates_are_short(self, value: float, text: str):
        assert svg.plain(value) == text


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0.0, (0, 1)),
        (7.0, (0, 2, 4, 6, 8)),
        (100.0, (0, 25, 50, 75, 100)),
        (0.3, (0, 0.1, 0.2, 0.3)),
        (1.0, (0, 0.25, 0.5, 0.75, 1)),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest: float, expected: Sequence[float]):
    assert ticks(highest) == pytest.approx(expected)


class TestBars:
    FIGURE = Bars(("A", "B", "C"), (number(5), number(10), HIDDEN), ("5", "10", "disensor"), "kasus")

    def test_bars_are_as_long_as_their_numbers(self):
        short, long = marks(bars(self.FIGURE, WORDS, 300), "rect", fill=style.NAVY)
        assert place(short, "x") == place(long, "x")
        assert float(long["width"]) == pytest.approx(2 * float(short["width"]), abs=0.02)
        left = text_width("C", 9) + 6
        room = 300 - left - text_width("disensor", 9) - 6
        assert float(long["width"]) == pytest.approx(room * 10 / 10, abs=0.02)

    def test_what_is_not_known_has_words_and_no_mark(self):
        source = bars(self.FIGURE, WORDS, 300)
        assert "disensor" in written(source)
        assert len(marks(source, "rect", fill=style.NAVY)) == 2

    def test_a_point_stands_between_the_ends_of_its_interval(self):
        figure = Bars(("A",), (number(50, 25, 100),), ("50",), "persen", dots=True)
        source = bars(figure, WORDS, 300)
        (dot,) = marks(source, "circle")
        start, length = text_width("A", 9) + 6, 300 - text_width("A", 9) - text_width("50", 9) - 12
        assert float(dot["cx"]) == pytest.approx(start + length / 2, abs=0.02)
        reach = max(marks(source, "line", stroke=style.NAVY), key=lambda one: float(one["x2"]) - float(one["x1"]))
        assert place(reach, "x1", "x2") == pytest.approx([start + length / 4, start + length], abs=0.02)

    def test_an_open_upper_limit_runs_to_the_end_without_a_stop(self):
        figure = Bars(("A",), (number(50, 25),), ("50",), "hari", dots=True)
        drawn = marks(bars(figure, WORDS, 300), "line", stroke=style.NAVY)
        assert len(drawn) == 2

    def test_the_reference_stands_at_its_value_with_its_words(self):
        figure = Bars(("A",), (number(100),), ("100",), "persen", reference=(25.0, "kota 25"))
        source = bars(figure, WORDS, 300)
        (line,) = marks(source, "line", stroke=style.AMBER)
        start, length = text_width("A", 9) + 6, 300 - text_width("A", 9) - text_width("100", 9) - 12
        assert float(line["x1"]) == pytest.approx(start + length / 4, abs=0.02)
        assert "kota 25" in written(source)

    def test_words_without_room_stand_above_their_marks_uncut(self):
        told = "66 (≥ 36); P90 belum tercapai"
        figure = Bars(("Kepulauan Sangkarrang",) * 2, (number(66, 36),) * 2, (told,) * 2, "hari", dots=True)
        source = bars(figure, WORDS, 228)
        assert {"Kepulauan Sangkarrang", told} <= set(written(source))
        names = [one for one in marks(source, "text") if float(one["x"]) == 0]
        texts = marks(source, "text", x="228")[:2]
        for name, text in zip(names, texts, strict=True):
            assert float(name["textLength"]) + float(text["textLength"]) <= 228
        dots = marks(source, "circle")
        assert all(float(dot["cy"]) > float(name["y"]) for dot, name in zip(dots, names, strict=True))
        assert "…" not in source

    def test_none_at_all_is_an_empty_scale(self):
        assert written(bars(Bars((), (), (), "kasus"), WORDS, 300))


class TestLines:
    NUMBERS = (number(4), HIDDEN, number(2), number(8))
    FIGURE = Lines(
        ("Jan", "Feb", "Mar", "Apr"),
        (Series("Anak", "#0072B2", NUMBERS, (None, None, None, (9, 8, 10))),),
        "kasus",
        1,
        ((0, "Banjir"),),
    )

    def test_points_stand_at_their_month_and_value(self):
        source = lines(self.FIGURE, WORDS, 400, 154)
        dots = [place(one, "cx", "cy") for one in marks(source, "circle")]
        left = text_width("10,0", 8) + 6
        step = (400 - left - 4) / 4
        assert [at for at, _ in dots] == pytest.approx([left + step * month for month in (0.5, 2.5, 3.5)], abs=0.02)
        top = 14 + 4 + 10
        assert [down for _, down in dots] == pytest.approx([top + 100 * (1 - value / 10) for value in (4, 2, 8)], abs=0.02)

    def test_a_gap_stays_a_gap_and_what_is_not_final_is_dashed(self):
        drawn = marks(lines(self.FIGURE, WORDS, 400, 154), "line", stroke="#0072B2")
        told = [one for one in drawn if one["stroke-width"] == "1.8"]
        assert [one.get("stroke-dasharray") for one in told] == ["4 2.5"]

    def test_open_months_and_events_are_named(self):
        assert {"belum final", "Banjir", "Anak", "Apr", "kasus"} <= set(written(lines(self.FIGURE, WORDS, 400, 154)))

    def test_the_band_of_the_estimate_spans_its_limits(self):
        (band,) = marks(lines(self.FIGURE, WORDS, 400, 154), "polygon")
        assert [float(pair.split(",")[1]) for pair in band["points"].split()] == pytest.approx([28.0, 48.0], abs=0.02)

    def test_names_of_events_that_would_meet_stand_in_rows(self):
        months = tuple(f"bulan {place}" for place in range(24))
        figure = Lines(
            months, (Series("", "#0072B2", (number(1),) * 24),), "kasus", 0, ((3, "Lebaran 1446 H"), (4, "Banjir Desember"))
        )
        assert len({top for top, _, _ in self.names_of(figure)}) == 2

    def names_of(self, figure: Lines) -> list[tuple[float, float, float]]:
        """(baseline, left end, right end) of the names of events."""
        told = {name for _, name in figure.events}
        drawn = parsed(lines(figure, WORDS, 400)).iter(NAME + "text")
        named = [one.attrib for one in drawn if "".join(one.itertext()) in told]
        half = [float(one["textLength"]) / 2 for one in named]
        return [(float(one["y"]), float(one["x"]) - wide, float(one["x"]) + wide) for one, wide in zip(named, half, strict=True)]

    def test_names_of_events_never_meet_and_the_newest_have_room_first(self):
        months = tuple(f"bulan {place}" for place in range(24))
        events = tuple((place, f"Peristiwa bulan ke-{place:02}") for place in range(12, 24))
        figure = Lines(months, (Series("", "#0072B2", (number(1),) * 24),), "kasus", 0, events)
        found = self.names_of(figure)
        assert all(
            one[2] < other[1] or other[2] < one[1]
            for place, one in enumerate(found)
            for other in found[:place]
            if one[0] == other[0]
        )
        assert len({top for top, _, _ in found}) == drawing.EVENT_ROWS
        assert {"Peristiwa bulan ke-23", "Peristiwa bulan ke-22", "Peristiwa bulan ke-21"} <= set(
            written(lines(figure, WORDS, 400))
        )
        assert "Peristiwa bulan ke-20" not in written(lines(figure, WORDS, 400))

    def test_lines_stand_as_high_as_they_are_told(self):
        assert svg.size_of(lines(self.FIGURE, WORDS, 400, 154)) == (400, 154)

    def test_no_month_at_all_can_be_drawn(self):
        assert written(lines(Lines((), (), "kasus"), WORDS))


class TestWaterfall:
    STEPS = (
        Step("Lalu", 10, "10", "a", True),
        Step("Baru", 5, "+5", "b"),
        Step("Dicabut", -3, "−3", "c"),
        Step("Kini", 12, "12", "d", True),
    )

    def test_each_step_hangs_on_the_one_before(self):
        assert levels(Waterfall(self.STEPS, "kasus")) == ((0, 10), (10, 15), (15, 12), (0, 12))

    def test_the_ground_is_cut_only_where_steps_are_small(self):
        assert ground_of(Waterfall(self.STEPS, "kasus")) == pytest.approx(10 - 2.5)
        large = (Step("Lalu", 1, "1", "a", True), Step("Baru", 9, "+9", "b"), Step("Kini", 10, "10", "c", True))
        assert ground_of(Waterfall(large, "kasus")) == 0
        falling = (Step("Lalu", 1, "1", "a", True), Step("Dicabut", -4, "−4", "b"), Step("Kini", -3, "−3", "c", True))
        assert ground_of(Waterfall(falling, "kasus")) == -3
        assert ground_of(Waterfall((), "kasus")) == 0

    def test_lengths_add_up(self):
        source = waterfall(Waterfall(self.STEPS, "kasus"), WORDS, 300)
        rise, fall = (marks(source, "rect", fill=colour)[0] for colour in (style.TEAL, style.AMBER))
        first, last = marks(source, "rect", fill=style.NAVY)
        assert float(rise["x"]) == pytest.approx(float(first["x"]) + float(first["width"]), abs=0.02)
        assert float(fall["x"]) + float(fall["width"]) == pytest.approx(float(rise["x"]) + float(rise["width"]), abs=0.02)
        assert float(fall["x"]) == pytest.approx(float(last["x"]) + float(last["width"]), abs=0.02)
        assert float(rise["width"]) == pytest.approx(float(fall["width"]) * 5 / 3, abs=0.05)

    def test_a_cut_ground_is_told(self):
        assert any("tidak mulai dari nol" in text for text in written(waterfall(Waterfall(self.STEPS, "kasus"), WORDS)))


class TestCards:
    def test_everything_of_a_card_is_written(self):
        figure = Cards((Card("Kasus", number(1234, 1, 2, text="1.234"), "kasus", "naik 3%"), Card("Orang", HIDDEN, "orang", "")))
        texts = written(cards(figure, WORDS))
        assert {"Kasus", "1.234", "kasus", "selang 95%: 1–2", "naik 3%", "disensor"} <= set(texts)

    def test_six_stand_in_two_rows(self):
        figure = Cards(tuple(Card(str(place), number(1), "", "") for place in range(6)))
        boxes = marks(cards(figure, WORDS), "rect", fill=style.PAPER)
        assert [len({box[name] for box in boxes}) for name in ("x", "y")] == [3, 2]


def city_map(level: str, **more: object) -> AreaMap:
    colours = dict.fromkeys(areas.codes(level), "#EAF3F8")
    legend = (LegendEntry("#EAF3F8", "semua", len(colours)), LegendEntry("#D9D9D9", "belum melapor", 1, True))
    return AreaMap(level, areas.CITY, colours, {}, legend, "Laju", **more)


class TestMap:
    def test_every_area_is_drawn_once_and_outlines_over_kelurahan(self):
        source = cartography.area_map(city_map("kelurahan"), WORDS, 493)
        assert len(marks(source, "path", fill="#EAF3F8")) == 153
        assert len(marks(source, "path", fill="none")) == 14

    def test_far_islands_of_a_kecamatan_stand_in_the_frame(self):
        source = cartography.area_map(city_map("kecamatan"), WORDS, 493)
        assert len(marks(source, "path", fill="#EAF3F8")) == 14 + 3
        assert {"Barrang Lompo", "Pulau, diperbesar", "semua (15)", "Laju"} <= set(written(source))

    def test_silent_areas_are_crossed(self):
        bare, crossed = (
            marks(cartography.area_map(city_map("kecamatan", crossed=silent), WORDS, 493), "line")
            for silent in (frozenset[str](), frozenset({"73.71.09"}))
        )
        assert len(crossed) == len(bare) + 2

    def test_one_kecamatan_fills_the_room(self):
        inside = dict.fromkeys(areas.members("73.71.07"), "#EAF3F8")
        source = cartography.area_map(AreaMap("kelurahan", "73.71.07", inside, {}, (), ""), WORDS, 493)
        assert len(marks(source, "path", fill="#EAF3F8")) == 15

    def test_the_islands_alone_are_no_inset(self):
        inside = dict.fromkeys(areas.members(FAR), "#EAF3F8")
        source = cartography.area_map(AreaMap("kelurahan", FAR, inside, {}, (), ""), WORDS, 493)
        assert "Pulau, diperbesar" not in written(source)

    def test_north_is_up_and_the_middle_is_the_middle(self):
        frame = Frame((119.0, -5.0, 120.0, -4.0), 10, 20, 100, 100)
        assert frame.place((119.5, -4.5)) == pytest.approx((60, 70))
        assert frame.place((119.5, -4.0))[1] < frame.place((119.5, -5.0))[1]

    def test_packed_islands_keep_size_and_order(self):
        square = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
        far = tuple((x + 50, y + 9) for x, y in square)
        first, second = packed((far, square))
        assert first == ((0.0, -0.5), (1.0, -0.5), (1.0, 0.5), (0.0, 0.5))
        assert bounds([(second,)])[0] == pytest.approx(1 + 1 / 3)

    @pytest.mark.parametrize("code", ["73.71.07", "73.71.06.1007", "73.71.15.1001", "73.71.15"])
    def test_a_locator_marks_its_area(self, code: str):
        source = locator(code)
        assert style.NAVY in source
        assert parsed(source).attrib["width"] == "92"

    def test_small_areas_are_ringed_and_large_ones_are_not(self):
        assert marks(locator("73.71.06.1007"), "circle")
        assert not marks(locator("73.71.14"), "circle")

    def test_simplified_shapes_stay_whole(self):
        assert set(rings("kelurahan")) == set(areas.codes("kelurahan"))
        assert all(len(ring) >= 4 for shape in rings("kelurahan").values() for ring in shape)


def test_months_tell_numbers_withheld_silent_and_open():
    silent = number(NAN, status=Status.NOT_REPORTED)
    bars = (
        MonthBar("Jan 2026", number(10), 5.0, open=False),
        MonthBar("Feb 2026", HIDDEN, NAN, open=False),
        MonthBar("Mar 2026", silent, NAN, open=False),
        MonthBar("Apr 2026", number(5), NAN, open=True),
    )
    source = month_bars(bars, 400, 50)
    (final,) = marks(source, "rect", fill=style.NAVY)
    (pending,) = marks(source, "rect", fill=style.SEQUENTIAL[1])
    assert float(final["height"]) == pytest.approx(2 * float(pending["height"]))
    assert written(source)[:2] == ["10", "Jan 2026"]
    assert {"d", "5"} <= set(written(source))
    assert len(marks(source, "line", stroke=style.TEXT)) == 2
    (expected,) = marks(source, "line", stroke=style.AMBER)
    assert float(expected["y1"]) == pytest.approx(9 + 25)


def test_a_table_is_no_drawing():
    assert draw(Grid(("A",), (("1",),)), WORDS) == ""
    assert drawing.least_width(["A"], ["1"]) == pytest.approx(text_width("A", 9) + text_width("1", 9) + 12 + 66)
