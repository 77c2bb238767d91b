"""Who ended the call, and who ended its last conversation.

Nobody's word but the legs' own is believed: a side hung up only if its own channel sent HangupRequest, and the first
who did counts (asterisk-facts: AgentComplete says ``caller`` also for an administrator's hangup).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bridge.calls.call import TOLERANCE, Call, Ending, Moment, Party
from bridge.calls.offers import refused, refused_itself
from bridge.pbx.channel import Channel
from bridge.vocabulary.terms import EndedBy, Role

Side = Literal["staff", "customer", "system"]
PASSING = 2.0
"""Seconds around a conversation's end within which a transfer is what ended it."""


def last_conversation(line: list[Moment], party: Callable[[Channel], Party], has_customer: bool) -> Moment | None:
    """The last moment in which the call's two sides, or in an internal call two parties, were connected."""
    for m in reversed(line):
        roles = [party(c).role for c in m.channels]
        if not has_customer or "customer" in roles:
            return m
    return None


def hung_up(channel: Channel) -> bool:
    """Whether the far side of a channel ended it by itself."""
    return channel.hangup_request is not None and not refused(channel)


def ending(call: Call, party: Callable[[Channel], Party]) -> Ending:
    originator, customer = call.originator, call.customer
    last = last_conversation(call.moments, party, customer is not None)
    if call.unseen.any(call.started_at if last is None else last.until - PASSING, call.ended_at):
        return Ending("unknown", call.ended_at, customer or originator, None, None)
    if last is None:
        # Who hung up just as the agent was put through was connected, for no time at all.
        met = call.direction == "inbound" and any(o.answered for o in call.offers)
        return _unconnected(originator, customer, call.ended_at, party, "customer" if met else None)
    passing = {
        c.id
        for t in call.transfers
        for c in last.channels
        if t.by is not None and t.kind != "takeover" and party(c).device == t.by.device
        and last.start - TOLERANCE <= t.at and abs(t.at - last.until) <= PASSING
    }  # fmt: skip
    quitters = [
        c
        for c in last.channels
        if c.id not in passing
        and c.hangup_request is not None
        and hung_up(c)
        and c.hangup_request.at <= last.until + TOLERANCE
    ]
    if not quitters and (presser := _by_key([c for c in last.channels if c.id not in passing], last)) is not None:
        role = party(presser).role
        side: Side = "customer" if role == "customer" else "staff"
        if role != "customer" or customer is None or party(presser) == party(customer):
            return Ending(_ended_by(role), last.until, presser, None, side)
    if not quitters and (closer := _closed_by(last, call.moments, passing)) is not None:
        quitters = [closer]
    if not quitters:
        # The conversation was not ended by one of its parties: what became of those who were left?
        quitters = [
            c
            for c in last.channels
            if c.id not in passing and hung_up(c) and (party(c).role == "customer" or customer is None)
        ]
    if not quitters:
        return Ending("system", call.ended_at, customer or originator, None, "system")
    first = min(quitters, key=lambda c: c.hangup_request.at if c.hangup_request else 0.0)
    role = party(first).role
    if role == "customer" and customer is not None and party(first) != party(customer):
        # Somebody else outside, to whom the customer was passed on.
        return Ending(
            "unknown",
            first.hangup_request.at if first.hangup_request else call.ended_at,
            first,
            first.hangup_request,
            None,
        )
    side = "customer" if role == "customer" else "staff"
    return Ending(
        _ended_by(role),
        first.hangup_request.at if first.hangup_request else call.ended_at,
        first,
        first.hangup_request,
        side,
    )


def _closed_by(last: Moment, line: list[Moment], passing: set[str]) -> Channel | None:
    """Who hung up so that the PBX closed the room (a page, a conference with its leader): those whom it puts out one
    after the other are left with one another for an instant, which is no conversation."""
    if last.until - last.start > TOLERANCE:
        return None
    earlier = [m for m in line if 0.0 <= last.start - m.until <= TOLERANCE and set(last.channels) < set(m.channels)]
    gone = [
        c for m in earlier for c in m.channels
        if c not in last.channels and c.id not in passing and c.hangup_request is not None and hung_up(c)
        and abs(c.hangup_request.at - m.until) <= TOLERANCE
    ]  # fmt: skip
    return min(gone, key=lambda c: c.hangup_request.at if c.hangup_request is not None else 0.0) if gone else None


def _by_key(channels: list[Channel], last: Moment) -> Channel | None:
    """Who ended a conversation by the PBX's feature code for it (``disconnect`` in features.conf, Dial's h and H)."""
    if any(c.parked or any(t.at >= last.start for t in c.transfers) for c in last.channels):
        return None  # that was what the keys were for
    since, until = max(last.start, last.until - PASSING), last.until + TOLERANCE
    pressed = []
    for c in channels:
        if any(s.entered_at >= last.until for s in c.stays):
            continue  # who went on to consult somebody pressed them for that
        keys = [(at, key) for at, key in c.dtmf if since <= at <= until]
        if any(key in "*#" for _, key in keys):
            pressed.append((keys[-1][0], c))
    return max(pressed, key=lambda each: each[0])[1] if pressed else None


def _ended_by(role: Role) -> EndedBy:
    return "customer" if role == "customer" else "supervisor" if role == "supervisor" else "agent"


def _unconnected(
    originator: Channel,
    customer: Channel | None,
    ended_at: float,
    party: Callable[[Channel], Party],
    side: Side | None,
) -> Ending:
    """Nobody was ever connected: the caller left, the far end refused, or the PBX ended it."""
    if hung_up(originator) and originator.hangup_request is not None:
        role = party(originator).role
        by: EndedBy = "system" if role == "system" else _ended_by(role)
        return Ending(by, originator.hangup_request.at, originator, originator.hangup_request, side)
    if customer is not None and customer is not originator and customer.dial is not None:
        refused_at = refused_itself(customer, customer.dial)
        if refused_at is not None:
            return Ending("customer", refused_at, customer, customer.hangup_request, None)
    return Ending("system", ended_at, customer or originator, None, None)
