"""The PBX's own logs as messages: CEL as cel_custom writes it, and queue_log. Files, not a connection."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bridge.message import Message, Source
from bridge.wire import cel, queue_log

LAST_SECOND = 253402300799.0
"""The end of the year 9999, which is as far as dates go."""


class LogError(Exception):
    """A log that cannot be read: one line with the place and the mend."""


def read_cel(path: Path, pbx: str, report: Callable[[str], None]) -> Iterator[Message]:
    """The rows of a CEL file in its order. Raises ``LogError`` when there are rows but none that can be read."""
    mend = "see the mapping in docs/operating.md, and leave dateformat out of cel.conf"
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        yield from _messages(path, _rows(file), pbx, "cel", cel.COLUMNS, report, mend)


def read_queue_log(path: Path, pbx: str, report: Callable[[str], None]) -> Iterator[Message]:
    """The lines of a queue_log in its order, each at the end of its second. Raises ``LogError`` as above."""
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = (line.rstrip("\n").split("|") for line in file)
        padded = (words + [""] * (len(queue_log.COLUMNS) - len(words)) for words in lines)
        rows = (words[: len(queue_log.COLUMNS)] for words in padded)
        mend = "name Asterisk's queue_log"
        for message in _messages(path, rows, pbx, "queue_log", queue_log.COLUMNS, report, mend):
            yield Message(message.t + queue_log.SECOND, pbx, "queue_log", message.event)


def _rows(file: Any) -> Iterator[Sequence[str]]:
    rows = csv.reader(file)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield ()


def _messages(
    path: Path,
    rows: Iterator[Sequence[str]],
    pbx: str,
    src: Source,
    columns: Sequence[str],
    report: Callable[[str], None],
    mend: str,
) -> Iterator[Message]:
    """What cannot be read, such as a line that is being written, is passed over and told once at the end."""
    bad, first, good = 0, 0, 0
    for number, row in enumerate(rows, 1):
        at = _time(row[0]) if len(row) == len(columns) else None
        if at is None:
            bad, first = bad + 1, first or number
            continue
        good += 1
        yield Message(at, pbx, src, dict(zip(columns, row, strict=True)))
    if bad and not good:
        raise LogError(f"{path}:{first}: no row as callbridge reads it; {mend}")
    if bad:
        report(f"{path}:{first}: {bad} line(s) that cannot be read, from this one on: skipped")


def _time(text: str) -> float | None:
    try:
        at = float(text)
    except ValueError:
        return None
    return at if 0 < at <= LAST_SECOND else None
