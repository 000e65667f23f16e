"""The published tables as bytes: CSV, JSON, and everything in one archive; equal data give equal bytes."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipsm_analytics.export.cells import csv_bytes
from ipsm_analytics.opendata import metadata
from ipsm_analytics.opendata.published import COLUMNS, NUMBERS, OpenData
from ipsm_analytics.opendata.registry import data_set, data_sets

BASE = "/api/v1"
"""Where the open interface stands."""
STAMP = ("versi_data", "data_sampai", "tanda")
"""Columns that are the same on every row: in JSON they stand once."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The day every file of the archive bears: the day it is made is no part of it."""


def csv_file(data: OpenData, code: str, filters: Mapping[str, str]) -> bytes:
    """Rows of a data set as CSV, UTF-8 with its mark; numbers with a point, whole ones without decimals, empty where none."""
    found = data.chosen(code, filters)
    written = found.assign(**{name: [_written(value) for value in found[name]] for name in NUMBERS})
    return csv_bytes(written[list(COLUMNS)])


def json_file(data: OpenData, code: str, filters: Mapping[str, str]) -> bytes:
    """Rows of a data set with what holds for all of them; null where there is no number."""
    found = data.chosen(code, filters)
    return json_bytes(
        {
            "kumpulan": code,
            "judul": data_set(code).title,
            "lisensi": metadata.LICENCE,
            **stamp(data),
            "saringan": dict(filters),
            "jumlah": len(found),
            "baris": [_row(row) for row in found.drop(columns=["kumpulan", *STAMP]).to_dict("records")],
        }
    )


def stamp(data: OpenData) -> dict[str, Any]:
    """Version and newest day of the data, and whether they are made up."""
    return {"versi_data": data.version, "data_sampai": str(data.cutoff) if data.cutoff else None, "data_contoh": data.sample}


def listing(data: OpenData) -> bytes:
    """All data sets, what they hold and where they are."""
    return json_bytes({"lisensi": metadata.LICENCE, **stamp(data), "kumpulan": [_brief(data, code) for code in data_sets()]})


def _brief(data: OpenData, code: str) -> dict[str, Any]:
    item, base = data_set(code), f"{BASE}/kumpulan/{code}"
    return {
        "kumpulan": code,
        "judul": item.title,
        "isi": item.about,
        "json": base,
        "csv": f"{base}.csv",
        "metadata": f"{BASE}/metadata/{code}",
        "baris": len(data.tables[code]),
        "saringan": list(item.filters),
    }


def metadata_file(data: OpenData, code: str) -> bytes:
    """Metadata of a data set as JSON."""
    return json_bytes(metadata.of(data, data_set(code)))


def archive(data: OpenData) -> bytes:
    """A ZIP with CSV and metadata of every data set, the dictionary of columns and codes, and the licence."""
    files = {f"{code}.csv": csv_file(data, code, {}) for code in data_sets()}
    files |= {f"{code}.metadata.json": metadata_file(data, code) for code in data_sets()}
    files |= {
        "kamus-data.csv": csv_bytes(pd.DataFrame(metadata.dictionary())),
        "kamus-data.json": json_bytes({"kolom": metadata.dictionary(), "kode": metadata.codes()}),
        "kode.csv": csv_bytes(pd.DataFrame(metadata.codes())),
        "LISENSI.txt": metadata.licence_text().encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def json_bytes(content: object) -> bytes:
    """UTF-8 with readable letters, indented, keys in the order given."""
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _row(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _number(value) if name in NUMBERS else value for name, value in row.items()}


def _number(value: float) -> float | int | None:
    if math.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _written(value: float) -> str:
    number = _number(value)
    return "" if number is None else repr(number)
