"""Recaps: counts by area that an office has added up itself, in a sheet made to be looked at."""

from ipsm_analytics.intake.recap.build import build
from ipsm_analytics.intake.recap.read import Recap, RecapCell, letters, looks_like, place, read, to_table

__all__ = ["Recap", "RecapCell", "build", "letters", "looks_like", "place", "read", "to_table"]
