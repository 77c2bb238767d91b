"""Agents who sit in a conference room all day, and into whose room a dialler puts one customer after the other."""

import pytest

from bridge.vocabulary.record import Record
from tests.calls.test_ghosts import roll_call
from tests.helpers.story import Story

Who = dict[str, str]


def enters(story: Story, who: Who, room: str = "room") -> Who:
    story.event("Newexten", **who, Application="ConfBridge", AppData=room, Extension="5000", Context="staff")
    story.event("BridgeEnter", BridgeUniqueid=room, BridgeTechnology="softmix", BridgeCreator="ConfBridge", **who)
    return who


def leaves(story: Story, who: Who, room: str = "room") -> None:
    story.event("BridgeLeave", BridgeUniqueid=room, **who)


def sitting() -> tuple[Story, Who]:
    story = Story()
    story.event("BridgeCreate", BridgeUniqueid="room", BridgeTechnology="softmix")
    agent = enters(story, story.channel("PJSIP/1001", "Up"))
    return story.after(3600), agent


def visits(story: Story) -> None:
    """A customer comes into the room, and hangs up."""
    customer = enters(story, story.call_in())
    story.after(30).hang_up(customer)
    leaves(story, customer)
    story.gone(customer)
    story.after(600)


def test_a_call_of_an_agent_who_sits_in_a_room_lasts_while_the_customer_is_there() -> None:
    story, _ = sitting()
    visits(story)
    visits(story)
    records = story.told()
    assert [r.tags for r in records] == [["incoming_dn_call", "customer_disconnect"]] * 2
    assert [r.talk_seconds for r in records] == [30.0, 30.0]
    assert [r.wait_seconds for r in records] == [0.0, 0.0]
    assert all(r.complete for r in records)


def test_who_only_sat_in_a_room_had_no_call() -> None:
    story, agent = sitting()
    story.hang_up(agent)
    leaves(story, agent)
    story.gone(agent)
    assert story.told() == []


def test_a_customer_who_waited_alone_in_a_room_has_a_record() -> None:
    story = Story()
    visits(story)
    assert story.only().tags == ["incoming_dn_call", "customer_abandon"]


def test_a_meeting_of_colleagues_stays_one_call_whoever_comes_and_goes() -> None:
    story, agent = sitting()
    for _ in range(2):
        colleague = enters(story, story.channel("PJSIP/1002", "Up"))
        story.after(60).hang_up(colleague)
        leaves(story, colleague)
        story.gone(colleague)
    story.hang_up(agent)
    leaves(story, agent)
    story.gone(agent)
    assert story.only().tags == ["agent_to_agent_call", "agent_disconnect"]


def test_two_agents_who_sit_in_one_room_take_each_customer_in_a_conference_of_her_own() -> None:
    story, _ = sitting()
    enters(story, story.channel("PJSIP/1002", "Up"))
    story.after(60)
    visits(story)
    visits(story)
    assert [r.tags for r in story.told()] == [
        ["incoming_dn_call", "agent_conference_call", "customer_disconnect"]
    ] * 2  # fmt: skip


def test_a_supervisor_who_stays_when_the_customer_has_gone_is_in_the_next_call_too() -> None:
    story, _ = sitting()
    customer = enters(story, story.call_in())
    enters(story.after(5), story.channel("PJSIP/2001", "Up"))
    story.after(30).hang_up(customer)
    leaves(story, customer)
    story.gone(customer)
    story.after(600)
    visits(story)
    assert [r.tags for r in story.told()] == [
        ["incoming_dn_call", "supervisor_conference_call", "customer_disconnect"]
    ] * 2  # fmt: skip


def test_a_rooms_recording_is_nobody_and_holds_no_call_open() -> None:
    story, _ = sitting()
    one = story.channel("Local/5000@staff", "Up")
    two = story.channel("Local/5000@staff", "Up", one["Linkedid"])
    for half, number in ((one, ";1"), (two, ";2")):
        half["Channel"] = f"Local/5000@staff-0000000a{number}"
        story.event("Newstate", **half, ChannelState="6")
    enters(story, two)
    story.after(5)
    visits(story)
    assert story.only().tags == ["incoming_dn_call", "customer_disconnect"]


def test_a_customer_who_leaves_in_an_outage_leaves_the_agent_sitting_for_the_next_one() -> None:
    story, agent = sitting()
    enters(story, story.call_in())
    story.after(10).feed("lost")
    story.after(5).feed("connected")
    story.listed({**agent, "BridgeId": "room", "Application": "ConfBridge"})
    story.after(600)
    lost, after = (visits(story), story.told())[1]
    assert not lost.complete
    assert after.tags == ["incoming_dn_call", "customer_disconnect"]


def test_a_long_call_of_an_agent_who_sits_in_a_room_is_told_whole_though_the_roll_is_called_in_it() -> None:
    """The PBX names her channel, which is her line: the leg that stands for it in the call has no name of its own."""
    story = Story()
    story.feed("connected")
    story.listed()
    story.event("BridgeCreate", BridgeUniqueid="room", BridgeTechnology="softmix")
    agent = enters(story, story.channel("PJSIP/1001", "Up"))
    customer = enters(story.after(3600), story.call_in())
    for _ in range(3):
        roll_call(story.after(300), agent, customer)
    story.after(30).hang_up(customer)
    leaves(story, customer)
    story.gone(customer)
    record = story.only()
    assert record.complete
    assert record.talk_seconds == 930.0
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]


def leaves_for_a_colleague(result: str, pressed: str = "", exten: str = "8000", context: str = "in") -> list[str]:
    """The tags of a customer who leaves an agent's room, and whom a colleague then has. ``exten``: where the dialplan
    calls the colleague."""
    story, agent = sitting()
    customer = enters(story, story.call_in())
    story.after(30)
    for key in pressed:
        story.event("DTMFEnd", **customer, Digit=key, Direction="Received")
        story.after(0.2)
    leaves(story, customer)
    story.event("VarSet", **customer, Variable="CONFBRIDGE_RESULT", Value=result)
    story.event("Newexten", **customer, Application="Dial", AppData="PJSIP/1002", Extension=exten, Context=context)
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, colleague)
    story.after(1).state(colleague, "Up")
    story.dial_ends(customer, colleague, "ANSWER")
    story.talk("talk", customer, colleague)
    story.after(30).hang_up(customer)
    story.gone(customer, colleague)
    story.after(600).gone(agent)
    (record,) = story.told()
    return record.tags


def test_a_customer_who_leaves_an_agents_room_by_a_key_was_not_passed_on() -> None:
    assert leaves_for_a_colleague("DTMF", "*1") == ["incoming_dn_call", "customer_disconnect"]


def test_a_customer_who_is_taken_out_of_an_agents_room_was_passed_on() -> None:
    assert "agent_transferred_call" in leaves_for_a_colleague("KICKED", "*1")
    assert "agent_transferred_call" in leaves_for_a_colleague("DTMF")


def test_a_customer_whose_time_in_an_agents_room_is_up_was_not_passed_on() -> None:
    here = {"exten": "5000", "context": "staff"}
    assert leaves_for_a_colleague("TIMEOUT", **here) == ["incoming_dn_call", "customer_disconnect"]
    assert "agent_transferred_call" in leaves_for_a_colleague("KICKED", **here)
    assert "agent_transferred_call" in leaves_for_a_colleague("TIMEOUT")


def called_into_the_callers_room(outcome: str, application: str = "ConfBridge") -> list[Record]:
    """The dialplan brings one agent after the other into the room of a caller, before she is in it."""
    story = Story()
    customer = story.call_in()
    for device, becomes in (("PJSIP/1001", outcome), ("PJSIP/1002", "answers")):
        story.event(
            "Newexten", **customer, Application="Originate", AppData=f"{device},app,{application},room,,10",
            Extension="8000", Context="from-trunk",
        )  # fmt: skip
        phone = story.after(0.1).channel(device, "Down")
        there = {"DestChannel": phone["Channel"], "DestUniqueid": phone["Uniqueid"]}
        story.event("DialBegin", **there, DialString=device.partition("/")[2])
        story.after(0.1).state(phone, "Ringing")
        story.after(3)
        if becomes == "answers":
            story.state(phone, "Up")
            story.event("DialEnd", **there, DialStatus="ANSWER")
            enters(story, phone)
            continue
        if becomes == "declines":
            story.hang_up(phone, cause=21)
            story.event("DialEnd", **there, DialStatus="BUSY")
        elif becomes == "gives up":
            story.hang_up(customer)
        story.after(0.1).gone(phone, cause=21 if becomes == "declines" else 0)
        story.after(10)
        if becomes == "gives up":
            story.gone(customer)
            return story.told()
    enters(story, customer)
    story.after(20).hang_up(customer)
    leaves(story, customer)
    story.gone(customer)
    leaves(story, phone)
    story.gone(phone)
    return story.told()


@pytest.mark.parametrize(
    ("outcome", "told", "tag"),
    [("declines", "rejected", "agent_reject"), ("rings", "no_answer", "agent_no_answer_timeout")],
)
def test_an_agent_whom_the_dialplan_calls_into_the_callers_room_in_vain_is_an_offer_of_that_call(
    outcome: str, told: str, tag: str
) -> None:
    (record,) = called_into_the_callers_room(outcome)
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", told), ("1002", "answered")]
    assert {*record.tags} == {"incoming_dn_call", "reassigned_call", "reassign", tag, "customer_disconnect"}


def test_a_caller_who_gives_up_while_an_agent_is_called_into_her_room_gave_up_while_it_rang() -> None:
    (record,) = called_into_the_callers_room("gives up")
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "cancelled")]
    assert record.abandoned_in == "ringing"


def test_a_phone_that_the_dialplan_only_tells_something_is_a_call_of_its_own() -> None:
    first, second = called_into_the_callers_room("declines", application="Playback")
    assert {len(first.offers), len(second.offers)} == {1}


def test_an_agent_whom_the_dialplan_called_into_her_room_for_the_day_is_in_no_call_by_that() -> None:
    story = Story()
    supervisor = story.channel("PJSIP/2001", "Up", CallerIDNum="2001", Exten="*55", Context="staff")
    story.event(
        "Newexten", **supervisor, Application="Originate", AppData="PJSIP/1001,app,ConfBridge,room,,10,a",
        Extension="*55", Context="staff",
    )  # fmt: skip
    agent = story.after(0.1).channel("PJSIP/1001", "Down")
    there = {"DestChannel": agent["Channel"], "DestUniqueid": agent["Uniqueid"]}
    story.event("DialBegin", **there, DialString="1001")
    story.after(0.2).state(agent, "Ringing")
    story.hang_up(supervisor)
    story.gone(supervisor)
    story.after(2).state(agent, "Up")
    story.event("DialEnd", **there, DialStatus="ANSWER")
    enters(story, agent)
    story.after(3600)
    visits(story)
    leaves(story, agent)
    story.gone(agent)
    assert [r.tags for r in story.told()] == [[], ["incoming_dn_call", "customer_disconnect"]]
