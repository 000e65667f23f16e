"""Past months seen as they stood at the same age as the months that are open now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ipsm_analytics.statistics.nowcast.ladder import Floats
from ipsm_analytics.statistics.nowcast.triangle import Ints, Triangle


@dataclass(frozen=True)
class Replay:
    """Months of U units at the age of the open month `back` months before the current one.

    Attributes:
        arrived: U × months, reports there at that age; final: those that came in the end (only meaningful in settled months).
        ages: age in days of each day of report at that moment; negative where the day was not yet there.
    """

    arrived: Floats
    final: Floats
    ages: Ints


def replay(triangle: Triangle, back: int) -> Replay:
    """The months of the window as they stood `back` months later, on the day of the month of the cut-off."""
    ages = _ages(triangle, back)
    there = np.cumsum(triangle.counts, axis=2)
    place = np.clip(ages, 0, triangle.longest)[np.newaxis, :, np.newaxis]
    arrived = np.take_along_axis(there, np.broadcast_to(place, (len(there), len(ages), 1)), axis=2)[..., 0]
    return Replay(triangle.by_month(arrived * (ages >= 0)), triangle.by_month(there[..., -1] * (ages >= 0)), ages)


def _ages(triangle: Triangle, back: int) -> Ints:
    months = triangle.months
    elapsed = triangle.cutoff - int(np.flatnonzero(triangle.month_of == len(months) - 1)[0]) - triangle.start
    epoch = np.datetime64(0, "D").item()
    views = np.array([(month.plus(back).first_day - epoch).days + elapsed for month in months])
    return views[triangle.month_of] - triangle.days


def weekday_weights(triangle: Triangle) -> Floats:
    """Weight of each day of the window: how many reports are dated on its day of the week, the mean day 1.

    One report is added to every weekday, so that no weight is 0.
    """
    weekday = (triangle.days + 3) % 7
    totals = np.bincount(weekday, weights=triangle.counts.sum(axis=(0, 2)) * (triangle.ages >= triangle.longest), minlength=7)
    return np.asarray(((totals + 1) / (totals + 1).mean())[weekday])


def mixtures(triangle: Triangle, ages: Ints, weights: Floats) -> Floats:
    """Weight of each age among the days of each month of age ≥ 0, months × L, rows sum to 1: shares @ row = completeness."""
    pattern = np.zeros((len(triangle.months), triangle.longest + 1))
    np.add.at(pattern, (triangle.month_of, np.clip(ages, 0, triangle.longest)), weights * (ages >= 0))
    return np.asarray(pattern / pattern.sum(axis=1, keepdims=True))


def scatter(arrived: Floats, final: Floats, expected: Floats) -> tuple[float, int]:
    """Correlation ρ of the arrivals inside a month, and the count of months it rests on; arrays U × settled months.

    Moments of the beta-binomial: Var = N p (1 − p) (1 + (N − 1) ρ) (Griffiths, Biometrics 29, 1973), around each unit's own
    mean in these months, which may differ from today's. Shares near 0 or 1 tell nothing and are left out; ρ ≥ 0.
    """
    used = (expected > 0.005) & (expected < 0.995) & (final > 0)
    if used.sum() < 2:
        return 0.0, int(used.sum())
    off = (arrived - final * expected) * used
    off = off - final * used * (off.sum(axis=1) / np.maximum((final * used).sum(axis=1), 1.0))[:, np.newaxis]
    months = arrived.shape[1]
    count, share = final[used], expected[used]
    squares = off[used] ** 2 / (share * (1 - share)) * months / max(months - 1, 1)
    pairs = (count * (count - 1)).sum()
    return float(np.clip((squares - count).sum() / max(pairs, 1.0), 0.0, 0.5)), int(used.sum())
