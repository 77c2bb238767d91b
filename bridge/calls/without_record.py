"""Groups of channels that have no record of their own: parts of a call that has one, or no call at all."""

from __future__ import annotations

from collections.abc import Iterator

from bridge.calls.party import PartyOf
from bridge.pbx.channel import Channel
from bridge.pbx.lines import KEPT_WAITING
from bridge.pbx.rooms import ROOMS

CALLED = ("AppDial", "AppQueue")
"""What a leg runs that a Dial or a Queue called; a leg of an Originate runs something else."""


def has_no_record(channels: list[Channel], party: PartyOf) -> bool:
    """Whether a group that is over is no call, or only part of one that has a record of its own."""
    parties = [c for c in channels if c.is_party]
    return not parties or _only_spies(channels) or _only_waits(parties, party) or _only_called(parties)


def _only_spies(channels: list[Channel]) -> bool:
    """Whether a group is only a supervisor's listening, which is part of the call listened to."""
    return any(c.spies for c in channels) and sum(1 for c in channels if c.is_party and c.stays) < 2


def _only_waits(parties: list[Channel], party: PartyOf) -> bool:
    """Whether a group is only an agent's shift: logged in (AgentLogin), or sitting in a conference room."""
    if all(_is_line(c) for c in parties):
        return True
    # The phone may be connected through a Local channel, which then is the one in the room.
    return (
        len(parties) == 1 and any(_sat(c) for c in (parties[0], *_fronts(parties[0]))) and party(parties[0]).is_staff
    )


def _fronts(phone: Channel) -> Iterator[Channel]:
    """The front half of the Local channel that dialled a phone, if one did."""
    caller = phone.dial.caller if phone.dial is not None else None
    if caller is not None and caller.is_local and caller.other_half is not None:
        yield caller.other_half


def _is_line(channel: Channel) -> bool:
    if any(front.sits for front in _fronts(channel)):
        return True
    logged_in = any(s.application == "AgentLogin" for s in channel.steps)
    return channel.stands_for is not None or channel.sits or logged_in


def _sat(channel: Channel) -> bool:
    """Whether a channel called nobody and only was in a conference room, or was called to wait in an application."""
    if channel.dials:
        return False
    if channel.runs(ROOMS):
        return bool(channel.stays)
    brought = channel.dial is not None and channel.dial.caller is None and channel.up_at is not None
    return brought and channel.runs(KEPT_WAITING)


def _only_called(parties: list[Channel]) -> bool:
    """Whether a group is only one leg that a Dial or a Queue had called before callbridge connected, or that was made
    and never called.

    ARI's list does not tell who called it; the record is that of the caller's group.
    """
    return len(parties) == 1 and (_was_called_before(parties[0]) or _was_never_called(parties[0]))


def _was_called_before(leg: Channel) -> bool:
    return leg.runs(CALLED) and leg.met_midway and leg.dial is not None and leg.dial.caller is None


def _was_never_called(leg: Channel) -> bool:
    """Whether the leg was made and never called, because the routine that runs on it first ended it."""
    is_untouched = leg.state == "Down" and leg.up_at is None and leg.ringing_at is None
    return is_untouched and leg.dial is None and not leg.stays
