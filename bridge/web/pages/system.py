"""The page System: whether everything works, and the settings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from starlette.responses import Response

from bridge import __version__
from bridge.api.desk import Desk
from bridge.api.streams import Streams
from bridge.api.typed import Asked, Nothing, Route
from bridge.config import Secret, Settings
from bridge.config.sinks import sink_name
from bridge.sinks.delivery import divide
from bridge.store.access import STAFF, Entry
from bridge.store.outbox import Depth, Outbox
from bridge.vocabulary.times import rfc3339
from bridge.web.display import KEYS
from bridge.web.render import page

SHOWN_AUDIT = 100
"""Entries of the audit that the page shows."""
MOST_DOUBTS = 20
"""Doubts of one PBX that the page shows; the first ones are to be mended first."""


class Store(NamedTuple):
    """The local store."""

    path: str
    size: int
    """Bytes, with the write-ahead log."""
    records: int
    incomplete: int
    """Of the last 24 hours."""
    last: str | None
    """When the last call of the last 24 hours began."""


class System:
    """The page. ``streams``: those of the service."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams

    async def show(self, asked: Asked) -> Response:
        desk = asked.desk
        context: dict[str, Any] = {"feeds": desk.seen.feeds(), "streams": self._streams.open, "staff": False}
        if asked.reader.role in STAFF:
            store, depths = await desk.read(_read, desk)
            context |= {
                "staff": True, "store": store, "depths": depths, "version": __version__, "started": desk.started,
                "doubts": [(pbx, one) for pbx, its in desk.seen.calls.items() for one in its.doubts[:MOST_DOUBTS]],
                "open_calls": {pbx: calls.open_calls for pbx, calls in desk.seen.calls.items()},
                "writers": desk.seen.writers, "age": time.time, "settings": None, "audit": None,
            }  # fmt: skip
        if asked.reader.role == "administrator":
            context["settings"] = told(desk.settings)
            context["audit"] = await desk.read(self._audit, desk)
        return await page(asked.request, desk, asked.who, "system.html", context)

    def _audit(self, desk: Desk) -> list[Entry]:
        return desk.access.audit(SHOWN_AUDIT)

    def routes(self) -> tuple[Route, ...]:
        return (Route("/system", self.show, "", Nothing, apart=KEYS),)


def _read(desk: Desk) -> tuple[Store, list[Depth]]:
    path, remote = divide(desk.settings)
    files = (Path(desk.store + end) for end in ("", "-wal"))
    size = sum(file.stat().st_size for file in files if file.exists())
    yesterday = time.time() - 86400
    with desk.reading() as db:
        count = db.execute("SELECT count(*) FROM record_changes WHERE gone = 0").fetchone()[0]
        query = "SELECT count(*) FROM record_facets WHERE facet = 'kind' AND value = 'incomplete' AND at >= ?"
        incomplete = db.execute(query, (round(yesterday * 1000),)).fetchone()[0]
        last = db.execute(
            "SELECT max(started_at) FROM records WHERE started_at >= ?", (rfc3339(yesterday),)
        ).fetchone()[0]
    depths: list[Depth] = []
    if path is not None and remote:
        box = Outbox(path)
        try:
            depths = box.depths([sink_name(sink) for sink in remote])
        finally:
            box.close()
    return Store(desk.store, size, count, incomplete, last), depths


def told(settings: Settings) -> str:
    """The settings as they were read, without secrets."""
    return msgspec.json.format(msgspec.json.encode(_open(settings)), indent=2).decode()


def _open(value: object) -> object:
    if isinstance(value, list):
        return [_open(each) for each in value]
    if isinstance(value, msgspec.Struct):
        found: dict[str, object] = {}
        tag = value.__struct_config__.tag
        if tag is not None:
            found["type"] = tag
        for name in value.__struct_fields__:
            each = getattr(value, name)
            hidden = isinstance(value, Secret) and name == "secret" and each is not None
            if each is not None:
                found[name] = "(set)" if hidden else _open(each)
        return found
    return value
