"""What can be said of each kelurahan beyond its number: smoothed, against the city, clustered, or among the worst.

Everything rests on the released answer of `answers.query`: a withheld cell takes no part, and nothing of it can be read off
its neighbours or its rank. An area whose reports are incomplete is never said to be low or good: what it did not report is
missing from its number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.query import query
from ipsm_analytics.answers.repeats import returning
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.reference import areas, boundaries
from ipsm_analytics.reference.indicators import Indicator, indicator
from ipsm_analytics.statistics import areal, ranking, smoothing, spatial
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.significance import City, Significance, assess

LEAST_COMPLETE = 80.0
"""Percent of the reports due (R01) below which an area is never painted low or good."""
PROBABILITY_BREAKS = (0.05, 0.20, 0.50, 0.80)
INCOMPLETE = Status.INCOMPLETE.value
Bools = npt.NDArray[np.bool_]
_NUMBERS = (Status.OK.value, Status.ZERO.value)


class Mode(StrEnum):
    """What is said of each kelurahan."""

    RAW = "mentah"
    SMOOTHED = "halus"
    VERSUS_CITY = "beda"
    CLUSTERED = "panas"
    WORST = "terburuk"


class Unfit(StrEnum):
    """Why a mode says nothing of an indicator; further reasons are those of `areal.Why`."""

    NOT_KELURAHAN = "bukan-kelurahan"
    NO_INTERVAL = "tanpa-selang"
    NOT_A_RATE = "bukan-laju"
    NO_CITY = "kota-tanpa-nilai"


@dataclass(frozen=True)
class Refused:
    """No answer: the reason, what was found and what would be needed (NaN where it is no matter of numbers)."""

    reason: str
    found: float = nan
    needed: float = nan


@dataclass(frozen=True, eq=False)
class Standing:
    """One answer.

    Attributes:
        frame: a row an area: the columns of the query; `completeness` (percent) and `incomplete`; `state`, the status to be
            painted; `kind`, the class, '' where a state says it all, 'belum_lengkap' where it would read as low or good.
            SMOOTHED: smoothed, smoothed_lower, smoothed_upper (in the unit of the indicator), weight (0 to 1).
            VERSUS_CITY: score, reading. CLUSTERED: moran, moran_p, gi, gi_p. WORST: probability, rank, rank_lower,
            rank_upper, group.
        refusal: why the mode says nothing; then the frame is that of RAW.
        clustering: global Moran's I where it was asked for.
        city: the city's figures the areas were held against.
    """

    mode: Mode
    frame: pd.DataFrame
    refusal: Refused | None = None
    clustering: spatial.Clustering | None = None
    city: City | None = None


_KNOWN: WeakKeyDictionary[Facts, dict[tuple[Mode, Query, Policy], Standing]] = WeakKeyDictionary()


def standing(facts: Facts, mode: Mode, question: Query, rule: Policy) -> Standing:
    """What a mode says of each area of a question by one area level; remembered as long as the facts live."""
    known = _KNOWN.setdefault(facts, {})
    key = (mode, question, rule)
    if key not in known:
        known[key] = _standing(facts, mode, question, rule)
    return known[key]


def _standing(facts: Facts, mode: Mode, question: Query, rule: Policy) -> Standing:
    frame = _raw(facts, question, rule)
    unfit = _unfit(indicator(question.indicator), mode, question)
    if unfit:
        return Standing(mode, frame, Refused(unfit.value))
    return Standing(mode, frame) if mode is Mode.RAW else _MODES[mode](facts, question, rule, frame)


def _unfit(item: Indicator, mode: Mode, question: Query) -> Unfit | None:
    if mode is Mode.RAW:
        return None
    if "kelurahan" not in question.by:
        return Unfit.NOT_KELURAHAN
    if mode is Mode.VERSUS_CITY:
        return None if item.interval in ("byar", "wilson") else Unfit.NO_INTERVAL
    return None if item.interval == "byar" and item.denominator == "penduduk" else Unfit.NOT_A_RATE


def _raw(facts: Facts, question: Query, rule: Policy) -> pd.DataFrame:
    """The answer itself with how complete the reports behind it are; nothing due counts as nothing reported."""
    frame = query(facts, question, rule)
    complete = query(facts, replace(question, indicator="R01", slice=ALL, sex=None, age=None, traits=()), rule)
    percent = complete["value"].fillna(0.0).to_numpy()
    state = frame["status"].astype(str)
    return frame.assign(completeness=percent, incomplete=percent < LEAST_COMPLETE, state=state, kind="")


def low_or_good(count: int, direction: str) -> Bools:
    """(count) which classes of a rising scale read as good: the lower ones, for 'naik_baik' the upper; never the middle."""
    place = np.arange(count) - (count - 1) / 2
    return np.asarray(place > 0 if direction == "naik_baik" else place < 0)


def guarded(frame: pd.DataFrame, step: Sequence[int], count: int, direction: str) -> pd.DataFrame:
    """Numbers in `count` rising classes, `step` the class of each row: `state` says 'belum_lengkap' where class or zero
    would read as low or good of an area whose reports are incomplete.
    """
    reads_well = low_or_good(count, direction)[np.asarray(step)] & (frame["state"] == Status.OK)
    if direction != "naik_baik":
        reads_well |= frame["state"] == Status.ZERO
    return frame.assign(state=frame["state"].mask(reads_well & frame["incomplete"], INCOMPLETE))


def _classed(frame: pd.DataFrame, kinds: Sequence[str], reads_well: frozenset[str]) -> pd.DataFrame:
    """Kinds where they say something, the state elsewhere, 'belum_lengkap' where neither may be believed."""
    kind = pd.Series(list(kinds), index=frame.index, dtype=object)
    hidden = kind.isin(reads_well) & frame["incomplete"]
    unsaid = frame["state"].where(~frame["state"].isin(_NUMBERS), Status.REFUSED.value)
    state = unsaid.where(kind == "", Status.OK.value).mask(hidden, INCOMPLETE)
    return frame.assign(kind=kind.mask(hidden, INCOMPLETE), state=state)


def _counts(frame: pd.DataFrame) -> tuple[areal.Floats, areal.Floats]:
    """Released counts and populations; NaN where there is no number to show."""
    shown = frame["status"].astype(str).isin(_NUMBERS)
    return frame["numerator"].where(shown).to_numpy(dtype=float), frame["denominator"].to_numpy(dtype=float)


def _near(frame: pd.DataFrame) -> areal.Bools:
    return areal.contiguity(frame["kode_kelurahan"].tolist(), boundaries.neighbours())


def _refused(mode: Mode, frame: pd.DataFrame, found: Refusal) -> Standing:
    return Standing(mode, frame, Refused(found.reason.value, found.found, found.needed))


def _smoothed(facts: Facts, question: Query, rule: Policy, frame: pd.DataFrame) -> Standing:
    """Drawn towards the neighbours in the whole city, so that a kelurahan has one smoothed rate wherever it is looked at."""
    city = query(facts, replace(question, area=areas.CITY), rule)
    found = smoothing.smooth(*_counts(city), _near(city))
    if isinstance(found, Refusal):
        return _refused(Mode.SMOOTHED, frame, found)
    scale = indicator(question.indicator).scale
    columns = {
        "smoothed": found.rate * scale,
        "smoothed_lower": found.lower * scale,
        "smoothed_upper": found.upper * scale,
        "weight": found.weight,
    }
    inside = city["kode_kelurahan"].isin(frame["kode_kelurahan"]).to_numpy()
    frame = frame.assign(**{name: values[inside] for name, values in columns.items()})
    told = frame["state"].where(frame["smoothed"].isna(), Status.OK.value)
    return Standing(Mode.SMOOTHED, frame.assign(state=told))


def _versus_city(facts: Facts, question: Query, rule: Policy, frame: pd.DataFrame) -> Standing:
    item = indicator(question.indicator)
    city = _city(facts, question, rule, item)
    if not (city.numerator > 0 and city.denominator > 0):
        return Standing(Mode.VERSUS_CITY, frame, Refused(Unfit.NO_CITY.value))
    windows = [question.window] if question.window else []
    found = assess(frame, city, item.interval, item.direction, returning(facts, item, windows))
    kinds = found["significance"].where(found["significance"] != Significance.NOT_ASSESSED.value, "")
    up = (Significance.HIGHER.value, Significance.MUCH_HIGHER.value)
    down = (Significance.LOWER.value, Significance.MUCH_LOWER.value)
    frame = _classed(frame, kinds.tolist(), frozenset(up if item.direction == "naik_baik" else down))
    said = found["reading"].astype(str).mask(frame["kind"] == INCOMPLETE, "")
    return Standing(Mode.VERSUS_CITY, frame.assign(score=found["score"], reading=said), city=city)


def _city(facts: Facts, question: Query, rule: Policy, item: Indicator) -> City:
    """The city's figures; of a rate, the population of kelurahan that did not report at all is left out of it."""
    row = query(facts, replace(question, area=areas.CITY, by=()), rule).iloc[0]
    persons = float(row["denominator"])
    if item.denominator == "penduduk":
        every = query(facts, replace(question, area=areas.CITY), rule)
        persons -= float(every.loc[every["status"] == Status.NOT_REPORTED, "denominator"].sum())
    return City(float(row["numerator"]), persons)


def _clustered(_facts: Facts, _question: Query, _rule: Policy, frame: pd.DataFrame) -> Standing:
    found = spatial.pattern(*_counts(frame), _near(frame))
    if isinstance(found, Refusal):
        return _refused(Mode.CLUSTERED, frame, found)
    silent = {spatial.Kind.LEFT_OUT: ""}
    said = [
        star if lisa is spatial.Kind.NOTHING else lisa for lisa, star in zip(found.lisa.kind, found.gi_star.kind, strict=True)
    ]
    low = frozenset({spatial.Kind.LOW_LOW.value, spatial.Kind.LOW_HIGH.value, spatial.Kind.COLD.value})
    frame = _classed(frame, [silent.get(kind, kind.value) for kind in said], low).assign(
        moran=found.lisa.value, moran_p=found.lisa.adjusted, gi=found.gi_star.value, gi_p=found.gi_star.adjusted
    )
    return Standing(Mode.CLUSTERED, frame, clustering=found.clustering)


def _worst(_facts: Facts, _question: Query, _rule: Policy, frame: pd.DataFrame) -> Standing:
    found = ranking.rank(*_counts(frame), ranking.Worse.HIGH)
    if isinstance(found, Refusal):
        return _refused(Mode.WORST, frame, found)
    step = np.searchsorted(PROBABILITY_BREAKS, found.probability, side="right")
    kinds = ["" if missing else probability_kind(number) for number, missing in zip(step, found.left_out, strict=True)]
    low = low_or_good(len(PROBABILITY_BREAKS) + 1, "turun_baik").nonzero()[0].tolist()
    frame = _classed(frame, kinds, frozenset(map(probability_kind, low))).assign(
        probability=found.probability,
        rank=found.median,
        rank_lower=found.lower,
        rank_upper=found.upper,
        group=np.where(found.group > 0, found.group, nan),
        expected=found.expected,
    )
    return Standing(Mode.WORST, frame)


def probability_kind(number: int) -> str:
    """Name of a class of PROBABILITY_BREAKS, 0 the least probable."""
    return f"peluang_{number}"


_MODES: Mapping[Mode, Callable[[Facts, Query, Policy, pd.DataFrame], Standing]] = {
    Mode.SMOOTHED: _smoothed,
    Mode.VERSUS_CITY: _versus_city,
    Mode.CLUSTERED: _clustered,
    Mode.WORST: _worst,
}
