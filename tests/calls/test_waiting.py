"""Waiting: for whom, until when, and what the PBX's own steps after it do not mean."""

import pytest

from bridge.vocabulary.record import Record
from tests.helpers.story import Story


def enters(story: Story, queue: str = "support") -> dict[str, str]:
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Queue", AppData=queue, Extension="8000", Context="from-trunk")
    story.event("QueueCallerJoin", **customer, Queue=queue, Position="1")
    return customer


def offers(story: Story, customer: dict[str, str]) -> dict[str, str]:
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg, "support")
    story.after(0.1).state(leg, "Ringing")
    return leg


def tried_again(state: int) -> Record:
    """1001 declines and is called again after 3 s; 1002 cannot be reached."""
    story = Story()
    story.members("support", "linear", x1001=state, x1002=5)
    customer = enters(story)
    first = offers(story, customer)
    story.after(1).hang_up(first, 21, TechCause="603")
    story.dial_ends(customer, first, "NOANSWER")
    story.gone(first, cause=21, TechCause="603")
    second = offers(story.after(3), customer)
    story.after(1).state(second, "Up")
    story.dial_ends(customer, second, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("room", customer, second)
    story.after(1).hang_up(customer)
    story.gone(customer, second)
    return story.only()


def test_a_member_whose_phones_state_is_unknown_is_ready_for_a_call() -> None:
    unknown, free, in_use = 0, 1, 2
    for state in (unknown, free):
        assert tried_again(state).tags == ["incoming_dn_call", "reassign", "agent_reject", "customer_disconnect"]
    assert {"queued", "cpe_reject"} <= set(tried_again(in_use).tags)


@pytest.mark.parametrize(("rings", "waits"), [(True, False), (False, True)], ids=["second_calls_ring", "busy"])
def test_an_agent_on_a_call_is_ready_where_the_queue_calls_her_then_and_her_phone_rings(
    rings: bool, waits: bool
) -> None:
    story = Story()
    story.members("support", "linear", x1001=2)
    story.event(
        "QueueMemberStatus", Queue="support", Interface="PJSIP/1001", MemberName="PJSIP/1001",
        StateInterface="PJSIP/1001", Status="2", Paused="0", Ringinuse="1",
    )  # fmt: skip
    customer = enters(story)
    for _ in range(2):
        leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
        story.dial(customer, leg, "support")
        if rings:
            story.after(0.1).state(leg, "Ringing")
        story.after(1).hang_up(leg, 17, TechCause="486")
        story.dial_ends(customer, leg, "NOANSWER")
        story.gone(leg, cause=17, TechCause="486")
        story.after(3)
    story.hang_up(customer)
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.gone(customer)
    assert ("queued" in story.only().tags) is waits


def test_steps_of_the_dialplan_after_the_hangup_are_no_exit_from_the_queue() -> None:
    story = Story()
    customer = enters(story)
    story.after(3).event("SoftHangupRequest", **customer, Cause="16")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.event("Newexten", **customer, Application="NoOp", AppData="", Extension="h", Context="from-trunk")
    story.gone(customer)
    assert [p.exit for p in story.only().queues] == ["unknown"]


def test_steps_of_a_hangup_handler_are_no_exit_from_the_queue() -> None:
    story = Story()
    customer = enters(story)
    story.after(3).event("SoftHangupRequest", **customer, Cause="16")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.event("Newexten", **customer, Application="Set", AppData="LAST=", Extension="s", Context="handler")
    story.event("Newexten", **customer, Application="Dial", AppData="PJSIP/1001", Extension="s", Context="handler")
    story.gone(customer)
    assert [p.exit for p in story.only().queues] == ["unknown"]


def test_a_caller_who_is_served_outside_no_longer_waits() -> None:
    story = Story()
    customer = story.call_in()
    service = story.after(5).channel("PJSIP/trunk", "Down", customer["Linkedid"])
    story.dial(customer, service)
    story.after(3).state(service, "Up")
    story.dial_ends(customer, service, "ANSWER")
    story.talk("room", customer, service)
    story.after(300).hang_up(customer)
    story.gone(customer, service)
    record = story.only()
    assert (record.tags, record.wait_seconds) == (["incoming_dn_call", "customer_disconnect"], 8.0)


@pytest.mark.parametrize(("sip", "tag"), [("603", "agent_reject"), ("408", "cpe_reject")], ids=["declined", "dead"])
def test_a_caller_who_gives_up_after_a_phone_failed_is_no_short_abandon(sip: str, tag: str) -> None:
    story = Story()
    customer = enters(story)
    leg = offers(story, customer)
    story.after(1).hang_up(leg, 21 if sip == "603" else 18, TechCause=sip)
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=21 if sip == "603" else 18, TechCause=sip)
    story.after(2).hang_up(customer)
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.gone(customer)
    record = story.only()
    assert tag in record.tags
    assert "customer_abandon" in record.tags
    assert "short_abandon" not in record.tags


def test_a_customer_who_hangs_up_the_moment_an_agent_answers_has_talked_to_nobody() -> None:
    story = Story()
    customer = enters(story)
    leg = offers(story, customer)
    story.after(2).state(leg, "Up")
    story.after(0.003).hang_up(customer)
    story.dial_ends(customer, leg, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.after(0.002).gone(leg, customer)
    record = story.only()
    assert [o.outcome for o in record.offers] == ["cancelled"]
    assert [p.exit for p in record.queues] == ["abandoned"]
    assert record.tags == ["incoming_dn_call", "customer_abandon", "short_abandon"]


def test_a_customer_who_hangs_up_as_the_agent_is_put_through_was_connected() -> None:
    story = Story()
    customer = enters(story)
    leg = offers(story, customer)
    story.after(2).hang_up(customer)
    story.state(leg, "Up")
    story.dial_ends(customer, leg, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("room", leg, customer)
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.gone(customer, leg)
    assert story.only().tags == ["incoming_dn_call", "customer_disconnect"]


def test_a_phone_that_was_answered_rings_no_more_while_its_agent_is_to_confirm_the_call() -> None:
    story = Story()
    customer = enters(story)
    leg = offers(story, customer)
    story.after(2).state(leg, "Up")
    story.after(40).hang_up(customer)
    story.gone(leg)
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.gone(customer)
    record = story.only()
    assert [(o.outcome, o.ring_seconds) for o in record.offers] == [("cancelled", 2.0)]
    assert "over_agent_answer_threshold" not in record.tags


def test_a_queue_that_a_customer_is_passed_on_to_is_not_where_she_waited_for_an_answer() -> None:
    story = Story()
    customer = story.call_in()
    first = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, first)
    story.state(first, "Ringing")
    story.after(70).state(first, "Up")
    story.dial_ends(customer, first, "ANSWER")
    story.talk("room", first, customer)
    story.after(30).event(
        "BlindTransfer", Result="Success", TransfererChannel=first["Channel"], TransfererUniqueid=first["Uniqueid"],
        TransfereeUniqueid=customer["Uniqueid"], Context="staff", Extension="600",
    )  # fmt: skip
    for who in (first, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **who)
    story.gone(first)
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    second = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, second, "support")
    story.after(5).state(second, "Up")
    story.dial_ends(customer, second, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("other", second, customer)
    story.after(5).hang_up(customer)
    story.gone(customer, second)
    record = story.only()
    assert record.wait_seconds == 70.0
    assert "over_customer_waiting_threshold" in record.tags


def test_a_busy_member_was_busy_though_the_caller_leaves_a_moment_later() -> None:
    story = Story()
    customer = enters(story)
    front = story.channel("Local/1001@members", "Down", customer["Linkedid"])
    front["Channel"] += ";1"
    story.event("AgentCalled", **customer, DestChannel=front["Channel"], DestUniqueid=front["Uniqueid"],
                Queue="support", Interface="Local/1001@members/n", MemberName="1001")  # fmt: skip
    story.after(0.01).dial_ends(customer, front, "BUSY")
    story.after(0.1).hang_up(customer)
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.gone(front, customer)
    assert [(o.agent, o.outcome) for o in story.only().offers] == [("1001", "cpe_rejected")]


def test_a_caller_who_is_moved_from_one_queue_to_the_next_was_transferred_out_of_the_first() -> None:
    story = Story()
    customer = enters(story)
    story.after(30).event("QueueCallerLeave", **customer, Queue="support")
    story.event("Newexten", **customer, Application="Queue", AppData="sales,tk", Extension="6002", Context="staff")
    story.event("QueueCallerJoin", **customer, Queue="sales", Position="1")
    story.after(30).hang_up(customer)
    story.gone(customer)
    assert [(q.name, q.exit) for q in story.only().queues] == [("support", "transferred"), ("sales", "abandoned")]


def given_up_behind_a_local_channel(*, customer_leaves: bool) -> Record:
    """A Dial of a Local channel that leads into a queue, where a phone rings."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData="Local/6001@queues/n,6", Extension="8000")
    front = story.channel("Local/6001@queues", "Down", customer["Linkedid"])
    back = story.channel("Local/6001@queues", "Ring", customer["Linkedid"], Exten="6001")
    story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=back["Uniqueid"])
    story.dial(customer, front)
    story.event("Newexten", **back, Application="Queue", AppData="support", Extension="6001")
    story.event("QueueCallerJoin", **back, Queue="support", Position="1")
    leg = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(back, leg, "support")
    story.after(0.1).state(leg, "Ringing")
    story.after(6)
    if customer_leaves:
        story.hang_up(customer)
    story.dial_ends(customer, front, "CANCEL" if customer_leaves else "NOANSWER")
    story.gone(front, cause=0)
    story.hang_up(back, 0)
    story.event("QueueCallerAbandon", **back, Queue="support", Position="1")
    story.event("QueueCallerLeave", **back, Queue="support", Position="1", Count="0")
    story.dial_ends(back, leg, "NOANSWER")
    story.gone(leg, back, cause=0)
    if not customer_leaves:
        story.event("Newexten", **customer, Application="Dial", AppData="PJSIP/1001,20", Extension="8000")
        agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
        story.dial(customer, agent)
        story.after(0.1).state(agent, "Ringing")
        story.after(1).state(agent, "Up")
        story.dial_ends(customer, agent, "ANSWER")
        story.talk("room", agent, customer)
        story.after(5).hang_up(customer)
        story.gone(agent)
    story.gone(customer)
    return story.only()


def test_a_dial_that_gives_up_a_queue_behind_a_local_channel_ends_the_wait_and_the_caller_does_not() -> None:
    record = given_up_behind_a_local_channel(customer_leaves=False)
    assert [p.exit for p in record.queues] == ["timeout"]
    assert "queue_exit" in record.tags
    assert record.queue_exit_reason == "timeout"


def test_a_caller_who_hangs_up_leaves_the_queue_behind_a_local_channel_herself() -> None:
    record = given_up_behind_a_local_channel(customer_leaves=True)
    assert [p.exit for p in record.queues] == ["abandoned"]
    assert record.tags == ["incoming_dn_call", "customer_abandon"]
