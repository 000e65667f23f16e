"""How the views of Peta paint and tell: no low or good colour where reports are missing, raw figures always beside the others."""

import pytest

from ipsm_analytics.answers.standing import LEAST_COMPLETE, Mode, standing
from ipsm_analytics.measures import Status
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import indicator, mapped
from ipsm_analytics.views import style
from ipsm_analytics.views.atlas import MapOptions, MapView, atlas
from ipsm_analytics.views.chart import Desk, Scope
from ipsm_analytics.views.classes import frozen_breaks
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.maps import GLYPHS
from ipsm_analytics.views.standing import PAINTINGS, class_name, look
from tests.unit.test_standing import HALF, HOT_PLACE, KELURAHAN, NONE, SILENT, SMALL, YEAR, city
from tests.unit.test_views_maps import colour_at

WORDS = Words("id")
OTHERS = [mode for mode in Mode if mode is not Mode.RAW]
HOT = "73.71.11.1001"


def desk(role: str = "operator") -> Desk:
    return Desk(city(), policy(role, "layar", 5), policy(role, "ekspor", 5), WORDS, 60)


def one(mode: Mode, code: str = "K03", area: str = areas.CITY, level: str = "kelurahan", part: str = "SEMUA") -> MapView:
    (view,) = atlas(desk(), (Scope(area, part, YEAR),), MapOptions(code, level, "geografis", 400, 600, mode))
    return view


def painted(view: MapView) -> dict[str, str]:
    """Colour of each area as drawn."""
    ground = view.chart.figure.data[0]
    return {code: colour_at(ground, step) for code, step in zip(ground.locations, ground.z, strict=True)}


def told(view: MapView, code: str) -> list[str]:
    ground = view.chart.figure.data[0]
    return ground.hovertext[list(ground.locations).index(code)].split("<br>")


class TestColours:
    @pytest.mark.parametrize("mode", list(Mode))
    def test_are_those_of_the_legend_area_by_area(self, mode: Mode):
        view = one(mode)
        entries = {entry.colour: entry.count for entry in view.legend if entry.count}
        found = list(painted(view).values())
        assert {colour: found.count(colour) for colour in set(found)} == entries
        assert sum(entry.count for entry in view.legend) == len(KELURAHAN)

    @pytest.mark.parametrize("mode", list(Mode))
    def test_a_kelurahan_with_missing_reports_is_never_low(self, mode: Mode):
        colour = painted(one(mode))[HALF]
        expected = {style.INCOMPLETE} if mode is not Mode.CLUSTERED else {style.INCOMPLETE, style.DIVERGING[2]}
        assert colour in expected

    @pytest.mark.parametrize("mode", list(Mode))
    def test_one_that_reported_everything_may_be(self, mode: Mode):
        assert painted(one(mode))[NONE] not in (style.INCOMPLETE, style.NOT_REPORTED)

    @pytest.mark.parametrize("mode", list(Mode))
    def test_a_silent_one_stays_silent(self, mode: Mode):
        assert painted(one(mode))[SILENT] == style.NOT_REPORTED

    @pytest.mark.parametrize("code", mapped())
    @pytest.mark.parametrize("mode", list(Mode))
    def test_under_the_limit_no_class_of_any_indicator_reads_well(self, code: str, mode: Mode):
        item = indicator(code)
        question = Scope(areas.CITY, "SEMUA", YEAR).ask(code, "kelurahan")
        found = standing(city(), mode, question, desk().screen)
        breaks = frozen_breaks(desk(), item, [question]) if item.map_mark == "warna" else ()
        shown = look(WORDS, found, item, "kelurahan", breaks)
        under = shown.frame[shown.frame["completeness"] < LEAST_COMPLETE]
        assert len(under) == 2
        assert item.direction == "naik_baik" or not (under["status"] == Status.ZERO).any()
        if shown.palette:
            return
        middle = breaks[len(breaks) // 2 - 1 : len(breaks) // 2 + 1] if len(breaks) == 4 else ()
        for value in under.loc[under["status"] == Status.OK, "value"]:
            assert not middle or (value < middle[1] if item.direction == "naik_baik" else value >= middle[0])

    def test_the_smoothed_rate_has_the_bounds_of_the_raw_one(self):
        raw, smoothed = one(Mode.RAW), one(Mode.SMOOTHED)
        assert [entry.label for entry in raw.legend[:5]] == [entry.label for entry in smoothed.legend[:5]]
        assert raw.legend != smoothed.legend

    def test_every_mark_can_be_drawn(self):
        marks = {mark for painting in PAINTINGS.values() for _, mark in painting.values()}
        assert marks - {""} <= set(GLYPHS)


class TestWords:
    def test_the_reading_says_which_are_not_believed(self):
        assert "1 wilayah bergaris miring: laporannya kurang dari 80% lengkap" in one(Mode.WORST).chart.reading
        assert ("laporan belum lengkap", 1) in [(entry.label, entry.count) for entry in one(Mode.WORST).legend]

    @pytest.mark.parametrize("mode", OTHERS)
    def test_the_raw_rate_with_its_interval_comes_first(self, mode: Mode):
        assert told(one(mode), HOT)[:4] == told(one(Mode.RAW), HOT)
        assert len(told(one(mode), HOT)) > 4

    def test_the_smoothed_rate_comes_with_interval_and_weight(self):
        found = standing(city(), Mode.SMOOTHED, Scope(areas.CITY, "SEMUA", YEAR).ask("K03", "kelurahan"), desk().screen)
        row = found.frame.set_index("kode_kelurahan").loc[HOT]
        numbers = [WORDS.number(row[name], 1) for name in ("smoothed", "smoothed_lower", "smoothed_upper")]
        weight = WORDS.number(100 * row["weight"])
        expected = [f"Dihaluskan: {numbers[0]} (95%: {numbers[1]}–{numbers[2]})", f"Bobot angka sendiri {weight}%"]
        assert told(one(Mode.SMOOTHED), HOT)[-2:] == expected

    def test_how_complete_the_reports_are_is_said_where_they_are_not(self):
        assert told(one(Mode.RAW), HALF)[-1] == "Kelengkapan laporan 40%"
        assert told(one(Mode.RAW), SILENT)[-1] == "belum melapor"

    @pytest.mark.parametrize(
        ("direction", "high", "low"),
        [
            ("netral", "di atas kota (95%)", "di bawah kota (95%)"),
            ("naik_baik", "di atas kota (95%) (lebih baik)", "di bawah kota (95%) (lebih buruk)"),
            ("turun_baik", "di atas kota (95%) (lebih buruk)", "di bawah kota (95%) (lebih baik)"),
        ],
    )
    def test_better_and_worse_only_with_a_direction(self, direction: str, high: str, low: str):
        assert class_name(WORDS, "lebih_tinggi_95", direction) == high
        assert class_name(WORDS, "lebih_rendah_95", direction) == low
        assert class_name(WORDS, "tidak_berbeda", direction) == "tidak dapat dibedakan"

    @pytest.mark.parametrize("mode", OTHERS)
    def test_a_refusal_names_what_is_missing_and_raw_figures_are_drawn(self, mode: Mode):
        view, raw = one(mode, "K01"), one(Mode.RAW, "K01")
        assert "Yang tergambar adalah angka mentah." in view.notice
        assert (view.chart.title, view.legend) == (raw.chart.title, raw.legend)
        assert raw.notice == ""

    def test_the_map_as_a_whole_is_summed_up(self):
        assert one(Mode.CLUSTERED).remarks[0].endswith("laju yang mirip cenderung berdekatan.")
        assert one(Mode.VERSUS_CITY).remarks[0].startswith("Kota: ")
        assert one(Mode.RAW).remarks == ()


class TestTable:
    @pytest.mark.parametrize(
        ("mode", "beside"),
        [
            (Mode.SMOOTHED, ["Dihaluskan", "Selang 95% dihaluskan", "Bobot angka sendiri (%)"]),
            (Mode.VERSUS_CITY, ["Kelas"]),
            (Mode.CLUSTERED, ["Moran lokal", "p Moran (FDR)", "Gi* (z)", "p Gi* (FDR)", "Kelas"]),
            (
                Mode.WORST,
                [
                    "Peluang 10 terburuk (%)",
                    "Peringkat tengah",
                    "Selang 95% peringkat",
                    "Kelompok tidak dapat dibedakan",
                    "Kelas",
                ],
            ),
        ],
    )
    def test_holds_what_the_mode_says_beside_the_raw_rate(self, mode: Mode, beside: list[str]):
        first, last = ["Kelurahan", "Laju (per 10.000 penduduk)", "Selang 95%"], ["Orang unik", "Penduduk", "Keadaan"]
        expected = [*first, *beside, *last, "Kelengkapan laporan (%)"]
        assert one(mode).chart.table().columns.tolist() == expected

    def test_of_ranks_begins_with_the_worst_and_groups_what_is_alike(self):
        table = one(Mode.WORST).chart.table()
        assert set(table["Kelurahan"][:8]) <= {areas.name(code) for code in areas.members(HOT_PLACE)}
        assert table["Kelompok tidak dapat dibedakan"].iloc[0] == "1"
        assert "–" in table["Selang 95% peringkat"].iloc[0]
        incomplete = table[table["Kelurahan"] == areas.name(HALF)]
        assert incomplete["Kelas"].tolist() == ["laporan belum lengkap"]

    @pytest.mark.parametrize("mode", list(Mode))
    def test_what_leaves_the_office_is_worked_out_without_withheld_cells(self, mode: Mode):
        export = one(mode).chart.export().set_index("kode_kelurahan")
        assert export.loc[SMALL, "status"] == "disensor"
        assert export.loc[SMALL].drop(["completeness", "incomplete"]).isin(["", "disensor"]).sum() >= 2
        numbers = export.select_dtypes("number").drop(columns=["completeness", "versi_data"])
        assert numbers.loc[SMALL].isna().all()
