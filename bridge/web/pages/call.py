"""The page of one call: what its record says, from the sentence down to the raw JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from bridge.api.desk import Desk
from bridge.api.filters import Id
from bridge.api.problem import Problem, unknown, wrong
from bridge.api.records import found
from bridge.api.typed import Asked, Route
from bridge.config.rules import is_zone
from bridge.records import explain
from bridge.reports.zones import zone_of
from bridge.store.access import STAFF
from bridge.store.facets import Place, Wanted, places, start
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record
from bridge.web.display import KEYS, Display
from bridge.web.drawing import View, draw
from bridge.web.looks import Theme
from bridge.web.pages.calls import CallsQuery, keys_of, wanted_of
from bridge.web.pages.in_progress import in_progress
from bridge.web.picture import painted, picture
from bridge.web.render import page, shown_to
from bridge.web.story import story
from bridge.web.zoom import WRITTEN, ways, window


class CallQuery(CallsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which call, how to show it, and the list from which the reader came."""

    record_id: Id
    to_scale: bool | None = None
    """Draw the quiet stretches that the picture would fold."""
    zoom: Annotated[str, msgspec.Meta(pattern=WRITTEN)] | None = None
    """The part of the call that the picture shows, in seconds from its start."""


OWN = ("record_id", "to_scale", "zoom")
"""The keys that are about the call; the others are about its list."""


async def call(asked: Asked) -> Response:
    query: CallQuery = asked.query
    try:
        json = await found(asked, "record")
    except Problem:
        going_on = asked.desk.seen.hub.day.known(query.record_id)
        if going_on is None:
            raise
        return await in_progress(asked, query.record_id, going_on)
    record = msgspec.json.decode(json, type=Record)
    shown = shown_to(asked.request, asked.desk)
    wanted = await wanted_of(asked, query, shown)
    newer, older = await asked.desk.read(_beside, asked.desk, wanted, Place(start(record), record.record_id))
    back = [(key, value) for key, value in keys_of(query) if key not in OWN]
    names = {dn.number: dn.name for dn in asked.desk.settings.dn if dn.name}
    context = await asked.desk.read(_told, record, shown, query)
    context |= {
        "newer": newer, "older": older, "back": urlencode(back), "to_scale": bool(query.to_scale),
        "raw": msgspec.json.format(json, indent=2).decode(), "dn_name": names.get(record.dn or ""),
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "call.html", context)


def _told(record: Record, shown: Display, query: CallQuery) -> dict[str, Any]:
    """The call in words and as a picture. The list beside the picture has every piece, except proofs, which stand
    with their tags."""
    lang = shown.lang
    view = View("dark" if shown.is_dark else "light", shown.tz, to_scale=bool(query.to_scale), alone=False)
    told = story(record, lang)
    part = window(query.zoom, told.length)
    if part is not None:
        view = replace(view, since=told.start + part.since, until=told.start + part.until)
    return {
        "r": record, "sentence": explain.sentence(record, lang), "provisos": list(explain.provisos(record, lang)),
        "outcomes": [explain.outcome(offer, lang) for offer in record.offers], "catalogue": BY_NAME,
        "picture": Markup(painted(draw(told, view))), "zoom": ways(part, told.length), "part": part,
        "pieces": [piece for piece in told.pieces if not piece.is_proof],
    }  # fmt: skip


def _beside(desk: Desk, wanted: Wanted, here: Place) -> tuple[str | None, str | None]:
    """The calls before and after this one in the list."""
    with desk.reading() as db:
        newer = places(db, wanted, here, 1, forward=True)
        older = places(db, wanted, here, 1)
    return newer[0].record_id if newer else None, older[0].record_id if older else None


class PictureQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    record_id: Id
    lang: Language = "en"
    theme: Theme = "light"
    zone: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """IANA name of the zone of the picture's clock; None: the zone of the reports."""
    to_scale: bool = False
    """Draw quiet stretches at full length instead of folding them."""
    from_: Annotated[float, msgspec.Meta(ge=0, le=1e6)] | None = msgspec.field(default=None, name="from")
    until: Annotated[float, msgspec.Meta(ge=0, le=1e6)] | None = None
    """The part that is shown, in seconds from the start of the call; None: up to the call's start or end."""
    width: Annotated[int, msgspec.Meta(ge=600, le=4000)] = 1280
    """px."""


async def drawn(asked: Asked) -> Response:
    query: PictureQuery = asked.query
    if query.zone is not None and not is_zone(query.zone):
        raise unknown("there is no such time zone", "write an IANA name such as Asia/Taipei", where="query: zone")
    record = msgspec.json.decode(await found(asked, "picture"), type=Record)
    since, until = ((None if at is None else start(record) + at) for at in (query.from_, query.until))
    if since is not None and until is not None and since >= until:
        raise wrong("query: until", "no part of a call ends before it begins", "write an until after from")
    zone = zone_of(query.zone or asked.desk.settings.reports.timezone)
    view = View(query.theme, zone, query.width, query.to_scale, since, until)
    return Response(await asked.desk.read(picture, record, query.lang, view), media_type="image/svg+xml")


ROUTES = (Route("/calls/{record_id}", call, "", CallQuery, roles=STAFF, apart=KEYS),)
API_ROUTES = (
    Route(
        "/v1/records/{record_id}/picture.svg", drawn, "One call as a picture.", PictureQuery,
        media="image/svg+xml", roles=STAFF, of_store=True,
    ),
)  # fmt: skip
