"""Nowcasts of cities whose late reports are known: are the final counts where the bands say?

A made-up city on the real kecamatan and their populations: counts with seasons, shocks and more scatter than chance, fewer
reports on Saturday and Sunday; delays of one day or of up to 60, in parts that differ by kecamatan, drift and jump from
month to month; the cut-off lies on any day of a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.reference import areas, population
from ipsm_analytics.statistics.nowcast import MonthNow, Nowcast, nowcast, triangle

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LEVELS = ("kota", "kelompok", "kecamatan")
GROUPS = (0.44, 0.16, 0.15, 0.16, 0.09)
LATEST = date(2026, 11, 24)
MONTHS = 16
_DRAWN_ONLY = -1.0
"""A level no outcome has: the claim is drawn and not judged."""
CLAIMS = (
    *(Claim(f"kini-80-{level}", 0.75, 0.85) for level in LEVELS),
    *(Claim(f"kini-95-{level}", 0.93, 0.97) for level in LEVELS),
    *(Claim(f"kini-galat-{level}", 0.9) for level in LEVELS[:2]),
    Claim("kini-galat-kecamatan", at=_DRAWN_ONLY),
)
_MONTHS_OPEN = 4


@dataclass(frozen=True)
class _City:
    """Reports: day and arrival since 1970, group and kecamatan."""

    reported: Ints
    arrived: Ints
    group: Ints
    kecamatan: Ints


def _city(source: np.random.Generator, start: int, end: int) -> _City:
    days = np.arange(start, end + 1)
    month = (days - start) // 30
    people = np.array([population.by_area(code) for code in areas.codes("kecamatan")], dtype=float)
    size = source.uniform(0.4, 1.2) * people / 1000 * source.gamma(20, 1 / 20, len(people)) / 30
    rate = size[:, None, None] * np.array(GROUPS)[None, :, None] * _rhythm(source, days)
    rate = rate * source.gamma(20, 1 / 20, (len(people), len(GROUPS), month.max() + 1))[..., month]
    counts = source.poisson(rate)
    kecamatan, group, place = (np.repeat(index, counts.ravel()) for index in _indices(counts.shape))
    return _City(days[place], days[place] + _delays(source, kecamatan, month[place]), group, kecamatan)


def _indices(shape: tuple[int, ...]) -> list[Ints]:
    return [index.ravel() for index in np.indices(shape)]


def _rhythm(source: np.random.Generator, days: Ints) -> Floats:
    """Season, shocks of a month, days of the week; mean about 1."""
    season = 1 + source.uniform(0, 0.4) * np.sin(2 * np.pi * (days / 365.25 + source.uniform()))
    shock = source.gamma(40, 1 / 40, (days[-1] - days[0]) // 30 + 1)[(days - days[0]) // 30]
    weekend = np.where((days + 3) % 7 >= 5, source.uniform(0.2, 1.0), 1.0)
    return np.asarray(season * shock * weekend)


def _delays(source: np.random.Generator, kecamatan: Ints, month: Ints) -> Ints:
    """Days from report to office; the part sent digitally differs by kecamatan, drifts and jumps by month."""
    units, months = kecamatan.max() + 1, month.max() + 1
    drift = source.normal(0, 0.03) * np.arange(months)
    logit = source.normal(0.9, 0.6, (units, 1)) + drift + source.normal(0, 0.15, (units, months))
    digital = source.random(len(month)) < 1 / (1 + np.exp(-logit[kecamatan, month]))
    paper = np.minimum(2 + source.gamma(source.uniform(1.2, 2.5), source.uniform(6, 14), len(month)), 60)
    return np.where(digital, source.random(len(month)) < 0.38, paper).astype(np.int64)


def simulate(seed: int) -> list[Outcome]:
    """Outcomes of one city at one cut-off day."""
    source = np.random.default_rng(seed)
    cutoff = LATEST - timedelta(days=int(source.integers(0, 365)))
    end = (cutoff - date(1970, 1, 1)).days
    city = _city(source, end - MONTHS * 30, end)
    units = {"kota": (None, 1), "kelompok": (city.group, len(GROUPS)), "kecamatan": (city.kecamatan, 15)}
    return [outcome for level, (unit, count) in units.items() for outcome in _level(level, city, cutoff, unit, count)]


def _level(level: str, city: _City, cutoff: date, unit: Ints | None, units: int) -> list[Outcome]:
    reported, arrived = (days.astype("datetime64[D]") for days in (city.reported, city.arrived))
    found = nowcast(triangle(reported, arrived, cutoff, unit, units))
    month = reported.astype("datetime64[M]").astype(np.int64)
    owner = np.zeros(len(month), dtype=np.int64) if unit is None else unit
    pairs = [
        (item, int(((owner == position) & (month == item.month.ordinal - 1970 * 12)).sum()))
        for position, answer in enumerate(found)
        if isinstance(answer, Nowcast)
        for item in answer.months[-_MONTHS_OPEN:]
        if not item.is_final
    ]
    return _outcomes(level, pairs)


def _outcomes(level: str, pairs: list[tuple[MonthNow, int]]) -> list[Outcome]:
    inside80 = sum(item.lower80 <= truth <= item.upper80 for item, truth in pairs)
    inside95 = sum(item.lower95 <= truth <= item.upper95 for item, truth in pairs)
    late = [(item, truth) for item, truth in pairs if truth > item.reported]
    nearer = sum(abs(item.estimate - truth) < truth - item.reported for item, truth in late)
    return [
        Outcome(f"kini-80-{level}", 0.8, inside80, len(pairs), 0.8 * len(pairs)),
        Outcome(f"kini-95-{level}", 0.95, inside95, len(pairs), 0.95 * len(pairs)),
        Outcome(f"kini-galat-{level}", 1.0, nearer, len(late), float(len(late))),
    ]


TOPIC = Topic("perkiraan-kini", CLAIMS, simulate)
