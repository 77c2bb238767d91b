"""Who was connected with whom and when; and the number dialled, the room and the recordings of a call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from bridge.calls.call import Call, Moment
from bridge.pbx.rooms import ROOMS

NOWHERE = ("", "s")
"""Extensions that nobody dials."""


class Conversation(msgspec.Struct, frozen=True):
    """A stretch in which the same parties were connected, and the same of them on hold."""

    start: float
    until: float
    parties: tuple[str, ...]
    speakers: tuple[str, ...]
    held: tuple[str, ...]


def conversations(call: Call) -> list[Conversation]:
    """The call's moments, cut where somebody was put on hold or taken back."""
    found: list[Conversation] = []
    for moment in call.moments:
        for part in _cut(call, moment):
            same = (part.parties, part.speakers, part.held)
            for at in range(len(found) - 1, -1, -1):
                last = found[at]
                if last.until == part.start and (last.parties, last.speakers, last.held) == same:
                    found[at] = Conversation(last.start, part.until, *same)
                    break
            else:
                found.append(part)
    return sorted(found, key=lambda c: c.start)


def _cut(call: Call, moment: Moment) -> Iterator[Conversation]:
    holds = [
        (channel, since, back if back is not None else call.ended_at)
        for channel in moment.channels
        for since, back in channel.holds
    ]
    inside = {t for _, *both in holds for t in both if moment.start < t < moment.until}
    times = [moment.start, *sorted(inside), moment.until]
    names = {channel.id: call.party(channel).name for channel in moment.channels}
    for start, until in pairwise(times):
        holding = {channel.id for channel, since, back in holds if since <= start and back >= until}
        held = {names[channel.id] for channel in moment.channels if holding and channel.id not in holding}
        yield Conversation(
            start, until, _sorted(names.values()), _sorted(p.name for p in moment.speakers), _sorted(held)
        )  # fmt: skip


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def dialled(call: Call) -> str | None:
    """The number that whoever began the call dialled, a DN or not; None where that was not seen."""
    if call.direction == "inbound":
        return call.dialled
    caller = call.originator
    if caller.dial is not None or call.unseen.any(caller.created_at, caller.created_at):
        return None
    return next((e for e in (caller.exten, *(s.exten for s in caller.steps)) if e not in NOWHERE), None)


def room(call: Call) -> str | None:
    """The first conference room that somebody of the call came into."""
    entered = [
        (step.at, step.data.split(",", 1)[0])
        for channel in call.channels
        for step in channel.steps
        if step.application in ROOMS and step.data and channel.stays
    ]
    return min(entered)[1] if entered else None


def recordings(call: Call) -> list[str]:
    """The files that MixMonitor wrote, in the order of the channels that were recorded."""
    told = [channel.variables.get("MIXMONITOR_FILENAME", "") for channel in call.channels]
    return list(dict.fromkeys(file for files in told for file in files.split("\n") if file))
