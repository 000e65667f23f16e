"""How the headline figures moved between two snapshots, split into parts that sum to the whole change.

A part is what a figure is in one state less what it was in the state before (`states.chain`), both asked of `answers.query`:
so the parts of any figure, area and slice sum to its change, and both ends are what the meetings saw. Settings that were
changed in between (small cells, due day, desil) move none of these figures; they decide what may be shown, or other figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.answers import query
from ipsm_analytics.cube import Window, month_label
from ipsm_analytics.errors import UserError
from ipsm_analytics.measures import COLUMNS, Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.rakor.states import PARTS, State, chain, records
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.store import Store

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
FIGURES = ("K01", "K02", "K03", "C06", "S01", "R01")
"""Headline figures whose change is split."""
_SPLITS = (*areas.LEVELS, "kelompok", "kategori")
_OPEN = Policy(0, sensitive_to_kecamatan=False)
_EVERYWHERE = areas.LEVELS[0]


class Standing(StrEnum):
    """Whether a change is split, or why it is not."""

    SPLIT = "terurai"
    WITHHELD = "disensor"
    NO_BEFORE = "tanpa_awal"
    NO_AFTER = "tanpa_akhir"
    NO_PATH = "tanpa_jalur"


@dataclass(frozen=True, eq=False)
class Movement:
    """The way from one snapshot to another: one state more than there are PARTS."""

    states: tuple[State, ...]

    @property
    def windows(self) -> tuple[Window, Window]:
        """Months of the older and of the newer meeting."""
        return self.states[0].window, self.states[-1].window

    def split(self, question: Query, rule: Policy) -> pd.DataFrame:
        """One row a cell as `query` orders them: dimension columns, sebelum, one column for each of PARTS, sesudah,
        status_sebelum, status_sesudah (of Status) and keadaan (of Standing).

        All numbers are in the unit of the figure. A count of an area that did not report is 0 here and its status says so.
        Parts are NaN unless keadaan is SPLIT: an end is not known or too small to be told, or a share has no denominator on
        the way. Under a rule that withholds small cells, parts below kecamatan, and all parts of a kecamatan one of which
        counts fewer persons or cases, are WITHHELD, with as many other kecamatan as keep the city from giving it away; parts
        of the city are told. Raises UserError for a figure that is not split, or a question by more than area and slice, or for
        other months than those of the newer meeting.
        """
        item = _checked(question, self.windows[1])
        level = next((name for name in question.by if name in areas.LEVELS), areas.level_of(question.area))
        wide = _widened(question, level)
        counted = [_counts(item, frame) for frame in self._answers(wide)]
        ends = [query(state.facts, replace(wide, window=state.window), rule) for state in (self.states[0], self.states[-1])]
        places = ends[0][f"kode_{level}"].to_numpy()
        withheld = _withheld(item, level, counted, ends, rule)
        split = _split(item, counted, ends, withheld)
        inside = np.isin(places, [code for code in areas.codes(level) if _lies_in(code, question.area)])
        last = query(self.states[-1].facts, replace(question, window=self.windows[1]), rule)
        named = last[[name for name in last.columns if name not in COLUMNS]]
        return pd.concat([named, split[inside].reset_index(drop=True)], axis=1)

    def _answers(self, question: Query) -> list[pd.DataFrame]:
        """The open answer of each state; a state that is the one before is not asked again."""
        found: list[pd.DataFrame] = []
        for place, state in enumerate(self.states):
            again = place > 0 and state is self.states[place - 1]
            found.append(found[-1] if again else query(state.facts, replace(question, window=state.window), _OPEN))
        return found


def movement(store: Store, before: Snapshot, after: Snapshot) -> Movement:
    """The way from one snapshot to another, by comparing the records of the two data versions they froze.

    Takes a second or two on the sample city; cached by store, numbers and, where nothing was frozen, version and period.
    """
    return Movement(chain(records(store, before), records(store, after)))


def _checked(question: Query, window: Window) -> Indicator:
    item = indicator(question.indicator)
    if item.id not in FIGURES:
        raise UserError(
            "Perubahan indikator ini tidak diurai.", found=item.id, allowed=", ".join(FIGURES), action="pilih salah satu"
        )
    others = [*(name for name in question.by if name not in _SPLITS), *(name for name, _ in question.traits)]
    others += [name for name, value in {"jk": question.sex, "usia": question.age, "rentang": question.spans}.items() if value]
    if others:
        raise UserError(
            "Perubahan tidak diurai menurut ini.", found=", ".join(others), allowed=", ".join(_SPLITS), action="lepas pilahan itu"
        )
    if question.window is not None and question.window != window:
        told, allowed = (" sampai ".join(map(month_label, span)) for span in (question.window, window))
        raise UserError("Perubahan hanya diurai untuk periode rakor.", found=told, allowed=allowed, action="pakai periode itu")
    return item


def _widened(question: Query, level: str) -> Query:
    """The question for all areas of its level: what is withheld of one depends on the others."""
    others = [name for name in question.by if name not in areas.LEVELS]
    return replace(question, area=areas.CITY, by=(level, *others))


def _lies_in(code: str, area: str) -> bool:
    return set(areas.members(code)) <= set(areas.members(area))


def _counts(item: Indicator, frame: pd.DataFrame) -> Floats:
    """(2 × rows) numerator and denominator; a count that was not reported is 0, what a share lacks is NaN."""
    silent = (frame["status"] == Status.NOT_REPORTED).to_numpy() & (not item.is_share)
    top = np.where(silent, 0.0, frame["numerator"])
    return np.stack([top, frame["denominator"] if item.denominator else np.ones(len(frame))])


def _values(item: Indicator, counted: Floats) -> Floats:
    """(rows) figure of numerator and denominator; NaN without a denominator."""
    top, bottom = counted
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(bottom > 0, top / bottom * item.scale, np.nan)
    return share if item.denominator else top


def _split(item: Indicator, counted: list[Floats], ends: list[pd.DataFrame], withheld: Bools) -> pd.DataFrame:
    """(rows) the columns of `Movement.split` after the dimensions."""
    values = np.stack([_values(item, one) for one in counted])
    status = [end["status"].astype(str).to_numpy() for end in ends]
    known = [_known(item, one) for one in status]
    standing = np.select(
        [withheld, ~known[0], ~known[1], np.isnan(values).any(axis=0)],
        [Standing.WITHHELD.value, Standing.NO_BEFORE.value, Standing.NO_AFTER.value, Standing.NO_PATH.value],
        Standing.SPLIT.value,
    )
    parts = np.where(standing == Standing.SPLIT, np.diff(values, axis=0), np.nan)
    suppressed = [one == Status.SUPPRESSED for one in status]
    first, last = (
        np.where(seen & ~hidden, row, np.nan) for seen, hidden, row in zip(known, suppressed, values[[0, -1]], strict=True)
    )
    columns = {"sebelum": first, **{part.value: row for part, row in zip(PARTS, parts, strict=True)}, "sesudah": last}
    return pd.DataFrame(columns | {"status_sebelum": status[0], "status_sesudah": status[1], "keadaan": standing})


def _known(item: Indicator, status: npt.NDArray[np.object_]) -> Bools:
    """Whether an end is a number: a count is one also where nobody reported."""
    told = [Status.OK, Status.ZERO, Status.SUPPRESSED, *([] if item.is_share else [Status.NOT_REPORTED])]
    return np.isin(status, [one.value for one in told])


def _withheld(item: Indicator, level: str, counted: list[Floats], ends: list[pd.DataFrame], rule: Policy) -> Bools:
    """(rows) whose parts are not told, whatever of the level was asked for."""
    secret = np.asarray(np.any([end["status"] == Status.SUPPRESSED for end in ends], axis=0), dtype=np.bool_)
    if not rule.small_cell or item.denominator == "expected":
        return secret
    if level == areas.LEVELS[-1]:
        return np.ones(len(secret), dtype=np.bool_)
    if level == _EVERYWHERE:
        return secret
    steps = _steps(item, counted)
    small = ((steps > 0) & (steps < rule.small_cell)).any(axis=0) | secret
    cells = (-1, len(areas.codes(level)))
    for hidden, moved in zip(small.reshape(cells), steps.reshape(len(steps), *cells).swapaxes(0, 1), strict=True):
        while hidden.any() and _protected(hidden, moved, rule.small_cell):
            pass
    return small


def _steps(item: Indicator, counted: list[Floats]) -> Floats:
    """(parts × rows) persons or cases by which a part moved numerator, denominator and, of a share, the rest."""
    tops, bottoms = np.nan_to_num(np.stack(counted)).transpose(1, 0, 2)
    moved = [tops, bottoms, bottoms - tops] if item.is_share else [tops]
    return np.concatenate([np.abs(np.diff(one, axis=0)) for one in moved])


def _protected(hidden: Bools, moved: Floats, least: int) -> bool:
    """Withholds one more area, of (areas) and (parts × areas), where the city less the open ones tells too much.

    That is one area alone, or fewer than `least` persons or cases of a part while another area could hold some of them: of
    those the one that moved least goes too. False where nothing had to be.
    """
    sums, open_ = moved[:, hidden].sum(axis=1), np.flatnonzero(~hidden)
    told = [part[open_] for part, total in zip(moved, sums, strict=True) if 0 < total < least and part[open_].any()]
    if not len(open_) or (not told and hidden.sum() > 1):
        return False
    useful = told[0] > 0 if told else np.ones(len(open_), dtype=np.bool_)
    weight = np.where(useful, moved[:, open_].sum(axis=0), np.inf)
    hidden[open_[weight.argmin()]] = True
    return True
