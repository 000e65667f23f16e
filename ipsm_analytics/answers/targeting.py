"""T01 and T02 with what they say nothing of: persons whose desil, and so whose right to aid, is not known."""

from __future__ import annotations

from dataclasses import dataclass

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.cube import Selection, Window
from ipsm_analytics.cube.axes import ALL
from ipsm_analytics.cube.selection import Quantity
from ipsm_analytics.privacy import Policy, release
from ipsm_analytics.statistics.targeting import Indicative, exclusion, inclusion

_COUNTED: tuple[Quantity, ...] = ("poor", "poor_unaided", "aid_checked", "aid_misplaced", "aided", "desil_unknown", "listed")


@dataclass(frozen=True)
class Targeting:
    """Both shares of an area, in persons.

    Attributes:
        listed: persons in a register; 0 where there is no register.
        without_desil: of them, those whose desil no register says: in neither part of T01.
        limit: highest desil aid is meant for.
    """

    exclusion: Indicative
    inclusion: Indicative
    listed: int
    without_desil: int
    limit: int


def targeting(facts: Facts, window: Window, area: str, rule: Policy) -> Targeting | None:
    """Both shares of an area; None where the rule withholds one of the counts. The window does not matter to registers."""
    found = [release(facts, (Selection(name, (area,), (ALL,), (window,)),), rule) for name in _COUNTED]
    if any(item.withheld.any() for item in found):
        return None
    poor, unaided, checked, wrong, aided, unknown, listed = (int(item.counts[0].values[0, 0, 0]) for item in found)
    return Targeting(exclusion(poor, unaided), inclusion(checked, wrong, aided - checked), listed, unknown, facts.registers.limit)
