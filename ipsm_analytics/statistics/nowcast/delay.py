"""How long reports take, by unit: each unit's own delays, drawn towards those of all units by how few they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from ipsm_analytics.statistics.nowcast.ladder import Floats, link_sums

STRENGTHS = 2.0 ** np.arange(1, 15)
_LEAST = 1e-9


@dataclass(frozen=True)
class Delays:
    """Share of reports that have arrived after 0..L−1 days, by unit.

    Backwards from the longest delay, the share of the reports with delay ≤ j that take exactly j days is Beta(late, early):
    the chain-ladder factor is 1 / (1 − late share), so that their product is the chain ladder's pattern.

    Attributes:
        late, early: U × (L − 1), the two counts of each Beta, for j = 1..L−1.
        strength: how many reports of its own the delays of all units are worth to a unit; None without pooling.
    """

    late: Floats
    early: Floats
    strength: float | None

    @property
    def expected(self) -> Floats:
        """U × L shares at the mean of each Beta."""
        return _shares(self.late / (self.late + self.early))

    def draw(self, source: np.random.Generator, draws: int) -> Floats:
        """U × draws × L shares."""
        used = np.flatnonzero((self.late > 2 * _LEAST).any(axis=0))
        shares = np.zeros((len(self.late), draws, self.late.shape[1]))
        shares[..., used] = source.beta(
            self.late[:, np.newaxis, used], self.early[:, np.newaxis, used], (len(self.late), draws, len(used))
        )
        return _shares(shares)


def _shares(late: Floats) -> Floats:
    """Products of what is not late, from each delay to the longest."""
    left = np.cumprod((1 - late)[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate([left, np.ones((*late.shape[:-1], 1))], axis=-1)


def delays(cumulative: Floats) -> Delays:
    """Delays of U units from U × D × L cumulative counts, NaN unknown.

    A single unit stands alone. Several share a Dirichlet prior around the delays of their sum; a Dirichlet is neutral, so
    each backward share keeps an independent Beta (Connor & Mosimann, JASA 64, 1969). The prior's strength is the one of
    STRENGTHS with the highest marginal likelihood.
    """
    start, end = link_sums(cumulative)
    late, early = end - start, start
    if len(late) == 1:
        return Delays(late + _LEAST, early + _LEAST, None)
    city = Delays(late.sum(axis=0, keepdims=True) + _LEAST, early.sum(axis=0, keepdims=True) + _LEAST, None).expected[0]
    fits = [_evidence(late, early, *_prior(city, strength)) for strength in STRENGTHS]
    strength = float(STRENGTHS[int(np.argmax(fits))])
    prior_late, prior_early = _prior(city, strength)
    return Delays(late + prior_late, early + prior_early, strength)


def _prior(city: Floats, strength: float) -> tuple[Floats, Floats]:
    return strength * np.diff(city) + _LEAST, strength * city[:-1] + _LEAST


def _evidence(late: Floats, early: Floats, prior_late: Floats, prior_early: Floats) -> float:
    """Log marginal likelihood of the backward shares (beta-binomial, without the binomial coefficients)."""
    with_data = special.betaln(late + prior_late, early + prior_early)
    return float((with_data - special.betaln(prior_late, prior_early)).sum())
