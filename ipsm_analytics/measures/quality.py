"""R02, R04 and their like from quality counts: shares with interval, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import pandas as pd

from ipsm_analytics.cube import Month, Window, month_label
from ipsm_analytics.cube.selection import Ints
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.privacy import Policy
from ipsm_analytics.quality import Quality
from ipsm_analytics.quality.counts import Count
from ipsm_analytics.reference import areas

_REPORTED_ROWS: tuple[Count, Count] = ("reported", "accepted")
COLUMNS = ("value", "numerator", "denominator", "lower", "upper", "state")


class State(StrEnum):
    """Why a cell has its value, or has none."""

    OK = "ok"
    NOT_DUE = "belum_tempo"
    SILENT = "belum_lapor"
    NO_ROWS = "tanpa_baris"
    UNDATED = "tanpa_tanggal"
    WITHHELD = "disensor"


@dataclass(frozen=True)
class Measure:
    """A share of reports or of rows.

    Attributes:
        part: counts added up as numerator.
        whole: counts added up as denominator; none: kelurahan-months that are due.
        breaks: inner class bounds in percent, frozen.
    """

    id: str
    part: tuple[Count, ...]
    whole: tuple[Count, ...]
    breaks: tuple[float, ...]

    @property
    def of_reports(self) -> bool:
        """True where reports are counted, which are no persons and so never too few to be shown."""
        return not self.whole


MEASURES: Mapping[str, Measure] = {
    item.id: item
    for item in (
        Measure("kelengkapan", ("reported",), (), (50, 80, 90, 100)),
        Measure("ketepatan", ("on_time",), (), (50, 80, 90, 100)),
        Measure("keabsahan", ("accepted",), ("accepted", "refused"), (80, 90, 95, 99)),
        Measure("nik", ("nik",), ("accepted",), (50, 80, 90, 99)),
        Measure("ganda", ("repeated",), ("identified",), (1, 2, 5, 10)),
    )
}
"""R01, R02 and the three parts of R04: valid rows, valid NIK, suspected repeats."""


def rates(
    quality: Quality, name: str, codes: Sequence[str], windows: Sequence[Window], today: date, rule: Policy
) -> pd.DataFrame:
    """One of MEASURES for each window and area, areas running fastest.

    Columns kode, wilayah, dari, sampai (YYYY-MM), then COLUMNS; numbers are NaN where `state` withholds or lacks them, save
    that 0 of so many reports is a count although it is no share.
    Reports are counted in months that are due; rows in all. A share of rows is withheld where its numerator, its
    denominator or what lies between them is smaller than the policy allows.
    """
    item = MEASURES[name]
    parts = [_cells(quality, item, codes, window, today) for window in windows]
    numerator, denominator, state = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not item.of_reports:
        state = np.where((state == State.OK) & _small(numerator, denominator, rule), State.WITHHELD.value, state)
    shown = state == State.OK
    lower, upper = wilson(numerator, denominator)
    value = numerator / np.maximum(denominator, 1)
    frame: dict[str, object] = {
        "kode": [code for _ in windows for code in codes],
        "wilayah": [areas.name(code) for _ in windows for code in codes],
        "dari": [month_label(window.first) for window in windows for _ in codes],
        "sampai": [month_label(window.last) for window in windows for _ in codes],
    }
    numbers = {"value": 100 * value, "lower": 100 * lower, "upper": 100 * upper}
    counted = shown | ((state == State.SILENT) & item.of_reports)
    columns = {key: np.where(shown, column, np.nan) for key, column in numbers.items()} | {
        "numerator": np.where(counted, numerator, np.nan),
        "denominator": np.where(counted, denominator, np.nan),
        "state": state,
    }
    return pd.DataFrame(frame | {name: columns[name] for name in COLUMNS})


def _cells(quality: Quality, item: Measure, codes: Sequence[str], window: Window, today: date) -> tuple[Ints, Ints, np.ndarray]:
    """Numerator, denominator and state of each area in a window."""
    due = quality.due_months(window, today)
    if item.of_reports:
        numerator, denominator = _sum(quality, item.part, codes, due), expected(codes, due)
    else:
        months = window.months()
        numerator, denominator = (_sum(quality, names, codes, months) for names in (item.part, item.whole))
    reported, undated = (_sum(quality, (name,), codes, due) for name in ("reported", "undated"))
    states = [State.NOT_DUE, State.SILENT, State.NO_ROWS if item.whole else State.UNDATED]
    found = denominator > 0
    if item.of_reports:
        found &= (reported > 0) & ((item.id != "ketepatan") | (undated < reported))
    missing = np.select([[not due] * len(codes), reported == 0], [state.value for state in states[:2]], states[2].value)
    return numerator, denominator, np.where(found, State.OK.value, missing)


def expected(codes: Sequence[str], due: Sequence[Month]) -> Ints:
    """(areas) kelurahan-months whose report must be in."""
    return np.array([len(areas.members(code)) for code in codes], dtype=np.int64) * len(due)


def _sum(quality: Quality, names: Sequence[Count], codes: Sequence[str], months: Sequence[Month]) -> Ints:
    return np.asarray(sum(quality.total(name, codes, months) for name in names), dtype=np.int64)


def _small(numerator: Ints, denominator: Ints, rule: Policy) -> np.ndarray:
    parts = np.stack([numerator, denominator, denominator - numerator])
    return np.asarray(((parts > 0) & (parts < rule.small_cell)).any(axis=0))


@dataclass(frozen=True)
class ReasonCount:
    """Case rows refused or marked for a reason, with their share of all case rows read in percent; NaN where withheld."""

    code: str
    rows: float
    share: float


def reason_counts(quality: Quality, area: str, window: Window, rule: Policy, *, undated: bool = True) -> list[ReasonCount]:
    """Reasons that occur, most frequent first; with `undated`, rows without a readable month count in every window."""
    loose = quality.undated_refused(area) if undated else 0
    rows = _sum(quality, ("accepted", "refused"), (area,), window.months())[0] + loose
    found = {code: quality.reason_total(code, area, window.months(), undated=undated) for code in quality.reasons}
    ordered = sorted(((count, code) for code, count in found.items() if count), key=lambda pair: (-pair[0], pair[1]))
    hidden = {code for count, code in ordered if count < rule.small_cell}
    return [
        ReasonCount(code, np.nan, np.nan) if code in hidden else ReasonCount(code, float(count), 100 * count / rows)
        for count, code in ordered
    ]


@dataclass(frozen=True)
class Mending:
    """What one kelurahan should mend.

    Attributes:
        missing: due months without a report.
        late: due months whose report came after the due day.
        undated: due months whose report does not say when it came.
        waiting: refused rows of any month still to be mended.
        reason: most frequent reason among them; '' without any.
        lost: cases that the missing months may hold, at the mean of the due months the kelurahan did report, or where it
            never did, those of its kecamatan, then of the city.
    """

    code: str
    missing: tuple[Month, ...]
    late: int
    undated: int
    waiting: int
    reason: str
    lost: float
    psm: tuple[str, ...]

    @property
    def impact(self) -> float:
        """Rows that are not there for want of mending: lost cases and refused rows."""
        return self.lost + self.waiting


def mending(quality: Quality, area: str, window: Window, today: date) -> list[Mending]:
    """Every kelurahan of an area with something to mend, largest impact first, of equals the one with more late reports."""
    due = quality.due_months(window, today)
    items = [_mending(quality, code, due) for code in areas.members(area)]
    open_ = [item for item in items if item.missing or item.late or item.waiting]
    return sorted(open_, key=lambda item: (-item.impact, -len(item.missing), -item.late, item.code))


def _mending(quality: Quality, code: str, due: Sequence[Month]) -> Mending:
    missing = tuple(month for month in due if not quality.total("reported", (code,), [month])[0])
    reported = len(due) - len(missing)
    on_time, undated = (int(quality.total(name, (code,), due)[0]) for name in ("on_time", "undated"))
    place = areas.codes("kelurahan").index(code)
    reasons = {reason: int(counts[place]) for reason, counts in quality.waiting_reasons.items()}
    worst = max(sorted(reasons), key=lambda reason: reasons[reason], default="")
    return Mending(
        code=code,
        missing=missing,
        late=reported - on_time - undated,
        undated=undated,
        waiting=int(quality.waiting[place]),
        reason=worst if worst and reasons[worst] else "",
        lost=len(missing) * _usual_rows(quality, code, due) if missing else 0.0,
        psm=quality.psm.get(code, ()),
    )


def _usual_rows(quality: Quality, code: str, due: Sequence[Month]) -> float:
    """Cases of a reported month: of the kelurahan, else of its kecamatan, else of the city; 0 where nobody reported."""
    for area in (code, areas.parent(code), areas.CITY):
        reported, rows = (int(quality.total(name, (area,), due)[0]) for name in _REPORTED_ROWS)
        if reported:
            return rows / reported
    return 0.0
