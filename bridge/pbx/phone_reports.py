"""Joins the reports of browser phones with their legs. A report may come before the PBX tells the leg, or its SIP
Call-ID."""

from __future__ import annotations

from collections.abc import Collection

from bridge.pbx.channel import Channel
from bridge.pbx.schedule import Schedule
from bridge.pbx.visibility import Visibility
from bridge.vocabulary.facts import PhoneReported

OUTSIDE_LEG = 3.0
"""Seconds by which a report's time may lie outside its leg's life: it comes by another clock."""
WAITS_FOR_LEG = 10.0
"""Seconds for which a report waits for its leg."""
MOST_WAITING = 20
"""How many reports of one device may wait."""
MOST_BELIEVED = 20
"""How many reports of one leg are taken; a call makes about ten."""

Legs = Collection[Channel]
"""The channels of one device, ended or not, whose call is not forgotten."""


class PhoneReports:
    """The reports of the browser phones at one PBX."""

    __slots__ = ("_dropped", "_schedule", "_visibility", "waiting")

    def __init__(self, visibility: Visibility, schedule: Schedule) -> None:
        self._visibility = visibility
        self._schedule = schedule
        self.waiting: dict[str, list[tuple[float, PhoneReported]]] = {}
        """Reports without a leg yet, by device, each with its arrival."""
        self._dropped = 0

    def told(self, report: PhoneReported, legs: Legs) -> None:
        leg = leg_of(report, legs)
        if leg is not None:
            self._add(leg, report)
            return
        now = self._schedule.arrived
        waiting = self.waiting.setdefault(report.device, [])
        waiting.append((now, report))
        kept = [(at, one) for at, one in waiting if at > now - WAITS_FOR_LEG][-MOST_WAITING:]
        self._dropped += len(waiting) - len(kept)
        self.waiting[report.device] = kept

    def leg_known(self, channel: Channel, legs: Legs) -> None:
        """A channel, or its SIP Call-ID, has become known: waiting reports may belong to it."""
        if channel.sip_call_id is None and self._visibility.is_here("ari"):
            return  # ARI will tell the SIP Call-ID soon
        for at, report in self.waiting.pop(channel.device, ()):
            leg = leg_of(report, legs)
            if leg is not None:
                self._add(leg, report)
            elif at > self._schedule.arrived - WAITS_FOR_LEG:
                self.waiting.setdefault(channel.device, []).append((at, report))
            else:
                self._dropped += 1

    @property
    def dropped(self) -> int:
        """How many reports found no leg."""
        now = self._schedule.arrived
        return self._dropped + sum(at <= now - WAITS_FOR_LEG for each in self.waiting.values() for at, _ in each)

    def _add(self, leg: Channel, report: PhoneReported) -> None:
        said = (report.at, report.report, report.reason)
        if said in leg.phone_reports or len(leg.phone_reports) == MOST_BELIEVED:
            return
        leg.phone_reports.append(said)
        if leg.group is not None and leg.group.due is not None and leg.group.settled:
            self._schedule.wait_for_late(leg.group)  # the record is written already, and may change


def leg_of(report: PhoneReported, legs: Legs) -> Channel | None:
    """The leg that a report is about: by its SIP Call-ID, or if that is not known, the only leg at that time."""
    if report.sip_call_id is not None and (known := [c for c in legs if c.sip_call_id]):
        return next((c for c in known if c.sip_call_id == report.sip_call_id), None)
    for margin in (0.0, OUTSIDE_LEG):
        then = [c for c in legs if c.created_at - margin <= report.at <= (c.gone_at or report.at) + margin]
        if then:
            return then[0] if len(then) == 1 else None
    return None
