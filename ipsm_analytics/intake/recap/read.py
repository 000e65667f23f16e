"""A recap sheet to its cells: area, label, sex, period and count each, with what is said about them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from ipsm_analytics import schema
from ipsm_analytics.errors import UserError
from ipsm_analytics.intake.formats import header_key
from ipsm_analytics.intake.recap import labels, layout, numbers, period, sums
from ipsm_analytics.intake.recap.labels import SEPARATOR
from ipsm_analytics.intake.recap.layout import Layout, Merged, Rows
from ipsm_analytics.intake.recap.period import Period

COLUMNS_A_ROW = 1000
TOTAL_SEX = "total"
_SEXES = dict.fromkeys(("l", "lk", "laki", "lakilaki", "pria"), "L") | dict.fromkeys(("p", "pr", "perempuan", "wanita"), "P")
_CONTAINERS = {
    *("jenis", "kategori", "jenisppks", "jenispmks", "kategorippks", "kategoripmks", "jeniskelamin"),
    *("tahun", "bulan", "periode", "triwulan", "keadaan", "orang", "jiwa", "banyaknya"),
}
_UNIT = re.compile(r"\((?:orang|jiwa|org|kasus|kk)\)", re.IGNORECASE)
_BULLET = re.compile(r"^\(?(?:\d{1,2}|[a-z])[.)]\s*", re.IGNORECASE)
_TITLE_START = re.compile(
    r"^(?:(?:rekap(?:itulasi)?|data|jumlah|tabel|daftar|laporan|angka|banyaknya|[\d.]+)\b[\s.:]*)+", re.IGNORECASE
)
_TITLE_OF_A_RECAP = re.compile(r"\b(?:rekap\w*|jumlah|banyaknya|(?:menurut|per) (?:kecamatan|kelurahan))\b", re.IGNORECASE)
_TITLE_END = re.compile(
    r"\b(?:menurut|per|di|pada|se|berdasarkan|tahun|bulan|triwulan|semester|kota|kecamatan|kelurahan|periode)\b.*", re.IGNORECASE
)


@dataclass(frozen=True)
class RecapCell:
    """One count of one area.

    Attributes:
        row, column: place in the sheet from 1.
        kode, kecamatan, kelurahan: how the sheet names the area; '' where it does not.
        header: header texts over the cell, top to bottom, as printed.
        label: those of them that name what is counted, joined by ' / '.
        sex: 'L', 'P' or 'total'.
        value: the count; None where it cannot be told, see `codes`.
        written: the cell as sent.
        codes: reason codes; remarks: what a clerk should know about this number.
    """

    row: int
    column: int
    kode: str
    kecamatan: str
    kelurahan: str
    header: tuple[str, ...]
    label: str
    sex: str
    period: Period
    value: int | None
    written: str
    codes: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recap:
    """A recap in long form.

    Attributes:
        cells: filled cells, by row and column. A blank cell is not reported and has none.
        remarks: sentences for the report: numbers read as thousands, printed sums that differ, cells not reported.
        left_out: headers of columns that hold no counts.
    """

    file: str
    sheet: str
    cells: tuple[RecapCell, ...]
    remarks: tuple[str, ...]
    left_out: tuple[str, ...]


def looks_like(rows: Rows, merged: Merged) -> bool:
    """True for a sheet with one line an area under a header of no list, and a sum, a known label, or a title that says so."""
    found = layout.find(rows, merged)
    if found is None:
        return False
    known = any(not labels.category(_label(found, column)[0]).reason for column in found.counts)
    return known or bool(found.sums or found.totals) or any(map(_TITLE_OF_A_RECAP.search, found.titles))


def read(rows: Rows, merged: Merged, *, file: str = "", sheet: str = "") -> Recap:
    """Reads a recap from cells as python-calamine gives them and merged ranges counted from 0.

    Printed sums are checked and left out. A number that may have lost its dot (1.234 for 1234) is read as thousands
    only where the printed sums or the other numbers of its column prove it; else no cell of the column has a value.
    Where nothing in a column shows a lost dot (each of its numbers a multiple of 1000, and no sum that says otherwise),
    its numbers are read as they stand.

    Raises UserError when the sheet is no recap, or names no period or several.
    """
    found = layout.find(rows, merged)
    if found is None:
        raise UserError(
            "Lembar ini bukan rekap.",
            found=" ".join(filter(None, (file, sheet))),
            allowed="satu baris per kecamatan atau kelurahan, angka di sebelah kanannya, kepala tabel di atasnya",
            action="periksa nama wilayah dan kepala tabelnya",
        )
    grid = [[*row, *[""] * (max(map(len, rows)) - len(row))] for row in rows]
    counted = _numbers(found, grid)
    decision = sums.decide(found, counted)
    periods = _periods(found, file, sheet)
    cells = [
        cell
        for row in found.areas
        for column in found.counts
        if counted[row, column].kind != "kosong"
        for cell in [_cell(found, grid, row, column, decision.values.get((row, column)), periods[column])]
    ]
    cells = _with_findings(cells, found, counted, decision)
    if any(schema.SAMPLE_MARK in str(cell) for row in rows for cell in row):
        cells = [replace(cell, remarks=(schema.SAMPLE_MARK, *cell.remarks)) for cell in cells]
    return Recap(
        file=file,
        sheet=sheet,
        cells=tuple(_told_apart(cells)),
        remarks=tuple(_remarks(found, counted, decision)),
        left_out=tuple(SEPARATOR.join(found.path(column)) for column in found.left_out),
    )


def to_table(recap: Recap) -> tuple[tuple[str, ...], list[list[str]], list[int]]:
    """Header (schema.RECAP_COLUMNS), text rows and row numbers: 1000 × row + column, both from 1 (see `place`)."""
    rows = [
        [
            cell.kode,
            cell.kecamatan,
            cell.kelurahan,
            cell.label,
            cell.sex,
            cell.period.text(),
            cell.written if cell.value is None else str(cell.value),
            recap.file,
            recap.sheet,
            "; ".join(cell.remarks),
            ";".join(cell.codes),
        ]
        for cell in recap.cells
    ]
    return schema.RECAP_COLUMNS, rows, [cell.row * COLUMNS_A_ROW + cell.column for cell in recap.cells]


def place(row_number: int) -> str:
    """'baris 7 kolom D' of a row number given by `to_table`; 'baris 7' of one below 1000, a line of a file in long form."""
    row, column = divmod(row_number, COLUMNS_A_ROW)
    return f"baris {row} kolom {letters(column)}" if row and column else f"baris {row_number}"


def letters(column: int) -> str:
    """Letters of a column counted from 1: 4 is 'D', 27 is 'AA'."""
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def _numbers(found: Layout, grid: Rows) -> dict[sums.Cell, numbers.Number]:
    """All cells of the counted rows and columns; one spread over several by a merge is of no one area."""
    rows, columns = (*found.areas, *found.sums), (*found.counts, *found.totals)
    counted = {(row, column): numbers.parse(grid[row][column]) for row in rows for column in columns}
    spread = {cell for cell in counted if cell in found.spread and cell[0] in found.areas and cell[1] in found.counts}
    return counted | {cell: replace(counted[cell], kind="tidak terbaca") for cell in spread if counted[cell].kind != "kosong"}


def _cell(found: Layout, grid: Rows, row: int, column: int, value: int | None, when: Period) -> RecapCell:
    def named(place: int | None) -> str:
        return "" if place is None else layout.text_of(grid[row][place])

    kelurahan, district = named(found.kelurahan), found.districts.get(row, "")
    if layout.is_kecamatan_line(kelurahan):
        kelurahan = ""
    label, sex = _label(found, column)
    return RecapCell(
        row=row + 1,
        column=column + 1,
        kode=named(found.kode),
        kecamatan=district or named(found.kecamatan),
        kelurahan=kelurahan,
        header=found.path(column),
        label=label,
        sex=sex,
        period=when,
        value=value,
        written=layout.text_of(grid[row][column]),
    )


def _label(found: Layout, column: int) -> tuple[str, str]:
    """What a column counts, from its header or else from the title, and of which sex."""
    sex, label = TOTAL_SEX, []
    for text in found.path(column):
        bare = " ".join(_BULLET.sub("", period.without(_UNIT.sub(" ", text))).split())
        if header_key(bare) in _SEXES:
            sex = _SEXES[header_key(bare)]
        elif bare and not layout.is_total(bare) and header_key(bare) not in _CONTAINERS:
            label.append(bare)
    return SEPARATOR.join(label) or _title_label(found.titles), sex


def _title_label(titles: Sequence[str]) -> str:
    """What a title says is counted: its words up to place and time."""
    for title in titles:
        text = _TITLE_END.sub("", _TITLE_START.sub("", period.without(title))).strip(" ,.;:-–")
        if text:
            return " ".join(text.split())
    return ""


def _periods(found: Layout, file: str, sheet: str) -> dict[int, Period]:
    """The period of each count column: its own, else that of the title, the sheet's name, the file's name."""
    sources = [found.titles, (sheet,), (PurePath(file).stem,)]
    year = next((named[0] for texts in sources for named in [period.years(texts)] if len(named) == 1), None)
    own = {column: _narrowest(_column_periods(found.path(column), year)) for column in found.counts}
    if all(own.values()):
        return {column: when for column, when in own.items() if when}
    for texts in sources:
        if named := [when for text in texts for when in period.find(text)]:
            whole = _narrowest(named)
            if whole is None:
                raise _period_error(
                    "Rekap ini menyebut lebih dari satu periode.", ", ".join(one.text() for one in dict.fromkeys(named))
                )
            return {column: when or whole for column, when in own.items()}
    raise _period_error("Rekap ini tidak menyebut periode.", " ".join(filter(None, (file, sheet))))


def _column_periods(path: Sequence[str], year: int | None) -> list[Period]:
    own = period.years(path)
    return [when for text in path for when in period.find(text, own[0] if len(own) == 1 else year)]


def _narrowest(found: Sequence[Period]) -> Period | None:
    """The shortest of periods that lie within each other; None for none, and for two side by side."""
    shortest = min(found, key=lambda when: when.last - when.first, default=None)
    nested = shortest and all(when.first <= shortest.first and shortest.last <= when.last for when in found)
    return shortest if nested else None


def _period_error(problem: str, found: str) -> UserError:
    return UserError(
        problem,
        found=found,
        allowed="satu bulan, triwulan, semester, atau tahun, misalnya 'Bulan Oktober 2026' atau 'Tahun 2026'",
        action="tulis periodenya di judul tabel, atau beri nama berkas seperti rekap_2026-10.xlsx",
    )


def _with_findings(
    cells: Sequence[RecapCell], found: Layout, counted: Mapping[sums.Cell, numbers.Number], decision: sums.Decision
) -> list[RecapCell]:
    """The cells with their reason codes and remarks."""
    codes: defaultdict[sums.Cell, list[str]] = defaultdict(list)
    remarks: defaultdict[sums.Cell, list[str]] = defaultdict(list)

    def mark(key: sums.Cell, code: str, remark: str) -> None:
        codes[key].append(code)
        remarks[key].append(remark)

    for key, number in counted.items():
        if number.kind != "tidak terbaca" and key[1] in decision.unclear:
            mark(key, "RECAP_AMBIGUOUS", _unclear(found, key[1], counted))
    for column, raised in decision.thousands.items():
        for key in raised:
            mark(key, "RECAP_THOUSANDS", _thousands(found, column, counted, decision))
    for line, total in decision.wrong.items():
        for key in line.parts:
            mark(key, "RECAP_SUM", _wrong_sum(line, total))
    keys = [(cell.row - 1, cell.column - 1) for cell in cells]
    return [
        replace(cell, codes=tuple(dict.fromkeys(codes[key])), remarks=tuple(dict.fromkeys(remarks[key])))
        for cell, key in zip(cells, keys, strict=True)
    ]


def _told_apart(cells: Sequence[RecapCell]) -> list[RecapCell]:
    """Marks cells that speak of the same area, label, sex and period as another cell of the sheet."""
    keys = [(cell.kode, cell.kecamatan, cell.kelurahan, cell.label, cell.sex, cell.period) for cell in cells]
    often = Counter(keys)
    return [
        replace(cell, codes=(*cell.codes, "RECAP_TWICE")) if often[key] > 1 else cell
        for cell, key in zip(cells, keys, strict=True)
    ]


def _column_name(found: Layout, column: int) -> str:
    return f"Kolom {letters(column + 1)} ({SEPARATOR.join(found.path(column))})"


def _thousands(found: Layout, column: int, counted: Mapping[sums.Cell, numbers.Number], decision: sums.Decision) -> str:
    raised = decision.thousands[column]
    example = raised[0]
    return (
        f"{_column_name(found, column)}: {len(raised)} angka dibaca sebagai ribuan "
        f"({counted[example].text} → {decision.values[example]}), {decision.why[column]}"
    )


def _unclear(found: Layout, column: int, counted: Mapping[sums.Cell, numbers.Number]) -> str:
    doubtful = [counted[row, column] for row in found.areas if counted[row, column].kind in ("pecahan", "bulat")]
    number = next((one for one in doubtful if one.kind == "pecahan"), doubtful[0])
    meaning = number.value if number.kind == "pecahan" else number.value * numbers.DOT_LIMIT
    return f"{_column_name(found, column)}: {number.text} dapat berarti {meaning}, dan jumlah tercetak tidak membuktikannya"


def _wrong_sum(line: sums.Line, total: int) -> str:
    where = place((line.row + 1) * COLUMNS_A_ROW + line.column + 1)
    return f"Jumlah tercetak di {where} adalah {line.meanings[0]}, dihitung {total}"


def _remarks(found: Layout, counted: Mapping[sums.Cell, numbers.Number], decision: sums.Decision) -> list[str]:
    blank = [column for row in found.areas for column in found.counts if counted[row, column].kind == "kosong"]
    return [
        *(_thousands(found, column, counted, decision) for column in decision.thousands),
        *(_unclear(found, column, counted) for column in sorted(decision.unclear)),
        *(_wrong_sum(line, total) for line, total in decision.wrong.items()),
        *(
            f"{_column_name(found, column)}: {count} sel kosong, dicatat sebagai tidak dilaporkan (bukan nol)"
            for column, count in Counter(blank).items()
        ),
    ]
