"""Two of the staff talk, and a panel or an application moves one of them; a phone forwards what a click rings."""

from bridge.vocabulary.record import Record
from tests.helpers.story import Story


def colleague_moved(*, hung_up: bool = False, comes_back: bool = False, to: str = "PJSIP/1003") -> Record:
    """1001 calls 1002 and is sent on to a third. ``hung_up``: 1002 hangs up, and the dialplan calls the third.
    ``comes_back``: 1001 stays where she is, and 1002 is removed, before the third comes."""
    story = Story()
    caller = story.channel("PJSIP/1001", "Ring", CallerIDNum="1001", Exten="1002", Context="inside")
    place = {"Context": "inside", "Application": "Dial"}
    story.event("Newexten", **caller, **place, AppData="PJSIP/1002,20,g", Extension="1002")
    called = story.channel("PJSIP/1002", "Down", caller["Linkedid"])
    story.dial(caller, called)
    story.after(1).state(called, "Up")
    story.dial_ends(caller, called, "ANSWER")
    story.talk("first", caller, called)
    story.after(30)
    if hung_up:
        story.hang_up(called)
    story.event("BridgeLeave", BridgeUniqueid="first", **called)
    if not comes_back:
        story.event("BridgeLeave", BridgeUniqueid="first", **caller)
    story.gone(called)
    third = story.after(0.1).channel(to, "Down", caller["Linkedid"])
    if not comes_back:
        story.event("Newexten", **caller, **place, AppData=to, Extension="1003")
    story.dial(caller, third)
    story.after(1).state(third, "Up")
    story.dial_ends(caller, third, "ANSWER")
    if comes_back:
        story.event("BridgeEnter", BridgeUniqueid="first", BridgeTechnology="simple_bridge", **third)
    else:
        story.talk("second", caller, third)
    story.after(30).hang_up(caller)
    story.gone(caller, third)
    return story.only()


def test_a_colleague_whom_a_panel_sends_to_another_was_passed_on_by_the_one_she_talked_with() -> None:
    record = colleague_moved()
    assert record.tags == ["agent_transferred_call", "agent_to_agent_call", "transferred", "agent_disconnect"]
    (transfer,) = record.transfers
    assert (transfer.kind, transfer.by, transfer.to, transfer.outcome) == ("blind", "1002", "1003", "answered")


def test_a_colleague_whom_a_panel_sends_to_a_supervisor_was_taken_over() -> None:
    assert "supervisor_transferred_call" in colleague_moved(to="PJSIP/2001").tags


def test_a_colleague_whose_other_side_hung_up_was_not_passed_on() -> None:
    assert colleague_moved(hung_up=True).tags == ["agent_to_agent_call", "agent_disconnect"]


def test_a_colleague_who_stays_where_she_is_when_the_other_is_removed_was_not_passed_on() -> None:
    assert colleague_moved(comes_back=True).transfers == []


def clicked(forward: str, other: str = "1002") -> list[Record]:
    """A click rings 1001, whose phone forwards. The PBX calls 1002 for it, in a Local channel of ``other``."""
    story = Story()
    phone = story.channel("PJSIP/1001", "Down")
    story.event("DialBegin", DestChannel=phone["Channel"], DestUniqueid=phone["Uniqueid"], DialString="1001")
    story.after(1).state(phone, "Ringing")
    story.event("HangupRequest", **phone, ChannelState="5", Cause="23", TechCause="302")
    front = story.channel(f"Local/{other}@inside", "Down")
    back = story.channel(f"Local/{other}@inside", "Ring", front["Linkedid"])
    story.event(
        "LocalBridge", LocalOneChannel=front["Channel"], LocalOneUniqueid=front["Uniqueid"],
        LocalTwoChannel=back["Channel"], LocalTwoUniqueid=back["Uniqueid"],
    )  # fmt: skip
    story.event("DialBegin", DestChannel=front["Channel"], DestUniqueid=front["Uniqueid"], DialString="1002@inside")
    story.event(
        "DialEnd", DestChannel=phone["Channel"], DestUniqueid=phone["Uniqueid"], DialStatus="CANCEL", Forward=forward
    )
    colleague = story.channel("PJSIP/1002", "Down", front["Linkedid"])
    story.dial(back, colleague)
    story.after(1).state(colleague, "Ringing")
    story.after(1).state(colleague, "Up")
    story.dial_ends(back, colleague, "ANSWER")
    story.gone(phone, cause=23)
    story.talk("near", back, colleague)
    story.after(20).hang_up(colleague)
    story.gone(back, front, colleague)
    return story.told()


def test_who_forwards_what_a_click_rings_and_who_answers_it_are_in_one_call() -> None:
    (record,) = clicked("1002")
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "forwarded"), ("1002", "answered")]


def test_a_click_that_goes_elsewhere_at_that_moment_is_a_call_of_its_own() -> None:
    assert len(clicked("1005")) == 2
