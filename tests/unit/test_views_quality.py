"""What the page Mutu data says and shows, on rows a reader can add up (see tests/qualities.py)."""

from dataclasses import replace
from datetime import date

import pytest

from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures.quality import MEASURES
from ipsm_analytics.quality import Quality
from ipsm_analytics.reference import areas
from ipsm_analytics.views import style
from ipsm_analytics.views.chart import Scope
from ipsm_analytics.views.quality import QualityPage, history_question
from tests.cubes import BONTORANNU, CITY, MARISO, MATTOANGIN, PANNAMPU, case, cube_of, months
from tests.qualities import CASES, TODAY, quality_of, report, row, small
from tests.unit.test_views_desk import desk_of

QUARTER = months("2026-01", "2026-03")
UNUSUAL = [
    case(f"{month}{number}", f"{year}-{month:02d}", BONTORANNU, "PPKS-08")
    for year, month, count in [*((2025, month, 2) for month in range(1, 13)), (2026, 1, 9), (2026, 2, 2), (2026, 6, 1)]
    for number in range(count)
]
"""Two cases a month in 2025, nine in January 2026, two in February; June sets the cut-off, so February is settled."""


def page(
    area: str = CITY,
    window: Window = QUARTER,
    measure: str = "kelengkapan",
    quality: Quality | None = None,
    cases=UNUSUAL,
    language: str = "id",
    narrow: bool = False,
) -> QualityPage:
    desk = replace(desk_of(cube_of(cases), language), narrow=narrow)
    return QualityPage(desk, quality or small(), TODAY, Scope(area, ALL, window), measure)


class TestHeadline:
    @pytest.mark.parametrize(
        ("area", "window", "expected"),
        [
            (
                CITY,
                QUARTER,
                (
                    "Kelengkapan laporan Feb 2026: 2 dari 153 kelurahan, 0 di antaranya tepat waktu. "
                    "Pada Jan–Mar 2026 80% baris sah; "
                    "alasan penolakan tersering: kategori tidak dikenal (1 baris); 1 baris lain ditolak tanpa bulan yang terbaca."
                ),
            ),
            (
                MARISO,
                months("2026-01"),
                (
                    "Kelengkapan laporan Jan 2026, Kec. Mariso: 2 dari 9 kelurahan, semuanya tepat waktu. "
                    "Pada Jan 2026 86% baris sah; "
                    "alasan penolakan tersering: kategori tidak dikenal (1 baris); 1 baris lain ditolak tanpa bulan yang terbaca."
                ),
            ),
            (
                BONTORANNU,
                months("2026-02"),
                (
                    "Laporan Feb 2026 dari Bontorannu (Kec. Mariso) sudah masuk; tanggal terimanya tidak tercatat. "
                    "Pada Feb 2026 100% baris sah; 1 baris lain ditolak tanpa bulan yang terbaca."
                ),
            ),
            (
                MATTOANGIN,
                months("2026-01"),
                "Laporan Jan 2026 dari Mattoangin (Kec. Mariso) masuk tepat waktu. Pada Jan 2026 100% baris sah.",
            ),
            (
                MATTOANGIN,
                months("2026-02"),
                "Laporan Feb 2026 dari Mattoangin (Kec. Mariso) masuk terlambat. Tidak ada baris kasus pada Feb 2026.",
            ),
            (
                PANNAMPU,
                months("2026-01", "2026-02"),
                "Laporan Feb 2026 dari Pannampu (Kec. Tallo) belum masuk. Tidak ada baris kasus pada Jan–Feb 2026.",
            ),
            (
                PANNAMPU,
                months("2026-02", "2026-03"),
                "Pannampu (Kec. Tallo) belum melapor pada Feb–Mar 2026; mutu datanya belum diketahui, bukan baik.",
            ),
            (
                MATTOANGIN,
                months("2026-03"),
                "Laporan Mattoangin (Kec. Mariso) pada Mar 2026 belum jatuh tempo. Tidak ada baris kasus pada Mar 2026.",
            ),
        ],
    )
    def test_says_what_the_counts_say(self, area: str, window: Window, expected: str):
        assert page(area, window).headline == expected

    def test_names_no_reason_where_no_row_was_refused(self):
        quality = quality_of(CASES, [report(code, "2026-01", "2026-02-01") for code in areas.members(MARISO)])
        assert page(MARISO, months("2026-01"), quality=quality).headline == (
            "Kelengkapan laporan Jan 2026, Kec. Mariso: 9 dari 9 kelurahan, semuanya tepat waktu. Pada Jan 2026 100% baris sah."
        )

    def test_in_english(self):
        assert page(PANNAMPU, months("2026-02"), language="en").headline.startswith("Pannampu (Kec. Tallo) has not reported")


def heat(item: QualityPage) -> dict[str, list[str]]:
    """Area -> what is written in its cells."""
    trace = item.grid.figure.data[0]
    return dict(zip(trace.y, [list(texts) for texts in trace.text], strict=True))


class TestGrid:
    def test_states_stand_apart_in_sign_colour_and_words(self):
        item = page(MARISO, measure="keabsahan")
        assert heat(item)["Bontorannu"] == ["83", "100", "100"]
        assert heat(item)["Mattoangin"] == ["100", "–", "○"]
        assert heat(item)["Kunjung Mae"] == ["×", "×", "○"]
        trace = item.grid.figure.data[0]
        place = list(trace.y).index("Mattoangin")
        assert list(trace.customdata[place]) == [
            "Mattoangin, Jan 2026: 100% (1/1)",
            "Mattoangin, Feb 2026: tanpa baris",
            "Mattoangin, Mar 2026: belum jatuh tempo",
        ]
        colours = {trace.z[place][1], trace.z[place][2], trace.z[list(trace.y).index("Kunjung Mae")][0]}
        assert len(colours) == 3
        assert min(colours) >= len(style.SEQUENTIAL)

    def test_a_report_of_one_kelurahan_is_there_late_or_missing(self):
        assert heat(page(MARISO, measure="ketepatan"))["Mattoangin"] == ["✓", "telat", "○"]
        assert heat(page(MARISO, measure="ketepatan"))["Bontorannu"] == ["✓", "?", "○"]
        assert heat(page(PANNAMPU))["<b>Pannampu</b>"] == ["✓", "×", "○"]

    def test_the_city_is_seen_by_kecamatan(self):
        shown = heat(page())
        assert list(shown) == [areas.name(code) for code in areas.codes("kecamatan")]
        assert shown["Mariso"] == ["22", "22", "○"]

    @pytest.mark.parametrize(
        ("value", "measure", "expected"),
        [(3, "kelengkapan", 0), (49, "kelengkapan", 0), (50, "kelengkapan", 1), (99, "kelengkapan", 3), (100, "kelengkapan", 4)],
    )
    def test_classes_hold_their_lower_bound(self, value: int, measure: str, expected: int):
        rows = [
            row(str(number), "2026-01-01", BONTORANNU, identity="nik" if number < value else "nama_lahir")
            for number in range(100)
        ]
        trace = page(MARISO, months("2026-01"), "nik", quality_of(rows)).grid.figure.data[0]
        bounds = MEASURES["nik"].breaks
        assert trace.z[list(trace.y).index("Bontorannu")][0] == sum(value >= bound for bound in bounds)
        assert sum(value >= bound for bound in MEASURES[measure].breaks) == expected

    def test_a_phone_breaks_long_names_and_shows_fewer_months(self):
        quality = quality_of([row("Ani", "2025-01-01", BONTORANNU)])
        wide, narrow = (page(window=months("2025-01", "2026-03"), quality=quality, narrow=flag) for flag in (False, True))
        assert [len(item.grid.figure.data[0].x) for item in (wide, narrow)] == [12, 5]
        assert "Kepulauan<br>Sangkarrang" in heat(narrow)
        assert "Kepulauan Sangkarrang" in heat(wide)

    def test_its_table_says_the_same_in_words(self):
        table = page(MARISO, measure="keabsahan").grid.table().set_index("Wilayah")
        assert table.loc["Mattoangin (Kec. Mariso)"].tolist() == ["100% (1/1)", "tanpa baris", "belum jatuh tempo"]

    def test_its_download_withholds_small_numbers_of_rows(self):
        frame = page(MARISO, measure="keabsahan").grid.export()
        assert set(frame.loc[frame["kode"] == BONTORANNU, "state"]) == {"disensor"}
        assert frame["numerator"].isna().all()
        assert set(frame["ukuran"]) == {"keabsahan"}


class TestFigures:
    def test_the_five_measures_with_numerator_and_denominator(self):
        rows = {item.name: item.text for item in page(BONTORANNU).figures.figure.rows}
        assert rows == {
            "Kelengkapan": "100% (2/2)",
            "Tepat waktu": "50% (1/2)",
            "Baris sah": "88% (7/8)",
            "NIK sah": "57% (4/7)",
            "Dugaan ganda": "20% (1/5)",
        }

    def test_why_there_is_no_number(self):
        rows = {item.name: item.text for item in page(PANNAMPU, months("2026-02")).figures.figure.rows}
        assert rows["Kelengkapan"] == rows["Baris sah"] == "belum melapor"

    def test_a_trace_is_not_rounded_away(self):
        many = [row(str(number), "2026-01-01", BONTORANNU) for number in range(2000)]
        quality = quality_of([*many, row("0", "2026-01-02", BONTORANNU)])
        rows = {item.name: item.text for item in page(BONTORANNU, quality=quality).figures.figure.rows}
        assert rows["Dugaan ganda"] == "<0,1% (1/2.001)"

    def test_the_download_has_every_measure_as_it_may_leave_the_office(self):
        frame = page(BONTORANNU).figures.export().set_index("ukuran")
        assert frame["state"].to_dict() == {
            "kelengkapan": "ok",
            "ketepatan": "ok",
            "keabsahan": "disensor",
            "nik": "disensor",
            "ganda": "disensor",
        }


class TestReasons:
    def test_bars_carry_count_and_share_and_the_remedy_stands_beside(self):
        item = page()
        first = item.reasons.figure.rows[0]
        assert (first.name, first.text) == ("NIK bukan 16 angka; baris diterima tanpa NIK.", "2 (18,2%)")
        assert item.remedies[0] == ("NIK bukan 16 angka; baris diterima tanpa NIK.", "Salin NIK dari KTP atau KK.")
        assert "1 baris tertolak yang bulannya tidak terbaca" in item.reasons.reading

    def test_the_table_holds_all_with_their_consequence(self):
        table = page().reasons.table()
        assert len(table) == 6
        assert table["Akibat"].iloc[0] == "peringatan: baris diterima dan ditandai"

    def test_nothing_wrong_is_said(self):
        item = page(quality=quality_of([row("Ani", "2026-01-01", BONTORANNU)]))
        assert item.reasons.title == "Tidak ada baris yang ditolak atau ditandai"
        assert item.remedies == []

    def test_the_download_withholds_small_counts(self):
        assert page().reasons.export()["rows"].isna().all()


class TestWork:
    def test_the_list_says_what_to_mend_and_whose_it_is(self):
        table = page(MARISO).worklist.table.set_index("Kelurahan")
        row = table.loc["Bontorannu"]
        assert (row["Belum lapor"], row["Telat"], row["Di karantina"], row["Nomor PSM"]) == ("–", "0", "2", "P1, P2")
        assert row["Alasan tersering"] == "Kategori tidak dikenal."
        assert table.loc["Mattoangin", "Telat"] == "1"
        assert table.loc["Kunjung Mae", "Belum lapor"] == "Jan–Feb 2026"

    def test_months_with_gaps_between_them(self):
        quality = quality_of(reports=[report(MATTOANGIN, text) for text in ("2025-08", "2025-10", "2025-12")])
        window = months("2025-07", "2026-02")
        for last, shown in ((Month(2025, 11), "Jul 2025, Sep 2025, Nov 2025"), (Month(2026, 1), "4 bulan")):
            table = page(MATTOANGIN, Window(window.first, last), quality=quality).worklist.table
            assert table["Belum lapor"].tolist() == [shown]

    def test_nothing_to_mend_is_said(self):
        item = page(MATTOANGIN, months("2026-03"))
        assert item.worklist.remark.startswith("Tidak ada bulan yang belum dilaporkan")
        assert item.districts.title == "Tidak ada yang perlu diperbaiki, Mattoangin (Kec. Mariso)"

    def test_kecamatan_are_ordered_by_what_mending_brings(self):
        rows = page().districts.figure.rows
        assert [row.value for row in rows] == sorted((row.value for row in rows), reverse=True)
        mariso = next(row for row in rows if row.name == "Mariso")
        assert mariso.text == "14 bln · 2 baris"
        assert "1 baris karantina tanpa kelurahan yang terbaca" in page().districts.reading
        assert "0 baris karantina tanpa kelurahan yang terbaca" in page(MARISO).districts.reading

    def test_the_download_withholds_small_numbers_and_their_reason(self):
        frame = page(MARISO).worklist.export().set_index("kode_kelurahan")
        assert frame["baris_menunggu"].isna()[BONTORANNU]
        assert frame.loc[BONTORANNU, "alasan_tersering"] == ""
        assert frame.loc[MATTOANGIN, "baris_menunggu"] == 0


class TestOutliers:
    def test_a_month_far_from_its_own_history_is_listed(self):
        item = page(BONTORANNU).outliers
        assert item.table.iloc[0].tolist() == ["Bontorannu", "Mariso", "Jan 2026", "9", "0–6", "▲ 4,9"]
        assert item.title == "1 bulan di luar kebiasaan kelurahannya, Bontorannu (Kec. Mariso)"

    def test_only_months_of_the_period_are_listed(self):
        assert page(BONTORANNU, months("2026-02", "2026-03")).outliers.remark.startswith("Tidak ada bulan yang jauh")

    def test_a_short_history_is_not_judged_and_counted(self):
        assert "tidak dinilai: 8." in page(MARISO).outliers.reading
        assert "tidak dinilai: 0." in page(BONTORANNU).outliers.reading

    def test_before_any_month_is_settled_it_says_so(self):
        item = page(BONTORANNU, cases=[case("Ani", "2026-01", BONTORANNU, "PPKS-08")])
        assert history_question(item) is None
        assert item.outliers.remark.startswith("Belum dapat dinilai")
        assert item.outliers.export().empty

    def test_unsettled_months_are_left_out(self):
        question = history_question(page(BONTORANNU, months("2026-01", "2026-06")))
        assert question.window.last == Month(2026, 3)

    def test_the_download_withholds_a_small_count_with_its_range(self):
        frame = page(BONTORANNU).outliers.export()
        assert frame[["kasus", "biasa_sampai"]].to_numpy().tolist() == [[9, 6]]
        quiet = [item for item in UNUSUAL if item["tgl_lapor"].year == 2026 and item["tgl_lapor"].month != 1]
        cases = [*quiet, *(case(str(number), "2026-01", BONTORANNU, "PPKS-08") for number in range(4))]
        reports = [{"kode_kelurahan": BONTORANNU, "bulan": date(2025, month, 1), "tgl_terima": None} for month in range(1, 13)]
        item = page(BONTORANNU)
        item = replace(item, desk=replace(item.desk, facts=Facts.of(cube_of(cases, reports))))
        assert item.outliers.table["Kasus"].tolist() == ["4"]
        assert item.outliers.export()[["kasus", "biasa_sampai", "z"]].isna().all(axis=None)
