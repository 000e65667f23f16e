"""What everybody may know: declared once, answered through the public gate, shared by page, CSV and JSON."""

from ipsm_analytics.opendata.periods import Kind, Period
from ipsm_analytics.opendata.published import OpenData, published
from ipsm_analytics.opendata.registry import DataSet, data_set, data_sets

__all__ = ["DataSet", "Kind", "OpenData", "Period", "data_set", "data_sets", "published"]
