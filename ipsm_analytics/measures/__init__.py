"""Released counts to indicator values with interval, denominator and status."""

from ipsm_analytics.measures.query import COLUMNS, Query, query
from ipsm_analytics.measures.status import Status

__all__ = ["COLUMNS", "Query", "Status", "query"]
