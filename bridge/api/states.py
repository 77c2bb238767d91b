"""Stretches of agents' and devices' states over HTTP: what ``callbridge states`` lists."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bridge.api import filters as f
from bridge.api.desk import Desk
from bridge.api.typed import Asked, Route
from bridge.store import states
from bridge.store.access import STAFF
from bridge.vocabulary.agent_state import StateRecord


class StatesQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which stretches, and which page."""

    agent: f.Text | None = None
    pbx: f.Text | None = None
    since: f.Moment | None = None
    """Stretches that lasted at this time or later."""
    until: f.Moment | None = None
    """Stretches that began before this time."""
    devices: bool = False
    """The stretches of devices instead of those of agents."""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200
    after: f.Cursor | None = None
    """The ``next`` of the previous page."""


class StatesPage(msgspec.Struct, frozen=True):
    """In the order of their beginnings. A stretch that lasts has no ``until``."""

    states: list[StateRecord]
    next: str | None
    """The ``after`` of the next page; null on the last page."""


class _RawPage(msgspec.Struct, frozen=True):
    """The same as it is sent: the store's JSON, unchanged."""

    states: list[msgspec.Raw]
    next: str | None


async def listed(asked: Asked) -> _RawPage:
    query: StatesQuery = asked.query
    await asked.note("states")
    found = await asked.desk.read(_page, asked.desk, query)
    return _RawPage([msgspec.Raw(json.encode()) for _, json in found[: query.limit]], _next(found, query.limit))


def _page(desk: Desk, query: StatesQuery) -> list[tuple[str, str]]:
    """One stretch more than is asked for. To be called in a thread."""
    with desk.reading() as db:
        return states.page(
            db, agent=query.agent, pbx=query.pbx, devices=query.devices, limit=query.limit + 1,
            since=f.ms_of(query.since), until=f.ms_of(query.until), after=query.after,
        )  # fmt: skip


def _next(found: list[tuple[str, str]], limit: int) -> str | None:
    return found[limit - 1][0] if len(found) > limit else None


ROUTES = (
    Route(
        "/v1/states", listed, "How agents were, or when devices could be reached, stretch by stretch.", StatesQuery,
        returns=StatesPage, roles=STAFF, of_store=True,
    ),
)  # fmt: skip
