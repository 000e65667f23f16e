"""Cases of the last months once late reports have arrived: reporting triangle, chain ladder, predictive draws."""

from ipsm_analytics.statistics.nowcast.predict import MonthNow, Nowcast, Reason, nowcast
from ipsm_analytics.statistics.nowcast.spans import same_days_before, stays_below
from ipsm_analytics.statistics.nowcast.triangle import Triangle, triangle
from ipsm_analytics.statistics.refusal import Refusal

__all__ = [
    "MonthNow",
    "Nowcast",
    "Reason",
    "Refusal",
    "Triangle",
    "nowcast",
    "same_days_before",
    "stays_below",
    "triangle",
]
