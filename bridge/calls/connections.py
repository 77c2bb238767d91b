"""What a record tells of a call's connections: conversations, the number dialled, the conference room, recordings."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from bridge.calls.call import Call, Moment
from bridge.calls.names import Names
from bridge.calls.party import Party
from bridge.pbx.channel import Channel
from bridge.pbx.names import UNDIALLED
from bridge.pbx.rooms import ROOMS


class Conversation(msgspec.Struct, frozen=True):
    """A stretch in which the same parties were connected and the same of them were on hold."""

    start: float
    until: float
    parties: list[str]
    speakers: list[str]
    held: list[str]


def conversations(call: Call, moments: Sequence[Moment]) -> list[Conversation]:
    """The call's moments, cut where somebody was put on hold or taken back; equal ones that follow are joined."""
    found: list[Conversation] = []
    ending: dict[float, list[int]] = {}
    """The indexes in ``found`` of those that end at a time, in order."""
    parties: Names[Channel] = Names(lambda channel: call.party(channel).name)
    speakers: Names[Party] = Names(lambda party: party.name)
    put_on_hold = {channel for channel in call.channels if channel.holds}
    for moment in moments:
        there = list(dict.fromkeys(parties.of(moment.channels)))
        speaking = list(dict.fromkeys(speakers.of(moment.speakers)))
        for start, until, held in _cut(call, moment, put_on_hold):
            before = ending.get(start, [])
            for at in reversed(before):
                last = found[at]
                if (last.parties, last.speakers, last.held) == (there, speaking, held):
                    before.remove(at)
                    found[at] = Conversation(last.start, until, there, speaking, held)
                    break
            else:
                at = len(found)
                found.append(Conversation(start, until, there, speaking, held))
            insort(ending.setdefault(until, []), at)
    return sorted(found, key=lambda c: c.start)


def _cut(call: Call, moment: Moment, put_on_hold: set[Channel]) -> Iterator[tuple[float, float, list[str]]]:
    """The stretches of a moment in which the same parties were on hold, with the held parties' names: everybody but
    the one who pressed hold."""
    if not put_on_hold or put_on_hold.isdisjoint(moment.channels):
        yield moment.start, moment.until, []
        return
    holds = [
        (channel, since, back if back is not None else call.ended_at)
        for channel in moment.channels
        for since, back in channel.holds
    ]
    inside = {t for _, *both in holds for t in both if moment.start < t < moment.until}
    for start, until in pairwise([moment.start, *sorted(inside), moment.until]):
        holding = {channel for channel, since, back in holds if since <= start and back >= until}
        held = {call.party(c).name for c in moment.channels if c not in holding} if holding else set()
        yield start, until, sorted(held)


def dialled(call: Call) -> str | None:
    """The number dialled by the one who began the call, a DN or not; None if it was not seen."""
    if call.direction == "inbound":
        return call.dialled
    caller = call.originator
    if caller.dial is not None or call.unseen.any(caller.created_at, caller.created_at):
        return None
    return next((e for e in (caller.exten, *(s.exten for s in caller.steps)) if e not in UNDIALLED), None)


def room(call: Call) -> str | None:
    """The first conference room that somebody of the call entered."""
    entered = [
        (step.at, step.data.split(",", 1)[0])
        for channel in call.channels
        for step in channel.steps
        if step.application in ROOMS and step.data and channel.stays
    ]
    return min(entered)[1] if entered else None


def recordings(call: Call) -> list[str]:
    """The files that MixMonitor wrote, in the order of the recorded channels."""
    told = [channel.variables.get("MIXMONITOR_FILENAME", "") for channel in call.channels]
    return list(dict.fromkeys(file for files in told for file in files.split("\n") if file))
