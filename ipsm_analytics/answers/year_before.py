"""A window and the same days a year before, also where the window's last month is not over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.query import query
from ipsm_analytics.casework.casework import BY_DAY
from ipsm_analytics.cube import Counts, Selection, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.query import COLUMNS
from ipsm_analytics.measures.query import query as from_cells
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics.nowcast import same_days_before


def partial(facts: Facts, window: Window) -> tuple[date, date] | None:
    """The last day the data reach in a window whose last month is not over, and the same day a year before; else None."""
    cutoff = facts.cube.cutoff
    if cutoff is None or not window.last.first_day <= cutoff < window.last.last_day:
        return None
    return cutoff, same_days_before(window.first, window.last, cutoff)[1]


def compared(facts: Facts, question: Query, window: Window, rule: Policy) -> pd.DataFrame:
    """The answer as of `query` for a window, then the same rows for the same days a year before.

    Where the last month is not over, cases of the year before are counted up to the same day of the month; what is not
    counted by the day of a report, such as persons, is UNDATED there. A count is withheld as well where the cases after that
    day, which are the rest of a month shown elsewhere, are too few to be shown.
    """
    asked = replace(question, spans=(window, window.shifted(-12)))
    whole, days = query(facts, asked, rule), partial(facts, window)
    if days is None:
        return whole
    if not _by_day(indicator(question.indicator)):
        return _blank(whole, np.arange(len(whole)) >= len(whole) // 2, Status.UNDATED)
    found = from_cells(_Until(facts, window.shifted(-12), days[1]), asked, rule)
    return _blank(found, _given_away(whole, found, rule), Status.SUPPRESSED)


def _by_day(item: Indicator) -> bool:
    return item.engine == "sel" and {item.numerator, item.denominator} <= BY_DAY | {""}


def _given_away(whole: pd.DataFrame, found: pd.DataFrame, rule: Policy) -> np.ndarray:
    """Rows of which the whole month is withheld, or leaves too few cases for the days after."""
    secret = (whole["status"] == Status.SUPPRESSED).to_numpy()
    for name in ("numerator", "denominator"):
        rest = (whole[name] - found[name]).to_numpy()
        secret = secret | ((rest > 0) & (rest < rule.small_cell))
    return secret


def _blank(frame: pd.DataFrame, rows: np.ndarray, status: Status) -> pd.DataFrame:
    """Without the numbers of some rows, their status saying why."""
    result = frame.copy()
    result.loc[rows, list(COLUMNS[:-1])] = np.nan
    result.loc[rows, "status"] = status.value
    return result


@dataclass(frozen=True, eq=False)
class _Until:
    """The counts of facts, those of one window only up to a day of its last month."""

    facts: Facts
    window: Window
    day: date

    @property
    def span(self) -> Window | None:
        """First to last month with data; None without any."""
        return self.facts.span

    def residents(self, area: str) -> int:
        """Population of an area."""
        return self.facts.residents(area)

    def select(self, selection: Selection) -> Counts:
        """Counts for a selection of cases."""
        counted = self.facts.select(selection)
        later = self.facts.casework.after(selection, self.window, self.day)
        cut = np.array([window == self.window for window in selection.windows], dtype=np.int64)
        return replace(counted, values=counted.values - cut[:, None, None] * later)
