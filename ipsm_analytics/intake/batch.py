"""One file, taken apart completely: accepted rows, refused rows, and what was wrong with them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics import schema
from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake import aid, cases, published, quarantine, readers, register, reports, roster
from ipsm_analytics.intake.formats import Format, recognise
from ipsm_analytics.intake.identity import Keyring
from ipsm_analytics.intake.sheet import Columns, Problem, Sheet, in_portions, joined

REMARKS = ("keterangan", "kendala", "catatan", "alamat", "organisasi")
_PROVENANCE = ("import_id", "row_number", "precedence")
_GAP = "␀"


class _Builder(Protocol):
    def __call__(self, sheet: Sheet, keys: Keyring, today: date) -> Columns: ...


BUILDERS: Mapping[str, _Builder] = {
    "kasus": cases.build,
    "laporan": reports.build,
    "angka_terbit": published.build,
    "register": register.build,
    "bansos": aid.build,
    "roster": roster.build,
}
"""Store table -> how its rows are built."""


@dataclass(frozen=True)
class Batch:
    """What one file holds. rows_read = len(accepted) + len(quarantined), always.

    Attributes:
        accepted: rows under the target schema, repeats included.
        quarantined: refused rows under schema.QUARANTINE.
        settles: row_id of refused rows of earlier imports that this file sends again, corrected.
        unknown_columns: headers the format does not know and sheets that were not read; they are not stored.
    """

    name: str
    sha256: str
    format: Format
    rows_read: int
    accepted: pa.Table
    quarantined: pa.Table
    problems: tuple[Problem, ...]
    settles: pa.Array
    unknown_columns: tuple[str, ...]

    @property
    def import_id(self) -> str:
        """The same bytes read as the same kind are the same import."""
        return _import_id(self.sha256, self.format)

    @property
    def key_column(self) -> str:
        """Key of the target table."""
        return schema.TABLES[self.format.table][1]

    @property
    def reason_counts(self) -> dict[str, int]:
        """Rows by reason code; a row counts once for each of its codes."""
        return dict(sorted(Counter(code for _, code in {(p.row_number, p.code) for p in self.problems}).items()))

    @property
    def sample(self) -> bool:
        """True when the rows carry the sample mark."""
        return any(pc.any(table["sample"]).as_py() for table in (self.accepted, self.quarantined))


def open_file(path: Path, settings: Settings, keys: Keyring, kind: str = "auto") -> Batch:
    """Reads, recognises, checks and keys one file.

    Raises UserError when it is no known table, or when only some of its rows are marked as sample data.
    """
    raw, returned = _without_return_columns(readers.read(path))
    form = recognise(raw.cells.column_names, raw.name, kind)
    fields = form.rename(raw.cells.column_names)
    cells = raw.cells.select(list(fields)).rename_columns(list(fields.values()))
    sheet = Sheet(form.kind, cells, raw.row_numbers, {name: header for header, name in fields.items()})
    sample = _is_sample(sheet, raw)
    import_id = _import_id(raw.sha256, form)
    accepted = _accepted(sheet, form, keys, settings.today, import_id, sample)
    problems = (*sheet.problems, *quarantine.shape_problems(raw))
    placed = quarantine.places(sheet, settings.today)
    refused = quarantine.sealed(raw, problems, form.kind, import_id, keys, sample=sample, placed=placed)
    others = [header for header in raw.cells.column_names if header not in fields]
    return Batch(
        name=raw.name,
        sha256=raw.sha256,
        format=form,
        rows_read=raw.row_count,
        accepted=accepted,
        quarantined=refused,
        problems=problems,
        settles=returned.filter(pc.invert(pc.is_in(returned, refused["row_id"].combine_chunks()))),
        unknown_columns=(*others, *(f"lembar {name}" for name in raw.other_sheets)),
    )


def _without_return_columns(raw: readers.RawTable) -> tuple[readers.RawTable, pa.Array]:
    """The sender's own columns, and the ids of the refused rows that come back in this file."""
    ours = [name for name in raw.cells.column_names if name in schema.RETURN_COLUMNS]
    if schema.RETURN_ID not in ours:
        return raw, pa.array([], pa.string())
    ids = pc.utf8_trim_whitespace(raw.cells[schema.RETURN_ID].combine_chunks())
    return replace(raw, cells=raw.cells.drop_columns(ours)), ids.filter(pc.not_equal(ids, "")).unique()


def _import_id(sha256: str, form: Format) -> str:
    return f"{sha256[:16]}-{form.kind}"


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


def _accepted(sheet: Sheet, form: Format, keys: Keyring, today: date, import_id: str, sample: bool) -> pa.Table:
    """The accepted rows under the target schema; gaps where the format has no such field."""
    target, key = schema.TABLES[form.table]
    columns = BUILDERS[form.table](sheet, keys, today)
    numbers = {"row_number": pa.array(sheet.row_numbers, pa.int32()), "warnings": sheet.warnings()}
    columns |= sheet.accepted(numbers)
    count = len(columns[key])
    columns["sample"] = pa.repeat(sample, count)
    content = {name: columns[name] for name in target.names if name in columns and name not in (key, *_PROVENANCE)}
    digests = in_portions(_digest, content)["digest"]
    columns["precedence"] = joined(columns["precedence"], digests, separator="|")
    columns["import_id"] = pa.repeat(import_id, count)
    return pa.table([columns.get(field.name, pa.nulls(count, field.type)) for field in target], schema=target)


def _digest(content: Columns) -> Columns:
    """64-bit digest of each row's content: the last word between two states of one key."""
    lists = {name for name, column in content.items() if pa.types.is_list(column.type)}
    texts = [pc.binary_join(column, ";") if name in lists else column.cast(pa.string()) for name, column in content.items()]
    rows = pc.binary_join_element_wise(*texts, "\x1f", null_handling="replace", null_replacement=_GAP).cast(pa.binary())
    found = rows.to_numpy(zero_copy_only=False)
    return {"digest": pa.array([hashlib.blake2b(row, digest_size=8).hexdigest() for row in found], pa.string())}
