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
