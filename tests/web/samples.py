"""Calls to draw: one with all that a picture can show, one with many phones, one that is long."""

from typing import Any

import msgspec

from bridge.vocabulary.record import (
    Conference,
    Conversation,
    Customer,
    Dial,
    Evidence,
    Gap,
    Offer,
    Participant,
    QueuePass,
    Record,
    Supervision,
    Transfer,
)
from tests.helpers.samples import ANSWERED, at, tagged

CUSTOMER = "0287654321"


def offer(agent: str, since: float, rung: float | None, until: float | None, outcome: Any, **more: Any) -> Offer:
    values: dict[str, Any] = {
        "agent": agent, "device": f"PJSIP/{agent}", "queue": "support", "started_at": at(since),
        "ringing_at": None if rung is None else at(rung), "ended_at": None if until is None else at(until),
        "ring_seconds": 0.0 if rung is None or until is None else round(until - rung, 3), "outcome": outcome,
        "reason": None, "cause": None, "sip_code": None,
    }  # fmt: skip
    return Offer(**values | more)


def person(party: str, role: Any, since: float, until: float, talk: float, hold: float = 0.0) -> Participant:
    return Participant(
        party=party, role=role, device=f"PJSIP/{party}", joined_at=at(since), left_at=at(until), talk_seconds=talk,
        hold_seconds=hold,
    )  # fmt: skip


def talk(since: float, until: float, *parties: str, held: tuple[str, ...] = ()) -> Conversation:
    return Conversation(at(since), at(until), list(parties), list(parties), list(held))


def proof(second: float, event: str, party: str | None = None, detail: str | None = None) -> Evidence:
    channel = f"PJSIP/{party}-0000001a" if party else None
    return Evidence(at=at(second), event=event, channel=channel, party=party, detail=detail)


def everything() -> Record:
    """A menu, a wait over its limit, a phone that fails, one that declines, one that sleeps, one that answers; hold,
    a supervisor who listens, whispers and joins; a transfer after asking; a call to an outside number; a gap."""
    fields = {name: getattr(ANSWERED, name) for name in ANSWERED.__struct_fields__}
    proofs = {
        "incoming_dn_call": [proof(0, "Newchannel", CUSTOMER, "dialled 8000, a DN")],
        "agent_transferred_call": [proof(206, "AttendedTransfer", "1004", "attended to 1005")],
        "supervisor_monitored_call": [proof(150, "ChanSpyStart", "2001", "listens to 1004")],
        "supervisor_coached_call": [proof(158, "ChanSpyStart", "2001", "whispers to 1004")],
        "supervisor_conference_call": [proof(170, "BridgeEnter", None, "speaking: 0287654321, 1004, 2001")],
        "reassigned_call": [
            proof(18.2, "HangupRequest", "1001", "cpe_rejected"),
            proof(19, "DialBegin", "1002", "offered next"),
        ],
        "queued": [proof(12, "QueueCallerJoin", CUSTOMER, "no agent ready in support")],
        "reassign": [proof(19, "DialBegin", "1002", "after 1001: cpe_rejected")],
        "transferred": [proof(206, "AttendedTransfer", "1004", "attended to 1005")],
        "over_agent_answer_threshold": [proof(25.2, "Newstate", "1003", "rang 21.0 s, allowed 20 s")],
        "over_customer_waiting_threshold": [proof(74, "QueueCallerLeave", CUSTOMER, "waited 62.0 s, allowed 60 s")],
        "agent_reject": [proof(23, "HangupRequest", "1002", "declined: rang, 603")],
        "cpe_reject": [proof(18.2, "HangupRequest", "1001", "busy: never rang, 486")],
        "agent_no_answer_timeout": [proof(46.2, "Hangup", "1003", "timeout: rang")],
        "customer_disconnect": [proof(600, "HangupRequest", CUSTOMER, "hung up first")],
    }
    fields |= tagged(*proofs) | {"evidence": proofs}
    return Record(**fields | {
        "record_id": "e7ef", "call_id": "1772442000.1", "customer": Customer(number=CUSTOMER, name="總務處"),
        "answered_at": at(74), "ended_at": at(600), "wait_seconds": 62.0, "talk_seconds": 483.0, "hold_seconds": 37.0,
        "queues": [QueuePass(name="support", joined_at=at(12), left_at=at(74), position=3, exit="answered")],
        "offers": [
            offer("1001", 18, None, 18.2, "cpe_rejected", reason="busy", cause=17, sip_code=486),
            offer("1002", 19, 19.4, 23, "rejected", reason="declined", cause=21, sip_code=603),
            offer("1003", 25, 25.2, 46.2, "no_answer", reason="timeout"),
            offer("1004", 70, 71, 74, "answered"),
            offer("1005", 186, 187, 191, "answered", queue=None),
        ],
        "participants": [
            person(CUSTOMER, "customer", 0, 600, 483.0), person("1004", "agent", 74, 206, 110.0, 37.0),
            person("2001", "supervisor", 150, 182, 12.0), person("1005", "agent", 191, 600, 409.0),
        ],
        "conversations": [
            talk(74, 90, CUSTOMER, "1004"), talk(90, 112, CUSTOMER, "1004", held=(CUSTOMER,)),
            talk(112, 170, CUSTOMER, "1004"), talk(170, 182, CUSTOMER, "1004", "2001"),
            talk(182, 185, CUSTOMER, "1004"), talk(185, 206, CUSTOMER, "1004", held=(CUSTOMER,)),
            talk(191, 206, "1004", "1005"), talk(206, 600, CUSTOMER, "1005"),
        ],
        "dials": [
            Dial("0400123456", "PJSIP/trunk", "PJSIP/trunk", "1005", at(400), at(402), at(409), "busy", 17, 486)
        ],
        "supervisions": [
            Supervision(by="2001", role="supervisor", target="1004", mode="monitor", from_=at(150), until=at(158)),
            Supervision(by="2001", role="supervisor", target="1004", mode="coach", from_=at(158), until=at(170)),
            Supervision(by="2001", role="supervisor", target="1004", mode="barge", from_=at(170), until=at(182)),
        ],
        "conferences": [Conference(from_=at(170), until=at(182), speakers=[CUSTOMER, "1004", "2001"])],
        "transfers": [
            Transfer(
                kind="attended", by="1004", from_="1004", to="1005", target_type="agent", at=at(206),
                outcome="answered",
            )
        ],
        "gaps": [Gap(from_=at(300), until=at(305))], "complete": False,
    })  # fmt: skip


def talk_adds_up(record: Record) -> float:
    """Seconds in which the customer talked and nobody was held."""
    return sum(
        (float(t.until[17:-1]) + 60 * int(t.until[14:16])) - (float(t.from_[17:-1]) + 60 * int(t.from_[14:16]))
        for t in record.conversations
        if CUSTOMER in t.parties and not t.held
    )


def many_phones(count: int) -> Record:
    """A queue that rings ``count`` phones at once; the last answers."""
    offers = [offer(str(1000 + n), 1, 1.2, 6, "answered_elsewhere", cause=26) for n in range(count - 1)]
    return msgspec.structs.replace(ANSWERED, offers=[*offers, offer(str(999 + count), 1, 1.2, 6, "answered")])
