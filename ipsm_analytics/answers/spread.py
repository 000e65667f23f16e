"""How far kelurahan lie apart, and how much of it is chance: funnel and inequality of K03."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.query import query
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.measures import Query, Status
from ipsm_analytics.privacy import Policy
from ipsm_analytics.statistics import inequality
from ipsm_analytics.statistics.funnel import Overdispersion, count_scores, overdispersion
from ipsm_analytics.statistics.refusal import Refusal
from ipsm_analytics.statistics.significance import Significance, significance

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spread:
    """The kelurahan of the city that reported and are not withheld.

    Attributes:
        areas: rows of the query K03 by kelurahan.
        baseline: persons per person of these kelurahan together; NaN without any.
        excess: how much more they spread than chance.
        levels: where each stands against the baseline, the excess taken off.
        gap, gini, slope: inequality of the rates; the slope by the share of register persons up to the desil limit, from the
            kelurahan with the smallest share to that with the largest, in persons per person.
    """

    areas: pd.DataFrame
    baseline: float
    excess: Overdispersion
    levels: tuple[Significance, ...]
    gap: inequality.Gap | Refusal
    gini: inequality.Disparity | Refusal
    slope: inequality.Slope | Refusal


def spread(facts: Facts, window: Window, slice_code: str, rule: Policy) -> Spread:
    """Funnel and inequality of K03 by kelurahan of the whole city."""
    frame = query(facts, Query("K03", ("kelurahan",), window, slice=slice_code), rule)
    known = frame[frame["status"].isin([Status.OK, Status.ZERO])].reset_index(drop=True)
    cases, people = (known[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
    baseline = float(cases.sum() / people.sum()) if people.sum() else float("nan")
    scores = count_scores(cases, people * baseline)
    excess = overdispersion(scores)
    return Spread(
        areas=known,
        baseline=baseline,
        excess=excess,
        levels=tuple(significance(float(score), excess.factor) for score in scores),
        gap=inequality.gap(cases, people),
        gini=inequality.gini(cases, people),
        slope=inequality.slope(
            cases / people, people, _poor_share(facts, tuple(known["kode_kelurahan"]), window), _error(cases, people, excess)
        ),
    )


def _error(cases: Floats, people: Floats, excess: Overdispersion) -> Floats:
    """Standard errors, those of a kelurahan without cases as if it had one."""
    return inequality.rate_error(np.maximum(cases, 1), people, excess.factor)


def _poor_share(facts: Facts, codes: tuple[str, ...], window: Window) -> Floats:
    """Register persons up to the desil limit per person of the population."""
    counted = facts.select(Selection("poor", codes, ("SEMUA",), (window,))).values[0, 0] if codes else np.zeros(0)
    people = np.array([facts.residents(code) for code in codes], dtype=float)
    return np.asarray(counted / np.maximum(people, 1.0))
