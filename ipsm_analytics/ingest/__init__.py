"""Files into the store: rehearsed first where somebody wants to see, then one file, one commit, all or nothing."""

from ipsm_analytics.ingest.report import Impact, Report
from ipsm_analytics.ingest.take import Progress, Reread, Source, Upload, check, ingest

__all__ = ["Impact", "Progress", "Report", "Reread", "Source", "Upload", "check", "ingest"]
