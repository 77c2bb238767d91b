"""A stretch that lasts, as the tracker holds it and the journal keeps it, and the record made of it."""

from __future__ import annotations

import msgspec

from bridge.vocabulary.agent_state import AgentStateRecord, DeviceStateRecord, Reachability, State, Why, state_id
from bridge.vocabulary.record import Evidence, Gap
from bridge.vocabulary.terms import ContactLoss, Direction, Role
from bridge.vocabulary.times import rfc3339


class Stretch(msgspec.Struct):
    """Times are seconds since the epoch."""

    agent: str
    role: Role
    device: str
    state: State
    since: float
    seen: bool
    """Whether its beginning was seen."""
    reason: str | None = None
    paused_at: float | None = None
    """When the pause began by the PBX's word, in whole seconds: by this a pause is recognised after an outage."""
    until: float | None = None
    """When after-call work will be over."""
    queues: tuple[str, ...] = ()
    paused_in: tuple[str, ...] = ()
    record_id: str | None = None
    direction: Direction | None = None
    gaps: list[tuple[float, float]] = []
    began: Evidence | None = None

    @property
    def at_least_until(self) -> float:
        """The earliest end, even if the clock was set back: time that comes a second time is counted once."""
        return max(self.since, *(until for _, until in self.gaps)) if self.gaps else self.since

    def record(
        self, pbx: str, until: float | None, following: State | None, ended: Evidence | None, *, revision: int,
        computed: bool = False,
    ) -> AgentStateRecord:  # fmt: skip
        """The stretch as a record. ``until`` is None while it lasts."""
        since = round(self.since * 1000)
        length = round(until * 1000) - since if until is not None else 0
        return AgentStateRecord(
            state_id=state_id(pbx, "agent", self.agent, since),
            revision=revision,
            complete=self.seen and not self.gaps,
            gaps=[Gap(rfc3339(since), rfc3339(until)) for since, until in self.gaps],
            pbx=pbx,
            agent=self.agent,
            device=self.device,
            role=self.role,
            state=self.state,
            reason=self.reason,
            next=following,
            from_=rfc3339(self.since),
            until=rfc3339(until) if until is not None else None,
            seconds=length / 1000,
            queues=list(self.queues),
            paused_in=list(self.paused_in),
            record_id=self.record_id,
            direction=self.direction,
            computed=computed,
            evidence=Why(self.began, ended),
        )


class DeviceStretch(msgspec.Struct, frozen=True, tag_field="of", tag="device"):
    """The same for a device."""

    device: str
    agent: str
    state: Reachability
    since: float
    seen: bool
    why: ContactLoss | None = None
    began: Evidence | None = None
    told_until: float = 0.0
    """The earliest end, even if the clock was set back."""

    @property
    def at_least_until(self) -> float:
        return max(self.since, self.told_until)

    def record(self, pbx: str, until: float | None, ended: Evidence | None) -> DeviceStateRecord:
        """The stretch as a record. ``until`` is None while it lasts."""
        since = round(self.since * 1000)
        return DeviceStateRecord(
            state_id=state_id(pbx, "device", self.device, since),
            revision=0 if until is None else 1,
            complete=self.seen,
            pbx=pbx,
            device=self.device,
            agent=self.agent,
            state=self.state,
            why=self.why,
            from_=rfc3339(self.since),
            until=rfc3339(until) if until is not None else None,
            seconds=(round(until * 1000) - since) / 1000 if until is not None else 0.0,
            evidence=Why(self.began, ended),
        )


class Kept(msgspec.Struct, frozen=True, tag_field="of", tag="agent"):
    """What the journal keeps of an agent: the present stretch, and during an outage the stretch before it."""

    open: Stretch
    before: Stretch | None = None


Lasting = Kept | DeviceStretch
"""A stretch that lasts, of an agent or a device."""


def name_of(one: Lasting) -> str:
    """The name under which the journal keeps it."""
    return one.open.agent if isinstance(one, Kept) else f"device {one.device}"
