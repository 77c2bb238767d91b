"""The page Calls: filters as chips, calls as a table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from bridge.api import filters as f
from bridge.api.desk import Desk
from bridge.api.problem import wrong
from bridge.api.typed import Asked, Route
from bridge.config.numbers import Numbers
from bridge.store import facets, records_page
from bridge.store.access import STAFF
from bridge.store.facets import Place, Wanted
from bridge.tags.catalogue import CATALOGUE
from bridge.vocabulary.record import Customer
from bridge.web.display import KEYS, Display
from bridge.web.pages.period import PERIODS, Period, days, midnight
from bridge.web.render import page, shown_to

ROWS = 200
"""Calls on a page."""
MOST_CHOICES = 500
"""Names that one filter offers."""
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
MEANT = {"interval": "none", "attribution": "event"}
"""Values that are meant if the address has no such key."""
DIRECTION_TAGS = {"incoming_dn_call", "outbound_call", "non_dn_incoming_call", "non_dn_outgoing_call"}
"""Tags that repeat what the column of the direction says."""


class CallsQuery(f.Filters, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The filters of the API, the periods that a person picks, and the page of the list."""

    period: Period | None = None
    first: date | None = None
    """First and last day, in the reader's zone."""
    last: date | None = None
    after: f.Cursor | None = None
    rows: Literal["only"] | None = None
    """Only the rows of the table, for the script that appends them."""


class _Offer(msgspec.Struct):
    agent: str
    outcome: str | None


class Listed(msgspec.Struct):
    """What a row shows of a record; the rest of the JSON is skipped."""

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
    """The values in the store that filters offer."""

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
    rows, following = await asked.desk.read(read_page, asked.desk, wanted, after)
    keys = keys_of(query)
    more = urlencode([*keys, ("after", f.cursor(following))]) if following is not None else None
    context: dict[str, Any] = {
        "rows": rows, "more": more, "list": urlencode(keys),
        "dns": Numbers(asked.desk.settings.dn),
    }  # fmt: skip
    if query.rows is not None:
        return await page(asked.request, asked.desk, asked.who, "call_rows.html", context)
    context |= await asked.desk.read(_around, asked.desk, wanted)
    context |= {
        "query": query, "chips": _chips(query, shown), "is_first": after is None,
        "views": [_view(key, view, keys) for key, view in VIEWS],
        "periods": PERIODS, "kinds": facets.KINDS, "outcomes": f.OUTCOMES, "tags": [tag.name for tag in CATALOGUE],
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "calls.html", context)


async def wanted_of(asked: Asked, query: CallsQuery, shown: Display) -> Wanted:
    """The filters, with picked days turned into moments."""
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


def read_page(desk: Desk, wanted: Wanted, after: Place | None) -> tuple[list[Listed], Place | None]:
    """A page of a list, and the place of the next one."""
    with desk.reading() as db:
        found = records_page.page(db, wanted, after, ROWS)
    return [_ROW.decode(json) for json in found.records], found.next


def _around(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    """What stands around the list: how many calls it has, and what filters can be chosen from."""
    with desk.reading() as db:
        choices = Choices(*(facets.values(db, facet, MOST_CHOICES) for facet in Choices._fields))
        return {"found": facets.count(db, wanted), "choices": choices}


def keys_of(query: msgspec.Struct) -> list[tuple[str, str]]:
    """The keys of a list, without its page."""
    left_out = ("after", "rows", "format")
    found = []
    for key in query.__struct_fields__:
        value = getattr(query, key)
        if key in left_out or value is None or value in ([], MEANT.get(key)):
            continue
        found += [(key, _text(each)) for each in (value if isinstance(value, list) else [value])]
    return found


def _text(value: object) -> str:
    """A value as an address writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(value).removesuffix(".0")
        case date():
            return value.isoformat()
    return str(value)


def _chips(query: CallsQuery, shown: Display) -> list[Chip]:
    keys = keys_of(query)
    return [Chip(key, value, urlencode([pair for pair in keys if pair != (key, value)])) for key, value in keys]


def _view(name: str, view: dict[str, str], keys: list[tuple[str, str]]) -> tuple[str, str, bool]:
    """A view's text, its address, and whether it is the one on show. Picked days are kept."""
    days = [] if "period" in view else [pair for pair in keys if pair[0] in DAYS]
    wanted = [*view.items(), *days]
    return name, urlencode(wanted), sorted(wanted) == sorted(keys)


ROUTES = (Route("/calls", calls, "", CallsQuery, roles=STAFF, apart=KEYS, of_store=True),)
