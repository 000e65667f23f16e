"""Which case stands in which file: first entries, repeats, and later states of the same case."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ipsm_analytics.sample import stated
from ipsm_analytics.sample.draws import Bools, Ints, shuffled, stream
from ipsm_analytics.sample.period import Period
from ipsm_analytics.sample.reporting import Events
from ipsm_analytics.sample.response import Responses

SICADAS, TEMPLATE = "sicadas-ppks", "kasus-lengkap"
FIRST, REPEAT, UPDATE = range(3)
AS_IT_IS, ELSEWHERE, OTHERWISE = range(3)
"""What a row says of the place and the category of its case: the truth, another kelurahan, or another category."""
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
        known: AS_IT_IS, ELSEWHERE or OTHERWISE; what is wrong in a row is put right by a row of the last file.
    """

    files: tuple[CaseFile, ...]
    case: Ints
    file: Ints
    copy: Ints
    as_of: Ints
    known: Ints


@dataclass(frozen=True)
class Quota:
    """Rows of each sort; together the rows asked for. `afterwards` of the repeats may be updates after the meeting."""

    first: int
    repeats: int
    updates: int
    afterwards: int


def quota(rows: int) -> Quota:
    """How many rows are first entries, repeats and updates."""
    repeats = round(stated.number("ukuran", "isi_ulang") * rows)
    updates = round(stated.number("ukuran", "pembaruan") * rows)
    return Quota(rows - repeats - updates, repeats, updates, round(stated.number("ukuran", "susulan") * rows))


def case_files(period: Period) -> tuple[CaseFile, ...]:
    """One file a quarter: Sicadas for the older months, our template for the newer ones; what came after the meeting is last."""
    switch = _switch(period)
    quarters: dict[tuple[str, int], list[int]] = {}
    for month in range(period.months):
        quarters.setdefault((SICADAS if month < switch else TEMPLATE, (period.first + month) // QUARTER), []).append(month)
    last = period.months
    known = tuple(_case_file(period, kind, months[0], months[-1] + 1, last) for (kind, _), months in quarters.items())
    return (*known, CaseFile(f"kasus_psm_contoh_susulan_{period.label(last - 1)}.csv", TEMPLATE, last - 1, last))


def _case_file(period: Period, kind: str, begin: int, end: int, last: int) -> CaseFile:
    stem, suffix = ("sicadas_ppks_contoh", "csv") if kind == SICADAS else ("kasus_psm_contoh", "xlsx" if end == last else "csv")
    return CaseFile(f"{stem}_{period.label(end - 1)}.{suffix}", kind, begin, end)


def plan(period: Period, cases: Events, responses: Responses, faulty: Bools, asked: Quota, seed: int) -> Layout:
    """Puts every case in the file of the month it arrived, then repeats and updates.

    Only faultless cases are repeated or updated. A repeat stands at the end of its own file, or at the head of
    the next one of its kind; an update at the head of the next one. Updates after the meeting stand at the head of the
    last file; what they update shows the case as it was known at the meeting, some in another kelurahan, some under
    another category. Where too few cases have moved on, repeats take the place of updates.
    """
    files = case_files(period)
    home = _homes(period, files, cases)
    leaves = np.array([one.kind == other.kind for one, other in pairwise(files)] + [False])[home]
    file_end = np.array([*(period.month_start(item.end) - 1 for item in files[:-2]), period.meeting, period.cutoff])[home]
    cutoff, order = np.full(len(cases), period.cutoff), shuffled(stream(seed, "isi ulang"), len(cases))
    free = ~faulty
    updated = _take(order, free & leaves & _moved_on(period, cases, responses, file_end), asked.updates)
    free[updated] = False
    carried = _take(order, free & leaves, round(stated.number("ukuran", "isi_ulang_antar_berkas") * asked.repeats))
    free[carried] = False
    meeting, places = np.full(len(cases), period.meeting), asked.repeats + asked.updates - len(updated) - len(carried)
    able = free & (home < len(files) - 1) & _moved_on(period, cases, responses, meeting)
    afterwards = _take(order, able, min(asked.afterwards, places))
    free[afterwards] = False
    pasted = _take(order, free, places - len(afterwards))
    shown = cutoff.copy()
    shown[updated], shown[afterwards] = file_end[updated], period.meeting
    known = np.full(len(cases), AS_IT_IS)
    known[afterwards] = np.arange(len(afterwards)) % (OTHERWISE + 1)
    copies = ((UPDATE, 0, updated, home[updated] + 1), (UPDATE, 0, afterwards, np.full(len(afterwards), len(files) - 1)))
    repeats = ((REPEAT, 0, carried, home[carried] + 1), (REPEAT, 2, pasted, home[pasted]))
    return _sorted(files, home, shown, known, period.cutoff, (*copies, *repeats))


def _homes(period: Period, files: tuple[CaseFile, ...], cases: Events) -> Ints:
    """(cases) the file in which each arrived."""
    by_month = _file_of_month(period, files)[period.month_of(cases.arrived)]
    return np.where(cases.arrived > period.meeting, len(files) - 1, by_month)


def _moved_on(period: Period, cases: Events, responses: Responses, since: Ints) -> Bools:
    """Which cases of our own format changed their state after the day given for each."""
    every, cutoff = np.arange(len(cases)), np.full(len(cases), period.cutoff)
    changed: Bools = responses.status_on(every, since) != responses.status_on(every, cutoff)
    return changed & template_cases(period, cases)


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
    files: tuple[CaseFile, ...],
    home: Ints,
    shown: Ints,
    known: Ints,
    cutoff: int,
    copies: tuple[tuple[int, int, Ints, Ints], ...],
) -> Layout:
    """The rows by file, part and case; `copies` are sorts of further rows: copy, part of the file, cases, files."""
    sizes = [len(home), *(len(cases) for _, _, cases, _ in copies)]
    case = np.concatenate([np.arange(len(home)), *(cases for _, _, cases, _ in copies)])
    file = np.concatenate([home, *(into for *_, into in copies)])
    copy = np.repeat([FIRST, *(sort for sort, *_ in copies)], sizes)
    part = np.repeat([1, *(part for _, part, *_ in copies)], sizes)
    again = sum(sizes[1:])
    as_of = np.concatenate([shown, np.full(again, cutoff)])
    said = np.concatenate([known, np.full(again, AS_IT_IS)])
    order = np.lexsort((case, part, file))
    return Layout(files, *(column[order].astype(np.int64) for column in (case, file, copy, as_of, said)))
