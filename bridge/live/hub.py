"""The boards of all PBXs of a service as two streams: what staff may see, and what a wall may show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bridge.config import Settings
from bridge.live.alarms import Alarms, Subject
from bridge.live.items import AgentItem, AlarmItem, CallItem, Change, Item, Kind, QueueItem
from bridge.live.numbered import Numbered, Queues
from bridge.live.viewer import ViewerAgents, Wall

NOWHERE: Queues = frozenset()


class Hub:
    """One for a service."""

    def __init__(self, settings: Settings, began: float) -> None:
        """``began``: when this run began, epoch seconds. It tells the numbers of two runs apart."""
        agents: ViewerAgents = settings.web.viewer_agents if settings.web is not None else "hidden"
        self._wall = Wall(agents)
        self._alarms = Alarms(settings)
        self._items: dict[tuple[Kind, str], Item] = {}
        self.calls_ended = 0
        """Calls that were shown and are not any more: how often figures of today may be other ones."""
        self.staff, self.viewers = Numbered(int(began * 1000)), Numbered(int(began * 1000))

    @property
    def items(self) -> Mapping[tuple[Kind, str], Item]:
        """All that staff may see."""
        return self._items

    def take(self, changes: Sequence[Change], now: float) -> None:
        """What changed at one moment."""
        for change in changes:
            if change.new is None:
                self.calls_ended += change.kind == "call"
                self._items.pop((change.kind, change.key), None)
            else:
                self._items[change.kind, change.key] = change.new
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

    def look(self, besides: Iterable[Subject], now: float) -> None:
        """Looks for what is wrong, in the items and ``besides`` them; about once a second."""
        begun_and_ended = self._alarms.look(self._items, besides, now)
        if begun_and_ended:
            self.take([Change("alarm", key, None, item) for key, item in begun_and_ended], now)


def _queues(kind: Kind, key: str, item: Item | None) -> Queues:
    """The queues for which somebody has to want to see the item."""
    match item:
        case QueueItem():
            return frozenset((key.partition("/")[2],))
        case AgentItem():
            return frozenset(item.queues or ("",))
        case CallItem():
            return frozenset((item.queue or "",))
        case AlarmItem() if item.kind == "queue":
            return frozenset((item.key.partition("/")[2],))
        case _:
            return NOWHERE
