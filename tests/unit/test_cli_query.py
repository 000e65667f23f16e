"""`query` as it is typed: three outputs, every filter, and what a wrong command is told."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from ipsm_analytics.cli import main
from ipsm_analytics.config import TIMEZONE, Settings, settings
from ipsm_analytics.cube import Month, Window, load
from ipsm_analytics.measures import Query, Status, query
from ipsm_analytics.privacy import policy
from ipsm_analytics.reference import areas, population
from ipsm_analytics.reference.indicators import indicators
from ipsm_analytics.store import Store
from tests.conftest import KEY, TODAY
from tests.cubes import BONTORANNU, MARISO, MATTOANGIN, PANNAMPU
from tests.tables import monthly, take, template

HEADER = "value,numerator,denominator,lower,upper,status"
TALLO_TWICE = "73.71.07 Kec. Tallo, 73.71.07.1007 Tallo (Kec. Tallo)"


def person(name: str, place: str, month: str, category: str, **more: str) -> dict[str, str]:
    """A case of the full template; each person is known by name and birth date."""
    row = {"nama": name, "tgl_lahir": "01/02/1950", "kode_kelurahan": place, "tgl_lapor": f"{month}-15", "kategori": category}
    return row | {"id_kasus": f"{name}-{month}-{place}"} | more


@pytest.fixture(scope="module")
def three_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """v1: six old people of Bontorannu in August and one in Pannampu; v2: two more, in September; v3: a nihil."""
    folder = tmp_path_factory.mktemp("tiga")
    config = Settings(folder / "store", KEY, date.fromisoformat(TODAY))
    names = ("Ani", "Budi", "Cici", "Dodi", "Eka", "Fatma")
    women = [person(name, BONTORANNU, "2026-08", "PPKS-08", jk="P") for name in names]
    first = template(folder / "a.csv", *women, person("Gani", PANNAMPU, "2026-08", "PPKS-24"))
    again = [person("Ani", BONTORANNU, "2026-09", "PPKS-08", jk="P"), person("Hadi", MATTOANGIN, "2026-09", "PPKS-05")]
    nothing = monthly(folder / "laporan.csv", {"kode_kelurahan": PANNAMPU, "bulan": "2026-09"})
    take(first, template(folder / "b.csv", *again), nothing, config=config)
    return config.store


@pytest.fixture
def filled(three_versions: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The store of three versions, as the one in use."""
    monkeypatch.setenv("IPSM_STORE", str(three_versions))
    return three_versions


class Run:
    """Runs a command in this process and keeps what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        try:
            found = main(arguments)
        except SystemExit as stopped:
            found = int(stopped.code or 0)
        printed = self.capsys.readouterr()
        self.error = printed.err
        assert found == code, printed.err
        assert bool(printed.err) == (code != 0)
        return printed.out

    def rows(self, *arguments: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self("query", *arguments, "--format", "csv"))))

    def refused(self, *arguments: str) -> str:
        assert self(*arguments, code=2) == ""
        return self.error


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(capsys)


@pytest.mark.usefixtures("filled")
class TestOutput:
    def test_csv_is_a_header_and_one_line_a_cell(self, run: Run):
        assert run("query", "K01", "--by", "kecamatan,bulan", "--where", "kecamatan=Tallo", "--format", "csv") == (
            f"kode_kecamatan,kecamatan,bulan,{HEADER}\n73.71.07,Tallo,2026-08,1.0,1,,,,ok\n73.71.07,Tallo,2026-09,0.0,0,,,,nol\n"
        )

    def test_json_is_a_list_of_the_same_names_with_null_for_nothing(self, run: Run):
        found = json.loads(run("query", "K01", "--where", f"kelurahan={PANNAMPU}", "--to", "2026-07", "--format", "json"))
        nothing = dict.fromkeys(HEADER.split(",")[:-1])
        assert found == [{"kode_kelurahan": PANNAMPU, "kelurahan": "Pannampu", **nothing, "status": "belum_lapor"}]
        assert list(found[0]) == ["kode_kelurahan", "kelurahan", *HEADER.split(",")]

    @pytest.mark.parametrize("form", ["csv", "json"])
    def test_numbers_lose_no_digit(self, run: Run, form: str):
        text = run("query", "K03", "--by", "kelurahan", "--where", "kecamatan=Mariso", "--format", form)
        rows = json.loads(text) if form == "json" else list(csv.DictReader(io.StringIO(text)))
        store = Store(settings())
        frame = query(load(store, store.latest()), Query("K03", ("kelurahan",), area=MARISO), policy("operator", "layar", 5))
        assert len(rows) == len(frame) == 9
        for row, (_, expected) in zip(rows, frame.iterrows(), strict=True):
            if expected["status"] == "ok":
                assert [float(row[name]) for name in ("value", "lower", "upper")] == expected[
                    ["value", "lower", "upper"]
                ].tolist()
                assert int(row["numerator"]) == expected["numerator"]
                assert int(row["denominator"]) == expected["denominator"]
        assert float(rows[0]["value"]) == 6 / population.by_area(BONTORANNU) * 10_000

    def test_table_is_written_as_on_the_pages(self, run: Run):
        lines = run("query", "K03", "--by", "kota").splitlines()
        cells = [[cell.strip() for cell in line.strip("│┃").replace("┃", "│").split("│")] for line in lines]
        assert cells[1] == ["kode_kota", "kota", *HEADER.split(",")]
        assert cells[3] == ["73.71", "Kota Makassar", "0,1", "8", "1.482.354", "0,0", "0,1", "ok"]

    def test_table_has_a_dash_for_no_number(self, run: Run):
        assert "│ –     │ –         │ –           │ –     │ –     │ belum_lapor │" in run("query", "K01", "--by", "kelurahan")

    @pytest.mark.parametrize("form", ["csv", "json", "table"])
    def test_states_are_plain_words(self, run: Run, form: str):
        text = run("query", "K01", "--by", "kelurahan", "--role", "publik", "--format", form)
        assert "belum_lapor" in text
        assert "disensor" in text
        assert "Status." not in text

    def test_the_order_of_dimensions_is_the_one_asked_for(self, run: Run):
        text = run("query", "K01", "--by", " Bulan , kelompok,kota", "--format", "csv")
        assert text.splitlines()[0] == f"bulan,kelompok,kode_kota,kota,{HEADER}"


def test_sample_data_say_so_on_every_row_and_real_data_do_not(tmp_path: Path, run: Run):
    row = person("Ani", BONTORANNU, "2026-08", "PPKS-08", keterangan="DATA CONTOH")
    take(template(tmp_path / "a.csv", row))
    for form in ("csv", "json", "table"):
        assert "DATA CONTOH" in run("query", "K01", "--format", form)
    assert [row["tanda"] for row in run.rows("K01", "--by", "kecamatan")] == ["DATA CONTOH"] * 15
    take(template(tmp_path / "b.csv", person("Budi", BONTORANNU, "2026-08", "PPKS-08")))
    for form in ("csv", "json", "table"):
        assert "DATA CONTOH" not in run("query", "K01", "--format", form)


def test_help_tells_the_columns_states_indicators_and_dimensions(run: Run):
    text = run("query", "--help")
    assert HEADER.replace(",", ", ") in text
    for word in (*Status, *indicators(), "kelurahan", "kategori", "DATA CONTOH", "Pemakaian: "):
        assert word in text


class TestEmptyStore:
    @pytest.mark.parametrize(
        "more", [(), ("--from", "2026-01"), ("--as-of", "2026-10-31"), ("--as-of", "v0"), ("--role", "publik")]
    )
    def test_answers_with_the_header_only(self, run: Run, more: tuple[str, ...]):
        assert run("query", "K01", "--by", "kecamatan", "--format", "csv", *more) == f"kode_kecamatan,kecamatan,{HEADER}\n"

    def test_gives_an_empty_list_and_an_empty_table(self, run: Run):
        assert run("query", "K03", "--by", "bulan", "--format", "json") == "[]\n"
        assert "denominator" in run("query", "K03")

    def test_is_not_made_by_asking(self, store_env: Path, run: Run):
        run("query", "K01")
        assert list(store_env.parent.iterdir()) == []

    def test_still_refuses_what_has_no_meaning(self, run: Run):
        assert "Indikator tidak dikenal." in run.refused("query", "K99")
        assert "Bulan pada --from tidak terbaca." in run.refused("query", "K01", "--from", "2026-13")


@pytest.mark.usefixtures("filled")
class TestWhere:
    @pytest.mark.parametrize(
        ("where", "value"),
        [
            ("kelompok=LANSIA", 7),
            ("kelompok=lansia", 7),
            ("kelompok=SEMUA", 9),
            ("kategori=PPKS-08", 7),
            ("kategori=LUT", 7),
            ("kategori=Lanjut Usia Terlantar", 7),
            ("kategori=lansia terlantar", 7),
            ("kategori=Fakir Miskin", 1),
            ("kecamatan=Mariso", 8),
            ("kecamatan=Kec. Mariso", 8),
            ("kecamatan = mariso", 8),
            ("kecamatan=73.71.01", 8),
            ("kelurahan=Bontorannu", 7),
            ("kelurahan=Kel. BONTO RANNU", 7),
            ("kelurahan=73.71.01.1001", 7),
            ("kelurahan=7371011001", 7),
            ("wilayah=73.71.01", 8),
            ("wilayah=73.71.07.1001", 1),
            ("wilayah=Pannampu", 1),
            ("wilayah=Kota Makassar", 9),
            ("kota=73.71", 9),
            ("jk=P", 7),
            ("JK=p", 7),
            ("jk=tidak diketahui", 2),
            ("jk=Tidak Diketahui", 2),
            ("usia=60+", 9),
        ],
    )
    def test_takes_names_and_codes(self, run: Run, where: str, value: int):
        assert [float(row["value"]) for row in run.rows("K01", "--where", where)] == [value]

    def test_repeats_narrow_further(self, run: Run):
        rows = run.rows("K01", "--where", "kelompok=LANSIA", "--where", "kecamatan=Mariso", "--where", "jk=P", "--by", "bulan")
        assert [(row["bulan"], float(row["value"])) for row in rows] == [("2026-08", 6), ("2026-09", 1)]

    @pytest.mark.parametrize(
        ("where", "words"),
        [
            ("desa=Tallo", "--where tidak dikenal. Ditemukan: desa=Tallo."),
            ("LANSIA", "--where tidak dikenal. Ditemukan: LANSIA."),
            ("kelompok=", "Kelompok atau kategori tidak dikenal."),
            ("kelompok=BAYI", "Ditemukan: BAYI. Yang diterima: SEMUA, KEMISKINAN, ANAK,"),
            ("wilayah=Tallo", f"Wilayah tidak dikenal atau bermakna ganda. Ditemukan: Tallo. Yang diterima: {TALLO_TWICE}."),
            ("kelurahan=Bontoranu", "Yang diterima: Bontorannu (Kec. Mariso)"),
            ("kelurahan=73.71.01", "Wilayah tidak dikenal atau bermakna ganda. Ditemukan: 73.71.01."),
            ("kecamatan=73.71.01.1001", "Wilayah tidak dikenal atau bermakna ganda. Ditemukan: 73.71.01.1001."),
            ("kecamatan=Bontorannu", "Yang diterima: Kec. Mariso, Kec. Mamajang,"),
            ("kecamatan=", "Wilayah tidak dikenal atau bermakna ganda."),
            ("jk=X", "Jenis kelamin tidak dikenal. Ditemukan: X. Yang diterima: L, P, tidak diketahui."),
            ("usia=70", "Kelompok usia tidak dikenal. Ditemukan: 70."),
        ],
    )
    def test_refuses_what_it_does_not_know(self, run: Run, where: str, words: str):
        assert words in run.refused("query", "K01", "--where", where)

    @pytest.mark.parametrize(
        "pair", [("kelompok=ANAK", "kategori=PPKS-08"), ("kecamatan=Mariso", "kelurahan=Bontorannu"), ("jk=L", "jk=P")]
    )
    def test_refuses_two_filters_of_one_kind(self, run: Run, pair: tuple[str, str]):
        words = run.refused("query", "K01", "--where", pair[0], "--where", pair[1])
        assert words.startswith(f"--where menyaring hal yang sama dua kali. Ditemukan: {', '.join(pair)}.")

    def test_every_kelurahan_is_found_by_its_label_in_the_answer(self, run: Run):
        for code in ("73.71.07.1007", "73.71.15.1002"):
            row = run.rows("K01", "--where", f"kelurahan={areas.name(code)}")[0]
            assert row["kode_kelurahan"] == code


@pytest.mark.usefixtures("filled")
class TestPeriod:
    @pytest.mark.parametrize(
        ("options", "value"),
        [
            ((), "9.0"),
            (("--from", "2026-09"), "2.0"),
            (("--to", "2026-08"), "7.0"),
            (("--from", "2026-08", "--to", "2026-08"), "7.0"),
            (("--from", "2020-01", "--to", "2030-12"), "9.0"),
            (("--to", "2020-01"), ""),
            (("--from", "2030-01"), ""),
        ],
    )
    def test_open_ends_reach_to_the_end_of_the_data(self, run: Run, options: tuple[str, ...], value: str):
        assert [row["value"] for row in run.rows("K01", *options)] == [value]

    @pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026", "Agustus 2026", "2026-8", "", "2026-08-15"])
    @pytest.mark.parametrize("option", ["--from", "--to"])
    def test_what_is_no_month_is_told_so(self, run: Run, option: str, text: str):
        words = run.refused("query", "K01", option, text)
        assert words.startswith(f"Bulan pada {option} tidak terbaca.")
        assert "Yang diterima: YYYY-MM, mis. 2026-10." in words
        assert "Traceback" not in words

    def test_reversed_is_told_so_in_months(self, run: Run):
        words = run.refused("query", "K01", "--from", "2026-09", "--to", "2026-08")
        assert words.startswith("Periode terbalik. Ditemukan: 2026-09 sampai 2026-08.")


@pytest.mark.usefixtures("filled")
class TestAsOf:
    @pytest.mark.parametrize(("as_of", "value"), [("1", 7), ("v1", 7), ("2", 9), ("v3", 9), ("2099-12-31", 9)])
    def test_takes_a_version_or_a_day(self, run: Run, as_of: str, value: int):
        assert [float(row["value"]) for row in run.rows("K01", "--as-of", as_of)] == [value]

    @pytest.mark.parametrize("as_of", ["0", "v0", "2020-01-01"])
    def test_before_the_first_import_there_is_nothing(self, run: Run, as_of: str):
        assert run.rows("K01", "--as-of", as_of) == []

    @pytest.mark.parametrize("as_of", ["4", "v99"])
    def test_a_version_that_does_not_exist_is_told_so(self, run: Run, as_of: str):
        assert "Versi data tidak ada." in run.refused("query", "K01", "--as-of", as_of)

    @pytest.mark.parametrize("as_of", ["kemarin", "2026-02-30", "v", "²", "-1", "31/10/2026", ""])
    def test_what_is_neither_is_told_so(self, run: Run, as_of: str):
        words = run.refused("query", "K01", f"--as-of={as_of}")
        assert words.startswith("--as-of tidak terbaca.")
        assert "nomor versi (12 atau v12) atau tanggal (YYYY-MM-DD)" in words


@pytest.mark.usefixtures("filled")
class TestRole:
    def test_the_public_does_not_see_small_or_sensitive_cells(self, run: Run):
        rows = {
            row["kelurahan"]: row
            for row in run.rows("K01", "--by", "kelurahan", "--role", "publik", "--where", "kecamatan=Mariso")
        }
        assert (rows["Bontorannu"]["value"], rows["Bontorannu"]["status"]) == ("7.0", "ok")
        assert [rows["Mattoangin"][name] for name in HEADER.split(",")] == ["", "", "", "", "", "disensor"]
        assert {
            row["status"] for row in run.rows("K01", "--by", "kelurahan", "--where", "kategori=PPKS-05", "--role", "publik")
        } == {
            "disensor",
            "belum_lapor",
        }

    @pytest.mark.parametrize("role", ["operator", "pimpinan"])
    def test_the_office_does(self, run: Run, role: str):
        assert sum(float(row["value"] or 0) for row in run.rows("K01", "--by", "kelurahan", "--role", role)) == 9


class TestWrongCommand:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ((), "Perintah tidak lengkap atau salah: belum diisi: PERINTAH\n"),
            (("query",), "Perintah tidak lengkap atau salah: belum diisi: ID\n"),
            (("query", "K01", "--role", "bos"), "--role tidak mengenal 'bos'; pilihannya "),
            (("query", "K01", "--format", "xml"), "--format tidak mengenal 'xml'; pilihannya "),
            (("query", "K01", "--by"), "--by memerlukan nilai\n"),
            (("query", "K01", "--form", "csv"), "tidak dikenal: --form csv\n"),
            (("query", "K01", "K02"), "tidak dikenal: K02\n"),
            (("tanya", "K01"), "PERINTAH tidak mengenal 'tanya'; pilihannya "),
            (("sample", "--out", "x", "--cases", "lima"), "--cases memerlukan bilangan bulat, bukan 'lima'\n"),
            (("ingest", "--json=ya", "x.csv"), "--json tidak menerima nilai 'ya'\n"),
            (("boundaries",), "belum diisi: PERINTAH\n"),
        ],
    )
    def test_is_told_what_is_wrong_and_how_it_is_written(self, run: Run, arguments: tuple[str, ...], words: str):
        text = run.refused(*arguments)
        assert text.startswith("Perintah tidak lengkap atau salah: ")
        assert words in text
        assert "\nPemakaian: python -m ipsm_analytics" in text

    @pytest.mark.parametrize(
        "command",
        [
            (),
            ("ingest",),
            ("query",),
            ("sample",),
            ("prepare",),
            ("history",),
            ("boundaries",),
            ("boundaries", "check"),
            ("rakor", "siapkan"),
        ],
    )
    def test_help_has_no_english_words_of_the_parser(self, run: Run, command: tuple[str, ...]):
        text = run(*command, "--help")
        assert text.startswith("Pemakaian: python -m ipsm_analytics")
        assert "tampilkan bantuan ini" in text
        for word in ("usage", "options:", "positional", "show this help"):
            assert word not in text

    @pytest.mark.usefixtures("filled")
    def test_a_wrong_question_is_told_in_one_sentence_each(self, run: Run):
        assert run.refused("query", "R01", "--by", "kelompok") == (
            "R01 (Kelengkapan laporan) tidak dapat dipilah begitu. Ditemukan: kelompok. "
            "Yang diterima: wilayah dan waktu saja. Tindakan: lepas pilahan itu.\n"
        )


@pytest.mark.usefixtures("filled")
def test_the_command_counts_what_the_file_holds(run: Run):
    whole = Window(Month(2026, 8), Month(2026, 9))
    store = Store(settings())
    frame = query(load(store, store.latest()), Query("K01", ("kecamatan",), whole), policy("operator", "layar", 5))
    rows = run.rows("K01", "--by", "kecamatan")
    assert [row["kecamatan"] for row in rows] == frame["kecamatan"].tolist()
    assert {row["kecamatan"]: int(row["numerator"]) for row in rows if row["numerator"] not in ("", "0")} == {
        "Mariso": 8,
        "Tallo": 1,
    }


class TestOtherTables:
    @pytest.mark.usefixtures("filled")
    def test_history_lists_the_imports_in_local_time(self, run: Run):
        lines = [line.strip("│┃").replace("┃", "│").split("│") for line in run("history").splitlines()]
        assert [cell.strip() for cell in lines[1]][:7] == [
            "Versi",
            "Waktu (WITA)",
            "Peristiwa",
            "Berkas",
            "Jenis",
            "Baris dibaca",
            "Diterima",
        ]
        assert [[cell.strip() for cell in line][2:7] for line in lines[3:6]] == [
            ["impor", "a.csv", "kasus-lengkap", "7", "7"],
            ["impor", "b.csv", "kasus-lengkap", "2", "2"],
            ["impor", "laporan.csv", "laporan-bulanan", "1", "1"],
        ]
        store = Store(settings())
        assert lines[3][1].strip() == store.version(1).time.astimezone(TIMEZONE).strftime("%Y-%m-%d %H:%M")

    def test_names_in_brackets_are_printed_as_they_are(self, tmp_path: Path, run: Run):
        good = template(tmp_path / "data[bold].csv", person("Ani", BONTORANNU, "2026-08", "PPKS-08"))
        assert "data[bold].csv (kasus-lengkap): 1 baris = 1 diterima" in run("ingest", str(good))
        assert "data[bold].csv" in run("history")
