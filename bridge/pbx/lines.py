"""Lines of agents that outlive the calls on them: whose channel is one, and which call comes onto it.

An agent logs in once and takes every call on that channel (AgentLogin, Asterisk's app_agent_pool), sits in a
conference room all day and takes there every call that somebody puts into it, or is kept in silence or music and
bridged with one customer after the other (a dialler's manners). Such a channel lives as long as the shift, so it is
no part of any call. Each call on it gets a leg of its own, as if it had been dialled, which stands for the line as
long as the call lasts. What the PBX tells of the line then is told of the leg.

An agent who was in the room, or kept waiting, before a call began has a line, and a leg of the call stands for it. An
agent who came during the call is in it with her own channel; if she alone is left in the room when it is over, a line
begins then.

The line may be a half of a Local channel, with the agent's phone behind the other: then the leg is named as the
phone.

Here are the questions only; ``presence`` acts on the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bridge.pbx import rooms
from bridge.pbx.channel import Channel, Group, birth
from bridge.vocabulary.terms import STAFF, Role

KEPT_WAITING = ("Wait", "WaitExten", "MusicOnHold", "WaitMusicOnHold")
"""What a channel runs that only others can bridge with somebody."""
SITTING = (*rooms.ROOMS, *KEPT_WAITING)
"""Applications in which one of the staff can only be waiting."""
APPLICATION = ("Stasis",)
"""That of ARI, in which she may also be calling somebody: she waits if she is alone, and a customer calls in."""
CALLING = ("Dial", "Queue", "FollowMe", "Page", "AgentRequest")
"""Applications by which an agent calls somebody: a line that runs one does not wait."""
STAYING = (*rooms.ROOMS, *APPLICATION)
"""Applications in which a channel stays when the others leave: a conference room, or a bridge made by ARI."""


class Lines:
    """Of one PBX. Who is behind a device is asked of ``role``, as the settings and the queues have it."""

    __slots__ = ("role",)

    def __init__(self) -> None:
        self.role: Callable[[str], Role] = lambda device: "system"

    def ask(self, role: Callable[[str], Role]) -> None:
        """Who is behind a device is asked so from now on."""
        self.role = role

    def sits_before(self, channel: Channel, call: Group) -> bool:
        """Whether one of the staff waited before a call began, and has no call of her own."""
        # A line that has taken a call is one whatever the dialplan does with it until the next.
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
        """Whether a customer began a call: an application has not called one for somebody who waits."""
        first = min(call.channels, key=birth)
        return first.dial is None and first.is_party and self.role(first.device) == "customer"

    def is_kept_waiting(self, channel: Channel) -> bool:
        """Whether one of the staff has called nobody, and waits for whomever she is bridged with."""
        if not channel.runs(KEPT_WAITING) or channel.dials or channel.stands_for is not None:
            return False
        return self.is_staff(channel) and not self.has_customer(channel.group)

    def is_staff(self, channel: Channel) -> bool:
        """Whether it is a phone of the staff, or a Local channel that is kept waiting with one behind it."""
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
        """Whether it is, or may lead to, somebody who is not of the house."""
        if channel.is_local:
            return not self._keeps_phone_waiting(channel)
        return channel.is_party and self.role(channel.device) == "customer"

    def may_bring_call(self, channel: Channel) -> bool:
        """Whether it ever does: of a Local channel that depends on what becomes of its other half."""
        return channel.is_local or self.brings_call(channel)

    def stays_behind(self, group: Group) -> Channel | None:
        """The agent who alone is left of a call and stays in the conference room; others may be in it too."""
        for channel in group.channels:
            if channel.gone_at is None:
                break
        else:
            return None
        if channel.bridge_now is None or not channel.is_party or channel.stands_for is not None:
            return None
        if channel.hangup_request is not None or channel.soft_at is not None:
            return None  # on its way out
        if not channel.runs(STAYING) or not self.is_staff(channel) or not self.has_customer(group):
            return None
        return channel


def _is_alone(channel: Channel) -> bool:
    """Whether nobody else is in a channel's call, nor was."""
    return channel.group is not None and not channel.dials and sum(c.is_party for c in channel.group.channels) == 1


def phone_behind(channel: Channel) -> Channel | None:
    """The phone that was answered behind a half of a Local channel: whose line it is, if that is kept open."""
    half = channel.other_half if channel.is_local else None
    called = [d.dest for d in half.dials] if half is not None else []
    return next((c for c in called if c.is_party and c.up_at is not None), None)


def agent_named(channel: Channel) -> str:
    """Whom its AgentLogin or AgentRequest names."""
    return channel.running[1].split(",", 1)[0] if channel.running else ""


def login_of(agent: str, channels: Iterable[Channel]) -> Channel | None:
    """The line on which an agent is logged in, and waits."""
    for channel in channels:
        if channel.is_login and channel.gone_at is None and channel.leg_now is None and agent_named(channel) == agent:
            return channel
    return None


def offered_leg(caller: Channel, line: Channel) -> Channel | None:
    """The leg by which a caller already asks for a logged-in agent."""
    return next((d.dest for d in caller.dials if d.dest.stands_for is line and d.dest.gone_at is None), None)


def keep_muted_and_held(before: Channel, now: Channel, at: float) -> None:
    """Who is muted, or on hold, stays so when she changes from the line to a leg, or back."""
    if before.muted and before.muted[-1][1]:
        now.muted += ((at, True),)
    elif now.muted and now.muted[-1][1]:
        now.muted += ((at, False),)
    if before.holds and before.holds[-1][1] is None:
        now.holds += ((at, None),)
