"""A queue's member at a number outside, whom the dialplan behind the queue calls by one carrier after another."""

import pytest

from bridge.vocabulary.record import Record
from tests.helpers.story import Story


def by_the_next_carrier(refusal: int, *, rings: bool, numbers: tuple[str, str] = ("0911", "0911")) -> Record:
    """The first carrier refuses by a cause, the second one's call is answered. ``numbers``: what each is to call."""
    story = Story()
    customer = story.queued()
    link = customer["Linkedid"]
    front, half = (story.channel("Local/1001@mobiles", state, link) for state in ("Down", "Ring"))
    story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=half["Uniqueid"])
    story.dial(customer, front, queue="support")
    for i, number in enumerate(numbers):
        aim = f"PJSIP/{number}@trunk"
        story.event("Newexten", **half, Application="Dial", AppData=aim, Extension="1001", Context="mobiles")
        mobile = story.channel("PJSIP/trunk", "Down", link)
        there = {"DestChannel": mobile["Channel"], "DestUniqueid": mobile["Uniqueid"]}
        story.event("DialBegin", **half, **there, DialString=f"{number}@trunk")
        if rings or i:
            story.after(0.5).state(mobile, "Ringing")
        story.after(0.5)
        if i:
            break
        story.hang_up(mobile, cause=refusal)
        story.dial_ends(half, mobile, "BUSY" if refusal == 17 else "CONGESTION")
        story.gone(mobile, cause=refusal)
        story.after(0.01)
    story.after(3).state(mobile, "Up")
    story.dial_ends(half, mobile, "ANSWER")
    story.dial_ends(customer, front, "ANSWER")
    story.talk("behind", half, mobile)
    story.talk("front", customer, front)
    story.event("QueueCallerLeave", **customer, Queue="support", Position="1")
    story.after(30).hang_up(customer)
    story.gone(customer, front, half, mobile)
    return story.only()


def outcomes(record: Record) -> list[tuple[str | None, str | None]]:
    return [(o.agent, o.outcome) for o in record.offers]


@pytest.mark.parametrize("numbers", [("0911222333", "0911222333"), ("0911222333", "+886911222333")])
def test_a_carrier_that_does_not_call_a_members_number_is_no_failure_of_the_member(numbers: tuple[str, str]) -> None:
    record = by_the_next_carrier(34, rings=False, numbers=numbers)
    assert outcomes(record) == [("1001", "answered")]
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]


def test_a_member_whose_mobile_rang_or_was_busy_or_who_has_another_number_is_called_a_second_time() -> None:
    assert outcomes(by_the_next_carrier(21, rings=True)) == [("1001", "rejected"), ("1001", "answered")]
    assert outcomes(by_the_next_carrier(17, rings=False)) == [("1001", "cpe_rejected"), ("1001", "answered")]
    other = by_the_next_carrier(34, rings=False, numbers=("0911222333", "0287654321"))
    assert outcomes(other) == [("1001", "cpe_rejected"), ("1001", "answered")]
