"""A queue at this moment: its callers by their calls, its members by their agents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from bridge.live.calls import LiveCall
from bridge.live.items import AgentItem, QueueItem
from bridge.vocabulary.agent_state import BUSY, State


def look(name: str, calls: Collection[LiveCall], members: Collection[AgentItem] | None) -> QueueItem:
    """The queue's item. ``calls``: its own; ``members``: the agents who are its members, None where nobody tells."""
    waiting = sorted(
        (call for call in calls if call.item.joined_at is not None),
        key=lambda call: (call.item.joined_at or "", call.key),
    )
    talking = sorted(
        (call for call in calls if call.item.joined_at is None), key=lambda call: (call.item.stage_since, call.key)
    )
    callers = QueueItem(
        waiting=len(waiting),
        ringing=sum(call.item.stage == "ringing" for call in waiting),
        talking=len(talking),
        longest_since=waiting[0].item.joined_at if waiting else None,
        calls=[call.key for call in (*waiting, *talking)],
    )
    if members is None:
        return callers
    states = Counter(_counted(agent, name) for agent in members)
    return QueueItem(
        waiting=callers.waiting,
        ringing=callers.ringing,
        talking=callers.talking,
        longest_since=callers.longest_since,
        calls=callers.calls,
        logged_in=len(members),
        ready=states["ready"],
        busy=sum(states[state] for state in BUSY),
        ringing_agents=states["ringing"],
        paused=states["paused"],
        unreachable=states["unreachable"],
        wrap_up=states["wrap_up"],
    )


def _counted(agent: AgentItem, queue: str) -> State:
    """The state in which a member counts: one who is ready, but paused in this queue, is paused."""
    return "paused" if agent.state == "ready" and queue in agent.paused_in else agent.state
