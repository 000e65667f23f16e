"""Samples with known truth, by which each claim of the statistics is tried."""
