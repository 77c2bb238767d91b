"""Who has come together with whom: a bridge alone connects nobody, nor does an answer."""

import pytest

from bridge.vocabulary.record import Record
from tests.helpers.story import Story

Who = dict[str, str]


def enters(story: Story, bridge: str, *channels: Who) -> None:
    for c in channels:
        story.event("BridgeEnter", BridgeUniqueid=bridge, BridgeTechnology="simple_bridge", **c)


def leaves(story: Story, bridge: str, *channels: Who) -> None:
    for c in channels:
        story.event("BridgeLeave", BridgeUniqueid=bridge, **c)


def rung_in_the_callers_bridge(story: Story) -> tuple[Who, Who]:
    """An application (ARI: create, bridge, dial) has the caller hear the ringing."""
    customer = story.call_in()
    story.state(customer, "Up")
    story.event("Newexten", **customer, Application="Stasis", AppData="bot", Extension="8000")
    leg = story.after(1).channel("PJSIP/1001", "Down")
    story.event("BridgeCreate", BridgeUniqueid="early", BridgeTechnology="simple_bridge")
    enters(story, "early", customer)
    leg["Linkedid"] = customer["Linkedid"]
    enters(story, "early", leg)
    story.event("DialBegin", DestChannel=leg["Channel"], DestUniqueid=leg["Uniqueid"], DialString="1001")
    story.after(0.1).state(leg, "Ringing")
    return customer, leg


def test_a_customer_who_gives_up_in_one_bridge_with_a_phone_that_rings_has_talked_to_nobody() -> None:
    story = Story()
    customer, leg = rung_in_the_callers_bridge(story)
    story.after(6).hang_up(customer)
    leaves(story, "early", customer, leg)
    story.gone(customer, leg)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "customer_abandon"]
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "cancelled")]
    assert record.talk_seconds == 0


def test_the_talk_in_such_a_bridge_begins_with_the_answer() -> None:
    story = Story()
    customer, leg = rung_in_the_callers_bridge(story)
    story.after(6).state(leg, "Up")
    story.event("DialEnd", DestChannel=leg["Channel"], DestUniqueid=leg["Uniqueid"], DialStatus="ANSWER")
    story.after(4).hang_up(customer)
    leaves(story, "early", customer, leg)
    story.gone(customer, leg)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]
    assert record.talk_seconds == pytest.approx(4)
    assert record.wait_seconds == pytest.approx(7.1)


def hung_up_before_joined(
    story: Story, gone_after: float, joined_after: float = 2, runs: str = "support", *, by_agent: bool = False
) -> Record:
    """The customer (or the agent) hangs up between the agent's answer and the moment when the queue joins the two.
    ``runs``: the arguments of Queue."""
    customer = story.queued(runs)
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg, "support")
    story.after(0.1).state(leg, "Ringing")
    story.after(6).state(leg, "Up")
    story.dial_ends(customer, leg, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support", Position="1", Count="0")
    story.after(gone_after).hang_up(leg if by_agent else customer)
    story.after(joined_after).event("AgentConnect", **customer, DestChannel=leg["Channel"], Queue="support")
    story.talk("room", leg, customer)
    story.after(0.01)
    leaves(story, "room", customer, leg)
    story.gone(leg, customer)
    return story.only()


def test_a_customer_who_has_hung_up_when_the_queue_joins_the_two_has_abandoned_the_call() -> None:
    record = hung_up_before_joined(Story(), 1)
    assert record.tags == ["incoming_dn_call", "customer_abandon"]
    assert [o.outcome for o in record.offers] == ["cancelled"]
    assert [p.exit for p in record.queues] == ["abandoned"]


def test_an_agent_who_answers_and_hangs_up_at_once_has_ended_the_call() -> None:
    record = hung_up_before_joined(Story(), 0.01, joined_after=0.005, by_agent=True)
    assert record.tags == ["incoming_dn_call", "agent_disconnect"]
    assert [o.outcome for o in record.offers] == ["answered"]
    assert record.ended_by == "agent"
    assert record.talk_seconds == 0


def test_a_queue_was_left_answered_by_a_customer_whom_the_agent_left_before_it_joined_the_two() -> None:
    """Her leg comes alone into the bridge."""
    story = Story()
    customer = story.queued()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg, "support")
    story.after(0.1).state(leg, "Ringing")
    story.after(6).state(leg, "Up")
    story.dial_ends(customer, leg, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support", Position="1", Count="0")
    story.event("AgentConnect", **customer, DestChannel=leg["Channel"], Queue="support")
    story.after(0.1).hang_up(leg)
    story.after(0.01)
    enters(story, "room", leg)
    leaves(story, "room", leg)
    story.gone(leg, customer)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "agent_disconnect"]
    assert [p.exit for p in record.queues] == ["answered"]


def test_an_agent_whom_a_routine_asks_and_who_hangs_up_at_once_has_declined() -> None:
    """The Dial (option ``U``) joins her with the customer for an instant when the routine has ended."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData="PJSIP/1001,10,tkU(confirm)", Extension="8000")
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(1).state(leg, "Up")
    story.dial_ends(customer, leg, "ANSWER")
    story.after(0.01).event("Newexten", **leg, Application="Read", AppData="KEY,silence/1,1,,1,3", Context="confirm")
    story.after(0.09).hang_up(leg)
    story.after(0.01).talk("room", leg, customer)
    leaves(story, "room", customer, leg)
    story.gone(leg, customer)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "agent_reject"]


def test_an_agent_who_hangs_up_while_a_script_plays_to_her_has_declined() -> None:
    """The queue joins her with the customer for an instant when the script has ended."""
    record = hung_up_before_joined(Story(), 4, joined_after=0.06, runs="support,t,,,,agi://x", by_agent=True)
    assert "agent_reject" in record.tags
    assert [o.outcome for o in record.offers] == ["rejected"]


def test_a_customer_who_hangs_up_while_a_script_plays_to_her_has_abandoned_the_call() -> None:
    """A queue runs it between the answer and the talk, and joins the two for an instant as soon as it has ended."""
    record = hung_up_before_joined(Story(), 4, joined_after=0.06, runs="support,t,,,,agi://x")
    assert record.tags == ["incoming_dn_call", "customer_abandon"]
    assert [o.outcome for o in record.offers] == ["cancelled"]
    assert record.talk_seconds == 0


def test_an_agent_who_must_confirm_behind_a_local_channel_that_answered_before_declines_by_a_key() -> None:
    """A queue's member whose dialplan answers first and then has the call follow its agent."""
    story = Story()
    customer = story.queued()
    front = story.channel("Local/1001@follow", "Down", customer["Linkedid"])
    back = story.channel("Local/1001@follow", "Ring", customer["Linkedid"])
    story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=back["Uniqueid"])
    story.dial(customer, front, "support")
    story.state(back, "Up")
    story.state(front, "Up")
    story.dial_ends(customer, front, "ANSWER")
    story.talk("queue", front, customer)
    leg = story.after(1).channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(back, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(2).state(leg, "Up")
    story.dial_ends(back, leg, "ANSWER")
    story.after(1).event("DTMFEnd", **leg, Digit="2", Direction="Received", DurationMs="100")
    story.after(0.1).gone(leg)
    story.after(3).hang_up(customer)
    leaves(story, "queue", customer, front)
    story.gone(customer, front, back)
    record = story.only()
    assert [(o.agent, o.outcome, o.reason) for o in record.offers] == [("1001", "rejected", "declined by key")]
    assert "customer_abandon" in record.tags


def test_a_customer_whom_an_application_holds_before_the_agent_hangs_up_was_passed_on() -> None:
    """A switchboard's operator gives the customer back, and another takes her."""
    story = Story()
    customer, agent = story.connected()
    story.after(5)
    leaves(story, "room", customer)
    story.event("BridgeCreate", BridgeUniqueid="hold", BridgeTechnology="holding_bridge")
    story.event("BridgeEnter", BridgeUniqueid="hold", BridgeTechnology="holding_bridge", **customer)
    story.after(0.15).hang_up(agent)
    leaves(story, "room", agent)
    story.gone(agent)
    second = story.after(2).channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.event("DialBegin", DestChannel=second["Channel"], DestUniqueid=second["Uniqueid"], DialString="1002")
    story.after(0.1).state(second, "Ringing")
    story.after(1).state(second, "Up")
    leaves(story, "hold", customer)
    story.talk("second", second, customer)
    story.after(5).hang_up(customer)
    leaves(story, "second", customer, second)
    story.gone(customer, second)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "agent_transferred_call", "transferred", "customer_disconnect"]
    assert [(t.by, t.to) for t in record.transfers] == [("1001", "1002")]


def test_a_dead_phone_that_is_dialled_in_small_letters_has_failed() -> None:
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData="pjsip/1001,20", Extension="8000")
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    story.after(1).hang_up(customer)
    story.gone(customer)
    assert [(o.device, o.outcome) for o in story.only().offers] == [("PJSIP/1001", "cpe_rejected")]


def test_an_agent_called_after_one_who_declined_by_a_key_is_tried_next_though_that_phone_is_let_go_later() -> None:
    """A busy PBX (FollowMe, which asks each for a key) takes its time."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="FollowMe", AppData="1001", Extension="8000")
    legs = []
    for number in ("1001", "1002"):
        leg = story.channel(f"PJSIP/{number}", "Down", customer["Linkedid"])
        legs.append(leg)
        story.dial(customer, leg)
        story.after(0.1).state(leg, "Ringing")
        story.after(2).state(leg, "Up")
        story.dial_ends(customer, leg, "ANSWER")
        if number == "1001":
            story.after(2).event("DTMFEnd", **leg, Digit="2", Direction="Received", DurationMs="100")
            story.after(0.02)
    # The first is let go only now, while the second has been called.
    first, second = legs
    story.gone(first)
    story.talk("room", second, customer)
    story.after(3).hang_up(customer)
    leaves(story, "room", second, customer)
    story.gone(second, customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "rejected"), ("1002", "answered")]
    assert "reassigned_call" in record.tags
