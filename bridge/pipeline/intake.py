"""Turns the messages of all feeds of one PBX into facts.

If AMI and ARI are both connected, AMI leads. ARI's messages stand by (``standby``) in case AMI turns out to be lost;
only what AMI does not tell at all is taken from ARI at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

import msgspec

from bridge.pbx.mirror import Mirror
from bridge.pipeline.standby import Standby
from bridge.vocabulary import facts as f
from bridge.vocabulary.message import OF_OUR_CLOCK, Message, Source
from bridge.wire import ami, ari, cel, endpoint, queue_log
from bridge.wire.ping import asked_when, came_late
from bridge.wire.stamps import Stamps
from bridge.wire.values import seconds

OVERLAP = 0.1
"""Seconds by which AMI may stamp an event later than ARI does. An event that is told twice changes nothing."""
LATEST = 64
"""How many of the latest times are remembered; events with an older time no longer come."""
ARI_ALONE = (f.ChannelIdentified, f.SupervisionDeclared)
"""Facts that AMI does not tell, or not for every application."""


class InTurn:
    """Gives events with the same time (ARI's milliseconds, or one read of a socket) different times, in the order in
    which they came."""

    def __init__(self) -> None:
        self._turns: dict[float, int] = {}
        """How many events came with each of the latest times; the times may interleave."""

    def at(self, time: float) -> float:
        """The time for the next event of this time: each is a microsecond later than the one before."""
        turns = self._turns
        turn = turns[time] = turns.get(time, -1) + 1
        if len(turns) > LATEST:
            del turns[next(iter(turns))]
        return time + turn * 1e-6

    def was_set(self, by: float) -> None:
        """The clock of these times was set by so many seconds: the order within a read stays."""
        self._turns = {time + by: turn for time, turn in self._turns.items()}


class Intake:
    """Reads the messages of all feeds of one PBX."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._heard_from = mirror.heard_from
        self._cel = cel.Decoder()
        self._ami_stamped: bool | None = None
        """Whether AMI stamps its events (timestampevents in manager.conf); None before the first one."""
        self._heard_at: dict[Source, float] = {}
        """The time of the last event that each feed told."""
        self._stamps, self._ari_stamps = Stamps(), Stamps()
        self._unstamped, self._ari = InTurn(), InTurn()
        self._ari_at = 0.0
        self._standby = Standby()
        self.overdue: list[tuple[f.Fact, Message]] = []
        """ARI's messages that AMI should have told by now, each with its first fact: to be kept with the next
        step."""

    def ami_fact(self, event: dict[str, Any], t: float) -> f.Fact | None:
        """The fact of an AMI event; None if callbridge does not read the event. Most messages are AMI events, so they
        have a function of their own."""
        self._heard_from("ami")
        stamp, stamps, is_asked_for = ami.stamp(event), self._stamps, "ActionID" in event
        if stamp is not None:
            stamp = self._of_answer(event, stamp, t) if is_asked_for else stamps.believed(stamp, t)
            if stamps.was_set:
                self._pbx_clock_set(stamps, "ami", t + stamps.differs)
        fact = ami.decode(event, self._unstamped.at(self._by_pbx(t)) if stamp is None else stamp)
        if fact is not None and not is_asked_for:
            # Events carry a stamp, lists that were asked for do not.
            if stamp is not None and not self._ami_stamped:
                self._mirror.stamped()
            self._ami_stamped = stamp is not None
            self._heard_at["ami"] = fact.at
        elif type(fact) is f.SnapshotEnded:
            self._heard_at["ami"] = fact.at
        return fact

    def _of_answer(self, event: dict[str, Any], told: float, t: float) -> float | None:
        """The stamp of an answer, which may be to a Ping that asked for the PBX's time; None if it makes no sense."""
        asked_at = asked_when(event)
        stamp = None if asked_at is not None and came_late(event, t) else self._stamps.believed(told, t)
        if asked_at is not None:
            self._stamps.answered(told, asked_at)
        return stamp

    @property
    def ahead(self) -> float | None:
        """Seconds by which the PBX's clock is ahead of ours; None if its events have no stamps."""
        stamps = self._stamps if self._ami_stamped else self._ari_stamps
        return stamps.ahead if self._ami_stamped is not False else None

    def _by_pbx(self, t: float) -> float:
        """Our time ``t`` by the clock by which calls are timed: the PBX's, if its stamps show that it differs."""
        if self._ami_stamped:
            return t + self._stamps.differs
        return t if self._ami_stamped is False else t + self._ari_stamps.differs

    def _pbx_clock_set(self, stamps: Stamps, src: Source, at: float) -> None:
        by, stamps.was_set = stamps.was_set, 0.0
        if src == "ami" or not self._mirror.ami_leads:
            self._heard_at[src] = self._heard_at.get(src, at) + by
            self._mirror.apply(f.ClockSet(at, src, by))

    def facts(self, message: Message) -> Sequence[f.Fact]:
        """The facts of any other message."""
        event, t = message.event, message.t
        if "feed" in event:
            return self._of_the_feed(message)
        self._heard_from(message.src)
        if message.src == "endpoint":
            fact = endpoint.decode(event, t)
            return [fact] if fact is not None else []
        if message.src == "cel":
            return list(self._cel.decode(event, t))
        if message.src == "queue_log":
            return list(queue_log.decode(event, t))
        return self._of_ari(message)

    def standing_by(self) -> Iterator[f.Fact]:
        """What ARI has told and AMI has not told yet."""
        return iter(self._standby)

    def to_keep(self, message: Message, heard: f.Fact | None) -> list[tuple[str, Message]]:
        """What to keep (``Step.keep``) after a message's facts were applied: ARI's overdue messages first, then the
        message itself if a rule reads it. ``heard``: its first fact."""
        about = self._mirror.about
        channel = about(heard) if heard is not None else None
        kept = [part for fact, late in self.overdue for part in _apart(about(fact) or "", late)]
        self.overdue = []
        return kept if channel is None else [*kept, *_apart(channel, message)]

    def _of_the_feed(self, message: Message) -> list[f.Fact]:
        """The facts of a feed that was connected or lost."""
        event, t = message.event, message.t
        if event["feed"] in OF_OUR_CLOCK:
            return self._of_our_clock(message)
        t = self._by_pbx(t)
        if event["feed"] == "connected":
            self._heard_at[message.src] = t
            return [f.FeedConnected(t, message.src)]
        if message.src == "ari" and self._ari_at:
            self._heard_at["ari"] = max(self._heard_at.get("ari", 0.0), self._ari_at)
        blind_until = self._standby.dropped_until if message.src == "ami" else None
        lost = f.FeedLost(t, message.src, str(event.get("why", "")), self._heard_at.get(message.src, t), blind_until)
        if message.src != "ami":
            return [lost]
        self.overdue += self._standby.overdue(inf)
        since = self._heard_at.get("ami", 0.0) - OVERLAP
        return [lost, *(fact for fact in self._standby.take() if fact.at > since)]

    def _of_our_clock(self, message: Message) -> list[f.Fact]:
        """The facts of a service that stood still, or whose clock was set: times by arrival are in doubt then."""
        event, t = message.event, message.t
        by_arrival = not self._ami_stamped if self._mirror.ami_leads else self._ami_stamped is False
        if event["feed"] == "late":
            self._ari_stamps.was_late(t)  # for AMI the answers to pings show it
            since, until = seconds(event.get("since")), seconds(event.get("until"))
            is_told = by_arrival and since is not None and until is not None
            return [f.FeedLate(t, message.src, since, until)] if is_told else []  # type: ignore[arg-type]
        by = seconds(event.get("by"))
        if by is None:
            return []
        self._stamps.ours_was_set(by)
        self._ari_stamps.ours_was_set(by)
        facts: list[f.Fact] = [f.OwnClockSet(t + by, message.src, by)]
        if by_arrival:
            facts.append(f.ClockSet(t + by, message.src, by))
            self._unstamped.was_set(by)
            self._ari.was_set(by)
            for src in self._heard_at:
                self._heard_at[src] += by
        return facts

    def _of_ari(self, message: Message) -> list[f.Fact]:
        event, t = message.event, message.t
        # Both feeds must be timed by one clock: if AMI is timed by arrival, ARI's stamps are not used.
        stamp = ari.stamp(event) if self._ami_stamped is not False else None
        if stamp is not None:
            stamp = self._ari_stamps.believed(stamp, t)
            if self._ari_stamps.was_set:
                self._pbx_clock_set(self._ari_stamps, "ari", t + self._ari_stamps.differs)
        self._ari_at = self._ari.at(self._by_pbx(t) if stamp is None else stamp)
        if not self._mirror.ami_leads:
            return list(ari.decode(event, self._ari_at))
        # AMI tells it too; ARI's message stands by in case AMI is lost.
        more = ari.decode(event, self._ari_at) if ari.may_tell_more(event, self._mirror.has_call_id) else ()
        news: list[f.Fact] = [fact for fact in more if isinstance(fact, ARI_ALONE) and self._is_news(fact)]
        self._standby.confirm(self._heard_at.get("ami", 0.0) - OVERLAP, t)
        self.overdue += self._standby.overdue(t)
        self._standby.add(message, self._ari_at, is_kept=bool(news))
        return news

    def _is_news(self, fact: f.Fact) -> bool:
        return type(fact) is not f.ChannelIdentified or not self._mirror.has_call_id(fact.channel, fact.sip_call_id)


def _apart(channel: str, message: Message) -> list[tuple[str, Message]]:
    """A message as it is kept: a list of channels as one message for each channel, since each is kept as long as its
    own call."""
    if message.src == "ari":
        parts = [(one, msgspec.structs.replace(message, event=part)) for one, part in ari.apart(message.event)]
        if parts:
            return parts
    return [(channel, message)]
