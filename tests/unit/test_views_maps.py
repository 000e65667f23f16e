"""Maps and their classes: what colour, cross, bubble and count each area gets, and the shapes they are drawn on."""

import hashlib
import json
import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, shape

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.measures import COLUMNS, Query, Status
from ipsm_analytics.reference import areas, boundaries
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.views import classes, maps, style
from ipsm_analytics.views.classes import LegendEntry, breaks_of, class_of, frozen_breaks, legend, palette, state_entries
from ipsm_analytics.views.maps import BUBBLE_MAX, INSET, LAYOUTS, MapSpec, bubble_sizes, draw, geometry, hover_texts
from tests.unit.test_views_desk import (
    BONTORANNU,
    CITY,
    LETTE,
    MARISO,
    PATTUNUANG,
    TABARINGAN,
    THIS_YEAR,
    UNTIA,
    WORDS,
    desk,
    desk_of,
    nothing,
    scope,
)

RATE, CASES, COMPLETE, SERVED = (indicator(code) for code in ("K03", "K01", "R01", "C06"))
STATES = list(classes.STATE_COLOURS)
BREAKS = (10.0, 20.0, 30.0, 40.0)


def frame_of(rows: dict[str, tuple[float, Status]]) -> pd.DataFrame:
    """A query's answer by kelurahan with given values and states."""
    frame = pd.DataFrame(
        {
            "kode_kelurahan": list(rows),
            "kelurahan": [areas.name(code) for code in rows],
            "value": [value for value, _ in rows.values()],
            "numerator": [value for value, _ in rows.values()],
            "denominator": [100.0] * len(rows),
            "lower": [value - 1 for value, _ in rows.values()],
            "upper": [value + 1 for value, _ in rows.values()],
            "status": [status for _, status in rows.values()],
        }
    )
    return frame[["kode_kelurahan", "kelurahan", *COLUMNS]]


def spec(
    layout: str = "geografis", level: str = "kelurahan", breaks: tuple[float, ...] = BREAKS, largest: float = 1.0
) -> MapSpec:
    return MapSpec(layout, level, breaks, largest, 400, 600)


def states_frame() -> pd.DataFrame:
    """One area a state: a number in each class, then every state that is no number."""
    codes = areas.codes("kelurahan")
    numbers = {codes[i]: (value, Status.OK) for i, value in enumerate((5.0, 10.0, 20.0, 39.9, 40.0))}
    missing = {codes[5 + i]: (0.0 if state is Status.ZERO else math.nan, state) for i, state in enumerate(STATES)}
    return frame_of(numbers | missing)


class TestClasses:
    @pytest.mark.parametrize(("value", "number"), [(0, 0), (9.99, 0), (10, 1), (19.99, 1), (20, 2), (40, 4), (1e9, 4)])
    def test_are_half_open(self, value: float, number: int):
        assert class_of([value], BREAKS).tolist() == [number]

    def test_of_many_values_are_quintiles(self):
        assert breaks_of(range(1, 101), 1) == (20.8, 40.6, 60.4, 80.2)

    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ([], ()),
            ([3, 3, 3], ()),
            ([1, 2], (1.5,)),
            ([1, 2, 3], (1.7, 2.3)),
            ([1] * 9 + [2, 3, 4, 5], (2.6,)),
            ([0.01, 0.02], ()),
        ],
    )
    def test_of_few_distinct_values_are_fewer_and_never_warn(self, values: list[float], found: tuple[float, ...]):
        assert breaks_of(values, 1) == found

    @given(st.lists(st.floats(0, 1e5), max_size=60), st.integers(0, 2))
    def test_bounds_rise_and_none_of_them_is_useless(self, values: list[float], decimals: int):
        found = breaks_of(values, decimals)
        assert len(found) <= 4
        assert list(found) == sorted(set(found))
        assert all(min(values) < bound <= max(values) for bound in found)

    def test_steps_of_the_one_blue_run_from_lightest_to_darkest(self):
        assert palette(5) == style.SEQUENTIAL
        assert palette(2) == (style.SEQUENTIAL[0], style.SEQUENTIAL[-1])
        assert palette(1) == (style.SEQUENTIAL[0],)


class TestFrozenBreaks:
    def breaks(self, *questions: Query, code: str = "K03") -> tuple[float, ...]:
        return frozen_breaks(desk(), indicator(code), questions)

    def ask(self, window: Window, area: str = CITY, slice_code: str = "SEMUA") -> Query:
        return scope(area, slice_code, window).ask("K03", "kelurahan")

    def test_are_the_same_for_a_kecamatan_as_for_the_city(self):
        assert self.breaks(self.ask(THIS_YEAR)) != ()
        assert self.breaks(self.ask(THIS_YEAR, MARISO)) == self.breaks(self.ask(THIS_YEAR))

    def test_are_the_same_for_all_periods_of_one_length(self):
        half = Window(Month(2026, 1), Month(2026, 6))
        assert self.breaks(self.ask(half)) != self.breaks(self.ask(THIS_YEAR))
        assert {self.breaks(self.ask(half.shifted(-months))) for months in range(13)} == {self.breaks(self.ask(half))}

    def test_pool_the_newest_full_spans_of_the_whole_city_each_half_a_span_earlier(self):
        spans = [THIS_YEAR, THIS_YEAR.shifted(-5), THIS_YEAR.shifted(-10)]
        answers = pd.concat([desk().answer(Query("K03", ("kelurahan",), span)) for span in spans])
        values = answers.loc[answers["status"] == Status.OK, "value"].tolist()
        assert len(values) == 3 + 4 + 3
        assert self.breaks(self.ask(Window(Month(2025, 2), Month(2025, 11)), MARISO)) == breaks_of(values, 1)

    def test_a_period_compared_with_another_keeps_its_classes(self):
        assert self.breaks(self.ask(THIS_YEAR), self.ask(THIS_YEAR.shifted(-10))) == self.breaks(self.ask(THIS_YEAR))

    def test_pool_the_categories_that_are_compared(self):
        both = self.breaks(self.ask(THIS_YEAR), self.ask(THIS_YEAR, slice_code="LANSIA"))
        assert both == self.breaks(self.ask(THIS_YEAR, slice_code="LANSIA"), self.ask(THIS_YEAR))
        assert both != self.breaks(self.ask(THIS_YEAR))

    def test_a_period_longer_than_the_data_has_classes_too(self):
        assert self.breaks(self.ask(Window(Month(2020, 1), Month(2026, 10)))) != ()

    @pytest.mark.parametrize(("code", "fixed"), [("R01", (50, 80, 90, 100)), ("C06", (60, 70, 80, 90))])
    def test_stated_bounds_win(self, code: str, fixed: tuple[float, ...]):
        assert self.breaks(self.ask(THIS_YEAR), code=code) == fixed

    def test_without_data_there_are_none(self):
        assert frozen_breaks(desk_of(nothing()), RATE, [self.ask(THIS_YEAR)]) == ()


class TestLegend:
    def test_names_every_class_with_bounds_and_count_then_the_states(self):
        entries = legend(WORDS, states_frame(), RATE, BREAKS)
        assert [(entry.label, entry.count) for entry in entries] == [
            ("< 10,0", 1),
            ("10,0 – <20,0", 1),
            ("20,0 – <30,0", 1),
            ("30,0 – <40,0", 1),
            ("≥ 40,0", 1),
            *((WORDS(f"status.{state}"), 1) for state in STATES),
        ]
        assert [entry.colour for entry in entries] == [*style.SEQUENTIAL, *classes.STATE_COLOURS.values()]

    def test_only_belum_lapor_carries_the_cross(self):
        assert [entry.label for entry in legend(WORDS, states_frame(), RATE, BREAKS) if entry.marked] == ["belum melapor"]

    def test_states_without_an_area_are_left_out(self):
        assert state_entries(WORDS, frame_of({LETTE: (0.0, Status.ZERO)})) == [LegendEntry(style.ZERO, "nol", 1)]

    def test_without_bounds_all_values_share_a_class(self):
        entries = legend(WORDS, frame_of({LETTE: (5.0, Status.OK), UNTIA: (math.nan, Status.NOT_REPORTED)}), RATE, ())
        assert [(entry.label, entry.count) for entry in entries] == [("semua nilai", 1), ("belum melapor", 1)]

    @pytest.mark.parametrize("code", ["K03", "R01", "C06"])
    @pytest.mark.parametrize("level", ["kelurahan", "kecamatan"])
    def test_counts_add_up_to_the_areas(self, code: str, level: str):
        item, question = indicator(code), scope().ask(code, level)
        entries = legend(WORDS, desk().answer(question), item, frozen_breaks(desk(), item, [question]))
        assert sum(entry.count for entry in entries) == len(areas.codes(level))

    def test_the_small_city_by_rate(self):
        entries = legend(WORDS, desk().answer(scope().ask("K03", "kelurahan")), RATE, (10.0, 50.0))
        assert [(entry.label, entry.count) for entry in entries] == [
            ("< 10,0", 1),
            ("10,0 – <50,0", 1),
            ("≥ 50,0", 1),
            ("nol", 149),
            ("belum melapor", 1),
        ]


class TestColours:
    def ground(self, frame: pd.DataFrame, breaks: tuple[float, ...] = BREAKS) -> go.Choroplethmap:
        return draw(WORDS, frame, RATE, spec(breaks=breaks)).data[0]

    def test_each_class_and_each_state_has_a_step_of_its_own(self):
        trace = self.ground(states_frame())
        assert list(trace.z) == [0, 1, 2, 3, 4, *range(5, 5 + len(STATES))]
        assert (trace.zmin, trace.zmax) == (-0.5, 4.5 + len(STATES))

    def test_each_step_is_painted_as_the_legend_says(self):
        trace = self.ground(states_frame())
        painted = [colour_at(trace, step) for step in trace.z]
        assert painted == [entry.colour for entry in legend(WORDS, states_frame(), RATE, BREAKS)]

    def test_a_value_on_a_bound_takes_the_upper_class(self):
        assert list(self.ground(frame_of({LETTE: (10.0, Status.OK), UNTIA: (9.9, Status.OK)})).z) == [1, 0]

    def test_a_missing_value_never_takes_the_colour_of_a_number(self):
        for state in set(STATES) - {Status.ZERO}:
            trace = self.ground(frame_of({LETTE: (math.nan, state)}))
            assert colour_at(trace, trace.z[0]) == classes.STATE_COLOURS[state]

    def test_areas_keep_their_codes(self):
        frame = desk().answer(scope().ask("K03", "kelurahan"))
        trace = self.ground(frame)
        assert tuple(trace.locations) == areas.codes("kelurahan")
        assert trace.z[trace.locations.index(UNTIA)] == 5 + STATES.index(Status.NOT_REPORTED)
        assert trace.z[trace.locations.index(TABARINGAN)] == 5 + STATES.index(Status.ZERO)

    def test_a_click_can_be_told_apart_without_fading_the_rest(self):
        figure = draw(WORDS, states_frame(), RATE, spec())
        assert figure.layout.clickmode == "event+select"
        assert (figure.data[0].selected.marker.opacity, figure.data[0].unselected.marker.opacity) == (1, 1)


def colour_at(trace: go.Choroplethmap, value: float) -> str:
    """The colour a scale of flat steps gives a value."""
    share = (value - trace.zmin) / (trace.zmax - trace.zmin)
    return next(colour for edge, colour in reversed(trace.colorscale) if edge <= share)


class TestCrosses:
    def layers(self, frame: pd.DataFrame, layout: str = "geografis") -> list:
        return list(draw(WORDS, frame, RATE, spec(layout)).layout.map.layers)

    def test_stand_on_areas_that_did_not_report_and_on_no_other(self):
        frame = desk().answer(scope().ask("K03", "kelurahan"))
        *outlines, crosses = self.layers(frame)
        strokes = crosses.source["geometry"]["coordinates"]
        assert len(outlines) == 2
        assert len(strokes) == 2
        lon, lat = geometry("geografis").points[UNTIA]
        assert [np.mean(stroke, axis=0).tolist() for stroke in strokes] == [pytest.approx([lon, lat])] * 2

    def test_every_other_state_goes_without(self):
        codes = areas.codes("kelurahan")
        others = [Status.OK, *(state for state in STATES if state not in (Status.NOT_REPORTED, Status.INCOMPLETE))]
        assert len(self.layers(frame_of({codes[i]: (1.0, state) for i, state in enumerate(others)}))) == 2

    def test_outlines_have_a_light_casing_under_a_dark_core(self):
        for layout in LAYOUTS:
            casing, core = self.layers(frame_of({LETTE: (1.0, Status.OK)}), layout)
            assert casing.source == core.source == f"app/static/geo/{geometry(layout).file_name('garis')}"
            assert casing.line.width > core.line.width
            assert (casing.color, core.color) == ("white", style.TEXT)


class TestBubbles:
    def test_areas_grow_as_the_values_do(self):
        whole, half, tenth = bubble_sizes(np.array([100.0, 50.0, 10.0]), 100)
        assert whole == BUBBLE_MAX
        assert (half / whole) ** 2 == pytest.approx(0.5, rel=0.01)
        assert (tenth / whole) ** 2 == pytest.approx(0.1, rel=0.02)

    def test_zero_and_missing_have_none(self):
        assert bubble_sizes(np.array([0.0, math.nan]), 10) == [0, 0]
        assert bubble_sizes(np.array([0.0, math.nan]), 0) == [0, 0]

    def test_counts_are_bubbles_on_a_ground_without_classes(self):
        frame = desk().answer(scope().ask("K01", "kelurahan"))
        ground, bubbles = draw(WORDS, frame, CASES, spec(largest=40.0)).data
        sizes = dict(zip(bubbles.customdata, bubbles.marker.size, strict=True))
        assert {code: size for code, size in sizes.items() if size} == {
            BONTORANNU: BUBBLE_MAX,
            LETTE: round(BUBBLE_MAX * math.sqrt(30 / 40), 1),
            PATTUNUANG: round(BUBBLE_MAX * math.sqrt(2 / 40), 1),
        }
        steps = dict(zip(ground.locations, ground.z, strict=True))
        assert {steps[BONTORANNU], steps[LETTE], steps[PATTUNUANG]} == {0}
        assert colour_at(ground, steps[TABARINGAN]) == style.ZERO
        assert colour_at(ground, steps[UNTIA]) == style.NOT_REPORTED

    def test_stand_inside_their_area(self):
        frame = desk().answer(scope().ask("K01", "kelurahan"))
        bubbles = draw(WORDS, frame, CASES, spec(largest=40.0)).data[1]
        placed = dict(zip(bubbles.customdata, zip(bubbles.lon, bubbles.lat, strict=True), strict=True))
        assert placed == {code: geometry("geografis").points[code] for code in areas.codes("kelurahan")}

    def test_rates_have_no_bubbles(self):
        assert [trace.type for trace in draw(WORDS, states_frame(), RATE, spec()).data] == ["choroplethmap"]


class TestHover:
    def test_gives_value_interval_and_what_it_is_made_of(self):
        frame = desk().answer(scope(BONTORANNU).ask("C06", "kelurahan"))
        assert hover_texts(WORDS, frame, SERVED, "kelurahan") == [
            "<b>Bontorannu (Kec. Mariso)</b><br>50,0 persen<br>95%: 35,2–64,8<br>20 orang terlayani / 40 orang terverifikasi"
        ]

    def test_of_an_area_without_a_number_says_why(self):
        frame = desk().answer(scope(UNTIA).ask("K03", "kelurahan"))
        assert hover_texts(WORDS, frame, RATE, "kelurahan") == ["<b>Untia (Kec. Biringkanaya)</b><br>belum melapor"]

    def test_of_a_withheld_cell_says_only_that(self):
        frame = desk(role="publik").answer(scope(PATTUNUANG).ask("K03", "kelurahan"))
        assert hover_texts(WORDS, frame, RATE, "kelurahan") == ["<b>Pattunuang (Kec. Wajo)</b><br>disensor"]


@pytest.mark.parametrize("layout", LAYOUTS)
class TestGeometry:
    @pytest.mark.parametrize("level", ["kelurahan", "kecamatan"])
    def test_has_one_shape_an_area_and_a_point_inside_it(self, layout: str, level: str):
        shapes = {item["id"]: shape(item["geometry"]) for item in json.loads(geometry(layout).features[level])["features"]}
        assert tuple(sorted(shapes)) == areas.codes(level)
        for code, drawn in shapes.items():
            assert drawn.is_valid
            assert drawn.buffer(1e-4).contains(shape({"type": "Point", "coordinates": geometry(layout).points[code]}))
            assert geometry(layout).extents[code] == pytest.approx(drawn.bounds, abs=1e-4)

    def test_files_are_named_by_what_they_hold(self, layout: str):
        shapes = geometry(layout)
        for layer, text in shapes.features.items():
            assert shapes.file_name(layer) == f"{layer}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.geojson"
        changed = maps.Geometry({"kelurahan": shapes.features["kelurahan"] + " "}, {}, {})
        assert changed.file_name("kelurahan") != shapes.file_name("kelurahan")

    def test_every_map_is_loaded_by_address_and_small_on_the_wire(self, layout: str):
        figure = draw(WORDS, desk().answer(scope().ask("K03", "kelurahan")), RATE, spec(layout))
        assert figure.data[0].geojson == f"app/static/geo/{geometry(layout).file_name('kelurahan')}"
        assert figure.layout.map.style == "white-bg"
        assert len(figure.to_json()) < 40_000

    def test_bounds_hold_exactly_the_areas_asked_for(self, layout: str):
        shapes = geometry(layout)
        west, south, east, north = shapes.bounds(areas.members(MARISO))
        boxes = [shapes.extents[code] for code in areas.members(MARISO)]
        assert (west, south) == (min(item[0] for item in boxes), min(item[1] for item in boxes))
        assert (east, north) == (max(item[2] for item in boxes), max(item[3] for item in boxes))
        assert shapes.bounds([LETTE]) == shapes.extents[LETTE]


def test_the_two_layouts_have_files_of_their_own():
    names = {geometry(layout).file_name(layer) for layout in LAYOUTS for layer in ("kelurahan", "kecamatan", "garis")}
    assert len(names) == 6


def test_a_narrower_view_is_drawn_closer():
    whole, near = (
        draw(WORDS, desk().answer(scope(area).ask("K03", "kelurahan")), RATE, spec()).layout.map for area in (CITY, MARISO)
    )
    west, south, east, north = geometry("geografis").bounds(areas.members(MARISO))
    assert near.zoom > whole.zoom + 1
    assert west < near.center.lon < east
    assert south < near.center.lat < north


class TestIslands:
    def drawn(self) -> dict:
        features = json.loads(geometry("geografis").features["kelurahan"])["features"]
        return {item["id"]: shape(item["geometry"]) for item in features}

    def test_lie_inside_their_frame_without_touching(self):
        drawn = self.drawn()
        islands = [part for code in areas.members(maps.ISLANDS) for part in getattr(drawn[code], "geoms", [drawn[code]])]
        assert len(islands) > len(areas.members(maps.ISLANDS))
        assert all(box(*INSET).contains(island) for island in islands)
        assert all(one.disjoint(other) for i, one in enumerate(islands) for other in islands[:i])

    def test_their_frame_covers_no_other_kelurahan(self):
        others = [item for code, item in self.drawn().items() if not code.startswith(maps.ISLANDS)]
        assert all(item.disjoint(box(*INSET)) for item in others)

    def test_are_enlarged_alike_and_keep_their_shape(self):
        true = boundaries.polygons().set_index("kode").geometry
        factors = [math.sqrt(self.drawn()[code].area / true[code].area) for code in areas.members(maps.ISLANDS)]
        assert min(factors) > 1
        assert factors == pytest.approx([factors[0]] * len(factors), rel=0.02)

    def test_the_mainland_stays_where_it_is(self):
        true = boundaries.polygons().set_index("kode").geometry
        assert all(self.drawn()[code].equals_exact(true[code], 1e-4) for code in areas.members(MARISO))

    def test_their_frame_is_drawn(self):
        lines = json.loads(geometry("geografis").features["garis"])["features"]
        assert any(shape(item["geometry"]).equals(box(*INSET).boundary) for item in lines)
