"""Files are whole or not there: written beside their place, then moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipsm_analytics.errors import UserError


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Gives a path to write to and moves what is written there to `out`; nothing is left behind when writing fails.

    Raises UserError where the folder is not there or does not let itself be written to, or `out` is a folder.
    """
    if not out.parent.is_dir() or out.is_dir():
        what = "adalah folder" if out.is_dir() else "foldernya tidak ada"
        raise UserError("Berkas tidak dapat ditulis.", found=f"{out}, {what}", action="buat foldernya atau pilih nama lain")
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
