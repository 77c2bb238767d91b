"""Sorts the rows of a report or a list by one column: the highest number first, text by the alphabet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bridge.config.nearest import nearest
from bridge.errors import UsageError
from bridge.reports.columns import Column, Plain


def by(name: str, columns: Sequence[Column], rows: Iterable[list[Plain]]) -> list[list[Plain]]:
    """All rows, in memory; unknown values come last. Raises ``UsageError``."""
    known = {column.id: n for n, column in enumerate(columns) if column.kind != "list"}
    if name not in known:
        raise UsageError(f'--sort: no column "{name}"; {nearest(name, known)}')
    n = known[name]

    def rank(row: list[Plain]) -> tuple[bool, float, str]:
        match row[n]:
            case int() as value:
                return False, -value, ""
            case (int() as over, int() as under):
                return (False, -over / under, "") if under else (True, 0.0, "")
            case str() as text:
                return False, 0.0, text
        return True, 0.0, ""

    return sorted(rows, key=rank)
