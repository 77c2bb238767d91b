"""One PBX, from a feed's message to a finished record: wire, facts, mirror, calls, tags, record.

Synchronous and pure: no socket, no clock, no event loop. Time is an input like any other (``advance``), so a replay
gives the same records as the live run.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

import msgspec

from bridge.calls.analyse import Analyst
from bridge.calls.callbacks import Callbacks
from bridge.calls.codes import Verdicts
from bridge.calls.consultation import split
from bridge.calls.mixing import mixed, with_a_colleague
from bridge.calls.roles import Directory
from bridge.calls.without_record import has_no_record
from bridge.config import Settings
from bridge.live.devices import DeviceState, Picture
from bridge.pbx import registrations
from bridge.pbx.channel import birth
from bridge.pbx.group import Group
from bridge.pbx.mirror import REMEMBERED, Mirror
from bridge.pbx.unseen import Unseen
from bridge.pipeline.standby import Standby
from bridge.records.build import build
from bridge.tags.decide import decide
from bridge.tags.proof import Rules
from bridge.vocabulary import facts as f
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record
from bridge.wire import ami, ari, cel, endpoint, queue_log

OVERLAP = 0.1
"""Seconds by which AMI may stamp an event later than ARI does. What is told twice there changes nothing."""
LATEST = 64
"""Times, ARI's milliseconds, whose events may still come."""
ARI_ALONE = (f.ChannelIdentified, f.SupervisionDeclared)
"""What AMI does not tell, or not from every application."""


class InTurn:
    """Gives events of one time, such as ARI's milliseconds or all that one read brought, the order they came in."""

    def __init__(self) -> None:
        self._turns: dict[float, int] = {}
        """How many came of each of the latest times: those of several channels interleave."""

    def at(self, time: float) -> float:
        turns = self._turns
        turn = turns[time] = turns.get(time, -1) + 1
        if len(turns) > LATEST:
            del turns[next(iter(turns))]
        return time + turn * 1e-6


class Pipeline:
    """All rooms between a feed's messages and the records of one PBX."""

    def __init__(self, settings: Settings, pbx: str) -> None:
        configured = next((p for p in settings.pbx if p.name == pbx), None)
        primary: Source | None = ("ami" if configured.ami is not None else "ari") if configured is not None else None
        self._mirror = Mirror(primary)
        directory = Directory(settings, self._mirror.members, self._mirror.devices)
        self._party, self._mirror.role = directory.party, directory.role
        self._picture = Picture(self._mirror, directory)
        self._analyst = Analyst(pbx, directory, Verdicts(settings.code), settings.thresholds)
        self._callbacks = Callbacks()
        self._rules = Rules(settings, directory)
        self._cel = cel.Decoder()
        self._ami_stamped: bool | None = None
        self._heard_at: dict[Source, float] = {}
        """When what each feed told last has happened."""
        self._unstamped, self._ari = InTurn(), InTurn()
        self._ari_at = 0.0
        self._standby = Standby()
        self._overdue: list[tuple[f.Fact, Message]] = []
        self._heard: f.Fact | None = None
        self.is_due = self._mirror.is_due
        """Given the time, whether ``advance`` may have something to do by now."""

    def feed(self, message: Message) -> list[Record]:
        """Takes one message in; the records that time has finished since the last one come out."""
        mirror, t = self._mirror, message.t
        records = self.advance(t) if mirror.is_due(t) else []
        mirror.arrived = t
        if message.src == "ami" and "feed" not in message.event:
            self._heard = fact = self._ami_fact(message.event, t)
            if fact is not None:
                mirror.apply(fact)
            return records
        facts = self._facts(message)
        self._heard = facts[0] if facts else None
        for fact in facts:
            mirror.apply(fact)
        return records

    def to_keep(self, message: Message) -> list[tuple[str, Message]]:
        """What is to survive the service's death once a message was taken in, and what each is about: the message
        itself, if a rule reads it, and before it earlier ones of ARI that AMI should have told by now."""
        whole = [(self._mirror.about(fact) or "", late) for fact, late in self._overdue]
        self._overdue = []
        if (heard := self.heard) is not None:
            whole.append((heard, message))
        kept = []
        for about, each in whole:
            # Of a list each channel is kept as long as its own call is.
            parts = [(about, msgspec.structs.replace(each, event=part)) for about, part in ari.apart(each.event)]
            kept += parts or [(about, each)]
        return kept

    @property
    def heard(self) -> str | None:
        """What the last message was about: a channel's id, an empty string, or None when no rule reads it."""
        return self._mirror.about(self._heard) if self._heard is not None else None

    @property
    def open_channels(self) -> Iterable[str]:
        """Ids of the channels whose call is not on record yet, or was only just written."""
        return [*self._mirror.channels, *(about for fact in self._standby if (about := self._mirror.about(fact)))]

    @property
    def open_calls(self) -> int:
        """How many calls are in progress."""
        return sum(group.live > 0 for group in self._mirror.groups())

    @property
    def reports_dropped(self) -> int:
        """How many reports of browser phones came for a call that is not known, mostly too late for it."""
        return registrations.dropped(self._mirror)

    def devices(self) -> list[DeviceState] | None:
        """The live picture of the devices; None while the PBX is away or has not told its snapshot."""
        return self._picture.take()

    def _facts(self, message: Message) -> list[f.Fact]:
        event, t = message.event, message.t
        if "feed" in event:
            if event["feed"] == "connected":
                self._heard_at[message.src] = t
                return [f.FeedConnected(t, message.src)]
            if message.src == "ari" and self._ari_at:
                self._heard_at["ari"] = max(self._heard_at.get("ari", 0.0), self._ari_at)
            lost = f.FeedLost(t, message.src, str(event.get("why", "")), self._heard_at.get(message.src, t))
            if message.src != "ami":
                return [lost]
            self._overdue += self._standby.overdue(inf)
            since = self._heard_at.get("ami", 0.0) - OVERLAP
            return [lost, *(fact for fact in self._standby.take() if fact.at > since)]
        self._mirror.feeds.add(message.src)
        if message.src == "endpoint":
            fact = endpoint.decode(event, t)
            return [fact] if fact is not None else []
        if message.src == "cel":
            return list(self._cel.decode(event, t))
        if message.src == "queue_log":
            return list(queue_log.decode(event, t))
        # One clock for both feeds: ARI's stamps are the PBX's, AMI's arrival is ours, unless it stamps its events.
        stamp = ari.stamp(event) if self._ami_stamped is not False else None
        self._ari_at = self._ari.at(t if stamp is None else stamp)
        facts = list(ari.decode(event, self._ari_at))
        if not self._mirror.ami_leads:
            return facts
        # AMI tells it too, and in one order and time for every listener. ARI stands by for when AMI is lost.
        news: list[f.Fact] = [fact for fact in facts if isinstance(fact, ARI_ALONE) and self._mirror.is_news(fact)]
        self._standby.confirm(self._heard_at.get("ami", 0.0) - OVERLAP, t)
        self._overdue += self._standby.overdue(t)
        if facts:
            self._standby.add(message, facts, is_kept=bool(news))
        return news

    def _ami_fact(self, event: dict[str, Any], t: float) -> f.Fact | None:
        self._mirror.feeds.add("ami")
        stamp = ami.stamp(event)
        fact = ami.decode(event, self._unstamped.at(t) if stamp is None else stamp)
        if fact is not None and "ActionID" not in event:
            # Only what the PBX sends by itself carries a stamp, the lists that were asked for do not.
            self._ami_stamped = stamp is not None
            self._heard_at["ami"] = fact.at
        elif type(fact) is f.SnapshotEnded:
            self._heard_at["ami"] = t
        return fact

    def advance(self, now: float) -> list[Record]:
        """Lets time pass until ``now``, epoch seconds by the clock of ``Message.t``."""
        mirror = self._mirror
        records: list[Record] = []
        while (due := mirror.next_due()) is not None and due[0] <= now:
            at, group = due
            if group.settled:
                mirror.forget(group)
                continue
            if self._goes_on(group):
                continue
            group.settled = True  # first, so that a call that cannot be analysed is not tried for ever
            mirror.look_at(group, at + REMEMBERED)
            records += self._finish(group, at)
        return records

    def _goes_on(self, group: Group) -> bool:
        """Whether a call is part of another of which nothing but a phone that mixed the two has told."""
        mirror, party, unseen = self._mirror, self._party, Unseen(group.unseen)
        for channel in group.channels:
            if not channel.holds and not with_a_colleague(channel, party):
                continue
            for other in mirror.legs.get(channel.device, {}).values():
                if other.group is None or other.group is group:
                    continue
                if mixed(channel, other, party, unseen) or mixed(other, channel, party, unseen):
                    mirror.join(channel, other)
                    if channel.group is not None and not channel.group.live:
                        mirror.schedule(channel.group)
                    return True
        return False

    def next_deadline(self) -> float | None:
        """When to call ``advance`` next, at the latest; None when nothing waits for time to pass."""
        due = self._mirror.next_due()
        return due[0] if due is not None else None

    def _finish(self, group: Group, now: float) -> list[Record]:
        """The group's record, and those of consultations in it; not what has none, or is as it was written."""
        channels = sorted((c for c in group.channels if c.serial), key=birth)
        if has_no_record(channels, self._party):
            return []
        records = []
        for part in split(channels, self._party):
            call = self._analyst.analyse(part, group.gaps, Unseen(group.unseen), now)
            call.called_back_by = group.called_back_by
            asked = self._callbacks.relate(call, group)
            if asked is not None:
                records += self._finish(asked, now)
            tags = decide(call, self._rules)
            revision, before = group.written.get(call.call_id, (0, b""))
            record = build(call, tags, self._rules)
            content = msgspec.json.encode(record)
            if content != before:
                group.written[call.call_id] = (revision + 1, content)
                records.append(msgspec.structs.replace(record, revision=revision + 1))
        return records
