"""Pages that ring their phones behind Local channels, as FreePBX does it."""

import pytest

from tests.helpers.story import Story


@pytest.mark.parametrize("is_off", [False, True])
def test_a_phone_that_a_page_finds_busy_or_off_has_not_failed(is_off: bool) -> None:
    story = Story()
    pager = story.channel("PJSIP/1003", "Ring", CallerIDNum="1003", Exten="*87", Context="staff")
    link = pager["Linkedid"]
    aims = "Local/1001@phones/n&Local/1002@phones/n,,8"
    story.event("Newexten", **pager, Application="Page", AppData=aims, Extension="*87", Context="staff")
    ends = []
    for number in ("1001", "1002"):
        front, half = (story.channel(f"Local/{number}@phones", state, link) for state in ("Down", "Ring"))
        story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=half["Uniqueid"])
        there = {"DestChannel": front["Channel"], "DestUniqueid": front["Uniqueid"]}
        story.event("DialBegin", **there, DialString=f"{number}@phones/n")
        aim = f"PJSIP/{number},10"
        story.event("Newexten", **half, Application="Dial", AppData=aim, Extension=number, Context="phones")
        ends += [front, half]
        if number == "1002" and is_off:
            story.event("VarSet", **half, Variable="DIALSTATUS", Value="CHANUNAVAIL")
            story.gone(half, front)
            continue
        phone = story.channel(f"PJSIP/{number}", "Down", link)
        story.dial(half, phone)
        if number == "1002":
            story.hang_up(phone, cause=17)
            story.dial_ends(half, phone, "BUSY")
            story.gone(phone, half, front, cause=17)
            continue
        story.after(0.1).state(phone, "Ringing")
        story.after(1).state(phone, "Up")
        story.dial_ends(half, phone, "ANSWER")
        story.event("DialEnd", **there, DialStatus="ANSWER")
        story.talk("behind", half, phone)
        story.talk("page", front, pager)
        ends.append(phone)
    story.after(10).hang_up(pager)
    story.gone(pager, *(c for c in ends if "1002" not in c["Channel"]))
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered")]
    assert record.tags == ["agent_to_agent_call", "agent_disconnect"]
