"""A finished group of channels, put in order: one ``Call`` for the tags to read."""

from __future__ import annotations

from collections.abc import Callable

from bridge.calls import ending as endings
from bridge.calls.call import Call, Moment, Participant, Party
from bridge.calls.codes import Verdicts
from bridge.calls.consultation import Part
from bridge.calls.dialled import is_hidden
from bridge.calls.mixing import mixings
from bridge.calls.offers import find_offers, targets, unreachable_members
from bridge.calls.overflow import overflow, turned_away
from bridge.calls.queueing import passes
from bridge.calls.roles import Directory
from bridge.calls.rounds import number_rounds
from bridge.calls.supervision import supervisions, supervisor_of
from bridge.calls.timeline import Bounds, conferences, covered, moments, overlap
from bridge.calls.transfers import find_transfers
from bridge.config import Thresholds
from bridge.pbx.channel import Channel, birth
from bridge.pbx.unseen import Unseen
from bridge.vocabulary.terms import Direction, Role

Gap = tuple[float | None, float | None]


def merged(gaps: list[Gap]) -> list[Gap]:
    """Gaps in order, those that overlap as one."""
    merged: list[Gap] = []
    for start, until in sorted(gaps, key=lambda g: g[0] or 0.0):
        last = merged[-1] if merged else None
        if last is not None and (last[1] is None or start is None or start <= last[1]):
            ends = None if until is None or last[1] is None else max(until, last[1])
            merged[-1] = (last[0], ends)
        else:
            merged.append((start, until))
    return merged


def call_id_of(channels: list[Channel]) -> str:
    """The Linkedid of a call's first channel; without Linkedids (ARI alone) its id, which is the same."""
    first = channels[0]
    return first.linkedids[0] if first.linkedids else first.id.partition("#")[0]


class Analyst:
    """Turns groups into calls. Reads, never changes, what the mirror holds."""

    def __init__(self, pbx: str, directory: Directory, verdicts: Verdicts, thresholds: Thresholds) -> None:
        self._pbx = pbx
        self._directory = directory
        self._verdicts = verdicts
        self._thresholds = thresholds

    def analyse(self, part: Part, gaps: list[Gap], unseen: Unseen, now: float) -> Call:
        """One part of a group that is over."""
        channels = part.channels
        end = max((c.gone_at if c.gone_at is not None else now for c in channels), default=now)
        directory = self._directory
        parties = {c.id: directory.party(c) for c in channels}

        def party(channel: Channel) -> Party:
            if channel.id not in parties:
                parties[channel.id] = directory.party(channel)
            return parties[channel.id]

        originator = self._originator(channels)
        line = moments(channels, end, party, lambda s: supervisor_of(s, directory), unseen,
                       mixings(channels, party, unseen))  # fmt: skip
        direction, customer = _customer(channels, originator, line, party, directory.role)
        if direction == "inbound" and customer is not None:
            originator = customer
        dialled, dialled_at = self._dialled(direction, customer, originator, end)
        if unseen.any(originator.created_at, dialled_at):
            dialled = None
        call = Call(
            pbx=self._pbx,
            call_id=part.consultation or call_id_of(channels),
            linked_ids=self._linked_ids(channels),
            channels=channels,
            parties=parties,
            direction=direction,
            dn=dialled if dialled in directory.dns else None,
            dialled=dialled,
            dialled_at=dialled_at,
            customer=customer,
            originator=originator,
            started_at=min(c.created_at for c in channels),
            ended_at=end,
            gaps=merged(gaps),
            unseen=unseen,
        )
        call.moments = line
        call.conferences = conferences(call.moments)
        call.offers = find_offers(channels, directory, self._verdicts, end, unseen)
        call.queues = passes(channels, end, self._thresholds.queued_after, unseen)
        call.offers += unreachable_members(call.queues, call.offers, directory, unseen)
        number_rounds(call.offers)
        call.transfers = find_transfers(channels, call.moments, call.offers, directory, party)
        call.supervisions = supervisions(channels, end, call.moments, directory, party)
        call.ending = endings.ending(call, party)
        self._answer(call, party)
        call.overflow = overflow(call)
        self._times(call, party)
        call.participants = self._participants(call, party)
        callback = call.variable("CALLBRIDGE_CALLBACK_OF")
        call.callback_of = callback[1] if callback else None
        consults = next((c.consults for c in channels if c.consults is not None and party(c).is_inside), None)
        if consults is not None and consults.group is not None and consults not in channels:
            call.consult_of = call_id_of(sorted((c for c in consults.group if c.serial), key=birth))
        call.complete = not gaps and not unseen and all(c.seen_from_start and not c.gone_unseen for c in channels)
        return call

    @staticmethod
    def _originator(channels: list[Channel]) -> Channel:
        """Who began the call: the first party that nobody dialled, else the first that the PBX itself dialled."""
        parties = [c for c in channels if c.is_party]
        undialled = [c for c in parties if c.dial is None]
        return (undialled or parties or channels)[0]

    @staticmethod
    def _dialled(
        direction: Direction, customer: Channel | None, originator: Channel, end: float
    ) -> tuple[str | None, float]:
        """Inbound the first number dialled on the trunk, outbound the number shown to the customer; and when."""
        if direction == "inbound":
            extens = [(originator.exten, originator.created_at), *((s.exten, s.at) for s in originator.steps)]
            return next(((e, at) for e, at in extens if e not in ("", "s")), (None, end))
        if customer is None:
            shown = None if originator.hides_number else originator.shown_number or originator.caller_number
            return shown if direction == "outbound" else None, originator.created_at
        if customer.dial is not None and is_hidden(customer.dial):
            return None, customer.created_at
        shown = customer.dial.shown_number if customer.dial is not None else None
        return shown or customer.connected_number or originator.caller_number, customer.created_at

    @staticmethod
    def _linked_ids(channels: list[Channel]) -> list[str]:
        found: dict[str, None] = {}
        for c in channels:
            found.update(dict.fromkeys(c.linkedids))
            for spying in c.spied_by:
                found.update(dict.fromkeys(spying.spyer.linkedids))
        return list(found) or [channels[0].id]

    @staticmethod
    def _answer(call: Call, party: Callable[[Channel], Party]) -> None:
        """The first answer by somebody inside; and the first moment of any conversation of the call."""
        inside = [m.start for m in call.moments if _both_sides(call, m, party)]
        answers = [o.ended_at for o in call.offers if o.answered] if call.direction != "outbound" else []
        call.answered_at = min(inside + answers, default=None)
        with_customer = [m.start for m in call.moments if call.customer is None or call.customer in m.channels]
        call.connected_at = min(inside + answers + with_customer, default=None)

    def _times(self, call: Call, party: Callable[[Channel], Party]) -> None:
        customer = call.customer if call.direction == "inbound" else None
        # An inbound call may be answered outside, by a service that takes the staff's place.
        reached = call.connected_at if customer is not None else call.answered_at
        # Not where she was passed on to after she had talked with somebody.
        entered = [p for p in call.queues if reached is None or p.stay.began_at <= reached]
        start = call.started_at
        if call.direction == "inbound" and entered:
            start = min(p.joined_at if p.joined_at is not None else p.stay.began_at for p in entered)
            call.waited_in = entered[0].name
        left = call.ended_at
        if customer is not None:
            left = (
                customer.hangup_request.at
                if customer.hangup_request is not None
                else customer.gone_at or call.ended_at
            )
        call.waited_since = start
        call.wait_seconds = max(0.0, (reached if reached is not None else left) - start)
        talk = [
            (m.start, m.until)
            for m in call.moments
            if call.customer is None or _both_sides(call, m, party) or _served_outside(call, m, party)
        ]
        hold = [(a, b if b is not None else call.ended_at) for c in call.channels if c.is_party for a, b in c.holds]
        call.hold_seconds = overlap(talk, hold)
        call.talk_seconds = covered(talk) - call.hold_seconds

    @staticmethod
    def _participants(call: Call, party: Callable[[Channel], Party]) -> list[Participant]:
        by_party: dict[Party, list[Channel]] = {}
        for c in call.channels:
            if c.is_party and (c.stays or c is call.originator or c is call.customer):
                by_party.setdefault(party(c), []).append(c)
        found = []
        for who, cs in by_party.items():
            ids = {c.id for c in cs}
            talk: Bounds = [(m.start, m.until) for m in call.moments if any(c.id in ids for c in m.channels)]
            hold: Bounds = [(a, b if b is not None else call.ended_at) for c in cs for a, b in c.holds]
            held = overlap(talk, hold)
            began = [c.created_at if c.dial is None else c.up_at or c.stays[0].entered_at if c.stays else c.created_at
                     for c in cs]  # fmt: skip
            ended = [c.gone_at if c.gone_at is not None else call.ended_at for c in cs]
            found.append(Participant(who, min(began), max(ended), covered(talk) - held, held))
        for by in dict.fromkeys(s.by for s in call.supervisions if s.by not in by_party):
            mine = [s for s in call.supervisions if s.by == by]
            barged: Bounds = [(s.start, s.until) for s in mine if s.mode == "barge"]
            found.append(Participant(by, mine[0].start, max(s.until for s in mine), covered(barged), 0.0))
        return sorted(found, key=lambda p: p.joined_at)


def _both_sides(call: Call, moment: Moment, party: Callable[[Channel], Party]) -> bool:
    """Whether somebody inside is connected with the customer, or in an internal call with anybody."""
    inside = [c for c in moment.channels if party(c).is_inside]
    if call.direction == "internal":
        return bool(inside)
    return bool(inside) and any(party(c).role == "customer" for c in moment.channels)


def _served_outside(call: Call, moment: Moment, party: Callable[[Channel], Party]) -> bool:
    """Whether the customer talks with somebody outside who was called: a mobile to which it was forwarded, say."""
    others = [c for c in moment.channels if c is not call.customer and c.dial is not None]
    return call.customer in moment.channels and any(party(c).role == "customer" for c in others)


def _customer(
    channels: list[Channel],
    originator: Channel,
    line: list[Moment],
    party: Callable[[Channel], Party],
    role: Callable[[str], Role],
) -> tuple[Direction, Channel | None]:
    """Which way the call went, and the channel of its customer: of several outside parties the first in it."""
    outside = [c for c in channels if c.is_party and party(c).role == "customer"]
    if not outside:
        return ("outbound" if _meant_outside(originator, channels, role) else "internal"), None
    callers = [c for c in outside if c.dial is None]
    if callers:
        return "inbound", callers[0]
    connected = [c for m in line for c in m.channels if c in outside]
    if not connected and _meant_inside(originator, channels, party):
        return "internal", None
    return "outbound", (connected or outside)[0]


def _meant_inside(originator: Channel, channels: list[Channel], party: Callable[[Channel], Party]) -> bool:
    """Whether somebody inside called a colleague, who can also be reached at an outside number: by ringing both, or
    that one next."""
    if originator.dial is not None or not party(originator).is_inside:
        return False
    called = next((c for c in channels if c.is_party and c.dial is not None), None)
    return called is not None and party(called).is_inside


def _meant_outside(originator: Channel, channels: list[Channel], role: Callable[[str], Role]) -> bool:
    """Whether a call that reached no trunk was to reach one: the trunk could not be called, or was full."""
    if turned_away(originator) is not None or "trunk_cap" in originator.variables.values():
        return True
    dials = [s for c in channels if not c.dials for s in c.steps if s.application == "Dial"]
    return any(role(device) == "customer" for s in dials for device in targets(s))
