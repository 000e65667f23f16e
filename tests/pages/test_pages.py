"""Every page through dashboard.py: with data, without, with impossible filters, for the public, in English.

The store holds the small city of tests/unit/test_views_desk.py, put in from files as an office would send them.
"""

import csv
import json
import math
import os
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.facts import load
from ipsm_analytics.app.page import PAGES
from ipsm_analytics.config import Settings, settings
from ipsm_analytics.cube import Month, Window, month_label
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.ingest import ingest
from ipsm_analytics.measures import Query
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicator, indicators, mapped
from ipsm_analytics.schema import MONTHLY_REPORT_COLUMNS, SAMPLE_MARK, TEMPLATE_COLUMNS
from ipsm_analytics.store import Store
from ipsm_analytics.views.i18n import Words
from ipsm_analytics.views.overview import CARDS
from ipsm_analytics.views.values import interval_text, short_value
from tests.conftest import KEY
from tests.pages.screens import EVERYWHERE, Open, clean, headline, said
from tests.unit.test_views_desk import BONTORANNU, CITY, LETTE, MARISO, SILENT, SPAN, THIS_YEAR, UNTIA, cases, reports

ROOT = Path(__file__).resolve().parents[2]
WITH_CASES = [page.key for page in PAGES if page.cases]
DATA_DESK = [page.key for page in PAGES if page.section == "data"]
EMPTY_NOTES = {
    "terbit": "Belum ada angka terbit",
    "karantina": "Baris yang ditolak saat impor muncul di sini",
    "padanan": "pasangannya muncul di sini untuk diputuskan",
    "transparansi": "Belum ada bulan yang selesai untuk dipublikasikan",
    "riwayat": "Setiap berkas yang disimpan di halaman Unggah tercatat di sini",
}
OPEN_TO_ALL = [page.key for page in PAGES if "publik" in page.roles]
ALL_ROWS = ("peta", "mutu", "cakupan", "respons")
"""Pages whose text does not name the cases of the chosen category."""
EMPTY = "PPKS-26"


def write_cases(path: Path, rows: list[tuple[str, Month, str, str, str]]) -> Path:
    """Cases in our own template, marked as sample data."""
    people = {person: 7371000000000001 + number for number, person in enumerate(dict.fromkeys(row[4] for row in rows))}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TEMPLATE_COLUMNS)
        writer.writeheader()
        for number, (code, month, category, status, person) in enumerate(rows):
            day = f"{month_label(month)}-01"
            known = {"id_kasus": f"K{path.stem}{number}", "tgl_lapor": day, "kode_kelurahan": code, "nik": people[person]}
            writer.writerow(known | {"kategori": category, "status": status, "keterangan": SAMPLE_MARK})
    return path


def write_reports(path: Path) -> Path:
    """Monthly reports of every kelurahan but the silent ones, all received on the cut-off day."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, MONTHLY_REPORT_COLUMNS)
        writer.writeheader()
        for code, month in reports(SILENT):
            row = {"kode_kelurahan": code, "bulan": month_label(month), "tgl_terima": "2026-10-31", "nihil": "ya"}
            writer.writerow(row | {"kendala": SAMPLE_MARK})
    return path


def take(paths: list[Path], config_: Settings) -> None:
    for report in ingest(paths, config_):
        assert (report.error, report.quarantined) == ("", 0), report.problems


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Store of the small city with the published figures; tests copy it before they write."""
    folder = tmp_path_factory.mktemp("kota")
    config_ = Settings(store=folder / "store", key=KEY)
    published = sorted(config_.published.glob("*.csv"))
    take([*published, write_cases(folder / "kasus.csv", cases()), write_reports(folder / "laporan.csv")], config_)
    return config_.store


@pytest.fixture
def city(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small city is the store of the pages."""
    monkeypatch.setenv("IPSM_STORE", str(filled))
    return filled


def figure(app: AppTest, number: int = 0) -> dict:
    return json.loads(app.get("plotly_chart")[number].proto.spec)


@cache
def facts(path: Path, version: int) -> Facts:
    store = Store(Settings(store=path))
    return load(store, store.version(version), Settings(store=path))


def answer(code: str, *by: str, window: Window = THIS_YEAR, area: str = CITY, part: str = ALL):
    """What `query` answers for the operator."""
    part = part if indicator(code).splits else ALL
    newest = facts(settings().store, Store(settings()).latest_number())
    return query(newest, Query(code, by, window, area, part), policy("operator", "layar", 5))


def check_cards(app: AppTest, words: Words | None = None, **scope) -> None:
    """Each card of Ringkasan shows what `query` answers for the same question."""
    words = words or Words("id")
    text = said(app)
    for code in CARDS:
        row, item = answer(code, **scope).iloc[0], indicator(code)
        shown = f"{words(f'kartu.{code}')} {short_value(words, row['value'], row['status'], item)} "
        note = f"95%: {interval_text(words, row['lower'], row['upper'], item)}" if item.interval else item.unit
        assert shown + note in text


def check_map(app: AppTest, code: str, number: int = 0, level: str = "kelurahan", **scope) -> None:
    """Each area of the map says what `query` answers for it."""
    ground = figure(app, number)["data"][0]
    frame = answer(code, level, **scope)
    assert ground["locations"] == frame[f"kode_{level}"].tolist()
    for text, row in zip(ground["hovertext"], frame.to_dict("records"), strict=True):
        shown = Words("id").number(row["value"], indicator(code).decimals)
        expected = shown if row["status"] in ("ok", "nol") else Words("id")(f"status.{row['status']}")
        assert text.split("<br>")[1].split(" ")[0] == expected.split(" ")[0]


def check_trend(app: AppTest, code: str, **scope) -> None:
    """The line of Tren holds what `query` answers month by month."""
    window = Window(SPAN.first, scope.pop("window", THIS_YEAR).last)
    values = answer(code, "bulan", window=window, **scope)["value"].tolist()
    traces = [trace["y"] for trace in figure(app)["data"] if trace["name"] == Words("id")("tren.ini")]
    assert [*traces[0], *(value for tail in traces[1:] for value in tail[1:])] == [
        None if math.isnan(value) else value for value in values
    ]


@pytest.mark.parametrize("key", [page.key for page in PAGES])
class TestEveryPage:
    @pytest.mark.usefixtures("city")
    def test_with_data(self, open_page: Open, key: str):
        app = open_page(key)
        assert len(app.error) == 0
        assert Words("id")(f"halaman.{key}") in said(app)
        assert (SAMPLE_MARK in said(app)) == (key in [*WITH_CASES, *DATA_DESK, "kamus", "keputusan", "rakor", "transparansi"])

    def test_with_an_empty_store(self, open_page: Open, key: str):
        app = open_page(key)
        assert len(app.error) == 0
        notes = " ".join(item.value for item in app.info)
        if key in WITH_CASES:
            assert "Belum ada kasus di penyimpanan" in notes
            assert "ingest" in notes
            assert len(app.get("plotly_chart")) == 0
        elif key in EMPTY_NOTES:
            assert EMPTY_NOTES[key] in notes

    @pytest.mark.usefixtures("city")
    def test_in_english(self, open_page: Open, key: str):
        app = open_page(key, bahasa="EN")
        assert Words("en")(f"halaman.{key}") in said(app)
        assert Words("id")("bagan.cara") not in said(app)
        app.button_group(key="bahasa").set_value("id").run()
        assert Words("id")(f"halaman.{key}") in said(clean(app))

    def test_with_data_that_hold_only_published_figures(self, open_page: Open, key: str):
        take(sorted(settings().published.glob("*.csv")), settings())
        app = open_page(key)
        assert (len(app.info) > 0) == (
            key in [*WITH_CASES, "karantina", "padanan", "keputusan", "rakor", "paspor", "transparansi"]
        )


@pytest.mark.parametrize("key", WITH_CASES)
@pytest.mark.usefixtures("city")
class TestFilters:
    def test_crossed_months_are_explained_and_nothing_else_is_drawn(self, open_page: Open, key: str):
        app = open_page(key)
        app.selectbox(key="dari").set_value(Month(2026, 9)).run()
        app.selectbox(key="sampai").set_value(Month(2026, 2)).run()
        (error,) = clean(app).error
        assert error.value.startswith("Periode terbalik: dari Sep 2026 sampai Feb 2026.")
        assert len(app.get("plotly_chart")) == 0
        app.selectbox(key="sampai").set_value(Month(2026, 9)).run()
        assert len(clean(app).error) == 0
        assert len(app.get("plotly_chart")) > 0 or key == "kategori"

    def test_a_category_without_a_case(self, open_page: Open, key: str):
        app = open_page(key)
        app.selectbox(key="kelompok").set_value(EMPTY).run()
        assert len(clean(app).error) == 0
        assert "0 kasus komunitas adat terpencil" in said(app) or key in ALL_ROWS

    def test_an_area_that_never_reported(self, open_page: Open, key: str):
        app = open_page(key)
        app.selectbox(key="wilayah").set_value(UNTIA).run()
        assert len(clean(app).error) == 0
        assert "Untia (Kec. Biringkanaya) belum melapor pada Jan–Okt 2026" in said(app) or key == "peta"

    def test_every_filter_in_turn_and_back(self, open_page: Open, key: str):
        app = open_page(key)
        first = ([chart.proto.spec for chart in app.get("plotly_chart")], said(app))
        for widget, value in (
            ("wilayah", MARISO),
            ("kelompok", "LANSIA"),
            ("dari", Month(2025, 3)),
            ("sampai", Month(2026, 6)),
            ("wilayah", LETTE),
            ("kelompok", "PPKS-24"),
            ("wilayah", CITY),
            ("kelompok", ALL),
            ("sampai", Month(2026, 10)),
            ("dari", Month(2026, 1)),
        ):
            app.selectbox(key=widget).set_value(value).run()
            assert len(clean(app).error) == 0
        assert ([chart.proto.spec for chart in app.get("plotly_chart")], said(app)) == first

    def test_filters_stay_from_page_to_page(self, open_page: Open, key: str):
        app = open_page("ringkasan")
        app.selectbox(key="wilayah").set_value(MARISO).run()
        app.selectbox(key="sampai").set_value(Month(2026, 6)).run()
        app.switch_page(f"pages/{key}.py").run()
        assert (app.selectbox(key="wilayah").value, app.selectbox(key="sampai").value) == (MARISO, Month(2026, 6))

    def test_a_link_restores_them(self, open_page: Open, key: str):
        app = open_page(key, wilayah="Kec. Mariso", kelompok="Lansia", dari="Mar 2025", sampai="Jun 2026")
        chosen = [app.selectbox(key=name).value for name in ("wilayah", "kelompok", "dari", "sampai")]
        assert chosen == [MARISO, "LANSIA", Month(2025, 3), Month(2026, 6)]

    def test_a_link_to_what_does_not_exist_shows_the_usual_view(self, open_page: Open, key: str):
        app = open_page(key, wilayah="Atlantis", kelompok="", dari="Jan 1999", sampai="kapan-kapan", banding="x", bentuk="y")
        chosen = [app.selectbox(key=name).value for name in ("wilayah", "kelompok", "dari", "sampai")]
        assert chosen == [CITY, ALL, THIS_YEAR.first, THIS_YEAR.last]
        assert len(app.error) == 0

    def test_newly_arrived_data_show_at_the_next_run(
        self, city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open, key: str
    ):
        monkeypatch.setenv("IPSM_STORE", str(shutil.copytree(city, tmp_path / "store")))
        app = open_page(key)
        assert "v4" in said(app)
        take([write_cases(tmp_path / "baru.csv", [(LETTE, Month(2026, 10), "PPKS-11", "baru", "baru")] * 3)], settings())
        app.run()
        assert "v5" in said(clean(app))
        assert "75 kasus" in said(app) or key in ALL_ROWS


@pytest.mark.usefixtures("city")
def test_the_bare_address_leads_to_ringkasan_and_keeps_what_it_says():
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    app.query_params.update({"wilayah": "Kec. Mariso", "bahasa": "EN"})
    assert headline(clean(app.run())).startswith("70 cases were reported in Kec. Mariso in Jan–Oct 2026")


SCOPES = [
    {},
    {"area": MARISO},
    {"area": BONTORANNU, "part": "LANSIA"},
    {"window": Window(Month(2025, 4), Month(2026, 3))},
]


def choose(app: AppTest, scope: dict) -> AppTest:
    """Sets the filters to a scope, one after the other."""
    window = scope.get("window", THIS_YEAR)
    values = {"wilayah": scope.get("area", CITY), "kelompok": scope.get("part", ALL), "dari": window.first, "sampai": window.last}
    for name, value in values.items():
        if app.selectbox(key=name).value != value:
            app.selectbox(key=name).set_value(value).run()
    return clean(app)


@pytest.mark.usefixtures("city")
class TestNumbers:
    """What the pages show is what `query` answers."""

    @pytest.mark.parametrize("scope", SCOPES, ids=str)
    def test_ringkasan(self, open_page: Open, scope: dict):
        app = choose(open_page("ringkasan"), scope)
        check_cards(app, **scope)
        count = answer("K01", **scope)["value"].iloc[0]
        assert headline(app).startswith(f"{Words('id').number(count)} kasus")

    @pytest.mark.parametrize("scope", SCOPES, ids=str)
    def test_tren(self, open_page: Open, scope: dict):
        app = choose(open_page("tren"), scope)
        for code in ("K01", "K03"):
            app.button_group(key="ukuran").set_value(code).run()
            check_trend(clean(app), code, **scope)

    @pytest.mark.parametrize("code", mapped())
    def test_peta_every_indicator(self, open_page: Open, code: str):
        app = open_page("peta")
        app.selectbox(key="indikator").set_value(code).run()
        check_map(clean(app), code)
        app.button_group(key="tingkat").set_value("kecamatan").run()
        check_map(clean(app), code, level="kecamatan")

    def test_peta_in_a_kecamatan(self, open_page: Open):
        app = choose(open_page("peta"), {"area": MARISO, "part": "LANSIA"})
        check_map(app, "K03", area=MARISO, part="LANSIA")

    def test_rows_of_ringkasan_are_drawn_at_their_values(self, open_page: Open):
        text = " ".join(item.proto.body for item in clean(open_page("ringkasan")).html)
        row = answer("R01", "kecamatan").sort_values("value", kind="stable").iloc[0]
        bar = f'<b>{row["kecamatan"]}</b><div class="ruang"><i class="batang" style="width:{row["value"]:.2f}%">'
        assert bar in text
        assert f"left:{row['lower']:.2f}%;width:{round(row['upper'], 2) - round(row['lower'], 2):.2f}%" in text
        assert text.count('class="titik"') == 2

    def test_ringkasan_in_english(self, open_page: Open):
        app = open_page("ringkasan", bahasa="EN")
        check_cards(app, Words("en"))
        assert headline(app).startswith("72 cases were reported in Kota Makassar in Jan–Oct 2026")


@pytest.mark.usefixtures("city")
class TestPeta:
    def test_layout_changes_the_shapes_and_no_number(self, open_page: Open):
        app = open_page("peta")
        before = figure(app)["data"][0]
        app.button_group(key="bentuk").set_value("heksagon").run()
        after = figure(clean(app))["data"][0]
        assert before["geojson"] != after["geojson"]
        assert (before["z"], before["hovertext"]) == (after["z"], after["hovertext"])

    def test_shapes_the_maps_ask_for_are_on_disk(self, open_page: Open):
        app = open_page("peta")
        drawn = figure(app)
        asked = [drawn["data"][0]["geojson"], drawn["layout"]["map"]["layers"][0]["source"]]
        for address in asked:
            path = settings().static / address.removeprefix("app/static/")
            assert json.loads(path.read_text(encoding="utf-8"))["type"] == "FeatureCollection"

    def test_two_periods_stand_side_by_side(self, open_page: Open):
        app = open_page("peta")
        app.button_group(key="banding").set_value("periode").run()
        assert len(clean(app).get("plotly_chart")) == 2
        assert app.selectbox(key="mulai").value == Month(2025, 1)
        check_map(app, "K03", 0)
        check_map(app, "K03", 1, window=Window(Month(2025, 1), Month(2025, 10)))
        app.selectbox(key="mulai").set_value(Month(2025, 3)).run()
        check_map(clean(app), "K03", 1, window=Window(Month(2025, 3), Month(2025, 12)))
        assert figure(app, 0)["data"][0]["colorscale"] == figure(app, 1)["data"][0]["colorscale"]

    def test_a_period_is_compared_even_where_no_other_is_as_long(self, open_page: Open):
        app = open_page("peta", dari="Jan 2025", banding="Periode lain")
        assert len(app.get("plotly_chart")) == 2

    def test_the_compared_period_follows_the_filter(self, open_page: Open):
        app = open_page("peta", banding="Periode lain")
        app.selectbox(key="mulai").set_value(Month(2025, 12)).run()
        app.selectbox(key="dari").set_value(Month(2025, 6)).run()
        assert len(clean(app).get("plotly_chart")) == 2
        assert app.selectbox(key="mulai").value <= Month(2025, 6)

    def test_each_of_two_legends_says_whose_it_is(self, open_page: Open):
        app = open_page("peta", banding="Periode lain")
        names = [
            re.findall("<caption>(.*?)</caption>", item.proto.body) for item in app.html if 'class="legenda"' in item.proto.body
        ]
        assert names == [["Jan–Okt 2026"], ["Jan–Okt 2025"]]

    def test_two_categories_stand_side_by_side(self, open_page: Open):
        app = open_page("peta")
        app.button_group(key="banding").set_value("kategori").run()
        app.selectbox(key="lawan").set_value("LANSIA").run()
        check_map(clean(app), "K03", 1, part="LANSIA")
        app.button_group(key="banding").set_value("tidak").run()
        assert len(clean(app).get("plotly_chart")) == 1

    def test_before_a_click_it_says_what_to_do(self, open_page: Open):
        assert [item.value for item in open_page("peta").info] == ["Ketuk sebuah wilayah di peta untuk melihat angkanya di sini."]

    def test_the_legend_counts_every_area(self, open_page: Open):
        app = open_page("peta")
        (table,) = [item.proto.body for item in app.html if 'class="legenda"' in item.proto.body]
        assert sum(int(count) for count in re.findall(r"<td>(\d+)</td></tr>", table)) == 153


@pytest.mark.usefixtures("city")
class TestMutu:
    def test_says_how_complete_the_last_due_month_is(self, open_page: Open):
        assert headline(open_page("mutu")) == (
            "Kelengkapan laporan Okt 2026: 151 dari 153 kelurahan, semuanya tepat waktu. Pada Jan–Okt 2026 100% baris sah."
        )

    def test_each_measure_redraws_the_cells(self, open_page: Open):
        app = open_page("mutu", wilayah="Kec. Mariso")
        shown = [figure(app)["data"][0]["text"]]
        for measure in ("keabsahan", "nik", "ganda"):
            app.button_group(key="mutu").set_value(measure).run()
            shown.append(figure(clean(app))["data"][0]["text"])
        assert shown[0][0] == ["✓"] * 12
        assert len({str(texts) for texts in shown}) == 3

    def test_kelurahan_that_never_reported_lead_the_work_list(self, open_page: Open):
        table = open_page("mutu").dataframe[0].value.head(2)
        assert table["Kelurahan"].tolist() == ["Untia", "Lae-Lae"]
        assert table["Belum lapor"].tolist() == ["Jan–Okt 2026", "Okt 2026"]

    def test_the_group_filter_changes_nothing_and_the_page_says_so(self, open_page: Open):
        app = open_page("mutu")
        before = said(app)
        app.selectbox(key="kelompok").set_value("LANSIA").run()
        assert said(clean(app)) == before
        assert "Saringan kelompok tidak berlaku di halaman ini" in " ".join(item.value for item in app.caption)

    def test_rows_are_read_once_a_version(self, open_page: Open, monkeypatch: pytest.MonkeyPatch):
        app = open_page("mutu")
        monkeypatch.setattr(Store, "read", lambda *_: pytest.fail("rows were read again"))
        app.selectbox(key="wilayah").set_value(MARISO).run()
        assert len(clean(app).error) == 0


@pytest.mark.usefixtures("city")
class TestTerbit:
    def test_contradictions_stand_side_by_side(self, open_page: Open):
        text = said(open_page("terbit"))
        for printed, added in (("204", "197"), ("918", "901")):
            assert f"Sumber mencetak {printed}, sedangkan 14 baris kecamatannya berjumlah {added}" in text
        assert "tahunnya dipersoalkan" in text

    def test_one_concept_at_a_time(self, open_page: Open):
        app = open_page("terbit")
        assert len(figure(app)["data"]) > 3
        app.selectbox(key="konsep").set_value("Anak jalanan").run()
        assert len(figure(clean(app))["data"]) == 1
        assert set(app.dataframe[-1].value["Konsep"]) == {"Anak jalanan"}

    def test_every_concept_can_be_chosen(self, open_page: Open):
        app = open_page("terbit")
        for name in app.selectbox(key="konsep").options:
            app.selectbox(key="konsep").set_value(name).run()
            assert len(clean(app).dataframe) > 0
            assert len(app.error) == 0

    def test_published_figures_carry_no_sample_mark(self, open_page: Open):
        assert SAMPLE_MARK not in said(open_page("terbit"))


@pytest.mark.usefixtures("city")
class TestKamus:
    def test_every_indicator_is_explained(self, open_page: Open):
        text = said(open_page("kamus"))
        assert all(f"{item.id} · {item.title}" in text and item.formula in text for item in indicators().values())

    def test_every_category_is_listed(self, open_page: Open):
        shown = [code for frame in open_page("kamus").dataframe for code in frame.value.get("Kode", [])]
        assert set(categories.categories()) <= set(shown)


@pytest.mark.usefixtures("city", "public")
class TestPublic:
    @pytest.mark.parametrize("key", [*WITH_CASES, *DATA_DESK])
    def test_pages_about_cases_refuse_before_anything_is_shown(self, key: str):
        app = AppTest.from_file(str(ROOT / "pages" / f"{key}.py"), default_timeout=60).run()
        (error,) = clean(app).error
        assert error.value.startswith("Halaman ini hanya untuk petugas yang masuk.")
        assert len(app.get("plotly_chart")) == len(app.html) == len(app.selectbox) == 0

    @pytest.mark.parametrize("key", [*WITH_CASES, *DATA_DESK])
    def test_they_refuse_within_the_frame_too(self, key: str):
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run().switch_page(f"pages/{key}.py").run()
        (error,) = clean(app).error
        assert error.value.startswith("Halaman ini hanya untuk petugas yang masuk.")
        assert said(app).strip() == f"{Words('id')(f'halaman.{key}')} Belum masuk: hanya halaman umum."
        assert len(app.get("plotly_chart")) == len(app.selectbox) == len(app.dataframe) == 0

    @pytest.mark.parametrize("key", OPEN_TO_ALL)
    def test_reference_pages_are_open(self, key: str):
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
        app.switch_page(f"pages/{key}.py").run()
        assert len(clean(app).error) == 0
        assert Words("id")(f"halaman.{key}") in said(app)

    def test_the_bare_address_leads_to_the_first_page_that_is_open(self):
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
        assert "Transparansi" in said(clean(app))

    @pytest.mark.parametrize("key", OPEN_TO_ALL)
    def test_no_kelurahan_is_named_on_a_public_page(self, key: str):
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
        app.switch_page(f"pages/{key}.py").run()
        kecamatan = " ".join(areas.name(code) for code in areas.codes("kecamatan"))
        below = {areas.name(code) for code in areas.codes("kelurahan") if areas.name(code) not in kecamatan}
        assert [name for name in below if re.search(rf"\b{name}\b", said(clean(app)))] == []


@pytest.mark.parametrize(
    ("address", "open_"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        (EVERYWHERE, False),
        ("10.0.0.5", False),
        ("", False),
        (None, False),
    ],
)
def test_only_this_machine_is_trusted(address: str | None, open_: bool):
    from ipsm_analytics.app.auth import is_loopback

    assert is_loopback(address) is open_


def test_every_page_file_is_registered_and_every_registered_page_has_a_file():
    assert sorted(page.key for page in PAGES) == sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
    assert os.environ["IPSM_STORE"]
