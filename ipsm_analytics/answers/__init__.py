"""One question, one frame, whatever it rests on: the path every page, export and the command line share."""

from ipsm_analytics.answers.facts import Facts
from ipsm_analytics.answers.query import query

__all__ = ["Facts", "query"]
