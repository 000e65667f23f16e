"""Files are whole or not there: written beside their place, then moved."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ipsm_analytics.errors import UserError


def check_target(out: Path, suffixes: Sequence[str] = ()) -> None:
    """Raises UserError for a folder that is not there, a folder instead of a file, a suffix that is not among those given."""
    if suffixes and out.suffix.lower() not in suffixes:
        raise UserError("Jenis berkas keluaran tidak dikenal.", found=out.name, allowed=", ".join(suffixes), action="ganti --out")
    if not out.parent.is_dir():
        raise UserError("Folder tujuan tidak ada.", found=str(out.parent), action="buat foldernya atau pilih folder lain")
    if out.is_dir():
        raise UserError("Nama keluaran adalah sebuah folder.", found=str(out), action="pakai nama berkas")


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Gives a path to write to and moves what is written there to `out`; nothing is left behind when writing fails.

    Raises UserError as `check_target` does, and where the place does not let itself be written to.
    """
    check_target(out)
    unfinished = out.with_name(f".{out.stem}.{os.getpid()}{out.suffix}")
    try:
        yield unfinished
        unfinished.replace(out)
    except OSError as error:
        found = f"{out} ({error.strerror})"
        raise UserError(
            "Berkas tidak dapat ditulis.", found=found, action="tutup berkasnya bila sedang dibuka, atau pilih folder lain"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
