"""What was done about each case, and by whom it was found: integer columns, counted once and then looked up."""

from ipsm_analytics.casework.build import build, load
from ipsm_analytics.casework.casework import Casework, Overlaps
from ipsm_analytics.casework.traits import TRAITS

__all__ = ["TRAITS", "Casework", "Overlaps", "build", "load"]
