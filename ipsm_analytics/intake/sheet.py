"""A recognised file as columns of our own fields, with the problems found while reading them.

Columns are Arrow arrays, one value a row; a cell is interpreted once however often it is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, SupportsIndex, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.reference.reasons import reasons

T = TypeVar("T")
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Columns = dict[str, pa.Array]
TEXTS = pa.list_(pa.string())
PORTION = 1 << 16
_LABELS = {
    "id": ("Baris", "kolom", "Ditemukan", "Yang diterima", "Tindakan"),
    "en": ("Row", "column", "Found", "Accepted", "Action"),
}


class Problem(NamedTuple):
    """One thing wrong in one row; `found` never quotes a NIK or a name.

    `place` says where the row stands; '' where its number says it all.
    """

    row_number: int
    code: str
    column: str
    found: str
    allowed: str
    place: str = ""

    @property
    def refuses(self) -> bool:
        """True when the row cannot be accepted."""
        return reasons()[self.code].refuses

    @property
    def warns(self) -> bool:
        """True when the row is accepted and marked; False as well where nothing is wrong."""
        return reasons()[self.code].warns

    def text(self, language: str = "id") -> str:
        """The sentence a clerk reads, in 'id' or 'en'; what was found and what is allowed stay as recorded."""
        message, action = reasons()[self.code].told(language)
        row, column, found, accepted, do = _LABELS[language]
        place = f"{self.place[:1].upper()}{self.place[1:]}" or f"{row} {self.row_number}"
        allowed = f" {accepted}: {self.allowed}." if self.allowed else ""
        return f"{place}, {column} {self.column}: {message} {found}: {self.found!r}.{allowed} {do}: {action}."


@dataclass(frozen=True)
class Beside:
    """What a row of a portion can say only beside the rest of its file.

    Attributes:
        coding: whose bare kelurahan codes the file holds, see `areas.coding`.
        rounded: fields whose numbers were rounded as a whole.
        alike: how often rows that say the same about nobody in particular were met so far.
        refused: how often refused rows of one content were met so far.
    """

    rounded: frozenset[str] = frozenset()
    coding: str = ""
    alike: Counter[tuple[object, ...]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass
class Sheet:
    """Cells under our field names, of a file or of a portion of it; parsing a field records its problems.

    Attributes:
        kind: name of the file's format.
        cells: one text column a field.
        row_numbers: row numbers as in the file, ascending.
        headers: our field -> header as sent.
        place: row number -> where the row stands, in words; '' where its number says it all.
        beside: what is known of the rest of the file.
    """

    kind: str
    cells: pa.Table
    row_numbers: Ints
    headers: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    place: Callable[[int], str] = lambda row_number: ""
    beside: Beside = field(default_factory=Beside)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def header(self, name: str) -> str:
        """A field's header as sent; our own name where the file lacks it."""
        return self.headers.get(name, name)

    def text(self, name: str) -> pa.Array:
        """A field's cells without outer blanks; '' throughout when the file lacks it."""
        if name not in self.cells.column_names:
            return pa.repeat("", len(self))
        return pc.utf8_trim_whitespace(self.cells[name].combine_chunks())

    def parse(
        self,
        name: str,
        parser: Callable[[str], Parsed[T]],
        target: pa.DataType,
        *,
        allowed: str = "",
        show: bool = True,
        plain: Callable[[pa.Array], pa.Array] | None = None,
    ) -> pa.Array:
        """Values of a field; rows whose cell has a reason get a problem. `show`: whether it may quote the cell.

        plain: cells -> what the parser would make of those that are plainly written, whole columns at a time; gaps for the rest.
        """
        texts = self.text(name)
        if plain is None:
            return self._parsed(name, texts, np.arange(len(texts)), parser, target, allowed, show)
        values = plain(texts)
        rest = pc.is_null(values)
        rows = np.flatnonzero(rest.to_numpy(zero_copy_only=False))
        parsed = self._parsed(name, texts.filter(rest), rows, parser, target, allowed, show)
        return pc.replace_with_mask(values, rest, parsed)

    def _parsed(
        self,
        name: str,
        texts: pa.Array,
        rows: Ints,
        parser: Callable[[str], Parsed[T]],
        target: pa.DataType,
        allowed: str,
        show: bool,
    ) -> pa.Array:
        """Values of these cells of a field, which stand in these rows."""
        cells = texts.dictionary_encode()
        values, reason = [], []
        for portion in _portions(cells.dictionary):
            parsed = [parser(text) for text in portion]
            values.append(pa.array([item.value for item in parsed], target))
            reason += [item.reason for item in parsed]
        codes, wrong = cells.indices.to_numpy(), np.array([bool(code) for code in reason], dtype=bool)
        for row in np.flatnonzero(wrong[codes]):
            text = cells.dictionary[codes[row]].as_py()
            self.report(rows[row], reason[codes[row]], name, text if show else f"{len(text)} karakter", allowed)
        return pa.chunked_array(values, target).combine_chunks().take(cells.indices)

    def report(self, row: SupportsIndex, code: str, name: str, found: str, allowed: str = "") -> None:
        """Records a problem of the row at this position."""
        self._record([int(self.row_numbers[row])], code, name, found, allowed)

    def report_all(self, rows: pa.Array, code: str, name: str, found: str, allowed: str = "") -> None:
        """Records the same problem for every row where `rows` is True; a gap counts as False."""
        numbers = self.row_numbers[pc.fill_null(rows, False).to_numpy(zero_copy_only=False)].tolist()
        self._record(numbers, code, name, found, allowed)

    def _record(self, numbers: list[int], code: str, name: str, found: str, allowed: str) -> None:
        header = self.header(name)
        self.problems.extend(Problem(number, code, header, found, allowed, self.place(number)) for number in numbers)

    def refused(self) -> Bools:
        """(rows) True where at least one problem refuses the row."""
        refusing = {code for code, reason in reasons().items() if reason.refuses}
        bad = {problem.row_number for problem in self.problems if problem.code in refusing}
        return np.isin(self.row_numbers, np.fromiter(bad, dtype=np.int64, count=len(bad)))

    def accepted(self, columns: Columns) -> Columns:
        """The columns without the refused rows."""
        kept = ~self.refused()
        return columns if kept.all() else {name: column.filter(pa.array(kept)) for name, column in columns.items()}

    def warnings(self) -> pa.Array:
        """(rows) sorted codes of the problems that mark the row without refusing it; information marks nothing."""
        warning = {code for code, reason in reasons().items() if reason.warns}
        found = sorted({problem[:2] for problem in self.problems if problem.code in warning})
        rows = np.array([row for row, _ in found], dtype=np.int64)
        starts = np.append(np.searchsorted(rows, self.row_numbers), len(found))
        return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.array([code for _, code in found], pa.string()))


def each(column: pa.Array, function: Callable[[Any], Any], target: pa.DataType) -> pa.Array:
    """A function of the value applied once to each distinct one; gaps stay gaps."""
    encoded = column.dictionary_encode()
    values = [pa.array([function(value) for value in part], target) for part in _portions(encoded.dictionary)]
    return pa.chunked_array(values, target).combine_chunks().take(encoded.indices)


def _portions(column: pa.Array) -> Iterator[list[Any]]:
    """The values of a column a few at a time."""
    return (column.slice(start, PORTION).to_pylist() for start in range(0, len(column), PORTION))


def combinations(*columns: pa.Array) -> tuple[Ints, list[tuple[Any, ...]]]:
    """(rows) code of each row's combination of values, and the combinations by code."""
    mixed = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        encoded = column.dictionary_encode()
        mixed = mixed * len(encoded.dictionary) + encoded.indices.to_numpy()
    _, first, codes = np.unique(mixed, return_index=True, return_inverse=True)
    return codes, list(zip(*(column.take(pa.array(first)).to_pylist() for column in columns), strict=True))


def in_portions(function: Callable[[Columns], Columns], columns: Columns) -> Columns:
    """A function of columns that works row by row, applied to a few rows at a time so that little memory is needed."""
    portions = pa.table(columns).to_batches(max_chunksize=PORTION) or [pa.record_batch(columns)]
    done = [pa.record_batch(function(dict(zip(columns, portion.columns, strict=True)))) for portion in portions]
    table = pa.Table.from_batches(done)
    return {name: table[name].combine_chunks() for name in table.column_names}


def joined(*columns: pa.Array | str, separator: str = ":") -> pa.Array:
    """Texts put together row by row; a gap in one makes a gap."""
    return pc.binary_join_element_wise(*columns, separator)
