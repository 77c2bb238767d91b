"""Offers to devices that could not even be called. They have no leg: the dialplan, the queue or the states of its
members tell of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bridge.calls import dial_string
from bridge.calls.call import QueuePass
from bridge.calls.dialled import by_follow_me, by_page, called_at_once, chain, dialling, front_of, queue_of, root_of
from bridge.calls.offer import Offer
from bridge.calls.roles import Directory
from bridge.calls.scene import Scene
from bridge.calls.silence import ran_out
from bridge.calls.tolerances import AT_ONCE, PRE_RING, TOLERANCE, WITHOUT_READY
from bridge.pbx.applications import WITHOUT_EFFECT
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.history import Step
from bridge.pbx.names import TECHNOLOGIES, extension, place
from bridge.pbx.queues import Queue
from bridge.pbx.unseen import Unseen
from bridge.vocabulary.terms import STAFF

BUSY = 17
"""Q.850 cause of a busy line."""
UNREACHABLE = ("CHANUNAVAIL", "CONGESTION")
"""DIALSTATUS of a Dial that could call nobody."""


def undialled(scene: Scene, offers: list[Offer]) -> Iterator[Offer]:
    """Offers without a leg or a DialBegin. ``offers``: those that have one."""
    told = {id(d) for o in offers if o.channel is not None for d in chain(o.channel.dial)}
    for c in scene.channels:
        for step, until in dials_without_leg(c, scene):
            if scene.unseen.any(step.at, until):
                continue
            for device in _devices(c, step, scene.directory):
                if not scene.directory.is_staff(device) or _is_repeated(c, step, device, scene.directory):
                    continue
                if not _has_another_phone(c, step, device, scene.directory):
                    front = front_of(c, step.at)
                    told.update(id(d) for d in chain(front))
                    if any(_reached_another(d, step.at) for d in chain(front)):
                        continue
                    if front is not None and by_page(front):
                        continue
                    reason = "busy" if step.status == "BUSY" else "unreachable"
                    yield _behind(front, device, step.at, c, scene.directory, reason)
    for c in scene.channels:
        if c.dial is None or id(c.dial) in told or by_page(c.dial):
            continue
        if _calls_nobody(c, c.dial, scene):
            device = _member(c.dial, scene.directory)
            if scene.directory.exists(device):
                yield _behind(c.dial, device, c.dial.began_at, c, scene.directory, "unreachable")


def uncalled(scene: Scene, offers: list[Offer]) -> Iterator[Offer]:
    """Offers to queue members whose leg was made but never called: the routine that runs on it first (option ``b`` of
    Queue) ended it, or it is a Local channel to an extension that there is not. ``offers``: all other offers."""
    waiting = [c for c in scene.channels if c.queue_stays]
    begun: dict[str, list[float]] = {}
    for o in offers if waiting else ():
        begun.setdefault(o.party.device, []).append(o.started_at)
    for leg in scene.channels if waiting else ():
        if leg.dial is not None or leg.state != "Down" or leg.up_at is not None or leg.gone_at is None or leg.stays:
            continue
        at, gone_at = leg.created_at, leg.gone_at
        if not leg.seen_from_start or scene.unseen.any(at, gone_at):
            continue
        found = ((c, s) for c in waiting for s in c.queue_stays if s.lasted_at(at))
        if (waits := next(found, None)) is None:
            continue
        caller, stay = waits
        device = _member_of(leg, stay.queue, scene.directory) if leg.is_local else leg.device
        if not scene.directory.is_staff(device) or any(abs(began - at) < AT_ONCE for began in begun.get(device, ())):
            continue
        reason = "busy" if leg.cause == BUSY else "unreachable"
        offer = _not_called(device, stay.queue.name, at, caller, at, scene.directory, reason)
        if not leg.is_local:
            offer = replace(offer, channel=leg, ended_at=gone_at, cause=leg.cause, sip_code=leg.sip_code)
        yield offer


def _member_of(local: Channel, queue: Queue, directory: Directory) -> str:
    """The device of the member whom a queue meant by a Local channel; "" if the queue did not make it."""
    if not local.runs(("AppQueue",)):
        return ""
    leads_to = place(local.device)
    for member in queue.members.values():
        if place(member.interface) == leads_to:
            return directory.of_member(member.state_interface, member.interface)
    return directory.numbered(extension(local.device))


def dials_without_leg(channel: Channel, scene: Scene) -> Iterator[tuple[Step, float]]:
    """The Dials of a channel that found nobody to call, and until when each lasted."""
    steps = channel.steps
    for i, step in enumerate(steps):
        if step.application != "Dial":
            continue
        unended = bool(step.data) and step.status is None and channel.gone_at is not None
        refused_for_it = step.status == "BUSY" and not step.data  # do-not-disturb is set at the PBX
        to_nobody = step.status == "INVALIDARGS" and step.data.startswith(",")  # no contact, and dialled all the same
        if step.status in UNREACHABLE or refused_for_it or to_nobody or (unended and not channel.hangup_request):
            until = steps[i + 1].at if i + 1 < len(steps) else scene.gone_at(channel)
            if not any(d.began_at <= until and (d.ended_at is None or d.ended_at > step.at) for d in channel.dials):
                yield step, until


def _reached_another(dial: Dial, at: float) -> bool:
    """Whether the same Dial or FollowMe could call another phone at that moment: it called a group, each phone behind
    a Local channel."""
    if dialling(dial) is None and not by_follow_me(dial):
        return False
    return any(_calls_somebody(other, at) for other in called_at_once(dial) if other is not dial)


def _calls_somebody(dial: Dial, at: float) -> bool:
    if dial.dest.is_party:
        return abs(dial.began_at - at) < PRE_RING
    half = dial.dest.other_half
    return half is not None and any(_calls_somebody(d, at) for d in half.dials)


def _devices(channel: Channel, dial: Step, directory: Directory) -> list[str]:
    """The devices that a Dial meant. If its arguments are unknown: the staff device whose number is the last
    extension that has one, or the mailbox to which the caller comes next."""
    found = [t.device for t in dial_string.targets(dial.data)]
    if dial.status in UNREACHABLE:  # the extension that a Local channel leads to is not there
        found += [directory.numbered(number) for number in dial_string.behind_local(dial.data)]
    if found:
        return found
    if dial.data.split(",", 1)[0].strip():
        return []
    if (called := _extension(channel, dial.at, directory)) is not None:
        return [called]
    mailbox = _mailbox(channel, dial)
    device = directory.numbered(re.split("[@,&]", mailbox)[0].strip())
    return [device] if directory.is_staff(device) else []


def _mailbox(channel: Channel, dial: Step) -> str:
    """The mailbox to which a Dial of unknown arguments led, or "". It counts only if no other Dial or queue comes
    before it, and if the dialplan is still at the number dialled: a ring group's mailbox may be anybody's."""
    came_to = {s.exten for s in channel.steps if s.at <= dial.at and any(letter.isdigit() for letter in s.exten)}
    if came_to - {channel.exten or channel.steps[0].exten}:
        return ""
    after = (s for s in channel.steps if s.at >= dial.at and s is not dial)
    first = next((s for s in after if s.application in ("Dial", "Queue", "VoiceMail")), None)
    return first.data if first is not None and first.application == "VoiceMail" else ""


def _extension(channel: Channel, at: float, directory: Directory) -> str | None:
    """The staff device whose number is the last extension of a channel that has one."""
    extens = (s.exten for s in reversed(channel.steps) if s.at <= at and s.exten)
    return next((d for e in extens if directory.is_staff(d := _at_extension(e, directory))), None)


def _at_extension(exten: str, directory: Directory) -> str:
    """The device with this number; for ``PJSIP_1001``, to which a parked call comes back, it is PJSIP/1001."""
    technology, mark, name = exten.partition("_")
    return f"{technology}/{name}" if mark and technology in TECHNOLOGIES else directory.numbered(exten)


def _is_repeated(channel: Channel, dial: Step, device: str, directory: Directory) -> bool:
    """Whether a Dial without arguments only repeats the status of the Dial before, to the same device."""
    before = [s for s in channel.steps[: channel.steps.index(dial)] if s.application == "Dial"]
    if dial.data or not before or before[-1].status not in UNREACHABLE:
        return False
    return device in (_extension(channel, before[-1].at, directory), *_devices(channel, before[-1], directory))


def _has_another_phone(channel: Channel, dial: Step, device: str, directory: Directory) -> bool:
    """Whether a dialplan that found no contact of one device then dialled another one of the same user, before it did
    anything else for the caller: FreePBX does so for a desk phone and a softphone."""
    if dial.data:
        return False
    after = channel.steps[channel.steps.index(dial) + 1 :]
    untold = (s for s in after if s.application != "Dial" or s.data)
    served = next((s for s in untold if s.application not in WITHOUT_EFFECT), None)
    if served is None or served.application != "Dial":
        return False
    if _extension(channel, served.at, directory) != _extension(channel, dial.at, directory):
        return False
    user = directory.named(device).name
    phones = (t.device for t in dial_string.targets(served.data))
    return any(
        directory.named(phone).name == user or directory.role(phone) not in ("customer", *STAFF) for phone in phones
    )


def _calls_nobody(member: Channel, dial: Dial, scene: Scene) -> bool:
    """Whether a queue called a Local member, nothing was dialled behind it, and the call timed out."""
    if dial.queue_call is None or not member.is_local or member.up_at is not None or member.gone_at is None:
        return False
    if scene.unseen.any(dial.began_at, scene.gone_at(member)):
        return False
    if member.other_half is not None and _asks_for_somebody(member.other_half):
        return False
    dials = tuple(chain(dial))
    return ran_out(dials, dials[-1].caller, dial.began_at, TOLERANCE)


def _asks_for_somebody(half: Channel) -> bool:
    """Whether the dialplan behind a Local channel, or behind others that it calls, calls somebody: a phone, a queue,
    a logged-in agent, or an application that rings phones by itself."""
    if half.queue_stays or any(s.application in ("Stasis", "AgentRequest") for s in half.steps):
        return True
    if half.running is None:
        return half.from_log  # CEL tells only of few applications that they run
    if half.runs(("Stasis",)):
        return True
    return any(
        d.dest.is_party or (d.dest.other_half is not None and _asks_for_somebody(d.dest.other_half))
        for d in half.dials
    )


def _member(dial: Dial, directory: Directory) -> str:
    """The device of a Local member, as the queue tells it."""
    assert dial.queue_call is not None
    return directory.of_member(dial.queue_call.state_interface, dial.queue_call.interface)


def _behind(front: Dial | None, device: str, at: float, channel: Channel, directory: Directory, reason: str) -> Offer:
    if front is None:
        return _not_called(device, None, at, channel, at, directory, reason)
    root = root_of(front)
    return _not_called(device, queue_of(front), at, root.caller, root.began_at, directory, reason)


def _not_called(
    device: str,
    queue: str | None,
    at: float,
    root: Channel | None,
    dialled_at: float,
    directory: Directory,
    reason: str,
) -> Offer:
    """An offer to a device that could not even be called."""
    return Offer(
        party=directory.named(device), queue=queue, started_at=at, ringing_at=None, ended_at=at,
        outcome="cpe_rejected", reason=reason, cause=None, sip_code=None, channel=None, root=root,
        dialled_at=dialled_at,
    )  # fmt: skip


def unreachable_members(
    passes: Iterable[QueuePass], offers: list[Offer], directory: Directory, unseen: Unseen
) -> list[Offer]:
    """One offer for each member that a queue skipped as unreachable while it had no ready member for the call.

    app_queue does not tell that it skips a member whose device is unavailable. There is at most one such offer for a
    member in a call.
    """
    found: dict[str, Offer] = {}
    for p in passes:
        for at, interface, state_interface in _skipped(p, unseen):
            device = directory.of_member(state_interface, interface)
            if device not in found and directory.is_staff(device):
                found[device] = _not_called(device, p.name, at, p.channel, at, directory, "unreachable")
    told = {o.party.device for o in offers if o.channel is None}
    return [o for o in found.values() if o.party.device not in told]


def _skipped(p: QueuePass, unseen: Unseen) -> Iterator[tuple[float, str, str]]:
    """Each member that a queue could not reach while it had no ready member: since when, its interface, and its state
    interface."""
    if p.joined_at is None:
        return
    for start, until, unreachable in p.stay.queue.nobody_ready(p.joined_at, p.left_at):
        for a, b in _without(start, until, p.tried):
            if b - a < WITHOUT_READY and not (p.exit == "leave_empty" and b >= p.left_at):
                continue
            if unseen.any(p.joined_at, b):
                continue
            for member in unreachable:
                if not member.state_interface.startswith("Agent:"):  # an agent who is not logged in: no device failed
                    yield a, member.interface, member.state_interface


def _without(start: float, until: float, holes: tuple[tuple[float, float], ...]) -> Iterator[tuple[float, float]]:
    """An interval without the time of others."""
    at = start
    for a, b in sorted(holes):
        if b <= at or a >= until:
            continue
        if a > at:
            yield at, a
        at = max(at, b)
    if at < until:
        yield at, until
