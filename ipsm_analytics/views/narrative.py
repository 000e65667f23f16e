"""Sentences from rules: each follows from a tested comparison, or says that nothing can be concluded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from ipsm_analytics.answers.outlook import Outlook
from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.reference.indicators import indicator
from ipsm_analytics.statistics import funnel
from ipsm_analytics.statistics.comparison import Change, Verdict, change, holm
from ipsm_analytics.statistics.multiple import false_discovery
from ipsm_analytics.statistics.nowcast import Nowcast, stays_below
from ipsm_analytics.statistics.significance import City, rate_scores
from ipsm_analytics.views.chart import Desk, Scope, period, period_before, slice_name


def change_of(desk: Desk, scope: Scope, slice_code: str | None = None) -> Change:
    """Change of K01 in the scope against the same span one year earlier."""
    return group_changes(desk, scope, (slice_code or scope.slice,))[0]


def group_changes(desk: Desk, scope: Scope, slices: tuple[str, ...]) -> list[Change]:
    """Changes of several slices judged together (Holm); spans that the data do not cover have no base."""
    now, before = _totals(desk, scope, slices)
    known = before if covered(desk, scope.before) else [0] * len(slices)
    factors = [desk.repeats(scope, code) for code in slices]
    found = holm(list(zip(now, known, strict=True)), settled=desk.settled(scope.window), dispersions=factors)
    return [sure_of(desk, scope, code, item) for code, item in zip(slices, found, strict=True)]


def sure_of(desk: Desk, scope: Scope, slice_code: str, found: Change) -> Change:
    """A change of K01, left open where it is a fall that the nowcast does not uphold."""
    doubted = found.verdict is Verdict.DOWN and not fall_holds(desk, scope, slice_code, found.current, found.before)
    return replace(found, verdict=Verdict.OPEN) if doubted else found


def fall_holds(desk: Desk, scope: Scope, slice_code: str, current: int, before: int) -> bool:
    """Whether a count is expected to stay below the one a year before; True where there is no nowcast to ask."""
    now = Outlook(desk.facts, scope.area, slice_code, 0).now
    return not isinstance(now, Nowcast) or stays_below(now, *scope.window, current, before)


def covered(desk: Desk, window: Window) -> bool:
    """True when every month of a window lies on the data's time axis."""
    span = desk.cube.span
    return span is not None and span.first <= window.first and window.last <= span.last


def _totals(desk: Desk, scope: Scope, slices: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Cases of each slice in the window and in the same days a year before; all groups come from one question."""
    if slices == categories.GROUPS:
        frames = [desk.compared(scope.ask("K01", "kelompok", slice_code=ALL))]
    else:
        frames = [desk.compared(scope.ask("K01", slice_code=code)) for code in slices]
    halves = [_halves(frame) for frame in frames]
    now, before = np.concatenate(halves, axis=1).tolist()
    return now, before


def _halves(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """(2 × slices) counts now and before; one withheld counts nothing, and where either is there is no base."""
    counts = np.nan_to_num(frame["numerator"].to_numpy()).reshape(2, -1)
    counts[1] *= ~(frame["status"] == Status.SUPPRESSED).to_numpy().reshape(2, -1).any(axis=0)
    return np.asarray(counts, dtype=np.int64)


def headline(desk: Desk, scope: Scope) -> str:
    """How many cases, how that moved against the same span last year, and where a rise is real; or that nobody reported."""
    counted = counted_sentence(desk, scope)
    if scope.slice != ALL or desk.answer(scope.ask("K01"))["status"].iloc[0] not in (Status.OK, Status.ZERO):
        return counted
    total = change_of(desk, scope)
    return counted if total.verdict is Verdict.NO_BASE else f"{counted} {risen_sentence(desk, scope, categories.GROUPS)}"


def counted_sentence(desk: Desk, scope: Scope) -> str:
    """How many cases, and how that moved against the same span last year; or why that is not told."""
    status = desk.answer(scope.ask("K01"))["status"].iloc[0]
    if status in (Status.NOT_REPORTED, Status.SUPPRESSED):
        return desk.words(
            "judul.belum_lapor" if status == Status.NOT_REPORTED else "judul.disensor",
            tempat=areas.label(scope.area),
            periode=period(desk, scope.window),
        )
    return told_change(desk, scope, change_of(desk, scope))


def told_change(desk: Desk, scope: Scope, found: Change) -> str:
    """A change of the scope's slice in a sentence; what the change may be called is settled by its verdict."""
    words = desk.words
    subject = words(
        "judul.kasus" if scope.slice == ALL else "judul.kasus_bagian",
        jumlah=words.number(found.current),
        bagian=slice_name(words, scope.slice).lower(),
        tempat=areas.label(scope.area),
        periode=period(desk, scope.window),
    )
    return f"{subject}{_moved(desk, scope, found)}"


def _moved(desk: Desk, scope: Scope, change: Change) -> str:
    words, until = desk.words, period_before(desk, scope.window)
    if change.verdict is Verdict.NO_BASE or change.percent is None:
        before = desk.compared(scope.ask("K01"))["status"].iloc[-1] if covered(desk, scope.before) else None
        zero, secret = before == Status.ZERO, before == Status.SUPPRESSED
        return words("judul.dari_nol" if zero else "judul.dari_disensor" if secret else "judul.tanpa_pembanding", batas=until)
    size = words.percent_change(change.percent)
    if change.verdict is Verdict.OPEN:
        return words("judul.terbuka", arah=words(direction_key(change)), besar=size, batas=until)
    return words("judul.naik" if change.verdict is Verdict.UP else "judul.turun", besar=size, batas=until)


def risen_sentence(desk: Desk, scope: Scope, slices: tuple[str, ...]) -> str:
    """Which of several slices rose for sure when all are judged together."""
    words = desk.words
    changes = group_changes(desk, scope, slices)
    risen = [slice_name(words, code) for code, item in zip(slices, changes, strict=True) if item.verdict is Verdict.UP]
    if not risen:
        return words("judul.tidak_ada_kenaikan")
    return words("judul.kenaikan_nyata", kelompok=words.listing(risen))


def direction_key(change: Change) -> str:
    """Catalogue key of the raw direction of a change."""
    if change.current == change.before:
        return "arah.tetap"
    return "arah.naik" if change.current > change.before else "arah.turun"


def completeness_note(desk: Desk, scope: Scope) -> str:
    """How many kelurahan reported in the last month of the window, out of how many."""
    last = Window(scope.window.last, scope.window.last)
    row = desk.answer(scope.ask("R01", window=last)).iloc[0]
    return desk.words("status_data.melapor", ada=desk.words.number(row["numerator"]), dari=desk.words.number(row["denominator"]))


MOST_FLAGS = 5
LEVEL = 0.05
LEAST_CASES, LEAST_SHARE = 30, 30
"""Fewest cases of both spans together, and fewest of each in a share, for which a sentence is tried (assumptions)."""


@dataclass(frozen=True)
class Flag:
    """A sentence that may be said: what it rests on, its words, and the p-value of its test."""

    indicator: str
    text: str
    p_value: float


@dataclass(frozen=True)
class Flags:
    """The sentences of a page, the surest first, and how many comparisons they were chosen from."""

    found: tuple[Flag, ...]
    tried: int


def flags(desk: Desk, scope: Scope) -> Flags:
    """At most MOST_FLAGS sentences; of all that pass, at most 5% are expected to be false (Benjamini & Hochberg).

    Tried are the change of each group, the rate of each area against the city, and the change of the shares S01 and C06,
    each only where its data are thick enough. While late reports may still come neither a fall nor a share is tried.
    """
    tried = [*_group_flags(desk, scope), *_area_flags(desk, scope), *_share_flags(desk, scope)]
    adjusted = false_discovery([item.p_value for item in tried])
    passed = [item for item, value in zip(tried, adjusted, strict=True) if value <= LEVEL]
    return Flags(tuple(sorted(passed, key=lambda item: item.p_value)[:MOST_FLAGS]), len(tried))


def _group_flags(desk: Desk, scope: Scope) -> Iterator[Flag]:
    if scope.slice != ALL or not covered(desk, scope.before):
        return
    words, settled = desk.words, desk.settled(scope.window)
    for code, now, before in zip(categories.GROUPS, *_totals(desk, scope, categories.GROUPS), strict=True):
        fallen = now < before and not (settled and fall_holds(desk, scope, code, now, before))
        if before == 0 or now + before < LEAST_CASES or fallen:
            continue
        item = change(now, before, dispersion=desk.repeats(scope, code))
        key = "naik" if now > before else "turun"
        size = words.percent_change((now - before) / before * 100)
        until = period_before(desk, scope.window)
        sizes = {"kini": words.number(now), "dulu": words.number(before), "besar": size, "batas": until}
        yield Flag("K01", words(f"tanda.kelompok_{key}", kelompok=slice_name(words, code), **sizes), item.p_value)


def _area_flags(desk: Desk, scope: Scope) -> Iterator[Flag]:
    """Areas below the scope whose rate stands out beyond what areas spread anyway."""
    level = "kecamatan" if areas.level_of(scope.area) == "kota" else "kelurahan"
    words, item = desk.words, indicator("K03")
    frame = desk.answer(scope.surroundings.ask("K03", level))
    city = desk.answer(scope.ask("K03", area=areas.CITY)).iloc[0]
    known = frame[frame["status"].isin([Status.OK, Status.ZERO])]
    if city["status"] != Status.OK or known.empty:
        return
    whole = City(float(city["numerator"]), float(city["denominator"]))
    scores = rate_scores(known["numerator"], known["denominator"], whole)
    spread = scores / np.sqrt(funnel.overdispersion(scores).factor)
    for row, score in zip(known.to_dict("records"), spread, strict=True):
        if not np.isfinite(score) or row["numerator"] < LEAST_CASES:
            continue
        numbers = {name: words.number(row[name], item.decimals) for name in ("value", "lower", "upper")}
        text = words(
            "tanda.wilayah_tinggi" if score > 0 else "tanda.wilayah_rendah",
            wilayah=areas.label(row[f"kode_{level}"]),
            nilai=numbers["value"],
            bawah=numbers["lower"],
            atas=numbers["upper"],
            kota=words.number(city["value"], item.decimals),
        )
        yield Flag("K03", text, _two_sided(score))


def _share_flags(desk: Desk, scope: Scope) -> Iterator[Flag]:
    if not (covered(desk, scope.before) and desk.settled(scope.window)):
        return
    for code in ("S01", "C06"):
        rows = desk.answer(replace(scope.ask(code), spans=(scope.window, scope.before)))
        if not rows["status"].isin([Status.OK, Status.ZERO]).all() or rows["denominator"].min() < LEAST_SHARE:
            continue
        yield _share_flag(desk, code, rows)


def _share_flag(desk: Desk, code: str, rows: pd.DataFrame) -> Flag:
    words, item = desk.words, indicator(code)
    (part, before_part), (whole, before_whole) = rows["numerator"], rows["denominator"]
    pooled = (part + before_part) / (whole + before_whole)
    error = np.sqrt(pooled * (1 - pooled) * (1 / whole + 1 / before_whole))
    score = (part / whole - before_part / before_whole) / error if error else 0.0
    text = words(
        "tanda.bagian_naik" if score > 0 else "tanda.bagian_turun",
        indikator=words(f"kartu.{code}"),
        kini=words.number(rows["value"].iloc[0], item.decimals),
        dulu=words.number(rows["value"].iloc[1], item.decimals),
    )
    return Flag(code, text, _two_sided(float(score)))


def _two_sided(score: float) -> float:
    """Chance of a standard normal value at least so far from 0."""
    return float(2 * special.ndtr(-abs(score)))
