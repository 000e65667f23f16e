"""Files of the meeting: slides, papers, sheets of areas, the annex of numbers."""
