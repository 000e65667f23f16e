"""Which case stands in which file: first entries, repeats, and later states of the same case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipsm_analytics.sample import stated
from ipsm_analytics.sample.draws import Bools, Ints, shuffled, stream
from ipsm_analytics.sample.period import Period
from ipsm_analytics.sample.reporting import Events
from ipsm_analytics.sample.response import Responses

SICADAS, TEMPLATE = "sicadas-ppks", "kasus-lengkap"
FIRST, REPEAT, UPDATE = range(3)
QUARTER = 3


@dataclass(frozen=True)
class CaseFile:
    """One case file: it holds what reached the office in the months `begin` up to and without `end`."""

    name: str
    kind: str
    begin: int
    end: int


@dataclass(frozen=True)
class Layout:
    """The rows of all case files in the order written.

    Attributes:
        case, file: positions; copy: FIRST, REPEAT or UPDATE; as_of: day whose state of the case the row shows.
    """

    files: tuple[CaseFile, ...]
    case: Ints
    file: Ints
    copy: Ints
    as_of: Ints


@dataclass(frozen=True)
class Quota:
    """Rows of each sort; together the rows asked for."""

    first: int
    repeats: int
    updates: int


def quota(rows: int) -> Quota:
    """How many rows are first entries, repeats and updates."""
    repeats = round(stated.number("ukuran", "isi_ulang") * rows)
    updates = round(stated.number("ukuran", "pembaruan") * rows)
    return Quota(rows - repeats - updates, repeats, updates)


def case_files(period: Period) -> tuple[CaseFile, ...]:
    """One file a quarter: Sicadas for the older months, our template for the newer ones."""
    switch = _switch(period)
    quarters: dict[tuple[str, int], list[int]] = {}
    for month in range(period.months):
        quarters.setdefault((SICADAS if month < switch else TEMPLATE, (period.first + month) // QUARTER), []).append(month)
    last = period.months
    return tuple(_case_file(period, kind, months[0], months[-1] + 1, last) for (kind, _), months in quarters.items())


def _case_file(period: Period, kind: str, begin: int, end: int, last: int) -> CaseFile:
    stem, suffix = ("sicadas_ppks_contoh", "csv") if kind == SICADAS else ("kasus_psm_contoh", "xlsx" if end == last else "csv")
    return CaseFile(f"{stem}_{period.label(end - 1)}.{suffix}", kind, begin, end)


def plan(period: Period, cases: Events, responses: Responses, faulty: Bools, asked: Quota, seed: int) -> Layout:
    """Puts every case in the file of the month it arrived, then repeats and updates.

    Only faultless cases are repeated or updated. A repeat stands at the end of its own file, or at the head of
    the next one of its kind; an update at the head of the next one. Where too few cases have moved on, repeats
    take the place of updates.
    """
    files = case_files(period)
    home = _file_of_month(period, files)[period.month_of(cases.arrived)]
    leaves = np.array([other < len(files) and files[other].kind == files[other - 1].kind for other in range(1, len(files) + 1)])[
        home
    ]
    file_end = np.array([period.month_start(item.end) - 1 for item in files])[home]
    cutoff = np.full(len(cases), period.cutoff)
    every = np.arange(len(cases))
    moved_on = (responses.status_on(every, file_end) != responses.status_on(every, cutoff)) & template_cases(period, cases)
    order = shuffled(stream(seed, "isi ulang"), len(cases))
    free = ~faulty
    updated = _take(order, free & leaves & moved_on, asked.updates)
    free[updated] = False
    carried = _take(order, free & leaves, round(stated.number("ukuran", "isi_ulang_antar_berkas") * asked.repeats))
    free[carried] = False
    pasted = _take(order, free, asked.repeats + asked.updates - len(updated) - len(carried))
    shown = cutoff.copy()
    shown[updated] = file_end[updated]
    return _sorted(files, home, cutoff, shown, updated, carried, pasted)


def template_cases(period: Period, cases: Events) -> Bools:
    """Which cases arrived after our own format came into use."""
    return np.asarray(cases.arrived >= period.month_start(_switch(period)), dtype=np.bool_)


def _switch(period: Period) -> int:
    """First month of our own format."""
    share = round(stated.number("ukuran", "bagian_bulan_templat") * period.months)
    return period.months - min(stated.count("ukuran", "bulan_templat_terbanyak"), share)


def _file_of_month(period: Period, files: tuple[CaseFile, ...]) -> Ints:
    return np.array([next(i for i, item in enumerate(files) if item.begin <= month < item.end) for month in range(period.months)])


def _take(order: Ints, able: Bools, size: int) -> Ints:
    return order[able[order]][:size]


def _sorted(
    files: tuple[CaseFile, ...], home: Ints, cutoff: Ints, shown: Ints, updated: Ints, carried: Ints, pasted: Ints
) -> Layout:
    case = np.concatenate([np.arange(len(home)), updated, carried, pasted])
    file = np.concatenate([home, home[updated] + 1, home[carried] + 1, home[pasted]])
    copy = np.repeat([FIRST, UPDATE, REPEAT, REPEAT], [len(home), len(updated), len(carried), len(pasted)])
    part = np.repeat([1, 0, 0, 2], [len(home), len(updated), len(carried), len(pasted)])
    as_of = np.concatenate([shown, cutoff[updated], cutoff[carried], cutoff[pasted]])
    order = np.lexsort((case, part, file))
    return Layout(files, *(column[order].astype(np.int64) for column in (case, file, copy, as_of)))
