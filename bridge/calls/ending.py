"""Who ended the call, and who ended its last conversation.

Only a channel's own events count: a side hung up if its channel had a HangupRequest, and the first one decides.
AgentComplete is not believed: it says ``caller`` even if an administrator hung up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bridge.calls.call import Ending, Moment, Side, Transfer
from bridge.calls.hangup_keys import may_hang_up_by_key
from bridge.calls.hangups import hung_up, hung_up_at, is_untold, refused_itself
from bridge.calls.offer import Offer
from bridge.calls.party import PartyOf
from bridge.calls.scene import Scene
from bridge.calls.sides import Sides
from bridge.calls.tolerances import BY_KEY, LEADS_TO, REFUSED_WITHIN, TOLERANCE
from bridge.pbx.channel import AS_PUT_THROUGH, Channel
from bridge.vocabulary.terms import EndedBy, Role


def ending(
    scene: Scene, sides: Sides, moments: Sequence[Moment], offers: Iterable[Offer], transfers: Iterable[Transfer]
) -> Ending:
    """Who ended the call, by the first of the rules below that can tell."""
    last = _last_conversation(moments, scene.party, sides.customer is not None)
    if scene.unseen.any(scene.started_at if last is None else last.until - LEADS_TO, scene.ended_at):
        return Ending("unknown", scene.ended_at, sides.far, None, None)
    if last is None:
        answered = [o.channel for o in offers if o.answered and o.channel is not None]
        return _of_no_conversation(scene, sides, answered if sides.direction == "inbound" else [])
    passing = _passing(last, transfers, scene.party)
    parties = [c for c in last.channels if c.id not in passing]
    left = _first([c for c in parties if hung_up_at(c) <= last.until + TOLERANCE])
    pressers = _pressers(parties, last) if left is None else []
    presser = next((c for c in pressers if may_hang_up_by_key(c, scene.channels, scene.unseen)), None)
    if presser is not None:
        role = scene.party(presser).role
        if role != "customer" or sides.is_customers(scene.party(presser), scene.party):
            return Ending(_ended_by(role), last.until, presser, None, _side(role))
    if left is None and (sender := _sent_our_side_away(parties, last, scene, sides)) is not None:
        return Ending("customer", last.until, sender, None, "customer")
    if left is None:
        left = _closed_by(last, moments, passing)
    if left is None:
        # None of its parties ended the conversation: whoever was left may have hung up later.
        left = _first([
            c for c in parties
            if hung_up(c) and (sides.customer is None or scene.party(c).role == "customer")
        ])  # fmt: skip
    if left is None and scene.unseen and (pressers or last.until - last.start <= AS_PUT_THROUGH):
        # Not seen may be what allowed the keys, or a hangup before the two were put through for an instant.
        return Ending("unknown", scene.ended_at, sides.far, None, None)
    if left is None and any(is_untold(c) for c in parties):
        return Ending("unknown", scene.ended_at, sides.far, None, None)
    if left is None:
        return Ending("system", scene.ended_at, sides.far, None, "system")
    return _by(left, scene, sides)


def _sent_our_side_away(parties: Iterable[Channel], last: Moment, scene: Scene, sides: Sides) -> Channel | None:
    """The customer who left by a transfer of her own PBX: it sent our side to somebody else (REFER), or joined the
    two whom she talked with."""
    customers = {
        c for c in parties if scene.party(c).role == "customer" and sides.is_customers(scene.party(c), scene.party)
    }
    sent = (t for c in scene.channels for t in c.transfers if not customers.isdisjoint((t.transferer, t.second)))
    return next((t.transferer for t in sent if last.start <= t.at and abs(t.at - last.until) <= LEADS_TO), None)


def _last_conversation(moments: Sequence[Moment], party: PartyOf, has_customer: bool) -> Moment | None:
    """The last moment in which the call's two sides, or in an internal call two parties, were connected."""
    for m in reversed(moments):
        if not has_customer or any(party(c).role == "customer" for c in m.channels):
            return m
    return None


def _passing(last: Moment, transfers: Iterable[Transfer], party: PartyOf) -> set[str]:
    """Ids of the channels that left the conversation by transferring it."""
    devices = {
        t.by.device
        for t in transfers
        if t.by is not None and t.kind != "takeover"
        and last.start - TOLERANCE <= t.at and abs(t.at - last.until) <= REFUSED_WITHIN
    }  # fmt: skip
    # If the transferer is outside, the trunk is the device of both transferer and customer.
    return {c.id for c in last.channels if party(c).device in devices and party(c).is_inside} if devices else set()


def _first(channels: list[Channel]) -> Channel | None:
    """The channel that hung up first."""
    return min(channels, key=hung_up_at, default=None)


def _by(channel: Channel, scene: Scene, sides: Sides) -> Ending:
    """The ending by a channel that hung up."""
    party, request, at = scene.party(channel), channel.hangup_request, hung_up_at(channel)
    called = channel.dial is not None or not channel.seen_from_start
    if party.role == "customer" and called and not sides.is_customers(party, scene.party):
        # Somebody else outside, to whom the customer was transferred. One who called in is a customer, too.
        return Ending("unknown", at, channel, request, None)
    return Ending(_ended_by(party.role), at, channel, request, _side(party.role))


def _closed_by(last: Moment, moments: Sequence[Moment], passing: set[str]) -> Channel | None:
    """Who hung up and thereby closed the room (a page, a conference that ends with its leader). The PBX removes the
    others one by one, so the last two are alone for an instant, which is no conversation."""
    if last.until - last.start > TOLERANCE:
        return None
    remain = set(last.channels)
    earlier = [m for m in moments if 0.0 <= last.start - m.until <= TOLERANCE and remain < set(m.channels)]
    return _first([
        c for m in earlier for c in m.channels
        if c not in remain and c.id not in passing and abs(hung_up_at(c) - m.until) <= TOLERANCE
    ])  # fmt: skip


def _pressers(channels: Iterable[Channel], last: Moment) -> list[Channel]:
    """The parties whose keys may be the PBX's feature code for hanging up, the latest first. No event tells the code,
    but the PBX hangs up at its last key; earlier keys were for something else."""
    if any(c.parked or any(t.at >= last.start for t in c.transfers) for c in last.channels):
        return []  # the keys were for parking or transferring
    since, until = max(last.start, last.until - LEADS_TO), last.until + TOLERANCE
    pressed = []
    for c in channels:
        if any(s.entered_at >= last.until for s in c.stays):
            continue  # the keys were for a consultation
        keys = [(at, key) for at, key in c.dtmf if since <= at <= until]
        if any(key in "*#" for _, key in keys) and last.until - keys[-1][0] <= BY_KEY:
            pressed.append((keys[-1][0], c))
    return [c for _, c in sorted(pressed, key=lambda each: each[0], reverse=True)]


def _ended_by(role: Role) -> EndedBy:
    return "customer" if role == "customer" else "supervisor" if role == "supervisor" else "agent"


def _side(role: Role) -> Side:
    return "customer" if role == "customer" else "staff"


def _of_no_conversation(scene: Scene, sides: Sides, answered: Sequence[Channel]) -> Ending:
    """The ending of a call without a conversation: the caller left, the far end refused, or the PBX ended it.

    A caller, or an agent who has answered, counts as connected for an instant if she hangs up just as the two are put
    through. ``answered``: the legs of such agents.
    """
    originator, customer = sides.originator, sides.customer
    left = _first([c for c in answered if hung_up_at(c) >= scene.ended_at - AS_PUT_THROUGH])
    if left is not None and hung_up_at(left) < hung_up_at(originator):
        return _by(left, scene, sides)
    if hung_up(originator):
        role = scene.party(originator).role
        by: EndedBy = "system" if role == "system" else _ended_by(role)
        side: Side | None = "customer" if answered else None
        return Ending(by, hung_up_at(originator), originator, originator.hangup_request, side)
    if customer is not None and customer is not originator and customer.dial is not None:
        refused_at = refused_itself(customer, customer.dial)
        if refused_at is not None:
            return Ending("customer", refused_at, customer, customer.hangup_request, None)
    rung_by = originator.dial
    if rung_by is not None and rung_by.caller is None and not originator.told_from_start:
        # An application rang this phone for somebody's call, of which only the feed that was away could tell.
        return Ending("unknown", scene.ended_at, sides.far, None, None)
    by = "unknown" if is_untold(originator) else "system"
    return Ending(by, scene.ended_at, sides.far, None, None)
