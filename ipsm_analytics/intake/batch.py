"""One file, taken apart completely, a portion at a time: accepted rows, refused rows, and what was wrong with them."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import contract, schema
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import (
    aid,
    cases,
    corrections,
    mapping,
    published,
    quarantine,
    readers,
    recap,
    register,
    reports,
    roster,
    spm,
)
from ipsm_analytics.intake.ahead import ahead
from ipsm_analytics.intake.formats import Format
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.person import mostly_rounded
from ipsm_analytics.intake.sheet import Beside, Columns, Problem, Sheet, in_portions, joined
from ipsm_analytics.intake.turning import every_generation, turned_rows
from ipsm_analytics.reference import areas

REMARKS = ("keterangan", "kendala", "catatan", "alamat", "organisasi")
PORTION_ROWS = 1 << 16
_PROVENANCE = ("import_id", "row_number", "precedence")
_SAID_OF_THE_FILE: Mapping[str, tuple[str, ...]] = {"rekap": ("sumber", "catatan")}
"""Table -> columns that tell of the file and not of the row: two files may say the same."""
_ROW = attrgetter("row_number")
_GAP = "␀"


class _Builder(Protocol):
    def __call__(self, sheet: Sheet, keys: Keyring, config: Settings) -> Columns: ...


BUILDERS: Mapping[str, _Builder] = {
    "kasus": cases.build,
    "laporan": reports.build,
    "angka_terbit": published.build,
    "register": register.build,
    "bansos": aid.build,
    "roster": roster.build,
    "rekap": recap.build,
    "spm": spm.build,
}
"""Store table -> how its rows are built."""


@dataclass(frozen=True)
class Batch:
    """A portion of a file, taken apart completely. row_count = len(accepted) + len(quarantined), always.

    Attributes:
        accepted: rows under the target schema, repeats included.
        quarantined: refused rows under schema.QUARANTINE.
        read_otherwise: row_id under which accepted rows would wait, if an earlier import had refused them.
    """

    row_count: int
    accepted: pa.Table
    quarantined: pa.Table
    problems: tuple[Problem, ...]
    read_otherwise: pa.Array

    @property
    def reason_counts(self) -> Counter[str]:
        """Rows by reason code; a row counts once for each of its codes."""
        return Counter(code for _, code in {(problem.row_number, problem.code) for problem in self.problems})


@dataclass(frozen=True)
class SentFile:
    """A file that was read and recognised; its rows are checked a portion at a time.

    Attributes:
        raw: cells as sent, without what a returned workbook adds.
        sheet: all cells under our field names, corrections applied.
        returned: row_id of refused rows of earlier imports that this file sends back.
        unknown_columns: headers the format does not know and sheets that were not read; they are not stored.
        corrections: declared correction -> rows it mended.
        mapped: by a mapping just given, so that rows refused before may be read now.
        mapped_by: who made the mapping it is read by; '' for a known format.
    """

    raw: readers.RawTable
    format: Format
    sheet: Sheet
    returned: pa.Array
    sample: bool
    unknown_columns: tuple[str, ...]
    corrections: Mapping[str, int]
    mapped: bool
    mapped_by: str
    settings: Settings
    keys: Keyring

    @property
    def import_id(self) -> str:
        """The same bytes read as the same kind are the same import."""
        return f"{self.raw.sha256[:16]}-{self.format.kind}"

    @property
    def key_column(self) -> str:
        """Key of the target table."""
        return schema.TABLES[self.format.table][1]

    @cached_property
    def coding(self) -> str:
        """Whose bare kelurahan codes the file holds, where some are doubtful and the others tell; '' else."""
        codes = self.sheet.text("kode_kelurahan").unique().to_pylist()
        doubtful = any(areas.resolve("", "", code).reason == "KEL_AMBIGUOUS" for code in codes)
        return areas.coding(codes) if doubtful else ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on how the file was read."""
        told = f"Kode kelurahan tanpa titik dibaca sebagai kode {self.coding}: kode lain di kolom itu hanya cocok dengannya."
        return (*self.raw.remarks, told) if self.coding else self.raw.remarks

    def portions(self, rows: int | None = None) -> Iterator[Batch]:
        """The rows in order, so many at a time; the memory they need does not grow with the file."""
        return (self._batch(*portion) for portion in ahead(self._built(rows or PORTION_ROWS)))

    def _built(self, rows: int) -> Iterator[tuple[readers.RawTable, Sheet, Columns]]:
        """The rows in order, so many at a time, read into columns of the target table."""
        numbers = [name for name in ("nik", "nomor_kk") if name in self.sheet.cells.column_names]
        rounded = frozenset(name for name in numbers if mostly_rounded(self.sheet.text(name)))
        beside, marked, start = Beside(rounded=rounded, coding=self.coding), sorted(self.sheet.problems), 0
        for raw in self.raw.portions(rows):
            cells = self.sheet.cells.slice(start, len(raw.cells))
            last = raw.row_numbers[-1] if len(raw.row_numbers) else 0
            until = bisect_right(marked, last, key=_ROW)
            problems, marked = marked[:until], marked[until:]
            sheet = replace(self.sheet, cells=cells, row_numbers=raw.row_numbers, problems=problems, beside=beside)
            start += len(raw.cells)
            contract.checked_sheet(self.format.kind, sheet.cells, sheet.row_numbers, self.format.columns, self.format.required)
            yield raw, sheet, BUILDERS[self.format.table](sheet, self.keys, self.settings)

    def _batch(self, raw: readers.RawTable, sheet: Sheet, columns: Columns) -> Batch:
        built = _accepted(sheet, columns, self.format, self.settings, self.import_id, self.sample)
        accepted = turned_rows(built, self.keys)
        problems = (*sheet.problems, *quarantine.shape_problems(raw))
        refused = quarantine.sealed(
            raw,
            problems,
            self.format.kind,
            self.import_id,
            self.keys,
            sheet.beside.refused,
            sample=self.sample,
            placed=quarantine.places(sheet, self.settings.today),
        )
        contract.checked("karantina", refused, self.settings.today)
        others = _read_otherwise(accepted, problems, whole=self.mapped)
        row_ids = quarantine.row_ids(raw, others, self.format.kind, self.keys)
        return Batch(raw.row_count, accepted, refused, problems, row_ids)


def open_file(
    path: Path, settings: Settings, keys: Keyring, kind: str = "auto", chosen: mapping.Mapping | None = None
) -> SentFile:
    """Reads and recognises (or maps as `chosen` says) one file, and corrects what is declared.

    Raises UserError when it is no known table, when only some of its rows are marked as sample data, and when a
    declared correction about it no longer holds.
    """
    return open_table(readers.read(path), settings, keys, kind, chosen)


def open_bytes(
    name: str, data: bytes, settings: Settings, keys: Keyring, kind: str = "auto", chosen: mapping.Mapping | None = None
) -> SentFile:
    """A file held in memory, as `open_file`."""
    return open_table(readers.parse(name, data), settings, keys, kind, chosen)


def open_table(
    whole: readers.RawTable, settings: Settings, keys: Keyring, kind: str = "auto", chosen: mapping.Mapping | None = None
) -> SentFile:
    """Rows read before, as `open_file`."""
    raw, returned = _without_return_columns(whole)
    layout = mapping.layout(raw, settings, kind, chosen)
    sheet = Sheet(layout.form.kind, layout.cells(raw.cells), raw.row_numbers, layout.headers, place=raw.place)
    sample = _is_sample(sheet, raw)
    corrected = _corrected(sheet, raw.name, settings, sample=sample, whole=not len(returned))
    others = (header for header in raw.cells.column_names if header not in layout.fields)
    return SentFile(
        raw=raw,
        format=layout.form,
        sheet=sheet,
        returned=every_generation(returned, keys),
        sample=sample,
        unknown_columns=(*others, *(f"lembar {name}" for name in raw.other_sheets)),
        corrections=corrected,
        mapped=chosen is not None,
        mapped_by=layout.author,
        settings=settings,
        keys=keys,
    )


def _corrected(sheet: Sheet, name: str, settings: Settings, *, sample: bool, whole: bool) -> dict[str, int]:
    """Declared corrections speak of real files; a file of returned rows need not meet all of them."""
    if sample:
        return {}
    return corrections.apply(sheet, corrections.declared(settings), name, settings.today, strict=whole)


def _read_otherwise(accepted: pa.Table, problems: Iterable[Problem], *, whole: bool) -> list[int]:
    """Row numbers of accepted rows that an earlier import of the same file may have refused."""
    rows = accepted["row_number"]
    if not whole:
        corrected = {problem.row_number for problem in problems if problem.code == corrections.APPLIED}
        rows = rows.filter(pc.is_in(rows, pa.array(corrected, pa.int32())))
    return sorted(rows.to_pylist())


def _without_return_columns(raw: readers.RawTable) -> tuple[readers.RawTable, pa.Array]:
    """The sender's own columns, and the ids of the refused rows that come back in this file."""
    ours = [name for name in raw.cells.column_names if name in schema.RETURN_COLUMNS]
    if schema.RETURN_ID not in ours:
        return raw, pa.array([], pa.string())
    ids = pc.utf8_trim_whitespace(raw.cells[schema.RETURN_ID].combine_chunks())
    return replace(raw, cells=raw.cells.drop_columns(ours)), ids.filter(pc.not_equal(ids, "")).unique()


def _is_sample(sheet: Sheet, raw: readers.RawTable) -> bool:
    """Whether the rows are sample data: all of them, or none."""
    marked = np.zeros(len(sheet), dtype=bool)
    for name in REMARKS:
        marked |= pc.match_substring(sheet.text(name), schema.SAMPLE_MARK).to_numpy(zero_copy_only=False)
    whole = [schema.SAMPLE_MARK in line for line in raw.malformed.values()]
    if not marked.any() and not any(whole):
        return False
    plain = [*sheet.row_numbers[~marked], *(row for row, found in zip(raw.malformed, whole, strict=True) if not found)]
    if plain:
        raise UserError(
            f"Berkas {raw.name} mencampur {schema.SAMPLE_MARK} dengan baris lain.",
            found=f"{raw.row_count - len(plain)} baris bertanda {schema.SAMPLE_MARK}, {len(plain)} baris tidak",
            allowed="seluruh baris bertanda, atau tidak satu pun",
            action="pisahkan barisnya ke dua berkas, atau hapus baris contoh",
        )
    return True


def _accepted(sheet: Sheet, built: Columns, form: Format, config: Settings, import_id: str, sample: bool) -> pa.Table:
    """The accepted rows under the target schema; gaps where the format has no such field."""
    target, key = schema.TABLES[form.table]
    numbers = {"row_number": pa.array(sheet.row_numbers, pa.int32()), "warnings": sheet.warnings()}
    columns = built | sheet.accepted(numbers)
    count = len(columns[key])
    columns["sample"] = pa.repeat(sample, count)
    aside = {key, *_PROVENANCE, *_SAID_OF_THE_FILE.get(form.table, ())}
    content = {name: columns[name] for name in target.names if name in columns and name not in aside}
    digests = in_portions(_digest, content)["digest"]
    columns["precedence"] = joined(columns["precedence"], digests, separator="|")
    columns["import_id"] = pa.repeat(import_id, count)
    rows = pa.table([columns.get(field.name, pa.nulls(count, field.type)) for field in target], schema=target)
    return contract.checked(form.table, rows, config.today)


def _digest(content: Columns) -> Columns:
    """64-bit digest of each row's content: the last word between two states of one key."""
    texts = [_written(column) for column in content.values()]
    rows = pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement=_GAP).cast(pa.binary())
    whole = b"".join([hashlib.blake2b(row, digest_size=8).digest() for row in rows.to_numpy(zero_copy_only=False)])
    ends = np.arange(len(rows) + 1, dtype=np.int32) * 16
    return {"digest": pa.StringArray.from_buffers(len(rows), pa.py_buffer(ends), pa.py_buffer(whole.hex().encode()))}


def _written(column: pa.Array) -> pa.Array | pa.StringScalar:
    """The values as text; one gap for all where there is nothing else."""
    if column.null_count == len(column) > 0:
        return pa.scalar(None, pa.string())
    return pc.binary_join(column, ";") if pa.types.is_list(column.type) else column.cast(pa.string())
