"""Finds the event behind a change of state, which the stretch names as its evidence."""

from __future__ import annotations

from typing import NamedTuple

from bridge.pbx.mirror import Mirror
from bridge.pbx.queue_member import GONE
from bridge.vocabulary import facts as f
from bridge.vocabulary.record import Evidence
from bridge.vocabulary.times import rfc3339

EVENTS: dict[type[f.Fact], str] = {
    f.ChannelCreated: "Newchannel", f.ChannelStateChanged: "Newstate", f.ChannelGone: "Hangup",
    f.DialBegan: "DialBegin", f.DialProgressed: "DialState", f.DialEnded: "DialEnd",
    f.BridgeEntered: "BridgeEnter", f.BridgeLeft: "BridgeLeave", f.BridgeDestroyed: "BridgeDestroy",
    f.Held: "Hold", f.Unheld: "Unhold", f.MusicPlayed: "MusicOnHoldStart",
    f.MemberRemoved: "QueueMemberRemoved", f.ContactChanged: "ContactStatus", f.QueuesListed: "QueueStatusComplete",
    f.SnapshotEnded: "CoreShowChannelsComplete", f.SpyStarted: "ChanSpyStart", f.SpyStopped: "ChanSpyStop",
    f.AttendedTransferred: "AttendedTransfer", f.BlindTransferred: "BlindTransfer",
}  # fmt: skip
"""Names in Asterisk."""


class Cause(NamedTuple):
    """An event."""

    event: str
    channel: str | None
    detail: str | None

    def evidence(self, at: float, agent: str) -> Evidence:
        return Evidence(rfc3339(at), self.event, self.channel, agent, self.detail)


def cause_of(fact: f.Fact, mirror: Mirror) -> Cause:
    """The event of the PBX that a fact comes from. ``mirror``: gives the names of channels."""
    kind = type(fact)
    if isinstance(fact, f.MemberChanged):
        if fact.status in GONE:
            return Cause("QueueMemberStatus", None, f"{fact.queue}: unavailable")
        paused = f"paused, {fact.reason}" if fact.reason else "paused" if fact.paused else "not paused"
        return Cause("QueueMemberPause", None, f"{fact.queue}: {paused}")
    if isinstance(fact, f.MemberRemoved):
        return Cause("QueueMemberRemoved", None, fact.queue)
    if isinstance(fact, f.ContactChanged):
        return Cause("ContactStatus", None, "reachable" if fact.reachable else fact.why or "not reachable")
    about = getattr(fact, "channel", None) or getattr(fact, "dest", None)
    channel = mirror.channels.get(about) if isinstance(about, str) else None
    return Cause(EVENTS.get(kind, kind.__name__), channel.name if channel is not None else None, None)
