"""What callbridge sees of the PBX, and since when: feeds, snapshots, outages and roll calls.

Except when a clock is set, only this file writes ``Group.gaps`` (the feed that carries the calls was away) and
``Group.unseen`` (no feed told anything).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from bridge.pbx.channel import Channel, Group
from bridge.pbx.unseen import Stretch
from bridge.vocabulary.message import CARRIERS, Source


class Visibility:
    """What is seen of one PBX."""

    __slots__ = (
        "_configured",
        "connected_at",
        "deaf_since",
        "feeds",
        "heard_until",
        "last_roll_call",
        "late",
        "listed",
        "listed_from_start",
        "lost_since",
        "missing",
        "placed",
        "present",
        "snapshot_began",
    )  # fmt: skip

    def __init__(self, primary: Source | None) -> None:
        self._configured = primary
        self.feeds: set[Source] = set()
        """Feeds that have told anything so far."""
        self.lost_since: dict[Source, float] = {}
        self.heard_until: dict[Source, float] = {}
        """When each lost feed was last heard."""
        self.deaf_since: float | None = -inf
        """Since when no feed tells anything; None while a feed does and has ended its snapshot."""
        self.snapshot_began: dict[Source, int] = {}
        """How many channels had been known when a feed connected: its snapshot lists them, or they have ended."""
        self.connected_at: dict[Source, float] = {}
        self.listed_from_start: set[Source] = set()
        """Feeds that were seen connecting, so that their snapshot is seen from its beginning."""
        self.listed: dict[Source, set[str]] = {}
        """Channels that the snapshot in progress has listed."""
        self.placed: set[str] = set()
        """Channels that the snapshot in progress has found in a bridge."""
        self.present: set[str] = set()
        """Channels that the roll call in progress has named."""
        self.missing: dict[str, tuple[float, float]] = {}
        """Channels that the last roll call did not name: since when they may be gone, and the time of that roll
        call."""
        self.last_roll_call = 0.0
        self.late: Stretch = (-inf, -inf)
        """From when until when events may have happened earlier than they were told."""

    @property
    def primary(self) -> Source | None:
        """The feed whose absence is a gap: AMI if there is one, since only AMI shows all that the tags need."""
        if self._configured is not None:
            return self._configured
        return "ami" if "ami" in self.feeds else "ari" if "ari" in self.feeds else None

    def is_here(self, src: Source) -> bool:
        """Whether a feed has told something, and is not lost."""
        return src in self.feeds and src not in self.lost_since

    @property
    def ami_leads(self) -> bool:
        """Whether AMI is connected, so that ARI's telling of the same is ignored."""
        return "ami" in self.feeds and "ami" not in self.lost_since

    @property
    def ari_identifies(self) -> bool:
        """Whether ARI is connected beside AMI, which tells no SIP Call-IDs."""
        lost = self.lost_since
        return {"ami", "ari"} <= self.feeds and "ami" not in lost and "ari" not in lost

    # -- feeds come and go

    def connected(self, src: Source, at: float, heard_of: int, groups: Iterable[Group]) -> None:
        """A feed connects and begins its snapshot. ``heard_of``: how many channels have been known so far."""
        groups = list(groups)
        if src == "ami" and "ami" not in self.feeds:
            for group in groups:
                group.gaps.append((None, at))
        if src == "ami" and self.is_here("ari"):
            # ARI led until now; what it has not told yet will not be taken from it any more.
            self._go_deaf(at, groups)
        self.feeds.add(src)
        self.heard_until.pop(src, None)
        if src == "ari":
            self.placed.clear()
        self.snapshot_began[src] = heard_of
        self.listed_from_start.add(src)
        self.listed[src] = set()
        self.late = (-inf, -inf)
        self.connected_at[src] = at
        if src == self.primary:
            self.present.clear()
            self.missing = {}
        since = self.lost_since.pop(src, None)
        if since is not None and src == self.primary:
            for group in groups:
                group.gaps = [(a, max(a, at) if b is None and a == since else b) for a, b in group.gaps]

    def lost(self, src: Source, at: float, heard_at: float, groups: Iterable[Group]) -> None:
        self.feeds.add(src)
        self.lost_since.setdefault(src, at)
        self.heard_until[src] = heard_at
        if not self.feeds.intersection(CARRIERS) - self.lost_since.keys():
            self._go_deaf(max(self.heard_until.values()), groups)

    def _go_deaf(self, since: float, groups: Iterable[Group]) -> None:
        """Nothing is known of the calls from ``since`` until a snapshot has ended."""
        self.deaf_since = since if self.deaf_since is None else self.deaf_since
        for group in groups:
            if group.live and not group.is_unseen:
                group.unseen += ((since, inf),)

    def snapshot_ended(self, src: Source) -> tuple[int, set[str]] | None:
        """How many channels had been known when the snapshot began, and which ones it listed; None if its beginning
        was not seen."""
        began, listed = self.snapshot_began.pop(src, None), self.listed.pop(src, set())
        return (began, listed) if began is not None else None

    def hears_again(self, at: float, groups: Iterable[Group]) -> None:
        """A snapshot has told everything."""
        if self.deaf_since is None:
            return  # no call has an open stretch
        self.deaf_since = None
        for group in groups:
            if group.is_unseen:
                group.unseen = tuple((since, min(until, at)) for since, until in group.unseen)

    def place(self, channel_id: str) -> None:
        """A snapshot tells the bridge of a channel."""
        self.placed.add(channel_id)

    def name_present(self, src: Source, channel_id: str) -> None:
        """A roll call names a channel."""
        if src == self.primary:
            self.present.add(channel_id)

    def roll_called(self, at: float, lines: Iterable[Channel]) -> list[tuple[Channel, tuple[float, float]]]:
        """A roll call is over. Returns the live channels that neither this one nor the one before named, and the time
        in which each must have ended.

        Once is not enough: the channel may just have ended, with its Hangup still on the way.
        """
        before, missing, gone = self.missing, {}, []
        for line in lines:
            if line.gone_at is not None or line.stands_for is not None or line.id in self.present:
                continue  # a leg on an agent's line is named as that line
            if (span := before.get(line.id)) is not None:
                gone.append((line, span))
            else:
                missing[line.id] = (max(line.created_at, self.last_roll_call), at)
        self.missing, self.last_roll_call = missing, at
        self.present.clear()
        return gone

    def list_channel(self, src: Source, channel_id: str) -> None:
        """A snapshot lists a channel."""
        self.listed.setdefault(src, set()).add(channel_id)

    # -- what that means to a call

    def gap(self, group: Group | None) -> None:
        """Notes in a call that the feed that carries the calls is away."""
        primary = self.primary
        since = self.lost_since.get(primary) if primary else None
        if since is not None and group is not None and (since, None) not in group.gaps:
            group.gaps.append((since, None))

    def missed_until(self, group: Group | None, at: float) -> None:
        """A call is first heard of now: its beginning was not told."""
        since = self.deaf_since if self.deaf_since is not None else -inf
        is_listing = self.deaf_since is not None and bool(self.snapshot_began)
        if group is not None:
            group.gaps.append((since if since > -inf else None, at))
            group.unseen += ((since, inf if is_listing else at),)

    def others_before(self, channel: Channel, at: float) -> None:
        """A channel enters a bridge whose creation was not told: others may have been in it before."""
        if (channel.stands_for or channel).from_log:
            return  # CEL never tells that a bridge is created
        if channel.seen_from_start and channel.group is not None:
            channel.group.gaps.append((None, at))
        channel.seen_from_start = False

    def missed(self, group: Group, since: float, until: float) -> None:
        """No feed told what happened to a call between these times."""
        group.gaps.append((since, until))
        group.unseen += ((since, until),)

    def is_late(self, since: float, until: float, groups: Iterable[Group]) -> None:
        """Events that are told up to ``until`` may have happened at any time after ``since``."""
        self.late = since, until
        for group in groups:
            if group.live:
                self.missed(group, since, until)

    def stamped(self) -> None:
        """The PBX stamps its events: calls that begin from now on have exact times."""
        self.late = (-inf, -inf)

    def clock_set(self, at: float, by: float) -> None:
        """The clock was set by so many seconds, to ``at``."""
        for times in (self.lost_since, self.heard_until, self.connected_at):
            for src in times:
                times[src] += by
        if self.deaf_since is not None:
            self.deaf_since += by
        self.late = (self.late[0] + by, self.late[1] + by)
        self.missing, self.last_roll_call = {}, at

    def last_seen(self, channel: Channel, at: float) -> float:
        """When a channel was last seen in its bridge, if a snapshot now shows that it has left."""
        group = channel.group
        since = group.unseen[-1][0] if group is not None and group.unseen else at
        return max(since, channel.stays[-1].entered_at) if channel.bridge_now is not None else since
