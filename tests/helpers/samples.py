"""Records to write, read and explain."""

from typing import Any

import msgspec

from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.record import (
    Conference,
    Customer,
    Evidence,
    Label,
    Offer,
    Participant,
    QueuePass,
    Record,
    Supervision,
    Transfer,
)


def at(second: float) -> str:
    """A time of the sample call: seconds after its start."""
    return f"2026-03-02T09:{int(second // 60):02}:{second % 60:06.3f}Z"


def tagged(*names: str) -> dict[str, Any]:
    """The fields of a record that follow from its tags."""
    tags = sorted(names, key=lambda name: BY_NAME[name].bit)
    return {
        "tags": tags,
        "tag_bits": sum(1 << BY_NAME[name].bit for name in tags),
        "labels": {name: Label(en=BY_NAME[name].en, zh=BY_NAME[name].zh) for name in tags},
        "evidence": {name: [Evidence(at=at(0), event="Newchannel", channel="PJSIP/trunk-00000001")] for name in tags},
    }


ANSWERED = Record(
    record_id="5f2a",
    revision=1,
    complete=True,
    gaps=[],
    pbx="pbx1",
    call_id="1772442000.1",
    linked_ids=["1772442000.1", "1772442030.9"],
    sip_call_ids=[],
    **tagged("incoming_dn_call", "agent_reject", "reassign", "reassigned_call", "customer_disconnect"),
    direction="inbound",
    dn="8000",
    customer=Customer(number="0287654321"),
    started_at=at(0),
    answered_at=at(9.5),
    ended_at=at(59.5),
    wait_seconds=9.0,
    talk_seconds=50.0,
    hold_seconds=0.0,
    ended_by="customer",
    hangup_cause=16,
    sip_code=None,
    queues=[QueuePass(name="support", joined_at=at(0.5), left_at=at(9.5), position=1, exit="answered")],
    offers=[
        Offer(
            agent="1001",
            device="PJSIP/1001",
            queue="support",
            started_at=at(0.5),
            ringing_at=at(0.6),
            ended_at=at(4.6),
            ring_seconds=4.0,
            outcome="rejected",
            reason=None,
            cause=21,
            sip_code=603,
        ),
        Offer(
            agent="1002",
            device="PJSIP/1002",
            queue="support",
            started_at=at(5.6),
            ringing_at=at(5.7),
            ended_at=at(9.5),
            ring_seconds=3.8,
            outcome="answered",
            reason=None,
            cause=16,
            sip_code=None,
        ),
    ],
    participants=[
        Participant(
            party="0287654321",
            role="customer",
            device="PJSIP/trunk",
            joined_at=at(9.5),
            left_at=at(59.5),
            talk_seconds=50.0,
            hold_seconds=0.0,
        ),
        Participant(
            party="1002",
            role="agent",
            device="PJSIP/1002",
            joined_at=at(9.5),
            left_at=at(59.5),
            talk_seconds=50.0,
            hold_seconds=0.0,
        ),
    ],
    transfers=[],
    supervisions=[],
    conferences=[],
)
"""1001 declines, 1002 answers, the customer hangs up."""

SUPERVISED = msgspec.structs.replace(
    ANSWERED,
    record_id="77c0",
    call_id="1772442100.1",
    linked_ids=["1772442100.1"],
    **tagged("non_dn_incoming_call", "supervisor_monitored_call", "supervisor_conference_call", "transferred"),
    dn=None,
    started_at=at(100),
    answered_at=at(105),
    ended_at=at(140),
    queues=[],
    offers=[
        msgspec.structs.replace(
            ANSWERED.offers[1], queue=None, started_at=at(100.1), ringing_at=at(100.2), ended_at=at(105)
        )
    ],
    participants=[
        msgspec.structs.replace(person, joined_at=at(105), left_at=left_at)
        for person, left_at in zip(ANSWERED.participants, (at(140), at(131)), strict=True)
    ],
    supervisions=[
        Supervision(by="2001", role="supervisor", target="1002", mode="monitor", from_=at(110), until=at(120)),
        Supervision(by="2001", role="supervisor", target="1002", mode="barge", from_=at(120), until=at(130)),
    ],
    conferences=[Conference(from_=at(120), until=at(130), speakers=["0287654321", "1002", "2001"])],
    transfers=[
        Transfer(
            kind="attended", by="1002", from_="1002", to="1003", target_type="agent", at=at(131), outcome="answered"
        )
    ],
)
"""1002 answers a direct call, 2001 listens and barges in, 1002 transfers to 1003."""

ABANDONED = msgspec.structs.replace(
    ANSWERED,
    record_id="0b11",
    call_id="1772355600.1",
    linked_ids=["1772355600.1"],
    **tagged("incoming_dn_call", "customer_abandon", "queued"),
    abandoned_in="queue",
    started_at="2026-03-01T09:00:00.000Z",
    answered_at=None,
    ended_at="2026-03-01T09:00:09.500Z",
    talk_seconds=0.0,
    queues=[
        QueuePass(
            name="support",
            joined_at="2026-03-01T09:00:00.500Z",
            left_at="2026-03-01T09:00:09.500Z",
            position=3,
            exit="abandoned",
        )
    ],
    offers=[],
    participants=[],
)
"""The customer gives up in the queue, the day before."""
