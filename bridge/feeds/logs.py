"""Reads the PBX's own logs, CEL and queue_log, from files or database tables, as messages. Needs no PBX."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from bridge.errors import LogError
from bridge.feeds import tables
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.times import LAST_SECOND
from bridge.wire import cel, queue_log

LONGEST_LINE = 1_000_000
"""Characters of the longest line that is read; no PBX writes one of a hundredth of that."""
Report = Callable[[str], None]
Row = tuple[Any, Mapping[str, Any]]
"""A row's time, as seconds since the epoch or as the text that was written, and its columns."""


def read_cel(source: str, pbx: str, since: float, report: Report) -> Iterator[Message]:
    """The rows of CEL in their order, from a file or from the table ``cel`` of a database.

    From a table, only the rows from ``since`` on are read (seconds since the epoch). ``report`` is called once if
    rows cannot be read. Raises ``LogError`` if there are rows and none can be read.
    """
    if tables.is_database(source):
        yield from _of_table(source, tables.CEL, pbx, "cel", since, report)
        return
    mend = "see the mapping in docs/operating.md, and leave dateformat out of cel.conf"
    with Path(source).open(newline="", encoding="utf-8", errors="replace") as file:
        yield from _messages(source, _named(_rows(_lines(file)), cel.COLUMNS), pbx, "cel", report, mend)


def read_queue_log(source: str, pbx: str, since: float, report: Report) -> Iterator[Message]:
    """The lines of a queue_log in their order, from a file or from the table ``queue_log`` of a database.

    queue_log's times are whole seconds; each line gets the end of its second. Otherwise as ``read_cel``.
    """
    if tables.is_database(source):
        messages = _of_table(source, tables.QUEUE_LOG, pbx, "queue_log", since, report)
    else:
        messages = _of_queue_log(source, pbx, report)
    for message in messages:
        yield Message(message.t + queue_log.SECOND, pbx, "queue_log", message.event)


def _of_queue_log(source: str, pbx: str, report: Report) -> Iterator[Message]:
    with Path(source).open(encoding="utf-8", errors="replace") as file:
        lines = (line.rstrip("\n").split("|") for line in _lines(file))
        padded = (words + [""] * (len(queue_log.COLUMNS) - len(words)) for words in lines)
        rows = _named((words[: len(queue_log.COLUMNS)] for words in padded), queue_log.COLUMNS)
        yield from _messages(source, rows, pbx, "queue_log", report, "name Asterisk's queue_log")


def _of_table(
    source: str, table: tables.Table, pbx: str, src: Source, since: float, report: Report
) -> Iterator[Message]:
    name = f"table {table.name}"  # the source may hold a password
    try:
        rows = ((row[table.time], row) for row in tables.rows(source, table, since))
        yield from _messages(name, rows, pbx, src, report, f"is {table.time} a time?")
    except tables.TableError as error:
        raise LogError(f"{name}: {error}; see the columns in docs/operating.md") from None


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file; one that is too long is replaced by an empty one."""
    while line := file.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith("\n"):
            rest = file.readline(LONGEST_LINE)
        yield line if rest is line else "\n"


def _rows(lines: Iterator[str]) -> Iterator[Sequence[str]]:
    rows = csv.reader(lines)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield ()


def _named(rows: Iterator[Sequence[str]], columns: Sequence[str]) -> Iterator[Row]:
    for row in rows:
        yield (row[0], dict(zip(columns, row, strict=True))) if len(row) == len(columns) else (None, {})


def _messages(place: str, rows: Iterator[Row], pbx: str, src: Source, report: Report, mend: str) -> Iterator[Message]:
    """The rows as messages. A row that cannot be read, such as one still being written, is skipped and reported."""
    bad, first, good = 0, 0, 0
    for number, (time, row) in enumerate(rows, 1):
        at = _time(time)
        if at is None:
            bad, first = bad + 1, first or number
            continue
        good += 1
        yield Message(at, pbx, src, dict(row))
    if bad and not good:
        raise LogError(f"{place}:{first}: no row as callbridge reads it; {mend}")
    if bad:
        report(f"{place}:{first}: {bad} line(s) that cannot be read, from this one on: skipped")


def _time(written: Any) -> float | None:
    try:
        at = float(written)
    except (TypeError, ValueError):
        return None
    return at if 0 < at <= LAST_SECOND else None
