"""Who should have help and has none, who has it and should not (T01, T02): always indicative."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ipsm_analytics.errors import UserError
from ipsm_analytics.measures.intervals import wilson
from ipsm_analytics.statistics.refusal import Refusal

LEAST_CHECKED = 30


class Reason(StrEnum):
    """Why no share is given."""

    TOO_FEW = "terlalu_sedikit_diperiksa"


class Reading(StrEnum):
    """How the share is to be read, beside 'indikatif'."""

    AT_LEAST = "sekurangnya"
    AMONG_CHECKED = "di antara yang diperiksa"


@dataclass(frozen=True)
class Indicative:
    """A share of persons with its 95% Wilson interval, as fractions; None where `refusal` says why.

    Attributes:
        part, whole: numerator and denominator, persons.
        unchecked: persons the share says nothing of.
        bound_low, bound_high: the share if none, or all, of the unchecked were errors (Manski, Partial Identification, 2003).
        indicative: always True; no page may show the share without saying so.
    """

    part: int
    whole: int
    unchecked: int
    reading: Reading
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    refusal: Refusal | None = None
    indicative: bool = True


def exclusion(eligible: int, without: int, unchecked: int = 0) -> Indicative:
    """T01: persons with desil up to the limit and no programme, over all such persons whose programmes were looked up.

    A least value: the poor who are not in the register have neither desil nor programme and are not counted.
    `unchecked`: eligible persons whose programmes are not known. Raises UserError for impossible counts.
    """
    return _indicative(without, eligible, unchecked, Reading.AT_LEAST)


def inclusion(checked: int, wrong: int, unchecked: int = 0) -> Indicative:
    """T02: recipients with desil above the limit, dead or moved, over the recipients checked.

    `unchecked`: recipients not found in the register or without desil. Raises UserError for impossible counts.
    """
    return _indicative(wrong, checked, unchecked, Reading.AMONG_CHECKED)


def _indicative(part: int, whole: int, unchecked: int, reading: Reading) -> Indicative:
    if not 0 <= part <= whole or unchecked < 0:
        raise UserError(
            "Hitungan salah sasaran tidak mungkin.",
            found=f"{part} dari {whole}, belum diperiksa {unchecked}",
            allowed="0 ≤ bagian ≤ seluruh, belum diperiksa tidak negatif",
        )
    if whole < LEAST_CHECKED:
        return Indicative(part, whole, unchecked, reading, refusal=Refusal(Reason.TOO_FEW, whole, LEAST_CHECKED))
    lower, upper = (float(limit) for limit in wilson(part, whole))
    everyone = whole + unchecked
    return Indicative(part, whole, unchecked, reading, part / whole, lower, upper, part / everyone, (part + unchecked) / everyone)
