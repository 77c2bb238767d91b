"""``callbridge report``: figures, as a table or a file."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from bridge.reports.columns import Block
    from bridge.reports.request import Request

Several = list[str] | None


def command(
    name: str | None = None,
    /,
    *,
    config: Annotated[Path | None, Parameter(help="The settings file (TOML).")] = None,
    list_: Annotated[bool, Parameter(name="--list", help="List every figure: names, unit, formula, moment.")] = False,
    json: Annotated[bool, Parameter(help="With --list: as one JSON array.")] = False,
    since: Annotated[
        str | None, Parameter(help="From this day or time on: 2026-11-29, 2026-11-29T09:00. Else today.")
    ] = None,
    until: Annotated[str | None, Parameter(help="To before this day or time. Else now.")] = None,
    period: Annotated[
        str | None,
        Parameter(help="Instead of both: today, yesterday, this-week, last-week, this-month, last-month."),
    ] = None,
    timezone: Annotated[
        str | None, Parameter(help="As Asia/Taipei. Else [reports] timezone, else the machine's.")
    ] = None,
    interval: Annotated[
        str, Parameter(help="none, 15, 30, 60 (minutes), day, week, month, hour-of-day, weekday-hour.")
    ] = "none",
    attribution: Annotated[
        Literal["event", "start"], Parameter(help="start: all of a call counts when it started.")
    ] = "event",
    by: Annotated[
        str | None, Parameter(help="service-level and tags: per dn or queue; tags also agent, none.")
    ] = None,
    of: Annotated[
        str | None,
        Parameter(help="With calls: what a figure counts, as agents.rejected or agents.t_paused, one row for each."),
    ] = None,
    pbx: Several = None,
    dn: Annotated[Several, Parameter(help="Several: any of them. “-” is no DN.")] = None,
    queue: Several = None,
    agent: Several = None,
    role: Annotated[Several, Parameter(help="Calls that an agent or a supervisor had a part in.")] = None,
    direction: Several = None,
    outcome: Several = None,
    tag: Annotated[Several, Parameter(help="Calls with this tag; repeat it for calls with all of them.")] = None,
    any_tag: Annotated[Several, Parameter(help="Calls with one of these at least.")] = None,
    not_tag: Annotated[Several, Parameter(help="Calls with none of these.")] = None,
    customer: Annotated[str | None, Parameter(help="This number, however it was written.")] = None,
    complete: Annotated[bool | None, Parameter(negative="--incomplete", help="Calls seen in full.")] = None,
    not_called_back: Annotated[
        bool, Parameter(help="Missed, and no later call with that customer, either way, was answered.")
    ] = False,
    min_wait: Annotated[float | None, Parameter(help="Seconds, as the next three.")] = None,
    max_wait: float | None = None,
    min_talk: float | None = None,
    max_talk: float | None = None,
    weekdays: Annotated[str | None, Parameter(help="mon,tue,wed,thu,fri")] = None,
    hours: Annotated[str | None, Parameter(help="09:00-18:00, local, 18:00 is out; quarters of an hour.")] = None,
    holidays: Annotated[Several, Parameter(help="Days that are left out.")] = None,
    answered_within: Annotated[
        list[float] | None, Parameter(help="Seconds of the service level; service-level takes several.")
    ] = None,
    short_abandon: Annotated[float | None, Parameter(help="Seconds; else the tag short_abandon.")] = None,
    service_level: Annotated[
        str | None, Parameter(help="This formula alone, as sl_answered_only; --list has all seven.")
    ] = None,
    format: Annotated[
        Literal["table", "json", "csv", "xlsx", "parquet"] | None,
        Parameter(help="Of the output. Else what the name of --out ends in, or a table."),
    ] = None,
    out: Annotated[
        Path | None, Parameter(help="A file instead of stdout; {day}, {month}: the period's first.")
    ] = None,
    labels: Annotated[
        Literal["ids", "en", "zh-TW"] | None, Parameter(help="Names of columns. Else en, in files ids.")
    ] = None,
    bom: Annotated[bool, Parameter(help="CSV with the mark by which Excel knows UTF-8.")] = False,
    wide: Annotated[bool, Parameter(help="All columns, however narrow the terminal is, also of zeros.")] = False,
    sort: Annotated[
        str | None, Parameter(help="By this column (ids as in CSV), the most first: rejected; with calls wait.")
    ] = None,
    reverse: Annotated[bool, Parameter(help="With --sort: the least first, text from the end.")] = False,
    sink: Annotated[str | None, Parameter(help="The store to read. Else the first sqlite sink.")] = None,
) -> None:
    """Count calls, offers, queues, service levels: `report --list` says what there is and by which formula.

    NAME is agents, dn, queues, service-level, tags, devices, supervision or transfers; calls is the list of calls.

    * Declines by agent last week: `report agents --period last-week`
    * Service level per hour today: `report dn --interval 60`
    * All calls of a customer: `report calls --customer 0912345678 --since 2026-01-01`
    * Missed, and nobody has called back: `report calls --not-called-back --period last-week`
    * A file a month: `report agents --period last-month --interval day --format xlsx --out agents-{month}.xlsx`
    * The longest rings, the longest first: `report calls --of agents.ring --sort row_ring_ms --period last-week`
    * The calls behind a number: `report calls --of agents.rejected --agent 1001 --period last-week`

    Each with `--config FILE`. What a terminal has no room for is named below the table; `--wide` and files have all.
    """
    from bridge import config as settings_file
    from bridge.commands.report_shown import show_calls, show_result
    from bridge.commands.tables import show, show_json
    from bridge.errors import UsageError
    from bridge.reports import asked
    from bridge.reports.catalogue import REPORTS
    from bridge.reports.compute import compute
    from bridge.reports.csv_file import as_csv
    from bridge.reports.database import opened
    from bridge.reports.files import WRITERS
    from bridge.reports.listing import NAME, calls
    from bridge.reports.longest import with_longest
    from bridge.reports.request import Filters
    from bridge.reports.sheet import of_result, sorted_by
    from bridge.reports.sorting import Order, result_by
    from bridge.reports.terminal import catalogue, listing

    if list_:
        if json:
            show_json(catalogue(REPORTS.values()))
        else:
            show(listing(REPORTS.values()))
        return
    if json:
        raise UsageError("--json goes with --list; write --format json")
    if name is None or config is None:
        raise UsageError(f"{'NAME' if name is None else '--config'} is missing; see callbridge report --help")
    settings = settings_file.load(config)
    filters = Filters(
        pbx=pbx or (), dn=dn or (), queue=queue or (), agent=agent or (), role=role or (), direction=direction or (),
        outcome=outcome or (), tag=tag or (), any_tag=any_tag or (), not_tag=not_tag or (), customer=customer,
        complete=complete, not_called_back=not_called_back, min_wait=min_wait, max_wait=max_wait, min_talk=min_talk,
        max_talk=max_talk,
    )  # fmt: skip
    behind = asked.behind(of, by, answered_within, service_level) if name == NAME and of is not None else None
    if name != NAME and of is not None:
        raise UsageError(f"--of goes with calls; write callbridge report calls --of {of}")
    found = behind.report if behind is not None else asked.report(name, by, answered_within, service_level)
    request, as_of = asked.request(
        settings, found, filters, since=since, until=until, period=period, timezone=timezone, interval=interval,
        attribution=attribution, by=by, weekdays=weekdays, hours=hours, holidays=holidays or (),
        answered_within=answered_within or (), short_abandon=short_abandon, service_level=service_level,
    )  # fmt: skip
    named = out.suffix.removeprefix(".") if out is not None else ""
    kind: str = format or (named if named in WRITERS else "table")
    if kind == "table" and out is not None and str(out) != "-":
        raise UsageError(f"--out {out}: a table is for the screen; add --format {', '.join(WRITERS)}")
    if reverse and sort is None:
        raise UsageError("--reverse goes with --sort; name a column, as --sort rejected")
    order = Order(sort, reverse)
    if kind in ("xlsx", "parquet") and out is None and sys.stdout.isatty():
        raise UsageError(f"--format {kind} is no text; add --out FILE")
    with opened(settings, sink) as database:
        if name == NAME:
            spoken = labels or ("en" if kind == "table" else "ids")
            sheet = sorted_by(order, calls(request, database, as_of, spoken, settings.dn, behind))
            if kind == "table":
                show_calls(sheet, spoken, wide=wide)
                return
        else:
            result = result_by(order, compute(found, request, database, as_of))
            if kind == "table":
                show_result(result, labels or "en", wide=wide)
                return
            sheet = of_result(with_longest(result, database) if kind == "json" else result)
        if out is not None and sys.stderr.isatty():
            sheet = sheet._replace(blocks=functools.partial(_told, sheet.blocks))
        with _output(_named(out, request)) as file:
            if kind == "csv":
                as_csv(sheet, file, labels or "ids", bom=bom)
            else:
                WRITERS[kind](sheet, file, labels or "ids")


def _told(blocks: Callable[[], Iterator[Block]]) -> Iterator[Block]:
    """The blocks of a file's rows. In a terminal it is shown how many are written, because a hundred thousand rows
    of XLSX take half a minute."""
    from rich.console import Console

    from bridge.vocabulary.language import counted

    rows = 0
    with Console(stderr=True).status("") as status:
        for block in blocks():
            yield block
            rows += len(block[0])
            status.update(counted(rows, "row"))
    print(f"{counted(rows, 'row')} written", file=sys.stderr)


def _named(out: Path | None, request: Request) -> Path | None:
    """The file's name with the day and month that it asks for: those of the period's start, by the clocks of its
    zone."""
    if out is None:
        return None
    from bridge.reports.columns import day_and_time

    first = day_and_time(request.since, request.zone)
    return Path(str(out).replace("{day}", f"{first:%Y-%m-%d}").replace("{month}", f"{first:%Y-%m}"))


@contextlib.contextmanager
def _output(out: Path | None) -> Iterator[IO[bytes]]:
    """Write the file whole or not at all: if the report fails, the old file stays."""
    from bridge.errors import FileError

    if out is None or str(out) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(out)
    except OSError as error:
        raise FileError(f"{out}: {error.strerror}; name a file that can be written") from None
    finally:
        part.unlink(missing_ok=True)
