"""A ringing leg that ends though its phone said nothing: its time was up, or an administrator ended it. Only what the
queue or the Dial told besides tells which."""

import pytest

from bridge.vocabulary.record import Record
from tests.helpers.story import Story


def queue_gives_up(*told: str) -> Record:
    story = Story()
    customer = story.queued()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg, "support")
    story.after(0.1).state(leg, "Ringing")
    story.after(4)
    for status in told:
        story.dial_ends(customer, leg, status)
    story.gone(leg, cause=0)
    story.after(1).event("QueueCallerLeave", **customer, Queue="support")
    story.gone(customer)
    return story.only()


def test_a_queue_that_gives_a_phone_up_says_so_and_one_whose_leg_was_ended_does_not() -> None:
    assert [o.outcome for o in queue_gives_up("NOANSWER", "CANCEL").offers] == ["no_answer"]
    (ended,) = queue_gives_up("NOANSWER").offers
    assert (ended.outcome, ended.reason) == ("cancelled", "hung up by an administrator")


@pytest.mark.parametrize(("data", "rang", "outcome"), [
    ("PJSIP/1001,20,tk", 5, "cancelled"),
    ("PJSIP/1001,5,tk", 5, "no_answer"),
    ("PJSIP/1001,5.5", 5.5, "no_answer"),
    ("PJSIP/1001", 5, "cancelled"),
    ("PJSIP/1001,,tk", 5, "cancelled"),
])  # fmt: skip
def test_a_dial_gives_a_phone_up_when_its_time_is_over_and_not_before(data: str, rang: float, outcome: str) -> None:
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData=data, Extension="8000")
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(rang - 0.1).dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=0)
    story.gone(customer)
    assert [o.outcome for o in story.only().offers] == [outcome]


@pytest.mark.parametrize(("status", "outcome"), [("CHANUNAVAIL", "cancelled"), ("NOANSWER", "no_answer")])
def test_the_status_of_a_transferred_calls_dial_tells_whether_it_gave_the_phone_up(status: str, outcome: str) -> None:
    """A channel that was transferred tells its new Dial with the arguments of the old one."""
    story = Story()
    customer, agent = story.connected()
    place = {"Extension": "1002", "Context": "from-internal"}
    story.after(5).event("Newexten", **customer, Application="Dial", AppData="PJSIP/1001,20", **place)
    story.event(
        "BlindTransfer", Result="Success", TransfererChannel=agent["Channel"], TransfererUniqueid=agent["Uniqueid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"], Extension="1002",
    )  # fmt: skip
    for c in (agent, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **c)
    story.gone(agent)
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="")
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, colleague)
    story.after(0.1).state(colleague, "Ringing")
    story.after(5).dial_ends(customer, colleague, "NOANSWER")
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value=status)
    story.gone(colleague, cause=0)
    story.gone(customer)
    assert [o.outcome for o in story.only().offers] == ["answered", outcome]


def behind_a_local_channel(application: str, data: str, answers: bool, ends: list[str], local_ends: str) -> Record:
    """A Dial of 20 s calls a Local channel, behind which an application rings 1001 for 5 s. ``answers``: whether the
    application answers the Local channel at once. ``ends``: how the dial of the phone ends, after 1 s."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData="Local/1@desk/n,20", Extension="8000")
    front = story.channel("Local/1@desk", "Down", customer["Linkedid"])
    front["Channel"] += ";1"
    back = {**front, "Channel": front["Channel"][:-1] + "2", "Uniqueid": front["Uniqueid"] + "2"}
    story.event("Newchannel", **back, ChannelState="4")
    story.event(
        "LocalBridge", LocalOneChannel=front["Channel"], LocalOneUniqueid=front["Uniqueid"],
        LocalTwoChannel=back["Channel"], LocalTwoUniqueid=back["Uniqueid"],
    )  # fmt: skip
    story.dial(customer, front)
    story.event("Newexten", **back, Application=application, AppData=data, Extension="1")
    if answers:
        story.state(front, "Up")
        story.dial_ends(customer, front, "ANSWER")
        story.talk("front", front, customer)
    phone = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(back, phone)
    story.after(0.1).state(phone, "Ringing")
    story.after(1)
    for status in ends:
        story.dial_ends(back, phone, status)
    if not answers:
        story.dial_ends(customer, front, local_ends)
    story.gone(phone, cause=0)
    story.gone(front, back, customer)
    return story.only()


@pytest.mark.parametrize(("ends", "outcome"), [(["NOANSWER"], "cancelled"), (["CANCEL"], "no_answer")])
def test_a_follow_me_whose_phone_was_ended_has_not_waited_in_vain(ends: list[str], outcome: str) -> None:
    """FollowMe answers at once. It gives a number up by CANCEL when its time is over."""
    (offer,) = behind_a_local_channel("FollowMe", "1001", True, ends, "").offers
    assert offer.outcome == outcome


@pytest.mark.parametrize(("seconds", "outcome"), [(5, "cancelled"), (1, "no_answer")])
def test_a_status_that_the_dialplan_behind_a_local_channel_sets_is_not_the_phones(seconds: int, outcome: str) -> None:
    """It falls off its end after its Dial, and the PBX tells the one in front that there was no way through."""
    (offer,) = behind_a_local_channel("Dial", f"PJSIP/1001,{seconds}", False, ["NOANSWER"], "CONGESTION").offers
    assert offer.outcome == outcome


def agent_cut(then: str, device: str = "PJSIP/1001") -> Record:
    """An administrator ends the agent's leg of a talk; the caller's dialplan goes on to the next agent ``then``."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData=f"{device},20,g", Extension="8000", Context="in")
    agent = story.channel(device, "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(1).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.talk("first", customer, agent)
    story.after(60).event("BridgeLeave", BridgeUniqueid="first", **agent)
    story.event("BridgeLeave", BridgeUniqueid="first", **customer)
    story.gone(agent)
    story.after(0.01).event(
        "Newexten", **customer, Application="Dial", AppData="PJSIP/1002,20", Extension=then, Context="in"
    )
    other = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, other)
    story.after(1).state(other, "Up")
    story.dial_ends(customer, other, "ANSWER")
    story.talk("second", customer, other)
    story.after(60).hang_up(customer)
    story.gone(customer, other)
    return story.only()


def test_an_agent_whose_side_the_pbx_ended_has_not_passed_on_a_customer_whose_dialplan_went_on() -> None:
    assert agent_cut("8000").tags == ["incoming_dn_call", "customer_disconnect"]


def test_a_customer_who_was_moved_to_another_number_was_passed_on() -> None:
    assert "agent_transferred_call" in agent_cut("6002").tags


def test_a_customer_who_was_moved_from_a_plain_extension_to_an_agent_was_passed_on_by_no_agent() -> None:
    assert agent_cut("6002", "PJSIP/3001").tags == ["incoming_dn_call", "transferred", "customer_disconnect"]
