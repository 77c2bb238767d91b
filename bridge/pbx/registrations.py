"""Registrations, and what browser phones say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge import facts as f
from bridge.pbx.devices import Device

LATE = 3.0
"""Seconds by which a report may come after the end of the leg that it is about."""

if TYPE_CHECKING:
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
        for channel in m.by_device.get(fact.device, ()):
            channel.lost_at = channel.lost_at or fact.at
    elif device.reachable:
        for channel in m.by_device.get(fact.device, ()):
            if channel.up_at is not None and channel.state == "Up":
                channel.lost_at = None


def phone_reported(m: Mirror, fact: f.PhoneReported) -> None:
    """Joins a report to the leg of the same SIP Call-ID; without one, to the device's only live leg, or its last."""
    legs = (
        m.by_device.get(fact.device)
        or [
            c
            for c in m.channels.values()
            if c.device == fact.device and c.gone_at is not None and c.gone_at > fact.at - LATE
        ][-1:]
    )
    if fact.sip_call_id is not None:
        known = [c for c in m.channels.values() if c.device == fact.device and c.sip_call_id]
        named = [c for c in known if c.sip_call_id == fact.sip_call_id]
        legs = named if named or known else legs
    if len(legs) == 1 and (said := (fact.at, fact.report, fact.reason)) not in legs[0].phone_reports:
        legs[0].phone_reports.append(said)
        del legs[0].phone_reports[20:]


APPLIERS = {
    f.ContactChanged: contact,
    f.DeviceStateChanged: state_changed,
    f.PhoneReported: phone_reported,
}
