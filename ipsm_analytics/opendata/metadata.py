"""What the published columns and codes mean, and the metadata of each data set.

Satu Data Indonesia (Perpres 39/2019) asks for concept, definition, classification, measure and unit, for codes of reference,
and for who makes the data; sentences about the indicators are those of indicators.yml.
"""

from __future__ import annotations

from typing import Any

from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.opendata.published import COLUMNS, OpenData
from ipsm_analytics.opendata.registry import DataSet
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.reference.offices import offices
from ipsm_analytics.schema import SAMPLE_MARK

LICENCE = "CC-BY-4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/deed.id"
PRODUCER, KEEPER = "DINSOS", "DISKOMINFO"
"""Who makes the data, and who keeps them for the city (an assumption: the city names its walidata)."""
MEANINGS: dict[str, tuple[str, str]] = {
    "kumpulan": ("teks", "Kode kumpulan data."),
    "indikator": ("teks", "Kode indikator; rumus dan sumbernya ada di metadata kumpulan data."),
    "jenis_periode": ("teks", "tahun, tahun_berjalan (Januari sampai bulan terakhir yang selesai) atau triwulan."),
    "tahun": ("bilangan bulat", "Tahun kalender periode."),
    "dari": ("tahun-bulan", "Bulan pertama periode, TTTT-BB."),
    "sampai": ("tahun-bulan", "Bulan terakhir periode, TTTT-BB, ikut dihitung."),
    "tingkat": ("teks", "kota atau kecamatan."),
    "kode_wilayah": ("teks", "Kode wilayah Kemendagri: 73.71 untuk kota, 73.71.KK untuk kecamatan."),
    "wilayah": ("teks", "Nama wilayah."),
    "kelompok": ("teks", "Kode kelompok masalah; SEMUA untuk semua kelompok bersama."),
    "nilai": ("bilangan", "Nilai dalam satuan; kosong bila status tidak memberi angka."),
    "pembilang": ("bilangan bulat", "Yang dihitung; kosong bila disensor atau belum melapor."),
    "penyebut": ("bilangan bulat", "Pembagi; kosong bila tidak ada atau disensor."),
    "bawah_95": ("bilangan", "Batas bawah selang 95%; kosong untuk hitungan biasa."),
    "atas_95": ("bilangan", "Batas atas selang 95%."),
    "satuan": ("teks", "Satuan nilai."),
    "status": ("teks", "Mengapa ada atau tidak ada angka; lihat kode status."),
    "versi_data": ("bilangan bulat", "Nomor versi data asal angka."),
    "data_sampai": ("tanggal", "Hari terbaru dalam data, TTTT-BB-HH."),
    "tanda": ("teks", f"{SAMPLE_MARK} bila angkanya bukan data nyata; selain itu kosong."),
}
"""Column -> its kind and meaning."""
STATES: dict[Status, str] = {
    Status.OK: "Ada angka.",
    Status.ZERO: "Angkanya nol.",
    Status.NOT_REPORTED: "Wilayah belum melapor; bukan nol.",
    Status.SUPPRESSED: "Angka disensor agar tidak ada orang yang dapat dikenali.",
    Status.NO_POPULATION: "Tidak ada penduduk menurut perkiraan.",
    Status.SMALL_DENOMINATOR: "Pembaginya terlalu kecil untuk sebuah angka.",
    Status.NO_TARGET: "Sasaran SPM belum ditetapkan.",
    Status.NOT_DUE: "Laporan belum jatuh tempo.",
    Status.UNDATED: "Laporannya tanpa tanggal.",
    Status.NOT_REACHED: "Kurang dari separuh sudah terjadi, jadi waktu tengah belum ada.",
    Status.REFUSED: "Tidak dihitung karena syarat metodenya tidak terpenuhi.",
    Status.INCOMPLETE: "Laporan belum cukup lengkap.",
}
GROUPS: dict[str, str] = {
    ALL: "Semua masalah",
    "KEMISKINAN": "Kemiskinan",
    "ANAK": "Anak",
    "LANSIA": "Lanjut usia",
    "DISABILITAS": "Penyandang disabilitas",
    "LAINNYA": "Lainnya",
}


def dictionary() -> list[dict[str, str]]:
    """All columns in order: name, kind, meaning."""
    return [{"kolom": name, "jenis": MEANINGS[name][0], "arti": MEANINGS[name][1]} for name in COLUMNS]


def codes() -> list[dict[str, str]]:
    """All codes of columns that hold some: column, code, meaning; the categories behind a group are named with it."""
    members = {code: ", ".join(categories.categories()[one].name for one in categories.in_group(code)) for code in GROUPS}
    places = [(areas.CITY, areas.name(areas.CITY)), *((code, areas.name(code)) for code in areas.codes("kecamatan"))]
    groups = [(code, f"{name}: {members[code]}" if members[code] else name) for code, name in GROUPS.items()]
    listed = {"kode_wilayah": places, "kelompok": groups, "status": [(state.value, text) for state, text in STATES.items()]}
    return [{"kolom": column, "kode": code, "arti": text} for column, rows in listed.items() for code, text in rows]


def of(data: OpenData, item: DataSet) -> dict[str, Any]:
    """Metadata of a data set."""
    rows = data.tables[item.id]
    return {
        "kumpulan": item.id,
        "judul": item.title,
        "konsep": "Masalah kesejahteraan sosial yang dilaporkan dan penanganannya",
        "definisi": item.about,
        "klasifikasi": _classification(item),
        "indikator": [_indicator(code) for code in item.indicators],
        "kode_referensi": {
            "wilayah": "Kode wilayah administrasi Kemendagri (Kepmendagri 300.2.2-2430/2025)",
            "kategori": "Permensos 8/2012; kelompok menurut kode pada kamus data",
        },
        "produsen_data": f"{offices()[PRODUCER].name} Kota Makassar",
        "walidata": f"{offices()[KEEPER].name} Kota Makassar (anggapan, ditetapkan oleh kota)",
        "frekuensi": "Setiap data baru disimpan; hanya bulan yang sudah selesai",
        "cakupan_wilayah": f"{areas.name(areas.CITY)} ({areas.CITY})" + (", 15 kecamatan" if "kecamatan" in item.levels else ""),
        "cakupan_waktu": {"dari": rows["dari"].min(), "sampai": rows["sampai"].max()} if len(rows) else None,
        "tanggal_data": str(data.cutoff) if data.cutoff else None,
        "versi_data": data.version,
        "data_contoh": data.sample,
        "lisensi": LICENCE,
        "alamat_lisensi": LICENCE_ADDRESS,
        "kerahasiaan": "Hitungan 1 sampai 4, dan bagian yang sisanya 1 sampai 4, disensor; tidak ada angka di bawah kecamatan.",
        "kolom": dictionary(),
    }


def _classification(item: DataSet) -> list[str]:
    return [*item.levels, *(["kelompok masalah"] if item.by_group else []), *item.times]


def _indicator(code: str) -> dict[str, Any]:
    known = indicator(code)
    return {
        "kode": code,
        "konsep": known.title,
        "definisi": known.formula,
        "ukuran": f"{known.numerator_name} / {known.denominator_name}" if known.denominator_name else known.numerator_name,
        "satuan": known.unit,
        "selang": known.interval or None,
        "sumber": known.source,
        "catatan": known.note,
    }


def licence_text() -> str:
    """What users may do, in plain words."""
    return (
        "Data terbuka IPSM Analytics, Kota Makassar\n\n"
        "Lisensi: Creative Commons Atribusi 4.0 Internasional (CC BY 4.0)\n"
        f"{LICENCE_ADDRESS}\n\n"
        f"Sebut sumbernya: {offices()[PRODUCER].name} Kota Makassar, data terbuka IPSM, versi data dan tanggalnya.\n"
        "Angka berstatus disensor tidak boleh dicoba dibuka kembali.\n"
    )
