"""A recognised file as columns of our own fields, with the problems found while reading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.intake.normalise import Parsed
from ipsm_analytics.reference.reasons import reasons

T = TypeVar("T")
Objects = npt.NDArray[np.object_]


class Problem(NamedTuple):
    """One thing wrong in one row; `found` never quotes a NIK or a name."""

    row_number: int
    code: str
    column: str
    found: str
    allowed: str

    def text(self) -> str:
        """The sentence a clerk reads."""
        reason = reasons()[self.code]
        allowed = f" Yang diterima: {self.allowed}." if self.allowed else ""
        return f"Baris {self.row_number}, kolom {self.column}: {reason.message} Ditemukan: {self.found!r}.{allowed} Tindakan: {reason.action}."


@dataclass
class Sheet:
    """Cells under our field names; parsing a field records its problems.

    Attributes:
        cells: (rows × fields) frame of str, index = row number in the file.
        headers: our field -> header as sent.
    """

    cells: pd.DataFrame
    headers: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def row_numbers(self) -> npt.NDArray[np.int64]:
        """Row numbers as in the file."""
        return self.cells.index.to_numpy(dtype=np.int64)

    def text(self, name: str) -> Objects:
        """A field's cells without outer blanks; '' throughout when the file lacks it."""
        if name not in self.cells:
            return np.full(len(self), "", dtype=object)
        return self.cells[name].str.strip().to_numpy(dtype=object)

    def parse(self, name: str, parser: Callable[[str], Parsed[T]], *, allowed: str = "", show: bool = True) -> Objects:
        """Parses each distinct cell once; rows whose cell has a reason get None and a problem."""
        codes, distinct = pd.factorize(self.text(name))
        parsed = [parser(text) for text in distinct]
        wrong = np.array([bool(item.reason) for item in parsed], dtype=bool)
        for row in np.flatnonzero(wrong[codes]) if len(codes) else ():
            item = codes[row]
            self.report(int(row), parsed[item].reason, name, str(distinct[item]) if show else f"{len(distinct[item])} karakter", allowed)
        return objects([item.value for item in parsed])[codes]

    def report(self, row: int, code: str, name: str, found: str, allowed: str = "") -> None:
        """Records a problem of the row at this position."""
        self.problems.append(Problem(int(self.row_numbers[row]), code, self.headers.get(name, name), found, allowed))

    def refused(self) -> npt.NDArray[np.bool_]:
        """Rows that have at least one problem which refuses them."""
        bad = {problem.row_number for problem in self.problems if reasons()[problem.code].refuses}
        return np.isin(self.row_numbers, np.fromiter(bad, dtype=np.int64, count=len(bad)))


def objects(values: list[Any]) -> Objects:
    """A one-dimensional object array, also when the values are lists."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
