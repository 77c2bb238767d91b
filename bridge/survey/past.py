"""What the PBX's call detail records (CDR) tell: who has brought calls from outside, and for which numbers."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from bridge.errors import UsageError
from bridge.feeds.tables import Table, TableError, is_database, rows
from bridge.pbx.names import device_of
from bridge.survey.traffic import is_outside

COLUMNS = ("accountcode", "src", "dst", "dcontext", "clid", "channel")
"""The first columns of cdr_csv's Master.csv."""
TABLE = Table(
    "cdr",
    "calldate",
    {name: (name,) for name in ("calldate", "src", "dst", "dcontext", "channel", "did")},
    frozenset({"did"}),
)
"""That of cdr_pgsql, cdr_mysql, cdr_odbc and cdr_sqlite3_custom; ``did`` is FreePBX's."""
MASTER = "/var/log/asterisk/cdr-csv/Master.csv"
"""Where Asterisk keeps them unless it is told otherwise."""
NEWEST = 16_000_000
"""Bytes that are read of a file, from its end: some 60,000 calls."""
DAYS = 30
"""Of a table, the last so many days are read."""
SEVERAL = 3
"""Outside numbers that calls by one device must show: an agent who calls out shows one or two DNs as her own."""
MOST = 10_000
"""Devices, and numbers dialled by way of one, that are remembered."""


class Past(msgspec.Struct):
    """Of one PBX."""

    callers: dict[str, set[str]] = {}
    """Of each device, outside numbers that its calls showed, up to `SEVERAL`."""
    dialled: dict[tuple[str, str, str], int] = {}
    """Device, the dialplan's context in which the call ended, and the number dialled; and how often. ``""`` for the
    context is that of a number that is known to have been dialled (``did``)."""

    def take(self, entries: Iterable[Mapping[str, object]]) -> None:
        for entry in entries:
            device, source = device_of(str(entry["channel"])), str(entry["src"])
            if not is_outside(source) or (len(self.callers) >= MOST and device not in self.callers):
                continue
            numbers = self.callers.setdefault(device, set())
            if len(numbers) < SEVERAL:
                numbers.add(source)
            did = str(entry.get("did") or "")
            key = (device, "", did) if did else (device, str(entry["dcontext"]), str(entry["dst"]))
            if key in self.dialled or len(self.dialled) < MOST:
                self.dialled[key] = self.dialled.get(key, 0) + 1

    def brings_calls(self, device: str) -> bool:
        """Whether calls of several outside numbers came in by it."""
        return len(self.callers.get(device, ())) >= SEVERAL


def read(source: str) -> Past:
    """From Master.csv, or the table ``cdr`` of a database (``mysql://…``, ``postgresql://…``, or an SQLite file).
    Raises ``UsageError``."""
    past = Past()
    try:
        past.take(rows(source, TABLE, time.time() - DAYS * 86400) if is_database(source) else _of_file(Path(source)))
    except OSError as error:
        raise UsageError(f"--cdr: {source}: {error.strerror}; name Asterisk's Master.csv") from None
    except TableError as error:
        raise UsageError(f"--cdr: table cdr: {error}; it needs {', '.join(TABLE.columns)}") from None
    return past


def _of_file(path: Path) -> Iterable[Mapping[str, object]]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - NEWEST))
        if size > NEWEST:
            file.readline()
        text = file.read(NEWEST).decode("utf-8", "replace")
    for words in csv.reader(line for line in io.StringIO(text) if "\0" not in line):
        if len(words) > len(COLUMNS):
            yield dict(zip(COLUMNS, words, strict=False))
