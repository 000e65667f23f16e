"""Mapping: an unknown header is guessed at, shown masked, checked by a person, and known again the next time."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from ipsm_analytics import schema
from ipsm_analytics.cli import main
from ipsm_analytics.config import settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.ingest import ingest
from ipsm_analytics.intake import formats, mapping, readers
from ipsm_analytics.intake.batch import open_file
from tests.tables import GOOD, KEYS, apart, content, sicadas, stored, take, write

DAY = date(2026, 11, 24)
OURS = {
    "nik": "No. KTP",
    "nama": "Nama Warga",
    "kategori": "Jenis Masalah",
    "kecamatan": "Kec.",
    "kelurahan": "Desa/Kel",
    "tgl_lapor": "Tgl Ditemukan",
    "status": "Kondisi",
}
HEADER = (*OURS.values(), "Petugas")
ROW = {OURS[name]: GOOD[header] for header, name in formats.SICADAS_PPKS.rename(list(GOOD)).items()}
OTHER = {**ROW, "No. KTP": "7371014506900002", "Jenis Masalah": "Pengemis", "Kec.": "Tallo", "Desa/Kel": "Lakkang"}


def odd(path: Path, *changes: dict[str, str]) -> Path:
    """A file under HEADER: ROW once for each change."""
    return write(path, HEADER, [{**ROW, **change} for change in changes or ({},)])


def built(**changes) -> mapping.Mapping:
    said = {"kind": "sicadas-ppks", "header": HEADER, "columns": OURS, "fixed": {}, "author": "Bidang Data", "made": DAY}
    return mapping.build(**{**said, **changes})


def without(*names: str) -> dict[str, str]:
    return {name: header for name, header in OURS.items() if name not in names}


class TestSuggestion:
    def suggested(self, kind: str | None = None) -> mapping.Suggestion:
        return mapping.suggest(HEADER, [[row.get(text, "") for text in HEADER] for row in (ROW, OTHER)], kind)

    def test_finds_format_and_columns(self):
        found = self.suggested()
        assert found.kind == next(iter(found.formats)) == "sicadas-ppks"
        assert found.columns == OURS
        assert list(found.formats.values()) == sorted(found.formats.values(), reverse=True)
        assert set(found.formats) == {item.kind for item in formats.FORMATS}

    def test_ranks_headers_by_name_and_content(self):
        best = self.suggested().fields["kategori"][0]
        assert (best.header, best.by_content, best.score) == ("Jenis Masalah", 100.0, (best.by_name + 100) / 2)
        ranked = [item.score for item in self.suggested().fields["kategori"]]
        assert len(ranked) == len(HEADER)
        assert ranked == sorted(ranked, reverse=True)

    @pytest.mark.parametrize(
        ("field", "cell"),
        [
            ("nik", "7371014506900001"),
            ("nik", "7.37101450690001E+15"),
            ("tgl_lapor", "12 Nopember 2025"),
            ("kelurahan", "Kel. Lae-Lae"),
            ("kelurahan", "Ende"),
            ("kecamatan", "Kec. Tallo"),
            ("kategori", "Pengemis"),
            ("status", "Kasus Aktif"),
            ("nama", "Sitti Contoh"),
        ],
    )
    def test_content_speaks_where_the_name_says_nothing(self, field: str, cell: str):
        found = mapping.suggest(("x", "y"), [["-", cell], ["", cell]], "sicadas-ppks")
        assert (found.fields[field][0].header, found.fields[field][0].by_content) == ("y", 100.0)
        assert found.fields[field][1].by_content == 0.0

    def test_a_place_is_no_name(self):
        found = mapping.suggest(("x",), [["Lette"], ["Tallo"], ["Pengemis"], ["selesai"]], "sicadas-ppks")
        assert found.fields["nama"][0].by_content == 0.0

    def test_columns_without_cells_are_judged_by_name(self):
        [kelurahan, *_] = mapping.suggest(("Kelurahan", "b"), []).fields["kelurahan"]
        assert kelurahan == mapping.Candidate("Kelurahan", 100.0, 100.0, None)

    def test_one_header_is_proposed_once(self):
        found = mapping.suggest(("NIK / KK",), [["7371014506900001"]], "sicadas-dtsen")
        assert len(found.columns) == 1

    def test_for_a_chosen_format(self):
        found = self.suggested("sicadas-bansos")
        assert found.kind == "sicadas-bansos"
        assert set(found.fields) == set(formats.SICADAS_AID.columns)
        with pytest.raises(UserError, match="Jenis berkas tidak dikenal"):
            self.suggested("entah")


class TestBuilding:
    def test_keeps_what_was_said(self):
        made = built(columns=without("kecamatan"), fixed={"kecamatan": "Tallo"}, author=" Bidang Data ")
        assert (made.kind, made.header, made.columns, made.fixed) == (
            "sicadas-ppks",
            HEADER,
            without("kecamatan"),
            {"kecamatan": "Tallo"},
        )
        assert (made.author, made.made) == ("Bidang Data", DAY)

    def test_takes_a_header_in_another_spelling(self):
        assert built(columns={**OURS, "nik": "no ktp"}).columns == OURS

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"kind": "entah"}, r"Jenis berkas tidak dikenal.*Ditemukan: entah\."),
            ({"columns": without("nik", "status")}, r"kolom wajib belum dipetakan: nik, status\."),
            ({"columns": {**OURS, "nik": "Tak Ada"}}, r"judul 'Tak Ada'\. Yang diterima: No\. KTP, Nama Warga"),
            ({"columns": {**OURS, "lokasi": "Kondisi"}}, r"judul yang dipakai dua kali: Kondisi\."),
            ({"columns": {**OURS, "lokasi": "kondisi"}}, r"judul yang dipakai dua kali: Kondisi\."),
            ({"columns": {**OURS, "entah": "Petugas"}}, r"kolom entah\. Yang diterima: nik, nama"),
            ({"fixed": {"kecamatan": "Tallo"}}, r"kecamatan ada di 'kolom' dan di 'tetap'"),
            ({"columns": without("kecamatan"), "fixed": {"kecamatan": "Talo"}}, r"nilai tetap kecamatan: 'Talo'"),
            ({"columns": without("kategori"), "fixed": {"kategori": "Warga"}}, r"nilai tetap kategori: 'Warga'"),
            (
                {"columns": without("nama"), "fixed": {"nama": "Sitti"}},
                r"kolom nama\. Yang diterima: kolom yang tidak menyangkut",
            ),
            ({"fixed": {"lokasi": "7371 0145 0690 0001"}}, r"angka panjang pada lokasi"),
            ({"author": " "}, r"belum diperiksa siapa pun"),
        ],
    )
    def test_refuses(self, changes: dict[str, object], message: str):
        with pytest.raises(UserError, match=message) as refused:
            built(**changes)
        assert refused.value.allowed
        assert refused.value.action
        assert "Sitti" not in refused.value.text()
        assert "7371" not in refused.value.text()

    def test_refuses_a_header_that_could_be_two(self):
        with pytest.raises(UserError, match=r"judul 'KONDISI'\. Yang diterima: salah satu dari Kondisi, kondisi\."):
            built(header=(*HEADER, "kondisi"), columns={**OURS, "status": "KONDISI"})
        assert built(header=(*HEADER, "kondisi")).columns["status"] == "Kondisi"


class TestFile:
    def test_round_trip(self, tmp_path: Path):
        made = built(header=(*HEADER, "No", "2026", "a: b", "# c", "é\nf"), fixed={"lokasi": "ya"})
        path = tmp_path / "m.yml"
        path.write_text(mapping.write(made), encoding="utf-8")
        assert mapping.read(path) == made

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ("jenis: [", r"Isi m\.yml tidak dapat dipakai"),
            ("- a", r"bukan pasangan kunci dan nilai\. Yang diterima: jenis"),
            ("jenis: a\njenis: b", r"'jenis' tertulis dua kali, baris 1"),
            ("jenis: a\nlain: b", r"kunci 'lain'"),
            ("jenis: sicadas-ppks", r"belum diisi: tanggal, kolom, kepala"),
            ("jenis: a\ntanggal: 2026-11-24\nkolom: {nik: a}\nkepala: a", r"kepala bukan daftar judul"),
            ("jenis: a\ntanggal: kemarin\nkolom: {nik: a}\nkepala: [a]", r"m\.yml, tanggal tidak dapat dipakai.*'kemarin'"),
            (
                "jenis: a\ntanggal: 2026-11-24\nkolom: {nik: [a]}\nkepala: [a]",
                r"m\.yml, kolom tidak.*bukan pasangan kunci dan teks",
            ),
        ],
    )
    def test_says_what_is_wrong(self, tmp_path: Path, said: str, message: str):
        path = tmp_path / "m.yml"
        path.write_text(said, encoding="utf-8")
        with pytest.raises(UserError, match=message) as refused:
            mapping.read(path)
        assert refused.value.allowed
        assert refused.value.action

    def test_that_is_no_text_or_not_there(self, tmp_path: Path):
        (tmp_path / "m.yml").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(UserError, match="bukan teks UTF-8"):
            mapping.read(tmp_path / "m.yml")
        with pytest.raises(UserError, match=r"tidak dapat dibuka.*hilang\.yml"):
            mapping.read(tmp_path / "hilang.yml")


class TestKept:
    def test_is_found_by_the_set_of_headers(self):
        made = built()
        path = mapping.save(made, settings())
        assert path.parent == settings().mappings
        assert path.parent.name == "store.pemetaan"
        assert [item.name for item in path.parent.iterdir()] == [f"{made.signature}.yml"]
        assert mapping.saved([f" {text.upper()} " for text in reversed(HEADER)], settings()) == made
        assert mapping.saved(HEADER[:-1], settings()) is None
        assert mapping.saved((*HEADER, "Lain"), settings()) is None

    def test_a_later_one_takes_its_place(self):
        mapping.save(built(), settings())
        mapping.save(built(author="Lain"), settings())
        found = mapping.saved(HEADER, settings())
        assert found is not None
        assert found.author == "Lain"

    def test_one_changed_by_hand_is_refused(self):
        path = mapping.save(built(), settings())
        path.write_text(mapping.write(built(header=(*HEADER, "Lain"))))
        with pytest.raises(UserError, match="kepala lain daripada nama berkasnya"):
            mapping.saved(HEADER, settings())


class TestIntake:
    def test_reads_as_the_same_file_under_known_headers(self, tmp_path: Path):
        changes = ({}, {"Desa/Kel": "Xyz"}, {"No. KTP": "13"})
        known = sicadas(tmp_path / "b.csv", {}, {"Kelurahan": "Xyz"}, {"NIK": "13"})
        ours = apart(open_file(odd(tmp_path / "a.csv", *changes), settings(), KEYS, chosen=built()))
        theirs = apart(open_file(known, settings(), KEYS))
        assert content(ours.accepted) == content(theirs.accepted)
        assert ours.reason_counts == theirs.reason_counts == {"KEL_UNKNOWN": 1, "NIK_LEN": 1}
        assert ours.unknown_columns == ("Petugas",)
        assert [problem.column for problem in ours.problems] == ["Desa/Kel", "No. KTP"]

    def test_fixed_values_stand_in_every_row(self, tmp_path: Path):
        chosen = built(columns=without("kecamatan", "kategori"), fixed={"kecamatan": "Mariso", "kategori": "Pengemis"})
        batch = apart(open_file(odd(tmp_path / "a.csv", {}, {"Kec.": "Tallo"}), settings(), KEYS, chosen=chosen))
        assert batch.accepted["kode_kelurahan"].to_pylist() == ["73.71.01.1004"] * 2
        assert batch.accepted["kategori"].to_pylist() == [["PPKS-12"]] * 2
        assert batch.unknown_columns == ("Jenis Masalah", "Kec.", "Petugas")

    def test_a_bad_row_says_which_fixed_value_it_met(self, tmp_path: Path):
        chosen = built(columns=without("kelurahan"), fixed={"kelurahan": "Lakkang"})
        [problem] = apart(open_file(odd(tmp_path / "a.csv"), settings(), KEYS, chosen=chosen)).problems
        assert (problem.code, problem.column) == ("KEL_KEC_CONFLICT", "kelurahan (nilai tetap)")

    def test_unknown_then_mapped_then_recognised(self, tmp_path: Path):
        first, second = odd(tmp_path / "a.csv"), write(tmp_path / "b.csv", HEADER[::-1], [OTHER])
        assert take(first)[0].error
        assert not settings().mappings.exists()
        [mapped] = ingest([first], settings(), mapping=built())
        assert (mapped.kind, mapped.accepted, mapped.error) == ("sicadas-ppks", 1, "")
        [known] = take(second)
        assert (known.kind, known.accepted, known.version) == ("sicadas-ppks", 1, 2)
        assert take(first)[0].duplicates == 1
        assert stored().num_rows == 2

    def test_rows_refused_under_a_wrong_mapping_wait_no_more_under_the_right_one(self, tmp_path: Path):
        path = odd(tmp_path / "a.csv", {}, {"Desa/Kel": "Xyz"})
        wrong = built(columns={**OURS, "kategori": "Petugas", "lokasi": "Jenis Masalah"})
        assert ingest([path], settings(), mapping=wrong)[0].quarantined == 2
        [report] = ingest([path], settings(), mapping=built())
        assert (report.accepted, report.quarantined, report.settled) == (1, 1, 1)
        assert stored("karantina")["row_number"].to_pylist() == [3]

    def test_a_refused_file_keeps_no_mapping(self, tmp_path: Path):
        [report] = ingest([write(tmp_path / "a.csv", HEADER[:-1], [ROW])], settings(), mapping=built())
        assert "dibuat untuk kepala tabel lain" in report.error
        assert "Ditemukan: tidak ada Petugas." in report.error
        assert not settings().mappings.exists()

    def test_goes_before_the_formats_for_its_own_header_only(self, tmp_path: Path):
        header = schema.SICADAS_PPKS_COLUMNS
        columns = {name: text for text, name in formats.SICADAS_PPKS.rename(header).items()} | {"lokasi": "Keterangan"}
        del columns["keterangan"]
        mapping.save(built(header=header, columns=columns), settings())
        path = sicadas(tmp_path / "a.csv", {})
        assert open_file(path, settings(), KEYS).unknown_columns == ("Lokasi Penemuan",)
        more = write(tmp_path / "b.csv", [*header, "Lain"], [GOOD])
        assert open_file(more, settings(), KEYS).unknown_columns == ("Lain",)

    def test_a_named_kind_goes_before_a_kept_mapping(self, tmp_path: Path):
        mapping.save(built(), settings())
        assert take(odd(tmp_path / "a.csv"), kind="sicadas-ppks")[0].accepted == 1
        assert "bukan Laporan bulanan PSM" in take(odd(tmp_path / "a.csv"), kind="laporan-bulanan")[0].error

    def test_a_named_kind_must_be_that_of_the_mapping_given(self, tmp_path: Path):
        with pytest.raises(UserError, match="Jenis dan pemetaan tidak cocok"):
            open_file(odd(tmp_path / "a.csv"), settings(), KEYS, "dtks", built())

    def test_an_unknown_file_is_told_the_closest_format(self, tmp_path: Path):
        header = ["NIK" if text == "No. KTP" else text for text in HEADER]
        path = write(tmp_path / "a.csv", header, [{text: ROW.get(text, "") for text in header} | {"NIK": GOOD["NIK"]}])
        error = take(path)[0].error
        for part in (
            "bentuk terdekat Sicadas PPKS",
            "kolom wajib yang belum ada: Kategori PPKS, Kecamatan, Kelurahan, Nama, Status, Tanggal Laporan;",
            "dugaan: Kategori PPKS = 'Jenis Masalah', Kecamatan = 'Kec.'",
            "python -m ipsm_analytics map a.csv --out map.yml",
        ):
            assert part in error
        assert GOOD["NIK"] not in error
        assert GOOD["Nama"] not in error

    def test_a_first_row_of_data_is_not_quoted(self, tmp_path: Path):
        spaced = {**GOOD, "NIK": "7371 0145 0690 0001"}
        path = write(tmp_path / "a.csv", list(spaced.values()), [{text: text for text in spaced.values()}])
        for kind in ("auto", "sicadas-ppks"):
            error = take(path, kind=kind)[0].error
            assert "baris kepala berisi angka panjang" in error
            assert not any(spaced[name] in error for name in ("NIK", "Nama"))
        with pytest.raises(UserError, match="tidak berkepala tabel"):
            mapping.draft(readers.read(path), DAY)


class TestPreview:
    def shown(self, path: Path, **changes) -> dict[str, list[str]]:
        return {str(name): list(cells) for name, cells in mapping.preview(readers.read(path), built(**changes)).items()}

    def test_shows_what_reads_well_and_no_person(self, tmp_path: Path):
        path = odd(tmp_path / "a.csv", {}, {"No. KTP": "12", "Nama Warga": "", "Desa/Kel": "Xyz"})
        assert self.shown(path, columns=without("kecamatan"), fixed={"kecamatan": "Mariso"}) == {
            "nik": ["7371••••••••0001", "••••"],
            "nama": ["S••••", ""],
            "kategori": ["Fakir Miskin"] * 2,
            "kecamatan": ["Mariso"] * 2,
            "kelurahan": ["Lette", "X••••"],
            "tgl_lapor": ["05/10/2026"] * 2,
            "status": ["Kasus Aktif"] * 2,
        }

    def test_a_wrong_mapping_shows_no_person_either(self, tmp_path: Path):
        wrong = {**OURS, "kategori": "Nama Warga", "nama": "Jenis Masalah", "status": "No. KTP", "nik": "Kondisi"}
        shown = self.shown(odd(tmp_path / "a.csv"), columns=wrong)
        assert (shown["kategori"], shown["status"]) == (["S••••"], ["7371••••••••0001"])

    def test_is_short_and_numbered_as_the_file(self, tmp_path: Path):
        frame = mapping.preview(readers.read(odd(tmp_path / "a.csv", *[{}] * 12)), built(), rows=3)
        assert list(frame.index) == [2, 3, 4]


class TestCommand:
    def signed(self, path: Path) -> None:
        path.write_text(path.read_text().replace('diperiksa_oleh: ""', 'diperiksa_oleh: "Bidang Data"'))

    def test_draft_is_applied_only_when_signed(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        file, out = str(odd(tmp_path / "a.csv")), tmp_path / "map.yml"
        assert main(["map", file, "--out", str(out)]) == 0
        assert main(["ingest", file, "--map", str(out)]) == 2
        assert "belum diperiksa siapa pun" in capsys.readouterr().err
        self.signed(out)
        assert mapping.read(out) == built()
        assert main(["ingest", file, "--map", str(out)]) == 0
        assert main(["ingest", file]) == 0
        assert "1 baris = 0 diterima (0 pembaruan) + 0 dikarantina + 1 ganda" in capsys.readouterr().out

    def test_draft_holds_headers_and_no_cell(self, tmp_path: Path):
        text = mapping.draft(readers.read(odd(tmp_path / "a.csv")), DAY)
        assert [cell for cell in ROW.values() if cell in text.replace("Tallo", "")] == []
        document = yaml.safe_load(text)
        assert (document["jenis"], document["kepala"], document["tetap"]) == ("sicadas-ppks", list(HEADER), None)
        assert document["kolom"] == {**OURS, "lokasi": "", "keterangan": ""}

    def test_draft_for_a_chosen_format(self, tmp_path: Path):
        text = mapping.draft(readers.read(odd(tmp_path / "a.csv")), DAY, "sicadas-bansos")
        assert "nomor_kk:" in text
        assert yaml.safe_load(text)["jenis"] == "sicadas-bansos"

    def test_draft_takes_any_header(self, tmp_path: Path):
        header = ["a #", "b: c", 'd "e"', "f\ng", "- h", "NIK\tlama", "{x}"]
        raw = readers.read(write(tmp_path / "a.csv", header, [dict.fromkeys(header, "1")]))
        assert yaml.safe_load(mapping.draft(raw, DAY))["kepala"] == raw.cells.column_names

    def test_preview(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        out = tmp_path / "map.yml"
        out.write_text(mapping.write(built()))
        assert main(["map", str(odd(tmp_path / "a.csv")), "--preview", str(out)]) == 0
        shown = capsys.readouterr().out
        assert "7371••••••••0001" in shown
        assert "Sitti" not in shown
        assert not settings().store.exists()

    def test_needs_one_output_and_overwrites_none(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        file, out = str(odd(tmp_path / "a.csv")), tmp_path / "map.yml"
        out.write_text("milik orang")
        assert main(["map", file]) == 2
        assert "--out atau --preview" in capsys.readouterr().err
        assert main(["map", file, "--out", str(out)]) == 2
        assert "Rancangan pemetaan tidak dapat ditulis" in capsys.readouterr().err
        assert out.read_text() == "milik orang"


def test_a_mapping_is_not_bound_to_the_order_of_its_header():
    assert replace(built(), header=HEADER[::-1]).signature == built().signature
