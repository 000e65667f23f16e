"""Dense additive counts by area × slice × month, built in one pass and never scanned again."""

from ipsm_analytics.cube.build import build, load
from ipsm_analytics.cube.cube import Cube
from ipsm_analytics.cube.selection import Counts, Month, Selection, Window, month_label

__all__ = ["Counts", "Cube", "Month", "Selection", "Window", "build", "load", "month_label"]
