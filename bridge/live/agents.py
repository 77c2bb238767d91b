"""An agent at this moment, as the board shows it. The state comes from the tracker of states."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.calls.roles import Directory
from bridge.live.calls import LiveCall
from bridge.live.items import AgentItem
from bridge.pbx.channel import Group
from bridge.states.agent import Agent
from bridge.states.desks import Desk
from bridge.vocabulary.times import rfc3339


def look(
    desk: Desk, agent: Agent | None, title: str, calls: Mapping[Group, LiveCall], directory: Directory, *,
    is_seen: bool,
) -> AgentItem | None:  # fmt: skip
    """The agent's item. None for a supervisor who is in no queue, has no call and listens to nobody. While the PBX
    cannot be seen (``is_seen`` is False), the item says what was known last."""
    channel = agent.channel if agent is not None else None
    spying = next((s for c in desk.channels for s in c.spies if s.stopped_at is None), None)
    if desk.role != "agent" and not desk.member_of and channel is None and spying is None:
        return None
    call = calls.get(channel.group) if channel is not None and channel.group is not None else None
    held = agent.open if agent is not None else None
    if agent is not None and agent.before is not None and not is_seen:
        held = agent.before
    since = rfc3339(held.since) if held is not None and held.seen else None
    queues = sorted(desk.member_of)
    return AgentItem(
        name=title,
        role=desk.role,
        device=channel.device if channel is not None else desk.device,
        state=held.state if held is not None else "unknown",
        since=since,
        until=rfc3339(held.until) if held is not None and held.until is not None else None,
        reason=held.reason if held is not None else None,
        queues=queues,
        paused_in=[queue for queue in queues if desk.member_of[queue].paused],
        call=call.key if call is not None else None,
        direction=call.item.direction if call is not None else None,
        with_=_other_end(channel.id, call) if channel is not None and call is not None else None,
        on_hold_since=since if held is not None and held.state == "hold" else None,
        listening_to=directory.party(spying.spyee).name if spying is not None else None,
        mode=spying.modes[-1][1] if spying is not None else None,
    )


def _other_end(channel: str, call: LiveCall) -> str | None:
    """The customer's number, or else the colleague's name, at the other end of the agent's call."""
    item = call.item
    if item.number is not None:
        return item.number
    me = call.parties.get(channel)
    others = [p.name for p in call.parties.values() if me is not None and p.role != "system" and p.name != me.name]
    return others[0] if others else None
