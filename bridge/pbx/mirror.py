"""The mirror of one PBX: facts in, read-only views of its channels, calls, queues and devices out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

from bridge.pbx.apply.table import ABOUT, APPLIED, NOT_KEPT, OF_ITS_OWN
from bridge.pbx.changes import Changed, Touched
from bridge.pbx.channel import Channel, Group
from bridge.pbx.devices import Device
from bridge.pbx.members import Members
from bridge.pbx.phone_reports import leg_of
from bridge.pbx.queues import Queue
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Source
from bridge.vocabulary.terms import Role


class Mirror:
    """The only way into this room: the others apply facts here, and read here what is so on the PBX."""

    def __init__(self, primary: Source | None) -> None:
        self._pbx = pbx = Pbx(primary)
        self._changes = pbx.changes
        self.channels: Mapping[str, Channel] = pbx.state.channels
        """All channels whose call is not forgotten, by id."""
        self.by_device: Mapping[str, Mapping[str, Channel]] = pbx.state.by_device
        """The live channels of each device, by id."""
        self.legs: Mapping[str, Mapping[str, Channel]] = pbx.state.legs
        """All channels whose call is not forgotten, by device and id, ended or not."""
        self.has_call_id = pbx.state.has_call_id
        """Whether a SIP Call-ID of a channel is known already."""
        self.bridges: Mapping[str, Mapping[str, Channel]] = pbx.bridges.inside
        """The channels in each bridge, by id."""
        self.queues: Mapping[str, Queue] = pbx.queues.by_name
        self.devices: Mapping[str, Device] = pbx.devices.by_name
        self.members: Members = pbx.members
        self.lost_since: Mapping[Source, float] = pbx.visibility.lost_since
        """The feeds that are lost now, and since when."""
        self.is_much_due = pbx.schedule.is_much_due
        """Whether so many calls are due by a time that to analyse them takes long."""
        self.next_due = pbx.schedule.next_due
        """The first call that is to be looked at, and when."""
        self.look_at = pbx.schedule.look_at
        """Schedules a call: ``next_due`` returns it from that time on."""
        self.heard_from = pbx.visibility.feeds.add
        """Notes that a feed has told something."""
        self.stamped = pbx.visibility.stamped
        """Notes that the PBX stamps its events with times."""
        self.schedule = pbx.schedule
        """Whoever brings facts sets ``schedule.arrived`` to their arrival by our own clock; ``Fact.at`` may be the
        PBX's."""
        self.look_again = pbx.schedule.wait_for_late
        """Gives a call that is over more time for its last facts."""
        self.track = pbx.changes.track
        """Notes in ``touched`` from now on what each fact touches."""
        self.touched: list[Touched] = pbx.changes.touched
        """Emptied by whoever called ``track``."""
        self.join = pbx.joining.join
        """Joins the calls of two channels, which only the analysis has found to be one."""
        self.forget = pbx.state.forget
        """Drops a call whose record is written and that awaits no late facts."""

    # -- what others tell it

    def apply(self, fact: Fact) -> None:
        apply, prolongs, shows = APPLIED[type(fact)]
        apply(self._pbx, fact)
        if prolongs is not None and self.schedule.soonest < inf:
            channel = self.channels.get(prolongs(fact))
            group = (channel.leg_now or channel).group if channel is not None else None
            if group is not None and group.due is not None:
                self.schedule.wait_for_late(group)
        if shows and self._changes.watched:
            for about in shows:
                shown = self._pbx.state.channel_now(about(fact))
                if shown is not None:
                    self._changes.mark(shown)

    def ask_roles(self, role: Callable[[str], Role]) -> None:
        """Sets how the role of a device is asked, by the settings and the queues."""
        self._pbx.lines.ask(role)
        self._pbx.bridges.all_changed()

    # -- what others ask

    def about(self, fact: Fact) -> str | None:
        """The id of the channel or bridge that a fact belongs to; "" for a fact of no single call; None for a fact on
        which no call depends."""
        kind = type(fact)
        about = ABOUT[kind]
        if about is None:
            if kind in NOT_KEPT:
                return None
            return self._of_its_own(fact) if kind in OF_ITS_OWN else ""
        # On an agent's line a fact belongs to the leg of the present call, which ends before the shift does.
        named = about(fact)
        line = self.channels.get(named)
        return named if line is None or line.leg_now is None else line.leg_now.id

    def _of_its_own(self, fact: Fact) -> str | None:
        if isinstance(fact, f.PhoneReported):
            leg = leg_of(fact, self._pbx.state.legs_of(fact.device))
            return leg.id if leg is not None else ""
        assert isinstance(fact, f.BridgeCreated)
        return fact.bridge  # kept, so that a channel that enters hours later is known to be the first one

    @property
    def open_bridges(self) -> set[str]:
        """Ids of the bridges that exist, and of those in which channels of open calls have been."""
        return {*self._pbx.bridges.created, *(stay.bridge for c in self.channels.values() for stay in c.stays)}

    @property
    def open_calls(self) -> int:
        """How many calls are in progress, without agents' lines that are idle."""
        lines = self._pbx.state.lines
        with_lines = {line.group for line in [*lines.values()] if line.gone_at is None}
        idle = sum(1 for group in with_lines if group is not None and all(c.id in lines for c in group.channels))
        return len(self._pbx.joining.in_progress) - idle

    @property
    def open_since(self) -> float | None:
        """When the oldest call in progress began, seconds since the epoch; None if there is none."""
        state, in_progress = self._pbx.state, self._pbx.joining.in_progress
        ours = (c for c in [*state.channels.values()] if c.group in in_progress and c.id not in state.lines)
        first = next(ours, None)  # channels stand in the order of their appearance
        return first.created_at if first is not None else None

    @property
    def ami_leads(self) -> bool:
        """Whether AMI is connected, so that ARI's telling of the same is ignored."""
        return self._pbx.visibility.ami_leads

    @property
    def deaf_since(self) -> float | None:
        """Since when no feed tells anything, by the PBX's clock; None while a feed does and has ended its
        snapshot."""
        return self._pbx.visibility.deaf_since

    @property
    def clock(self) -> float:
        """When the present facts arrived, by our own clock."""
        return self.schedule.arrived

    @property
    def primary(self) -> Source | None:
        """The feed that carries the calls."""
        return self._pbx.visibility.primary

    @property
    def is_whole(self) -> bool:
        """Whether the feed that carries the calls is connected and has ended its snapshot."""
        seen, primary = self._pbx.visibility, self.primary
        if primary is None or primary in seen.lost_since or primary not in seen.listed_from_start:
            return False
        return self._pbx.queues.all_listed if primary == "ami" else primary not in seen.snapshot_began

    def is_here(self, src: Source) -> bool:
        """Whether a feed is connected."""
        return self._pbx.visibility.is_here(src)

    def has_told(self, src: Source) -> bool:
        """Whether a feed has ended its snapshot of the channels since it connected."""
        seen = self._pbx.visibility
        return src in seen.listed_from_start and src not in seen.snapshot_began

    @property
    def queues_are_listed(self) -> bool:
        """Whether all queues and members are known: AMI is connected and has listed them."""
        return self._pbx.queues.all_listed and self._pbx.visibility.ami_leads

    @property
    def heard_until(self) -> float | None:
        """When a PBX that is away was last heard; None if it never was."""
        return max(self._pbx.visibility.heard_until.values(), default=None)

    @property
    def reports_dropped(self) -> int:
        """How many reports of browser phones were dropped, since no leg was found for them."""
        return self._pbx.phone_reports.dropped

    # -- what changed

    def watch(self) -> None:
        """Notes from now on what changes, for ``changed``."""
        self._changes.watch()

    def changed(self) -> Changed:
        """What has changed since the last call of this."""
        return self._changes.take()

    def judged(self, group: Group) -> None:
        """The record of a call that is over is written: a live view no longer shows it."""
        group.settled = True
        if self._changes.watched:
            self._changes.mark_call(group)

    def held(self) -> dict[str, int]:
        """The size of each index of calls: all are empty once all calls are forgotten."""
        state = self._pbx.state
        return {
            "channels": len(state.channels), "legs": len(state.legs), "by_device": len(state.by_device),
            "locals": len(state.locals), "linked": len(state.linked), "lines": len(state.lines),
            "counted": len(state.counts),
            "bridges": len(self.bridges), "seeking": len(self._pbx.spies.seeking), "due": self.schedule.waiting,
        }  # fmt: skip
