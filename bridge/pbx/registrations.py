"""Registrations, and what browser phones say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.devices import Device
from bridge.vocabulary import facts as f

LATE = 3.0
"""Seconds by which a report may lie outside the life of its leg: it comes later, and by another clock."""
EARLY = 10.0
"""Seconds for which a report waits for its leg: the phone's word may overtake the PBX's."""
MOST_EARLY = 20
"""Reports of one device that wait."""
MOST_REPORTS = 20
"""Reports of one leg that are believed; a call makes about ten."""

if TYPE_CHECKING:
    from bridge.pbx.channel import Channel
    from bridge.pbx.mirror import Mirror


def device_of(m: Mirror, name: str) -> Device:
    device = m.devices.get(name)
    if device is None:
        device = m.devices[name] = Device(name)
    return device


def state_changed(m: Mirror, fact: f.DeviceStateChanged) -> None:
    device_of(m, fact.device).state = fact.state


def contact(m: Mirror, fact: f.ContactChanged) -> None:
    device = device_of(m, fact.device)
    if not device.once.news(fact.src, fact.uri, str(fact.reachable)):
        return
    if device.contact(fact.uri, fact.reachable, fact.at):
        for channel in m.by_device.get(fact.device, {}).values():
            channel.lost_at = channel.lost_at or fact.at
    elif device.reachable:
        for channel in m.by_device.get(fact.device, {}).values():
            if channel.up_at is not None and channel.state == "Up":
                channel.lost_at = None


def leg_of(m: Mirror, fact: f.PhoneReported) -> Channel | None:
    """The leg that a report is about: of the same SIP Call-ID; where none is known, the one that lived then."""
    legs = [*m.legs.get(fact.device, {}).values()]
    if fact.sip_call_id is not None and (known := [c for c in legs if c.sip_call_id]):
        return next((c for c in known if c.sip_call_id == fact.sip_call_id), None)
    for margin in (0.0, LATE):
        then = [c for c in legs if c.created_at - margin <= fact.at <= (c.gone_at or fact.at) + margin]
        if then:
            return then[0] if len(then) == 1 else None
    return None


def phone_reported(m: Mirror, fact: f.PhoneReported) -> None:
    leg = leg_of(m, fact)
    if leg is not None:
        _join(m, leg, fact)
        return
    waiting = m.early_reports.setdefault(fact.device, [])
    waiting.append((m.arrived, fact))
    kept = [(at, one) for at, one in waiting if at > m.arrived - EARLY][-MOST_EARLY:]
    m.reports_dropped += len(waiting) - len(kept)
    m.early_reports[fact.device] = kept


def known_late(m: Mirror, channel: Channel) -> None:
    """A channel is new, or its SIP Call-ID is: what its phone has said already may be about it."""
    if channel.sip_call_id is None and "ari" in m.feeds and "ari" not in m.lost_since:
        return  # it is about to be told
    for at, fact in m.early_reports.pop(channel.device, ()):
        leg = leg_of(m, fact)
        if leg is not None:
            _join(m, leg, fact)
        elif at > m.arrived - EARLY:
            m.early_reports.setdefault(channel.device, []).append((at, fact))
        else:
            m.reports_dropped += 1


def dropped(m: Mirror) -> int:
    """How many reports found no leg."""
    expired = (at <= m.arrived - EARLY for waiting in m.early_reports.values() for at, _ in waiting)
    return m.reports_dropped + sum(expired)


def _join(m: Mirror, leg: Channel, fact: f.PhoneReported) -> None:
    said = (fact.at, fact.report, fact.reason)
    if said in leg.phone_reports or len(leg.phone_reports) == MOST_REPORTS:
        return
    leg.phone_reports.append(said)
    if leg.group is not None and leg.group.due is not None and leg.group.settled:
        m.schedule(leg.group)  # the record is written: it may be written again


APPLIERS = {
    f.ContactChanged: contact,
    f.DeviceStateChanged: state_changed,
    f.PhoneReported: phone_reported,
}
