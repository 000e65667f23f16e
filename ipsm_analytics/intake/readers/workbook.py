"""A workbook to one table: the sheet with the widest header, and every other sheet with the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import pyarrow as pa
from python_calamine import PasswordError

from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import recap
from ipsm_analytics.intake.formats import FORMATS, header_key
from ipsm_analytics.intake.readers.archive import zip_layouts
from ipsm_analytics.intake.readers.compound import compound_layouts
from ipsm_analytics.intake.readers.layout import Layout, Spans, broken, check_extent, hidden_among, locked
from ipsm_analytics.intake.readers.opening import Grid, Opened, grids, grids_apart, opened, opened_apart
from ipsm_analytics.intake.readers.recaps import recap_table
from ipsm_analytics.intake.readers.table import (
    HEADER_SEARCH_ROWS,
    MAX_SHEETS,
    SHEET_ROWS,
    Ints,
    RawTable,
    blank,
    column_names,
    filtered,
    header_position,
    printable,
    text_cells,
    titles_remark,
)

ZIP, OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PORTION_ROWS = 1 << 13
_PORTION_CELLS = 1 << 20
_NAMES_SHOWN = _SPANS_SHOWN = 20


@dataclass(frozen=True)
class _Part:
    """One sheet with its header.

    Attributes:
        row: number of the row the header stands in.
        titles: rows above it that are not blank.
        first_column: number of the sheet's column that is the first of `cells`.
    """

    name: str
    row: int
    titles: int
    first_column: int
    header: list[str]
    cells: pa.Table
    numbers: Ints
    hidden: bool
    layout: Layout

    @property
    def key(self) -> tuple[str, ...]:
        """The header without spelling, and without unnamed columns at its end."""
        keys = [header_key(text) for text in self.header]
        while keys and not keys[-1]:
            keys.pop()
        return tuple(keys)

    @property
    def known(self) -> bool:
        """Whether a format has this header."""
        return any(form.fits(self.header) for form in FORMATS)


def read_workbook(data: bytes, name: str) -> RawTable:
    """The table in a workbook, its hash left out; raises UserError when there is none, or none that can be chosen."""
    layouts = compound_layouts(data, name) if data.startswith(OLE) else zip_layouts(data, name)
    check_extent(layouts, name)
    parts = _parts(data, layouts, name)
    filled = [part for part in parts if len(part.numbers)]
    if filled and not any(part.known for part in parts) and (found := recap_table(_grids(data, name), name)):
        return found
    if not any(part.known for part in filled) and any(part.known for part in parts):
        filled = []
    if not filled:
        return RawTable(name, "", pa.table({}), np.array([], dtype=np.int64), {})
    chosen = _chosen(filled, name)
    cells, numbers = _joined(chosen, name)
    others = tuple(part.name for part in filled if part not in chosen)
    sheets = tuple(part.name for part in chosen)
    return RawTable(name, "", cells, numbers, {}, others, sheets, _remarks(chosen))


def _parts(data: bytes, layouts: Sequence[Layout], name: str) -> list[_Part]:
    """Every worksheet. A panic of the library that opens them is no Exception, and no reason to stop the program."""
    try:
        sheets = opened_apart(data) if data.startswith(OLE) else opened(data)
        return [_part(sheet, layouts[sheet.place]) for sheet in sheets]
    except PasswordError:
        raise locked(name) from None
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise broken(name) from None


def _grids(data: bytes, name: str) -> list[Grid]:
    """Every worksheet as it looks; nothing where the library cannot say."""
    try:
        return grids_apart(data) if data.startswith(OLE) else grids(data)
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise broken(name) from None


def _part(sheet: Opened, layout: Layout) -> _Part:
    rows = iter(sheet.rows)
    top = list(islice(rows, HEADER_SEARCH_ROWS))
    place = header_position(top)
    titles = sum(any(text.strip() for text in row) for row in top[:place])
    header = top[place] if top else []
    table = _table(chain(top[place + 1 :], rows), len(header))
    kept = ~blank(table)
    numbers = np.arange(place + 2, place + 2 + len(table))[kept]
    cells = filtered(table, kept)
    return _Part(printable(sheet.name), place + 1, titles, sheet.first_column, header, cells, numbers, sheet.hidden, layout)


def _table(rows: Iterable[Sequence[str]], width: int) -> pa.Table:
    """The rows as text, a portion at a time; columns are named by their place."""
    names = [str(place) for place in range(width)]
    form = pa.schema([(text, pa.string()) for text in names])
    batches = []
    given, most = iter(rows), max(1, min(_PORTION_ROWS, _PORTION_CELLS // max(width, 1)))
    while portion := list(islice(given, most)):
        columns = zip(*portion, strict=True)
        batches.append(pa.record_batch([pa.array(column, pa.string()) for column in columns], schema=form))
    return pa.Table.from_batches(batches, schema=form)


def _chosen(parts: Sequence[_Part], name: str) -> list[_Part]:
    """The sheets with the widest header; raises UserError when two different headers are the widest."""
    widest = max(text_cells(part.header) for part in parts)
    groups: dict[tuple[str, ...], list[_Part]] = {}
    for part in parts:
        if text_cells(part.header) == widest:
            groups.setdefault(part.key, []).append(part)
    if len(groups) > 1:
        raise UserError(
            "Buku kerja berisi lebih dari satu lembar data.",
            found=f"{name}: {_listed([part for group in groups.values() for part in group])}",
            allowed="lembar data dengan kepala tabel yang sama",
            action="simpan setiap lembar sebagai berkas sendiri",
        )
    [chosen] = groups.values()
    if len(chosen) > MAX_SHEETS:
        found, allowed = f"{name}: {len(chosen)} lembar", f"paling banyak {MAX_SHEETS} lembar"
        raise UserError("Lembar data terlalu banyak.", found=found, allowed=allowed, action="bagi menjadi beberapa berkas")
    return chosen


def _joined(parts: Sequence[_Part], name: str) -> tuple[pa.Table, Ints]:
    """Rows of sheets with one header under each other, named by the widest sheet; numbered SHEET_ROWS apart."""
    names = column_names(max((part.header for part in parts), key=len), name)
    tables = []
    for part in parts:
        missing = pa.nulls(len(part.cells), pa.string()).fill_null("")
        columns = [*part.cells.columns, *[missing] * (len(names) - part.cells.num_columns)]
        tables.append(pa.table(columns, names=names))
    numbers = [part.numbers + place * SHEET_ROWS for place, part in enumerate(parts)]
    return pa.concat_tables(tables), np.concatenate(numbers)


def _remarks(parts: Sequence[_Part]) -> tuple[str, ...]:
    several = len(parts) > 1
    said = [f"{len(parts)} lembar berkepala sama dibaca sebagai satu tabel: {_listed(parts)}."] * several
    for part in parts:
        said += [f"Lembar {part.name!r} tersembunyi; isinya ikut dibaca."] * part.hidden
        said += [f"Lembar {part.name!r}: {text}" if several else text for text in titles_remark(part.titles, part.row)]
    rows = [(part, hidden_among(part.layout.hidden_rows, part.numbers.tolist())) for part in parts]
    if count := sum(last - first + 1 for _, spans in rows for first, last in spans):
        places = "; ".join(f"lembar {part.name}: baris {_spans(spans, str)}" for part, spans in rows if spans)
        said.append(f"{count} baris tersembunyi ikut dibaca ({places}).")
    for part in parts:
        columns = range(part.first_column, part.first_column + len(part.header))
        if spans := hidden_among(part.layout.hidden_columns, columns):
            said.append(f"Kolom {_spans(spans, recap.letters)} tersembunyi ikut dibaca (lembar {part.name}).")
    return tuple(said)


def _listed(parts: Sequence[_Part]) -> str:
    """Names of the sheets, the first of them if there are many."""
    return ", ".join([*(part.name for part in parts[:_NAMES_SHOWN]), *["…"] * (len(parts) > _NAMES_SHOWN)])


def _spans(spans: Spans, label: Callable[[int], str]) -> str:
    """The spans as '5-9, 14', the first of them if there are many."""
    texts = [label(first) if first == last else f"{label(first)}-{label(last)}" for first, last in spans]
    return ", ".join([*texts[:_SPANS_SHOWN], *["…"] * (len(texts) > _SPANS_SHOWN)])
