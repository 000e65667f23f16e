"""Opens a workbook, its cells as text or as they look; run as a program, it does so for one XLS in a process of its own.

A damaged XLS can make the library ask for any amount of memory, and a failed request ends the process: so that process
is not the one that asked. The program takes the XLS on standard input and writes its sheets as JSON; it imports nothing
of this package, to start quickly.
"""

from __future__ import annotations

import io
import json
import subprocess  # nosec B404 # this module alone, by this interpreter, without a shell
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

EXACT_DIGITS = 10**15
MAX_MEMORY = 1 << 30
MAX_SECONDS = 120
LOCKED = 3


class Opened(NamedTuple):
    """One worksheet: its place among the sheets, and its rows from the first on, all of one width.

    `first_column` is the number of the sheet's column that stands first in the rows.
    """

    place: int
    name: str
    hidden: bool
    first_column: int
    rows: Iterable[list[str]]


class Grid(NamedTuple):
    """One worksheet as it looks: every cell from the first on as the library gives it, and its merged ranges from 0."""

    name: str
    rows: list[list[object]]
    merged: list[tuple[int, int, int, int]]


def grids(data: bytes) -> list[Grid]:
    """The worksheets of a workbook as they look; raises what the library raises, panics too."""
    found = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for place, shown in enumerate(book.sheets_metadata):
            if shown.typ == SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_index(place)
                merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
                rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
                found.append(Grid(sheet.name, rows, merged))
    return found


def grids_apart(data: bytes) -> list[Grid]:
    """The same from a process of its own, as `opened_apart`."""
    return [Grid(name, rows, [tuple(area) for area in merged]) for name, rows, merged in _apart(data, "grids")]


def _plain(value: object) -> object:
    """The cell as a text, number or truth value; days and times as texts."""
    return value if isinstance(value, (str, int, float)) else cell_text(value)


def opened(data: bytes) -> Iterator[Opened]:
    """The worksheets of a workbook, each to be read before the next; raises what the library raises, panics too."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for place, shown in enumerate(book.sheets_metadata):
            if shown.typ == SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_index(place)
                rows = ([value if type(value) is str else cell_text(value) for value in row] for row in sheet.iter_rows())
                first = (sheet.start or (0, 0))[1] + 1
                yield Opened(place, sheet.name, shown.visible != SheetVisibleEnum.Visible, first, rows)


def opened_apart(data: bytes) -> Iterator[Opened]:
    """The same from a process of its own; raises PasswordError, or OSError when that process did not finish."""
    return (Opened(*sheet) for sheet in _apart(data, "rows"))


def _apart(data: bytes, what: str) -> list[list[Any]]:
    command = [sys.executable, "-P", __file__, what]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=MAX_SECONDS)  # noqa: S603 # nosec B603 # as above
    except subprocess.TimeoutExpired as error:
        raise OSError("the workbook takes too long") from error
    if done.returncode == LOCKED:
        raise PasswordError
    if done.returncode:
        raise OSError("the workbook cannot be read")
    sheets: list[list[Any]] = json.loads(done.stdout)
    return sheets


def cell_text(value: object) -> str:
    """A cell as text. A number of 16 digits that ends in 0 was cut to 15 by Excel: it is shown as Excel shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return f"{value:.14E}" if abs(value) >= EXACT_DIGITS and value % 10 == 0 else f"{value:.0f}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return str(value)


def _limit_memory() -> None:
    """Keeps this process to MAX_MEMORY where the system can."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def main() -> int:
    """Standard input to standard output; LOCKED when there is a password."""
    _limit_memory()
    try:
        data = sys.stdin.buffer.read()
        sheets = list(grids(data)) if sys.argv[1:] == ["grids"] else [[*sheet[:-1], list(sheet.rows)] for sheet in opened(data)]
    except PasswordError:
        return LOCKED
    sys.stdout.write(json.dumps(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main())
