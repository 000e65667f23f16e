"""Where an indicator would be expected at the next look if nothing had been decided: what has to be beaten before a
decision is said to have come to more than chance.

An area is mostly chosen because its last value was bad, and part of what is bad about a worst value is chance: the next one
lies nearer to the mean without anybody doing anything (regression to the mean; Galton, J. Anthropol. Inst. 15, 1886; for
decisions Barnett, van der Pols & Dobson, Int. J. Epidemiol. 34, 2005, 215-220). So the level before is the one drawn towards
the other areas (empirical Bayes: Stein & James, Proc. 4th Berkeley Symp. 1, 1961; Morris, JASA 78, 1983), which holds for an
area however it was chosen; it is moved as the rest of the city moved since, and the range is that of a count or share yet to
be seen (predictive; Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, sec. 2.6-2.7), wider for what an area moves by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.statistics.areal import Bools, Floats
from ipsm_analytics.statistics.heterogeneity import Grid, city_grid, log_likelihood, normalised
from ipsm_analytics.statistics.refusal import Refusal

LEAST_AREAS = 10
LEAST_EXPECTED = 5.0
"""Cases expected below which the range begins at 0: no fall could ever be told from chance."""
LEAST_WHOLE = 10
"""Cases of a share, before and now."""
LEAST_REST = 30
"""Cases of the rest of the city, before and now, from which its own change is taken."""
_USUAL_RATE, _USUAL_ODDS = 0.4, 0.15
"""Drift that is usual for a rate and for log odds; the prior falls off exponentially beyond it."""
_DRIFTS = np.linspace(0.0, 1.0, 25) ** 2
_DRIFT_PRIOR = np.log(np.linspace(0.0, 1.0, 25) + 0.02)
_APART, _WIDER = 0.2, 2.5
"""Share of areas that are apart from the others, and how many times wider those spread."""
_ROOTS = (np.arange(30) + 0.5) / 30 * 0.8
_STEPS = np.linspace(-4.0, 4.0, 17)
_HALVINGS = 60


class Why(StrEnum):
    """Why no range is given."""

    FEW_AREAS = "wilayah-kurang"
    UNKNOWN = "wilayah-tanpa-angka"
    FEW_IN_REST = "kota-tipis"
    THIN = "terlalu-tipis"


@dataclass(frozen=True)
class Expected:
    """What to expect of one area without a decision, in cases (of `exposure_now`, or of `whole_now`).

    Attributes:
        lower, upper: the predictive range; a whole number of cases inside it is no surprise.
        mean: what is expected.
        carried: what the area's own last value would lead to, moved as the city did but not drawn towards the others.
        city_change: of the rest of the city, as a factor of the rate (counts) or of the odds (shares).
        drift: by how much an area moves by itself between two looks, as a share of its rate (or on the log-odds scale).
    """

    lower: float
    mean: float
    upper: float
    carried: float
    city_change: float
    drift: float

    @property
    def regression(self) -> float:
        """By how many cases the value comes back towards the mean with nobody doing anything; below 0: it falls."""
        return self.mean - self.carried


@dataclass(frozen=True, eq=False)
class Look:
    """One look at n areas: cases (n,), NaN where unknown, and (n,) the exposure they came from or the whole they are part of."""

    cases: Floats
    base: Floats

    @property
    def known(self) -> Bools:
        """(n,) areas with a number."""
        return np.isfinite(self.cases) & (np.nan_to_num(self.base) > 0)

    def of(self, where: Bools) -> Look:
        """The look at some of the areas."""
        return Look(self.cases[where], self.base[where])


def look(cases: npt.ArrayLike, base: npt.ArrayLike) -> Look:
    """A look from any two rows of numbers of the same length."""
    return Look(np.asarray(cases, dtype=float), np.asarray(base, dtype=float))


def expected_count(place: int, before: Look, now: Look, confidence: float = 0.95) -> Expected | Refusal:
    """The range of the cases of area `place` in `now`, of which only the exposure is used for the area itself.

    Counts are Poisson with mean rate × exposure, rates before are gamma (prior on the grid of `heterogeneity`, a share
    _APART of the areas apart, see `_moments`), so the level of an area before is close to a gamma with mean θ and squared
    coefficient of variation c. Now it is θ × ρ × δ: ρ = change of the rest of the city (cases per exposure, now / before; c of
    ρ = 1/Y + 1/Z + τ² Σ share²), δ = what an area moves by itself, mean 1 and variance τ², whose posterior comes from how the
    other areas moved (prior falling off beyond _USUAL_RATE). Independent factors multiply: 1 + c = (1 + c of θ)(1 + c of ρ)
    (1 + τ²); the count is negative binomial with mean θρ × exposure and shape 1 / c, mixed over τ.
    """
    refused = _thin(place, before, now)
    if refused:
        return refused
    shape, rate = _levels(before)
    rest = _rest(place, before, now)
    change, noise = _rate_change(before.of(rest), now.of(rest))
    size = before.cases[rest] / before.cases[rest].sum()
    among = _relative(shape[rest], _DRIFTS)
    weight = _drift_weights(now.cases[rest], (shape / rate)[rest] * change * now.base[rest], among)
    mean = float(shape[place] / rate[place] * change * now.base[place])
    spread = (1 + 1 / shape[place]) * (1 + noise + _DRIFTS**2 * (size**2).sum()) * (1 + _DRIFTS**2) - 1
    if mean < LEAST_EXPECTED:
        return Refusal(Why.THIN, mean, LEAST_EXPECTED)
    lower, upper = _limits(lambda count: float((weight * _nb_cdf(count, mean, spread)).sum()), _ceiling(mean), confidence)
    carried = before.cases[place] / before.base[place] * change * now.base[place]
    return Expected(lower, mean, upper, float(carried), change, float(weight @ _DRIFTS))


def expected_share(place: int, before: Look, now: Look, confidence: float = 0.95) -> Expected | Refusal:
    """The range of the part of area `place` in `now`, of which only the whole is used for the area itself.

    Parts are binomial, shares before are beta with mean m and correlation φ = 1 / (s + 1), both on a grid (flat in logit m and
    in √φ up to 0.8), so the level of an area before is a mixture of betas. It is moved on the logit scale by the change of the
    rest of the city (ln of its odds now / before; each part and rest plus 1/2, Haldane 1956) and by what an area moves by
    itself, normal with variance τ², whose posterior comes from how the other areas moved. Mean and variance of the share to
    come are carried over by the delta method, and the part is beta-binomial with them, mixed over τ.
    """
    refused = _thin(place, before, now) or _thin_whole(place, before, now)
    if refused:
        return refused
    mean, variance = _share_levels(before)
    rest = _rest(place, before, now)
    change, noise = _odds_change(before.of(rest), now.of(rest))
    moved = special.expit(special.logit(mean) + change)
    stretched = variance * (moved * (1 - moved) / (mean * (1 - mean))) ** 2
    slope = (moved * (1 - moved)) ** 2
    among = stretched[rest][:, None] + slope[rest][:, None] * _DRIFTS**2
    weight = normalised(
        _bb_log_pmf(now.cases[rest][:, None], now.base[rest][:, None], *_beta(moved[rest][:, None], among)).sum(axis=0)
        + _DRIFT_PRIOR
        - _DRIFTS / _USUAL_ODDS
    )
    size = before.base[rest] / before.base[rest].sum()
    spread = stretched[place] + slope[place] * (noise + _DRIFTS**2 * (1 + (size**2).sum()))
    whole = float(now.base[place])
    alpha, beta = _beta(np.full_like(spread, moved[place]), spread)
    steps = np.arange(whole + 1)
    chance = np.cumsum(weight @ np.exp(_bb_log_pmf(steps, whole, alpha[:, None], beta[:, None])))
    lower, upper = _limits(lambda count: _held(chance, count), whole, confidence)
    raw = (before.cases[place] + 0.5) / (before.base[place] + 1)
    carried = special.expit(special.logit(raw) + change) * whole
    return Expected(lower, float(moved[place] * whole), upper, float(carried), float(np.exp(change)), float(weight @ _DRIFTS))


def _thin(place: int, before: Look, now: Look) -> Refusal | None:
    """Too few areas, an area without a number, or a rest of the city too small to say how it moved."""
    both = before.known & now.known
    if not before.known[place] or np.nan_to_num(now.base[place]) <= 0:
        return Refusal(Why.UNKNOWN, 0, 1)
    if both.sum() < LEAST_AREAS:
        return Refusal(Why.FEW_AREAS, int(both.sum()), LEAST_AREAS)
    rest = _rest(place, before, now)
    smallest = min(before.cases[rest].sum(), now.cases[rest].sum())
    return Refusal(Why.FEW_IN_REST, float(smallest), LEAST_REST) if smallest < LEAST_REST else None


def _thin_whole(place: int, before: Look, now: Look) -> Refusal | None:
    smallest = float(min(before.base[place], now.base[place]))
    return Refusal(Why.THIN, smallest, LEAST_WHOLE) if smallest < LEAST_WHOLE else None


def _rest(place: int, before: Look, now: Look) -> Bools:
    """(n,) the other areas that are known both times."""
    rest = before.known & now.known
    rest[place] = False
    return rest


def _levels(before: Look) -> tuple[Floats, Floats]:
    """Shape and rate (n,) of the gamma of each area's level before, NaN where unknown."""
    held = before.of(before.known)
    grid = city_grid(held.cases, held.base)
    priors = (grid, Grid(grid.shape / _WIDER**2, grid.mean, grid.log_prior))
    parts = [log_likelihood(held.cases, held.base, prior) for prior in priors]
    shapes = [held.cases[:, None] + prior.shape for prior in priors]
    rates = [held.base[:, None] + prior.shape / prior.mean for prior in priors]
    firsts = [shape / rate for shape, rate in zip(shapes, rates, strict=True)]
    seconds = [first * (shape + 1) / rate for first, shape, rate in zip(firsts, shapes, rates, strict=True)]
    mean, variance = _moments(parts, grid.log_prior, firsts, seconds)
    result = np.full((2, len(before.cases)), np.nan)
    result[:, before.known] = mean**2 / variance, mean / variance
    return result[0], result[1]


def _moments(
    parts: Sequence[Floats], prior: Floats, firsts: Sequence[Floats], seconds: Sequence[Floats]
) -> tuple[Floats, Floats]:
    """Mean and variance (n,) of levels over (G,) priors, each of which is two: most areas, and some that are apart.

    `parts`, `firsts` and `seconds` (n, G) are log likelihood and moments under either. A worst area that is truly apart is not
    drawn in as if it were one of the many (contaminated prior: Berger & Berliner, Ann. Stat. 14, 1986).
    """
    usual, apart = np.log(1 - _APART) + parts[0], np.log(_APART) + parts[1]
    both = np.logaddexp(usual, apart)
    weight = normalised(both.sum(axis=0) + prior)
    share = np.exp(apart - both)
    mean = ((1 - share) * firsts[0] + share * firsts[1]) @ weight
    return mean, ((1 - share) * seconds[0] + share * seconds[1]) @ weight - mean**2


def _rate_change(before: Look, now: Look) -> tuple[float, float]:
    """Factor by which the rate of all these areas together changed, and its squared coefficient of variation."""
    then, since = before.cases.sum(), now.cases.sum()
    return float(since / now.base.sum() / (then / before.base.sum())), float(1 / then + 1 / since)


def _odds_change(before: Look, now: Look) -> tuple[float, float]:
    """Change of the log odds of all these areas together, and its variance (Woolf, Ann. Hum. Genet. 19, 1955)."""
    cells = [(item.cases.sum() + 0.5, (item.base - item.cases).sum() + 0.5) for item in (before, now)]
    change = np.log(cells[1][0] / cells[1][1]) - np.log(cells[0][0] / cells[0][1])
    return float(change), float(sum(1 / cell for pair in cells for cell in pair))


def _relative(shape: Floats, drift: Floats) -> Floats:
    """(n, T) squared coefficient of variation of the level now, under each drift."""
    return np.asarray((1 + 1 / shape[:, None]) * (1 + drift**2) - 1)


def _drift_weights(counts: Floats, mean: Floats, spread: Floats) -> Floats:
    """(T,) posterior of the drift from how (n,) counts came out against their means."""
    shape, cases, middle = 1 / spread, counts[:, None], mean[:, None]
    gammas = special.gammaln(cases + shape) - special.gammaln(shape)
    ratio = middle / shape
    likelihood = gammas - (cases + shape) * np.log1p(ratio) + special.xlogy(cases, ratio)
    return normalised(likelihood.sum(axis=0) + _DRIFT_PRIOR - _DRIFTS / _USUAL_RATE)


def _nb_cdf(count: float, mean: float, spread: Floats) -> Floats:
    """(T,) probability of at most `count` under a negative binomial with this mean and shape 1 / spread."""
    shape = 1 / spread
    return np.asarray(special.betainc(shape, max(count, 0) + 1, shape / (shape + mean)) * (count >= 0))


def _held(chance: Floats, count: float) -> float:
    """Probability of at most `count` from cumulated chances of 0, 1, …"""
    return float(chance[min(int(count), len(chance) - 1)]) if count >= 0 else 0.0


def _ceiling(mean: float) -> float:
    return float(2 ** np.ceil(np.log2(100 * mean + 100)))


def _limits(below: Callable[[float], float], highest: float, confidence: float) -> tuple[float, float]:
    """The fewest and most cases that are no surprise; half of a number's own probability counts as beyond it (mid-p, Lancaster,
    JASA 56, 1961), so that small whole numbers are held as often as promised and not more. `below` gives the probability of at
    most so many, 0 below none, up to `highest`.
    """
    tail = (1 - confidence) / 2
    lower = _first(lambda count: below(count) + below(count - 1) > 2 * tail, highest)
    return lower, _first(lambda count: below(count) + below(count + 1) >= 2 * (1 - tail), highest)


def _first(reached: Callable[[float], bool], highest: float) -> float:
    """The smallest whole number that reaches a rising mark, by halving."""
    low, high = -1.0, highest
    for _ in range(_HALVINGS):
        if high - low <= 1:
            break
        middle = np.floor((low + high) / 2)
        low, high = (low, middle) if reached(middle) else (middle, high)
    return float(high)


def _share_levels(before: Look) -> tuple[Floats, Floats]:
    """Mean and variance (n,) of each area's share before, NaN where unknown."""
    held = before.of(before.known)
    mean, alike, prior = _share_grid(held)
    parts, firsts, seconds = [], [], []
    for correlation in (alike, np.minimum(alike * _WIDER**2, 0.9)):
        alpha, beta = mean * (1 / correlation - 1), (1 - mean) * (1 / correlation - 1)
        part, rest = held.cases[:, None] + alpha, (held.base - held.cases)[:, None] + beta
        parts.append(special.betaln(part, rest) - special.betaln(alpha, beta))
        firsts.append(part / (part + rest))
        seconds.append(firsts[-1] * (part + 1) / (part + rest + 1))
    result = np.full((2, len(before.cases)), np.nan)
    result[:, before.known] = _moments(parts, prior, firsts, seconds)
    return result[0], result[1]


def _share_grid(held: Look) -> tuple[Floats, Floats, Floats]:
    """Means, correlations and log weights (G,) of priors about the crude share, four standard errors to either side."""
    alike = _ROOTS**2
    total, cases = held.base.sum(), held.cases.sum()
    crude = (cases + 0.5) / (total + 1)
    inflated = (held.base[:, None] * (1 + (held.base[:, None] - 1) * alike)).sum(axis=0) / total**2
    error = np.sqrt(inflated / (crude * (1 - crude)))
    mean = special.expit(special.logit(crude) + error[:, None] * _STEPS).ravel()
    return mean, np.repeat(alike, len(_STEPS)), np.repeat(np.log(error), len(_STEPS))


def _beta(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """The beta with this mean and variance; the widest one that still has a mean where the variance asks for more."""
    strength = np.maximum(mean * (1 - mean) / variance - 1, 1e-3)
    return mean * strength, (1 - mean) * strength


def _bb_log_pmf(part: Floats, whole: Floats | float, alpha: Floats, beta: Floats) -> Floats:
    """Log probability of a part under a beta-binomial."""
    choose = special.gammaln(whole + 1) - special.gammaln(part + 1) - special.gammaln(whole - part + 1)
    return np.asarray(choose + special.betaln(part + alpha, whole - part + beta) - special.betaln(alpha, beta))
