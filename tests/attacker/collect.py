"""What an attacker holds: every number that answers give a role, put where it belongs among the cells.

Files that leave the office hold rows of such answers and nothing else, so whoever has all answers has all files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics import answers
from ipsm_analytics.answers import Facts
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL, slice_codes
from ipsm_analytics.cube.selection import WITHOUT_REPORT
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.measures.intervals import byar, wilson
from ipsm_analytics.measures.query import LABELS, Cells, plan
from ipsm_analytics.privacy import Policy, is_sensitive
from ipsm_analytics.reference import areas
from ipsm_analytics.reference.indicators import Indicator, indicator
from tests.attacker.equations import Ints, Layer, Space, with_rests
from tests.attacker.solve import FAR, Bounds

Asked = Callable[[Facts, Query, Policy], pd.DataFrame]
"""A gate: the answer to a question under a rule."""
EVERYTHING = Policy(0, False)
NUMBERS = ("value", "numerator", "denominator", "lower", "upper")
_ALSO = {"keabsahan": ("accepted", "rows"), "nik": ("nik", "accepted"), "ganda": ("ganda", "identified")}
_SAME = {"accepted": "cases"}
"""Accepted rows are cases, whatever the indicator calls them."""
UNCOUNTED = frozenset({"", "penduduk", "expected", "rows", "psm_active", "psm_registered", "reports"})
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ask:
    """An indicator with dimensions it is split by beside area, slice and time."""

    code: str
    by: tuple[str, ...] = ()


CASES = (Ask("K01"), Ask("K01", ("jk",)))
RATES = (Ask("K02"), Ask("K03"), Ask("C06"), Ask("J01"), Ask("J02"), Ask("J03"), Ask("J04"))
WORK = (Ask("S01"), Ask("S03"), Ask("S04"), Ask("B01"))
SPLITS = (Ask("K01", ("usia",)), Ask("K01", ("jk", "usia")), Ask("K01", ("keberulangan",)), Ask("S03", ("umur",)))
ROWS = (Ask("R04"), Ask("R04-NIK"), Ask("R04-GANDA"))
ALL_ASKS = (*CASES, *RATES, *WORK, *SPLITS, *ROWS)


def quantities(item: Indicator) -> tuple[str, str]:
    """What the numerator and the denominator of an indicator count."""
    pair = _ALSO.get(item.numerator, (item.numerator, item.denominator))
    return _SAME.get(pair[0], pair[0]), _SAME.get(pair[1], pair[1])


def counted(frame: pd.DataFrame, item: Indicator, denominator: Floats | None = None) -> Floats:
    """(rows) the numerator, NaN where nothing tells it.

    A value and its denominator give it, so do the limits of an interval: residents are public, and counts are whole. An area
    that is silent reported no case.
    """
    told = frame["numerator"].to_numpy(dtype=np.float64, copy=True) if "numerator" in frame else np.full(len(frame), np.nan)
    known = frame["denominator"].to_numpy(dtype=np.float64) if denominator is None else denominator
    if item.denominator:
        whole = np.rint(frame["value"].to_numpy(dtype=np.float64) * known / item.scale)
        told = np.where(np.isnan(told), whole, told)
        told = np.where(np.isnan(told), from_limits(frame, item, known), told)
    return np.where(np.isnan(told) & _silent(frame, item), 0.0, told)


def _silent(frame: pd.DataFrame, item: Indicator) -> npt.NDArray[np.bool_]:
    """(rows) areas without a report in the window, so without a case; of rows read, the due months alone are silent."""
    if item.engine != "sel" or item.numerator in WITHOUT_REPORT:
        return np.zeros(len(frame), dtype=np.bool_)
    return np.asarray(frame["status"].astype(str).to_numpy() == Status.NOT_REPORTED)


def from_limits(frame: pd.DataFrame, item: Indicator, denominator: Floats, largest: int = 2000) -> Floats:
    """(rows) the count whose upper limit lies nearest the one shown; NaN where no limit is shown."""
    shown = frame["upper"].to_numpy(dtype=np.float64) / item.scale
    found = np.full(len(shown), np.nan)
    for row in np.flatnonzero(~np.isnan(shown) & (denominator > 0)):
        counts = np.arange(min(largest, int(denominator[row])) + 1)
        upper = byar(counts)[1] / denominator[row] if item.interval == "byar" else wilson(counts, denominator[row])[1]
        found[row] = counts[np.argmin(np.abs(upper - shown[row]))]
    return found


def questions(asked: Ask, space: Space) -> Iterator[Query]:
    """Every area and slice of the space in all windows, in as few questions as the answers allow."""
    item = indicator(asked.code)
    slices = [((), ALL)] + ([(("kelompok",), ALL)] if "kelompok" in item.splits else [])
    slices += [(("kategori",), ALL)] if "kategori" in item.splits else []
    places: list[tuple[tuple[str, ...], str]] = [((), areas.CITY), (("kecamatan",), areas.CITY)]
    if len(space.areas) == len(areas.all_codes()):
        places.append((("kelurahan",), areas.CITY))
    else:
        places += [(("kelurahan",), code) for code in space.areas if areas.level_of(code) == "kecamatan"]
    for by, code in places:
        for parts, whole in slices:
            yield Query(asked.code, (*by, *parts, *asked.by), space.span, code, whole, spans=space.windows)


def layers_of(asks: Iterable[Ask], labels: Callable[[str], tuple[str, ...]], release: int = 0) -> tuple[Layer, ...]:
    """What the answers count, without rests."""
    found: list[Layer] = []
    for asked in asks:
        item = indicator(asked.code)
        cells = plan(item, Query(asked.code, asked.by), Window((2026, 1), (2026, 1)), _labels(asked, labels))  # type: ignore[arg-type]
        for name in quantities(item):
            if name not in UNCOUNTED:
                found += [Layer(name, filters, release) for filters in _filters(cells)]
    return tuple(dict.fromkeys(found))


def _labels(asked: Ask, labels: Callable[[str], tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {**LABELS, **{name: labels(name) for name in asked.by if name in LABELS}}


def _filters(cells: Cells) -> list[tuple[tuple[str, str], ...]]:
    """The combinations of traits, sex and age of an answer, in its order."""
    found = []
    for traits in cells.traits:
        for sex in cells.sexes:
            for age in cells.ages:
                named = [*traits, *((("jk", sex),) if sex else ()), *((("usia", age),) if age else ())]
                found.append(tuple(sorted(named)))
    return found


def space_of(
    facts: Sequence[Facts], asks: Iterable[Ask], rule: Policy, gate: Asked, *, single: bool = True, months: int | None = None
) -> Space:
    """The cells of an attack on one or several releases: kecamatan that never reported anything are left out.

    `months`: only the newest. Raises ValueError without data.
    """
    spans = [each.span for each in facts if each.span]
    if not spans:
        raise ValueError("no data")
    span = Window(min(each.first for each in spans), max(each.last for each in spans))
    span = span if months is None else Window(max(span.first, span.last.plus(1 - months)), span.last)
    found = [layers_of(asks, facts[release].labels, release) for release in range(len(facts))]
    heard = {code for each in facts for code in _heard(each, span, rule, gate)}
    inside = [code for code in areas.codes("kelurahan") if areas.parent(code) in heard]
    layers = with_rests(layer for group in found for layer in group)
    return Space(layers, (*inside, *sorted(heard), areas.CITY), slice_codes(), span, single)


def _heard(facts: Facts, span: Window, rule: Policy, gate: Asked) -> Iterator[str]:
    frame = gate(facts, Query("K01", ("kecamatan",), span), rule)
    yield from frame.loc[frame["status"].astype(str) != Status.NOT_REPORTED, "kode_kecamatan"]


def collect(bounds: Bounds, facts: Facts, asks: Iterable[Ask], rule: Policy, gate: Asked, release: int = 0) -> None:
    """Tells the bounds all that the gate answers."""
    for asked in asks:
        for question in questions(asked, bounds.space):
            observe(bounds, facts, question, gate(facts, question, rule), release)


def observe(bounds: Bounds, facts: Facts, question: Query, frame: pd.DataFrame, release: int = 0) -> None:
    """Tells the bounds one answer: what it shows of its numerators and denominators. Cells outside the space are passed over."""
    for layer, where, values in numbers(bounds.space, facts, question, frame, release):
        low, high = (np.where(np.isnan(values), open_, values).astype(np.int32) for open_ in (0, FAR))
        bounds.tell((layer, *where), low, high)


def numbers(
    space: Space, facts: Facts, question: Query, frame: pd.DataFrame, release: int = 0
) -> Iterator[tuple[int, tuple[npt.NDArray[np.int64], ...], Floats]]:
    """For each layer of an answer: where its cells are among (areas, slices, windows), and the counts told, NaN for none."""
    item = indicator(question.indicator)
    names = {name for name, _ in question.traits} | set(question.by)
    cells = plan(item, question, facts.span, {**LABELS, **{name: facts.labels(name) for name in names & set(LABELS)}})
    held = [place for place, code in enumerate(cells.areas) if code in space.area_places]
    where = np.ix_(
        [space.area_places[cells.areas[place]] for place in held],
        [space.slices.index(code) for code in cells.slices],
        [space.window_places[window] for window in cells.windows],
    )
    top, bottom = quantities(item)
    below = frame["denominator"].to_numpy(dtype=np.float64)
    told = {top: counted(frame, item), bottom: np.where(np.isnan(below) & _silent(frame, item), 0.0, below)}
    for name, values in told.items():
        if name in UNCOUNTED:
            continue
        blocks = values.reshape(-1, *cells.shape[3:])[..., held]
        for filters, block in zip(_filters(cells), blocks, strict=True):
            yield space.index[Layer(name, filters, release)], where, block.transpose(2, 1, 0)


def told_of(space: Space, facts: Facts, asks: Iterable[Ask], rule: Policy, gate: Asked, release: int = 0) -> Floats:
    """(layers × areas × slices × windows) counts a gate tells, NaN where it tells none."""
    found = np.full(space.shape, np.nan)
    for one in asks:
        for question in questions(one, space):
            for layer, where, values in numbers(space, facts, question, gate(facts, question, rule), release):
                found[(layer, *where)] = np.where(np.isnan(values), found[(layer, *where)], values)
    return found


def truth_of(space: Space, facts: Sequence[Facts], asks: Iterable[Ask]) -> Ints:
    """(layers × areas × slices × windows) true counts, −1 where no answer counts them; rests as differences."""
    asked = tuple(asks)
    told = [told_of(space, each, asked, EVERYTHING, answers.query, release) for release, each in enumerate(facts)]
    stacked = np.stack(told)
    found = np.where(np.isnan(stacked), -1, stacked).max(axis=0).astype(np.int32)
    for layer, place in space.index.items():
        if layer.without:
            whole, part = replace(layer, without=""), replace(layer, quantity=layer.without, without="")
            both = found[space.index[whole]], found[space.index[part]]
            found[place] = np.where(np.minimum(*both) < 0, -1, both[0] - both[1])
    return found


def threshold(facts: Facts, question: Query, rule: Policy) -> pd.DataFrame:
    """A gate to compare with, a threshold alone: what is small or sensitive is left out, and nothing that would give it away."""
    frame = answers.query(facts, question, EVERYTHING)
    item = indicator(question.indicator)
    counts = [frame["numerator"]]
    if item.is_share and item.denominator not in UNCOUNTED:
        counts += [frame["denominator"], frame["denominator"] - frame["numerator"]]
    shut = np.logical_or.reduce([(count > 0) & (count < rule.small_cell) for count in counts])
    if rule.sensitive_to_kecamatan:
        shut |= _sensitive(frame, question)
    shut &= frame["status"].astype(str).to_numpy() != Status.NOT_REPORTED
    status = frame["status"].astype(str).mask(shut, Status.SUPPRESSED.value)
    return frame.assign(**{name: frame[name].mask(shut) for name in NUMBERS}, status=status)


def rounded(facts: Facts, question: Query, rule: Policy) -> pd.DataFrame:
    """Another one: every count is told, to the nearest multiple of the least count that may be told."""
    frame = answers.query(facts, question, EVERYTHING)
    return frame.assign(numerator=rule.small_cell * np.rint(frame["numerator"] / rule.small_cell))


def _sensitive(frame: pd.DataFrame, question: Query) -> npt.NDArray[np.bool_]:
    """(rows) sensitive categories below kecamatan."""
    column = next((name for name in ("kategori", "kelompok") if name in frame), None)
    part = frame[column].map(is_sensitive) if column else is_sensitive(question.slice)
    below = "kode_kelurahan" in frame or areas.level_of(question.area) == "kelurahan"
    return np.asarray(np.broadcast_to(np.asarray(part, dtype=np.bool_) & below, len(frame)))
