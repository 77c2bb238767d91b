"""A call in progress, as the board shows it. The functions that make its record also tell what is known so far, so
the two cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bridge.calls.analyse import Analyst, call_id_of
from bridge.calls.call import Call, QueuePass
from bridge.calls.consultation import Part
from bridge.calls.dialled import queue_of
from bridge.calls.offer import Offer
from bridge.calls.party import Party, PartyOf
from bridge.calls.roles import Directory
from bridge.calls.supervision import supervisor_of
from bridge.calls.without_record import has_no_record
from bridge.live.items import CallItem, OfferSoFar, Stage, StaySoFar, Supervising
from bridge.live.so_far import is_open, tags_so_far
from bridge.pbx.channel import Channel, Group, birth
from bridge.pbx.mirror import Mirror
from bridge.pbx.queues import QueueStay
from bridge.pbx.unseen import Unseen
from bridge.records.build import customer_of, record_id
from bridge.states.conversation import Conversation, conversations, is_parked
from bridge.tags.proof import Rules
from bridge.vocabulary.times import rfc3339

LARGEST = 200
"""Channels up to which the offers of a call are judged while it lasts: judging takes longer than telling its stage.
"""


class LiveCall(NamedTuple):
    """One call, and what the items of its agents need to know."""

    key: str
    item: CallItem
    talks: Mapping[str, Conversation]
    """The conversation of each channel that is in one, by channel id."""
    parties: Mapping[str, Party]


class LiveCalls:
    """Tells the calls of one PBX."""

    def __init__(self, pbx: str, mirror: Mirror, directory: Directory, analyst: Analyst, rules: Rules) -> None:
        self._pbx, self._mirror, self._directory = pbx, mirror, directory
        self._analyst, self._rules = analyst, rules

    def look(self, group: Group, now: float) -> LiveCall | None:
        """A call in progress; None if it is on record, or will never have a record."""
        if not group.live and (group.settled or group.written):
            return None
        channels = sorted((c for c in group.channels if c.serial), key=birth)
        party = self._directory.party
        if not channels or has_no_record(channels, party):
            return None
        talks = conversations((c for c in channels if c.gone_at is None), self._mirror.bridges)
        call, is_large = self._judged(group, channels, talks, now)
        by_channel = {c.id: talk for talk in talks for c in talk.channels}
        item = self._item(call, channels, talks, by_channel, is_large=is_large)
        return LiveCall(record_id(self._pbx, call_id_of(channels)), item, by_channel, call.parties)

    def tags(self, group: Group, now: float) -> list[str] | None:
        """The tags that hold by now; None for a call that is too large."""
        channels = sorted((c for c in group.channels if c.serial), key=birth)
        if len(channels) > LARGEST or not channels:
            return None
        return tags_so_far(self._judged(group, channels, [], now)[0], self._rules)

    def _judged(
        self, group: Group, channels: list[Channel], talks: list[Conversation], now: float
    ) -> tuple[Call, bool]:
        """What is known of a call by now, and whether the call is too large to be judged whole."""
        # A call that is too large to be judged several times a second is judged by its first channels.
        few = channels if len(channels) <= LARGEST else [*channels[:2], *(c for t in talks for c in t.channels)]
        call = self._analyst.analyse(Part(list(dict.fromkeys(few))), group.gaps, Unseen(group.unseen), now)
        return call, few is not channels

    def _item(
        self, call: Call, channels: list[Channel], talks: list[Conversation], by_channel: Mapping[str, Conversation],
        *, is_large: bool,
    ) -> CallItem:  # fmt: skip
        party = self._directory.party
        there = [c for c in channels if c.gone_at is None]
        waits = self._waiting(there, by_channel)
        called = [c for c in there if is_called(c) and c.is_party and party(c).is_inside]
        spyings = [s for c in there for s in c.spied_by if s.stopped_at is None and (c.up_at or c.dial is None)]
        by = [(supervisor_of(s, self._directory), s) for s in spyings]
        supervising = [Supervising(who.name, party(s.spyee).name, s.modes[-1][1]) for who, s in by]
        barging = sum(s.modes[-1][1] == "barge" for s in spyings)
        stage, since = self._stage(call, channels, talks, waits, called, barging)
        connected = [c for talk in talks for c in talk.channels if party(c).is_staff]
        queue = waits[1].queue.name if waits is not None else _answered_by(connected)
        joined = waits[1].joined_at or waits[1].began_at if waits is not None else None
        customer = customer_of(call)
        open_now = stage in ("menu", "waiting", "ringing") and call.direction == "inbound"
        due = call.waited_since + self._rules.customer_waiting(call) if open_now else None
        return CallItem(
            pbx=self._pbx,
            direction=call.direction,
            dn=call.dn,
            number=customer.number if customer is not None else None,
            name=customer.name if customer is not None else None,
            started_at=rfc3339(call.started_at),
            answered_at=rfc3339(call.answered_at) if call.answered_at is not None else None,
            seen_from_start=not any(c.met_midway for c in channels),
            stage=stage,
            stage_since=rfc3339(since),
            queue=queue if there else None,
            joined_at=rfc3339(joined) if joined is not None else None,
            agents=_names(connected or called, party),
            supervisors=supervising,
            offers=None
            if is_large
            else [_offer(o, call, self._rules.agent_answer(call, o.queue)) for o in call.offers],
            answer_due=rfc3339(due) if due is not None else None,
            stays=None if is_large else [_stay(p) for p in call.queues],
            is_answered=_is_answered(call, connected),
        )

    def _waiting(
        self, channels: Iterable[Channel], talks: Mapping[str, Conversation]
    ) -> tuple[Channel, QueueStay] | None:
        """The stay of the caller who waits in a queue. If no queue events come, a channel that runs Queue has joined
        it."""
        for channel in channels:
            if channel.id in talks or not channel.queue_stays:
                continue
            stay = channel.queue_stays[-1]
            if stay.left_at is None and (stay.joined_at is not None or not self._mirror.ami_leads):
                return channel, stay
        return None

    def _stage(
        self, call: Call, channels: list[Channel], talks: list[Conversation],
        waits: tuple[Channel, QueueStay] | None, called: list[Channel], barging: int,
    ) -> tuple[Stage, float]:  # fmt: skip
        there = [c for c in channels if c.gone_at is None]
        if not there:
            return "ending", call.ended_at
        if waits is not None:
            if called:
                return "ringing", min(_called_at(c) for c in called)
            stay = waits[1]
            return "waiting", stay.joined_at or stay.began_at
        if talks:
            return self._talking(talks, barging)
        parked = [c.stays[-1].entered_at for c in there if is_parked(c)]
        if parked:
            return "hold", min(parked)
        if called:
            return "ringing", min(_called_at(c) for c in called)
        outside = [c for c in there if is_called(c) and c.is_party]
        if outside:
            return "dialling", min(_called_at(c) for c in outside)
        left = max((s.left_at for c in there for s in c.stays if s.left_at is not None), default=None)
        if call.direction == "inbound":
            known = call.parties  # of a large call not all of them
            callers = [c for c in there if c is call.originator or (c.id in known and known[c.id].role == "customer")]
            stays = [s.left_at for c in there for s in c.queue_stays if s.left_at is not None]
            since = max([call.started_at, *stays, *([left] if left is not None else [])])
            return ("menu" if callers else "ending"), since
        return ("dialling", call.started_at) if left is None else ("ending", left)

    def _talking(self, talks: list[Conversation], barging: int) -> tuple[Stage, float]:
        largest = max(talks, key=lambda talk: len(talk.channels))
        if len(largest.channels) + barging > 2:
            return "conference", largest.since
        second = self._second_call(talks)
        if second is not None:
            return "consulting", second
        since = max(talk.since for talk in talks)
        held = [at for talk in talks if (at := talk.held_since) is not None]
        if len(talks) > 1 and held:
            return "consulting", since
        if held:
            return "hold", min(held)
        return "talking", max(
            [since, *(h[1] for t in talks for c in t.channels for h in c.holds if h[1] is not None)]
        )

    def _second_call(self, talks: list[Conversation]) -> float | None:
        """When somebody in the call began another call on the same phone, to consult."""
        legs = self._mirror.by_device
        second = [
            other.created_at
            for talk in talks
            for c in talk.channels
            if self._directory.party(c).is_inside
            for other in legs.get(c.device, {}).values()
            if other is not c and other.consults is c and other.group is not c.group
        ]
        return min(second, default=None)


def is_called(channel: Channel) -> bool:
    """Whether somebody's phone has been called, and is not connected yet."""
    return channel.dial is not None and not channel.stays and channel.gone_at is None


def _called_at(channel: Channel) -> float:
    """When the phone began to ring; else when it was called."""
    began = channel.dial.began_at if channel.dial is not None else channel.created_at
    return channel.ringing_at if channel.ringing_at is not None else began


def _answered_by(staff: Iterable[Channel]) -> str | None:
    """The queue that called one of those who are connected."""
    return next((q for c in staff if c.dial is not None and (q := queue_of(c.dial)) is not None), None)


def _names(channels: Iterable[Channel], party: PartyOf) -> list[str]:
    return list(dict.fromkeys(party(c).name for c in channels))


def _offer(offer: Offer, call: Call, limit: float) -> OfferSoFar:
    lasts = is_open(offer, call)
    due = offer.ringing_at + limit if lasts and offer.ringing_at is not None else None
    return OfferSoFar(
        agent=offer.party.name,
        device=offer.party.device,
        queue=offer.queue,
        started_at=rfc3339(offer.started_at),
        ringing_at=rfc3339(offer.ringing_at) if offer.ringing_at is not None else None,
        ended_at=None if lasts else rfc3339(offer.ended_at),
        outcome=None if lasts else offer.outcome,
        reason=None if lasts else offer.reason,
        answer_due=rfc3339(due) if due is not None else None,
    )


def _stay(stay: QueuePass) -> StaySoFar:
    lasts = stay.stay.left_at is None
    return StaySoFar(
        stay.name,
        rfc3339(stay.joined_at) if stay.joined_at is not None else None,
        None if lasts else rfc3339(stay.left_at),
        None if lasts else stay.exit,
    )


def _is_answered(call: Call, connected: Iterable[Channel]) -> bool:
    """Whether an agent or supervisor, and not only a plain extension or somebody outside, has or had the customer."""
    if call.answered_at is None:
        return False
    return (
        any(True for _ in connected)
        or any(offer.answered for offer in call.offers)
        or any(p.party.is_staff and p.talk_seconds > 0 for p in call.participants)
    )
