"""Dense additive counts of how the data came in, by kelurahan × month: reports, rows, refusals, repeats."""

from ipsm_analytics.quality.build import build, load
from ipsm_analytics.quality.counts import Quality

__all__ = ["Quality", "build", "load"]
