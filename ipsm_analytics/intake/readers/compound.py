"""An XLS before it is opened: whether it is one, how far its sheets reach, what is hidden."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import NamedTuple

import olefile  # type: ignore[import-untyped]

from ipsm_analytics.intake.readers.layout import Layout, broken, locked, other_kind

_BOUNDSHEET, _BOF, _EOF, _FILEPASS, _ROW, _COLINFO = 0x85, 0x809, 0x0A, 0x2F, 0x208, 0x7D
_SINGLE_CELLS = frozenset({0x06, 0xD6, 0xFD, 0x203, 0x204, 0x205, 0x206, 0x27E, 0x406})
_SEVERAL_NUMBERS = 0xBD
_ROW_HIDDEN = 0x20
_OTHER_KINDS = ("WordDocument", "PowerPoint Document")
_DAMAGE = (struct.error, ArithmeticError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError)


class _Record(NamedTuple):
    """One record of the stream: where it stands, its kind, its content."""

    at: int
    kind: int
    content: memoryview


def compound_layouts(data: bytes, name: str) -> list[Layout]:
    """The sheets of an XLS in their order; raises UserError when it is none, broken or locked."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            if file.exists("EncryptedPackage"):
                raise locked(name)
            streams = [stream for stream in ("Workbook", "Book") if file.exists(stream)]
            if any(file.exists(stream) for stream in _OTHER_KINDS):
                raise other_kind(name, "dokumen Office lain")
            if not streams:
                raise broken(name)
            return _layouts(memoryview(file.openstream(streams[0]).read()), name)
    except _DAMAGE:
        raise broken(name) from None


def _layouts(stream: memoryview, name: str) -> list[Layout]:
    found: dict[int, Layout] = {}
    layout, depth = Layout(""), 0
    for record in _records(stream):
        if record.kind == _FILEPASS:
            raise locked(name)
        if record.kind == _BOUNDSHEET:
            start = struct.unpack_from("<I", record.content)[0]
            found[start] = Layout(f"{len(found) + 1}")
        elif record.kind == _BOF:
            depth += 1
            layout = found.setdefault(record.at, Layout("")) if depth == 1 else layout
        elif record.kind == _EOF:
            depth = max(depth - 1, 0)
        else:
            _note(record, layout)
    return [item for item in found.values() if item.name]


def _records(stream: memoryview) -> Iterator[_Record]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield _Record(at, kind, stream[at + 4 : at + 4 + size])
        at += 4 + size


def _note(record: _Record, layout: Layout) -> None:
    """Takes note of cells with a value and of hidden rows and columns."""
    kind, content = record.kind, record.content
    if kind in _SINGLE_CELLS:
        row, column = struct.unpack_from("<HH", content)
        layout.reach(row + 1, column + 1)
    elif kind == _SEVERAL_NUMBERS:
        row, last = struct.unpack_from("<H", content)[0], struct.unpack_from("<H", content, len(content) - 2)[0]
        layout.reach(row + 1, last + 1)
    elif kind == _ROW and struct.unpack_from("<H", content, 12)[0] & _ROW_HIDDEN:
        row = struct.unpack_from("<H", content)[0] + 1
        layout.hidden_rows.append((row, row))
    elif kind == _COLINFO and struct.unpack_from("<H", content, 8)[0] & 1:
        first, last = struct.unpack_from("<HH", content)
        layout.hidden_columns.append((first + 1, last + 1))
