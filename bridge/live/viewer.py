"""What a wall may show, which anybody in the room can read. Its types have no field for a customer's number, a
reason, or that somebody listens."""

from __future__ import annotations

import hashlib
import secrets
from typing import Literal

import msgspec

from bridge.live.items import (
    AgentItem,
    AlarmItem,
    CallItem,
    DeviceItem,
    Item,
    Kind,
    PbxItem,
    QueueItem,
    Stage,
    TodayItem,
)
from bridge.vocabulary.agent_state import State
from bridge.vocabulary.terms import Direction

ViewerAgents = Literal["names", "numbers", "hidden"]
HIDDEN_ALARMS = ("device_failures",)


class ViewerAgent(msgspec.Struct, frozen=True):
    name: str | None
    """None if the settings hide it."""
    state: State
    since: str | None
    queues: list[str]
    paused_in: list[str]


class ViewerCall(msgspec.Struct, frozen=True):
    pbx: str
    direction: Direction
    started_at: str
    stage: Stage
    stage_since: str
    queue: str | None
    joined_at: str | None
    position: int | None
    agents: list[str]
    answer_due: str | None


class ViewerToday(msgspec.Struct, frozen=True):
    """Totals of calls. Where there are few calls, the totals tell of a single one only how long its caller waited."""

    arrived: int
    answered: int
    abandoned: int
    short_abandons: int
    exited: int
    overflowed: int
    sl: float | None
    sl_formula: str
    sl_within: float | None
    sl_30: float | None
    sl_30_of: int
    asa: float | None
    wait_longest: float | None
    talk_avg: float | None


ViewerItem = PbxItem | QueueItem | ViewerAgent | ViewerCall | ViewerToday | AlarmItem


class Wall:
    """Turns items into what a wall may show of them."""

    def __init__(self, agents: ViewerAgents) -> None:
        self._agents = agents
        self._salt = secrets.token_bytes(16)

    def key(self, kind: Kind, key: str) -> str:
        """The key of an item. If agents must not be known, the key says nothing, and differs from run to run."""
        if kind != "agent" or self._agents == "names":
            return key
        pbx, _, name = key.partition("/")
        return f"{pbx}/{self._unknown(name)}"

    def item(self, item: Item | None) -> ViewerItem | None:
        """The item for walls; None if walls do not show it."""
        match item:
            case AgentItem():
                return self._agent(item)
            case CallItem():
                return ViewerCall(
                    pbx=item.pbx, direction=item.direction, started_at=item.started_at, stage=item.stage,
                    stage_since=item.stage_since, queue=item.queue, joined_at=item.joined_at, position=item.position,
                    agents=[] if self._agents != "names" else item.agents, answer_due=item.answer_due,
                )  # fmt: skip
            case TodayItem():
                return msgspec.convert(item, ViewerToday, from_attributes=True)
            case AlarmItem():
                return None if item.name in HIDDEN_ALARMS else item
            case DeviceItem() | None:
                return None
            case _:
                return item

    def _agent(self, item: AgentItem) -> ViewerAgent | None:
        is_there_to_listen = item.role == "supervisor" and not item.queues and item.call is None
        if is_there_to_listen:
            return None
        names = {"names": item.name, "numbers": item.device.partition("/")[2], "hidden": None}
        return ViewerAgent(names[self._agents], item.state, item.since, item.queues, item.paused_in)

    def _unknown(self, name: str) -> str:
        return hashlib.sha256(self._salt + name.encode()).hexdigest()[:12]
