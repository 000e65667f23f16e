"""153 kelurahan whose counts follow population, poverty, effort and neighbours; none silent, or eight keep few of their cases."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from calibration.claim import Claim, Outcome, Topic
from ipsm_analytics.reference import areas, boundaries, population
from ipsm_analytics.statistics.quiet import Quiet, Standing, quiet

Floats = npt.NDArray[np.float64]
LEVEL, SILENT, QUIETED = 0.05, 8, (0.1, 0.25)
CLAIMS = (Claim("sunyi-salah", high=0.05, at=LEVEL), Claim("sunyi-temu", at=0.0))


@cache
def _ground() -> tuple[Floats, tuple[tuple[int, ...], ...]]:
    """Residents and neighbours' positions, in code order."""
    codes = areas.codes("kelurahan")
    place = {code: position for position, code in enumerate(codes)}
    near = tuple(tuple(sorted(place[one] for one in boundaries.neighbours()[code])) for code in codes)
    return np.array([population.by_kelurahan()[code] for code in codes], dtype=float), near


def simulate(seed: int) -> list[Outcome]:
    """A year of cases, about 6 per 1,000; five areas do not report. A hit of 'salah' is a seed with any area flagged."""
    source = np.random.default_rng([seed, 67])
    residents, near = _ground()
    poverty, effort = source.beta(2, 12, len(residents)), source.poisson(60, len(residents)) + 6.0
    mean = residents * 0.006 * np.exp(4 * (poverty - poverty.mean()) + _surface(source, near)) * (effort / effort.mean()) ** 0.6
    mean = mean * source.gamma(8, 1 / 8, len(mean))
    reported = source.permutation(len(mean)) >= 5
    silent = source.choice(np.flatnonzero(reported), SILENT, replace=False)
    nobody = _flagged(quiet(source.poisson(mean), residents, poverty, effort, near, reported))
    outcomes = [Outcome("sunyi-salah", LEVEL, int(bool(nobody)), 1, LEVEL)]
    for left in QUIETED:
        rate = np.where(np.isin(np.arange(len(mean)), silent), left, 1.0) * mean
        some = _flagged(quiet(source.poisson(rate), residents, poverty, effort, near, reported))
        outcomes.append(Outcome("sunyi-temu", left, len(some & set(silent.tolist())), SILENT, SILENT))
    return outcomes


def _surface(source: np.random.Generator, near: tuple[tuple[int, ...], ...]) -> Floats:
    """Log relative level shared by neighbours, standard deviation about 0.2."""
    noise = source.normal(0, 0.5, len(near))
    return np.array([np.mean([noise[one] for one in (place, *group)]) for place, group in enumerate(near)])


def _flagged(found: Quiet) -> set[int]:
    return {place for place, area in enumerate(found.areas) if area.standing is Standing.QUIET}


TOPIC = Topic("sunyi", CLAIMS, simulate)
