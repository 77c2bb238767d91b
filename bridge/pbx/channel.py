"""Channels: their state and history (``history``), what ties them together (dials, transfers, spying), and the groups
of them that are one call.

Times are seconds since the epoch. Nothing here decides anything: the events of a call come in varying order, so
`calls` reads these histories when the call is over.

One call is: channels that dialled one another, the halves of a Local channel, channels that were in one bridge, and
channels that share a Linkedid. Two groups become one by an attended transfer, a conference or a Replaces. A channel
that only spies joins no group: it may spy on many calls.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from math import inf
from sys import intern
from typing import TYPE_CHECKING

from bridge.pbx.history import QueueCall, Request, Stay, Step
from bridge.pbx.names import TECHNOLOGIES, device_of
from bridge.pbx.once import Once
from bridge.pbx.unseen import RACE
from bridge.vocabulary.terms import UNIQUEID

if TYPE_CHECKING:
    from bridge.pbx.queues import QueueStay
    from bridge.pbx.unseen import Stretch
    from bridge.vocabulary.terms import SpyMode

AS_PUT_THROUGH = 0.3
"""Seconds: a caller who hangs up at most so long before she is put through was connected all the same. So was a phone
that hangs up at most so long after it has answered, unless the dialplan asks it something first."""
END_AFTER_HANGUP = 0.01
"""Seconds from a far side's hangup to its channel's end at most; CEL tells the hangup only with the end."""


def birth(channel: Channel) -> tuple[float, int, str]:
    """Sorts channels by when the PBX made them. A Uniqueid counts up within its second and is the same in all
    feeds."""
    if channel.stands_for is not None:
        return channel.created_at, channel.serial, channel.id  # never the first of its call: somebody called the line
    match = UNIQUEID.search(channel.id.partition("#")[0])
    if match:
        return float(match[1]), int(match[2]), channel.id
    return float(int(channel.created_at)), channel.serial, channel.id


class Dial:
    """One leg being dialled: from the beginning to the answer or the end."""

    __slots__ = (
        "began_at", "caller", "dest", "device", "dialstring", "ended_at", "forward", "given_up", "hidden",
        "inherited", "queue_call", "shown_number", "status",
    )  # fmt: skip

    def __init__(self, caller: Channel | None, dest: Channel, at: float) -> None:
        self.caller = caller
        self.dest = dest
        self.device = dest.device
        """The device that was dialled; after a pickup, the channel belongs to another."""
        self.dialstring = ""
        self.began_at = at
        self.shown_number: str | None = None
        self.hidden = caller.hides_number if caller is not None else None
        """Whether the caller hid its number; None if it did not say."""
        self.status: str | None = None
        """The first DialStatus that was told: app_queue tells a timeout twice, first as NOANSWER, then as CANCEL."""
        self.ended_at: float | None = None
        self.given_up = False
        """Whether CANCEL was told, first or later: the dialling application gave the leg up, or the caller left."""
        self.forward: str | None = None
        self.queue_call: QueueCall | None = None
        self.inherited = False
        """Whether a transfer gave this dial to another caller while it rang."""


class Spying:
    """One channel spying on another, perhaps in several modes, one after the other."""

    __slots__ = ("by", "modes", "phone", "spyee", "spyer", "started_at", "stopped_at")

    def __init__(self, spyer: Channel, spyee: Channel, at: float, mode: SpyMode | None) -> None:
        self.spyer = spyer
        self.spyee = spyee
        self.started_at = at
        self.stopped_at: float | None = None
        self.modes: list[tuple[float, SpyMode | None]] = [(at, mode)]
        """Since when in which mode; None: unknown."""
        self.by: str | None = None
        """The supervisor's device, if an application declared it."""
        self.phone: Channel | None = None
        """The phone behind a spying channel that is no phone itself (a snoop, a Local channel)."""


class TransferSeen:
    """A transfer as the PBX reported it."""

    __slots__ = (
        "at", "attended", "dest_type", "exten", "second", "target", "transferee", "transferer",
        "transferer_device",
    )  # fmt: skip

    def __init__(self, at: float, transferer: Channel, attended: bool) -> None:
        self.at = at
        self.attended = attended
        self.transferer = transferer
        self.transferer_device = transferer.device
        self.second: Channel | None = None
        self.transferee: Channel | None = None
        self.target: Channel | None = None
        self.exten = ""
        self.dest_type = ""

    @property
    def legs(self) -> tuple[Channel | None, ...]:
        """The channels that it names; None for each that it does not."""
        return self.transferer, self.second, self.transferee, self.target


class Channel:
    """One channel, by its Uniqueid."""

    __slots__ = (
        "bridge_now", "caller_name", "caller_number", "cause", "connected_number", "consults", "context",
        "created_at", "device", "dial", "dials", "dtmf", "exten", "former_names", "from_log", "gone_at",
        "gone_unseen", "group", "hangup_request", "hides_number", "holds", "id", "is_party", "is_second",
        "leg_now", "linkedids", "lost_at", "met_midway", "music", "muted", "name", "once", "other_half",
        "parked", "phone_reports", "picked_up", "queue_stays", "ringing_at", "running", "running_as_told",
        "seen_from_start", "serial", "shown_number", "sip_call_id", "sip_code", "sits", "soft_at",
        "spied_by", "spies", "stands_for", "state", "stays", "steps", "steps_forgotten", "technology",
        "transfers", "up_at", "variables",
    )  # fmt: skip

    def __init__(self, channel_id: str, name: str, at: float, serial: int) -> None:
        self.id = channel_id
        self._bear(name)
        # What few channels have is kept in tuples: an empty tuple takes no memory.
        self.former_names: tuple[str, ...] = ()
        self.serial = serial
        """The channel's number in the order of appearance, counted from 1."""
        self.created_at = at
        self.seen_from_start = False
        """Whether the feed that carries the calls has told all of it since its creation."""
        self.met_midway = False
        """Whether callbridge first heard of it after its creation."""
        self.from_log = False
        """Whether only CEL tells of it, which has no event for ringing."""
        self.linkedids: list[str] = []
        """Every Linkedid it has had; an attended transfer gives it a new one."""
        self.group: Group | None = None
        self.context = ""
        self.exten = ""
        self.caller_number: str | None = None
        self.caller_name: str | None = None
        self.shown_number: str | None = None
        """The caller ID that the dialplan set later, which the called party sees."""
        self.hides_number: bool | None = None
        """Whether the dialplan hides its number from the called party; None if it does not say."""
        self.connected_number: str | None = None
        self.sip_call_id: str | None = None

        self.state = "Down"
        self.ringing_at: float | None = None
        self.up_at: float | None = None
        self.hangup_request: Request | None = None
        """The first HangupRequest: the channel's own far side hung up, refused, or was refused."""
        self.soft_at: float | None = None
        """When the PBX itself was told to hang it up (SoftHangupRequest)."""
        self.gone_at: float | None = None
        self.gone_unseen = False
        self.cause: int | None = None
        self.sip_code: int | None = None
        self.lost_at: float | None = None
        """When the device lost its last reachable contact while this channel was up or ringing."""

        self.dial: Dial | None = None
        self.dials: list[Dial] = []
        self.other_half: Channel | None = None
        self.stays: list[Stay] = []
        self.bridge_now: str | None = None
        self.muted: tuple[tuple[float, bool], ...] = ()
        self.music: bool | None = None
        """Whether music is played to it in its present application; None: not told."""
        self.holds: tuple[tuple[float, float | None], ...] = ()
        """From when until when its far side held the others; None: still does."""
        self.steps: list[Step] = []
        self.steps_forgotten = False
        """Whether there were so many steps that some that a rule reads were forgotten."""
        self.running: tuple[str, str, str, str, float] | None = None
        """Application, data, context, extension and time of the last step, even if ``steps`` does not keep it."""
        self.running_as_told: tuple[str, str, str, str, float] | None = None
        """The same as the PBX told it: if one application runs inside another (ExecIf), the outer one."""
        self.variables: dict[str, str] = {}
        self.dtmf: list[tuple[float, str]] = []
        self.queue_stays: list[QueueStay] = []
        self.transfers: tuple[TransferSeen, ...] = ()
        self.is_second = False
        """Whether it is a transferer's second channel, on which the transferer talked with the target."""
        self.parked: tuple[float, ...] = ()
        self.picked_up: tuple[float, str] | None = None
        """When another phone picked up the call that rang here, and that phone's device."""
        self.spies: tuple[Spying, ...] = ()
        self.spied_by: tuple[Spying, ...] = ()
        self.phone_reports: list[tuple[float, str, str | None]] = []
        """What the browser phone reported of this leg (endpoint feed): time, report, reason."""
        self.consults: Channel | None = None
        """The same device's other channel that was in a bridge when this one dialled: this call consults from
        there."""

        self.stands_for: Channel | None = None
        """If this is the leg of one call on an agent's line (``lines``): the line's channel."""
        self.leg_now: Channel | None = None
        """If this is such a line: the leg of the call that is on it now."""
        self.sits = False
        """Whether it is such a line in a conference room, and has taken a call."""

        self.once = Once()

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    def let_go(self) -> None:
        """Drops the references to other channels, so that memory is free at once and not at a garbage collection."""
        self.group = self.dial = self.other_half = self.consults = self.stands_for = self.leg_now = None
        self.spies = self.spied_by = ()
        self.transfers = ()
        self.dials.clear()

    @property
    def told_from_start(self) -> bool:
        """Whether all its bridges are known since its creation: from the feed that carries the calls, or from CEL."""
        return self.seen_from_start or self.from_log

    @property
    def joined(self) -> list[Stay]:
        """Its stays in bridges where it could talk. Left out: parking and holding bridges, a bridge in which a called
        phone only rings (an application may do that), and a bridge that it was put into after it had hung up."""
        hung_up_at = self.hangup_request.at if self.hangup_request is not None else inf
        if self.dial is None or self.answered_only_to_hang_up:
            hung_up_at += AS_PUT_THROUGH
        if self.from_log:
            hung_up_at -= END_AFTER_HANGUP
        found = [s for s in self.stays if not s.holding and s.entered_at < hung_up_at]
        if not found or not self.is_party:
            return found
        if self.awaits_answer:
            return []
        is_called = self.dial is not None or self.ringing_at is not None
        if not is_called or self.up_at is None:
            return found
        return [stay for s in found if (stay := s.since(self.up_at)) is not None]

    @property
    def answered_only_to_hang_up(self) -> bool:
        """Whether a called phone hung up as soon as it had answered, and the dialplan ran no routine for it by then
        (which may ask whether to take the call). By the log nobody knows."""
        if self.hangup_request is None or self.up_at is None or self.from_log:
            return False
        if self.hangup_request.at >= self.up_at + AS_PUT_THROUGH:
            return False
        return self.running is None or self.running[4] < self.up_at

    @property
    def awaits_answer(self) -> bool:
        """Whether it is a called phone that surely was not answered. It then talks with nobody, though an application
        may have put it into a bridge so that the caller hears it ring."""
        if self.up_at is not None or not self.is_party:
            return False
        if self.dial is None and self.ringing_at is None and self.state != "Down":
            return False
        is_seen = self.seen_from_start and not self.from_log and self.group is not None and not self.group.unseen
        return is_seen or self._only_rings

    @property
    def _only_rings(self) -> bool:
        """Whether its phone was seen ringing, and no gap after that can hide an answer."""
        if self.state != "Ringing" or self.up_at is not None or self.ringing_at is None or self.group is None:
            return False
        return all(until <= self.ringing_at + RACE for _, until in self.group.unseen)

    def runs(self, applications: Container[str]) -> bool:
        """Whether the application that it runs now is one of these."""
        return self.running is not None and self.running[0] in applications

    @property
    def is_login(self) -> bool:
        """Whether it is an agent's channel in AgentLogin, which takes one call after the other."""
        return self.running is not None and self.running[0] == "AgentLogin"

    @property
    def requests_agent(self) -> bool:
        """Whether it is a caller's channel in AgentRequest, waiting for a logged-in agent or talking with her."""
        return self.running is not None and self.running[0] == "AgentRequest"

    @property
    def is_local(self) -> bool:
        return self.technology == "Local"

    def taken_back(self, at: float) -> None:
        """Its far side ends the last hold."""
        self.holds = (*self.holds[:-1], (self.holds[-1][0], at))

    def rename(self, name: str) -> None:
        self.former_names += (self.name,)
        self._bear(name)

    def _bear(self, name: str) -> None:
        self.name = name
        # Interned: thousands of channels share a trunk's name.
        self.device = intern(device_of(name))
        self.technology = intern(name.split("/", 1)[0])
        self.is_party = self.technology in TECHNOLOGIES
        """Whether a phone or a trunk is behind the channel, not the PBX itself."""


def party_in(
    bridges: Container[str], channels: Iterable[Channel], since: float = -inf, until: float = inf
) -> Channel | None:
    """The first party among some channels that was in one of these bridges between two times; None if none was."""
    for channel in channels:
        if channel.is_party:
            for stay in channel.stays:
                if stay.bridge in bridges and stay.entered_at < until and (stay.left_at or inf) > since:
                    return channel
    return None


class Group:
    """The channels of one call while it lasts, and until its record is written."""

    __slots__ = (
        "called_back_by", "channels", "due", "gaps", "judged_by", "kept", "live", "settled", "unseen", "written",
    )  # fmt: skip

    def __init__(self, first: Channel) -> None:
        self.channels: list[Channel] = [first]
        first.group = self
        self.live = 1 if first.gone_at is None else 0
        self.called_back_by: str | None = None
        """The id of the call that called this caller back."""
        self.due: float | None = None
        """When to look at the call once its last channel is gone, to write its record or to forget it."""
        self.kept = False
        """Whether a later call may still refer to it (a call back, a consultation)."""
        self.settled = False
        """Whether the record is written and no later fact has come."""
        self.gaps: list[tuple[float | None, float | None]] = []
        """From when until when the feed that carries the calls was away, or had not told of the call yet."""
        self.unseen: tuple[Stretch, ...] = ()
        """From when until when no feed told anything of it; until infinity while that lasts."""
        self.written: dict[str, tuple[int, bytes]] = {}
        """The revision and JSON of each record as last written: a late fact writes it again only if it changes."""
        self.judged_by: object = None
        """The settings by which its record was made; later settings do not change it."""

    @property
    def is_unseen(self) -> bool:
        """Whether no feed tells of it now."""
        return any(until == inf for _, until in self.unseen)

    def __iter__(self) -> Iterator[Channel]:
        return iter(self.channels)

    def absorb(self, other: Group) -> None:
        """Takes over every channel of another group, which is then empty."""
        for channel in other.channels:
            channel.group = self
        self.channels += other.channels
        self.live += other.live
        self.gaps += [g for g in other.gaps if g not in self.gaps]
        self.unseen += other.unseen
        self.written |= other.written
        self.kept |= other.kept
        other.channels, other.live, other.due = [], 0, None
