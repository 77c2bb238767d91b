"""Registrations and device states, and the reports of browser phones."""

from __future__ import annotations

from bridge.pbx.apply.row import NO_CHANNEL, Row, Table
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f


def state_changed(pbx: Pbx, fact: f.DeviceStateChanged) -> None:
    pbx.devices.named(fact.device).state = fact.state
    if pbx.changes.watched:
        pbx.changes.mark_device(fact.device)


def contact(pbx: Pbx, fact: f.ContactChanged) -> None:
    device = pbx.devices.named(fact.device)
    if not device.once.news(fact.src, fact.uri, str(fact.reachable)):
        return
    if pbx.changes.watched:
        pbx.changes.mark_device(fact.device)
    if pbx.changes.tracked:
        pbx.changes.touch(fact.device)
    if device.contact(fact.uri, fact.reachable, fact.at, fact.why):
        for channel in pbx.state.by_device.get(fact.device, {}).values():
            channel.lost_at = channel.lost_at or fact.at
    elif device.reachable:
        for channel in pbx.state.by_device.get(fact.device, {}).values():
            if channel.up_at is not None and channel.state == "Up":
                channel.lost_at = None


def phone_reported(pbx: Pbx, fact: f.PhoneReported) -> None:
    pbx.phone_reports.told(fact, pbx.state.legs_of(fact.device))


TABLE: Table = {
    f.ContactChanged: Row(contact, NO_CHANNEL),
    f.DeviceStateChanged: Row(state_changed, NO_CHANNEL),
    f.PhoneReported: Row(phone_reported, NO_CHANNEL),
}
