"""Trend of monthly counts: percent a year, season and moving holidays apart. statsmodels is imported when a series is fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from ipsm_analytics.statistics.comparison import ALPHA, Verdict
from ipsm_analytics.statistics.monthly import SEASON_MONTHS, MonthlyCounts, nuisance_terms, years
from ipsm_analytics.statistics.refusal import Refusal

MINIMUM_CASES = 5 * SEASON_MONTHS
"""Cases below which the large-sample interval is not trusted: five a month over the shortest span."""


@dataclass(frozen=True)
class Trend:
    """Yearly change of the expected count per day (and per unit of effort).

    Attributes:
        percent: change a year in percent; lower, upper: its interval.
        p_value: two-sided, of no change.
        verdict: what may be said.
        months: months used.
        overdispersed: whether the negative binomial model was needed; dispersion_p: p-value of that test.
        correlation: of the errors of neighbouring months.
    """

    percent: float
    lower: float
    upper: float
    p_value: float
    verdict: Verdict
    months: int
    overdispersed: bool
    dispersion_p: float
    correlation: float


def trend(series: MonthlyCounts, alpha: float = ALPHA) -> Trend | Refusal:
    """Log-linear trend with season and holiday terms, interval at 1 − alpha.

    Refused below 24 usable months (season and trend could not be told apart), below 120 cases, and where a Ramadan is not
    in the table of events. Months not reported or unsettled are left out. The interval is that of Student's t with
    months − terms degrees of freedom.
    """
    refused = series.refused(SEASON_MONTHS, MINIMUM_CASES)
    return refused or _fitted(series, alpha)


def _fitted(series: MonthlyCounts, alpha: float) -> Trend:
    from ipsm_analytics.statistics import loglinear  # noqa: PLC0415

    use, time = series.usable, years(series.months)
    months = [month for month, kept in zip(series.months, use, strict=True) if kept]
    design = np.column_stack([nuisance_terms(months, len(months)), time[use] - time[use].mean()])
    found = loglinear.fit(series.counts[use], design, series.exposure[use], np.flatnonzero(use).astype(np.float64))
    slope, error = float(found.terms[-1]), float(np.sqrt(found.covariance[-1, -1]))
    p_value = float(2 * special.stdtr(found.freedom, -abs(slope) / error))
    margin = float(special.stdtrit(found.freedom, 1 - alpha / 2)) * error
    percent, lower, upper = (float(100 * np.expm1(value)) for value in (slope, slope - margin, slope + margin))
    verdict = _verdict(slope, p_value, alpha)
    overdispersed = found.alpha > 0
    return Trend(percent, lower, upper, p_value, verdict, len(months), overdispersed, found.dispersion_p, found.correlation)


def _verdict(slope: float, p_value: float, alpha: float) -> Verdict:
    if p_value >= alpha:
        return Verdict.OPEN
    return Verdict.UP if slope > 0 else Verdict.DOWN
