"""Sentences from rules: each follows from a tested comparison, or says that nothing can be concluded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ipsm_analytics.cube import Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.measures import Status
from ipsm_analytics.reference import areas, categories
from ipsm_analytics.statistics.comparison import Change, Verdict, holm
from ipsm_analytics.views.chart import Desk, Scope, slice_name


def change_of(desk: Desk, scope: Scope, slice_code: str | None = None) -> Change:
    """Change of K01 in the scope against the same span one year earlier."""
    return group_changes(desk, scope, (slice_code or scope.slice,))[0]


def group_changes(desk: Desk, scope: Scope, slices: tuple[str, ...]) -> list[Change]:
    """Changes of several slices judged together (Holm); spans that the data do not cover have no base."""
    now, before = _totals(desk, scope, slices)
    known = before if covered(desk, scope.before) else [0] * len(slices)
    return holm(list(zip(now, known, strict=True)), settled=desk.settled(scope.window))


def covered(desk: Desk, window: Window) -> bool:
    """True when every month of a window lies on the data's time axis."""
    span = desk.cube.span
    return span is not None and span.first <= window.first and window.last <= span.last


def _totals(desk: Desk, scope: Scope, slices: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Cases of each slice in the window and in the same span a year before; all groups come from one question."""
    spans = (scope.window, scope.before)
    if slices == categories.GROUPS:
        frames = [desk.answer(replace(scope.ask("K01", "kelompok", slice_code=ALL), spans=spans))]
    else:
        frames = [desk.answer(replace(scope.ask("K01", slice_code=code), spans=spans)) for code in slices]
    halves = [np.nan_to_num(frame["numerator"].to_numpy()).astype(int).reshape(2, -1) for frame in frames]
    now, before = np.concatenate(halves, axis=1).tolist()
    return now, before


def headline(desk: Desk, scope: Scope) -> str:
    """How many cases, how that moved against the same span last year, and where a rise is real; or that nobody reported."""
    words = desk.words
    if desk.answer(scope.ask("K01"))["status"].iloc[0] == Status.NOT_REPORTED:
        return words("judul.belum_lapor", tempat=areas.label(scope.area), periode=words.window(scope.window))
    total = change_of(desk, scope)
    subject = words(
        "judul.kasus" if scope.slice == ALL else "judul.kasus_bagian",
        jumlah=words.number(total.current),
        bagian=slice_name(words, scope.slice).lower(),
        tempat=areas.label(scope.area),
        periode=words.window(scope.window),
    )
    return f"{subject}{_moved(desk, scope, total)} {_where(desk, scope, total)}".strip()


def _moved(desk: Desk, scope: Scope, change: Change) -> str:
    words = desk.words
    if change.verdict is Verdict.NO_BASE or change.percent is None:
        before = desk.answer(scope.ask("K01", window=scope.before))["status"].iloc[0]
        known = covered(desk, scope.before) and before == Status.ZERO
        return words("judul.dari_nol" if known else "judul.tanpa_pembanding")
    size = words.percent_change(change.percent)
    if change.verdict is Verdict.OPEN:
        return words("judul.terbuka", arah=words(direction_key(change)), besar=size)
    return words("judul.naik" if change.verdict is Verdict.UP else "judul.turun", besar=size)


def _where(desk: Desk, scope: Scope, total: Change) -> str:
    words = desk.words
    if scope.slice != ALL or total.verdict is Verdict.NO_BASE:
        return ""
    changes = group_changes(desk, scope, categories.GROUPS)
    risen = [slice_name(words, code) for code, item in zip(categories.GROUPS, changes, strict=True) if item.verdict is Verdict.UP]
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
