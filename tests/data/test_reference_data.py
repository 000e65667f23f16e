"""Every entry of every reference file: complete, unambiguous, consistent with the others, its source named."""

import ast
import csv
import re
from collections import Counter
from pathlib import Path
from typing import ClassVar, get_args

import pytest
import yaml

from ipsm_analytics import schema
from ipsm_analytics.config import ROOT, settings
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.measures.quality import MEASURES
from ipsm_analytics.measures.query import LABELS
from ipsm_analytics.reference import areas, boundaries, categories, choices, events, indicators, population, reasons, statuses
from ipsm_analytics.reference.tables import rows, source
from ipsm_analytics.views.overview import CARDS

REFERENCE = settings().reference
FILES = sorted([*REFERENCE.iterdir(), *settings().published.iterdir(), *settings().locales.iterdir()])
WORDS = yaml.safe_load((settings().locales / "id.yml").read_text(encoding="utf-8"))
CATEGORIES = list(categories.categories().values())
INDICATORS = list(indicators.indicators().values())
REASONS = list(reasons.reasons().values())
KELURAHAN = list(areas.kelurahan().values())
CODE = re.compile(r"73\.71\.(0[1-9]|1[0-5])\.1\d{3}")
ISLANDS = {"Barrang Caddi", "Barrang Lompo", "Kodingareng", "Lae-Lae"}


def name(item: object) -> str:
    return str(getattr(item, "code", getattr(item, "id", item)))


def file_name(path: Path) -> str:
    return path.name


class TestFiles:
    @pytest.mark.parametrize("path", FILES, ids=file_name)
    def test_names_its_source(self, path: Path):
        assert path.read_text(encoding="utf-8").startswith(("# Sumber: ", "# Source: "))
        assert len(source(path)) > 20

    @pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".csv"], ids=file_name)
    def test_rows_are_as_wide_as_the_header(self, path: Path):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        header, *body = csv.reader(lines)
        assert len(header) == len(set(header))
        assert body
        assert {len(row) for row in body} == {len(header)}

    @pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".yml"], ids=file_name)
    def test_no_key_stands_twice(self, path: Path):
        def check(node: yaml.Node) -> None:
            if isinstance(node, yaml.MappingNode):
                keys = Counter(key.value for key, _ in node.value)
                assert [key for key, count in keys.items() if count > 1] == []
                for _, value in node.value:
                    check(value)
            elif isinstance(node, yaml.SequenceNode):
                for value in node.value:
                    check(value)

        check(yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader))


class TestAreas:
    def test_there_are_15_and_153(self):
        assert len(areas.kecamatan()) == 15
        assert len(KELURAHAN) == len(rows("wilayah")) == 153

    def test_codes_and_names_are_unique(self):
        assert len({item.code for item in KELURAHAN}) == len({item.bps for item in KELURAHAN}) == 153
        assert len({(item.kecamatan, areas.spelling_key(item.name)) for item in KELURAHAN}) == 153
        assert len({areas.spelling_key(text) for text in areas.kecamatan().values()}) == 15

    def test_every_row(self):
        for row in rows("wilayah"):
            assert CODE.fullmatch(row["kode_kelurahan"]), row
            assert row["kode_kecamatan"] == row["kode_kelurahan"][:8], row
            assert areas.kecamatan()[row["kode_kecamatan"]] == row["kecamatan"], row
            assert re.fullmatch(r"7371\d{6}", row["kode_bps"]), row
            assert re.fullmatch(r"90\d{3}", row["kodepos"]), row
            assert row["kelurahan"] == row["kelurahan"].strip() != "", row

    def test_no_spelling_means_two_places(self):
        meant: dict[str, set[str]] = {}
        for item in KELURAHAN:
            for text in (item.name, *item.aliases):
                meant.setdefault(areas.spelling_key(text), set()).add(item.code)
        assert {text: codes for text, codes in meant.items() if len(codes) > 1 or not text} == {}

    def test_every_spelling_leads_to_one_place(self):
        for item in KELURAHAN:
            for text in (item.name, *item.aliases):
                assert areas.resolve(text, areas.name(item.kecamatan)).code == item.code, text
                assert areas.resolve(text).code in (item.code, None), text
                assert areas.resolve(text).reason in ("", "KEL_AMBIGUOUS"), text

    def test_every_kelurahan_has_polygon_neighbours_and_population(self):
        shapes = boundaries.generalised().set_index("kode").geometry
        assert shapes.index.tolist() == list(areas.kelurahan())
        assert shapes.is_valid.all()
        assert (shapes.to_crs(boundaries.METRES).area > 10_000).all()
        assert {item.name for item in KELURAHAN if not boundaries.neighbours()[item.code]} == ISLANDS
        assert all(population.by_kelurahan()[item.code] > 0 for item in KELURAHAN)

    def test_neighbours_are_mutual(self):
        near = boundaries.neighbours()
        assert set(near) == set(areas.kelurahan())
        assert all(one in near[other] and one != other for one in near for other in near[one])
        assert {areas.name(code) for code in boundaries.islands()} == ISLANDS

    def test_every_hexagon_is_one_kelurahan(self):
        cells = rows("heksagon")
        assert sorted(row["kode_kelurahan"] for row in cells) == list(areas.kelurahan())
        assert len({(row["kolom"], row["baris"]) for row in cells}) == 153

    def test_every_border_line_lies_between_known_places(self):
        lines = rows("batas_ruas")
        assert len({row["ruas"] for row in lines}) == len(lines) == 450
        assert {row[side] for row in lines for side in ("kiri", "kanan")} == {*areas.kelurahan(), boundaries.OUTSIDE}
        for row in lines:
            assert row["kiri"] != row["kanan"]
            points = [tuple(map(float, point.split(" "))) for point in row["titik"].split(";")]
            assert len(points) >= 2
            assert all(118.9 < x < 119.6 and -5.3 < y < -4.9 for x, y in points)


class TestPopulation:
    def test_the_census_sums_to_what_bps_printed(self):
        census = rows("penduduk_sensus_2010")
        assert len({row["kode_kelurahan"] for row in census}) == len(census) == 143
        assert sum(int(row["penduduk_2010"]) for row in census) == 1_338_663
        assert all(int(row["penduduk_2010"]) > 0 and row["kode_kelurahan"] in areas.kelurahan() for row in census)

    def test_the_estimate_sums_to_the_registry(self):
        assert sum(population.by_kelurahan().values()) == population.by_area("73.71") == 1_482_354
        counts = {row["jenis_kelamin"]: int(row["penduduk"]) for row in rows("penduduk_kota_2025")}
        assert counts == {"laki-laki": 736_111, "perempuan": 746_243, "total": 1_482_354}

    def test_new_kelurahan_and_old_ones_make_153(self):
        new = rows("kelurahan_baru_2015")
        old = {row["kode_kelurahan"] for row in rows("penduduk_sensus_2010")}
        assert len(new) == 10
        assert old | {row["kode_kelurahan"] for row in new} == set(areas.kelurahan())
        for row in new:
            assert row["kode_kelurahan"] not in old
            assert row["kode_induk"] in old
            assert (areas.name(row["kode_kelurahan"]), areas.name(row["kode_induk"])) == (row["kelurahan"], row["induk"])
            assert areas.parent(row["kode_kelurahan"]) == areas.parent(row["kode_induk"])
            assert row["keyakinan"]

    def test_the_kecamatan_tables_cover_15(self):
        totals = {row["kode"]: int(row["penduduk"]) for row in rows("penduduk_kecamatan_2019")}
        assert set(totals) == set(areas.kecamatan())
        assert sum(totals.values()) == 1_526_677
        table = {row["kode"]: row for row in rows("kecamatan_2017")}
        assert set(table) == set(areas.kecamatan())
        assert {code: len(areas.members(code)) for code in table} == {code: int(row["kelurahan"]) for code, row in table.items()}
        assert all(float(row["luas_km2"]) > 0 and 0 < int(row["rw"]) < int(row["rt"]) for row in table.values())


class TestCategories:
    def test_there_are_26_and_local_ones(self):
        codes = [item.code for item in CATEGORIES]
        assert codes[:26] == [f"PPKS-{number:02d}" for number in range(1, 27)]
        assert codes[26:] == ["LOK-01", "LOK-02", "LOK-03"]
        assert len({item.short for item in CATEGORIES}) == len({item.name for item in CATEGORIES}) == len(rows("kategori")) == 29

    @pytest.mark.parametrize("item", CATEGORIES, ids=name)
    def test_each_is_complete(self, item: categories.Category):
        assert all(text.strip() == text != "" for text in (item.short, item.name, item.definition, item.source))
        assert len(set(item.groups)) == len(item.groups) > 0
        assert set(item.groups) <= set(categories.GROUPS)
        assert item.sexes in ("LP", "L", "P")
        assert item.version == ("PERMENSOS-8-2012" if item.code.startswith("PPKS") else "LOKAL-MAKASSAR")

    @pytest.mark.parametrize("item", CATEGORIES, ids=name)
    def test_each_age_range_is_sane(self, item: categories.Category):
        low, high = item.age_min or 0, 120 if item.age_max is None else item.age_max
        assert 0 <= low < high <= 120
        if "ANAK" in item.groups:
            assert high <= 18
        if "LANSIA" in item.groups:
            assert low >= 60

    @pytest.mark.parametrize("row", rows("kategori"), ids=lambda row: row["kode"])
    def test_each_flag_is_one_of_its_values(self, row: dict[str, str]):
        assert row["sensitif"] in ("ya", "tidak")
        assert row["satuan"] in ("orang", "keluarga", "kelompok", "orang/keluarga", "orang/kelompok")
        assert row["layanan_spm"] == "" or row["layanan_spm"].startswith("SPM-")

    def test_a_group_is_never_empty(self):
        assert all(categories.in_group(group) for group in categories.GROUPS)

    def test_every_label_leads_where_it_says(self):
        for row in rows("kategori_alias"):
            assert categories.match(row["sebutan"]) == categories.CategoryMatch(row["tipe"], row["kode"] or None), row
            assert row["tipe"] in ("perbaikan", "abaikan"), row
            assert row["kode"] in ("", *categories.categories()), row
            assert (row["tipe"] == "abaikan") == (row["kode"] == ""), row
            assert row["keterangan"], row

    def test_no_label_stands_twice(self):
        labels = Counter(categories.label_key(row["sebutan"]) for row in rows("kategori_alias"))
        assert [label for label, count in labels.items() if count > 1] == []


class TestStatuses:
    def test_are_those_of_the_schema_in_order(self):
        assert tuple(statuses.statuses()) == schema.STATUSES
        assert [item.rank for item in statuses.statuses().values()] == list(range(1, len(schema.STATUSES) + 1))

    @pytest.mark.parametrize("row", rows("status"), ids=lambda row: row["kode"])
    def test_each_row(self, row: dict[str, str]):
        assert {row["terverifikasi"], row["terlayani"]} <= {"ya", "tidak"}
        assert (row["terlayani"] == "ya") <= (row["terverifikasi"] == "ya")

    def test_no_spelling_means_two(self):
        spellings = [
            (choices.choice_key(text), row["kode"])
            for row in rows("status")
            for text in {row["kode"], *row["sebutan"].split("|")}
        ]
        meant = {text: {code for other, code in spellings if other == text} for text, _ in spellings}
        assert {text: codes for text, codes in meant.items() if len(codes) > 1 or not text} == {}


class TestChoices:
    RAW = yaml.safe_load((REFERENCE / "isian.yml").read_text(encoding="utf-8"))
    FIELDS = tuple(field for field in RAW if field != choices.BLANK)

    def test_fields_are_those_of_the_schema(self):
        assert set(self.FIELDS) == {"jk", "sub_disabilitas", "program_diterima", "opd_rujukan", "organisasi"}
        stored = {*schema.CASES.names, *schema.ROSTER.names}
        assert set(self.FIELDS) <= stored & {*schema.TEMPLATE_COLUMNS, *schema.ROSTER_COLUMNS}
        assert choices.values("jk") == schema.SEXES

    @pytest.mark.parametrize("field", FIELDS)
    def test_no_spelling_means_two(self, field: str):
        written = [text for value, others in self.RAW[field].items() for text in (value, *others)] + self.RAW[choices.BLANK]
        assert all(isinstance(text, str) and text.strip() == text != "" for text in written)
        keys = Counter(map(choices.choice_key, written))
        assert [text for text, count in keys.items() if count > 1] == []

    @pytest.mark.parametrize("field", FIELDS)
    def test_no_value_holds_a_separator(self, field: str):
        assert not [text for text in choices.spellings(field) if re.search("[;,|]", text)]

    @pytest.mark.parametrize(
        ("field", "section", "table"),
        [("sub_disabilitas", "orang", "sub_disabilitas"), ("program_diterima", "register", "program")],
    )
    def test_the_sample_writes_what_is_listed(self, field: str, section: str, table: str):
        stated = yaml.safe_load((REFERENCE / "contoh.yml").read_text(encoding="utf-8"))[section][table]
        assert {part for text in stated for part in text.split(";")} <= set(choices.values(field))

    def test_the_sample_refers_to_listed_offices(self):
        stated = yaml.safe_load((REFERENCE / "contoh.yml").read_text(encoding="utf-8"))["respons"]["opd"]
        assert set(stated) == set(categories.GROUPS)
        assert {office for offices in stated.values() for office in offices} <= set(choices.values("opd_rujukan"))


class TestReasons:
    @pytest.mark.parametrize("item", REASONS, ids=name)
    def test_each_says_what_is_wrong_and_what_to_do(self, item: reasons.Reason):
        assert re.fullmatch(r"[A-Z]+(_[A-Z]+)+", item.code)
        for message, action in (item.told("id"), item.told("en")):
            assert message.endswith(".")
            assert message[0].isupper()
            assert action
            assert not action.endswith(".")
        assert item.told("id") != item.told("en")

    def test_no_field_is_missing_or_unknown(self):
        raw = yaml.safe_load((REFERENCE / "alasan.yml").read_text(encoding="utf-8"))
        assert {tuple(entry) for entry in raw.values()} == {("tingkat", "pesan", "tindakan", "pesan_en", "tindakan_en")}

    def test_each_level_is_known(self):
        assert {item.level for item in REASONS} == set(reasons.LEVELS)
        assert {item.code for item in REASONS if item.level == reasons.INFORMATION} == {"NIK_AREA_INFO", "DUP_ROW"}
        assert {(item.level, item.refuses, item.warns) for item in REASONS} == {
            ("galat", True, False),
            ("peringatan", False, True),
            ("keterangan", False, False),
        }

    def test_all_are_used_and_all_used_are_listed(self):
        package = ROOT / "ipsm_analytics"
        modules = [*(package / "intake").rglob("*.py"), *(package / "ingest").glob("*.py"), package / "reference" / "areas.py"]
        texts = {
            node.value
            for path in modules
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        families = {code.split("_")[0] for code in reasons.reasons()}
        used = {text for text in texts if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text) and text.split("_")[0] in families}
        assert used == set(reasons.reasons())


class TestIndicators:
    QUANTITIES = get_args(Quantity)
    SUBJECTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "sel": QUANTITIES,
        "mutu": tuple(MEASURES),
        "kelangsungan": ("median", "p90"),
        "spm": ("met", "gap"),
        "terbit": ("published",),
        "tersembunyi": ("total",),
    }

    @pytest.mark.parametrize("item", INDICATORS, ids=name)
    def test_each_is_complete(self, item: indicators.Indicator):
        for text in (item.title, item.short, item.formula, item.numerator_name, item.unit, item.source, item.note):
            assert text.strip() == text != ""
        assert item.formula.endswith(".")
        assert item.numerator in self.SUBJECTS[item.engine]
        assert item.engine != "sel" or item.denominator in ("", "penduduk", "expected", *self.QUANTITIES)
        assert bool(item.denominator) == bool(item.denominator_name)
        assert bool(item.denominator) == bool(item.interval) or item.engine == "tersembunyi"

    @pytest.mark.parametrize("item", INDICATORS, ids=name)
    def test_each_choice_is_one_of_its_values(self, item: indicators.Indicator):
        assert item.interval in ("", "byar", "wilson", "kaplan_meier", "lognormal")
        assert item.direction in ("netral", "naik_baik", "turun_baik")
        assert item.map_mark in ("", "warna" if item.denominator else "gelembung")
        assert set(item.splits) <= {"kelompok", "kategori", "jk", "usia", *LABELS}
        assert item.scale in (1, 100, 10_000)
        assert 0 <= item.decimals <= 2
        assert (item.minimum_denominator > 0) == bool(item.denominator)

    @pytest.mark.parametrize("item", INDICATORS, ids=name)
    def test_each_class_bound_rises(self, item: indicators.Indicator):
        assert list(item.breaks) == sorted(set(item.breaks))
        assert not item.breaks or item.breaks[-1] <= item.scale

    def test_shares_have_the_interval_of_a_share(self):
        assert {item.interval for item in INDICATORS if item.scale == 100 and item.engine != "terbit"} == {"wilson"}

    def test_all_are_shown_and_worded(self):
        assert set(CARDS) | set(indicators.mapped()) == set(WORDS["kartu"]) & {item.id for item in INDICATORS}

    def test_titles_are_unique(self):
        assert len({item.title for item in INDICATORS}) == len({item.short for item in INDICATORS}) == len(INDICATORS)


class TestEvents:
    @pytest.mark.parametrize("item", events.events(), ids=name)
    def test_each_is_complete(self, item: events.Event):
        assert re.fullmatch(r"[A-Z]+-\d{4}(-\d{2})?", item.code)
        assert str(item.start.year) == item.code.split("-")[1]
        assert item.start <= item.end
        assert item.kind in events.KINDS
        for text in (item.title, item.title_en, item.source):
            assert text.strip() == text != ""
        assert item.title != item.title_en

    def test_no_code_stands_twice_and_every_kind_occurs(self):
        codes = [item.code for item in events.events()]
        assert len(set(codes)) == len(codes) == len(rows("peristiwa"))
        assert {item.kind for item in events.events()} == set(events.KINDS)

    def test_every_year_has_its_ramadan_that_ends_on_the_eve_of_lebaran(self):
        feasts = [item for item in events.events() if item.code.startswith(events.FEAST)]
        assert [item.start.year for item in events.fasts()] == [item.start.year for item in feasts] == list(range(2022, 2028))
        for fast, feast in zip(events.fasts(), feasts, strict=True):
            assert (feast.start - fast.end).days == 1
            assert (feast.start - fast.start).days in (29, 30)

    def test_ramadan_is_that_of_the_sample(self):
        stated = yaml.safe_load((REFERENCE / "contoh.yml").read_text(encoding="utf-8"))["musim"]["ramadan"]
        listed = {item.start.year: item for item in events.fasts()}
        for entry in stated:
            fast = listed[entry["mulai"].year]
            assert (fast.start, (entry["lebaran"] - fast.end).days) == (entry["mulai"], 1)


class TestPublished:
    @pytest.mark.parametrize("path", sorted(settings().published.glob("*.csv")), ids=file_name)
    def test_each_figure_has_place_year_concept_and_source(self, path: Path):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for row in csv.DictReader(lines):
            assert areas.level_of(row["kode"]) == row["level"]
            assert 1990 <= int(row["tahun"]) <= 2026
            assert row.get("kategori") or row.get("indikator")
            assert row["jenis_kelamin"]
            assert float(row.get("jumlah") or row["nilai"]) >= 0
            assert row["source_url"]
