"""The rules of bits 0 to 12: the kind of call, and how the staff took part."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bridge.calls.call import Call, Conference, Supervision, Transfer
from bridge.calls.offer import Offer
from bridge.calls.party import Party
from bridge.calls.tolerances import CHANGING_PLACES, TOLERANCE
from bridge.tags.proof import Proof, Rules
from bridge.vocabulary.terms import UNSEEN


def _began(call: Call, detail: str) -> list[Proof]:
    who, at = call.party(call.originator).name, call.originator.created_at
    until = max(call.dialled_at, at + TOLERANCE)  # in that time a DialBegin might show that it was dialled
    return [Proof(at, "Newchannel", call.originator, who, detail, since=at, until=until)]


def _shown(call: Call, detail: str) -> list[Proof]:
    """The proof of an outbound call. It needs the whole call: joined with one that came in, it would be inbound."""
    leg = call.customer
    at, event, who = call.originator.created_at, "Newchannel", call.originator
    if leg is not None and leg.dial is not None:
        at, event, who = leg.dial.began_at, "DialBegin", leg
    return [Proof(at, event, who, call.party(who).name, detail, since=call.started_at, until=call.ended_at)]


def incoming_dn_call(call: Call, rules: Rules) -> list[Proof]:
    if call.direction != "inbound" or call.dn is None:
        return []
    return _began(call, f"dialled {call.dialled}, a DN")


def outbound_call(call: Call, rules: Rules) -> list[Proof]:
    if call.direction != "outbound" or call.dn is None:
        return []
    return _shown(call, f"shown {call.dialled}, a DN")


def non_dn_incoming_call(call: Call, rules: Rules) -> list[Proof]:
    if call.direction != "inbound" or call.dn is not None:
        return []
    return _began(call, f"dialled {call.dialled}, no DN")


def non_dn_outgoing_call(call: Call, rules: Rules) -> list[Proof]:
    if call.direction != "outbound" or call.dn is not None:
        return []
    return _shown(call, f"shown {call.dialled or 'no number'}, no DN")


def _spying(s: Supervision, word: str) -> Proof:
    return Proof(s.start, s.event, s.spyer, s.by.name, f"{word} {s.target.name}")


def agent_coached_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        _spying(s, "whispers to")
        for s in call.supervisions
        if s.mode == "coach" and s.by.role == "agent" and s.target.role == "agent" and s.by != s.target
    ]


def agent_conference_call(call: Call, rules: Rules) -> list[Proof]:
    for c in call.conferences:
        at = call.unseen.watched(c.start, c.until, CHANGING_PLACES)
        if at is not None and sum(1 for p in c.speakers if p.role == "agent") >= 2:
            return [_together(call, c, at)]
    return []


def _together(call: Call, c: Conference, at: float) -> Proof:
    """The proof of a conference, which began when a phone took a call back to mix it, or when somebody entered."""
    mixed = any(back == c.start for channel in call.channels for _, back in channel.holds)
    return Proof(at, "Unhold" if mixed else "BridgeEnter", detail="speaking: " + _names(c.speakers))


def agent_transferred_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        passed_on(t)
        for t in call.transfers
        if t.connected and t.by is not None and t.by.role == "agent" and t.to is not None and t.to.is_staff
    ]


def passed_on(t: Transfer) -> Proof:
    """The proof of a transfer that connected somebody."""
    by, to = t.by.name if t.by else None, t.to.name if t.to else t.to_name
    return Proof(t.at, t.event, t.channel, by, f"{t.kind} to {to}", since=t.since, until=t.until)


def supervisor_monitored_call(call: Call, rules: Rules) -> list[Proof]:
    return [_spying(s, "listens to") for s in call.supervisions if s.mode == "monitor" and s.by.role == "supervisor"]


def supervisor_coached_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        _spying(s, "whispers to")
        for s in call.supervisions
        if s.mode == "coach" and s.by.role == "supervisor" and s.target.is_staff
    ]


def supervisor_conference_call(call: Call, rules: Rules) -> list[Proof]:
    if all(p.party.role != "supervisor" for p in call.participants):
        return []
    speaking: set[Party] = set().union(*(c.speakers for c in call.conferences))
    of_role = [{p for p in speaking if p.role == role} for role in ("supervisor", "customer", "agent")]
    for c in call.conferences:
        if any(c.speakers.isdisjoint(parties) for parties in of_role):
            continue
        at = call.unseen.watched(c.start, c.until, CHANGING_PLACES)
        if at is not None:
            return [_together(call, c, at)]
    return []


def supervisor_transferred_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        passed_on(t)
        for t in call.transfers
        if t.connected and t.by is not None and t.by.role == "supervisor" and t.to is not None
    ]


def agent_to_agent_call(call: Call, rules: Rules) -> list[Proof]:
    """Two of the staff call each other, answered or not, or meet in a conference room."""
    if call.direction != "internal":
        return []
    staff: dict[str, Party] = {}
    first = call.party(call.originator)
    together = {call.party(c): None for m in call.moments for c in m.came}
    for p in (first, *(o.party for o in call.offers), *together):
        if p.is_staff:
            staff[p.name] = p  # somebody with two devices counts once
    detail = "between " + _names(staff.values())
    at = call.originator.created_at
    proof = Proof(at, "Newchannel", call.originator, first.name, detail, since=call.started_at, until=call.ended_at)
    return [proof] if len(staff) > 1 else []


def _names(parties: Iterable[Party]) -> str:
    return ", ".join(sorted(p.name for p in parties))


class Retry(msgspec.Struct, frozen=True):
    """An offer in a round after one in which an offer failed. Offers of one round ring side by side."""

    failed: Offer
    """The last offer that failed in the rounds before."""
    offer: Offer
    is_first: bool
    """Whether the call had not been offered to this party before."""


def retries(call: Call) -> list[Retry]:
    """The offers after one that failed, whether by the queue, the dialplan or a transfer."""
    found: list[Retry] = []
    if len(call.rounds) < 2:
        return found
    failed: Offer | None = None
    tried: set[str] = set()
    for side_by_side in call.rounds:
        if failed is not None:
            found += [Retry(failed, o, o.party.name not in tried) for o in side_by_side]
        tried.update(o.party.name for o in side_by_side)
        failed = next((o for o in reversed(side_by_side) if o.failed), failed)
    return found


def reassigned_call(call: Call, rules: Rules) -> list[Proof]:
    found = []
    for retry in retries(call):
        if retry.is_first:
            failed, again = retry.failed, retry.offer
            since, until = call.started_at, again.started_at
            outcome = failed.outcome or UNSEEN
            found += [
                Proof(failed.ended_at, failed.ending, failed.channel, failed.party.name, outcome, since, until),
                Proof(again.started_at, "DialBegin", again.channel, again.party.name, "offered next", since, until),
            ]
    return found
