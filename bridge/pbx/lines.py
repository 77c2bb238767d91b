"""Agents' lines: channels that outlive the calls on them. Which channel is one, and which call comes to it.

There are three kinds of lines:

- The agent logs in once and takes every call on that channel (AgentLogin, Asterisk's app_agent_pool).
- The agent sits in a conference room all day and takes every call that is put into it.
- The agent is kept in silence or music and bridged with one customer after the other, as diallers do.

Such a channel lives as long as the shift, so it is not part of any call. Each call on it gets a leg of its own, as if
the agent had been dialled. While the call lasts, what the PBX tells of the line is applied to that leg.

An agent who waited before the call began has a line. An agent who came during the call takes part with her own
channel; if she alone remains in the room when the call is over, a line begins then.

The line may be half of a Local channel with the agent's phone behind it; the leg is then named as the phone.

This file only answers questions; ``presence`` acts on the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bridge.pbx import rooms
from bridge.pbx.channel import Channel, Group, birth
from bridge.vocabulary.terms import STAFF, Role

KEPT_WAITING = ("Wait", "WaitExten", "MusicOnHold", "WaitMusicOnHold")
"""Applications that keep a channel waiting until somebody else bridges it."""
SITTING = (*rooms.ROOMS, *KEPT_WAITING)
"""Applications in which a staff member can only be waiting."""
APPLICATION = ("Stasis",)
"""ARI's application, in which she may also be calling somebody: she waits if she is alone and a customer calls in."""
CALLING = ("Dial", "Queue", "FollowMe", "Page", "AgentRequest")
"""Applications by which an agent calls somebody: a line that runs one does not wait."""
STAYING = (*rooms.ROOMS, *APPLICATION)
"""Applications in which a channel stays when the others leave: a conference, or a bridge made by ARI."""


class Lines:
    """Answers for one PBX. ``role`` tells the role of a device, by the settings and the queues."""

    __slots__ = ("role",)

    def __init__(self) -> None:
        self.role: Callable[[str], Role] = lambda device: "system"

    def ask(self, role: Callable[[str], Role]) -> None:
        """Sets how the role of a device is asked."""
        self.role = role

    def sits_before(self, channel: Channel, call: Group) -> bool:
        """Whether a channel is a staff member's who waited before a call began, and has no call of her own."""
        # A line that has taken a call stays a line, whatever the dialplan does with it until the next call.
        waits = not channel.runs(CALLING) if channel.sits else channel.runs(SITTING)
        if not waits and channel.runs(APPLICATION):
            waits = _is_alone(channel) and self._called_in(call)
        if not waits or channel.group is call:
            return False
        if channel.stands_for is not None or not self.is_staff(channel) or self.has_customer(channel.group):
            return False
        born = birth(channel)
        return all(born < birth(c) for c in call.channels)

    def _called_in(self, call: Group) -> bool:
        """Whether a customer began the call by calling in; otherwise an application called her for the waiting
        one."""
        first = min(call.channels, key=birth)
        return first.dial is None and first.is_party and self.role(first.device) == "customer"

    def is_kept_waiting(self, channel: Channel) -> bool:
        """Whether a channel is a staff member's who called nobody and waits until somebody bridges her."""
        if not channel.runs(KEPT_WAITING) or channel.dials or channel.stands_for is not None:
            return False
        return self.is_staff(channel) and not self.has_customer(channel.group)

    def is_staff(self, channel: Channel) -> bool:
        """Whether it is a staff member's phone, or a waiting Local channel with such a phone behind it."""
        if channel.is_local:
            return self._keeps_phone_waiting(channel)
        return channel.is_party and self.role(channel.device) in STAFF

    def _keeps_phone_waiting(self, half: Channel) -> bool:
        phone = phone_behind(half) if half.sits or half.runs(KEPT_WAITING) else None
        return phone is not None and self.role(phone.device) in STAFF

    def has_customer(self, group: Group | None) -> bool:
        if group is None:
            return False
        return any(c.is_party and self.role(c.device) == "customer" for c in group.channels)

    def brings_call(self, channel: Channel) -> bool:
        """Whether somebody from outside is, or may be, behind a channel."""
        if channel.is_local:
            return not self._keeps_phone_waiting(channel)
        return channel.is_party and self.role(channel.device) == "customer"

    def may_bring_call(self, channel: Channel) -> bool:
        """Whether a channel may ever bring a call: for a Local channel that depends on its other half, later on."""
        return channel.is_local or self.brings_call(channel)

    def stays_behind(self, group: Group) -> Channel | None:
        """The agent's channel that alone remains of a call and stays in the conference room, if there is one. Others
        who are not part of the call may be there, too."""
        for channel in group.channels:
            if channel.gone_at is None:
                break
        else:
            return None
        if channel.bridge_now is None or not channel.is_party or channel.stands_for is not None:
            return None
        if channel.hangup_request is not None or channel.soft_at is not None:
            return None  # it is about to end
        if not channel.runs(STAYING) or not self.is_staff(channel) or not self.has_customer(group):
            return None
        return channel


def _is_alone(channel: Channel) -> bool:
    """Whether nobody else is or was in a channel's call."""
    return channel.group is not None and not channel.dials and sum(c.is_party for c in channel.group.channels) == 1


def phone_behind(channel: Channel) -> Channel | None:
    """The answered phone behind half of a Local channel, if there is one."""
    half = channel.other_half if channel.is_local else None
    called = [d.dest for d in half.dials] if half is not None else []
    return next((c for c in called if c.is_party and c.up_at is not None), None)


def agent_named(channel: Channel) -> str:
    """The agent that a channel's AgentLogin or AgentRequest names."""
    return channel.running[1].split(",", 1)[0] if channel.running else ""


def login_of(agent: str, channels: Iterable[Channel]) -> Channel | None:
    """The line on which an agent is logged in and waits, if there is one."""
    for channel in channels:
        if channel.is_login and channel.gone_at is None and channel.leg_now is None and agent_named(channel) == agent:
            return channel
    return None


def offered_leg(caller: Channel, line: Channel) -> Channel | None:
    """The leg by which a caller already rings a logged-in agent, if there is one."""
    return next((d.dest for d in caller.dials if d.dest.stands_for is line and d.dest.gone_at is None), None)


def keep_muted_and_held(before: Channel, now: Channel, at: float) -> None:
    """Copies mute and hold from one channel to the next: from the line to a leg, or back."""
    if before.muted and before.muted[-1][1]:
        now.muted += ((at, True),)
    elif now.muted and now.muted[-1][1]:
        now.muted += ((at, False),)
    if before.holds and before.holds[-1][1] is None:
        now.holds += ((at, None),)
