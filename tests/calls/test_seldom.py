"""What PBXs seldom do: forwards that nobody follows, legs that are ended with a cause, queues that there are not,
channels that are moved into full queues or out of queues, agents who are called back for nothing."""

import pytest

from bridge.vocabulary.record import Record
from tests.helpers.story import Story

Who = dict[str, str]


def dialled(story: Story, data: str = "PJSIP/1001,20,tki") -> tuple[Who, Who]:
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData=data, Extension="8000")
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    return customer, leg


def forwards(*, rings: bool, to: str | None, runs: bool) -> Record:
    """A phone sends the call on to 3001; the PBX calls ``to`` for it, or nobody. ``runs``: whether there is such an
    extension."""
    story = Story()
    customer, leg = dialled(story)
    if rings:
        story.after(0.1).state(leg, "Ringing")
    story.after(1).event(
        "DialEnd", **customer, DestChannel=leg["Channel"], DestUniqueid=leg["Uniqueid"], DialStatus="CANCEL",
        Forward="3001",
    )  # fmt: skip
    if to is not None:
        other = story.channel(to, "Down", customer["Linkedid"])
        story.dial(customer, other)
        if runs:
            half = story.channel(to, "Ring", customer["Linkedid"])
            story.event("LocalBridge", LocalOneUniqueid=other["Uniqueid"], LocalTwoUniqueid=half["Uniqueid"])
            story.event("Newexten", **half, Application="Dial", AppData="PJSIP/3001", Extension="3001")
            story.gone(half)
        story.gone(other)
    story.gone(leg, cause=0)
    story.after(1).hang_up(customer)
    story.gone(customer)
    return story.only()


@pytest.mark.parametrize(("rings", "to", "runs", "outcome", "tag"), [
    (True, "Local/3001@staff", True, "forwarded", None),
    (False, "Local/3001@staff", True, "forwarded", None),
    (True, None, False, "rejected", "agent_reject"),
    (False, None, False, "cpe_rejected", "cpe_reject"),
    (False, "PJSIP/1002", False, "cpe_rejected", "cpe_reject"),
    (False, "Local/3001@staff", False, "cpe_rejected", "cpe_reject"),
])  # fmt: skip
def test_a_forward_is_one_only_if_the_pbx_follows_it(
    rings: bool, to: str | None, runs: bool, outcome: str, tag: str | None
) -> None:
    record = forwards(rings=rings, to=to, runs=runs)
    assert record.offers[0].outcome == outcome
    assert {"agent_reject", "cpe_reject"} & {*record.tags} == ({tag} if tag else set())


@pytest.mark.parametrize("by", ["AMI", "ARI"])
@pytest.mark.parametrize("status", ["BUSY", "CONGESTION", "NOANSWER"])
def test_a_cause_with_which_somebody_hangs_up_a_ringing_phone_is_not_the_phones(status: str, by: str) -> None:
    story = Story()
    customer, leg = dialled(story)
    story.after(0.1).state(leg, "Ringing")
    story.after(3)
    if by == "ARI":
        story.event("SoftHangupRequest", **leg, Cause="32")
    story.dial_ends(customer, leg, status)
    story.gone(leg, cause=17, TechCause="486")
    story.gone(customer)
    record = story.only()
    assert [(o.outcome, o.reason) for o in record.offers] == [("cancelled", "hung up by an administrator")]
    assert not {"agent_reject", "cpe_reject"} & {*record.tags}


@pytest.mark.parametrize("cause", [0, 16, 31])
@pytest.mark.parametrize(("rings", "outcome"), [(True, "rejected"), (False, "cpe_rejected")])
def test_a_reason_header_does_not_hide_that_the_phone_refused(cause: int, rings: bool, outcome: str) -> None:
    """Before Asterisk told SIP codes."""
    story = Story()
    customer, leg = dialled(story)
    if rings:
        story.after(0.1).state(leg, "Ringing")
    story.after(0.1).event("HangupRequest", **leg, ChannelState="5" if rings else "0")
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=cause)
    story.after(1).hang_up(customer)
    story.gone(customer)
    assert [o.outcome for o in story.only().offers] == [outcome]


def test_nobody_waits_in_a_queue_that_does_not_exist() -> None:
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Queue", AppData="nowhere,tk", Extension="8000")
    story.event("VarSet", **customer, Variable="QUEUESTATUS", Value="UNKNOWN")
    story.event("Newexten", **customer, Application="Playback", AppData="sorry", Extension="8000")
    story.after(2).gone(customer)
    record = story.only()
    assert record.queues == []
    assert record.tags == ["incoming_dn_call"]


def moved(status: str, into: str) -> Record:
    """An agent transfers the customer of a queue; the PBX tells of the extension what she ran before."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Queue", AppData="support,tk", Extension="8000", Context="in")
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent, "support")
    story.after(0.1).state(agent, "Ringing")
    story.after(1).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("room", agent, customer)
    story.after(5).event(
        "BlindTransfer", Result="Success", TransfererChannel=agent["Channel"], TransfererUniqueid=agent["Uniqueid"],
        TransfererLinkedid=agent["Linkedid"], TransfereeChannel=customer["Channel"],
        TransfereeUniqueid=customer["Uniqueid"], Context="staff", Extension=into,
    )  # fmt: skip
    story.event("Newexten", **customer, Application="Queue", AppData="support,tk", Extension=into, Context="staff")
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.event("VarSet", **customer, Variable="QUEUESTATUS", Value=status)
    story.event("Newexten", **customer, Application="Hangup", AppData="", Extension=into, Context="staff")
    story.gone(agent)
    story.gone(customer)
    return story.only()


def test_a_customer_who_is_transferred_to_a_full_queue_was_answered_in_the_first_and_refused_by_the_second() -> None:
    record = moved("FULL", "6002")
    assert [(q.name, q.exit) for q in record.queues] == [("support", "answered"), ("6002", "full")]
    assert record.overflow_reason == "queue_full"
    assert {"overflowed", "system_disconnect"} <= {*record.tags}


def test_a_transfer_to_a_queue_that_does_not_exist_adds_no_queue() -> None:
    record = moved("UNKNOWN", "6003")
    assert [(q.name, q.exit) for q in record.queues] == [("support", "answered")]


def test_a_panel_that_parks_a_caller_takes_her_out_of_the_queue() -> None:
    story = Story()
    customer = story.queued("support,tk")
    story.after(3).event("ParkedCall", ParkeeChannel=customer["Channel"], ParkeeUniqueid=customer["Uniqueid"])
    story.event("BridgeEnter", BridgeUniqueid="lot", BridgeTechnology="holding_bridge", **customer)
    agent = story.after(4).channel("PJSIP/1001", "Up")
    story.event("BridgeLeave", BridgeUniqueid="lot", **customer)
    story.talk("room", customer, agent)
    story.after(5).hang_up(customer)
    story.gone(agent, customer)
    (stay,) = story.only().queues
    assert stay.exit == "transferred"
    assert stay.left_at == "2027-01-15T08:00:03.000Z"


@pytest.mark.parametrize("is_target_told", [True, False], ids=["a quiet PBX", "a busy PBX, which names no target"])
def test_an_agent_whom_the_pbx_calls_back_and_who_declines_has_an_offer_of_the_customers_call(
    is_target_told: bool,
) -> None:
    story = Story()
    customer, agent = story.connected()
    near = story.after(5).channel("Local/1002@staff", "Down", customer["Linkedid"])
    far = story.channel("Local/1002@staff", "Ring", customer["Linkedid"])
    story.event("LocalBridge", LocalOneUniqueid=near["Uniqueid"], LocalTwoUniqueid=far["Uniqueid"])
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(far, colleague)
    story.state(colleague, "Ringing")
    story.state(near, "Ringing")
    story.event("BridgeEnter", BridgeUniqueid="asks", BridgeTechnology="simple_bridge", **near)
    story.event("BridgeLeave", BridgeUniqueid="room", **agent)
    story.event("BridgeEnter", BridgeUniqueid="asks", BridgeTechnology="simple_bridge", **agent)
    story.after(1).hang_up(agent)
    story.event("BridgeLeave", BridgeUniqueid="asks", **agent)
    story.event("BridgeLeave", BridgeUniqueid="asks", **near)
    story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="simple_bridge", **near)
    target = {"TransferTargetChannel": near["Channel"], "TransferTargetUniqueid": near["Uniqueid"]}
    story.event(
        "AttendedTransfer", Result="Success", DestType="Bridge", OrigTransfererChannel=agent["Channel"],
        OrigTransfererUniqueid=agent["Uniqueid"], OrigTransfererLinkedid=agent["Linkedid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"],
        **(target if is_target_told else {}),
    )  # fmt: skip
    story.gone(agent)
    story.after(2).hang_up(colleague, 21, TechCause="603")
    story.dial_ends(far, colleague, "NOANSWER")
    story.gone(colleague, cause=21, TechCause="603")
    story.event("BridgeLeave", BridgeUniqueid="room", **near)
    story.gone(far, near)
    again = story.channel("PJSIP/1001", "Down")
    story.event("DialBegin", DestChannel=again["Channel"], DestUniqueid=again["Uniqueid"], DialString="1001")
    story.state(again, "Ringing")
    story.after(2).hang_up(again, 21, TechCause="603")
    story.event("DialEnd", DestChannel=again["Channel"], DestUniqueid=again["Uniqueid"], DialStatus="NOANSWER")
    story.gone(again, cause=21, TechCause="603")
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [
        ("1001", "answered"), ("1002", "rejected"), ("1001", "rejected"),
    ]  # fmt: skip
    assert {"agent_reject", "reassign", "system_disconnect"} <= {*record.tags}


def blind(story: Story, by: Who, who: Who, to: str) -> None:
    story.event(
        "BlindTransfer", Result="Success", TransfererChannel=by["Channel"], TransfererUniqueid=by["Uniqueid"],
        TransfererLinkedid=by["Linkedid"], TransfereeChannel=who["Channel"], TransfereeUniqueid=who["Uniqueid"],
        Context="staff", Extension=to,
    )  # fmt: skip


def answers(story: Story, caller: Who, device: str, bridge: str, number: str = "") -> Who:
    leg = story.channel(device, "Down", caller["Linkedid"])
    both = {**caller, "DestChannel": leg["Channel"], "DestUniqueid": leg["Uniqueid"]}
    story.event("DialBegin", **both, DialString=f"{number}@trunk" if number else device.split("/")[1])
    story.after(0.1).state(leg, "Ringing")
    story.after(1).state(leg, "Up")
    story.dial_ends(caller, leg, "ANSWER")
    story.talk(bridge, leg, caller)
    return leg


def test_somebody_outside_to_whom_an_agent_passed_the_customer_passes_her_back() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5)
    blind(story, agent, customer, "90800555")
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.gone(agent)
    mobile = answers(story, customer, "PJSIP/trunk", "outside", "0800555")
    story.after(5)
    blind(story, mobile, customer, "1002")
    story.event("BridgeLeave", BridgeUniqueid="outside", **customer)
    story.gone(mobile)
    colleague = answers(story, customer, "PJSIP/1002", "back")
    story.after(5).hang_up(customer)
    story.gone(colleague, customer)
    record = story.only()
    assert [(t.by, t.to) for t in record.transfers] == [("1001", "0800555"), ("0800555", "1002")]
    assert {"transferred", "transferred_external", "customer_disconnect"} <= {*record.tags}
    assert "agent_transferred_call" not in record.tags
