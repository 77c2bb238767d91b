"""The page of the rows that a number of a report counts. The page shows the first rows; a file has all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response

from bridge.api import reports as r
from bridge.api.typed import Asked, Route
from bridge.config.numbers import Numbers
from bridge.reports.apart import MOST_ROWS, Format, Job
from bridge.reports.columns import Column, Plain, day_and_time, of_dimension
from bridge.reports.figures import Breakdown, Spent
from bridge.reports.listing import Behind
from bridge.reports.request import Request
from bridge.reports.result import Table
from bridge.reports.sheet import Sheet
from bridge.reports.sorting import Order, first_by
from bridge.reports.texts import NOTHING, broken_by, shown, tag_label
from bridge.reports.xlsx_file import seconds_of_xlsx
from bridge.store.access import STAFF
from bridge.vocabulary.language import Language
from bridge.web.display import KEYS
from bridge.web.pages.calls import DIRECTION_TAGS, keys_of
from bridge.web.pages.reports import FORMATS, MEDIA
from bridge.web.render import page, shown_to, text
from bridge.web.report_table import BROKEN_BY, NUMBERS, Head, head, name_of

ROWS = 500
"""Rows on the page; a file has all."""
LONG = 30
"""Letters above which a text takes more room, so that it is not folded into many lines."""
COLUMNS = ("start", "direction", "dn", "customer", "outcome", "agents", "wait", "talk", "ended_by", "tags")
"""Columns about the call behind a row."""


class RowsQuery(r.RowsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    counted: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """The number that the report showed."""


class ExportQuery(RowsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Format


class Cell(NamedTuple):
    look: Literal["figure", "when", "tags", "words", "words long"]
    parts: list[str]
    """They stay whole where the cell is folded: day and clock, each of several names, a DN and its name."""


class Shown(NamedTuple):
    heads: list[Head]
    rows: list[tuple[str, list[Cell]]]
    """The record's id, empty if there is no call; and the cells."""
    total: int
    is_unsorted: bool
    """Whether there are too many rows to sort them."""
    xlsx_takes: int
    """Seconds."""


async def one(asked: Asked) -> Response:
    query: RowsQuery = asked.query
    look = shown_to(asked.request, asked.desk)
    query = msgspec.structs.replace(query, timezone=query.timezone or look.zone)
    await asked.note("report rows")
    dns = Numbers(asked.desk.settings.dn)

    def work(sheet: Sheet) -> tuple[Sheet, Shown]:
        return sheet, _shown(sheet, look.lang, query.order, dns)

    sheet, table = await r.rows_of(asked, query, look.lang, work)
    keys, of = [pair for pair in keys_of(query) if pair[0] != "name"], r.behind_of(query)
    line = [
        f"{column.label(look.lang)} {shown(column, value, sheet.request.zone, look.lang)} "
        f"{name_of(column, value, dns)}".rstrip()
        for column, value in zip(map(of_dimension, of.dimensions if of.key else ()), of.key or (), strict=True)
    ]
    if of.part is not None:
        line.append(_of_part(of, *of.part, look.lang))
    context: dict[str, Any] = {
        "query": query, "table": table, "of": of, "line": line,
        "list": urlencode(keys), "formats": FORMATS,
        "since": day_and_time(sheet.request.since, sheet.request.zone),
        "until": day_and_time(sheet.request.until, sheet.request.zone), "zone_of": sheet.request.zone.key,
        "most": ROWS,
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "report_rows.html", context)


def _of_part(of: Behind, breakdown: Breakdown, value: str, lang: Language) -> str:
    is_time = isinstance(of.figure.made, Spent)
    table = Table(breakdown.id, breakdown.en, breakdown.zh, of.dimensions, [], of.figure.id, is_time)
    return f"{text(BROKEN_BY[breakdown.id], lang)} {broken_by(table, value, lang)}"


def _shown(sheet: Sheet, lang: Language, order: Order, dns: Numbers) -> Shown:
    """Only the rows of the page are kept in memory, also if they are the first ones of another order."""
    ids = [column.id for column in sheet.columns]
    count = 0
    own: list[list[Plain]] = []

    def read() -> Iterator[list[Plain]]:
        nonlocal count
        for count, row in enumerate(islice(sheet.rows(), MOST_ROWS), 1):
            if count <= ROWS:
                own.append(row)
            yield row

    rows = first_by(order, sheet.columns, read(), ROWS)
    is_unsorted = order.column is not None and count == MOST_ROWS
    if is_unsorted:
        rows, order = own, Order()
    kept = [
        (n, column)
        for n, column in enumerate(sheet.columns)
        if (column.id.startswith("row_") or column.id in COLUMNS)
        and (column.id == order.column or any(row[n] not in (None, NOTHING, []) for row in rows))
    ]
    heads = [head(column, column.label(lang), order) for _, column in kept]
    record, zone = ids.index("record_id"), sheet.request.zone
    return Shown(
        heads if count < MOST_ROWS else [h._replace(column=None) for h in heads],
        [(str(row[record] or ""), [_cell(c, row[n], zone, lang, dns) for n, c in kept]) for row in rows],
        count, is_unsorted, seconds_of_xlsx(count, len(ids)),
    )  # fmt: skip


def _cell(column: Column, value: Plain, zone: ZoneInfo, lang: Language, dns: Numbers) -> Cell:
    told = shown(column, value, zone, lang)
    if isinstance(value, list) and value:
        if column.words == ("tag",):
            return Cell("tags", [tag_label(tag, lang) for tag in value if tag not in DIRECTION_TAGS])
        return Cell("words", [*(f"{each}," for each in value[:-1]), value[-1]])
    if column.kind in ("local", "time"):
        return Cell("when", told.split(" "))
    parts = [part for part in (told or NOTHING, name_of(column, value, dns)) if part]
    if column.kind in NUMBERS:
        return Cell("figure", parts)
    return Cell("words long" if len(told) > LONG else "words", parts)


async def export(asked: Asked) -> Response:
    query: ExportQuery = asked.query
    look, of = shown_to(asked.request, asked.desk), r.behind_of(query)
    query = msgspec.structs.replace(query, timezone=query.timezone or look.zone)
    await asked.note(f"export report rows {query.format}")

    def job(request: Request, as_of: int) -> Job:
        return Job(
            asked.desk.store, query.name, request, as_of, query.format, look.lang, asked.desk.settings.dn,
            of.figure.id, of.key, of.bucket, (of.part[0].id, of.part[1]) if of.part is not None else None,
            query.answered_within, order=query.order,
        )  # fmt: skip

    return await r.exported(asked, query, job, MEDIA[query.format])


ROUTES = (
    Route("/reports/{name}/rows", one, "", RowsQuery, roles=STAFF, apart=KEYS, of_store=True),
    Route("/reports/{name}/rows/export", export, "", ExportQuery, roles=STAFF, apart=KEYS),
)
