"""The files the offices send: one declaration a format, recognised by its header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ipsm_analytics import schema
from ipsm_analytics.errors import UnknownLayoutError, UserError

MOST_SHOWN = 12
_LONG_NUMBER = re.compile(r"\d(?:[\s.'’-]?\d){11}")


@dataclass(frozen=True)
class Format:
    """One file layout.

    Attributes:
        kind: name used by --kind and in the import ledger.
        table: store table its rows go to.
        columns: our field -> headers it may carry.
        required: fields without which a file is not of this kind.
    """

    kind: str
    title: str
    table: str
    columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]

    def rename(self, header: Sequence[str]) -> dict[str, str]:
        """Header as sent -> our field, for the columns this format knows; of two for one field the first is taken."""
        known = {header_key(alias): name for name, aliases in self.columns.items() for alias in aliases}
        fields = {known[header_key(text)]: text for text in reversed(header) if header_key(text) in known}
        return {text: name for text in header for name, taken in fields.items() if text == taken}

    def fits(self, header: Sequence[str]) -> bool:
        """True when every required field is in the header."""
        return self.required <= set(self.rename(header).values())


def header_key(text: str) -> str:
    """Header without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", text).casefold()


def header_words(text: str) -> list[str]:
    """The words of a header without case."""
    return re.split(r"[\W_]+", text.casefold().strip())


def holds_long_number(text: str) -> bool:
    """True for a text that could hold a NIK or a family number, however it is spaced."""
    return _LONG_NUMBER.search(text) is not None


def shown(header: Sequence[str]) -> str:
    """The header for a message; quoted only when it cannot be a row of data."""
    if any(map(holds_long_number, header)):
        return f"{len(header)} kolom, tetapi baris kepala berisi angka panjang seperti NIK"
    return "kolom " + ", ".join(header[:MOST_SHOWN]) + (" …" if len(header) > MOST_SHOWN else "")


def _same(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names}


SICADAS_PPKS = Format(
    "sicadas-ppks",
    "Sicadas PPKS",
    "kasus",
    {
        "nik": ("NIK",),
        "nama": ("Nama", "Nama Lengkap"),
        "kategori": ("Kategori PPKS", "Kategori PMKS"),
        "kecamatan": ("Kecamatan",),
        "kelurahan": ("Kelurahan",),
        "lokasi": ("Lokasi Penemuan",),
        "tgl_lapor": ("Tanggal Laporan",),
        "status": ("Status",),
        "keterangan": ("Keterangan",),
    },
    frozenset({"nik", "nama", "kategori", "kecamatan", "kelurahan", "tgl_lapor", "status"}),
)
CASE_TEMPLATE = Format(
    "kasus-lengkap",
    "Catatan kasus lengkap",
    "kasus",
    _same(schema.TEMPLATE_COLUMNS),
    frozenset({"id_kasus", "tgl_lapor", "kategori", "status"}),
)
MONTHLY_REPORT = Format(
    "laporan-bulanan",
    "Laporan bulanan PSM",
    "laporan",
    _same(schema.MONTHLY_REPORT_COLUMNS),
    frozenset({"bulan", "nihil"}),
)
PUBLISHED = Format(
    "angka-terbit",
    "Angka terbit PPKS",
    "angka_terbit",
    _same(("level", "kode", "nama", "tahun", "jenis_kelamin"))
    | {"konsep": ("kategori",), "nilai": ("jumlah",), "sumber": ("source_url",), "catatan": ("note",)},
    frozenset({"level", "kode", "tahun", "konsep", "nilai", "sumber"}),
)
PUBLISHED_CONTEXT = Format(
    "angka-terbit-konteks",
    "Angka terbit penduduk dan kemiskinan",
    "angka_terbit",
    _same(("level", "kode", "nama", "tahun", "jenis_kelamin", "nilai", "satuan"))
    | {"konsep": ("indikator",), "sumber": ("source_url",), "catatan": ("note",)},
    frozenset({"level", "kode", "tahun", "konsep", "nilai", "satuan", "sumber"}),
)
SICADAS_DTSEN = Format(
    "sicadas-dtsen",
    "Sicadas DTSEN",
    "register",
    {
        "nomor_kk": ("No. KK", "Nomor KK"),
        "nik": ("NIK",),
        "nama": ("Nama Kepala Keluarga",),
        "tgl_lahir": ("Tanggal Lahir",),
        "jk": ("Jenis Kelamin",),
        "kecamatan": ("Kecamatan",),
        "kelurahan": ("Kelurahan",),
        "alamat": ("Alamat Lengkap",),
        "desil": ("Desil",),
    },
    frozenset({"nomor_kk", "nik", "kecamatan", "kelurahan", "desil"}),
)
DTSEN_MEMBERS = Format(
    "dtsen-anggota",
    "DTSEN anggota",
    "register",
    _same(("nama", "kecamatan", "kelurahan", "pbi_nas", "pbi_pemda"))
    | {
        "nik": ("nomor_induk_kependudukan",),
        "nomor_kk": ("nomor_kartu_keluarga",),
        "jk": ("jenis_kelamin",),
        "tgl_lahir": ("tanggal_lahir",),
        "kode_kelurahan": ("kode_kelurahan_desa_ktp",),
        "desil": ("desil_nasional",),
    },
    frozenset({"nik", "nomor_kk", "kode_kelurahan", "desil"}),
)
DTKS = Format(
    "dtks",
    "DTKS/SIKS-NG",
    "register",
    _same(("iddtks", "provinsi", "kabupaten_kota", "kecamatan", "alamat", "dusun", "rt", "rw", "nomor_kk", "nama"))
    | _same(("tempat_lahir", "nama_ibu_kandung", "hubungan_keluarga", "tahun_data", "keterangan_padan"))
    | {
        "kelurahan": ("desa_kelurahan",),
        "nik": ("nomor_nik",),
        "tgl_lahir": ("tanggal_lahir",),
        "jk": ("jenis_kelamin",),
        "kategori": ("jenis_pmks",),
    },
    frozenset({"nomor_kk", "nik", "kecamatan", "kelurahan", "tahun_data"}),
)
SICADAS_AID = Format(
    "sicadas-bansos",
    "Sicadas Bansos",
    "bansos",
    {
        "nama": ("Nama Kepala Keluarga",),
        "nik": ("NIK",),
        "nomor_kk": ("No. KK", "Nomor KK"),
        "kecamatan": ("Kecamatan",),
        "kelurahan": ("Kelurahan",),
        "tgl_usul": ("Tanggal Pengusulan",),
        "alamat": ("Alamat",),
        "status": ("Status",),
    },
    frozenset({"nik", "nomor_kk", "kecamatan", "kelurahan", "tgl_usul", "status"}),
)
ROSTER = Format(
    "roster-psm",
    "Daftar PSM",
    "roster",
    _same(schema.ROSTER_COLUMNS),
    frozenset({"id_psm", "aktif_sejak"}),
)
RECAP = Format(
    "rekap",
    "Rekap per wilayah",
    "rekap",
    _same(schema.RECAP_COLUMNS),
    frozenset({"kategori", "periode", "nilai"}),
)
SPM = Format(
    "spm",
    "Laporan triwulan SPM",
    "spm",
    _same(schema.SPM_COLUMNS),
    frozenset({"tahun", "triwulan", "layanan", "terpenuhi", "sasaran"}),
)
FORMATS = (
    SICADAS_PPKS,
    CASE_TEMPLATE,
    MONTHLY_REPORT,
    PUBLISHED,
    PUBLISHED_CONTEXT,
    SICADAS_DTSEN,
    DTSEN_MEMBERS,
    DTKS,
    SICADAS_AID,
    ROSTER,
    RECAP,
    SPM,
)


def by_kind(kind: str) -> Format:
    """The format of that name; raises UserError naming those that exist."""
    for item in FORMATS:
        if item.kind == kind:
            return item
    raise UserError(
        "Jenis berkas tidak dikenal.",
        found=kind,
        allowed=", ".join(["auto", *(f.kind for f in FORMATS)]),
        action="pakai salah satunya",
    )


def recognise(header: Sequence[str], name: str, kind: str = "auto") -> Format:
    """The format of a header; raises UserError when none fits or the named one does not."""
    if kind != "auto":
        chosen = by_kind(kind)
        if missing := sorted(chosen.required - set(chosen.rename(header).values())):
            raise UserError(
                f"Berkas {name} bukan {chosen.title}.",
                found=shown(header),
                allowed="harus ada " + ", ".join(chosen.columns[field][0] for field in missing),
                action=f"periksa kepala tabel, atau petakan: python -m ipsm_analytics map {name} --kind {kind} --out map.yml",
            )
        return chosen
    fitting = [item for item in FORMATS if item.fits(header)]
    if fitting:
        return max(fitting, key=lambda item: len(item.rename(header)))
    raise UnknownLayoutError(
        f"Berkas {name} tidak dikenali.",
        found=shown(header),
        allowed="; ".join(f"{item.title} ({', '.join(item.columns[f][0] for f in sorted(item.required))})" for item in FORMATS),
        action=f"sesuaikan kepala tabel, atau petakan: python -m ipsm_analytics map {name} --kind JENIS --out map.yml",
    )
