"""``python -m tests.bench``: how fast the hot path is, what an open call costs, and whether a day leaves anything."""

import importlib


def run(part: str) -> None:
    """Runs one part; only then is imported what that one needs."""
    importlib.import_module(f"{__name__}.{part}").run()
