"""Where things stand in a recap: title, header rows, areas, the columns that count and those that only add up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ipsm_analytics.intake import formats
from ipsm_analytics.intake.recap import numbers
from ipsm_analytics.reference import areas

Rows = Sequence[Sequence[object]]
Merged = Sequence[tuple[int, int, int, int]]
"""First row, first column, last row, last column of each merged range, from 0, all included."""
Grid = list[list[object]]
Texts = list[list[str]]
HEADER_ROWS = 4
FEWEST_AREAS = 2
MOST_ROWS = 1000
"""A sheet for 153 kelurahan in 15 kecamatan with all its sums is far shorter."""
YEARS = (1990, 2100)
_TOTAL = re.compile(
    r"(?:sub|grand)?[\s-]*(?:jumlah|total|jml)\b[\s.]*(?:total|akhir|besar|kota|semua|seluruh(?:nya)?|keseluruhan|ppks|pmks|kasus|"
    r"orang|jiwa|l\s*\+\s*p|\(l\s*\+\s*p\))*|l\s*\+\s*p",
    re.IGNORECASE,
)
_TOTAL_ROW = re.compile(r"(?:(?:sub|grand)?[\s-]*(?:jumlah|total|jml)\b.*|kota\s+makassar)", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"(?:rekap|data|tabel|laporan|daftar|lampiran)", re.IGNORECASE)
_DISTRICT = re.compile(r"kec(?:amatan)?\b.*", re.IGNORECASE)
_COUNTER = re.compile(r"[IVX\d]{1,4}\.?|[A-Z]\.?")
_NUMBERED = re.compile(r"\(?\d{1,2}\)?")
_NUMBER_HEADER = {"no", "nomor", "nourut", "nomorurut"}
_REMARKS = {"ket", "keterangan", "catatan"}
_OF_A_PERSON = {"nik", "nama", "namalengkap", "nokk", "nomorkk", "alamat", "tanggallahir"}
_KECAMATAN, _KELURAHAN = "kecamatan", "kelurahan"


@dataclass(frozen=True)
class Layout:
    """A recap taken apart; rows and columns count from 0.

    Attributes:
        titles: texts above the header, in order.
        levels: column -> its text on each header row, merged cells filled.
        kode, kecamatan, kelurahan: columns that name the area, None where there is none.
        districts: row -> kecamatan it stands under, from a line of its own or a cell above.
        counts: columns that hold counts; totals: columns that add others up -> those others.
        left_out: other columns with something in them.
        areas: rows that hold one area each; sums: rows that add others up -> those others.
        spread: cells inside a merged range of more than one cell.
    """

    titles: tuple[str, ...]
    levels: Mapping[int, tuple[str, ...]]
    kode: int | None
    kecamatan: int | None
    kelurahan: int | None
    districts: Mapping[int, str]
    counts: tuple[int, ...]
    totals: Mapping[int, tuple[int, ...]]
    left_out: tuple[int, ...]
    areas: tuple[int, ...]
    sums: Mapping[int, tuple[int, ...]]
    spread: frozenset[tuple[int, int]]

    def path(self, column: int) -> tuple[str, ...]:
        """Header texts of a column from top to bottom, each said once."""
        return tuple(dict.fromkeys(filter(None, self.levels[column])))


def text_of(cell: object) -> str:
    """A cell as the text of a header or a name, on one line; the first of a month is what Excel makes of a month."""
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    if isinstance(cell, date):
        return f"{cell:%Y-%m}" if cell.day == 1 else f"{cell:%Y-%m-%d}"
    return " ".join(str(cell).split())


@lru_cache(areas.KNOWN_SPELLINGS)
def _is_area(text: str) -> bool:
    if not text or areas.kecamatan_code(text):
        return bool(text)
    return any(match.code or match.reason == "KEL_AMBIGUOUS" for match in (areas.resolve(text), areas.resolve("", "", text)))


@lru_cache(areas.KNOWN_SPELLINGS)
def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.]+", text)) and _is_area(text)


def find(rows: Rows, merged: Merged) -> Layout | None:
    """The layout of a recap, or None when the rows are no recap."""
    grid = _rectangle(rows)
    if not 0 < len(grid) <= MOST_ROWS:
        return None
    texts = [[text_of(cell) for cell in row] for row in _filled(grid, merged)]
    named = {column: _named_rows(grid, texts, column) for column in range(len(grid[0]))}
    if max(map(len, named.values())) < FEWEST_AREAS:
        return None
    first = min(found[0] for found in named.values() if len(found) >= FEWEST_AREAS)
    top, bottom = _header(texts, first)
    places = _places(texts, {column: found for column, found in named.items() if found}, top, bottom)
    if not places or _second_header(texts, places, top, bottom):
        return None
    levels = _levels(texts, merged, top, bottom, set(places.values()))
    if _is_a_list([path[-1] for path in map(_said, levels.values()) if path]):
        return None
    return _arranged(grid, texts, merged, levels, places, top, bottom)


def _arranged(
    grid: Grid,
    texts: Texts,
    merged: Merged,
    levels: Mapping[int, tuple[str, ...]],
    places: Mapping[str, int],
    top: int,
    bottom: int,
) -> Layout | None:
    """The layout once header and area columns are known."""
    body = _body(grid, texts, places, bottom + 1)
    if not _is_by_area(body, texts, places):
        return None
    others = [column for column in levels if column > max(places.values())]
    filled = [column for column in others if _holds_counts(grid, column, body.areas)]
    countable = [column for column in others if column in filled or _is_blank_count(grid, column, body.areas, levels[column])]
    parts = {column: _parts(column, levels, countable) for column in filled if _is_total(column, levels, countable)}
    counts = tuple(column for column in filled if not parts.get(column))
    if not counts:
        return None
    return Layout(
        titles=tuple(dict.fromkeys(text for row in texts[:top] for text in row if text)),
        levels=levels,
        kode=places.get("kode"),
        kecamatan=places.get(_KECAMATAN),
        kelurahan=places.get(_KELURAHAN),
        districts=body.districts,
        counts=counts,
        totals={column: tuple(part for part in added if part in counts) for column, added in parts.items() if added},
        left_out=tuple(column for column in others if column not in filled),
        areas=tuple(body.areas),
        sums=body.sums,
        spread=frozenset(cell for area in merged for cell in _cells(area)),
    )


def _is_by_area(body: _Body, texts: Texts, places: Mapping[str, int]) -> bool:
    """True when nearly every line is of another area and at least half of them are known."""
    names = [(*(texts[row][column] for column in places.values()), body.districts[row]) for row in body.areas]
    known = [row for row in body.areas if any(_is_area(texts[row][column]) for column in places.values())]
    return FEWEST_AREAS <= len(names) <= 2 * len(known) and len(set(names)) * 10 >= len(names) * 9


def _rectangle(rows: Rows) -> Grid:
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows] if width else []


def _cells(area: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    top, left, bottom, right = area
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _filled(grid: Grid, merged: Merged) -> Grid:
    """The cells with what a merged range shows in each of its cells."""
    filled = [list(row) for row in grid]
    for area in merged:
        for row, column in _cells(area):
            if row < len(grid) and column < len(grid[0]):
                filled[row][column] = grid[area[0]][area[1]]
    return filled


def _is_count(cell: object) -> bool:
    return numbers.parse(cell).kind in ("pasti", "bulat", "pecahan")


def _named_rows(grid: Grid, texts: Texts, column: int) -> list[int]:
    """Rows whose cell in this column is an area and that hold a number to its right."""
    return [
        row
        for row, cells in enumerate(grid)
        if _is_area(texts[row][column]) and any(_is_count(cell) for cell in cells[column + 1 :])
    ]


def _header(texts: Texts, first: int) -> tuple[int, int]:
    """First and last header row above the first known area."""
    bottom = first - 1
    while bottom > 0 and _is_between(texts[bottom]):
        bottom -= 1
    top = bottom
    while top > 0 and bottom - top < HEADER_ROWS - 1 and _is_header_row(texts[top - 1]):
        top -= 1
    return max(top, 0), max(bottom, 0)


def _is_between(texts: Sequence[str]) -> bool:
    """True for a line between the header and the first known area: one with counts that are no years, one kecamatan alone."""
    counts = [number.value for number in map(numbers.parse, texts) if number.kind == "pasti"]
    counted = any(not YEARS[0] <= count <= YEARS[1] for count in counts)
    return counted or _is_district_line(texts) or _is_numbering(texts) or not any(texts)


def _is_header_row(texts: Sequence[str]) -> bool:
    """True for a line of several texts none of which begins like a title."""
    said = set(filter(None, texts))
    return len(said) > 1 and not any(map(_TITLE.match, said))


def _is_sum_line(texts: Sequence[str]) -> bool:
    label = next((text for text in texts if text and not _COUNTER.fullmatch(text)), "")
    return bool(_TOTAL_ROW.fullmatch(label))


def _is_district_line(texts: Sequence[str]) -> bool:
    said = {text for text in texts if text and not _COUNTER.fullmatch(text)}
    return len(said) == 1 and areas.kecamatan_code(*said) is not None


def _is_numbering(texts: Sequence[str]) -> bool:
    said = list(filter(None, texts))
    found = [int(text.strip("()")) for text in said if _NUMBERED.fullmatch(text)]
    return len(said) > 1 and len(found) == len(said) and found == list(range(found[0], found[0] + len(found)))


def _places(texts: Texts, named: Mapping[int, list[int]], top: int, bottom: int) -> dict[str, int]:
    """Which column holds the code, the kecamatan, the kelurahan; none when two columns claim to be the same."""
    headers = {column: " ".join(texts[row][column] for row in range(top, bottom + 1)).casefold() for column in named}
    most = max(map(len, named.values()))
    roles: dict[str, list[int]] = {}
    for column, rows in named.items():
        values = [texts[row][column] for row in rows]
        said = [level for level in (_KECAMATAN, _KELURAHAN) if level in headers[column]]
        if all(map(_is_code, values)):
            roles.setdefault("kode", []).append(column)
        elif len(said) == 1:
            roles.setdefault(said[0], []).append(column)
        elif len(rows) * 2 >= most:
            roles.setdefault(_KECAMATAN if all(map(areas.kecamatan_code, values)) else _KELURAHAN, []).append(column)
    unsaid = [column for role in (_KECAMATAN, _KELURAHAN) for column in roles.get(role, []) if role not in headers[column]]
    names = [column for role in (_KECAMATAN, _KELURAHAN) for column in roles.get(role, [])]
    if any(len(roles.get(role, [])) > 1 for role in (_KECAMATAN, _KELURAHAN)) or (unsaid and len(names) > 1):
        return {}
    return {role: columns[0] for role, columns in roles.items()}


def _second_header(texts: Texts, places: Mapping[str, int], top: int, bottom: int) -> bool:
    """True when another table begins further down; the same header on the next page does not count."""
    header = texts[top : bottom + 1]
    heads = {(column, row[column]) for row in header for column in places.values() if row[column]}
    below = [row for row in texts[bottom + 1 :] if row not in header]
    return any(row[column] == text for row in below for column, text in heads)


def _levels(texts: Texts, merged: Merged, top: int, bottom: int, places: set[int]) -> dict[int, tuple[str, ...]]:
    """Header texts by column. A gap in an upper row belongs to the text at its left, unless a merge says otherwise."""
    ends = {(row, column): area[3] for area in merged for row, column in _cells(area)}
    lines = []
    for row in range(top, bottom + 1):
        line = list(texts[row])
        for column in range(1, len(line)):
            left = column - 1
            bounded = ends.get((row, left), column) < column
            below = row < bottom and texts[row + 1][column] and texts[row + 1][left]
            if not line[column] and below and not bounded and left not in places and _names_a_group(line[left]):
                line[column] = line[left]
        lines.append(line)
    columns = {column: tuple(line[column] for line in lines) for column in range(len(texts[0]))}
    return {column: levels for column, levels in columns.items() if any(levels)}


def _names_a_group(text: str) -> bool:
    return bool(text) and formats.header_key(text) not in _NUMBER_HEADER


def _said(levels: Sequence[str]) -> list[str]:
    return [text for text in levels if text]


def _is_a_list(header: list[str]) -> bool:
    """True for the header of a list of persons or of a format with one row a case."""
    keys = {formats.header_key(text) for text in header}
    return bool(keys & _OF_A_PERSON) or any(form.fits(header) for form in formats.FORMATS)


@dataclass
class _Body:
    """Rows of areas, rows that add others up, and the kecamatan each row stands under."""

    areas: list[int]
    sums: dict[int, tuple[int, ...]]
    districts: dict[int, str]


def _body(grid: Grid, texts: Texts, places: Mapping[str, int], start: int) -> _Body:
    """Everything below the header down to the last line with a count."""
    body, last, district = _Body([], {}, {}), max(places.values()), ""
    waiting: list[int] = []
    counted = {row: any(_is_count(cell) for cell in grid[row][last + 1 :]) for row in range(start, len(grid))}
    end = max((row for row, found in counted.items() if found), default=start)
    for row in range(start, end + 1):
        names = [texts[row][column] for column in places.values() if texts[row][column]]
        if counted[row] and _is_sum_line(texts[row][: last + 1]):
            body.sums[row] = tuple(waiting or body.areas)
            waiting = []
        elif _is_numbering(texts[row]) or (not counted[row] and not any(map(_is_area, names))):
            continue
        elif not counted[row] and _is_district_line(texts[row]) and _KELURAHAN in places:
            district = names[-1]
        else:
            body.districts[row], district = _district(texts[row], places, district)
            body.areas.append(row)
            waiting.append(row)
    body.sums = {row: parts or tuple(body.areas) for row, parts in body.sums.items()}
    return _with_heads(body, texts, places)


def _district(texts: Sequence[str], places: Mapping[str, int], above: str) -> tuple[str, str]:
    """Kecamatan of a row, and the one that the next row stands under if it names none; only kelurahan stand under one."""
    own = texts[places[_KECAMATAN]] if _KECAMATAN in places else ""
    kelurahan = texts[places[_KELURAHAN]] if _KELURAHAN in places else ""
    if is_kecamatan_line(kelurahan):
        return kelurahan, kelurahan
    return own or (above if kelurahan else ""), own or above


def is_kecamatan_line(text: str) -> bool:
    """True for the name of a kecamatan, said to be one, where kelurahan are named."""
    return bool(_DISTRICT.fullmatch(text))


def _with_heads(body: _Body, texts: Texts, places: Mapping[str, int]) -> _Body:
    """A kecamatan that stands with its own numbers over its kelurahan adds them up."""
    if _KELURAHAN not in places:
        return body
    named = {row: texts[row][places[_KELURAHAN]] for row in body.areas}
    heads = {row for row, name in named.items() if body.districts[row] and (not name or is_kecamatan_line(name))}
    district = {row: areas.kecamatan_code(text) or text for row, text in body.districts.items()}
    under = {head: tuple(row for row in body.areas if row not in heads and district[row] == district[head]) for head in heads}
    gone = {head for head, rows in under.items() if rows}
    sums = {row: tuple(part for part in parts if part not in gone) for row, parts in body.sums.items()}
    areas_left = [row for row in body.areas if row not in gone]
    return _Body(areas_left, sums | {head: under[head] for head in sorted(gone)}, body.districts)


def _holds_counts(grid: Grid, column: int, rows: Sequence[int]) -> bool:
    """True for a column most of whose filled cells are counts."""
    kinds = [numbers.parse(grid[row][column]).kind for row in rows]
    filled = [kind for kind in kinds if kind != "kosong"]
    return 0 < len(filled) <= 2 * sum(kind != "tidak terbaca" for kind in filled)


def _is_blank_count(grid: Grid, column: int, rows: Sequence[int], levels: Sequence[str]) -> bool:
    """True for a column in which nothing is filled in yet and that is not kept for remarks."""
    blank = all(numbers.parse(grid[row][column]).kind == "kosong" for row in rows)
    return blank and formats.header_key(_said(levels)[-1]) not in _REMARKS


def is_total(text: str) -> bool:
    """True for a header such as 'Jumlah', 'Total PPKS' or 'L+P' that says no more than that others are added up."""
    return bool(_TOTAL.fullmatch(text))


def _is_total(column: int, levels: Mapping[int, tuple[str, ...]], columns: Sequence[int]) -> bool:
    """True when the lowest text says so, or an upper one does and its lower text stands elsewhere under another."""
    said = _said(levels[column])
    if is_total(said[-1]):
        return True
    plain = {_said(levels[other])[-1] for other in columns if not any(map(is_total, levels[other]))}
    return any(map(is_total, said)) and said[-1] in plain


def _parts(column: int, levels: Mapping[int, tuple[str, ...]], columns: Sequence[int]) -> tuple[int, ...]:
    """Columns that a total column adds up: those that share its other texts, else those since the last total."""
    counts = [other for other in columns if not _is_total(other, levels, columns)]
    shared = {place: text for place, text in enumerate(levels[column]) if text and not is_total(text)}
    if shared:
        return tuple(other for other in counts if all(levels[other][place] == text for place, text in shared.items()))
    free = [other for other in columns if other not in counts and all(map(is_total, _said(levels[other])))]
    before = max((other for other in free if other < column), default=-1)
    since = tuple(other for other in counts if before < other < column)
    return since if len(free) > 1 and since else tuple(counts)
