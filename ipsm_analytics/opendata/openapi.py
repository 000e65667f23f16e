"""The description of the open interface (OpenAPI 3.1), made from the registry of data sets and the columns."""

from __future__ import annotations

from typing import Any

from ipsm_analytics import __version__
from ipsm_analytics.measures import Status
from ipsm_analytics.opendata.files import BASE, STAMP
from ipsm_analytics.opendata.metadata import LICENCE, LICENCE_ADDRESS, MEANINGS
from ipsm_analytics.opendata.periods import Kind
from ipsm_analytics.opendata.published import COLUMNS, NUMBERS
from ipsm_analytics.opendata.registry import LEVELS, DataSet, data_sets
from ipsm_analytics.reference import areas, categories

JSON, CSV, ZIP, PROBLEM = "application/json", "text/csv", "application/zip", "application/problem+json"
YEARS = (2000, 2100)
"""Years a filter takes."""
FILTERS: dict[str, tuple[str, dict[str, Any]]] = {
    "tahun": ("Tahun kalender.", {"type": "integer", "minimum": YEARS[0], "maximum": YEARS[1]}),
    "kecamatan": ("Kode kecamatan (Kemendagri).", {"type": "string", "enum": list(areas.codes("kecamatan"))}),
    "kelompok": ("Kode kelompok masalah.", {"type": "string", "enum": list(categories.GROUPS)}),
}
"""Filter -> its meaning and schema."""
_TEXT: dict[str, Any] = {"type": "string"}
_STAMP: dict[str, Any] = {
    "versi_data": {"type": "integer"},
    "data_sampai": {"type": ["string", "null"], "format": "date"},
    "data_contoh": {"type": "boolean"},
}


def document() -> dict[str, Any]:
    """The whole description; depends on no data."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Data terbuka IPSM Analytics, Kota Makassar",
            "version": __version__,
            "description": "Hanya membaca, tanpa kunci. Angka kota dan kecamatan, bulan yang sudah selesai, kecil disensor.",
            "license": {"name": LICENCE, "url": LICENCE_ADDRESS},
        },
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "components": {"schemas": {"Baris": _row(), "Masalah": _problem(), "Ringkas": _brief()}},
    }


def _paths() -> dict[str, Any]:
    paths = {
        f"{BASE}/": _get("indeks", "Daftar alamat", JSON, {"type": "object", "additionalProperties": True}),
        f"{BASE}/openapi.json": _get("openapi", "Dokumen ini", JSON, {"type": "object", "required": ["openapi", "paths"]}),
        f"{BASE}/kumpulan": _get("kumpulan", "Daftar kumpulan data", JSON, _listing()),
        f"{BASE}/paket.zip": _get("paket", "Semua kumpulan data dan metadata", ZIP, {}),
    }
    for item in data_sets().values():
        name, filters = item.id, [_parameter(one) for one in item.filters]
        paths[f"{BASE}/kumpulan/{name}"] = _get(name, item.title, JSON, _table(item), filters)
        paths[f"{BASE}/kumpulan/{name}.csv"] = _get(f"{name}-csv", f"{item.title}, CSV", CSV, _TEXT, filters)
        paths[f"{BASE}/metadata/{name}"] = _get(f"{name}-metadata", f"Metadata: {item.title}", JSON, _metadata(item))
    return paths


def _get(
    name: str, title: str, media: str, schema: dict[str, Any], filters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Masalah"}}}
    refused = {"400": "Parameter tidak dikenal atau salah.", "429": "Terlalu banyak permintaan.", "503": "Data belum siap."}
    answer = {
        "description": title,
        "headers": {"ETag": {"schema": _TEXT, "required": True}, "Cache-Control": {"schema": _TEXT, "required": True}},
        "content": {media: {"schema": schema}},
    }
    unchanged = {"description": "Belum berubah sejak ETag yang dikirim."}
    responses = {"200": answer, "304": unchanged}
    responses |= {code: {"description": text, "content": problem} for code, text in refused.items()}
    return {"get": {"operationId": name, "summary": title, "parameters": filters or [], "responses": responses}}


def _parameter(name: str) -> dict[str, Any]:
    text, schema = FILTERS[name]
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


def _row() -> dict[str, Any]:
    """One row, as every data set has them."""
    kinds: dict[str, dict[str, Any]] = {name: {"type": ["number", "null"]} for name in NUMBERS}
    kinds |= {
        "tahun": {"type": "integer"},
        "jenis_periode": {"type": "string", "enum": [kind.value for kind in Kind]},
        "dari": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
        "sampai": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
        "tingkat": {"type": "string", "enum": list(LEVELS)},
        "kode_wilayah": {"type": "string", "enum": [areas.CITY, *areas.codes("kecamatan")]},
        "status": {"type": "string", "enum": [state.value for state in Status]},
    }
    names = [name for name in COLUMNS if name not in ("kumpulan", *STAMP)]
    return _closed({name: {**kinds.get(name, _TEXT), "description": MEANINGS[name][1]} for name in names})


def _problem() -> dict[str, Any]:
    """RFC 9457."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT, "instance": _TEXT},
    }


def _brief() -> dict[str, Any]:
    names = ("kumpulan", "judul", "isi", "json", "csv", "metadata")
    return _closed(
        {
            **dict.fromkeys(names, _TEXT),
            "baris": {"type": "integer"},
            "saringan": {"type": "array", "items": {"type": "string", "enum": list(FILTERS)}},
        }
    )


def _listing() -> dict[str, Any]:
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Ringkas"}}
    return _closed({"lisensi": {"const": LICENCE}, **_STAMP, "kumpulan": rows})


def _table(item: DataSet) -> dict[str, Any]:
    return _closed(
        {
            "kumpulan": {"const": item.id},
            "judul": _TEXT,
            "lisensi": {"const": LICENCE},
            **_STAMP,
            "saringan": {"type": "object", "additionalProperties": _TEXT},
            "jumlah": {"type": "integer", "minimum": 0},
            "baris": {"type": "array", "items": {"$ref": "#/components/schemas/Baris"}},
        }
    )


def _metadata(item: DataSet) -> dict[str, Any]:
    needed = ["konsep", "definisi", "klasifikasi", "indikator", "kode_referensi", "produsen_data", "frekuensi", "tanggal_data"]
    return {"type": "object", "required": ["kumpulan", *needed], "properties": {"kumpulan": {"const": item.id}}}


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with all of these and nothing else."""
    return {"type": "object", "required": list(properties), "additionalProperties": False, "properties": properties}
