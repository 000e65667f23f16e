"""Writes one small XLS and ODS a format: the same rows about invented people that the test writes as CSV and XLSX.

Needs LibreOffice on the path. Run it again with: python tests/data/wadah/make_wadah.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

FOLDER = Path(__file__).parent
SUFFIXES = ("xls", "ods")
Rows = Sequence[Sequence[str]]
WOMAN, MAN, FAMILY = "7371014506900001", "7371010506900002", "7371010101100001"
MARK = "DATA CONTOH"

TABLES: dict[str, Rows] = {
    "sicadas-ppks": [
        ["NIK", "Nama", "Kategori PPKS", "Kecamatan", "Kelurahan", "Lokasi Penemuan", "Tanggal Laporan", "Status", "Keterangan"],
        [WOMAN, "Sitti Contoh", "Fakir Miskin", "Mariso", "Lette", "Dekat pasar, blok C", "05/10/2026", "Kasus Aktif", MARK],
        [MAN, "Budi Contoh", "Pengemis", "Mariso", "Lette", "Jl. Contoh; lorong 2 | kiri", "06/10/2026", "Selesai", MARK],
    ],
    "kasus-lengkap": [
        ["id_kasus", "tgl_lapor", "kode_kelurahan", "kategori", "status", "usia", "keterangan"],
        ["K-0001", "2026-10-05", "73.71.01.1004", "PPKS-24", "baru", "36", MARK],
        ["K-0002", "2026-10-06", "73.71.01.1004", "PPKS-24", "baru", "", MARK],
    ],
    "laporan-bulanan": [
        ["kode_kelurahan", "kelurahan", "kecamatan", "bulan", "tgl_terima", "nihil", "kunjungan", "kendala"],
        ["73.71.01.1004", "Lette", "Mariso", "2026-10", "03/11/2026", "ya", "4", f"{MARK}; café “hujan”"],
    ],
    "angka-terbit": [
        ["level", "kode", "nama", "tahun", "kategori", "jenis_kelamin", "jumlah", "source_url", "note"],
        ["kota", "73.71", "Kota Makassar", "2021", "Anak jalanan", "total", "459", "https://contoh.id/a", MARK],
    ],
    "angka-terbit-konteks": [
        ["level", "kode", "nama", "tahun", "indikator", "jenis_kelamin", "nilai", "satuan", "source_url", "note"],
        ["kecamatan", "73.71.07", "Tallo", "2019", "Luas", "", "5.83", "km2", "BPS", MARK],
    ],
    "sicadas-dtsen": [
        [
            "No. KK",
            "NIK",
            "Nama Kepala Keluarga",
            "Tanggal Lahir",
            "Jenis Kelamin",
            "Kecamatan",
            "Kelurahan",
            "Alamat Lengkap",
            "Desil",
        ],
        [FAMILY, WOMAN, "Sitti Contoh", "05/06/1990", "P", "Mariso", "Lette", f"Jl. Contoh 1, {MARK}", "2"],
    ],
    "dtsen-anggota": [
        ["nomor_induk_kependudukan", "nomor_kartu_keluarga", "nama", "kode_kelurahan_desa_ktp", "desil_nasional", "pbi_nas"],
        [WOMAN, FAMILY, "Sitti Contoh", "7371011004", "3", "1"],
    ],
    "dtks": [
        [
            "iddtks",
            "kecamatan",
            "desa_kelurahan",
            "alamat",
            "nomor_kk",
            "nomor_nik",
            "nama",
            "jenis_kelamin",
            "tahun_data",
            "jenis_pmks",
        ],
        ["A-1", "MARISO", "LETTE", MARK, FAMILY, WOMAN, "SITTI CONTOH", "2", "2025", "Fakir Miskin"],
    ],
    "sicadas-bansos": [
        ["Nama Kepala Keluarga", "NIK", "No. KK", "Kecamatan", "Kelurahan", "Tanggal Pengusulan", "Alamat", "Status"],
        ["Sitti Contoh", WOMAN, FAMILY, "Mariso", "Lette", "03/05/2026", f"Jl. Contoh 1, {MARK}", "Belum"],
    ],
    "roster-psm": [
        ["id_psm", "kode_kelurahan", "kelurahan", "kecamatan", "organisasi", "aktif_sejak"],
        ["psm-0101-01", "73.71.01.1004", "Lette", "Mariso", f"IPSM {MARK}", "07/07/2016"],
    ],
    "rekap": [
        ["kecamatan", "kategori", "jenis_kelamin", "periode", "nilai", "sumber", "catatan"],
        ["Mariso", "Anak Jalanan", "total", "2026-10", "4", "rekap.xlsx", MARK],
    ],
    "spm": [
        ["tahun", "triwulan", "layanan", "terpenuhi", "sasaran", "sumber_sasaran", "tgl_sasaran", "keterangan"],
        ["2026", "TW3", "Lansia telantar", "354", "410", "Asesmen 2026", "31/01/2026", MARK],
    ],
}
"""Format -> its header and rows."""


def write_xlsx(path: Path, rows: Rows) -> Path:
    """Every cell as text."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(place, column, text)
    return path


def write_hidden(path: Path) -> Path:
    """Rows 3 and 5 and column B are hidden."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        for place, row in enumerate([["x", "y", "z"], *([f"a{number}", "b", "c"] for number in range(2, 8))]):
            sheet.write_row(place, 0, row)
        for place in (2, 4):
            sheet.set_row(place, options={"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
    return path


def main() -> int:
    """Writes every file beside this script."""
    with tempfile.TemporaryDirectory() as folder:
        books = [write_xlsx(Path(folder) / f"{kind}.xlsx", rows) for kind, rows in TABLES.items()]
        books.append(write_hidden(Path(folder) / "tersembunyi.xlsx"))
        for suffix in SUFFIXES:
            subprocess.run(["soffice", "--headless", "--convert-to", suffix, "--outdir", FOLDER, *books], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
