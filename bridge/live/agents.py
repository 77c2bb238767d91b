"""An agent at this moment: from the channels of the phones, else from the queues and the registrations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bridge.calls.roles import Directory
from bridge.live.calls import LiveCall, is_called
from bridge.live.conversation import holds
from bridge.live.items import AgentItem, AgentState
from bridge.pbx.channel import TECHNOLOGIES, Channel, Group, extension
from bridge.pbx.devices import Device
from bridge.pbx.queues import UNAVAILABLE, Member
from bridge.vocabulary.terms import Role
from bridge.vocabulary.times import rfc3339, seconds

INVALID = 4
"""A queue member's state: there is no such device."""
IN_CALL: tuple[AgentState, ...] = ("talking", "hold", "dialling", "ringing")
"""States of one who has a call, the busiest first."""
LISTENS = ("ChanSpy", "ExtenSpy")


class Desk(NamedTuple):
    """All that tells how an agent is."""

    name: str
    title: str
    """The name to show."""
    role: Role
    devices: Sequence[Device]
    """Of which something has been told."""
    device: str
    channels: Sequence[Channel]
    """Live ones of the agent's phones."""
    ended: Iterable[Channel]
    """Those that have ended and are not forgotten."""
    member_of: Mapping[str, Member]
    queues_known: bool
    """Whether the PBX tells who is a member of what."""


class Hand(NamedTuple):
    """The call that an agent has, and how."""

    state: AgentState
    since: float
    channel: Channel


def device_of_member(member: Member, directory: Directory) -> str:
    """The phone of a queue's member; behind ``Local/1001@from-queue/n`` or ``hint:1001@ext`` the one numbered so."""
    for interface in (member.state_interface, member.interface):
        if interface.partition("/")[0] in TECHNOLOGIES:
            return interface
    number = extension(member.interface) or member.state_interface.partition(":")[2].partition("@")[0]
    return directory.numbered(number)


def is_logged_out(member: Member) -> bool:
    """Whether it is an agent of AgentLogin who has not logged in: a member, but not there."""
    return member.state_interface.startswith("Agent:") and member.status in (UNAVAILABLE, INVALID)


def look(
    desk: Desk, calls: Mapping[Group, LiveCall], directory: Directory, before: AgentItem | None, now: float
) -> AgentItem | None:
    """The agent's item; None of a supervisor who has no queue, no call, and listens to nobody."""
    hand = _in_hand(desk.channels, calls)
    spying = next((s for c in desk.channels for s in c.spies if s.stopped_at is None), None)
    if desk.role != "agent" and not desk.member_of and hand is None and spying is None:
        return None
    state, since = (hand.state, hand.since) if hand is not None else _without_call(desk, before, now)
    paused = sorted(queue for queue, member in desk.member_of.items() if member.paused)
    reasons = [m.reason for m in desk.member_of.values() if m.paused and m.reason]
    call = _call_of(hand.channel, calls) if hand is not None else None
    return AgentItem(
        name=desk.title,
        role=desk.role,
        device=desk.device if hand is None else hand.channel.device,
        state=state,
        since=rfc3339(since) if since is not None else None,
        reason=reasons[0] if reasons and state == "paused" else None,
        queues=sorted(desk.member_of),
        paused_in=paused,
        call=call.key if call is not None else None,
        direction=call.item.direction if call is not None else None,
        with_=_other_end(hand.channel, call) if hand is not None and call is not None else None,
        on_hold_since=rfc3339(since) if state == "hold" and since is not None else None,
        listening_to=directory.party(spying.spyee).name if spying is not None else None,
        mode=spying.modes[-1][1] if spying is not None else None,
    )


def listens(channel: Channel) -> bool:
    """Whether a phone is there to listen to somebody else's call, and has none itself."""
    return any(s.stopped_at is None for s in channel.spies) or (
        channel.running is not None and channel.running[0] in LISTENS
    )


def _call_of(channel: Channel, calls: Mapping[Group, LiveCall]) -> LiveCall | None:
    return calls.get(channel.group) if channel.group is not None else None


def _in_hand(channels: Iterable[Channel], calls: Mapping[Group, LiveCall]) -> Hand | None:
    """The busiest call: of two conversations the one that is not on hold."""
    hands = [hand for c in channels if (hand := _hand(c, _call_of(c, calls))) is not None]
    return min(hands, key=lambda hand: (IN_CALL.index(hand.state), hand.since), default=None)


def _hand(channel: Channel, call: LiveCall | None) -> Hand | None:
    if call is None or listens(channel) or channel.leg_now is not None:
        return None
    if channel.stands_for is None and (channel.is_login or channel.sits):
        return None  # a line that waits for its next call
    talk = call.talks.get(channel.id)
    if talk is not None:
        if holds(channel):
            return Hand("hold", channel.holds[-1][0], channel)
        ended = [until for _, until in channel.holds if until is not None]
        return Hand("talking", max([talk.since, *ended]), channel)
    if is_called(channel) or (channel.ringing_at is not None and channel.up_at is None):
        rings = channel.ringing_at if channel.ringing_at is not None else channel.up_at
        return Hand("ringing", rings, channel) if rings is not None else None
    if holds(channel):
        return Hand("hold", channel.holds[-1][0], channel)
    if channel.state == "Down" or channel.hangup_request is not None:
        return None  # not called yet, or on its way out
    left = channel.stays[-1].left_at if channel.stays else None
    return Hand("dialling", left if left is not None else channel.created_at, channel)


def _without_call(desk: Desk, before: AgentItem | None, now: float) -> tuple[AgentState, float | None]:
    """The state of one who has no call, and since when; None where it began before anybody looked."""
    state, known = _idle(desk)
    was = before.state if before is not None else None
    if before is not None and was == state:
        return state, _seconds(before.since) if known is None else known
    if known is None and before is not None:
        known = now
    return state, known


def _idle(desk: Desk) -> tuple[AgentState, float | None]:
    members = desk.member_of.values()
    if members and all(m.paused for m in members):
        return "paused", max((m.paused_at for m in members if m.paused_at is not None), default=None)
    if _is_unreachable(desk):
        return "unreachable", max((d.since for d in desk.devices if d.reachable is False), default=None) or None
    if not members:
        return ("logged_out" if desk.queues_known else "unknown"), None
    freed = [
        *(d.since for d in desk.devices if d.since),
        *(m.paused_at for m in members if m.paused_at is not None and not m.paused),
        *(c.gone_at for c in desk.ended if c.gone_at is not None and not c.gone_unseen),
    ]
    return "ready", max(freed, default=None)


def _is_unreachable(desk: Desk) -> bool:
    told = [d.reachable for d in desk.devices if d.reachable is not None]
    if told:
        return not any(told)
    members = desk.member_of.values()
    return bool(members) and all(m.status in (UNAVAILABLE, INVALID) for m in members)


def _other_end(channel: Channel, call: LiveCall) -> str | None:
    """Whom the agent talks with, or who calls: the customer's number, else a colleague's name."""
    item = call.item
    if item.number is not None:
        return item.number
    me = call.parties.get(channel.id)
    others = [p.name for p in call.parties.values() if me is not None and p.role != "system" and p.name != me.name]
    return others[0] if others else None


def _seconds(at: str | None) -> float | None:
    return seconds(at) if at is not None else None
