"""Transfers of which no event tells: somebody moved the customer, or in an internal call one of the two, by Redirect,
Bridge or an application.

They are concluded: the customer talked with one of the staff and then with another, though nobody hung up or
transferred.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator

from bridge.calls.call import Moment, Transfer
from bridge.calls.dialled import chain, time_was_up
from bridge.calls.hangups import hung_up_at
from bridge.calls.party import PartyOf
from bridge.calls.timeline import Timeline
from bridge.calls.tolerances import ASKED_BY_KEYS, LEADS_TO, TOLERANCE
from bridge.pbx.channel import Channel
from bridge.pbx.history import Stay
from bridge.vocabulary.terms import TransferKind

LOST_MEDIA = 44
"""Q.850 cause of a leg whose RTP stopped (chan_pjsip ``rtp_timeout``)."""
Change = tuple[list[Channel], list[Channel]]
"""The inside parties who left a customer, and those who came to her: staff, or if none came, called parties
outside."""


def moved(timeline: Timeline, told: list[Transfer], party: PartyOf) -> Iterator[Transfer]:
    """Every such transfer. ``told``: the transfers that events tell."""
    if len(timeline.moments) < 2:
        return
    told, of_device = sorted(told, key=_at), _ByDevice(timeline, party)
    for before, after, customers in _steps(timeline, party):
        left, came = _staff(before, after, party)
        if not left or not came or not all(_was_left(o, before.until, customers) for o in left):
            continue
        first, last = (bisect_left(told, at, key=_at) for at in (before.start, after.start + TOLERANCE))
        # A transfer by the one who came is the next one; any other explains this change.
        if any(t.by not in [party(o) for o in came] for t in told[first:last]):
            continue
        for c in customers:
            if _left_by_itself(c, before.until) or all(_was_cut(o, c, before.until, after.start) for o in left):
                continue
            transfer = _passed(c, before, after, left[0], came[0], of_device, party)
            if transfer is not None and not any(_meet_again(o, c, after, timeline) for o in left):
                yield transfer


def _at(transfer: Transfer) -> float:
    return transfer.at


def _steps(timeline: Timeline, party: PartyOf) -> Iterator[tuple[Moment, Moment, list[Channel]]]:
    """Each moment, the next one of its customers, and the customers who go from the one to the other."""
    following: dict[tuple[int, str], Moment] = {}
    latest: dict[str, Moment] = {}
    customers = {c for m in timeline.moments for c in m.came if party(c).role == "customer"}
    if not customers:
        yield from _steps_inside(timeline)
        return
    for m in timeline.moments:
        for c in customers.intersection(m.channels):
            if (last := latest.get(c.id)) is not None:
                following[id(last), c.id] = m
            latest[c.id] = m
    for before in timeline.moments if following else ():
        goes_to: dict[int, tuple[Moment, list[Channel]]] = {}
        theirs = customers.intersection(before.channels)
        for c in (c for c in before.channels if c in theirs) if len(theirs) > 1 else theirs:
            if (after := following.get((id(before), c.id))) is not None:
                goes_to.setdefault(id(after), (after, []))[1].append(c)
        for after, who in goes_to.values():
            yield before, after, who


def _steps_inside(timeline: Timeline) -> Iterator[tuple[Moment, Moment, list[Channel]]]:
    """The same in an internal call: of two who talked, one was moved to a third, and the PBX ended the other's
    leg."""
    latest: dict[str, Moment] = {}
    for after in timeline.moments:
        for c in after.channels if len(after.channels) == 2 else ():
            before = latest.get(c.id)
            latest[c.id] = after
            if before is None:
                continue
            (other,) = (o for o in before.channels if o is not c)
            if _ended_by_the_pbx(other, before.until, after.start) and _left(c, before.until):
                yield before, after, [c]


def _ended_by_the_pbx(channel: Channel, since: float, until: float) -> bool:
    gone_at = channel.gone_at
    return gone_at is not None and since - TOLERANCE <= gone_at <= until + TOLERANCE and hung_up_at(channel) > until


def _left(channel: Channel, at: float) -> bool:
    """Whether a channel left a bridge then. Its stays follow one another, and may be many."""
    place = bisect_left(channel.stays, at - TOLERANCE, key=_left_at)
    return place < len(channel.stays) and _left_at(channel.stays[place]) <= at + TOLERANCE


def _left_at(stay: Stay) -> float:
    return math.inf if stay.left_at is None else stay.left_at


def _staff(before: Moment, after: Moment, party: PartyOf) -> Change:
    was, now = set(before.channels), set(after.channels)
    left = [o for o in before.channels if o not in now and party(o).is_inside]
    came = [o for o in after.channels if o not in was and party(o).is_staff]
    if not came:
        # A supervisor may have joined the two before the agent was removed.
        came = [o for o in after.channels if party(o).role == "supervisor" and _joined_later(o, left)]
    if not came:
        came = [o for o in after.channels if o not in was and party(o).role == "customer" and o.dial is not None]
    return left, came


def _was_left(agent: Channel, at: float, customers: list[Channel]) -> bool:
    """Whether the customers were moved away from an agent, who neither hung up nor was lost. An agent who hung up at
    that moment was left if the customers had been put on hold before."""
    if agent.lost_at is not None or agent.cause == LOST_MEDIA:
        return False
    until = hung_up_at(agent)
    return until > at + TOLERANCE or all(
        any(s.holding and at <= s.entered_at < until for s in c.stays) for c in customers
    )


def _was_cut(agent: Channel, customer: Channel, at: float, until: float) -> bool:
    """Whether the PBX ended the agent's leg (an administrator, a time limit) and the customer's dialplan, or that
    behind a Local channel, then went on behind its Dial or Queue: nobody moved her. ``until``: when she was connected
    with somebody else; her dialplan may go on after that though she was moved."""
    if agent.gone_at is None or agent.gone_at > at + TOLERANCE or agent.dial is None:
        return False
    callers = [d.caller for d in chain(agent.dial) if d.caller is not None]
    return customer in callers and any(_goes_on_behind(c, at, ("Dial", "Queue"), until) for c in callers)


def _goes_on_behind(channel: Channel, at: float, applications: tuple[str, ...], until: float = math.inf) -> bool:
    """Whether a channel's dialplan went on behind one of these applications then, ``until`` at the latest."""
    steps = channel.steps
    place = next((i for i, s in enumerate(steps) if s.at > at - TOLERANCE), len(steps))
    if not 0 < place < len(steps) or steps[place].at > until:
        return False
    called, next_ = steps[place - 1], steps[place]
    return called.application in applications and (called.context, called.exten) == (next_.context, next_.exten)


def _left_by_itself(customer: Channel, at: float) -> bool:
    """Whether a customer went on in the dialplan by herself: she left a conference room by a key of its menu, or her
    time was up, in the room or of the whole call."""
    if time_was_up(customer, at):
        return True
    result = customer.variables.get("CONFBRIDGE_RESULT")
    if result == "TIMEOUT":
        return _goes_on_behind(customer, at, ("ConfBridge",))
    return result == "DTMF" and any(at - LEADS_TO <= pressed <= at + TOLERANCE for pressed, _ in customer.dtmf)


def _joined_later(supervisor: Channel, agents: list[Channel]) -> bool:
    began = supervisor.stays[0].entered_at if supervisor.stays else 0.0
    return any(a.stays and a.stays[0].entered_at < began for a in agents)


def _meet_again(agent: Channel, customer: Channel, after: Moment, timeline: Timeline) -> bool:
    """Whether the two were apart only for an instant, as while three are brought together."""
    return any(customer in m.channels for m in timeline.begun_from(agent, after.start))


def _passed(
    customer: Channel,
    before: Moment,
    after: Moment,
    agent: Channel,
    other: Channel,
    of_device: _ByDevice,
    party: PartyOf,
) -> Transfer | None:
    """The transfer from the agent to another: a takeover if that is a supervisor whom the agent neither consulted nor
    called by keys; otherwise the agent passed the call on."""
    to, from_ = party(other), party(agent)
    together = of_device.together(from_.device, to.device)
    if to.device == from_.device or any(customer in m.channels and m.start >= after.start for m in together):
        return None  # the same agent, or one who joins them later by another call
    asked = sum(1 for at, _ in agent.dtmf if before.until - ASKED_BY_KEYS <= at <= before.until) > 1
    consulted = any(customer not in m.channels and m.start <= after.start for m in together)
    kind: TransferKind = "attended" if consulted else "blind"
    if to.role == "supervisor" and not consulted and not asked:
        kind = "takeover"
    return Transfer(
        kind=kind, at=after.start, by=to if kind == "takeover" else from_, from_=from_, to=to, to_name=to.name,
        target_type=to.role if to.role != "customer" else "external", outcome="answered", event="BridgeEnter",
        channel=other, since=-math.inf, until=math.inf,
    )  # fmt: skip


class _ByDevice:
    """The moments of each device, by any of its channels."""

    def __init__(self, timeline: Timeline, party: PartyOf) -> None:
        self._timeline, self._party = timeline, party
        self._moments: dict[str, dict[int, Moment]] = {}

    def together(self, one: str, other: str) -> list[Moment]:
        """The moments in which both took part."""
        if not self._moments:
            for m in self._timeline.moments:
                for c in m.channels:
                    self._moments.setdefault(self._party(c).device, {})[id(m)] = m
        ours, theirs = self._moments.get(one, {}), self._moments.get(other, {})
        fewer, more = (ours, theirs) if len(ours) <= len(theirs) else (theirs, ours)
        return [m for key, m in fewer.items() if key in more]
