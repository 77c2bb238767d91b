"""Bits 0 to 12: what kind of call it was, and who of the staff took part in which way."""

from __future__ import annotations

from collections.abc import Iterable

from bridge.calls.call import Call, Offer, Party, Supervision
from bridge.records.record import UNSEEN
from bridge.tags.proof import Proof, Rules


def _began(call: Call, detail: str) -> list[Proof]:
    who = call.party(call.originator).name
    return [Proof(call.originator.created_at, "Newchannel", call.originator, who, detail)]


def _shown(call: Call, detail: str) -> list[Proof]:
    leg = call.customer
    if leg is None or leg.dial is None:
        return _began(call, detail)
    return [Proof(leg.dial.began_at, "DialBegin", leg, call.party(leg).name, detail)]


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
    return _shown(call, f"shown {call.dialled}, no DN")


def _spying(s: Supervision, word: str) -> Proof:
    return Proof(s.start, "ChanSpyStart", s.spyer, s.by.name, f"{word} {s.target.name}")


def agent_coached_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        _spying(s, "whispers to")
        for s in call.supervisions
        if s.mode == "coach" and s.by.role == "agent" and s.target.role == "agent" and s.by != s.target
    ]


def agent_conference_call(call: Call, rules: Rules) -> list[Proof]:
    for c in call.conferences:
        if sum(1 for p in c.speakers if p.role == "agent") >= 2:
            return [Proof(c.start, "BridgeEnter", detail="speaking: " + _names(c.speakers))]
    return []


def agent_transferred_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        Proof(t.at, t.event, t.channel, t.by.name, f"{t.kind} to {t.to.name}")
        for t in call.transfers
        if t.connected and t.by is not None and t.by.role == "agent" and t.to is not None and t.to.is_staff
    ]


def supervisor_monitored_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        _spying(s, "listens to") for s in call.supervisions if s.mode == "monitor" and s.by.role == "supervisor"
    ]


def supervisor_coached_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        _spying(s, "whispers to")
        for s in call.supervisions
        if s.mode == "coach" and s.by.role == "supervisor" and s.target.is_staff
    ]


def supervisor_conference_call(call: Call, rules: Rules) -> list[Proof]:
    for c in call.conferences:
        if {"supervisor", "agent", "customer"} <= {p.role for p in c.speakers}:
            return [Proof(c.start, "BridgeEnter", detail="speaking: " + _names(c.speakers))]
    return []


def supervisor_transferred_call(call: Call, rules: Rules) -> list[Proof]:
    return [
        Proof(t.at, t.event, t.channel, t.by.name, f"{t.kind} to {t.to.name}")
        for t in call.transfers
        if t.connected and t.by is not None and t.by.role == "supervisor" and t.to is not None
    ]


def agent_to_agent_call(call: Call, rules: Rules) -> list[Proof]:
    """Two of the staff, one calling the other, or together in a room; answered or not."""
    if call.direction != "internal":
        return []
    staff: dict[str, Party] = {}
    first = call.party(call.originator)
    for p in (first, *(o.party for o in call.offers), *(call.party(c) for m in call.moments for c in m.channels)):
        if p.is_staff:
            staff[p.device] = p
    return _began(call, "between " + _names(staff.values())) if len(staff) > 1 else []


def _names(parties: Iterable[Party]) -> str:
    return ", ".join(sorted(p.name for p in parties))


def after_failure(call: Call) -> list[tuple[Offer, Offer]]:
    """Each offer that came after a failed one, with the last such. Offers of one round ring side by side."""
    found = []
    for o in call.offers:
        failed = [f for f in call.offers if f.failed and f.round < o.round]
        if failed:
            found.append((failed[-1], o))
    return found


def reassigned_call(call: Call, rules: Rules) -> list[Proof]:
    found = []
    for failed, again in after_failure(call):
        if all(o.party.device != again.party.device for o in call.offers if o.round < again.round):
            found += [
                Proof(failed.ended_at, failed.ending, failed.channel, failed.party.name, failed.outcome or UNSEEN),
                Proof(again.started_at, "DialBegin", again.channel, again.party.name, "offered next"),
            ]
    return found
