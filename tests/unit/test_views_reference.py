"""Tables, values, published figures and the glossary: what is written in the cells."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest

from ipsm_analytics.config import Settings, settings
from ipsm_analytics.ingest import ingest
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas, categories, population, reasons, statuses
from ipsm_analytics.reference.indicators import indicator, indicators
from ipsm_analytics.schema import SAMPLE_MARK
from ipsm_analytics.store import Store
from ipsm_analytics.views import glossary, tables
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.published import Contradiction, concepts, contradictions, published_table, timeline
from ipsm_analytics.views.values import interval_text, short_value, unit_text, value_text
from tests.conftest import KEY
from tests.unit.test_views_desk import (
    BONTORANNU,
    CITY,
    LETTE,
    MARISO,
    PATTUNUANG,
    SPAN,
    UNTIA,
    WORDS,
    city,
    desk,
    desk_of,
    made_of,
    monthly_cases,
    scope,
)

EN = Words("en")
RATE, CASES, SERVED = (indicator(code) for code in ("K03", "K01", "C06"))
NAN = float("nan")


class TestValues:
    @pytest.mark.parametrize(
        ("value", "status", "text", "short", "unit"),
        [
            (64.25, Status.OK, "64,2", "64,2%", " persen"),
            (0.0, Status.ZERO, "0,0", "0,0%", " persen"),
            (NAN, Status.SUPPRESSED, "disensor", "disensor", ""),
            (NAN, Status.NOT_REPORTED, "belum melapor", "belum melapor", ""),
            (NAN, Status.SMALL_DENOMINATOR, "terlalu sedikit", "terlalu sedikit", ""),
        ],
    )
    def test_are_numbers_with_their_unit_or_the_reason_there_is_none(
        self, value: float, status: Status, text: str, short: str, unit: str
    ):
        assert value_text(WORDS, value, status, SERVED) == text
        assert short_value(WORDS, value, status, SERVED) == short
        assert unit_text(status, SERVED) == unit

    def test_counts_carry_no_percent_sign(self):
        assert short_value(WORDS, 1234.0, Status.OK, CASES) == "1.234"

    def test_intervals_are_limits_or_a_dash(self):
        assert interval_text(WORDS, 57.96, 60.12, RATE) == "58,0–60,1"
        assert interval_text(EN, 57.96, 60.12, RATE) == "58.0–60.1"
        assert interval_text(WORDS, NAN, NAN, RATE) == "–"


class TestReadable:
    def test_shows_value_interval_parts_and_state(self):
        table = tables.readable(WORDS, desk().answer(scope(BONTORANNU).ask("C06", "kelurahan")), SERVED)
        assert table.to_dict("records") == [
            {
                "Kelurahan": "Bontorannu",
                "Terlayani (persen)": "50,0",
                "Selang 95%": "35,2–64,8",
                "Orang terlayani": "20",
                "Orang terverifikasi": "40",
                "Keadaan": "ada angka",
            }
        ]

    def test_of_a_count_has_neither_interval_nor_parts(self):
        table = tables.readable(WORDS, desk().answer(scope().ask("K01", "kelompok")), CASES)
        assert list(table) == ["Kelompok", "Kasus (kasus)", "Keadaan"]
        assert table["Kelompok"].tolist() == ["Kemiskinan", "Anak", "Lansia", "Disabilitas", "Lainnya"]
        assert table["Kasus (kasus)"].tolist() == ["30", "2", "40", "2", "0"]

    def test_of_a_withheld_cell_holds_no_number_anywhere(self):
        frame = desk(role="publik").answer(scope(PATTUNUANG).ask("K03", "kelurahan"))
        (row,) = tables.readable(WORDS, frame, RATE).to_dict("records")
        assert row["Laju (per 10.000 penduduk)"] == row["Keadaan"] == "disensor"
        assert row["Selang 95%"] == row["Orang unik"] == "–"

    def test_of_an_area_without_a_report_says_so_and_not_zero(self):
        (row,) = tables.readable(WORDS, desk().answer(scope(UNTIA).ask("K01", "kelurahan")), CASES).to_dict("records")
        assert row["Kasus (kasus)"] == "belum melapor"

    def test_in_english(self):
        table = tables.readable(EN, desk("en").answer(scope().ask("K01", "kelompok")), CASES)
        assert table.columns[0] == "Group"
        assert table["Group"].tolist()[2] == "Older persons"


class TestExport:
    def frame(self, area: str = CITY) -> pd.DataFrame:
        return tables.export_frame(desk(), desk().released(scope(area).ask("K01", "kelurahan")), CASES)

    def test_keeps_codes_status_and_says_where_it_comes_from(self):
        frame = self.frame()
        assert tuple(frame["kode_kelurahan"]) == areas.codes("kelurahan")
        assert set(frame["status"]) == {"ok", "nol", "disensor", "belum_lapor"}
        (once,) = (
            frame[["indikator", "satuan", "sumber", "data_sampai", "versi_data", "tanda"]].drop_duplicates().to_dict("records")
        )
        assert once == {
            "indikator": "K01",
            "satuan": "kasus",
            "sumber": "laporan kasus PSM",
            "data_sampai": "2026-10-31",
            "versi_data": 7,
            "tanda": SAMPLE_MARK,
        }

    def test_small_counts_leave_as_a_word_and_no_number(self):
        row = self.frame().set_index("kode_kelurahan").loc[PATTUNUANG]
        assert row["status"] == "disensor"
        assert row[["value", "numerator", "denominator", "lower", "upper"]].isna().all()

    def test_large_counts_leave_as_they_are(self):
        values = self.frame(MARISO).set_index("kode_kelurahan")["value"]
        assert (values[BONTORANNU], values[LETTE]) == (40, 30)

    def test_real_data_carry_no_sample_mark(self):
        real = desk_of(made_of(monthly_cases(LETTE, SPAN, "PPKS-24", 1), sample=False))
        frame = tables.export_frame(real, real.released(scope().ask("K01", "kelurahan")), CASES)
        assert (frame["tanda"] == "").all()
        assert city().sample_cases > 0


@cache
def figures() -> pd.DataFrame:
    """The shipped published figures as the store holds them."""
    with TemporaryDirectory() as folder:
        config = Settings(store=Path(folder) / "store", key=KEY)
        assert all(not report.error for report in ingest(sorted(config.published.glob("*.csv")), config))
        store = Store(config)
        return store.read("angka_terbit", store.latest()).to_pandas()


def row_of(concept: str, year: int, value: float, source: str = "A", **others: object) -> dict[str, object]:
    base = {"level": "kota", "kode": CITY, "nama": "Kota Makassar", "jenis_kelamin": "total", "satuan": "orang", "catatan": ""}
    return base | {"konsep": concept, "tahun": year, "nilai": value, "sumber": source} | others


class TestPublished:
    def titled(self, words: str) -> Contradiction:
        (found,) = [item for item in contradictions(WORDS, figures()) if words in item.title]
        return found

    @pytest.mark.parametrize(
        ("concept", "printed", "added", "gap"),
        [("Gelandangan, pengemis", "204", "197", "7"), ("Anak jalanan", "918", "901", "17")],
    )
    def test_a_printed_total_stands_beside_the_sum_of_its_rows(self, concept: str, printed: str, added: str, gap: str):
        item = self.titled(f"{concept} 2011: jumlah tercetak")
        assert item.explanation == (
            f"Sumber mencetak {printed}, sedangkan 14 baris kecamatannya berjumlah {added}; selisih {gap}."
            " Keduanya ditampilkan, tidak ada yang dibetulkan."
        )
        assert item.table[["Asal", "Nilai"]].values.tolist() == [
            ["Jumlah yang tercetak", printed],
            ["Jumlah dari rincian kecamatan", added],
        ]
        assert item.table["Sumber"].str.startswith("http").all()

    def test_the_rows_themselves_add_up_so(self):
        rows = figures()
        parts = rows[(rows["level"] == "kecamatan") & (rows["tahun"] == 2011)].groupby("konsep")["nilai"].sum()
        assert (parts["Gelandangan, pengemis"], parts["Anak jalanan"]) == (197, 901)

    def test_a_year_that_sources_dispute_is_shown_with_its_neighbours(self):
        item = self.titled("tahunnya dipersoalkan")
        assert item.title == "persentase penduduk miskin 2022: tahunnya dipersoalkan"
        assert item.explanation.startswith("Bertentangan:")
        assert item.table[["Tahun", "Nilai"]].values.tolist() == [[2023, "5,07"], [2022, "4,58"]]

    def test_rival_values_of_one_concept_and_year_are_found_across_variants(self):
        rows = pd.DataFrame(
            [row_of("Penduduk", 2020, 10), row_of("Penduduk (registrasi)", 2020, 12, "B"), row_of("Penduduk", 2021, 11)]
        )
        (item,) = contradictions(WORDS, rows)
        assert item.title == "Penduduk 2020: sumber-sumber berbeda"
        assert item.explanation.startswith("2 nilai berbeda (10–12).")
        assert sorted(item.table["Nilai"]) == ["10", "12"]

    def test_sources_that_agree_and_one_source_alone_are_no_contradiction(self):
        agree = pd.DataFrame([row_of("Penduduk", 2020, 10), row_of("Penduduk", 2020, 10, "B")])
        alone = pd.DataFrame([row_of("Dilayani (Februari)", 2020, 10), row_of("Dilayani (November)", 2020, 12)])
        assert contradictions(WORDS, agree) == contradictions(WORDS, alone) == []

    def test_every_figure_is_listed_with_source_unit_and_place(self):
        table = published_table(WORDS, figures())
        assert len(table) == len(figures()) == 94
        assert table["Tahun"].is_monotonic_decreasing
        assert (table[["Konsep", "Wilayah", "Satuan", "Sumber"]] != "").all(axis=None)
        assert "1.482.354" in set(table["Nilai"])

    def test_one_concept_alone(self):
        assert set(published_table(WORDS, figures(), "Anak jalanan")["Konsep"]) == {"Anak jalanan"}

    def test_concepts_begin_with_all(self):
        names = concepts(WORDS, figures())
        assert names[0] == "Semua angka terbit"
        assert names[1:] == sorted(set(figures()["konsep"]))

    def test_timeline_of_one_concept(self):
        chart = timeline(WORDS, figures(), "persentase penduduk miskin", narrow=False)
        (points,) = chart.figure.data
        rows = figures().query("konsep == 'persentase penduduk miskin' and level == 'kota'").sort_values("tahun")
        assert (list(points.x), list(points.y)) == (rows["tahun"].tolist(), rows["nilai"].tolist())
        assert chart.title == "Angka terbit menurut tahun: persentase penduduk miskin"
        assert len(chart.table()) == len(chart.export()) == len(rows)
        assert "import_id" not in chart.export()

    def test_timeline_of_all_shows_what_was_published_twice_never_joined(self):
        chart = timeline(WORDS, figures(), "Semua angka terbit", narrow=False)
        counts = figures().query("level == 'kota' and jenis_kelamin == 'total'")["konsep"].value_counts()
        assert [trace.mode for trace in chart.figure.data] == ["markers+text"] * int((counts >= 2).sum())
        assert len(chart.table()) == counts[counts >= 2].sum()

    def test_a_concept_without_a_figure_of_the_whole_city_is_an_empty_chart(self):
        rows = pd.DataFrame([row_of("Penduduk", 2020, 10, level="kecamatan", kode=MARISO)])
        chart = timeline(WORDS, rows, "Penduduk", narrow=True)
        assert (len(chart.figure.data), chart.alt) == (0, "0 angka terbit Kota Makassar, –.")

    def test_a_phone_gets_one_panel_a_row(self):
        wide, narrow = (timeline(WORDS, figures(), "Semua angka terbit", narrow=narrow).figure for narrow in (False, True))
        assert narrow.layout.height > wide.layout.height


class TestGlossary:
    def test_every_indicator_with_all_it_needs_to_be_understood(self):
        assert glossary.all_indicators() == list(indicators().values())
        for item in glossary.all_indicators():
            labels = dict(glossary.indicator_rows(WORDS, item))
            assert list(labels) == [
                "Rumus",
                "Pembilang",
                "Penyebut",
                "Satuan",
                "Selang",
                "Arah",
                "Penyebut terkecil",
                "Sumber",
                "Catatan",
            ]
            assert all(labels.values())

    @pytest.mark.parametrize(
        ("code", "denominator", "interval", "direction"),
        [
            ("K01", "tidak ada, ini hitungan", "tidak ada, ini hitungan penuh", "tidak ada baik atau buruk"),
            ("K03", "penduduk", "95%, Byar; pasti (khi-kuadrat) di bawah 10", "tidak ada baik atau buruk"),
            ("C06", "orang terverifikasi", "95%, Wilson", "makin tinggi makin baik"),
        ],
    )
    def test_of_an_indicator(self, code: str, denominator: str, interval: str, direction: str):
        labels = dict(glossary.indicator_rows(WORDS, indicator(code)))
        assert (labels["Penyebut"], labels["Selang"], labels["Arah"]) == (denominator, interval, direction)

    def test_every_category(self):
        table = glossary.category_table(WORDS).set_index("Kode")
        assert list(table.index) == list(categories.categories())
        assert table.loc["PPKS-05", "Kelompok"] == "Anak, Disabilitas"
        assert (table.loc["PPKS-08", "Usia (tahun)"], table.loc["PPKS-01", "Usia (tahun)"]) == ("≥ 60", "0–5")
        assert (table.loc["PPKS-16", "Sensitif"], table.loc["PPKS-11", "Sensitif"]) == ("ya", "tidak")
        assert (table[["Definisi", "Sumber", "Versi taksonomi"]] != "").all(axis=None)

    def test_every_state_and_every_reason(self):
        assert glossary.status_table(WORDS)["Kode"].tolist() == list(statuses.statuses())
        table = glossary.reason_table(WORDS)
        assert list(table.columns) == ["Kode", "Tingkat", "Arti", "Tindakan"]
        assert table["Kode"].tolist() == list(reasons.reasons())
        level = dict(zip(table["Kode"], table["Tingkat"], strict=True))
        assert level["KEL_UNKNOWN"] == "galat: baris dikarantina"
        assert level["AGE_CAT_WARN"] == "peringatan: baris diterima dan ditandai"
        assert level["NIK_AREA_INFO"] == "keterangan: baris diterima, tidak ada yang salah"

    def test_reasons_are_told_in_the_language_of_the_page(self):
        known = list(reasons.reasons().values())
        for words, texts in ((WORDS, [item.message for item in known]), (EN, [item.message_en for item in known])):
            assert glossary.reason_table(words).iloc[:, 2].tolist() == texts
        english = glossary.reason_table(EN).set_index("Code")
        assert list(english.columns) == ["Level", "Meaning", "Action"]
        assert english.loc["DATE_PARSE"].tolist() == [
            "error: row is quarantined",
            "The date cannot be read.",
            "write it as dd/mm/yyyy, for example 06/10/2026",
        ]

    def test_every_file_names_its_source(self):
        table = glossary.source_table(WORDS, settings())
        on_disk = [
            path.name
            for folder in (settings().reference, settings().published)
            for path in folder.iterdir()
            if path.suffix in (".csv", ".yml")
        ]
        assert sorted(table["Berkas"]) == sorted(on_disk)
        assert (table["Sumber"].str.len() > 20).all()

    def test_methods_are_filled_in_with_the_settings_in_force(self):
        texts = dict(glossary.method_texts(WORDS, settings()))
        assert len(texts) == 36
        assert "di bawah 30 orang" in texts["Masalah yang paling banyak"]
        assert "Gabungan di bawah 5 orang disensor" in texts["Masalah yang dibawa bersama"]
        assert "kurang dari 80%" in texts["Peta titik panas"]
        assert "99.999 pengacakan" in texts["Peta titik panas"]
        assert "4.000 tarikan" in texts["Peta peluang 10 terburuk"]
        assert "setelah 60 hari" in texts["Bulan yang belum lengkap"]
        assert "tanggal 5 bulan berikutnya" in texts["Mutu data"]
        assert "1 sampai kurang dari 5" in texts["Data yang keluar dari kantor"]
        assert population.LABEL in texts["Penduduk kelurahan adalah perkiraan"]
        assert "1.482.354 jiwa" in texts["Penduduk kelurahan adalah perkiraan"]

    def test_every_method_in_the_catalogue_is_told(self):
        told = {title for title, _ in glossary.method_texts(WORDS, settings())}
        from ipsm_analytics.views.i18n import catalogue

        assert told == {text for key, text in catalogue("id").items() if key.startswith("metode.") and key.endswith(".judul")}
