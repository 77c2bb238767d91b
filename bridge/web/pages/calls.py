"""The page Calls: which calls, as chips; the calls, as a table; and the same as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bridge.api import filters as f
from bridge.api.desk import Desk
from bridge.api.problem import wrong
from bridge.api.records import STAFF, page_of
from bridge.api.typed import Asked, Route
from bridge.store import facets, records_page
from bridge.store.facets import Place, Wanted
from bridge.tags.catalogue import CATALOGUE
from bridge.vocabulary.record import Customer, Record
from bridge.web.display import KEYS, Display
from bridge.web.pages.period import PERIODS, Period, days, midnight
from bridge.web.render import page, shown_to

ROWS = 200
"""Calls on a page."""
MOST_CHOICES = 500
"""Names offered for one filter."""
EXPORTED_AT_ONCE = 200
VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("view_all", {}),
    ("view_unanswered", {"kind": "unanswered", "period": "today"}),
    ("view_not_called_back", {"not_called_back": "true"}),
    ("view_abandoned", {"kind": "abandoned"}),
    ("view_device_failures", {"kind": "device_failure"}),
    ("view_coached", {"kind": "coached"}),
    ("view_transferred", {"kind": "transferred"}),
    ("view_incomplete", {"kind": "incomplete"}),
)
"""Key of the text, and the keys of the address."""
DAYS = ("period", "first", "last", "since", "until")
DIRECTION_TAGS = {"incoming_dn_call", "outbound_call", "non_dn_incoming_call", "non_dn_outgoing_call"}
"""What the column of the direction says already."""


class CallsQuery(f.Filters, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters of the API, periods as people pick them, and which page."""

    period: Period | None = None
    first: date | None = None
    """First and last day, in the reader's zone."""
    last: date | None = None
    after: f.Cursor | None = None
    rows: Literal["only"] | None = None
    """Only the table's rows: for the script that adds them."""


class ExportQuery(CallsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal["csv", "jsonl"]


class _Offer(msgspec.Struct):
    agent: str
    outcome: str | None


class Listed(msgspec.Struct):
    """Of a record what a row shows; the rest of it is not even read."""

    record_id: str
    complete: bool
    pbx: str
    tags: list[str]
    direction: str
    dn: str | None
    customer: Customer | None
    started_at: str
    answered_at: str | None
    wait_seconds: float
    talk_seconds: float
    ended_by: str
    offers: list[_Offer]

    @property
    def told_tags(self) -> list[str]:
        return [tag for tag in self.tags if tag not in DIRECTION_TAGS]


_ROW = msgspec.json.Decoder(Listed)


class Chip(NamedTuple):
    """One filter that is on: its name, its value, and the address without it."""

    name: str
    value: str
    without: str


class Choices(NamedTuple):
    """What the store has to choose from."""

    dn: list[str]
    queue: list[str]
    agent: list[str]
    pbx: list[str]


async def calls(asked: Asked) -> Response:
    query: CallsQuery = asked.query
    shown = shown_to(asked.request, asked.desk)
    after = f.place(query.after)
    wanted = await wanted_of(asked, query, shown)
    await asked.note("list")
    with_choices = query.rows is None
    rows, following, choices = await asked.desk.read(read_page, asked.desk, wanted, after, with_choices=with_choices)
    keys = keys_of(query)
    more = urlencode([*keys, ("after", f.cursor(following))]) if following is not None else None
    context: dict[str, Any] = {
        "rows": rows, "more": more, "list": urlencode(keys),
        "dn_names": {dn.number: dn.name for dn in asked.desk.settings.dn if dn.name},
    }  # fmt: skip
    if query.rows is not None:
        return await page(asked.request, asked.desk, asked.who, "call_rows.html", context)
    context |= {
        "query": query, "choices": choices, "chips": _chips(query, shown), "is_first": after is None,
        "views": [_view(key, view, keys) for key, view in VIEWS],
        "periods": PERIODS, "kinds": facets.KINDS, "outcomes": f.OUTCOMES, "tags": [tag.name for tag in CATALOGUE],
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "calls.html", context)


async def wanted_of(asked: Asked, query: CallsQuery, shown: Display) -> Wanted:
    """The filters, with the days that were picked as moments."""
    wanted = await f.wanted(asked.desk, query)
    first, last = query.first, query.last
    since, until = wanted.since, wanted.until
    if query.period is not None:
        begin, end = days(query.period, datetime.now(shown.tz).date())
        since, until = _ms(begin, shown), _ms(end, shown)
    if first is not None:
        since = _ms(first, shown)
    if last is not None:
        try:
            until = _ms(date.fromordinal(last.toordinal() + 1), shown)
        except (ValueError, OverflowError):
            raise wrong("query: last", "it is no day", "write a day such as 2026-11-29") from None
    return wanted._replace(since=since, until=until)


def _ms(day: date, shown: Display) -> int:
    try:
        return round(midnight(day, shown.tz).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise wrong("query: first", "it is no day", "write a day such as 2026-11-29") from None


def read_page(
    desk: Desk, wanted: Wanted, after: Place | None, *, with_choices: bool
) -> tuple[list[Listed], Place | None, Choices | None]:
    """A page of a list, the place of the next one, and what filters can be chosen from."""
    with desk.reading() as db:
        found = records_page.page(db, wanted, after, ROWS)
        choices = None
        if with_choices:
            choices = Choices(*(facets.values(db, facet, MOST_CHOICES) for facet in Choices._fields))
    return [_ROW.decode(json) for json in found.records], found.next, choices


def keys_of(query: msgspec.Struct) -> list[tuple[str, str]]:
    """The address of a list, without its page."""
    left_out = ("after", "rows", "format")
    found = []
    for key in query.__struct_fields__:
        value = getattr(query, key)
        if key in left_out or value is None or value == [] or value is False:
            continue
        for each in value if isinstance(value, list) else [value]:
            text = each.isoformat() if isinstance(each, date) else "true" if each is True else str(each)
            found.append((key, text))
    return found


def _chips(query: CallsQuery, shown: Display) -> list[Chip]:
    keys = keys_of(query)
    return [Chip(key, value, urlencode([pair for pair in keys if pair != (key, value)])) for key, value in keys]


def _view(name: str, view: dict[str, str], keys: list[tuple[str, str]]) -> tuple[str, str, bool]:
    """Key of its text, its address, and whether it is what is seen. The days that were picked stay."""
    days = [] if "period" in view else [pair for pair in keys if pair[0] in DAYS]
    wanted = [*view.items(), *days]
    return name, urlencode(wanted), sorted(wanted) == sorted(keys)


async def export(asked: Asked) -> Response:
    """All calls of the list, as a file."""
    query: ExportQuery = asked.query
    wanted = await wanted_of(asked, query, shown_to(asked.request, asked.desk))
    await asked.note(f"export {query.format}")
    name = f"calls-{datetime.now():%Y%m%d-%H%M%S}.{query.format}"
    media = "text/csv; charset=utf-8" if query.format == "csv" else "application/x-ndjson"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_exported(asked.desk, wanted, query.format), media_type=media, headers=headers)


async def _exported(desk: Desk, wanted: Wanted, kind: str) -> AsyncIterator[bytes]:
    after: Place | None = None
    if kind == "csv":
        yield b"\xef\xbb\xbf" + _csv([COLUMNS])  # by the mark, Excel knows it for UTF-8
    while True:
        found = await desk.read(page_of, desk, wanted, after, EXPORTED_AT_ONCE)
        if kind == "csv":
            yield await desk.read(_rows_of, found.records)
        else:
            yield "".join(f"{json}\n" for json in found.records).encode()
        if found.next is None:
            return
        after = found.next


COLUMNS = (
    "record_id", "pbx", "direction", "dn", "customer_number", "customer_name", "started_at", "answered_at",
    "ended_at", "wait_seconds", "talk_seconds", "hold_seconds", "queues", "offers", "ended_by", "tags", "complete",
)  # fmt: skip
_RECORD = msgspec.json.Decoder(Record)


def _rows_of(records: list[str]) -> bytes:
    rows = []
    for json in records:
        r = _RECORD.decode(json)
        customer = r.customer or Customer()
        rows.append((
            r.record_id, r.pbx, r.direction, r.dn, customer.number, customer.name, r.started_at, r.answered_at,
            r.ended_at, r.wait_seconds, r.talk_seconds, r.hold_seconds, " ".join(stay.name for stay in r.queues),
            "; ".join(f"{offer.agent} {offer.outcome or 'unseen'}" for offer in r.offers), r.ended_by,
            " ".join(r.tags), str(r.complete).lower(),
        ))  # fmt: skip
    return _csv(rows)


def _csv(rows: Any) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue().encode()


def _harmless(cell: object) -> object:
    """A name that begins like a formula stays text in a spreadsheet; a number such as +886… is none."""
    if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell.strip("+-0123456789 ()"):
        return "'" + cell
    return cell


class SearchForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    q: Annotated[str, msgspec.Meta(max_length=100)] = ""


async def search(asked: Asked) -> Response:
    """To the call of an id, the calls of an agent, or those of a customer's number: which no address ever holds."""
    text: str = asked.body.q.strip()
    if not text:
        return RedirectResponse("/calls", HTTPStatus.SEE_OTHER)
    goal = await asked.desk.read(_goal, asked.desk, text)
    if goal is None:
        goal = f"/calls?search={await asked.desk.read(asked.desk.access.search, text)}"
    return RedirectResponse(goal, HTTPStatus.SEE_OTHER)


def _goal(desk: Desk, text: str) -> str | None:
    with desk.reading() as db:
        found = list(records_page.by_call(db, text))
        if found:
            return f"/calls/{found[0]}"
        if facets.places(db, Wanted((("agent", text),)), limit=1):
            return f"/calls?{urlencode({'agent': text})}"
    return None


ROUTES = (
    Route("/calls", calls, "", CallsQuery, roles=STAFF, apart=KEYS),
    Route("/calls/export", export, "", ExportQuery, roles=STAFF, apart=KEYS),
    Route("/search", search, "", body=SearchForm, roles=STAFF, method="POST", apart=KEYS),
)
