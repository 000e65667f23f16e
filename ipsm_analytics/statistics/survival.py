"""How long until something is done, open cases included: Kaplan-Meier and log-rank (S02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.multiple import holm_adjusted
from ipsm_analytics.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]
Band = Literal["log-log", "log"]
LEAST_CASES = 10
_EQUAL = 1e-9


class Reached(StrEnum):
    """Whether so large a share has had its event yet."""

    YES = "tercapai"
    NOT_YET = "belum tercapai"


class Reason(StrEnum):
    """Why nothing is said."""

    TOO_FEW = "kasus_terlalu_sedikit"
    NO_EVENT = "belum_ada_kejadian"


@dataclass(frozen=True)
class Quantile:
    """Days until a share of the cases has had its event; None where not reached, an open upper end of the interval too."""

    share: float
    days: float | None
    lower: float | None
    upper: float | None

    @property
    def reached(self) -> Reached:
        """'belum tercapai' where the curve does not come down so far."""
        return Reached.NOT_YET if self.days is None else Reached.YES


@dataclass(frozen=True)
class Curve:
    """Share still waiting after each day on which something ended; arrays of one length, days ascending.

    Attributes:
        days: days with an event or a censoring; `survival` holds from that day until the next.
        at_risk, events, censored: cases still under watch just before, with an event on, censored on that day.
        lower, upper: 95% band at each day by itself.
        negative, missing: cases left out because the duration is below zero or unknown.
        refusal: set where fewer than LEAST_CASES cases are left; arrays are still filled.
    """

    days: Floats
    at_risk: Floats
    events: Floats
    censored: Floats
    survival: Floats
    lower: Floats
    upper: Floats
    negative: int
    missing: int
    confidence: float
    refusal: Refusal | None

    def at(self, day: float) -> tuple[float, float, float] | None:
        """Share still waiting after `day` with its band; None beyond the last day watched or where there is no case."""
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if not len(self.days) or day > self.days[-1]:
            return None
        if place < 0:
            return 1.0, float(_nothing_yet(self.at_risk[:1], self.confidence)[0]), 1.0
        return float(self.survival[place]), float(self.lower[place]), float(self.upper[place])

    def quantile(self, share: float = 0.5) -> Quantile:
        """First day on which at least `share` of the cases has had its event: S(t) ≤ 1 - share, equality included.

        The interval holds the days on which the band contains 1 - share (Brookmeyer & Crowley, Biometrics 38, 1982). Where the
        curve stands exactly at 1 - share the first day of the flat stretch is taken; R's survfit takes its middle.
        Raises UserError for a share not between 0 and 1.
        """
        if not 0 < share < 1:
            raise UserError("Bagian tidak sah.", found=str(share), allowed="di antara 0 dan 1")
        return Quantile(share, *(self._first(values, 1 - share) for values in (self.survival, self.lower, self.upper)))

    def median(self) -> Quantile:
        """Days until half have had their event."""
        return self.quantile(0.5)

    def _first(self, values: Floats, level: float) -> float | None:
        below = np.flatnonzero(values <= level + _EQUAL)
        return float(self.days[below[0]]) if len(below) else None


def curve(
    duration: npt.ArrayLike,
    event: npt.ArrayLike,
    count: npt.ArrayLike | None = None,
    *,
    band: Band = "log-log",
    confidence: float = 0.95,
) -> Curve:
    """Kaplan-Meier estimate (JASA 53, 1958) from durations in days and whether the event came (else open: censored).

    `count` says how many cases each pair stands for, so an aggregated table gives what its rows would. Censoring on the day of
    an event counts as after it. Variance: Greenwood (1926); band on log(-log S) (Kalbfleisch & Prentice 1980), or on log S as R's
    default. Negative and missing (NaN) durations are left out and counted.
    """
    days, happened, weight, negative, missing = _usable(duration, event, count)
    times, place = np.unique(days, return_inverse=True)
    events, censored = (_per_day(place, weight * part, len(times)) for part in (happened, ~happened))
    at_risk = np.asarray(np.cumsum((events + censored)[::-1])[::-1], dtype=float)
    survival = np.asarray(np.cumprod((at_risk - events) / at_risk), dtype=float)
    lower, upper = _band(survival, at_risk, _greenwood(at_risk, events), band, confidence)
    cases = int(weight.sum())
    refusal = Refusal(Reason.TOO_FEW, cases, LEAST_CASES) if cases < LEAST_CASES else None
    return Curve(times, at_risk, events, censored, survival, lower, upper, negative, missing, confidence, refusal)


def _usable(
    duration: npt.ArrayLike, event: npt.ArrayLike, count: npt.ArrayLike | None
) -> tuple[Floats, npt.NDArray[np.bool_], Floats, int, int]:
    days, happened = np.asarray(duration, dtype=float).ravel(), np.asarray(event, dtype=bool).ravel()
    weight = np.ones(len(days)) if count is None else np.asarray(count, dtype=float).ravel()
    if not len(days) == len(happened) == len(weight):
        raise UserError(
            "Kolom lama, kejadian dan jumlah tidak sama panjang.", found=f"{len(days)}, {len(happened)}, {len(weight)}"
        )
    missing, negative = np.isnan(days), days < 0
    kept = ~missing & ~negative & (weight > 0)
    return days[kept], happened[kept], weight[kept], int(weight[negative].sum()), int(weight[missing].sum())


def _per_day(place: npt.NDArray[np.intp], weight: Floats, length: int) -> Floats:
    return np.bincount(place, weight, length).astype(float)


def _greenwood(at_risk: Floats, events: Floats) -> Floats:
    """Variance of log S at each day; infinite once S is 0."""
    left = at_risk * (at_risk - events)
    return np.cumsum(np.divide(events, left, out=np.full(len(events), np.inf), where=left > 0))


def _band(survival: Floats, at_risk: Floats, variance: Floats, band: Band, confidence: float) -> tuple[Floats, Floats]:
    """Limits at each day; exact binomial (Clopper & Pearson 1934) before the first event; once S is 0 the last upper limit."""
    lower, upper = _nothing_yet(at_risk, confidence), np.ones(len(survival))
    inner = (survival > 0) & (survival < 1)
    share, spread = survival[inner], special.ndtri(0.5 + confidence / 2) * np.sqrt(variance[inner])
    if band == "log":
        lower[inner], upper[inner] = share * np.exp(-spread), np.minimum(share * np.exp(spread), 1.0)
    else:
        factor = np.exp(spread / -np.log(share))
        lower[inner], upper[inner] = share**factor, share ** (1 / factor)
    over = survival <= 0
    lower[over], upper[over] = 0.0, upper[~over][-1] if (~over).any() else 1.0
    return lower, upper


def _nothing_yet(at_risk: Floats, confidence: float) -> Floats:
    """Lower limit of the share still waiting when none of those at risk has had the event."""
    return np.asarray((0.5 - confidence / 2) ** (1 / at_risk), dtype=float)


@dataclass(frozen=True)
class LogRank:
    """Do groups wait equally long: chi-square, its degrees of freedom and p; None where `refusal` says why."""

    chi2: float | None
    freedom: int
    p_value: float | None
    refusal: Refusal | None = None


def logrank(groups: Sequence[Curve]) -> LogRank:
    """Log-rank test over two or more curves (Mantel 1966; Peto & Peto 1972), variances hypergeometric at ties.

    Raises UserError for fewer than two groups. Refused where a group has no case or nothing has happened in any.
    """
    if len(groups) < 2:
        raise UserError("Uji beda memerlukan sekurangnya dua kelompok.", found=str(len(groups)), allowed="2 atau lebih")
    smallest = min(int(group.at_risk[0]) if len(group.days) else 0 for group in groups)
    if smallest == 0:
        return LogRank(None, len(groups) - 1, None, Refusal(Reason.TOO_FEW, 0, 1))
    if not sum(float(group.events.sum()) for group in groups):
        return LogRank(None, len(groups) - 1, None, Refusal(Reason.NO_EVENT, 0, 1))
    excess, covariance = _excess(groups)
    chi2 = float(excess[:-1] @ np.linalg.pinv(covariance[:-1, :-1]) @ excess[:-1])
    freedom = len(groups) - 1
    return LogRank(chi2, freedom, float(special.chdtrc(freedom, chi2)))


def _excess(groups: Sequence[Curve]) -> tuple[Floats, Floats]:
    """Events less expected by group, and their covariance (groups × groups)."""
    times = np.unique(np.concatenate([group.days[group.events > 0] for group in groups]))
    events = np.stack([_on(group, times) for group in groups])
    risk = np.stack([_before(group, times) for group in groups])
    n, d = risk.sum(axis=0), events.sum(axis=0)
    share = risk / n
    scale = np.divide(d * (n - d), n - 1, out=np.zeros(len(n)), where=n > 1)
    covariance = np.diag((share * scale).sum(axis=1)) - (share * scale) @ share.T
    return (events - share * d).sum(axis=1), covariance


def _on(group: Curve, times: Floats) -> Floats:
    place = np.minimum(np.searchsorted(group.days, times), len(group.days) - 1)
    return np.where(group.days[place] == times, group.events[place], 0.0)


def _before(group: Curve, times: Floats) -> Floats:
    return np.append(group.at_risk, 0.0)[np.searchsorted(group.days, times)]


class Speed(StrEnum):
    """What may be said of a group against the others."""

    FASTER = "lebih cepat"
    SLOWER = "lebih lambat"
    OPEN = "belum dapat disimpulkan"


@dataclass(frozen=True)
class Against:
    """One group against all others: p adjusted by Holm; OPEN too where the test was refused."""

    test: LogRank
    adjusted: float | None
    verdict: Speed


def against_the_rest(groups: Mapping[str, Curve], alpha: float = 0.05) -> dict[str, Against]:
    """Each group against all others together by log-rank, family-wise error at `alpha` (Holm 1979); keys as given."""
    pairs = {name: (group, _pooled([other for key, other in groups.items() if key != name])) for name, group in groups.items()}
    tests = {name: logrank(pair) for name, pair in pairs.items()}
    adjusted = holm_adjusted([np.nan if test.p_value is None else test.p_value for test in tests.values()])
    return {
        name: Against(tests[name], None if np.isnan(value) else float(value), _speed(pairs[name], bool(value < alpha)))
        for name, value in zip(tests, adjusted, strict=True)
    }


def _speed(pair: tuple[Curve, Curve], differs: bool) -> Speed:
    if not differs:
        return Speed.OPEN
    return Speed.FASTER if _excess(pair)[0][0] > 0 else Speed.SLOWER


def _pooled(groups: Sequence[Curve]) -> Curve:
    """One curve of all cases of the groups."""
    if not groups:
        return curve([], [])
    days = np.concatenate([group.days for group in groups for _ in range(2)])
    happened = np.concatenate([np.full(len(group.days), flag) for group in groups for flag in (True, False)])
    return curve(days, happened, np.concatenate([values for group in groups for values in (group.events, group.censored)]))
