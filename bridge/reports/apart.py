"""Makes a file in a process of its own, which gives its memory back at the end and keeps nobody waiting meanwhile.

``python -m bridge.reports.apart FILE`` reads a pickled ``Job`` from stdin. Only our own process ever writes one.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from bridge.config import Dn
from bridge.errors import BridgeError, UsageError
from bridge.reports.asked import report
from bridge.reports.columns import Labels
from bridge.reports.compute import compute
from bridge.reports.csv_file import as_csv
from bridge.reports.files import WRITERS
from bridge.reports.listing import behind, calls, chosen, part_of
from bridge.reports.longest import with_longest
from bridge.reports.request import Request
from bridge.reports.sheet import of_result, sorted_by
from bridge.reports.sorting import Order, result_by
from bridge.store.asking import asking
from bridge.store.facets import Wanted

LONGEST = 180.0
"""Seconds that a file may take."""
MOST_ROWS = 100_000
"""Rows of a report that a file, or an answer of the API, may have."""
Format = Literal["csv", "xlsx", "json"]


class Job(NamedTuple):
    """A file to be made: a report, the rows behind one of its numbers, or the calls of the page Calls."""

    store: str
    """Path of the SQLite file."""
    report: str
    request: Request
    as_of: int
    """The time of asking, in milliseconds since the epoch."""
    format: Format
    labels: Labels
    dns: Sequence[Dn] = ()
    """The names of DNs, for lists of rows."""
    figure: str | None = None
    """The number whose rows are listed; None: the report itself."""
    key: tuple[str, ...] | None = None
    """The line of that number, by the values of the report's dimensions; None: the number is of all lines."""
    bucket: int | None = None
    """The interval of that number; None: the number is of all intervals."""
    part: tuple[str, str] | None = None
    """Breakdown and value, if the number is of one."""
    answered_within: Sequence[float] = ()
    """Limits of service levels in seconds; empty: the usual ones."""
    service_level: str | None = None
    """The only formula of service levels to show; None: all."""
    order: Order = Order()
    """By which column the rows are sorted."""
    wanted: Wanted | None = None
    """The filters of the page Calls, if its calls are listed."""


async def made_apart(job: Job, file: Path) -> None:
    """Write the file in a process of its own. Raises ``UsageError`` with what that process says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "bridge.reports.apart", str(file),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await asyncio.wait_for(process.communicate(pickle.dumps(job)), LONGEST)
    except TimeoutError:
        raise UsageError(f"the file took longer than {LONGEST:.0f} s; ask for a shorter period") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise UsageError(said.decode(errors="replace").strip().splitlines()[-1] if said else "the file was not made")


def make(job: Job, file: Path) -> None:
    """Write the file in this process. Raises ``BridgeError``."""
    found = report(job.report, job.request.by, job.answered_within, job.service_level)
    with asking(job.store) as database, file.open("wb") as out:
        if job.wanted is not None:
            sheet = chosen(job.wanted, job.request, database, job.as_of, job.labels, job.dns)
        elif job.figure is not None:
            of = behind(found, job.figure)._replace(key=job.key, bucket=job.bucket)
            if job.part is not None:
                of = part_of(of, *job.part)
            listed = calls(job.request, database, job.as_of, job.labels, job.dns, of)
            sheet = sorted_by(job.order, listed, MOST_ROWS)
        else:
            result = compute(found, job.request, database, job.as_of)
            if len(result.lines) > MOST_ROWS:
                raise UsageError(f"the report has more than {MOST_ROWS:,} rows; choose a longer interval")
            result = result_by(job.order, result)
            sheet = of_result(with_longest(result, database) if job.format == "json" else result)
        if job.format == "csv":
            as_csv(sheet, out, job.labels, bom=True)  # by this mark Excel knows that the file is UTF-8
        else:
            WRITERS[job.format](sheet, out, job.labels if job.format == "xlsx" else "ids")


if __name__ == "__main__":
    try:
        make(pickle.load(sys.stdin.buffer), Path(sys.argv[1]))
    except BridgeError as error:
        sys.exit(str(error))
