"""What came of a decision: the indicator before, now, and where it would be expected without the decision.

Both looks are taken from the newer data, so that reports which came late are in both. The newer look begins after the months
the meeting saw, and ends with the last month that is final: a count that still grows proves no fall. Nothing here says why a
value moved: it only says whether it moved further than it would be expected to by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from ipsm_analytics.answers import Facts, query
from ipsm_analytics.answers.standing import LEAST_COMPLETE
from ipsm_analytics.cube import Month, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.rakor.decisions import NO_INDICATOR, Decision
from ipsm_analytics.rakor.snapshot import Snapshot
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics import expected
from ipsm_analytics.statistics.refusal import Refusal

_WITHIN = Policy(0, False)
"""The range rests on all areas together; where the area's own cell is withheld, the range is withheld with it."""
_NUMBERS = (Status.OK.value, Status.ZERO.value)
_COUNTED = ("K01", "K02")
_OF_A_VERSION = ("T01", "T02")
LEAST_PART = 0.1
"""Part of the last value that comes back by itself from which the reader is warned."""


class Verdict(StrEnum):
    """How the value now compares with what was to be expected without the decision."""

    BEYOND = "melebihi"
    WITHIN = "dalam_kisaran"
    CONTRARY = "berlawanan"
    OPEN = "belum_dapat_dinilai"


class Reason(StrEnum):
    """Why a decision cannot be judged (yet); further reasons are those of `statistics.expected.Why`."""

    NO_INDICATOR = "tanpa_indikator"
    NO_METHOD = "tanpa_kisaran"
    WHOLE_CITY = "seluruh_kota"
    NO_NEW_MONTH = "belum_ada_bulan"
    NOT_FINAL = "belum_final"
    INCOMPLETE = "belum_lengkap"
    WITHHELD = "disensor"
    NO_VALUE = "tanpa_nilai"


@dataclass(frozen=True)
class Look:
    """A state of the data with what was counted of it."""

    frozen: Snapshot
    facts: Facts


@dataclass(frozen=True)
class Range:
    """In the unit of the indicator: the range expected without the decision, its middle, and where the last value alone would
    lead; `regression` is by what part of that it is expected to come back by itself, above 0 where that is the wished way.
    """

    lower: float
    mean: float
    upper: float
    carried: float
    regression: float
    city_change: float


@dataclass(frozen=True)
class Outcome:
    """What came of one decision.

    Attributes:
        before: asks for the value as the meeting saw it, of the data frozen for it; None without an indicator.
        now: asks for the value since, of the newer data; None where there is nothing newer.
        reason: of Reason, `expected.Why` or Status where the verdict is OPEN, else ''.
        range: None where it is refused or withheld.
        warned: the area was chosen for being the worst, so part of its improvement would have come by itself.
    """

    decision: Decision
    before: Query | None
    now: Query | None
    verdict: Verdict
    reason: str = ""
    range: Range | None = None
    warned: bool = False


def outcomes(held: Sequence[Decision], look: Look, past: Callable[[int], Snapshot], rule: Policy) -> list[Outcome]:
    """The outcome of each decision by the look; `past` gives the snapshot of a number."""
    return [outcome(one, past(one.draft.snapshot), look, rule) for one in held]


def outcome(decision: Decision, then: Snapshot, look: Look, rule: Policy) -> Outcome:
    """What came of a decision made at `then`; numbers and verdicts the rule withholds are withheld."""
    draft = decision.draft
    if draft.indicator == NO_INDICATOR:
        return Outcome(decision, None, None, Verdict.OPEN, Reason.NO_INDICATOR)
    before = Query(draft.indicator, (), then.window, draft.area, draft.slice)
    since = _since(then, look)
    if isinstance(since, Reason):
        return Outcome(decision, before, None, Verdict.OPEN, since)
    now = replace(before, window=since)
    found = _range(before, now, look, rule)
    if not isinstance(found, expected.Expected):
        return Outcome(decision, before, now, Verdict.OPEN, found)
    return _judged(decision, before, now, found, query(look.facts, now, _WITHIN).iloc[0])


def _since(then: Snapshot, look: Look) -> Window | Reason:
    """The final months after those the meeting saw."""
    first = Month(*_after(then.window.last))
    months = Window(first, look.frozen.window.last).months() if first <= look.frozen.window.last else ()
    if not months:
        return Reason.NO_NEW_MONTH
    cube, days = look.facts.cube, look.frozen.limits["settle_days"]
    final = [month for month in months if cube.is_settled(month, days)]
    return Window(first, final[-1]) if final else Reason.NOT_FINAL


def _after(month: Month) -> tuple[int, int]:
    return (month.year + 1, 1) if month.month == 12 else (month.year, month.month + 1)


def assessed(item: Indicator) -> bool:
    """True for indicators a range can be given for: cases, persons and their rates, and shares of what a period counts."""
    if item.id in _OF_A_VERSION or item.engine not in ("sel", "mutu"):
        return False
    return item.id in _COUNTED or (item.interval == "byar" and item.denominator == "penduduk") or item.interval == "wilson"


def _range(before: Query, now: Query, look: Look, rule: Policy) -> expected.Expected | str:
    """The range in cases, or the reason why there is none."""
    item, level = indicator(before.indicator), areas.level_of(before.area)
    if not assessed(item):
        return Reason.NO_METHOD
    if level == "kota":
        return Reason.WHOLE_CITY
    for question in (before, now):
        if reason := _unfit(question, item, look, rule):
            return reason
    places, looks = [], []
    for question in (before, now):
        frame = query(look.facts, replace(question, area=areas.CITY, by=(level,)), _WITHIN)
        places, seen = frame[f"kode_{level}"].tolist(), _look(frame, item, question, look.facts, level)
        looks.append(seen)
    method = expected.expected_share if item.interval == "wilson" else expected.expected_count
    found = method(places.index(before.area), looks[0], looks[1])
    return found.reason.value if isinstance(found, Refusal) else found


def _unfit(question: Query, item: Indicator, look: Look, rule: Policy) -> str:
    """Why the area's own value cannot stand in a comparison; '' where it can."""
    state = str(query(look.facts, question, rule)["status"].iloc[0])
    if state == Status.SUPPRESSED:
        return Reason.WITHHELD
    if state not in _NUMBERS:
        return Reason.NO_VALUE
    if item.interval == "wilson":
        return ""
    complete = query(look.facts, Query("R01", (), question.window, question.area, ALL), _WITHIN)["value"].iloc[0]
    return "" if complete >= LEAST_COMPLETE else Reason.INCOMPLETE


def _look(frame: pd.DataFrame, item: Indicator, question: Query, facts: Facts, level: str) -> expected.Look:
    """Cases of all areas with the whole they are part of, or the person-months they come from."""
    shown = frame["status"].astype(str).isin(_NUMBERS)
    cases = frame["numerator"].where(shown).to_numpy(dtype=float)
    if item.interval == "wilson":
        return expected.look(cases, frame["denominator"].to_numpy(dtype=float))
    months = question.window.length if question.window else 1
    people = np.array([facts.residents(code) for code in frame[f"kode_{level}"]], dtype=float)
    return expected.look(cases, people * months)


def _judged(decision: Decision, before: Query, now: Query, found: expected.Expected, seen: pd.Series) -> Outcome:
    item, draft = indicator(now.indicator), decision.draft
    scale = item.scale / float(seen["denominator"]) if item.denominator else 1.0
    wished = 1 if draft.direction == "naik" else -1
    part = wished * found.regression / found.carried if found.carried > 0 else 0.0
    lower, mean, upper, carried = (scale * cases for cases in (found.lower, found.mean, found.upper, found.carried))
    limits = Range(lower, mean, upper, carried, part, found.city_change)
    warned = draft.chosen == "terburuk" and part >= LEAST_PART
    return Outcome(decision, before, now, _verdict(float(seen["numerator"]), found, wished), "", limits, warned)


def _verdict(cases: float, found: expected.Expected, wished: int) -> Verdict:
    if found.lower <= cases <= found.upper:
        return Verdict.WITHIN
    return Verdict.BEYOND if (cases > found.upper) == (wished > 0) else Verdict.CONTRARY
