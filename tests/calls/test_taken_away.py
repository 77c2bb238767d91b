"""A ringing leg that ends though its phone said nothing: its time was up, or an administrator ended it. Only what the
queue or the Dial told besides tells which."""

import pytest

from bridge.vocabulary.record import Record
from tests.helpers.story import Story


def queue_gives_up(*told: str) -> Record:
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Queue", AppData="support", Extension="8000")
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
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


def agent_cut(then: str) -> Record:
    """An administrator ends the agent's leg of a talk; the caller's dialplan goes on to the next agent ``then``."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData="PJSIP/1001,20,g", Extension="8000", Context="in")
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
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
