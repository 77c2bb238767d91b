"""A call whose time is up (TIMEOUT(absolute)): the dialplan goes on at the extension T, whatever the call was at."""

import pytest

from bridge.vocabulary.record import Record
from tests.helpers.story import Story

Who = dict[str, str]


def goes_on(story: Story, customer: Who, exten: str) -> Record:
    """The dialplan calls agent 1002 at an extension; the two talk, and the customer hangs up."""
    place = {"Extension": exten, "Context": "from-trunk"}
    story.event("Newexten", **customer, Application="Set", AppData="TIMEOUT(absolute)=0", **place)
    story.event("Newexten", **customer, Application="Dial", AppData="PJSIP/1002,20", **place)
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, colleague)
    story.after(0.1).state(colleague, "Ringing")
    story.after(2).state(colleague, "Up")
    story.dial_ends(customer, colleague, "ANSWER")
    story.talk("second", customer, colleague)
    story.after(20).hang_up(customer)
    story.gone(customer, colleague)
    return story.only()


def talked(exten: str) -> Record:
    story = Story()
    customer, agent = story.connected()
    story.after(60)
    for who in (agent, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **who)
    story.gone(agent)
    return goes_on(story, customer, exten)


def test_a_customer_whose_time_is_up_in_a_talk_was_not_passed_on() -> None:
    assert talked("T").tags == ["incoming_dn_call", "customer_disconnect"]
    assert "agent_transferred_call" in talked("4000").tags


def waited(exten: str) -> Record:
    story = Story()
    customer = story.queued()
    phone = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, phone, queue="support")
    story.after(0.1).state(phone, "Ringing")
    story.after(8).event("QueueCallerLeave", **customer, Queue="support", Position="1")
    story.dial_ends(customer, phone, "CANCEL")
    story.gone(phone, cause=0)
    return goes_on(story, customer, exten)


@pytest.mark.parametrize(("exten", "leaving", "outcome"), [
    ("T", "timeout", "no_answer"),
    ("4000", "transferred", "cancelled"),
])  # fmt: skip
def test_a_customer_whose_time_is_up_in_a_queue_has_left_it_by_that(exten: str, leaving: str, outcome: str) -> None:
    record = waited(exten)
    assert [q.exit for q in record.queues] == [leaving]
    assert [o.outcome for o in record.offers] == [outcome, "answered"]


@pytest.mark.parametrize("goes_on_by_itself", [True, False])
def test_a_customer_whom_the_dialplan_behind_a_queues_member_leads_on_was_not_passed_on(
    goes_on_by_itself: bool,
) -> None:
    story = Story()
    customer = story.queued()
    link = customer["Linkedid"]
    front, half = (story.channel("Local/1001@desks", state, link) for state in ("Down", "Ring"))
    story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=half["Uniqueid"])
    story.dial(customer, front, queue="support")
    legs = []
    for number in ("1001", "1002"):
        place = {"Extension": "1001" if goes_on_by_itself else number, "Context": "desks"}
        story.event("Newexten", **half, Application="Dial", AppData=f"PJSIP/{number},10,gS(3)", **place)
        leg = story.channel(f"PJSIP/{number}", "Down", link)
        story.dial(half, leg)
        story.after(0.1).state(leg, "Ringing")
        story.after(2).state(leg, "Up")
        story.dial_ends(half, leg, "ANSWER")
        story.talk(f"behind {number}", half, leg)
        if number == "1001":
            story.dial_ends(customer, front, "ANSWER")
            story.talk("front", customer, front)
            story.event("QueueCallerLeave", **customer, Queue="support", Position="1")
            story.after(3)
            for who in (leg, half):
                story.event("BridgeLeave", BridgeUniqueid="behind 1001", **who)
            story.gone(leg)
        legs.append(leg)
    story.after(20).hang_up(customer)
    story.gone(customer, front, half, legs[1])
    assert ("agent_transferred_call" in story.only().tags) is not goes_on_by_itself
