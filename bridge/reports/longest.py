"""Finds the call of each figure's longest."""

from __future__ import annotations

from bridge.reports.compute import choice
from bridge.reports.database import Database
from bridge.reports.figures import Items
from bridge.reports.queries import Builder
from bridge.reports.result import Cell, Lengths, Result

MOST = 1_000
"""Lines up to which it is asked: each figure costs one more pass over its rows, and nobody reads a longer table."""


def with_longest(result: Result, database: Database) -> Result:
    """The result with the record of each longest; if several are equally long, the first. Raises ``SinkError``."""
    if not 0 < len(result.lines) <= MOST:
        return result
    condition, values, request = choice(result.request, database)
    calendar = request.calendar()
    lines, found = [*result.lines], dict[str, dict[Cell | None, str]]()
    for n, figure in enumerate(result.figures):
        if not isinstance(figure.made, Items) or figure.unit != "s":
            continue
        lengths = {(line.bucket.order, line.key): value.longest for line in lines
                   if isinstance(value := line.values[n], Lengths) and value.items}  # fmt: skip
        if not lengths:
            continue
        builder = Builder(result.report, request, condition, as_of=result.as_of)
        query = builder.longest(figure, [*{(key, length) for (_, key), length in lengths.items()}])
        records: dict[Cell, str] = {}
        for *_, record, key, length, order in sorted(
            (at, record, tuple(key), length, bucket.order)
            for *key, at, length, record in database.ask(query, values | builder.values)
            if record is not None and (bucket := calendar.bucket_at(at)) is not None
        ):
            if lengths.get((order, key)) == length:
                records.setdefault((order, key), record)
        total = result.totals[n]
        most = next((cell for cell in records if isinstance(total, Lengths) and lengths[cell] == total.longest), None)
        of_all: dict[Cell | None, str] = {None: records[most]} if most is not None else {}
        of_all.update(records.items())
        found[figure.id] = of_all
    return result._replace(longest=found)
