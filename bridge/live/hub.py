"""The boards of all PBXs of a service as two streams: one for staff, one for walls.

Each PBX tells its own calls and agents. The hub adds what no PBX knows: the figures of today, which thresholds have
been passed, the tags of a call that somebody looks at, how late a PBX's events come, and the alarms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from bridge.config import Settings
from bridge.live.alarms import Alarms, Subject
from bridge.live.day import Day, Figures, Place
from bridge.live.items import AgentItem, AlarmItem, CallItem, Change, Item, Kind, PbxItem
from bridge.live.numbered import Numbered, Queues
from bridge.live.so_far import passed
from bridge.live.viewer import ViewerAgents, Wall

NOWHERE: Queues = frozenset()
TIMED: frozenset[Kind] = frozenset({"call", "pbx", "queue", "today"})
"""Kinds of items that can change, or become wrong, only because time passes. Agents and devices are not among them; a
queue may list a million agents."""

MOST_SETS = 10_000


class Clock(NamedTuple):
    """Two figures of a PBX in seconds: how late its events come, and how its clock differs from ours. None if
    unknown."""

    behind: float | None
    offset: float | None


class Hub:
    """One for each service."""

    def __init__(self, settings: Settings, began: float) -> None:
        """``began``: when this run began, in epoch seconds; it tells apart the numbers of two runs."""
        self.settings = settings
        """The settings as of the last `reload`."""
        agents: ViewerAgents = settings.web.viewer_agents if settings.web is not None else "hidden"
        self._wall = Wall(agents)
        self._alarms = Alarms(settings)
        self._said: dict[Place, Item] = {}
        """All items, as boards and alarms told them last."""
        self._items: dict[Place, Item] = {}
        self._timed: dict[Place, Item] = {}
        """The items that are looked at as time passes."""
        self.day = Day()
        self._clocks: Mapping[str, Clock] = {}
        self._looked_at: Counter[str] = Counter()
        self._tags: dict[str, list[str] | None] = {}
        self.staff, self.viewers = Numbered(int(began * 1000)), Numbered(int(began * 1000))

    def reload(self, settings: Settings) -> None:
        """Use other settings from now on, for the alarms and for what the pages name."""
        self.settings = settings
        self._alarms.go_by(settings)

    @property
    def items(self) -> Mapping[tuple[Kind, str], Item]:
        """All items that staff may see."""
        return self._items

    def take(self, changes: Sequence[Change], now: float) -> None:
        """Take what changed on a PBX at one moment."""
        touched: list[Place] = []
        for kind, key, _, new in changes:
            touched.append((kind, key))
            if new is None:
                self._said.pop((kind, key), None)
            else:
                self._said[kind, key] = new
            if kind == "call":
                touched += self.day.call(key, new if isinstance(new, CallItem) else None, now)
        self._tell(touched, now)

    def figures(self, figures: Figures, now: float) -> None:
        """Take new figures of today from the store."""
        self._tell(self.day.take(figures, now), now)

    def look(self, clocks: Mapping[str, Clock], besides: Iterable[Subject], now: float) -> None:
        """Time has passed; to be called about once a second. ``clocks``: by PBX. ``besides``: what is wrong with the
        service itself."""
        self._clocks = clocks
        self._tell([("pbx", name) for name in clocks], now)
        calls = ((key, item) for (_, key), item in self._timed.items() if isinstance(item, CallItem))
        self._tell([("call", key) for key, item in calls if item.over_threshold != passed(item, now)], now)
        begun_and_ended = self._alarms.look(self._timed, self.day, besides, now)
        self.take([Change("alarm", key, None, item) for key, item in begun_and_ended], now)

    # -- calls that somebody looks at

    def open(self, key: str) -> None:
        """Somebody has opened a call's page."""
        self._looked_at[key] += 1

    def close(self, key: str, now: float) -> None:
        """Somebody has left a call's page."""
        self._looked_at[key] -= 1
        if not self._looked_at[key]:
            del self._looked_at[key]
            self._tags.pop(key, None)
            self._tell([("call", key)], now)

    @property
    def looked_at(self) -> list[tuple[str, str]]:
        """PBX and key of each call in progress that somebody looks at."""
        found = ((key, self._said.get(("call", key))) for key in self._looked_at)
        return [(item.pbx, key) for key, item in found if isinstance(item, CallItem)]

    def tags(self, key: str, tags: list[str] | None, now: float) -> None:
        """Take the tags so far of a call."""
        if key in self._looked_at:
            self._tags[key] = tags
            self._tell([("call", key)], now)

    # -- telling

    def _tell(self, places: Iterable[Place], now: float) -> None:
        """Look at items again, and tell those that differ, as one change."""
        changes: list[Change] = []
        for place in dict.fromkeys(places):
            old, new = self._items.get(place), self._whole(*place, now)
            if old == new:
                continue
            changes.append(Change(*place, old, new))
            if new is None:
                del self._items[place]
                self._timed.pop(place, None)
            else:
                self._items[place] = new
                if place[0] in TIMED:
                    self._timed[place] = new
        if not changes:
            return
        wall = self._wall
        self.staff.put([(c.kind, c.key, c.new, _queues(c.kind, c.key, c.new)) for c in changes], now)
        self.viewers.put(
            [
                (c.kind, wall.key(c.kind, c.key), wall.item(c.new), _queues(c.kind, c.key, c.new))
                for c in changes
                if c.kind != "device"
            ],
            now,
        )

    def _whole(self, kind: Kind, key: str, now: float) -> Item | None:
        """An item with everything that the hub adds."""
        if kind == "today":
            return self.day.today(key)
        match self._said.get((kind, key)):
            case CallItem() as call:
                return msgspec.structs.replace(
                    call, over_threshold=passed(call, now), tags_so_far=self._tags.get(key)
                )
            case AgentItem() as agent:
                return self.day.agent(key, agent)
            case PbxItem() as pbx if (clock := self._clocks.get(key)) is not None:
                return msgspec.structs.replace(pbx, behind_seconds=clock.behind, clock_offset=clock.offset)
            case item:
                return item


def _queues(kind: Kind, key: str, item: Item | None) -> Queues:
    """The queues to which an item belongs: a reader who wants one of them gets the item."""
    match item:
        case AgentItem():
            return _one_for_all(tuple(item.queues) or ("",))
        case CallItem():
            return _one_for_all((item.queue or "",))
        case AlarmItem():
            return _queues_of_subject(item.kind, item.key)
        case _:
            return _queues_of_subject(kind, key)


@lru_cache(MOST_SETS)
def _one_for_all(queues: tuple[str, ...]) -> Queues:
    """The same set for all who are in the same queues."""
    return frozenset(queues)


def _queues_of_subject(kind: str, key: str) -> Queues:
    if kind == "queue":
        return frozenset((key.partition("/")[2],))
    if kind == "today" and key.startswith("queue:"):
        return frozenset((key.removeprefix("queue:"),))
    return NOWHERE
