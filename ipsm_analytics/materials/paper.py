"""A4 papers by typst: the layout is a file of data/papers, the content is handed over as JSON and never becomes code."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

from ipsm_analytics.config import ROOT
from ipsm_analytics.errors import InternalError, UserError
from ipsm_analytics.views import style

LAYOUTS, FONTS = ROOT / "data" / "papers", ROOT / "data" / "fonts"
COLOURS = {
    "navy": style.NAVY,
    "text": style.TEXT,
    "muted": style.MUTED,
    "grid": style.GRID,
    "paper": style.PAPER,
    "amber": style.AMBER,
    "teal": style.TEAL,
}


class Press:
    """Sets contents in one layout, again and again: what typst has read of it is kept."""

    def __init__(self, layout: str) -> None:
        self._compiler = typst.Compiler(
            LAYOUTS / f"{layout}.typ", root=LAYOUTS, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs={}
        )

    def pdf(self, content: Mapping[str, Any]) -> bytes:
        """One tagged PDF. Raises InternalError when the layout does not fit the content."""
        given = {"isi": json.dumps({"colours": COLOURS, **content}, ensure_ascii=False)}
        try:
            made = self._compiler.compile(format="pdf", sys_inputs=given)
        except typst.TypstError as error:
            raise InternalError(f"{error.message} {error.hints} {error.diagnostic}") from error
        if not isinstance(made, bytes):
            raise InternalError("typst gave no single file")
        return made


def check_target(out: Path, suffixes: Sequence[str]) -> None:
    """Raises UserError for a folder that is not there or a suffix that is not among those given."""
    if out.suffix.lower() not in suffixes:
        raise UserError("Jenis berkas keluaran tidak dikenal.", found=out.name, allowed=", ".join(suffixes), action="ganti --out")
    if not out.parent.is_dir():
        raise UserError("Folder tujuan tidak ada.", found=str(out.parent), action="buat foldernya atau pilih folder lain")
    if out.is_dir():
        raise UserError("Nama keluaran adalah sebuah folder.", found=str(out), action="pakai nama berkas")


def deliver(out: Path, content: bytes) -> None:
    """Writes beside the target and renames: what is read is the old file or the whole new one. Raises UserError."""
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(out)
    except OSError as error:
        found = f"{out} ({error.strerror})"
        raise UserError("Berkas tidak dapat ditulis.", found=found, action="tutup berkas itu atau pakai nama lain") from error
    finally:
        unfinished.unlink(missing_ok=True)
