"""A call told from its record."""

import msgspec
import pytest

from bridge.records.explain import explain
from bridge.vocabulary.record import Gap, Offer, Participant, Record
from bridge.vocabulary.terms import Outcome
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED, at


def test_a_declined_and_then_answered_call_is_told_from_ring_to_hangup_with_every_tag_and_why() -> None:
    told = explain(ANSWERED)
    assert (
        told
        == """\
Call 1772442000.1 on pbx1, 2026-03-02 09:00:00.000 UTC
Customer 0287654321 called 8000; waited 9.0 s, talked 50.0 s with 1002, the customer hung up.

What happened
  09:00:00.000    +0.000 s  the call began
  09:00:00.500    +0.500 s  the caller joined queue support as number 1
  09:00:00.500    +0.500 s  1001 was offered the call
  09:00:00.600    +0.600 s  1001's phone rang
  09:00:04.600    +4.600 s  1001 declined (SIP 603)
  09:00:05.600    +5.600 s  1002 was offered the call
  09:00:05.700    +5.700 s  1002's phone rang
  09:00:09.500    +9.500 s  1002 answered
  09:00:09.500    +9.500 s  the call left queue support for the one who answered
  09:00:09.500    +9.500 s  customer 0287654321 joined the conversation
  09:00:09.500    +9.500 s  agent 1002 joined the conversation
  09:00:59.500   +59.500 s  the customer hung up (cause 16)

Offers
  queue support to 1001: rang 4.0 s, 1001 declined (SIP 603)
  queue support to 1002: rang 3.8 s, 1002 answered

Tags and why
  incoming_dn_call (incoming DN call, 進線)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  reassigned_call (Reassigned Call, 重新分配)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  reassign (reassign, 重新分派)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  agent_reject (Agent Reject call (when agent press disconnect), 專員拒絕回應)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  customer_disconnect (Customer Disconnect Call (After call connected), 客戶結束通話)
    09:00:00.000 Newchannel PJSIP/trunk-00000001"""
    )


def test_the_same_call_is_told_in_chinese_as_a_contact_centre_in_taiwan_would() -> None:
    told = explain(ANSWERED, "zh-TW")
    assert (
        told
        == """\
通話 1772442000.1，pbx1，2026-03-02 09:00:00.000 UTC
客戶 0287654321 撥打 8000；等候 9.0 秒，與 1002 通話 50.0 秒，客戶掛斷。

經過
  09:00:00.000    +0.000 秒  通話開始
  09:00:00.500    +0.500 秒  來電者進入佇列 support，排在第 1 位
  09:00:00.500    +0.500 秒  派送給 1001
  09:00:00.600    +0.600 秒  1001 的話機響鈴
  09:00:04.600    +4.600 秒  1001 拒接（SIP 603）
  09:00:05.600    +5.600 秒  派送給 1002
  09:00:05.700    +5.700 秒  1002 的話機響鈴
  09:00:09.500    +9.500 秒  1002 接聽
  09:00:09.500    +9.500 秒  離開佇列 support，由接聽者服務
  09:00:09.500    +9.500 秒  客戶 0287654321 加入對話
  09:00:09.500    +9.500 秒  專員 1002 加入對話
  09:00:59.500   +59.500 秒  客戶掛斷（原因碼 16）

派送
  佇列 support 派送給 1001：響鈴 4.0 秒，1001 拒接（SIP 603）
  佇列 support 派送給 1002：響鈴 3.8 秒，1002 接聽

標籤與依據
  incoming_dn_call (incoming DN call, 進線)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  reassigned_call (Reassigned Call, 重新分配)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  reassign (reassign, 重新分派)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  agent_reject (Agent Reject call (when agent press disconnect), 專員拒絕回應)
    09:00:00.000 Newchannel PJSIP/trunk-00000001
  customer_disconnect (Customer Disconnect Call (After call connected), 客戶結束通話)
    09:00:00.000 Newchannel PJSIP/trunk-00000001"""
    )


def test_supervision_conference_and_transfer_are_told() -> None:
    told = explain(SUPERVISED)
    for line in (
        "supervisor 2001 began listening to 1002",
        "supervisor 2001 began speaking in the conversation of 1002",
        "0287654321, 1002 and 2001 were in conference",
        "1002 made an attended transfer to agent 1003, answered",
        "agent 1002 left the conversation after 50.0 s of talk",
    ):
        assert line in told


def agent(number: str) -> Participant:
    return msgspec.structs.replace(
        next(who for who in ANSWERED.participants if who.role == "agent"), party=number, device=f"PJSIP/{number}"
    )


CHANGES: dict[str, tuple[Record, dict[str, object]]] = {
    "the customer gave up in the queue after waiting 9.0 s.": (ABANDONED, {}),
    "it was refused because the queue was full.": (ANSWERED, {"overflow_reason": "queue_full"}),
    "the caller asked to be called back after waiting 9.0 s.": (
        ANSWERED,
        {"tags": ["virtual_queue_callback_incoming"]},
    ),
    "0287654321 called 1002; talked 50.0 s, the agent hung up.": (
        ANSWERED,
        {"direction": "internal", "ended_by": "agent"},
    ),
    "1002 called customer 0287654321, showing 8000; talked 50.0 s, held 3.0 s, the PBX ended the call.": (
        ANSWERED,
        {"direction": "outbound", "hold_seconds": 3.0, "ended_by": "system"},
    ),
    "showing 8000; the customer talked 50.0 s with 1002 and 1003, the customer hung up.": (
        ANSWERED,
        {"direction": "outbound", "participants": [*ANSWERED.participants, agent("1003")]},
    ),
    "talked 50.0 s with 1002, 1003 and 2001, the customer hung up.": (
        ANSWERED,
        {"participants": [*ANSWERED.participants, agent("1003"), agent("2001")]},
    ),
    "called 80106, which is no DN; waited": (ANSWERED, {"dn": None, "dialled": "80106"}),
    "called a number that is no DN; waited": (ANSWERED, {"dn": None}),
    "the customer was not reached.": (ABANDONED, {"direction": "outbound"}),
    "nobody answered, the PBX ended the call.": (ABANDONED, {"tags": [], "ended_by": "system"}),
}


@pytest.mark.parametrize("summary", CHANGES)
def test_the_second_line_says_who_called_and_how_it_went(summary: str) -> None:
    record, changes = CHANGES[summary]
    assert summary in explain(msgspec.structs.replace(record, **changes)).splitlines()[1]


OUTCOMES: dict[Outcome, tuple[dict[str, object], str]] = {
    "cpe_rejected": (
        {"ringing_at": None, "reason": "not_registered", "sip_code": None, "cause": None},
        "did not ring, 1001's device failed: not registered",
    ),
    "no_answer": ({}, "rang 4.0 s, 1001 did not answer in time"),
    "cancelled": ({}, "rang 4.0 s, the caller left before 1001 answered"),
    "answered_elsewhere": ({}, "rang 4.0 s, another phone answered before 1001's"),
    "forwarded": ({}, "rang 4.0 s, 1001's device sent the call elsewhere"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_of_an_offer_is_told_in_words(outcome: Outcome) -> None:
    changes, words = OUTCOMES[outcome]
    offer: Offer = msgspec.structs.replace(ANSWERED.offers[0], outcome=outcome, **changes)
    assert f"queue support to 1001: {words}" in explain(msgspec.structs.replace(ANSWERED, offers=[offer]))


def test_what_was_not_observed_is_said_first() -> None:
    partly = msgspec.structs.replace(ANSWERED, complete=False, gaps=[Gap(from_=None, until=at(2))])
    assert explain(partly).splitlines()[2:4] == [
        "Only part of this call was observed: what happened outside that part is not told here.",
        f"Not observed: from its start until {at(2)}.",
    ]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("media_failed: NotAllowedError", "on answering, the browser was not allowed to use the microphone"),
        ("device_lost: offline", "the browser had no network (SIP 480)"),
        ("answer_failed", "the agent pressed answer, but the browser could not (SIP 480)"),
        ("page_closed: closed", "the phone's page was closed or loaded anew (SIP 480)"),
    ],
)
def test_what_a_browser_phone_said_of_itself_is_told_as_a_manager_would(reason: str, words: str) -> None:
    offer = msgspec.structs.replace(ANSWERED.offers[0], outcome="cpe_rejected", reason=reason, sip_code=480)
    assert f"1001's device failed: {words}" in explain(msgspec.structs.replace(ANSWERED, offers=[offer]))
