"""Columns, types and code lists of every stage: the contract between intake, store and cube."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

STATUSES = ("baru", "verifikasi", "asesmen", "dirujuk", "dilayani", "selesai", "ditutup")
CHANNELS = ("PSM", "TKSK", "Korcam", "RT/RW", "warga/LONTARA+", "patroli", "lurah", "SLRT")
FOCUS = ("EKONOMI", "KELUARGA", "ADVOKASI")
SEXES = ("L", "P")
AGE_BANDS = ((0, 5), (6, 17), (18, 59), (60, 200))
OUTCOMES = ("terpenuhi", "sebagian", "tidak terpenuhi", "pindah", "meninggal")
AID_STATES = ("belum", "layak", "tidak layak")
MATCH_STATES = ("padan", "tidak padan", "tidak dapat dipadankan")

TEMPLATE_COLUMNS = (
    "id_kasus",
    "tgl_lapor",
    "tgl_temuan",
    "tgl_masuk",
    "kanal",
    "id_psm",
    "kode_kelurahan",
    "kelurahan",
    "kecamatan",
    "nik",
    "nama",
    "jk",
    "tgl_lahir",
    "usia",
    "kategori",
    "sub_disabilitas",
    "terlantar",
    "program_diterima",
    "desil",
    "status_padan",
    "fokus",
    "status",
    "tgl_verifikasi",
    "tgl_asesmen",
    "tgl_rujukan",
    "opd_rujukan",
    "tgl_layanan_pertama",
    "tgl_selesai",
    "hasil",
    "keterangan",
)
"""Our own full case template; lists inside a cell are separated by ';'. NIK and nama are hashed at intake."""

SICADAS_PPKS_COLUMNS = (
    "NIK",
    "Nama",
    "Kategori PPKS",
    "Kecamatan",
    "Kelurahan",
    "Lokasi Penemuan",
    "Tanggal Laporan",
    "Status",
    "Keterangan",
)
SICADAS_DTSEN_COLUMNS = (
    "No. KK",
    "NIK",
    "Nama Kepala Keluarga",
    "Tanggal Lahir",
    "Jenis Kelamin",
    "Kecamatan",
    "Kelurahan",
    "Alamat Lengkap",
    "Desil",
)
SICADAS_BANSOS_COLUMNS = (
    "Nama Kepala Keluarga",
    "NIK",
    "No. KK",
    "Kecamatan",
    "Kelurahan",
    "Tanggal Pengusulan",
    "Alamat",
    "Status",
)
DTSEN_MEMBER_COLUMNS = (
    "nomor_induk_kependudukan",
    "nomor_kartu_keluarga",
    "nama",
    "jenis_kelamin",
    "tanggal_lahir",
    "kecamatan",
    "kelurahan",
    "kode_kelurahan_desa_ktp",
    "desil_nasional",
    "pbi_nas",
    "pbi_pemda",
)
DTKS_COLUMNS = (
    "iddtks",
    "provinsi",
    "kabupaten_kota",
    "kecamatan",
    "desa_kelurahan",
    "alamat",
    "dusun",
    "rt",
    "rw",
    "nomor_kk",
    "nomor_nik",
    "nama",
    "tanggal_lahir",
    "tempat_lahir",
    "jenis_kelamin",
    "nama_ibu_kandung",
    "hubungan_keluarga",
    "tahun_data",
    "jenis_pmks",
    "keterangan_padan",
)
MONTHLY_REPORT_COLUMNS = ("kode_kelurahan", "kelurahan", "kecamatan", "bulan", "tgl_terima", "nihil", "kunjungan", "kendala")
ROSTER_COLUMNS = ("id_psm", "kode_kelurahan", "kelurahan", "kecamatan", "organisasi", "aktif_sejak")
PUBLISHED_COLUMNS = ("level", "kode", "nama", "tahun", "kategori", "jenis_kelamin", "jumlah", "source_url", "note")
PUBLISHED_CONTEXT_COLUMNS = (
    "level",
    "kode",
    "nama",
    "tahun",
    "indikator",
    "jenis_kelamin",
    "nilai",
    "satuan",
    "source_url",
    "note",
)
RECAP_COLUMNS = (
    "kode",
    "kecamatan",
    "kelurahan",
    "kategori",
    "jenis_kelamin",
    "periode",
    "nilai",
    "sumber",
    "lembar",
    "catatan",
    "periksa",
)
"""A recap in long form, one row a cell; the parts of a label are separated by ' / ', `periksa` holds reason codes."""

SPM_COLUMNS = (
    "tahun",
    "triwulan",
    "layanan",
    "kode_kecamatan",
    "terpenuhi",
    "sasaran",
    "sumber_sasaran",
    "tgl_sasaran",
    "tgl_terima",
    "keterangan",
)
"""Our own quarterly SPM report: one row a service, quarter and area; no kecamatan means the city."""

RETURN_ID = "ID BARIS"
RETURN_COLUMNS = ("ALASAN", "SARAN", "BARIS ASAL", RETURN_ID)
"""What a returned row carries beside its sender's own columns; never part of the row."""

SAMPLE_MARK = "DATA CONTOH"
MOST_PERSONS = 10_000_000
"""More than any number of persons in the city can be."""
REPEAT_DAYS = 30
"""Two reports of one person, kelurahan and category so near may be one case (assumption)."""

_TEXT = pa.string()
_TEXTS = pa.list_(pa.string())
_DAY = pa.date32()

_PERSON = (pa.field("person_key", _TEXT, nullable=False), pa.field("identity", _TEXT, nullable=False))
"""identity: 'nik', 'nama_lahir' or 'tidak_ada'."""
_ORIGIN = (pa.field("import_id", _TEXT, nullable=False), pa.field("row_number", pa.int32(), nullable=False))
_STANDING = (
    pa.field("warnings", _TEXTS, nullable=False),
    pa.field("precedence", _TEXT, nullable=False),
    pa.field("sample", pa.bool_(), nullable=False),
)
"""precedence: which of two states of one key wins."""
_TOKENS = tuple(pa.field(name, _TEXTS) for name in ("name_keys", "sound_keys", "nik_keys", "birth_keys"))
"""Keyed parts of name, NIK and birth day, by which differently written persons are compared (intake/tokens.py)."""

CASES = pa.schema(
    [
        pa.field("case_id", _TEXT, nullable=False),
        *_PERSON,
        *_ORIGIN,
        pa.field("kode_kelurahan", _TEXT, nullable=False),
        pa.field("kategori", _TEXTS, nullable=False),
        pa.field("tgl_lapor", _DAY, nullable=False),
        pa.field("status", _TEXT, nullable=False),
        pa.field("tgl_temuan", _DAY),
        pa.field("tgl_masuk", _DAY),
        pa.field("kanal", _TEXT),
        pa.field("id_psm", _TEXT),
        pa.field("jk", _TEXT),
        pa.field("usia", pa.int16()),
        pa.field("sub_disabilitas", _TEXTS),
        pa.field("terlantar", pa.bool_()),
        pa.field("program_diterima", _TEXTS),
        pa.field("desil", pa.int8()),
        pa.field("status_padan", _TEXT),
        pa.field("fokus", _TEXT),
        pa.field("tgl_verifikasi", _DAY),
        pa.field("tgl_asesmen", _DAY),
        pa.field("tgl_rujukan", _DAY),
        pa.field("opd_rujukan", _TEXT),
        pa.field("tgl_layanan_pertama", _DAY),
        pa.field("tgl_selesai", _DAY),
        pa.field("hasil", _TEXT),
        pa.field("tahun_lahir", pa.int16()),
        *_TOKENS,
        *_STANDING,
    ]
)
"""One row a case, pseudonymous."""

REPORTS = pa.schema(
    [
        pa.field("report_id", _TEXT, nullable=False),
        *_ORIGIN,
        pa.field("kode_kelurahan", _TEXT, nullable=False),
        pa.field("bulan", _DAY, nullable=False),
        pa.field("tgl_terima", _DAY),
        pa.field("nihil", pa.bool_(), nullable=False),
        pa.field("kunjungan", pa.int32()),
        *_STANDING,
    ]
)
"""One row a monthly PSM report; bulan is the first day of the month reported."""

REGISTER = pa.schema(
    [
        pa.field("entry_id", _TEXT, nullable=False),
        *_PERSON,
        pa.field("family_key", _TEXT),
        *_ORIGIN,
        pa.field("sumber", _TEXT, nullable=False),
        pa.field("kode_kelurahan", _TEXT, nullable=False),
        pa.field("jk", _TEXT),
        pa.field("tahun_lahir", pa.int16()),
        pa.field("desil", pa.int8()),
        pa.field("kategori", _TEXTS),
        pa.field("keterangan_padan", _TEXT),
        pa.field("pbi_nas", pa.bool_()),
        pa.field("pbi_pemda", pa.bool_()),
        pa.field("tahun_data", pa.int16()),
        *_TOKENS,
        *_STANDING,
    ]
)
"""One row a person in a register, pseudonymous; person_key is that of CASES, sumber the kind of file."""

AID = pa.schema(
    [
        pa.field("proposal_id", _TEXT, nullable=False),
        *_PERSON,
        pa.field("family_key", _TEXT),
        *_ORIGIN,
        pa.field("kode_kelurahan", _TEXT, nullable=False),
        pa.field("tgl_usul", _DAY, nullable=False),
        pa.field("status", _TEXT, nullable=False),
        *_STANDING,
    ]
)
"""One row a person proposed for aid on a day, pseudonymous; status is one of AID_STATES."""

ROSTER = pa.schema(
    [
        pa.field("roster_id", _TEXT, nullable=False),
        *_ORIGIN,
        pa.field("id_psm", _TEXT, nullable=False),
        pa.field("kode_kelurahan", _TEXT, nullable=False),
        pa.field("organisasi", _TEXT),
        pa.field("aktif_sejak", _DAY),
        *_STANDING,
    ]
)
"""One row a PSM, known by number and never by name; id_psm is that of CASES."""

PUBLISHED = pa.schema(
    [
        pa.field("figure_id", _TEXT, nullable=False),
        *_ORIGIN,
        pa.field("level", _TEXT, nullable=False),
        pa.field("kode", _TEXT, nullable=False),
        pa.field("nama", _TEXT, nullable=False),
        pa.field("tahun", pa.int16(), nullable=False),
        pa.field("konsep", _TEXT, nullable=False),
        pa.field("jenis_kelamin", _TEXT, nullable=False),
        pa.field("nilai", pa.float64(), nullable=False),
        pa.field("satuan", _TEXT, nullable=False),
        pa.field("sumber", _TEXT, nullable=False),
        pa.field("catatan", _TEXT, nullable=False),
        *_STANDING,
    ]
)
"""One row a figure already public; never joined with PSM data."""

RECAP = pa.schema(
    [
        pa.field("recap_id", _TEXT, nullable=False),
        *_ORIGIN,
        pa.field("level", _TEXT, nullable=False),
        pa.field("kode", _TEXT, nullable=False),
        pa.field("kode_kategori", _TEXT),
        pa.field("label", _TEXT, nullable=False),
        pa.field("jenis_kelamin", _TEXT, nullable=False),
        pa.field("awal", _DAY, nullable=False),
        pa.field("akhir", _DAY, nullable=False),
        pa.field("nilai", pa.int64(), nullable=False),
        pa.field("sumber", _TEXT, nullable=False),
        pa.field("catatan", _TEXT, nullable=False),
        *_STANDING,
    ]
)
"""One row a cell of a recap: an office's own count of an area, never part of the case cube.

kode_kategori is empty where the label is a concept that is published and no category; jenis_kelamin is L, P or 'total';
awal and akhir are the first and last day counted; row_number is 1000 × row + column of the sheet, both from 1.
"""

SPM = pa.schema(
    [
        pa.field("spm_id", _TEXT, nullable=False),
        *_ORIGIN,
        pa.field("level", _TEXT, nullable=False),
        pa.field("kode", _TEXT, nullable=False),
        pa.field("tahun", pa.int16(), nullable=False),
        pa.field("triwulan", pa.int8(), nullable=False),
        pa.field("layanan", _TEXT, nullable=False),
        pa.field("terpenuhi", pa.int32(), nullable=False),
        pa.field("sasaran", pa.int32()),
        pa.field("sumber_sasaran", _TEXT),
        pa.field("tgl_sasaran", _DAY),
        pa.field("tgl_terima", _DAY),
        *_STANDING,
    ]
)
"""One row a service, quarter and area of the SPM report: persons whose basic needs were met since January (terpenuhi, X)
and persons who need the service by assessment (sasaran, Y), a gap where nobody has assessed them yet."""

QUARANTINE = pa.schema(
    [
        pa.field("row_id", _TEXT, nullable=False),
        pa.field("import_id", _TEXT, nullable=False),
        pa.field("kind", _TEXT, nullable=False),
        pa.field("row_number", pa.int32(), nullable=False),
        pa.field("reasons", _TEXTS, nullable=False),
        pa.field("columns", _TEXTS, nullable=False),
        pa.field("sealed", pa.binary(), nullable=False),
        pa.field("sample", pa.bool_(), nullable=False),
        pa.field("kode_kelurahan", _TEXT),
        pa.field("bulan", _DAY),
    ]
)
"""One row a refused row; `sealed` holds the whole raw row and its messages, encrypted. What can be read of where and when
it belongs (bulan is the first day of the month) stays open, so that refused rows can be counted by area and month."""

SAME, DIFFERENT = "sama", "beda"
"""What an operator decides about two persons."""

PAIRS = pa.schema(
    [
        pa.field("pair_id", _TEXT, nullable=False),
        pa.field("left_key", _TEXT, nullable=False),
        pa.field("right_key", _TEXT, nullable=False),
        pa.field("decision", _TEXT, nullable=False),
        pa.field("probability", pa.float64()),
        pa.field("user", _TEXT, nullable=False),
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("import_id", _TEXT, nullable=False),
        pa.field("sample", pa.bool_(), nullable=False),
    ]
)
"""One row a decision about two person_keys (left < right): SAME or DIFFERENT; import_id is that of its ledger row."""

TABLES: Mapping[str, tuple[pa.Schema, str]] = {
    "kasus": (CASES, "case_id"),
    "laporan": (REPORTS, "report_id"),
    "angka_terbit": (PUBLISHED, "figure_id"),
    "karantina": (QUARANTINE, "row_id"),
    "register": (REGISTER, "entry_id"),
    "bansos": (AID, "proposal_id"),
    "roster": (ROSTER, "roster_id"),
    "rekap": (RECAP, "recap_id"),
    "spm": (SPM, "spm_id"),
    "padanan": (PAIRS, "pair_id"),
}
"""Data tables with their schema and key."""

KEYED_SETS = ("name_keys", "sound_keys")
"""Lists of keys in which only what is in them counts; they are sorted."""
KEYED = frozenset(
    (
        *(key for _, key in TABLES.values() if key != "pair_id"),
        *("person_key", "family_key", "left_key", "right_key", "nik_keys", "birth_keys"),
        *KEYED_SETS,
    )
)
"""Columns that hold keyed hashes; pair_id is made of two of them."""

JOURNAL = pa.schema(
    [
        pa.field("number", pa.int64(), nullable=False),
        pa.field("action", _TEXT, nullable=False),
        pa.field("content", _TEXT, nullable=False),
        pa.field("user", _TEXT, nullable=False),
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)
"""One row an entry of a journal: which thing it is about, what was done, and the thing as JSON afterwards."""

MEETINGS = ("rakor", "keputusan")
"""Journals of what the office does with the data."""

AUDIT = "jejak"
"""The journal of who looked at, took along and changed what."""

JOURNALS = (*MEETINGS, AUDIT)
"""What is done with the data rather than data: appended to only, and part of no data version."""
