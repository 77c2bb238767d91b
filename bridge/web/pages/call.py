"""The page of one call: what its record says, from the sentence down to the raw JSON."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from bridge.api.desk import Desk
from bridge.api.filters import Id
from bridge.api.records import STAFF, found
from bridge.api.typed import Asked, Route
from bridge.records import explain
from bridge.store.facets import Place, Wanted, places, start
from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import Record
from bridge.web.display import KEYS, display
from bridge.web.pages.calls import CallsQuery, keys_of, wanted_of
from bridge.web.render import page


class CallQuery(CallsQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which call, and the list that it came from."""

    record_id: Id


async def call(asked: Asked) -> Response:
    query: CallQuery = asked.query
    json = await found(asked, "record")
    record = msgspec.json.decode(json, type=Record)
    wanted = await wanted_of(asked, query, display(asked.request))
    newer, older = await asked.desk.read(_beside, asked.desk, wanted, Place(start(record), record.record_id))
    back = urlencode([(key, value) for key, value in keys_of(query) if key != "record_id"])
    names = {dn.number: dn.name for dn in asked.desk.settings.dn if dn.name}
    lang = display(asked.request).lang
    context = {
        "r": record, "sentence": explain.sentence(record, lang), "provisos": list(explain.provisos(record, lang)),
        "moments": explain.moments(record, lang),
        "outcomes": [explain.outcome(offer, lang) for offer in record.offers],
        "catalogue": BY_NAME,
        "newer": newer, "older": older, "back": back,
        "raw": msgspec.json.format(json, indent=2).decode(), "dn_name": names.get(record.dn or ""), "picture": None,
    }  # fmt: skip
    return page(asked.request, asked.desk, asked.who, "call.html", context)


def _beside(desk: Desk, wanted: Wanted, here: Place) -> tuple[str | None, str | None]:
    """The calls before and after this one in its list."""
    with desk.reading() as db:
        newer = places(db, wanted, here, 1, forward=True)
        older = places(db, wanted, here, 1)
    return newer[0].record_id if newer else None, older[0].record_id if older else None


ROUTES = (Route("/calls/{record_id}", call, "", CallQuery, roles=STAFF, apart=KEYS),)
