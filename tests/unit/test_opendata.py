"""What everybody may know: page, CSV and JSON say what `query` answers the public, and nothing else.

The city, January 2025 to October 2026, cut-off 31 October 2026; every kelurahan reports every month, save all of UJUNG_TANAH.

persons of 2026      kelurahan    category            month
60 served            BONTORANNU   PPKS-08 (LANSIA)    January to October, six a month
 3                   PANNAMPU     PPKS-24             March: withheld for Kec. Tallo
 6                   PANNAMPU     PPKS-16 (sensitive) June: shown in LAINNYA of the kecamatan, never by itself
"""

import csv
import io
import json
import math
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import Query
from ipsm_analytics.measures.cells import cell_of
from ipsm_analytics.opendata import Kind, OpenData, Period, data_set, data_sets, metadata, published
from ipsm_analytics.opendata.files import BASE, archive, csv_file, json_bytes, json_file, listing, metadata_file
from ipsm_analytics.opendata.openapi import document
from ipsm_analytics.opendata.periods import YEARS, periods
from ipsm_analytics.opendata.published import COLUMNS, KEYS, NUMBERS
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.spm import Key, SpmFigure, SpmFigures, State
from tests.facts import facts_of

CITY, MARISO, TALLO, UJUNG_TANAH = areas.CITY, "73.71.01", "73.71.07", "73.71.08"
BONTORANNU, PANNAMPU = "73.71.01.1001", "73.71.07.1001"
SPAN = Window(Month(2025, 1), Month(2026, 10))
RUNNING = Period(Kind.RUNNING, Window(Month(2026, 1), Month(2026, 10)))
PUBLIC = policy("publik", "layar", 5)


def person(name: str, kelurahan: str, month: Month, category: str, status: str = "baru") -> dict[str, object]:
    return {
        "person_key": name,
        "kode_kelurahan": kelurahan,
        "kategori": [category],
        "tgl_lapor": month.first_day,
        "status": status,
        "sample": True,
    }


@cache
def facts() -> Facts:
    """The city of this module's docstring."""
    cases = [
        person(f"lansia{month}{number}", BONTORANNU, Month(2026, month), "PPKS-08", "dilayani")
        for month in range(1, 11)
        for number in range(6)
    ]
    cases += [person(f"miskin{number}", PANNAMPU, Month(2026, 3), "PPKS-24") for number in range(3)]
    cases += [person(f"lain{number}", PANNAMPU, Month(2026, 6), "PPKS-16") for number in range(6)]
    told = [
        {"kode_kelurahan": code, "bulan": month.first_day, "tgl_terima": date(2026, 10, 31), "nihil": True}
        for code in areas.codes("kelurahan")
        for month in SPAN.months()
        if areas.parent(code) != UJUNG_TANAH
    ]
    made = facts_of(cases, told, version=7)
    parts = {name: getattr(made, name) for name in ("casework", "quality", "registers", "matches")}
    key = Key("C03", 2026, 2)
    spm = SpmFigures({key: SpmFigure(key, State.REPORTED, 93, 100)})
    return Facts.of(made.cube, date(2026, 11, 24), spm=spm, **parts)


@cache
def data() -> OpenData:
    return published(facts(), 5)


def row(code: str, item: str, area: str, period: Period = RUNNING, group: str = "SEMUA") -> dict[str, object]:
    found = data().rows(code, item, period)
    (only,) = found[(found["kode_wilayah"] == area) & (found["kelompok"] == group)].to_dict("records")
    return only


class TestPeriods:
    def test_only_finished_months_the_newest_first(self):
        found = data().periods
        assert [(one.kind, one.label, one.span) for one in found[:3]] == [
            (Kind.RUNNING, "2026", "2026-01 sampai 2026-10"),
            (Kind.YEAR, "2025", "2025-01 sampai 2025-12"),
            (Kind.QUARTER, "2026 TW3", "2026-07 sampai 2026-09"),
        ]
        assert len(found) == 2 + 7

    def test_an_old_stray_date_does_not_open_more_years(self):
        old = person("lama", BONTORANNU, Month(1999, 5), "PPKS-08")
        new = person("baru", BONTORANNU, Month(2026, 10), "PPKS-08") | {"tgl_lapor": date(2026, 10, 31)}
        found = periods(facts_of([old, new]).cube)
        assert [one.year for one in found if one.kind is not Kind.QUARTER] == list(range(2026, 2026 - YEARS, -1))

    def test_a_year_that_began_before_the_data_is_left_out_once_it_is_over(self):
        rows = [person(f"n{month}", BONTORANNU, month, "PPKS-08") for month in Window(Month(2024, 3), Month(2026, 2)).months()]
        found = periods(
            facts_of([*rows, person("z", BONTORANNU, Month(2026, 2), "PPKS-08") | {"tgl_lapor": date(2026, 2, 28)}]).cube
        )
        assert [(one.kind.value, one.label) for one in found] == [
            ("tahun_berjalan", "2026"),
            ("tahun", "2025"),
            *(("triwulan", f"2025 TW{quarter}") for quarter in (4, 3, 2, 1)),
            *(("triwulan", f"2024 TW{quarter}") for quarter in (4, 3, 2)),
        ]

    def test_none_without_data(self):
        assert periods(facts_of().cube) == ()


class TestRegistry:
    def test_nothing_reaches_below_kecamatan(self):
        assert {level for item in data_sets().values() for level in item.levels} == {"kota", "kecamatan"}

    def test_groups_are_split_but_never_categories(self):
        known = {one for frame in data().tables.values() for one in frame["kelompok"]}
        assert known == {"SEMUA", *categories.GROUPS}

    def test_an_unknown_set_is_named_with_those_that_exist(self):
        with pytest.raises(UserError, match="ppks-kecamatan"):
            data_set("kelurahan")


class TestTables:
    def test_values_a_reader_can_add_up(self):
        assert row("ppks-kecamatan", "K02", CITY)["nilai"] == 69
        assert row("ppks-kecamatan", "K02", MARISO)["nilai"] == 60
        assert row("ppks-kecamatan", "K02", TALLO)["nilai"] == 9
        assert row("ppks-kecamatan", "K02", MARISO, Period(Kind.QUARTER, Window(Month(2026, 7), Month(2026, 9))))["nilai"] == 18
        assert (row("spm-layanan", "C03", CITY, Period(Kind.QUARTER, Window(Month(2026, 4), Month(2026, 6))))["nilai"]) == 93

    def test_small_zero_and_silent_are_four_different_things(self):
        small = row("ppks-kecamatan-kelompok", "K02", TALLO, group="KEMISKINAN")
        assert (small["status"], math.isnan(small["nilai"]), math.isnan(small["pembilang"])) == ("disensor", True, True)
        assert row("ppks-kecamatan-kelompok", "K02", MARISO, group="ANAK")["status"] == "nol"
        assert row("ppks-kecamatan", "K02", UJUNG_TANAH)["status"] == "belum_lapor"
        assert row("ppks-kecamatan", "K02", MARISO)["status"] == "ok"

    @pytest.mark.parametrize("code", list(data_sets()))
    def test_every_row_is_what_query_answers_the_public(self, code: str):
        for told in data().tables[code].to_dict("records"):
            window = Window(Month.parse(told["dari"]), Month.parse(told["sampai"]))
            question = Query(told["indikator"], (), window, told["kode_wilayah"], told["kelompok"])
            (asked,) = query(facts(), question, PUBLIC).to_dict("records")
            if told["status"] != "disensor":
                assert told["status"] == asked["status"]
                assert [told[name] for name in NUMBERS] == pytest.approx([asked[name] for name in NUMBERS.values()], nan_ok=True)
            else:
                assert all(
                    math.isnan(told[name]) for name in NUMBERS if name != "penyebut" or indicator(question.indicator).is_share
                )

    @pytest.mark.parametrize("code", list(data_sets()))
    def test_a_cell_stands_once_with_every_column(self, code: str):
        found = data().tables[code]
        assert tuple(found.columns) == COLUMNS
        assert len(found) > 0
        assert not found.duplicated(list(KEYS)).any()

    def test_made_up_data_say_so_on_every_row(self):
        assert {mark for frame in data().tables.values() for mark in frame["tanda"]} == {"DATA CONTOH"}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


class TestFiles:
    @pytest.mark.parametrize("code", list(data_sets()))
    def test_csv_and_json_say_what_the_table_says(self, code: str):
        table = data().tables[code].to_dict("records")
        written, told = rows_of(csv_file(data(), code, {})), json.loads(json_file(data(), code, {}))
        assert len(table) == len(written) == len(told["baris"]) == told["jumlah"]
        for mine, text, item in zip(table, written, told["baris"], strict=True):
            for name in NUMBERS:
                missing = math.isnan(mine[name])
                assert (text[name] == "", item[name] is None) == (missing, missing)
                assert missing or float(text[name]) == item[name] == mine[name]
            assert all(text[name] == str(mine[name]) for name in (*KEYS, "status", "satuan", "tanda"))
            assert all(item[name] == mine[name] for name in (*KEYS[1:], "status", "satuan"))

    def test_a_withheld_number_is_in_no_byte(self):
        held = json.loads(json_file(data(), "ppks-kecamatan-kelompok", {"kecamatan": TALLO, "kelompok": "KEMISKINAN"}))
        running = [one for one in held["baris"] if one["jenis_periode"] == "tahun_berjalan"]
        assert {one["status"] for one in running} == {"disensor"}
        assert {one[name] for one in running for name in ("nilai", "pembilang", "bawah_95", "atas_95")} == {None}

    def test_no_kelurahan_and_no_category_by_itself_in_any_byte(self):
        with zipfile.ZipFile(io.BytesIO(archive(data()))) as packed:
            tables = " ".join(packed.read(name).decode() for name in packed.namelist() if name.startswith(tuple(data_sets())))
        assert [code for code in areas.codes("kelurahan") if code in tables] == []
        assert [code for code in categories.categories() if code in tables] == []

    def test_filters_choose_rows(self):
        chosen = json.loads(
            json_file(data(), "ppks-kecamatan-kelompok", {"tahun": "2026", "kecamatan": MARISO, "kelompok": "LANSIA"})
        )
        assert {(one["tahun"], one["kode_wilayah"], one["kelompok"]) for one in chosen["baris"]} == {(2026, MARISO, "LANSIA")}
        assert [one["indikator"] for one in chosen["baris"]] == ["K01", "K02", "K03"]

    def test_the_archive_is_the_same_bytes_each_time_and_holds_everything(self):
        packed = archive(data())
        assert packed == archive(published(facts(), 5))
        names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
        expected = {f"{code}.csv" for code in data_sets()} | {f"{code}.metadata.json" for code in data_sets()}
        assert set(names) == expected | {"kamus-data.csv", "kamus-data.json", "kode.csv", "LISENSI.txt"}

    def test_without_data_the_sets_are_empty_and_still_readable(self):
        made = facts_of()
        nothing = published(Facts.of(made.cube, date(2026, 11, 24), spm=SpmFigures({})), 5)
        assert rows_of(csv_file(nothing, "ppks-kecamatan", {})) == []
        assert json.loads(json_file(nothing, "ppks-kecamatan", {"tahun": "2026"}))["baris"] == []
        assert json.loads(metadata_file(nothing, "ppks-kecamatan"))["cakupan_waktu"] is None
        assert json.loads(listing(nothing))["data_sampai"] is None


class TestMetadata:
    @pytest.mark.parametrize("code", list(data_sets()))
    def test_says_what_satu_data_asks_for(self, code: str):
        told = json.loads(metadata_file(data(), code))
        needed = ("konsep", "definisi", "klasifikasi", "kode_referensi", "produsen_data", "walidata", "frekuensi", "tanggal_data")
        assert all(told[name] for name in needed)
        for item in told["indikator"]:
            assert all(item[name] for name in ("konsep", "definisi", "ukuran", "satuan", "sumber"))
        assert told["cakupan_waktu"]["sampai"] in ("2026-09", "2026-10")

    def test_every_column_and_every_code_that_occurs_is_explained(self):
        assert [one["kolom"] for one in metadata.dictionary()] == list(COLUMNS)
        known = {(one["kolom"], one["kode"]) for one in metadata.codes()}
        found = pd.concat(data().tables.values())
        assert {(name, code) for name in ("kode_wilayah", "kelompok", "status") for code in found[name]} <= known


class TestDocument:
    def test_the_file_is_current(self):
        path = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
        assert path.read_bytes() == json_bytes(document()), "python -m scripts.openapi_doc"

    def test_names_every_set_with_its_filters(self):
        paths = document()["paths"]
        for code, item in data_sets().items():
            for form in ("", ".csv"):
                parameters = paths[f"{BASE}/kumpulan/{code}{form}"]["get"]["parameters"]
                assert tuple(one["name"] for one in parameters) == item.filters

    def test_the_listing_links_what_the_document_names(self):
        told = json.loads(listing(data()))["kumpulan"]
        linked = {one[name] for one in told for name in ("json", "csv", "metadata")}
        assert linked <= set(document()["paths"])


def test_a_row_leads_back_to_its_question():
    question = Query("K02", ("kecamatan",), RUNNING.window)
    (asked,) = [one for one in query(facts(), question, PUBLIC).to_dict("records") if one["kode_kecamatan"] == MARISO]
    assert query(facts(), cell_of(question, asked), PUBLIC)["value"].iloc[0] == row("ppks-kecamatan", "K02", MARISO)["nilai"]
