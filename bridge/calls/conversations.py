"""Who was connected with whom and when, and every attempt to reach somebody who is not of the staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bridge.calls.call import Call, Moment
from bridge.calls.dialled import root_of
from bridge.calls.offers import UNREACHABLE, targets
from bridge.calls.roles import Directory, outside_number
from bridge.pbx.channel import Channel, Step
from bridge.vocabulary.terms import DialOutcome

ROOMS = ("ConfBridge", "MeetMe")
"""Applications that bring a channel into a conference room, whose name is their first argument."""
NOWHERE = ("", "s")
"""Extensions that nobody dials."""
BY_STATUS: dict[str, DialOutcome] = {
    "ANSWER": "answered", "BUSY": "busy", "NOANSWER": "no_answer", "CANCEL": "cancelled",
    "CONGESTION": "failed", "CHANUNAVAIL": "failed", "DONTCALL": "refused", "TORTURE": "refused",
}  # fmt: skip
"""What Asterisk says of a dial that ended."""
BY_SIP: dict[int, DialOutcome] = {
    486: "busy", 600: "busy", 403: "refused", 603: "refused", 607: "refused", 408: "no_answer", 480: "no_answer",
    487: "cancelled",
}  # fmt: skip
BY_CAUSE: dict[int, DialOutcome] = {17: "busy", 18: "no_answer", 19: "no_answer", 21: "refused", 26: "cancelled"}
"""Q.850."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stretch in which the same parties were connected, and the same of them on hold."""

    start: float
    until: float
    parties: tuple[str, ...]
    speakers: tuple[str, ...]
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A dial to somebody outside, or to a plain extension."""

    number: str
    device: str
    trunk: str | None
    by: str | None
    started_at: float
    ringing_at: float | None
    ended_at: float | None
    outcome: DialOutcome | None
    cause: int | None
    sip_code: int | None


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


def attempts(call: Call, directory: Directory) -> list[Attempt]:
    """Every dial to somebody who is not of the staff, reachable or not, in order of time."""
    found = [attempt for channel in call.channels if (attempt := _attempt(call, channel)) is not None]
    found += _unreached(call, directory)
    return sorted(found, key=lambda attempt: attempt.started_at)


def _attempt(call: Call, leg: Channel) -> Attempt | None:
    dial = leg.dial
    if dial is None or not leg.is_party or leg.stands_for is not None:
        return None
    party = call.party(leg)
    if party.is_staff or (leg.device != dial.device and party.role != "customer"):
        return None  # whose phone another has picked up is an offer, or nobody's
    trunk = dial.device if party.role == "customer" else None
    number = outside_number(leg) if trunk is not None else party.name
    ended_at = leg.up_at if leg.up_at is not None else min(
        (t for t in (leg.gone_at, dial.ended_at) if t is not None), default=None
    )  # fmt: skip
    request = leg.hangup_request
    cause = (request.cause if request is not None else None) or leg.cause
    sip_code = (request.sip_code if request is not None else None) or leg.sip_code
    outcome = _outcome(dial.status, cause, sip_code if request is not None else None)
    if leg.up_at is not None:
        outcome, cause, sip_code = "answered", None, None
    elif call.unseen.any(dial.began_at, ended_at if ended_at is not None else call.ended_at):
        outcome = None
    caller = root_of(dial).caller
    by = call.party(caller).name if caller is not None and caller.is_party and caller.id in call.parties else None
    return Attempt(
        number or dial.device, dial.device, trunk, by, dial.began_at, leg.ringing_at, ended_at, outcome, cause,
        sip_code,
    )  # fmt: skip


def _outcome(status: str | None, cause: int | None, sip_code: int | None) -> DialOutcome | None:
    """The far side's own word first: Asterisk makes one status of many."""
    if sip_code is not None and sip_code in BY_SIP:
        return BY_SIP[sip_code]
    if status in ("CANCEL", "NOANSWER", "BUSY"):
        return BY_STATUS[status]
    if cause in BY_CAUSE:
        return BY_CAUSE[cause]
    if status is not None:
        return BY_STATUS.get(status, "failed")
    return "failed" if cause else None


def _unreached(call: Call, directory: Directory) -> Iterator[Attempt]:
    """Where a Dial could call nobody at all, no channel tells of the attempt."""
    for channel in call.channels:
        for n, step in enumerate(channel.steps, 1):
            if step.application != "Dial" or step.status not in UNREACHABLE:
                continue
            until = channel.steps[n].at if n < len(channel.steps) else channel.gone_at or call.ended_at
            told = any(d.began_at <= until and (d.ended_at is None or d.ended_at > step.at) for d in channel.dials)
            if told or call.unseen.any(step.at, until):
                continue
            for device, number in _aims(step):
                role = directory.role(device)
                if role in ("customer", "extension"):
                    by = call.party(channel).name if channel.is_party else None
                    trunk = device if role == "customer" else None
                    yield Attempt(number, device, trunk, by, step.at, None, until, "failed", None, None)


def _aims(step: Step) -> Iterator[tuple[str, str]]:
    """The devices that a Dial names, each with what it asks for there: the number before an ``@`` or behind a trunk,
    or the device's own."""
    for part in step.data.split(",", 1)[0].split("&"):
        for device in targets(Step(0.0, "", "", "Dial", part)):
            name, slash, number = part.strip().partition("/")[2].partition("/")
            yield device, number.removeprefix("sip:").partition("@")[0] if slash else name.partition("@")[0]


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
