"""Consultations that are made for an agent, and what Asterisk drops too often for a live scenario."""

import pytest
from msgspec.structs import replace

from bridge.config import Agent
from tests.helpers.story import SETTINGS, Story

Who = dict[str, str]


def moves(story: Story, out: list[Who], into: list[Who]) -> None:
    """What an application does: some leave the bridge of the talk, others enter it."""
    for who in out:
        story.after(0.01).event("BridgeLeave", BridgeUniqueid="room", **who)
    for who in into:
        story.after(0.01).event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="simple_bridge", **who)


def rung_by_an_application(story: Story, device: str, for_: Who) -> Who:
    """A phone that answers; DialBegin names no caller."""
    leg = story.channel(device, "Down", for_["Linkedid"])
    dest = {"DestChannel": leg["Channel"], "DestUniqueid": leg["Uniqueid"]}
    story.event("DialBegin", **dest, DialString=device.partition("/")[2])
    story.after(0.1).state(leg, "Ringing")
    story.after(1).state(leg, "Up")
    story.event("DialEnd", **dest, DialStatus="ANSWER")
    return leg


def consulted_in_the_customers_bridge() -> tuple[Story, dict[str, str], dict[str, str], dict[str, str]]:
    """Customer, agent and colleague, who has hung up after five seconds in the customer's place."""
    story = Story()
    customer, agent = story.connected()
    story.after(5)
    moves(story, [customer], [])
    colleague = rung_by_an_application(story, "PJSIP/1002", agent)
    moves(story, [], [colleague])
    story.after(5).hang_up(colleague)
    return story, customer, agent, colleague


def test_a_consultation_in_the_customers_own_bridge_has_a_record_of_its_own() -> None:
    story, customer, agent, colleague = consulted_in_the_customers_bridge()
    moves(story, [colleague], [])
    story.gone(colleague)
    moves(story, [], [customer])
    story.after(5).hang_up(customer)
    moves(story, [customer, agent], [])
    story.gone(customer, agent)
    call, consultation = story.told()
    assert call.tags == ["incoming_dn_call", "customer_disconnect"]
    assert consultation.tags == ["agent_to_agent_call", "agent_disconnect"]
    assert consultation.consult_of == call.call_id
    assert [(o.agent, o.outcome) for o in consultation.offers] == [("1002", "answered")]
    assert 4.9 < consultation.talk_seconds < 5.1
    assert 9.9 < call.talk_seconds < 10.1


def test_a_consultation_is_over_when_the_colleague_has_hung_up_however_late_the_bridge_lets_him_go() -> None:
    """An application is quicker: the customer is back before the PBX has taken the colleague out."""
    story, customer, agent, colleague = consulted_in_the_customers_bridge()
    moves(story, [], [customer])
    moves(story, [colleague], [])
    story.gone(colleague)
    story.after(5).hang_up(customer)
    moves(story, [customer, agent], [])
    story.gone(customer, agent)
    call, consultation = story.told()
    assert call.tags == ["incoming_dn_call", "customer_disconnect"]
    assert consultation.tags == ["agent_to_agent_call", "agent_disconnect"]


def test_a_customer_who_is_passed_on_in_the_same_bridge_has_one_record() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5)
    moves(story, [agent], [])
    story.gone(agent)
    colleague = rung_by_an_application(story, "PJSIP/1002", customer)
    moves(story, [], [colleague])
    story.after(5).hang_up(customer)
    moves(story, [customer, colleague], [])
    story.gone(customer, colleague)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "agent_transferred_call", "transferred", "customer_disconnect"]
    assert [(t.kind, t.to) for t in record.transfers] == [("blind", "1002")]


def test_an_agent_who_is_passed_on_to_a_colleague_has_one_record() -> None:
    story = Story()
    caller = story.channel("PJSIP/1003", "Ring", Exten="1001", Context="internal")
    agent = rung_by_an_application(story, "PJSIP/1001", caller)
    story.talk("room", caller, agent)
    story.after(5)
    moves(story, [caller], [])
    story.gone(caller)
    colleague = rung_by_an_application(story, "PJSIP/1002", agent)
    moves(story, [], [colleague])
    story.after(5).hang_up(agent)
    moves(story, [agent, colleague], [])
    story.gone(agent, colleague)
    record = story.only()
    assert "agent_to_agent_call" in record.tags
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered"), ("1002", "answered")]


def test_a_customer_who_talks_with_a_supervisor_while_the_agent_steps_out_has_one_record() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5)
    moves(story, [agent], [])
    supervisor = rung_by_an_application(story, "PJSIP/2001", customer)
    moves(story, [], [supervisor])
    story.after(5)
    moves(story, [supervisor], [agent])
    story.gone(supervisor)
    story.after(5).hang_up(customer)
    moves(story, [customer, agent], [])
    story.gone(customer, agent)
    assert [o.agent for o in story.only().offers] == ["1001", "2001"]


@pytest.mark.parametrize("behind", [0.0, 0.4])
def test_a_colleague_who_lets_a_transfer_ring_until_the_agent_is_called_back_did_not_answer(
    behind: float,
) -> None:
    """The agent presses *2 1002 and hangs up while it rings; after 8 s Asterisk calls the agent back. ``behind``:
    seconds by which the colleague's leg is gone later, on a busy PBX noticeably."""
    story = Story()
    customer, agent = story.connected()
    near, far = (story.channel("Local/1002@internal", "Down", customer["Linkedid"]) for _ in "12")
    story.event("LocalBridge", LocalOneUniqueid=near["Uniqueid"], LocalTwoUniqueid=far["Uniqueid"])
    story.event("BridgeLeave", BridgeUniqueid="room", **agent)
    story.talk("aside", near, agent)
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(far, colleague)
    story.after(0.1).state(colleague, "Ringing")
    story.after(1).hang_up(agent)
    story.event("BridgeLeave", BridgeUniqueid="aside", **agent)
    story.event("BridgeLeave", BridgeUniqueid="aside", **near)
    story.event("BridgeEnter", BridgeUniqueid="room", **near)
    story.event(
        "AttendedTransfer", Result="Success", DestType="Bridge",
        OrigTransfererChannel=agent["Channel"], OrigTransfererUniqueid=agent["Uniqueid"],
        SecondTransfererChannel=agent["Channel"], SecondTransfererUniqueid=agent["Uniqueid"],
        TransfereeUniqueid=customer["Uniqueid"], TransferTargetUniqueid=near["Uniqueid"],
    )  # fmt: skip
    story.gone(agent)
    story.after(8).event("SoftHangupRequest", **near, Cause="32")
    back = story.channel("PJSIP/1001", "Down")
    story.event("DialBegin", DestChannel=back["Channel"], DestUniqueid=back["Uniqueid"], DialString="1001")
    story.after(0.001).state(back, "Ringing")
    story.after(behind).event("BridgeLeave", BridgeUniqueid="room", **near)
    story.dial_ends(far, colleague, "CANCEL")
    story.gone(near, colleague, far)
    story.after(0.05).state(back, "Up")
    story.event("DialEnd", DestChannel=back["Channel"], DestUniqueid=back["Uniqueid"], DialStatus="ANSWER")
    story.event("BridgeEnter", BridgeUniqueid="room", **back)
    story.after(0.05).hang_up(customer)
    story.gone(customer, back)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [
        ("1001", "answered"), ("1002", "no_answer"), ("1001", "answered"),
    ]  # fmt: skip
    assert record.tags == ["incoming_dn_call", "reassign", "agent_no_answer_timeout", "customer_disconnect"]


def test_a_colleague_whose_phone_had_rung_for_a_while_refuses_the_transfer_that_was_meant_for_her() -> None:
    """The agent's phone sends REFER with Replaces two seconds after it began to call the colleague."""
    story = Story()
    customer, agent = story.connected()
    consult = story.channel("PJSIP/1001", "Ring", customer["Linkedid"])
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(consult, colleague)
    story.after(0.1).state(colleague, "Ringing")
    story.after(2).event(
        "AttendedTransfer", Result="Success", DestType="App", DestApp="Dial",
        OrigTransfererChannel=agent["Channel"], OrigTransfererUniqueid=agent["Uniqueid"],
        SecondTransfererChannel=consult["Channel"], SecondTransfererUniqueid=consult["Uniqueid"],
        TransfereeUniqueid=customer["Uniqueid"],
    )  # fmt: skip
    story.gone(agent)
    story.after(1).event("HangupRequest", **colleague, Cause="21", TechCause="603")
    story.event("Hangup", **colleague, Cause="21", TechCause="603")
    story.dial_ends(customer, colleague, "NOANSWER")
    story.after(0.1).gone(consult, customer)
    (transfer,) = story.only().transfers
    assert (transfer.to, transfer.outcome) == ("1002", "refused")


def test_an_agent_who_is_bridged_with_a_customer_out_of_a_talk_with_a_colleague_has_two_calls() -> None:
    """A panel's AMI Bridge, of which the PBX makes one call; the colleague was never offered the customer's."""
    for first in ("inside", "customer"):
        story = Story()
        if first == "customer":
            customer, agent = story.connected()
        second = story.channel("PJSIP/1002", "Ring", Exten="1003", CallerIDNum="1002")
        third = story.channel("PJSIP/1003", "Down", second["Linkedid"])
        story.dial(second, third)
        story.after(0.1).state(third, "Ringing")
        story.after(1).state(third, "Up")
        story.dial_ends(second, third, "ANSWER")
        story.state(second, "Up")
        story.talk("inside", second, third)
        story.after(70)
        if first == "inside":
            customer, agent = story.connected()
        story.after(5)
        for bridge, who in (("inside", second), ("room", customer)):
            story.event("BridgeLeave", BridgeUniqueid=bridge, **who)
        customer = {**customer, "Linkedid": min(customer["Linkedid"], second["Linkedid"], key=float)}
        second = {**second, "Linkedid": customer["Linkedid"]}
        story.talk("panel", second, customer)
        for bridge, who in (("inside", third), ("room", agent)):
            story.event("BridgeLeave", BridgeUniqueid=bridge, **who)
            story.gone(who)
        story.after(5).hang_up(customer)
        for who in (customer, second):
            story.event("BridgeLeave", BridgeUniqueid="panel", **who)
            story.gone(who)
        call, inside = sorted(story.told(), key=lambda r: r.direction)
        assert call.tags == [
            "incoming_dn_call", "agent_transferred_call", "transferred", "customer_disconnect"
        ]  # fmt: skip
        assert [(o.agent, o.outcome) for o in call.offers] == [("1001", "answered")]
        assert [(t.by, t.to) for t in call.transfers] == [("1001", "1002")]
        assert call.wait_seconds is not None
        assert call.wait_seconds < 5
        assert inside.tags == ["agent_to_agent_call", "system_disconnect"]
        assert [(o.agent, o.outcome) for o in inside.offers] == [("1003", "answered")]
        assert inside.consult_of == call.call_id
        assert inside.ended_at is not None
        assert inside.ended_at < call.ended_at


@pytest.mark.parametrize("other", ["PJSIP/1001", "PJSIP/1001-WS"])
@pytest.mark.parametrize("calls", ["the agent", "the colleague"])
def test_who_is_bridged_with_the_customer_out_of_a_talk_with_her_agents_other_line_has_one_call(
    calls: str, other: str
) -> None:
    """A panel or an application makes one of an agent's two lines, or devices: to her, that is her consultation."""
    story = Story(replace(SETTINGS, agent=[Agent("PJSIP/1001-WS", "1001")]))
    customer, agent = story.connected()
    story.after(5).event("Hold", **customer)
    caller, called = (other, "PJSIP/1002") if calls == "the agent" else ("PJSIP/1002", other)
    one = story.channel(caller, "Ring", Exten=called[6:10], CallerIDNum=caller[6:10])
    two = story.channel(called, "Down", one["Linkedid"])
    story.dial(one, two)
    story.after(0.1).state(two, "Ringing")
    story.after(1).state(two, "Up")
    story.dial_ends(one, two, "ANSWER")
    story.state(one, "Up")
    story.talk("aside", one, two)
    line, colleague = (one, two) if calls == "the agent" else (two, one)
    for bridge, who in (("aside", colleague), ("room", customer)):
        story.after(5).event("BridgeLeave", BridgeUniqueid=bridge, **who)
    colleague = {**colleague, "Linkedid": customer["Linkedid"]}
    story.talk("panel", colleague, customer)
    for bridge, who in (("aside", line), ("room", agent)):
        story.event("BridgeLeave", BridgeUniqueid=bridge, **who)
        story.gone(who)
    story.after(5).hang_up(customer)
    for who in (customer, colleague):
        story.event("BridgeLeave", BridgeUniqueid="panel", **who)
        story.gone(who)
    call = story.only()
    assert call.tags == ["incoming_dn_call", "agent_transferred_call", "transferred", "customer_disconnect"]
    assert [(o.agent, o.outcome) for o in call.offers] == [("1001", "answered"), (called[6:10], "answered")]


def test_an_agent_who_calls_out_when_her_earlier_call_may_be_over_consults_nobody() -> None:
    for is_over in (True, False):
        story = Story()
        story.feed("connected")
        story.listed()
        customer, agent = story.connected()
        story.after(5).feed("lost")
        story.after(5).feed("connected")
        place = {"Context": "from-internal", "Extension": "1002"}
        own = story.channel("PJSIP/1001", "Ring", Exten="1002", Context="from-internal")
        story.event("Newexten", **own, **place, Application="Dial", AppData="PJSIP/1002")
        story.after(0.1)
        if is_over:
            story.listed(own, state="Ring")
        else:
            story.listed(customer, agent)
        colleague = story.channel("PJSIP/1002", "Down", own["Linkedid"])
        story.dial(own, colleague)
        story.after(1).state(colleague, "Up")
        story.dial_ends(own, colleague, "ANSWER")
        story.talk("inside", own, colleague)
        story.after(5).hang_up(own)
        story.gone(own, colleague)
        if not is_over:
            story.after(5).hang_up(customer)
            story.gone(customer, agent)
        consulted = {r.call_id: r.consult_of for r in story.told()}
        assert consulted[own["Uniqueid"]] == (None if is_over else customer["Uniqueid"])


def test_who_has_parked_a_colleague_does_not_wait_for_him_however_late_the_phone_hangs_up() -> None:
    """A colleague calls an agent, who parks him; another agent fetches him, and then the first phone hangs up."""
    story = Story()
    caller = story.channel("PJSIP/2001", "Ring", Exten="1001", Context="from-internal")
    first = story.channel("PJSIP/1001", "Down", caller["Linkedid"])
    story.dial(caller, first)
    story.after(1).state(first, "Up")
    story.dial_ends(caller, first, "ANSWER")
    story.talk("room", first, caller)
    story.after(5).event(
        "BlindTransfer", Result="Success", TransfererChannel=first["Channel"], TransfererUniqueid=first["Uniqueid"],
        TransfereeChannel=caller["Channel"], TransfereeUniqueid=caller["Uniqueid"], Extension="700",
    )  # fmt: skip
    story.event("BridgeLeave", BridgeUniqueid="room", **caller)
    story.event(
        "BridgeEnter", BridgeUniqueid="lot", BridgeType="parking", BridgeTechnology="holding_bridge", **caller
    )
    second = story.after(1).channel("PJSIP/1002", "Ring", Exten="701", Context="from-internal")
    story.event("Newexten", **second, Application="ParkedCall", AppData="lot,701", Extension="701")
    story.event("BridgeLeave", BridgeUniqueid="lot", **caller)
    second["Linkedid"] = caller["Linkedid"]
    story.talk("other", caller, second)
    story.after(0.5).hang_up(first)
    story.event("BridgeLeave", BridgeUniqueid="room", **first)
    story.gone(first)
    story.after(5).hang_up(second)
    story.gone(second, caller)
    assert "agent_transferred_call" in story.only().tags
