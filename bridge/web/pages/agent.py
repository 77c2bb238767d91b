"""The page of one agent: one day as a lane of states, the day's figures, and the calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from bridge.api import filters as f
from bridge.api import reports as r
from bridge.api.desk import Desk
from bridge.api.problem import wrong
from bridge.api.typed import Asked, Route
from bridge.config.numbers import Numbers
from bridge.live.items import AgentItem
from bridge.reports.catalogue.main import MAIN
from bridge.reports.texts import NOTHING
from bridge.store import states
from bridge.store.access import STAFF
from bridge.store.facets import Place, Wanted
from bridge.vocabulary.agent_state import AgentStateRecord, State
from bridge.vocabulary.language import Language
from bridge.vocabulary.times import rfc3339, seconds
from bridge.web.day import Stretch, lane, named, why
from bridge.web.display import KEYS, Display
from bridge.web.pages.calls import read_page
from bridge.web.pages.period import midnight
from bridge.web.render import page, shown_to, text
from bridge.web.report_table import Told as Figure
from bridge.web.report_table import formulas

MOST = 5000
"""Stretches of one day that are read: enough for one every 17 seconds."""


class AgentQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    agent: f.Text
    pbx: f.Text | None = None
    """Only on this PBX, if there are several."""
    day: date | None = None
    """A day in the reader's zone; None: today."""


def _is_shown(figure: Figure) -> bool:
    """Whether the page shows a figure: those that a supervisor looks at first, and those that are not zero."""
    return figure.total.text not in ((NOTHING,) if figure.id in MAIN["agents"] else (NOTHING, "0"))


class Told(NamedTuple):
    """One stretch as a row of the list."""

    state: State
    name: str
    since: float
    until: float | None
    """None while it lasts."""
    seconds: float
    reason: str | None
    record_id: str | None
    is_whole: bool


class Card(NamedTuple):
    """An agent at this moment, as on the board."""

    name: str
    state: str
    since: str | None


class Lane(NamedTuple):
    """An agent's day on one PBX."""

    pbx: str
    picture: Markup
    rows: list[Told]


async def agent(asked: Asked) -> Response:
    query: AgentQuery = asked.query
    shown = shown_to(asked.request, asked.desk)
    today = datetime.now(shown.tz).date()
    day = query.day or today
    try:
        before, begin, end = (midnight(day + timedelta(days=n), shown.tz) for n in (-1, 0, 1))
    except (ValueError, OverflowError):
        raise wrong("query: day", "it is no day that can be shown", "write a day such as 2026-11-29") from None
    await asked.note("agent")
    result = await r.result_of(
        asked, r.ReportQuery(name="agents", agent=[query.agent]), begin, min(end, datetime.now(shown.tz)), shown.zone
    )
    keys = [("agent", query.agent), *([("pbx", query.pbx)] if query.pbx else [])]
    period = [("first", f"{day}"), ("last", f"{day}")]
    context, following = await asked.desk.read(_read, asked.desk, query, begin, end, shown)
    told = [figure for figure in formulas(result, shown.lang, with_links=True) if _is_shown(figure)]
    cards = _cards(asked.desk, query, shown.lang)
    names = " / ".join(dict.fromkeys(card.name for card in cards if card.name != query.agent))
    context |= {
        "agent": query.agent, "name": names, "cards": cards if day == today else [],
        "day": day, "figures": told, "list": urlencode([*keys, *period]),
        "more": urlencode([*keys, *period, ("after", f.cursor(following))]) if following is not None else None,
        "before": urlencode([*keys, ("day", f"{before:%Y-%m-%d}")]),
        "after": urlencode([*keys, ("day", f"{end:%Y-%m-%d}")]) if day < today else None,
        "report": urlencode([("agent", query.agent), *period]),
        "dns": Numbers(asked.desk.settings.dn),
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "agent.html", context)


def _cards(desk: Desk, query: AgentQuery, lang: Language) -> list[Card]:
    """The agent's cards, one for each PBX."""
    items = desk.seen.hub.items
    known = (items.get(("agent", f"{pbx}/{query.agent}")) for pbx in _pbxs(desk, query))
    return [Card(one.name, named(one.state, lang), one.since) for one in known if isinstance(one, AgentItem)]


def _pbxs(desk: Desk, query: AgentQuery) -> list[str]:
    return [query.pbx] if query.pbx else [pbx.name for pbx in desk.settings.pbx]


def _read(
    desk: Desk, query: AgentQuery, begin: datetime, end: datetime, shown: Display
) -> tuple[dict[str, Any], Place | None]:
    """The states and calls of the day, and the place where the list of calls goes on. To be called in a thread."""
    now = min(datetime.now().timestamp(), end.timestamp())
    since, until = rfc3339(begin.timestamp()), rfc3339(end.timestamp())
    found = states.find(desk.store, agent=query.agent, pbx=query.pbx, since=since, until=until, limit=MOST)
    stretches = [one for one in found if isinstance(one, AgentStateRecord)]
    facets = [("agent", query.agent), *([("pbx", query.pbx)] if query.pbx else [])]
    wanted = Wanted(tuple(facets), round(begin.timestamp() * 1000), round(end.timestamp() * 1000))
    rows, following = read_page(desk, wanted, None)
    lanes = []
    for pbx in dict.fromkeys(one.pbx for one in stretches):
        told = [_told(one, now, shown.lang) for one in stretches if one.pbx == pbx]
        lanes.append(Lane(pbx, Markup(_picture(query.agent, told, begin, end, now, shown).decode()), told))
    return {"lanes": lanes, "rows": rows}, following


def _told(one: AgentStateRecord, now: float, lang: Language) -> Told:
    since, until = seconds(one.from_), seconds(one.until) if one.until is not None else None
    length = (until if until is not None else now) - since
    return Told(
        one.state,
        named(one.state, lang),
        since,
        until,
        max(0.0, length),
        why(one.state, one.reason, lang),
        one.record_id,
        one.complete,
    )


def _picture(who: str, told: Sequence[Told], begin: datetime, end: datetime, now: float, shown: Display) -> bytes:
    first, last = begin.timestamp(), end.timestamp()
    drawn = [
        Stretch(one.state, max(one.since, first), min(one.until or now, last), _said(one, shown), _link(one))
        for one in told
    ]
    title = text("day_of", shown.lang, agent=who, day=f"{begin:%Y-%m-%d}")
    return lane(title, drawn, begin, end, shown.lang, "dark" if shown.is_dark else "light")


def _said(one: Told, shown: Display) -> str:
    began = f"{shown.time(one.since):%H:%M:%S}"
    ended = f"{shown.time(one.until):%H:%M:%S}" if one.until is not None else "…"
    return f"{one.name}{f' ({one.reason})' if one.reason else ''}, {began} – {ended}"


def _link(one: Told) -> str | None:
    return f"/calls/{one.record_id}" if one.record_id else None


ROUTES = (Route("/agents", agent, "", AgentQuery, roles=STAFF, apart=KEYS),)
