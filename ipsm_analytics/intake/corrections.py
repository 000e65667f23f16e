"""Declared corrections: what a known sender is known to write wrongly, mended at intake, counted, and never silent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from ipsm_analytics.config import Settings
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.declared import check_no_person, day, entries, load, refuse
from ipsm_analytics.intake.evidence import evidence_for
from ipsm_analytics.intake.formats import by_kind
from ipsm_analytics.intake.sheet import Bools, Sheet, each
from ipsm_analytics.reference.areas import spelling_key
from ipsm_analytics.reference.choices import choice_key

APPLIED = "CELL_CORRECTED"
"""Reason code of a corrected cell; it refuses nothing."""
_PLACES = ("kecamatan", "kelurahan")
_NEEDED = ("id", "jenis", "kolom", "alasan", "oleh", "berlaku_sampai")
_KEYS = (*_NEEDED, "nilai", "pola", "berkas", *_PLACES, "ganti", "kosongkan")


@dataclass(frozen=True)
class Correction:
    """One declared correction.

    Attributes:
        field: our name of the column it mends.
        value, pattern: the written cell (case and doubled blanks do not matter), or a regular expression for all of it.
        file: pattern of file names ('*' for any number of characters), case does not matter.
        where: kecamatan and kelurahan as written in the row; '' for any.
        replacement: what stands there instead; '' empties the cell.
        expires: last day it may be applied.
    """

    id: str
    kind: str
    field: str
    value: str
    pattern: str
    file: str
    where: Mapping[str, str]
    replacement: str
    reason: str
    author: str
    expires: date

    def concerns(self, kind: str, name: str) -> bool:
        """True for the files it is about."""
        return kind == self.kind and fnmatchcase(name.casefold(), self.file.casefold())

    def matches(self, text: str) -> bool:
        """True for a cell that is to be mended; never for an empty one."""
        if self.pattern:
            return bool(text) and re.fullmatch(self.pattern, text) is not None
        return choice_key(text) == choice_key(self.value)


def declared(settings: Settings) -> tuple[Correction, ...]:
    """All corrections in *.yml of the folder, in order of file and place; raises UserError for any mistake in them."""
    paths = sorted(settings.corrections.glob("*.yml"))
    found = [_correction(entry, f"{path.name}, koreksi ke-{number}") for path in paths for number, entry in _listed(path)]
    names = [item.id for item in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        refuse("folder koreksi", "id yang dipakai dua kali: " + ", ".join(twice), "id yang berbeda-beda")
    return tuple(found)


def _listed(path: Path) -> list[tuple[int, object]]:
    said = load(path)
    if not isinstance(said, list):
        refuse(path.name, "bukan daftar", "daftar koreksi, masing-masing diawali '- id: …'")
    return list(enumerate(said, start=1))


def _correction(entry: object, where: str) -> Correction:
    said = {key: str(value).strip() for key, value in entries(entry, where, _KEYS, _NEEDED).items()}
    item = Correction(
        id=said["id"],
        kind=by_kind(said["jenis"]).kind,
        field=said["kolom"],
        value=said.get("nilai", ""),
        pattern=said.get("pola", ""),
        file=said.get("berkas") or "*",
        where={name: said.get(name, "") for name in _PLACES},
        replacement=said.get("ganti", ""),
        reason=said["alasan"],
        author=said["oleh"],
        expires=day(said["berlaku_sampai"], f"{where}, berlaku_sampai"),
    )
    _check_match(item, where)
    _check_action(item, said.get("kosongkan", ""), where)
    return item


def _check_match(item: Correction, where: str) -> None:
    """A column of the format about no single person; one value or a pattern that is none of an empty cell."""
    columns = by_kind(item.kind).columns
    if item.field not in columns:
        refuse(where, f"kolom '{item.field}'", ", ".join(columns))
    for text in (item.value, item.pattern, item.replacement):
        check_no_person(item.field, text, where)
    if bool(item.value) == bool(item.pattern):
        refuse(
            where, "nilai dan pola sekaligus" if item.value else "tanpa nilai dan tanpa pola", "salah satu dari nilai atau pola"
        )
    try:
        matches_empty = re.fullmatch(item.pattern, "") is not None if item.pattern else False
    except re.error as error:
        refuse(where, f"pola '{item.pattern}' ({error.msg})", "regular expression Python untuk seluruh isi sel")
    if matches_empty:
        refuse(
            where, f"pola '{item.pattern}' juga cocok dengan sel kosong", "pola untuk sel yang berisi; yang kosong tetap kosong"
        )


def _check_action(item: Correction, emptied: str, where: str) -> None:
    """Either 'ganti' with a text its column can hold, or 'kosongkan: ya'."""
    if emptied not in ("", "ya") or bool(emptied) == bool(item.replacement):
        refuse(where, f"ganti '{item.replacement}', kosongkan '{emptied}'", "ganti dengan isian baru, atau kosongkan: ya")
    test = evidence_for(item.field, by_kind(item.kind).table)
    if item.replacement and test and not test(item.replacement):
        refuse(where, f"ganti '{item.replacement}'", f"isian yang terbaca sebagai {item.field}")
    if item.replacement and item.matches(item.replacement):
        refuse(
            where, f"ganti '{item.replacement}' yang cocok dengan nilai atau pola itu sendiri", "isian lain daripada yang dicari"
        )


def apply(sheet: Sheet, corrections: Sequence[Correction], name: str, today: date, *, strict: bool) -> dict[str, int]:
    """Mends the cells of a sheet in place, marks the rows with APPLIED, and counts the rows of each correction.

    Conditions are met by the cells as sent, so the order of corrections does not matter. Raises UserError for a
    correction about this file that has expired, that meets no row (`strict` only), or that meets a cell of another.
    """
    concerned = [item for item in corrections if item.concerns(sheet.kind, name)]
    for item in concerned:
        if item.expires < today:
            _refuse_stale(item, name, f"kedaluwarsa sejak {item.expires.isoformat()}")
    met = {item.id: _met(sheet, item) for item in concerned}
    for item in concerned:
        if strict and not met[item.id].any():
            _refuse_stale(item, name, "tidak cocok dengan satu baris pun")
    _refuse_overlap(concerned, met, name)
    for item in concerned:
        _mend(sheet, item, met[item.id])
    return {item.id: int(met[item.id].sum()) for item in concerned if met[item.id].any()}


def _met(sheet: Sheet, item: Correction) -> Bools:
    """(rows) True where the correction applies."""
    met = _where(sheet, item.field, item.matches)
    for name, place in item.where.items():
        if place:
            met &= _where(sheet, name, partial(_same_place, place))
    return met


def _same_place(one: str, other: str) -> bool:
    return spelling_key(one) == spelling_key(other)


def _where(sheet: Sheet, field: str, test: Callable[[str], bool]) -> Bools:
    found: Bools = each(sheet.text(field), test, pa.bool_()).to_numpy(zero_copy_only=False)
    return found


def _mend(sheet: Sheet, item: Correction, met: Bools) -> None:
    if not met.any():
        return
    mended = np.where(met, item.replacement, sheet.cells[item.field].to_numpy(zero_copy_only=False))
    place = sheet.cells.column_names.index(item.field)
    sheet.cells = sheet.cells.set_column(place, item.field, pa.array(mended, pa.string()))
    for row in np.flatnonzero(met):
        sheet.report(row, APPLIED, item.field, f"koreksi {item.id}")


def _refuse_overlap(items: Sequence[Correction], met: Mapping[str, Bools], name: str) -> None:
    for place, one in enumerate(items):
        for other in items[place + 1 :]:
            if one.field == other.field and (met[one.id] & met[other.id]).any():
                raise UserError(
                    f"Dua koreksi mengenai sel yang sama di {name}.",
                    found=f"'{one.id}' dan '{other.id}' pada kolom {one.field}",
                    allowed="satu koreksi untuk satu sel",
                    action="persempit salah satunya dengan berkas, kecamatan, atau kelurahan",
                )


def _refuse_stale(item: Correction, name: str, what: str) -> None:
    raise UserError(
        f"Koreksi '{item.id}' {what}; berkas {name} belum dimasukkan.",
        found=f"koreksi oleh {item.author} untuk kolom {item.field}, berlaku sampai {item.expires.isoformat()} ({item.reason})",
        allowed="koreksi yang masih berlaku dan masih terpakai di setiap berkas yang disebutnya",
        action=f"tanyakan kepada {item.author}: hapus koreksi itu, persempit 'berkas'-nya, atau perpanjang berlaku_sampai",
    )
