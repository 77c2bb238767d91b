"""One PBX, from a feed's message to a finished record.

Synchronous and pure: no socket, no clock, no event loop. Time is an input like any other (``advance``), so a replay
gives the same records as the live run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.live.devices import DeviceState
from bridge.live.doubts import Doubt
from bridge.live.items import Change, Item, Kind
from bridge.live.live import Live
from bridge.pbx.channel import Group
from bridge.pbx.mirror import Mirror
from bridge.pbx.schedule import REMEMBERED
from bridge.pipeline.finishing import Finishing
from bridge.pipeline.intake import Intake
from bridge.pipeline.step import NOTHING, Step, Unjudged
from bridge.states.stretch import Lasting
from bridge.states.tracker import Tracker
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record

MANY = 2_000
"""How many channels or queue members can be looked at in less than a tenth of a second."""

ENDS_OF_LISTS = ("CoreShowChannelsComplete", "QueueStatusComplete")


class Pipeline:
    """One PBX from a feed's messages to records: intake, mirror, finishing.

    ``keeps``: whether its steps tell which messages have to survive the service's death (``Step.keep``).
    """

    def __init__(self, settings: Settings, pbx: str, *, keeps: bool = False) -> None:
        configured = next((p for p in settings.pbx if p.name == pbx), None)
        primary: Source | None = ("ami" if configured.ami is not None else "ari") if configured is not None else None
        self._mirror = mirror = Mirror(primary)
        directory = Directory(settings, mirror.members, mirror.devices)
        mirror.ask_roles(directory.role)
        self._intake = Intake(mirror)
        self._finishing = Finishing(settings, pbx, mirror, directory)
        self._tracker = Tracker(settings, pbx, mirror, directory)
        self._is_tracking = False
        self._schedule, self._about = mirror.schedule, mirror.about
        self._keeps_states = settings.states.keep
        self._touched = mirror.touched
        self._live = Live(settings, pbx, mirror, directory, self._tracker)
        self._keeps = keeps
        self._kept: list[tuple[str, Message]] = []
        """What a message whose step raised an error leaves to keep: the next step returns it."""
        self._unjudged: list[Unjudged] = []
        self.is_elsewhere = False
        """Whether another thread is in ``feed`` or ``advance``: meanwhile nothing is told as new."""
        self.judging: Sequence[str] | None = None
        """The ids of the channels of the call that is being analysed."""
        self.on_judging: Callable[[Sequence[str]], None] | None = None
        """Called before each call is analysed, with the ids of its channels."""

    def reload(self, settings: Settings) -> None:
        """Uses other settings (roles, names, DNs, queues, thresholds, codes) from now on; written records stay."""
        directory = Directory(settings, self._mirror.members, self._mirror.devices)
        self._mirror.ask_roles(directory.role)
        self._finishing.reload(settings, directory)
        self._keeps_states = settings.states.keep
        self._tracker.go_by(settings, directory, looks=self._is_tracking)
        self._live.reload(settings, directory)

    def feed(self, message: Message) -> Step:
        """Takes in one message, after everything that was due before it arrived."""
        return self.hear(message, self._finished(message.t) if self.is_due(message.t) else ())

    def hear(self, message: Message, records: Sequence[Record] = ()) -> Step:
        """Takes in one message, with nothing due before it. ``records``: made before it; the step returns them,
        too."""
        t, event = message.t, message.event
        self._schedule.arrived = t
        if message.src != "ami" or "feed" in event:
            return self._hear_another(message, records)
        heard = self._intake.ami_fact(event, t)
        if heard is not None:
            try:
                self._mirror.apply(heard)
                if self._touched:
                    self._tracker.look(heard)
            finally:
                # A message at which a rule fails is kept all the same, and read again after a restart.
                if self._keeps and (about := self._about(heard)) is not None:
                    self._kept.append((about, message))
        if self._kept or records or self._unjudged or (self._is_tracking and self._tracker.has_news):
            return self._step(records)
        return NOTHING

    def _hear_another(self, message: Message, records: Sequence[Record]) -> Step:
        heard = None
        try:
            facts = self._intake.facts(message)
            heard = facts[0] if facts else None
            for fact in facts:
                self._mirror.apply(fact)
                if self._touched:
                    self._tracker.look(fact)
        finally:
            self._keep(message, heard)
        return self._step(records)

    def _keep(self, message: Message, heard: Fact | None) -> None:
        kept = self._intake.to_keep(message, heard)
        if self._keeps:
            self._kept += kept

    def _step(self, records: Sequence[Record]) -> Step:
        kept: Sequence[tuple[str, Message]] = ()
        if self._kept:
            kept, self._kept = self._kept, []
        if self._unjudged or self._tracker.has_news:
            return Step(records, kept, self._set_aside(), *self._stretches())
        return Step(records, kept) if kept or records else NOTHING

    def advance(self, now: float) -> Step:
        """Lets time pass until ``now``, seconds since the epoch by the clock of ``Message.t``."""
        return self._step(self._finished(now))

    def is_due(self, now: float) -> bool:
        """Whether ``advance`` may have something to do by now."""
        return self._schedule.soonest <= now or self._tracker.due.soonest <= now

    def takes_long(self, now: float, message: Message | None = None) -> bool:
        """Whether ``advance`` until ``now``, or this message, may take more than a tenth of a second."""
        mirror = self._mirror
        if self._schedule.soonest <= now and mirror.is_much_due(now):
            return True
        if message is None or not _is_about_all(message):
            return False
        listed = message.event.get("reply")
        return (
            len(mirror.channels) > MANY
            or mirror.members.count > MANY
            or (isinstance(listed, list) and len(listed) > MANY)
        )

    def next_deadline(self) -> float | None:
        """When to call ``advance`` next, at the latest; None if nothing waits for time to pass."""
        due = self._mirror.next_due()
        at = min(due[0] if due is not None else inf, self._tracker.due.soonest)
        return at if at < inf else None

    def track(self, kept: Iterable[Lasting] = (), until: float = -inf) -> None:
        """Follows agents' states from now on. ``kept``: the states as an earlier run left them. ``until``: its
        end."""
        self._is_tracking = True
        self._mirror.track()
        self._tracker.start(kept, until)

    def open_states(self, kept: Iterable[Lasting]) -> Iterable[StateRecord]:
        """The stretches of states that still last, as the tables keep them."""
        return self._tracker.open_records(kept)

    @property
    def open_channels(self) -> Iterable[str]:
        """Ids of the channels whose call is not written yet, or was written only just now."""
        standing_by = (self._mirror.about(fact) for fact in self._intake.standing_by())
        return [*self._mirror.channels, *(about for about in standing_by if about)]

    @property
    def open_bridges(self) -> Iterable[str]:
        """Ids of the bridges that exist, and of those in which channels of open calls have been."""
        return self._mirror.open_bridges

    @property
    def open_calls(self) -> int:
        """How many calls are in progress."""
        return self._mirror.open_calls

    @property
    def open_since(self) -> float | None:
        """When the oldest call in progress began, seconds since the epoch; None if there is none."""
        return self._mirror.open_since

    @property
    def reports_dropped(self) -> int:
        """How many reports of browser phones were dropped, since no leg was found for them; mostly too late ones."""
        return self._mirror.reports_dropped

    @property
    def clock_ahead(self) -> float | None:
        """Seconds by which the PBX's clock is ahead of ours; None if its events have no stamps."""
        return self._intake.ahead

    def watch(self, *, board: bool = False) -> None:
        """Notes from now on what changes: of devices, and with ``board`` of everything that the board shows."""
        if not self._is_tracking:
            self.track()
        self._live.watch(board=board)

    def refresh(self, now: float) -> Sequence[Change]:
        """What changed since the last call of this, item by item; at first, everything. ``now``: epoch seconds."""
        return self._live.refresh(now) if not self.is_elsewhere else ()

    @property
    def shows_less(self) -> bool:
        """Whether so much has changed that the last ``refresh`` left some of it for the next one."""
        return self._live.is_behind and not self.is_elsewhere

    @property
    def items(self) -> Mapping[tuple[Kind, str], Item]:
        """All items of the board, as of the last ``refresh``."""
        return self._live.items

    def tags_so_far(self, key: str, now: float) -> list[str] | None:
        """The tags that a call in progress has so far; None if there is no such call, or it is too large. ``key``: of
        its item; ``now``: epoch seconds."""
        return self._live.tags_so_far(key, now) if not self.is_elsewhere else None

    def devices(self) -> Mapping[str, DeviceState] | None:
        """The devices by name, as of the last ``refresh``; None while the PBX is away or has not ended its
        snapshot."""
        return self._live.devices()

    @property
    def doubts(self) -> Sequence[Doubt]:
        """What the calls so far suggest is wrong in the settings, in order."""
        return self._finishing.doubts.found

    def _finished(self, now: float) -> list[Record]:
        """The records of the calls that are over by ``now``."""
        mirror, finishing = self._mirror, self._finishing
        records: list[Record] = []
        if self._tracker.due.soonest <= now:
            self._tracker.tick(now)
        while (due := mirror.next_due()) is not None and due[0] <= now:
            at, group = due
            if group.settled:
                mirror.forget(group)
                continue
            if finishing.joins_another(group):
                continue
            records += self._judge(group, at)
        return records

    def _judge(self, group: Group, at: float) -> Sequence[Record]:
        self.judging = channels = [channel.id for channel in group.channels]
        if self.on_judging is not None:
            self.on_judging(channels)
        self._mirror.judged(group)  # first: a call that cannot be analysed must not be tried again and again
        self._mirror.look_at(group, at + REMEMBERED)
        try:
            return self._finishing.records(group, at)
        except Exception as error:  # one call must not take the others with it
            self._unjudged.append(Unjudged(min(channels, default=""), channels, error))
            return ()
        finally:
            self.judging = None
            if self._is_tracking:
                self._tracker.judged(group, self._finishing.judged)
            self._finishing.judged.clear()

    def _stretches(self) -> tuple[Sequence[StateRecord], Mapping[str, Lasting | None]]:
        """What is new in agents' states."""
        told = self._tracker.take()
        return told if self._keeps_states else ((), {})

    def _set_aside(self) -> Sequence[Unjudged]:
        found, self._unjudged = self._unjudged, []
        return found


def _is_about_all(message: Message) -> bool:
    """Whether a message makes the mirror look at every channel, or at every agent."""
    event = message.event
    return "feed" in event or "request" in event or event.get("Event") in ENDS_OF_LISTS
