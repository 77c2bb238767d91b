"""The page of one call: what its record says, from the sentence down to the raw JSON."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import available_timezones

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from bridge.api.desk import Desk
from bridge.api.filters import Id
from bridge.api.problem import unknown
from bridge.api.records import STAFF, found
from bridge.api.typed import Asked, Route
from bridge.records import explain
from bridge.reports.zones import zone_of
from bridge.store.facets import Place, Wanted, places, start
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.language import Language
from bridge.vocabulary.record import Record
from bridge.web.display import KEYS, Display
from bridge.web.drawing import View, draw
from bridge.web.looks import Theme
from bridge.web.pages.calls import CallsQuery, keys_of, wanted_of
from bridge.web.picture import picture
from bridge.web.render import page, shown_to


class CallQuery(CallsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which call, how it is looked at, and the list that it came from."""

    record_id: Id
    to_scale: bool | None = None
    """Unfolds what the picture has folded."""


async def call(asked: Asked) -> Response:
    query: CallQuery = asked.query
    json = await found(asked, "record")
    record = msgspec.json.decode(json, type=Record)
    shown = shown_to(asked.request, asked.desk)
    wanted = await wanted_of(asked, query, shown)
    newer, older = await asked.desk.read(_beside, asked.desk, wanted, Place(start(record), record.record_id))
    back = urlencode([(key, value) for key, value in keys_of(query) if key not in ("record_id", "to_scale")])
    names = {dn.number: dn.name for dn in asked.desk.settings.dn if dn.name}
    context = await asked.desk.read(_told, record, shown, bool(query.to_scale))
    context |= {
        "newer": newer, "older": older, "back": back, "to_scale": bool(query.to_scale),
        "raw": msgspec.json.format(json, indent=2).decode(), "dn_name": names.get(record.dn or ""),
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "call.html", context)


def _told(record: Record, shown: Display, to_scale: bool) -> dict[str, Any]:
    """The call in words and as a picture. What the picture shows is listed beside it, tags with their tags."""
    lang = shown.lang
    view = View("dark" if shown.is_dark else "light", shown.tz, to_scale=to_scale, alone=False)
    return {
        "r": record, "sentence": explain.sentence(record, lang), "provisos": list(explain.provisos(record, lang)),
        "outcomes": [explain.outcome(offer, lang) for offer in record.offers], "catalogue": BY_NAME,
        "picture": Markup(picture(record, lang, view).decode()),
        "pieces": [piece for piece in draw(record, lang, view).pieces if piece.shape != "pin"],
    }  # fmt: skip


def _beside(desk: Desk, wanted: Wanted, here: Place) -> tuple[str | None, str | None]:
    """The calls before and after this one in its list."""
    with desk.reading() as db:
        newer = places(db, wanted, here, 1, forward=True)
        older = places(db, wanted, here, 1)
    return newer[0].record_id if newer else None, older[0].record_id if older else None


class PictureQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    record_id: Id
    lang: Language = "en"
    theme: Theme = "light"
    zone: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    """IANA name of the zone of its clock; else that of the reports."""
    to_scale: bool = False
    """Unfolds the stretches in which nothing happens."""
    width: Annotated[int, msgspec.Meta(ge=600, le=4000)] = 1280
    """px."""


async def drawn(asked: Asked) -> Response:
    query: PictureQuery = asked.query
    if query.zone is not None and query.zone not in available_timezones():
        raise unknown("there is no such time zone", "write an IANA name such as Asia/Taipei", where="query: zone")
    record = msgspec.json.decode(await found(asked, "picture"), type=Record)
    view = View(query.theme, zone_of(query.zone or asked.desk.settings.reports.timezone), query.width, query.to_scale)
    return Response(await asked.desk.read(picture, record, query.lang, view), media_type="image/svg+xml")


ROUTES = (Route("/calls/{record_id}", call, "", CallQuery, roles=STAFF, apart=KEYS),)
API_ROUTES = (
    Route(
        "/v1/records/{record_id}/picture.svg", drawn, "One call as a picture.", PictureQuery,
        media="image/svg+xml", roles=STAFF,
    ),
)  # fmt: skip
