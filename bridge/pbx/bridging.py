"""Who is in which bridge, muted or on hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.vocabulary import facts as f

COMING_IN = 0.3
"""Seconds after coming into a room within which it is told that somebody came muted."""

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def bridge_created(m: Mirror, fact: f.BridgeCreated) -> None:
    m.created_bridges.add(fact.bridge)


def bridge_entered(m: Mirror, fact: f.BridgeEntered) -> None:
    channel = m.known(fact.channel, fact.name, fact.at)
    if channel.gone_at is not None or not channel.once.news(fact.src, "enter", fact.bridge):
        return
    m.named(channel, fact.name)
    m.link(channel, fact.linkedid)
    if fact.src in m.snapshot_began:
        m.placed.add(channel.id)
        if channel.bridge_now not in (None, fact.bridge):
            m.leave(channel, m.last_seen(channel, fact.at))
            channel = m.channels[fact.channel]  # an agent who logged in has left the call that it stood for
    if fact.creator == "ConfBridge" and (channel.running is None or channel.running[0] == "AppDial2"):
        # Whom an Originate brings to the application itself is told by no step of a dialplan what it runs.
        channel.running = (fact.creator, "", channel.context, channel.exten, fact.at)
    m.enter(channel, fact.bridge, fact.at, fact.technology)
    for spyer in list(m.waiting_spies):
        m.seek_spied(spyer, fact.at)


def bridge_left(m: Mirror, fact: f.BridgeLeft) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None or not channel.once.news(fact.src, "leave", fact.bridge):
        return
    if channel.bridge_now == fact.bridge:
        m.leave(channel, fact.at)


def bridge_destroyed(m: Mirror, fact: f.BridgeDestroyed) -> None:
    for channel in list(m.bridges.get(fact.bridge, {}).values()):
        m.leave(channel, fact.at)
    m.holding.discard(fact.bridge)
    m.created_bridges.discard(fact.bridge)


def muted(m: Mirror, fact: f.ConferenceMuted) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None or (channel.muted and channel.muted[-1][1] == fact.muted):
        return
    at, stay = fact.at, channel.stays[-1] if channel.bridge_now is not None else None
    if fact.muted and stay is not None and fact.at - stay.entered_at < COMING_IN:
        at = stay.entered_at  # who comes in muted was never heard
    channel.muted.append((at, fact.muted))


def held(m: Mirror, fact: f.Held) -> None:
    channel = m.channels.get(fact.channel)
    if channel is not None and channel.once.news(fact.src, "hold"):
        if channel.holds and channel.holds[-1][1] is None:
            return
        channel.holds.append((fact.at, None))


def unheld(m: Mirror, fact: f.Unheld) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None or not channel.once.news(fact.src, "unhold"):
        return
    if channel.holds and channel.holds[-1][1] is None:
        channel.holds[-1] = (channel.holds[-1][0], fact.at)


APPLIERS = {
    f.BridgeCreated: bridge_created,
    f.BridgeEntered: bridge_entered,
    f.BridgeLeft: bridge_left,
    f.BridgeDestroyed: bridge_destroyed,
    f.ConferenceMuted: muted,
    f.Held: held,
    f.Unheld: unheld,
}
