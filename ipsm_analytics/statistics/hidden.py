"""How many nobody has counted: two lists of persons and what they share (D02).

The two lists are the persons found by PSM and the persons in the register. Strata given together must not share persons:
kecamatan may be added up, groups may not, because one person may belong to several groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, inf, log1p, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

from ipsm_analytics.errors import UserError
from ipsm_analytics.statistics.refusal import Refusal

Floats = npt.NDArray[np.float64]
LEAST_OVERLAP = 7
WIDEST = 0.5
MOST_LEFT_OUT = 0.1
ODDS = (0.5, 2.0)


class Reason(StrEnum):
    """Why no estimate is given."""

    EMPTY_LIST = "daftar_kosong"
    INCONSISTENT = "daftar_tidak_konsisten"
    SMALL_OVERLAP = "irisan_kecil"
    WIDE = "selang_terlalu_lebar"
    LEFT_OUT = "sel_ditolak_terlalu_banyak"


@dataclass(frozen=True)
class Chapman:
    """Arrays of one shape: persons, except `variance` in persons squared. Lincoln-Petersen is NaN where nothing is shared."""

    total: Floats
    variance: Floats
    observed: Floats
    normal_lower: Floats
    normal_upper: Floats
    lower: Floats
    upper: Floats
    lincoln_petersen: Floats


def chapman(first: npt.ArrayLike, second: npt.ArrayLike, both: npt.ArrayLike, confidence: float = 0.95) -> Chapman:
    """Size of a population from two lists drawn independently and linked without error.

    Formulas: N = (M+1)(n+1)/(m+1) - 1 (Chapman, Univ. Calif. Publ. Stat. 1, 1951); its variance (Seber, JRSS B 32, 1970);
    `lower` and `upper` log-normal on those in neither list (Burnham et al., Wildlife Monographs 87, 1987; Chao, Biometrics 45,
    1989), never below the union; Lincoln-Petersen M n / m for comparison. Lists of any one shape, whole counts.
    """
    m1, m2, m12 = (np.asarray(value, dtype=float) for value in (first, second, both))
    total = (m1 + 1) * (m2 + 1) / (m12 + 1) - 1
    variance = (m1 + 1) * (m2 + 1) * (m1 - m12) * (m2 - m12) / ((m12 + 1) ** 2 * (m12 + 2))
    observed = m1 + m2 - m12
    spread = special.ndtri(0.5 + confidence / 2) * np.sqrt(variance)
    lower, upper = lognormal(observed, total - observed, variance, confidence)
    petersen = np.divide(m1 * m2, m12, out=np.full(np.shape(total), np.nan), where=m12 > 0)
    return Chapman(total, variance, observed, total - spread, total + spread, lower, upper, petersen)


def lognormal(
    observed: npt.ArrayLike, unseen: npt.ArrayLike, variance: npt.ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits observed + f0 / C and observed + f0 C with C = exp(z √ln(1 + variance / f0²)); both `observed` where f0 is 0."""
    base, f0, spread = (np.asarray(value, dtype=float) for value in (observed, unseen, variance))
    ratio = np.divide(spread, f0**2, out=np.zeros(np.broadcast_shapes(f0.shape, spread.shape)), where=f0 > 0)
    factor = np.exp(special.ndtri(0.5 + confidence / 2) * np.sqrt(np.log1p(ratio)))
    return base + f0 / factor, base + f0 * factor


@dataclass(frozen=True)
class Linkage:
    """How well persons of the two lists are recognised as one.

    Attributes:
        recall: share of the true pairs that are linked.
        precision: share of the links that are true.
        recall_se, precision_se: their standard errors; common to all strata.

    Raises UserError when a share is outside (0, 1] or an error is negative.
    """

    recall: float = 1.0
    precision: float = 1.0
    recall_se: float = 0.0
    precision_se: float = 0.0

    def __post_init__(self) -> None:
        shares, errors = (self.recall, self.precision), (self.recall_se, self.precision_se)
        if not all(0 < share <= 1 for share in shares) or not all(error >= 0 for error in errors):
            raise UserError(
                "Mutu pemadanan tidak dapat dipakai.",
                found=f"recall {self.recall} ± {self.recall_se}, presisi {self.precision} ± {self.precision_se}",
                allowed="recall dan presisi di atas 0 sampai 1, galat baku tidak negatif",
                action="ambil angkanya dari pengukuran pemadanan",
            )

    @classmethod
    def measured(cls, pairs: int, links: int, correct: int) -> Linkage:
        """From a test with known truth: true pairs there were, links made, links that were true; binomial errors.

        Raises UserError when nothing was linked rightly.
        """
        recall, precision = (correct / whole if whole else 0.0 for whole in (pairs, links))
        errors = [sqrt(share * (1 - share) / whole) if share else 0.0 for share, whole in ((recall, pairs), (precision, links))]
        return cls(recall, precision, *errors)

    @property
    def factor(self) -> float:
        """True pairs over links found is 1 / factor: recall / precision."""
        return self.recall / self.precision

    @property
    def relative_variance(self) -> float:
        """Squared coefficient of variation of the factor (delta method, independent errors)."""
        return (self.recall_se / self.recall) ** 2 + (self.precision_se / self.precision) ** 2


@dataclass(frozen=True)
class Cell:
    """One stratum, in persons; every figure but the three counts and `observed` is None where `refusal` says why.

    Attributes:
        first, second, both: persons found by PSM, persons in the register, links between them.
        observed: distinct persons in either list, links corrected for what linking misses and invents.
        estimate, lower, upper: all persons, with 95% interval when the lists are independent.
        at_low, at_high: the estimate if the lists depend on each other as at the ends of the odds ratio.
        bound_low, bound_high: the same ends with the sampling interval of each.
        sampling: variance by chance alone, without the uncertainty of linking.
    """

    first: int
    second: int
    both: int
    observed: float
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    at_low: float | None = None
    at_high: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    sampling: float | None = None
    refusal: Refusal | None = None

    @property
    def hidden(self) -> float | None:
        """Persons PSM has not found: the estimate less the first list. May be in the register."""
        return None if self.estimate is None else self.estimate - self.first

    @property
    def in_neither(self) -> float | None:
        """Persons in neither list: the estimate less `observed`."""
        return None if self.estimate is None else self.estimate - self.observed


@dataclass(frozen=True)
class Total:
    """Sum over strata, in persons; figures None where `refusal` says why.

    Attributes:
        observed: distinct persons seen, refused strata included.
        left_out: strata without an estimate; they enter with the persons seen there, so the total is then a least value.
        hidden, in_neither: as in Cell.
    """

    observed: float
    left_out: int
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    hidden: float | None = None
    in_neither: float | None = None
    refusal: Refusal | None = None


def estimate(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    both: npt.ArrayLike,
    *,
    linkage: Linkage,
    odds: tuple[float, float] = ODDS,
    confidence: float = 0.95,
) -> tuple[Cell, ...]:
    """Estimates of strata in the order given (any one shape, flattened), linkage error carried through.

    Thinning: a true pair is linked with chance r, a link is true with chance p, hence E[c/(X+1)] = E[1/(m+1)] with c = r/p up to
    (1-r)^(m+1), X links and m true pairs. So N = c (M+1)(n+1)/(X+1) - 1 is as unbiased as Chapman's, and its variance is
    (N+1)² + (N+1) - c² (M+1)(M+2)(n+1)(n+2)/((X+1)(X+2)), which is Seber's (1970) when r = p = 1; the uncertainty of c adds
    (N+1)² times its squared coefficient of variation.
    Dependence: with an odds ratio θ of being in both lists, those in neither are θ times as many as under independence
    (Gerritse, van der Heijden & Bakker, J. Off. Stat. 31, 2015, 357-379); `odds` gives the two ends.
    Refused: an empty list, more links than a list has persons, fewer than 7 links (Robson & Regier, Trans. Am. Fish. Soc. 93,
    1964), a standard error above half the estimate. Raises UserError for odds that are not 0 < low ≤ high.
    """
    if not 0 < odds[0] <= odds[1] < inf:
        raise UserError("Batas ketergantungan tidak sah.", found=str(odds), allowed="0 < bawah ≤ atas, terhingga")
    lists = np.broadcast_arrays(*(np.asarray(value, dtype=np.int64) for value in (first, second, both)))
    rows = zip(*(one.ravel().tolist() for one in lists), strict=True)
    return tuple(_cell(m1, m2, m12, linkage, odds, confidence) for m1, m2, m12 in rows)


def _cell(first: int, second: int, both: int, linkage: Linkage, odds: tuple[float, float], confidence: float) -> Cell:
    shared = min(both / linkage.factor, first, second)
    bare = Cell(first, second, both, first + second - shared)
    refusal = _unusable(first, second, both)
    if refusal:
        return Cell(first, second, both, bare.observed, refusal=refusal)
    raised = linkage.factor * (first + 1) * (second + 1) / (both + 1)
    sampling = _sampling(raised, first, second, both, linkage.factor)
    value, variance = max(raised - 1, bare.observed), sampling + raised**2 * linkage.relative_variance
    if sqrt(variance) > WIDEST * value:
        return Cell(first, second, both, bare.observed, refusal=Refusal(Reason.WIDE, sqrt(variance) / value, WIDEST))
    return _answer(bare, value, sampling, variance, odds, confidence)


def _unusable(first: int, second: int, both: int) -> Refusal | None:
    if min(first, second) <= 0:
        return Refusal(Reason.EMPTY_LIST, min(first, second), 1)
    if not 0 <= both <= min(first, second):
        return Refusal(Reason.INCONSISTENT, both, min(first, second))
    return Refusal(Reason.SMALL_OVERLAP, both, LEAST_OVERLAP) if both < LEAST_OVERLAP else None


def _sampling(raised: float, first: int, second: int, both: int, factor: float) -> float:
    product = factor**2 * (first + 1) * (first + 2) * (second + 1) * (second + 2) / ((both + 1) * (both + 2))
    return max(raised**2 + raised - product, 0.0)


def _answer(bare: Cell, value: float, sampling: float, variance: float, odds: tuple[float, float], confidence: float) -> Cell:
    unseen = value - bare.observed
    below, above = _unseen_limits(unseen, variance, confidence)
    return Cell(
        bare.first,
        bare.second,
        bare.both,
        bare.observed,
        estimate=value,
        lower=bare.observed + below,
        upper=bare.observed + above,
        at_low=bare.observed + odds[0] * unseen,
        at_high=bare.observed + odds[1] * unseen,
        bound_low=bare.observed + odds[0] * below,
        bound_high=bare.observed + odds[1] * above,
        sampling=sampling,
    )


def _unseen_limits(unseen: float, variance: float, confidence: float) -> tuple[float, float]:
    """Log-normal limits of those in neither list; the normal upper limit where none are estimated but chance remains."""
    z = float(special.ndtri(0.5 + confidence / 2))
    if unseen <= 0:
        return 0.0, z * sqrt(variance)
    factor = exp(z * sqrt(log1p(variance / unseen**2)))
    return unseen / factor, unseen * factor


def total(cells: Sequence[Cell], *, linkage: Linkage, odds: tuple[float, float] = ODDS, confidence: float = 0.95) -> Total:
    """Strata that share no person, added up; never the pooled lists.

    Persons differ in their chance of being listed; within strata less so, therefore the sum of strata is less biased than one
    estimate from pooled lists (Sekar & Deming, JASA 44, 1949). Variances by chance add up; the uncertainty of linking is common
    to all strata and adds as standard errors. Refused when refused strata hold more than a tenth of the persons seen.
    """
    seen, answered = sum(cell.observed for cell in cells), [cell for cell in cells if cell.estimate is not None]
    left_out, missing = len(cells) - len(answered), sum(cell.observed for cell in cells if cell.estimate is None)
    if not answered or missing > MOST_LEFT_OUT * seen:
        return Total(seen, left_out, refusal=Refusal(Reason.LEFT_OUT, missing / seen if seen else 1.0, MOST_LEFT_OUT))
    unseen = sum(cell.in_neither or 0.0 for cell in answered)
    whole = sum((cell.estimate or 0.0) + 1 for cell in answered)
    variance = sum(cell.sampling or 0.0 for cell in answered) + whole**2 * linkage.relative_variance
    below, above = _unseen_limits(unseen, variance, confidence)
    return Total(
        seen,
        left_out,
        estimate=seen + unseen,
        lower=seen + below,
        upper=seen + above,
        bound_low=seen + odds[0] * below,
        bound_high=seen + odds[1] * above,
        hidden=seen + unseen - sum(cell.first for cell in cells),
        in_neither=unseen,
    )
