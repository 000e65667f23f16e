"""The meeting: what was frozen for it, how its figures moved since the last one, and what it decided."""
