"""Months ahead: a level smoothed by statsforecast under season and holidays, shown only where it beats last year's month.

statsforecast takes seconds to import and is imported when a series is forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from ipsm_analytics.cube import Month, Window
from ipsm_analytics.statistics.monthly import (
    SEASON_MONTHS,
    YEAR,
    Floats,
    MonthlyCounts,
    Why,
    holiday_terms,
    season_terms,
    unlisted,
    years,
)
from ipsm_analytics.statistics.refusal import Refusal

MINIMUM_MONTHS = 36
MINIMUM_CASES = 5 * MINIMUM_MONTHS
GAPS = 0.1
"""Share of months without a report from which the level is no longer smoothed over them."""
HORIZON = 6
ORIGINS = 24
HALF = 0.5
LEVELS = (0.8, 0.95)


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the method would have said at earlier months (O origins × H months ahead), and what came.

    Attributes:
        origins: last month known at each origin.
        actual: (O, H) counts; NaN where the month was not reported.
        forecast, naive: (O, H) of the method and of the same month a year earlier (per day and unit of effort).
        ratio: mean absolute error of the method over that of the naive one.
        better: share of the origins at which the method erred less.
        mase: mean absolute error over that of the naive one inside the series (Hyndman & Koehler, Int. J. Forecast. 22, 2006).
        covered: level -> share of the counts inside the interval made from the errors of the other origins.
    """

    origins: tuple[Month, ...]
    actual: Floats
    forecast: Floats
    naive: Floats
    ratio: float
    better: float
    mase: float
    covered: dict[float, float]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Counts expected in the H months after the last settled one.

    Attributes:
        months: the H months.
        expected: (H,) median.
        lower, upper: level (0.8, 0.95) -> (H,) limits, never below 0.
        backtest: how the method did before.
    """

    months: tuple[Month, ...]
    expected: Floats
    lower: dict[float, Floats]
    upper: dict[float, Floats]
    backtest: Backtest


def forecast(series: MonthlyCounts, horizon: int = HORIZON) -> Forecast | Refusal:
    """Forecast of `horizon` (3 to 6) months after the last settled one, the effort of that month kept.

    Refused as `backtest` is, and where the method did not beat the same month of last year: ratio of the mean absolute
    errors below 1 and better at more than half of the origins. Intervals come from the errors of the backtest on the log
    scale, by Student's t with one degree of freedom less than there are months forecast in the backtest.
    """
    tried = backtest(series, horizon)
    if isinstance(tried, Refusal):
        return tried
    if tried.ratio >= 1:
        return Refusal(Why.ERROR, tried.ratio, 1.0)
    if tried.better <= HALF:
        return Refusal(Why.ORIGINS, tried.better, HALF)
    known = series.until(_settled(series))
    middle = _ahead(known, horizon)
    limits = {level: _limits(middle, _errors(tried.actual, tried.forecast), level) for level in LEVELS}
    lower, upper = ({level: pair[side] for level, pair in limits.items()} for side in (0, 1))
    return Forecast(tuple(_after(known, horizon)), middle, lower, upper, tried)


def backtest(series: MonthlyCounts, horizon: int = HORIZON) -> Backtest | Refusal:
    """Rolling origin: at up to 24 earlier months, with at least 24 months known, only what was known then is used.

    Refused below 36 usable months or 180 cases, when a tenth of the months were not reported, and where a Ramadan of the
    months forecast is not in the table of events.
    """
    refused = series.refused(MINIMUM_MONTHS, MINIMUM_CASES) or _unfit(series, horizon)
    return refused or _rolled(series.until(_settled(series)), horizon)


def _settled(series: MonthlyCounts) -> int:
    """Length up to the last usable month."""
    return int(np.flatnonzero(series.usable)[-1]) + 1


def _unfit(series: MonthlyCounts, horizon: int) -> Refusal | None:
    known = series.until(_settled(series))
    gaps = 1 - float(known.usable.mean())
    if gaps > GAPS:
        return Refusal(Why.GAPS, gaps, GAPS)
    return unlisted(Window(known.first, _after(known, horizon)[-1]))


def _after(series: MonthlyCounts, horizon: int) -> list[Month]:
    return [series.months[-1].plus(step + 1) for step in range(horizon)]


def _rolled(series: MonthlyCounts, horizon: int) -> Backtest:
    last = len(series.counts) - horizon
    lengths = range(max(SEASON_MONTHS, last - ORIGINS + 1), last + 1)
    known = [series.until(length) for length in lengths]
    exposure = np.array([series.exposure[length : length + horizon] for length in lengths])
    held = np.array([_exposure(part, horizon) for part in known])
    actual = np.array([series.counts[length : length + horizon] for length in lengths])
    made = np.array([_ahead(part, horizon) for part in known]) * exposure / held
    naive = np.array([last_year(part, horizon) for part in known]) * exposure / held
    mine, others = np.abs(actual - made), np.abs(actual - naive)
    inside = np.nanmean(np.abs(series.counts[YEAR:] - series.counts[:-YEAR]))
    return Backtest(
        tuple(part.months[-1] for part in known),
        actual,
        made,
        naive,
        float(np.nansum(mine) / max(np.nansum(others), 1e-9)),
        float(np.mean(np.nansum(mine, axis=1) < np.nansum(others, axis=1))),
        float(np.nanmean(mine) / max(inside, 1e-9)),
        {level: _covered(actual, made, level) for level in LEVELS},
    )


def _exposure(series: MonthlyCounts, horizon: int) -> Floats:
    """(H,) exposure of the months ahead, the last effort kept."""
    days = np.array([month.last_day.day for month in _after(series, horizon)], dtype=np.float64)
    return days if series.effort is None else days * series.effort[series.usable][-1]


def _ahead(series: MonthlyCounts, horizon: int) -> Floats:
    """(H,) median count: simple exponential smoothing of the log rate freed of season and holidays, these put back.

    Season and holidays are the coefficients of a least-squares fit that also has a straight trend, so that a rise is not
    taken for a season; months without a report lie on the line between their neighbours.
    """
    from statsforecast.models import AutoETS  # noqa: PLC0415

    use, months = series.usable, series.months
    ahead = _after(series, horizon)
    effects = _effects(months + ahead, use)
    logs = np.log((series.counts[use] + HALF) / series.exposure[use])
    known = effects[: len(months)][use]
    base = np.column_stack([np.ones(len(logs)), years(months)[use]])
    terms = np.linalg.lstsq(np.column_stack([base, known]), logs, rcond=None)[0][2:]
    level = np.interp(np.arange(len(months)), np.flatnonzero(use), logs - known @ terms)
    smooth = AutoETS(season_length=1, model="ANN").forecast(y=level, h=horizon)["mean"]
    rate = np.exp(np.asarray(smooth, dtype=np.float64) + effects[len(months) :] @ terms)
    return np.asarray(np.maximum(rate * _exposure(series, horizon) - HALF, 0.0))


def _effects(months: list[Month], use: np.ndarray) -> Floats:
    """(M + H, K) season and those holidays that occur in a usable month."""
    terms = np.hstack([season_terms(months, int(use.sum())), holiday_terms(months)])
    return np.asarray(terms[:, terms[: len(use)][use].any(axis=0)])


def last_year(series: MonthlyCounts, horizon: int) -> Floats:
    """(H,) seasonal naive forecast; a month not reported is taken from the year before it, or from the months beside it."""
    from statsforecast.models import SeasonalNaive  # noqa: PLC0415

    rates = series.counts / series.exposure
    beside = np.interp(np.arange(len(rates)), np.flatnonzero(series.usable), rates[series.usable])
    earlier = np.concatenate([beside[:YEAR], rates[:-YEAR]])
    filled = np.where(series.usable, rates, np.where(np.isfinite(earlier), earlier, beside))
    ahead = SeasonalNaive(season_length=YEAR).forecast(y=filled, h=horizon)["mean"]
    return np.asarray(np.asarray(ahead, dtype=np.float64) * _exposure(series, horizon))


def _errors(actual: Floats, made: Floats) -> Floats:
    """(O, H) on the log scale, half a case added so that zero has a place."""
    return np.asarray(np.log(actual + HALF) - np.log(made + HALF))


def _limits(middle: Floats, errors: Floats, level: float) -> tuple[Floats, Floats]:
    """Limits (…) of counts about `middle` from errors (O, H) of the log scale."""
    origins, horizon = errors.shape
    freedom = origins + horizon - 2
    spread = special.stdtrit(freedom, HALF + level / 2) * np.sqrt(np.nanmean(errors**2))
    lower, upper = ((middle + HALF) * np.exp(sign * spread) - HALF for sign in (-1, 1))
    return np.asarray(np.maximum(np.rint(lower), 0.0)), np.asarray(np.rint(upper))


def _covered(actual: Floats, made: Floats, level: float) -> float:
    """Share of the counts inside the interval made from the errors of the other origins."""
    errors, inside = _errors(actual, made), []
    for origin in range(len(actual)):
        lower, upper = _limits(made[origin], np.delete(errors, origin, axis=0), level)
        reported = np.isfinite(actual[origin])
        inside.extend(((lower <= actual[origin]) & (actual[origin] <= upper))[reported])
    return float(np.mean(inside))
