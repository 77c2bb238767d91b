"""The page Now: the frame, in the reader's language. A script fills it from the live stream, like any other
client. Without a script the page shows the board as it was when it was loaded."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from bridge.api.typed import Asked, Route
from bridge.live.items import QueueItem
from bridge.reports.zones import zone_of
from bridge.store.access import STAFF
from bridge.web.display import KEYS
from bridge.web.now_texts import script_words, words
from bridge.web.render import in_page, page, shown_to
from bridge.web.shapes import shape

STATES = (
    "hold",
    "talking",
    "dialling",
    "ringing",
    "wrap_up",
    "paused",
    "unreachable",
    "ready",
    "logged_out",
    "unknown",
)
STAGES = ("menu", "waiting", "ringing", "dialling", "talking", "hold", "consulting", "conference", "ending")
MODES = ("monitor", "coach", "barge")
OTHER_SHAPES = {"dialling": "outbound", "consulting": "talking", "conference": "barge", "ending": "logged_out"}
"""States and stages that are drawn with another's shape."""


class NowQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wall: Annotated[str, msgspec.Meta(pattern="^1$")] | None = None
    """``1``: totals and queues only, in large type."""
    queues: Annotated[str, msgspec.Meta(max_length=2000)] | None = None
    """Names of queues, separated by commas; None: all queues."""


async def now(asked: Asked) -> Response:
    query: NowQuery = asked.query
    shown = shown_to(asked.request, asked.desk)
    lang = shown.lang
    days_zone = zone_of(asked.desk.settings.reports.timezone).key
    staff = asked.reader.role in STAFF
    only = [name for name in (query.queues or "").split(",") if name]
    hub = asked.desk.seen.hub
    queues = {key: item for (kind, key), item in hub.items.items() if kind == "queue" and isinstance(item, QueueItem)}
    shapes = {name: shape(OTHER_SHAPES.get(name, name)) for name in (*STATES, *STAGES, *MODES, "failed", "unseen")}
    context: dict[str, Any] = {
        "w": words(lang), "script_words": in_page(script_words(lang)), "shapes": shapes, "staff": staff,
        "days_zone": days_zone if days_zone != shown.zone else None, "is_wall": query.wall == "1", "only": only,
        "queues": {k: q for k, q in sorted(queues.items()) if not only or k.partition("/")[2] in only},
    }  # fmt: skip
    return await page(asked.request, asked.desk, asked.who, "now.html", context)


ROUTES = (Route("/", now, "", NowQuery, apart=KEYS),)
