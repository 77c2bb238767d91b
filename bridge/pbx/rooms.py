"""Agents who sit in a room all day, and take there every call that somebody puts into it: a dialler's manner.

Theirs is a line that outlives the calls on it, as that of one who logs in (``logins``), and each call gets a leg that
stands for it. Who of the staff was on the phone before a call began has the line, not the call. Who came during the
call is in it whole; what she does when it is over, and she alone is left in the room, is such a line from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.channel import Channel, birth
from bridge.pbx.logins import leg_on, listened_on

if TYPE_CHECKING:
    from bridge.pbx.channel import Group
    from bridge.pbx.mirror import Mirror

ROOMS = ("ConfBridge", "Stasis")
"""What a channel runs that is in a room, from which it does not go when another does."""
SITTING = ("ConfBridge",)
"""Where one of the staff only waits. In an application of ARI she may as well have called through it."""
STAFF = ("agent", "supervisor")


def met(m: Mirror, newcomer: Channel, bridge: str, at: float) -> Channel:
    """Somebody comes into a room where others are: the channel that enters, which is a leg where the newcomer's is a
    line."""
    inside = m.bridges[bridge]
    if _brings_call(m, newcomer):
        if not any(_brings_call(m, c) and _is_somebody(m, c) for c in inside.values()):
            # Whose leg ends last is not left alone in that call: the legs that stand for a line after the others.
            there = sorted(inside.values(), key=lambda c: c.stands_for is not None)
            lines = [line for c in there if (line := _line(m, c, newcomer, bridge, at)) is not None]
            for line in lines:
                m.leave(line, at)  # all of them first: nobody is to be left without a caller
            for line in lines:
                m.enter(_leg(m, line, newcomer, at), bridge, at, moves=True)
        return newcomer
    caller = next((c for c in inside.values() if _brings_call(m, c)), None)
    if caller is None or caller.group is None or not _is_line(m, newcomer, caller.group):
        return newcomer
    return _leg(m, newcomer, caller, at)


def _line(m: Mirror, each: Channel, caller: Channel, bridge: str, at: float) -> Channel | None:
    """The line of somebody in the room already, who takes the call that comes on a leg of its own."""
    line = each
    if each.stands_for is not None:
        line = each.stands_for
        if not line.sits:
            return None
        if each.group is caller.group:
            return None
        _back(m, each, bridge, at)  # whoever talked with her goes on without a caller
    elif _is_staff(m, each) and _has_outside(m, each.group) and each.group is not caller.group:
        line = goes_on(m, each, caller, at)
    return line if caller.group is not None and _is_line(m, line, caller.group) else None


def _leg(m: Mirror, line: Channel, caller: Channel, at: float) -> Channel:
    group = caller.group
    before = sum(c.stands_for is line for c in group.channels) if group is not None else 0
    leg = leg_on(m, line, caller, before, at)
    if "CALLBRIDGE_AGENT" in line.variables:
        leg.variables["CALLBRIDGE_AGENT"] = line.variables["CALLBRIDGE_AGENT"]
    leg.running = line.running
    _goes_over(line, leg, at)
    m.logins[line.id], line.sits = line, True
    m.state(leg, "Up", at)
    m.channels[line.id] = leg
    listened_on(m, line, leg, at)
    m.join(leg, caller)
    return leg


def _goes_over(before: Channel, now: Channel, at: float) -> None:
    """Who is muted, or on hold, stays so."""
    if before.muted and before.muted[-1][1]:
        now.muted.append((at, True))
    elif now.muted and now.muted[-1][1]:
        now.muted.append((at, False))
    if before.holds and before.holds[-1][1] is None:
        now.holds.append((at, None))


def left(m: Mirror, bridge: str, at: float) -> None:
    """Somebody has left a room: where nobody is with the agents who sit in it, their call is over."""
    inside = m.bridges.get(bridge, {})
    if any(c.stands_for is None and _is_somebody(m, c) for c in inside.values()):
        return
    for leg in [c for c in inside.values() if c.stands_for is not None and c.stands_for.sits]:
        if leg.bridge_now == bridge:
            _back(m, leg, bridge, at)


def _back(m: Mirror, leg: Channel, bridge: str, at: float) -> None:
    """The agent goes on sitting in the room."""
    line = leg.stands_for
    if line is None:
        return
    m.leave(leg, at)
    _goes_over(leg, line, at)
    m.enter(line, bridge, at, moves=True)


def ended(m: Mirror, group: Group, last: Channel, at: float) -> None:
    """A call has but one channel left: is it of one who stays in the room?"""
    stays = next((c for c in group.channels if c.gone_at is None), None)
    if stays is None or stays.bridge_now is None or not stays.is_party or stays.stands_for is not None:
        return
    if not _in(stays, ROOMS) or not _is_staff(m, stays) or not _has_outside(m, group):
        return
    if stays.hangup_request is not None or stays.soft_at is not None:
        return  # on its way out
    if any(c is not stays and _is_somebody(m, c) for c in m.bridges[stays.bridge_now].values()):
        return
    goes_on(m, stays, last, at)


def goes_on(m: Mirror, channel: Channel, last: Channel, at: float) -> Channel:
    """The line that is left of a channel when its call is over. The channel itself stays what it was in the call."""
    line_id, bridge = channel.id, channel.bridge_now
    m.count += 1
    line = Channel(line_id, channel.name, at, m.count)
    m.alone(line)
    line.once, line.running, line.linkedids = channel.once, channel.running, [*channel.linkedids]
    line.steps, line.variables = channel.steps[-1:], dict(channel.variables)
    line.sip_call_id, line.caller_number = channel.sip_call_id, channel.caller_number
    line.context, line.exten = channel.context, channel.exten
    line.seen_from_start, line.sits = channel.seen_from_start, True
    m.state(line, "Up", at)
    _goes_over(channel, line, at)
    if bridge is not None and channel.id in m.bridges.get(bridge, {}):
        del m.bridges[bridge][channel.id]
    # Late facts of the call are told of the line, which is all that bears the name now.
    channel.id = f"{line_id}#{last.id}"
    m.channels[channel.id], m.channels[line_id], m.logins[line_id] = channel, line, line
    for by_device in (m.by_device, m.legs):
        by_device.setdefault(channel.device, {})[line_id] = line
    m.legs[channel.device][channel.id] = channel
    listened_on(m, channel, line, at)
    if bridge is not None:
        m.enter(line, bridge, at, moves=True)
    m.end(channel, at)
    return line


def _is_line(m: Mirror, channel: Channel, call: Group) -> bool:
    """Whether one of the staff was there before a call began, and has none of her own."""
    if not _in(channel, ROOMS if channel.sits else SITTING) or not _is_staff(m, channel) or channel.group is call:
        return False
    if channel.stands_for is not None or _has_outside(m, channel.group):
        return False
    return birth(channel) < min(birth(c) for c in call.channels)


def _is_staff(m: Mirror, channel: Channel) -> bool:
    return channel.is_party and m.role(channel.device) in STAFF


def _has_outside(m: Mirror, group: Group | None) -> bool:
    return group is not None and any(c.is_party and m.role(c.device) == "customer" for c in group.channels)


def _in(channel: Channel, applications: tuple[str, ...]) -> bool:
    return channel.running is not None and channel.running[0] in applications


def _brings_call(m: Mirror, channel: Channel) -> bool:
    """Whether it is, or may lead to, somebody who is not of the house."""
    return channel.is_local or (channel.is_party and m.role(channel.device) == "customer")


def _is_somebody(m: Mirror, channel: Channel) -> bool:
    """Whether a person is behind it now: what records or announces is nobody."""
    if not channel.is_local:
        return channel.is_party
    half = channel.other_half
    if half is None or half.gone_at is not None:
        return False
    together = len(m.bridges.get(half.bridge_now, {})) if half.bridge_now is not None else 0
    return together > 1 or any(d.dest.gone_at is None for d in half.dials)
