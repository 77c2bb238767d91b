"""Who is in which bridge, muted or on hold."""

from __future__ import annotations

from bridge.pbx import rooms
from bridge.pbx.apply.row import CHANNEL, NO_CHANNEL, Row, Table
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f

COMING_IN = 0.3
"""Seconds after entering a conference room within which a mute means that the participant entered muted."""


def bridge_created(pbx: Pbx, fact: f.BridgeCreated) -> None:
    pbx.bridges.opened(fact.bridge)


def bridge_entered(pbx: Pbx, fact: f.BridgeEntered) -> None:
    channel = pbx.state.known(fact.channel, fact.name, fact.at)
    if channel.gone_at is not None or not channel.once.news(fact.src, "enter", fact.bridge):
        return
    pbx.state.named(channel, fact.name)
    if fact.src in pbx.visibility.snapshot_began:
        pbx.visibility.place(fact.channel)
        if channel.bridge_now not in (None, fact.bridge):
            pbx.presence.leave(channel, pbx.visibility.last_seen(channel, fact.at))
            channel = pbx.state.known(fact.channel, fact.name, fact.at)  # an agent's line, if this was a leg on it
    if fact.creator in rooms.ROOMS and (channel.running is None or channel.runs(("AppDial2",))):
        # An Originate may run the application itself, without a step of the dialplan that would tell it.
        channel.running = (fact.creator, "", channel.context, channel.exten, fact.at)
        pbx.bridges.changed(channel)
    if fact.creator == "MeetMe":
        pbx.bridges.opened(fact.bridge)  # no event tells its creation, but all its channels are known
    pbx.presence.enter(channel, fact.bridge, fact.at, fact.technology)
    pbx.state.link(channel, fact.linkedid)  # after entering, which finds lines: a line's Linkedid joins no calls
    for spyer in list(pbx.spies.seeking):
        pbx.spies.find(spyer, pbx.state.channels.values(), fact.at)


def bridge_left(pbx: Pbx, fact: f.BridgeLeft) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is None or not channel.once.news(fact.src, "leave", fact.bridge):
        return
    if channel.bridge_now == fact.bridge:
        pbx.presence.leave(channel, fact.at)


def bridge_destroyed(pbx: Pbx, fact: f.BridgeDestroyed) -> None:
    pbx.presence.closed(fact.bridge, fact.at)


def muted(pbx: Pbx, fact: f.ConferenceMuted) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is None or (channel.muted and channel.muted[-1][1] == fact.muted):
        return
    at, stay = fact.at, channel.stays[-1] if channel.bridge_now is not None else None
    if fact.muted and stay is not None and fact.at - stay.entered_at < COMING_IN:
        at = stay.entered_at
    channel.muted += ((at, fact.muted),)


def music_played(pbx: Pbx, fact: f.MusicPlayed) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is not None:
        pbx.presence.hears_music(channel, fact.playing, fact.at)


def held(pbx: Pbx, fact: f.Held) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is not None and channel.once.news(fact.src, "hold"):
        if channel.holds and channel.holds[-1][1] is None:
            return
        channel.holds += ((fact.at, None),)


def unheld(pbx: Pbx, fact: f.Unheld) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is None or not channel.once.news(fact.src, "unhold"):
        return
    if channel.holds and channel.holds[-1][1] is None:
        channel.taken_back(fact.at)


TABLE: Table = {
    f.BridgeCreated: Row(bridge_created, NO_CHANNEL),
    f.BridgeEntered: Row(bridge_entered, CHANNEL),
    f.BridgeLeft: Row(bridge_left, CHANNEL),
    f.BridgeDestroyed: Row(bridge_destroyed, NO_CHANNEL),
    f.ConferenceMuted: Row(muted, CHANNEL, (CHANNEL,)),
    f.MusicPlayed: Row(music_played, CHANNEL),
    f.Held: Row(held, CHANNEL, (CHANNEL,)),
    f.Unheld: Row(unheld, CHANNEL, (CHANNEL,)),
}
