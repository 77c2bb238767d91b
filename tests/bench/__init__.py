"""``python -m tests.bench``: how fast the hot path is, what an open call costs, and whether a day leaves anything."""
