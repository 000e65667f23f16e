"""Any file to raw text rows with their row numbers; nothing is dropped, nothing interpreted."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.readers.table import RawTable, printable
from ipsm_analytics.intake.readers.text import read_text
from ipsm_analytics.intake.readers.workbook import OLE, ZIP, read_workbook

__all__ = ["MAX_BYTES", "RawTable", "parse", "read"]

MAX_BYTES = 200 << 20
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")


def read(path: Path) -> RawTable:
    """Reads a file as `parse` does; raises UserError when it cannot be opened, too."""
    name = _shown(path.name)
    try:
        _check_size(path.stat().st_size, name)
        data = path.read_bytes()
    except OSError as error:
        found = f"{name} ({error.strerror})"
        raise UserError("Berkas tidak dapat dibuka.", found=found, action="periksa nama dan izinnya") from error
    return parse(name, data)


def parse(name: str, data: bytes) -> RawTable:
    """Reads CSV or the data sheets of a workbook, told apart by content; raises UserError when there is no table in it."""
    name = _shown(name)
    _check_size(len(data), name)
    if not data or data.isspace():
        raise UserError("Berkas kosong.", found=name, action="kirim ulang berkas yang berisi tabel")
    packed = data.startswith((*ZIP, OLE))
    table = read_workbook(data, name) if packed else read_text(data, name)
    if not table.row_count:
        raise UserError("Berkas hanya berisi kepala tabel.", found=name, action="kirim ulang setelah diisi")
    remarks = (*_misnamed(name, packed), *table.remarks)
    return replace(table, sha256=hashlib.sha256(data).hexdigest(), remarks=remarks)


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise UserError(
            "Berkas terlalu besar.",
            found=f"{name}: {size / (1 << 20):.1f} MB",
            allowed=f"paling banyak {MAX_BYTES >> 20} MB",
            action="bagi menjadi beberapa berkas",
        )


def _shown(name: str) -> str:
    """The name without folders, whichever system wrote it, printable."""
    return printable(name.replace("\\", "/").rpartition("/")[2]) or "berkas tanpa nama"


def _misnamed(name: str, packed: bool) -> tuple[str, ...]:
    """What is said of a file whose name promises another kind."""
    workbook = name.lower().endswith(_WORKBOOK_SUFFIXES)
    if packed and not workbook:
        return (f"Berkas {name} adalah buku kerja meskipun namanya tidak; dibaca sebagai buku kerja.",)
    if workbook and not packed:
        return (f"Berkas {name} berisi teks meskipun namanya buku kerja; dibaca sebagai teks.",)
    return ()
