"""What holds for any recap in any mixture of spellings: the same counts or none, never another one; sums are conserved."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ipsm_analytics.config import settings
from ipsm_analytics.intake import recap
from ipsm_analytics.intake.batch import open_table
from ipsm_analytics.intake.readers import RawTable
from ipsm_analytics.intake.recap import period
from tests.tables import KEYS, apart

AREAS = ("Mariso", "Mamajang", "Tallo", "Wajo", "Ujung Tanah")
LABELS = ("Anak Jalanan", "Gelandangan", "Fakir Miskin", "Pemulung")
SAFE = ("stored", "plain", "dots", "commas", "blanks", "decimals")
LOST, BLANK = "lost", "blank"


@dataclass(frozen=True)
class Table:
    """Counts by area and label, how each is written, and whether sums are printed; a blank cell adds nothing to them."""

    counts: Sequence[Sequence[int]]
    styles: Sequence[Sequence[str]]
    across: bool
    down: bool
    sum_style: str

    def reported(self, row: int, column: int) -> int:
        return 0 if self.styles[row][column] == BLANK else self.counts[row][column]

    def rows(self) -> list[list[object]]:
        shape = range(len(self.counts)), range(len(self.counts[0]))
        body: list[list[object]] = [
            [AREAS[row], *(written(self.counts[row][column], self.styles[row][column]) for column in shape[1])]
            for row in shape[0]
        ]
        sums = [sum(self.reported(row, column) for row in shape[0]) for column in shape[1]]
        if self.across:
            for row in shape[0]:
                body[row].append(written(sum(self.reported(row, column) for column in shape[1]), self.sum_style))
        if self.down:
            whole = [written(sum(sums), self.sum_style)] if self.across else []
            body.append(["Jumlah", *(written(total, self.sum_style) for total in sums), *whole])
        header = ["Kecamatan", *LABELS[: len(shape[1])], *(["Jumlah"] if self.across else [])]
        return [["Rekap PPKS Tahun 2025"], [], header, *body]


def written(count: int, style: str) -> object:
    """A count as a cell; the dot is lost where there is one, that is from 1000 on."""
    dotted = f"{count:,}".replace(",", ".")
    return {
        BLANK: "",
        "stored": float(count),
        LOST: count / 1000 if count >= 1000 else float(count),
        "plain": str(count) if count else "-",
        "dots": dotted,
        "commas": f"{count:,}",
        "blanks": f"{count:,}".replace(",", " "),
        "decimals": f"{dotted},0",
    }[style]


@st.composite
def tables(draw: st.DrawFn, styles: Sequence[str]) -> Table:
    width, height = draw(st.integers(1, len(LABELS))), draw(st.integers(2, len(AREAS)))
    cell = st.tuples(st.one_of(st.integers(0, 30), st.integers(0, 9999)), st.sampled_from(styles)).map(
        lambda one: (one[0] + (one[1] == LOST and one[0] >= 1000 and one[0] % 1000 == 0), one[1])
    )
    drawn = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=height, max_size=height))
    return Table(
        [[count for count, _ in line] for line in drawn],
        [[style for _, style in line] for line in drawn],
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.sampled_from([style for style in styles if style != BLANK])),
    )


def read(table: Table) -> recap.Recap | None:
    rows = table.rows()
    return recap.read(rows, [], file="a.xlsx") if recap.looks_like(rows, []) else None


@given(tables((*SAFE, LOST, BLANK)))
def test_a_count_is_read_as_it_was_or_its_column_is_refused(table: Table):
    found = read(table)
    for cell in found.cells if found else ():
        column = LABELS.index(cell.label)
        beside = [other for other in found.cells if other.label == cell.label] if found else []
        if cell.value is None:
            assert {other.value for other in beside} == {None}
            assert "RECAP_AMBIGUOUS" in cell.codes
        else:
            assert cell.value == table.counts[cell.row - 4][column]


@given(tables((*SAFE, BLANK)))
def test_where_no_dot_is_lost_every_filled_cell_has_its_count_and_nothing_is_remarked(table: Table):
    found = read(table)
    if found is None:
        return
    assert {(cell.row - 4, LABELS.index(cell.label)): cell.value for cell in found.cells} == {
        (row, column): table.counts[row][column]
        for row, styles in enumerate(table.styles)
        for column, style in enumerate(styles)
        if style != BLANK
    }
    assert not any(cell.codes for cell in found.cells)
    assert all("tidak dilaporkan" in remark for remark in found.remarks)


@given(tables((*SAFE, LOST)))
def test_rows_and_sums_are_conserved(table: Table):
    found = read(table)
    assert found
    header, rows, row_numbers = recap.to_table(found)
    cells = pa.table({name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(header)})
    taken = apart(open_table(RawTable("a.xlsx", "0" * 64, cells, np.array(row_numbers), {}), settings(), KEYS))
    assert taken.rows_read == len(table.counts) * len(table.counts[0]) == len(taken.accepted) + len(taken.quarantined)
    clear = [column for column, label in enumerate(LABELS) if any(c.label == label and c.value is not None for c in found.cells)]
    assert sum(taken.accepted["nilai"].to_pylist()) == sum(line[column] for line in table.counts for column in clear)
    assert "RECAP_SUM" not in taken.reason_counts


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2030, 12, 31)), st.integers(0, 30))
def test_a_period_of_whole_months_is_read_back(day, months: int):
    last_month = day.year * 12 + day.month - 1 + months
    last = date(last_month // 12, last_month % 12 + 1, monthrange(last_month // 12, last_month % 12 + 1)[1])
    whole = period.Period(day.replace(day=1), last)
    assert period.find(whole.text()) == (whole,)
