"""Offers: what no phone in the lab can be made to do on demand."""

import msgspec
import pytest

from bridge.config import Agent, Code, Settings
from bridge.vocabulary.record import Record
from tests.helpers.story import SETTINGS, Story


def ring_all(strategy: str) -> Record:
    """1001 refuses busy before the queue has even called 1002, who answers."""
    story = Story()
    story.members("support", strategy, x1001=1, x1002=1)
    customer = story.queued()
    first = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, first, "support")
    story.after(0.002).hang_up(first, 17, TechCause="486")
    second = story.after(0.001).channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, second, "support")
    story.gone(first, cause=17, TechCause="486")
    story.after(0.1).state(second, "Ringing")
    story.after(1).state(second, "Up")
    story.dial_ends(customer, second, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("room", customer, second)
    story.after(1).hang_up(customer)
    story.gone(customer, second)
    return story.only()


def test_phones_of_one_ring_all_are_not_offered_one_after_another() -> None:
    assert ring_all("ringall").tags == ["incoming_dn_call", "cpe_reject", "customer_disconnect"]


def test_a_queue_that_tries_one_by_one_reassigns_at_once() -> None:
    assert {"reassign", "reassigned_call"} <= set(ring_all("linear").tags)


def test_a_phone_that_rang_before_another_refused_was_no_second_try() -> None:
    story = Story()
    customer = story.call_in()
    first = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, first)
    second = story.after(0.015).channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, second)
    story.state(first, "Ringing")
    story.after(0.01).hang_up(first, 21, TechCause="603")
    story.gone(first, cause=21)
    story.state(second, "Up")
    story.talk("room", second, customer)
    story.after(5).hang_up(customer)
    story.gone(second, customer)
    record = story.only()
    assert [(o.device, o.outcome) for o in record.offers] == [
        ("PJSIP/1001", "rejected"), ("PJSIP/1002", "answered")
    ]  # fmt: skip
    assert "agent_reject" in record.tags
    assert "reassign" not in record.tags


def offered(sip_code: int | None, cause: int, rang: bool, given: Settings = SETTINGS) -> Record:
    story = Story(given)
    customer = story.call_in()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    if rang:
        story.after(0.1).state(leg, "Ringing")
    more = {"TechCause": str(sip_code)} if sip_code else {}
    story.after(2).hang_up(leg, cause, **more)
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=cause, **more)
    story.gone(customer, cause=cause)
    return story.only()


@pytest.mark.parametrize(("cause", "rang", "outcome"), [
    (21, True, "rejected"), (17, True, "rejected"), (19, True, "rejected"),
    (17, False, "cpe_rejected"), (19, False, "cpe_rejected"), (21, False, "cpe_rejected"),
    (58, True, "cpe_rejected"), (34, False, "cpe_rejected"), (38, True, "cpe_rejected"),
])  # fmt: skip
def test_an_old_pbx_without_sip_codes_is_judged_by_the_cause(cause: int, rang: bool, outcome: str) -> None:
    assert [o.outcome for o in offered(None, cause, rang).offers] == [outcome]


def test_a_configured_code_decides_for_its_devices() -> None:
    given = Settings(roles=SETTINGS.roles, code=[Code(sip=480, device="PJSIP/10*", rung="cpe_rejected")])
    assert offered(480, 19, True, given).offers[0].outcome == "cpe_rejected"
    assert offered(480, 19, True).offers[0].outcome == "rejected"


def test_a_leg_that_the_pbx_cancels_says_nothing_about_its_phone() -> None:
    story = Story()
    customer = story.call_in()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(2).hang_up(customer, 127, TechCause="487")
    story.dial_ends(customer, leg, "CANCEL")
    story.gone(leg, cause=127, TechCause="500")
    story.gone(customer, cause=127, TechCause="487")
    record = story.only()
    assert [o.outcome for o in record.offers] == ["cancelled"]
    assert record.tags == ["incoming_dn_call", "customer_abandon", "short_abandon"]


def test_a_caller_whom_the_pbx_refuses_did_not_hang_up() -> None:
    story = Story()
    customer = story.call_in("1001")
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.5).hang_up(leg, 34, TechCause="503")
    story.dial_ends(customer, leg, "CONGESTION")
    story.gone(leg, cause=34, TechCause="503")
    story.event("HangupRequest", **customer, ChannelState="7", Cause="34", TechCause="503")
    story.gone(customer, cause=34, TechCause="503")
    record = story.only()
    assert record.tags == ["non_dn_incoming_call", "cpe_reject"]
    assert record.ended_by == "system"


def test_a_phone_whose_registration_returns_while_it_rings_still_failed() -> None:
    story = Story()
    story.event("ContactStatus", EndpointName="1001", URI="sip:1001@10.0.0.9", ContactStatus="NonQualified")
    customer = story.call_in()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(2).event("ContactStatus", EndpointName="1001", URI="sip:1001@10.0.0.9", ContactStatus="Removed")
    story.after(2).event("ContactStatus", EndpointName="1001", URI="sip:1001@10.0.0.8", ContactStatus="NonQualified")
    story.after(9).dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=0)
    story.gone(customer)
    (offer,) = story.only().offers
    assert (offer.outcome, offer.reason) == ("cpe_rejected", "device_lost")


def test_a_call_picked_up_is_answered_elsewhere_though_its_leg_ends_a_moment_before() -> None:
    story = Story()
    customer = story.call_in()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    picker = story.after(1).channel("PJSIP/1002", "Ring", Exten="*8", Context="agents")
    story.after(0.001).gone(leg)
    story.after(0.001).dial_ends(customer, picker, "ANSWER")
    story.talk("room", picker, customer)
    story.after(1).hang_up(customer)
    story.gone(picker, customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered_elsewhere")]
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]


@pytest.mark.parametrize(("names", "tags"), [
    ({"PJSIP/1001": "desk-1"}, {"reassign", "reassigned_call"}),
    ({"PJSIP/1001": "desk-1", "PJSIP/1002": "desk-1"}, {"reassign"}),
])  # fmt: skip
def test_an_agents_other_phone_is_the_same_agent_again(names: dict[str, str], tags: set[str]) -> None:
    given = msgspec.structs.replace(SETTINGS, agent=[Agent(device, name) for device, name in names.items()])
    story = Story(given)
    customer = story.call_in()
    for device in ("PJSIP/1001", "PJSIP/1002"):
        leg = story.channel(device, "Down", customer["Linkedid"])
        story.dial(customer, leg)
        story.after(0.1).state(leg, "Ringing")
        story.after(2).hang_up(leg, 21, TechCause="603")
        story.dial_ends(customer, leg, "NOANSWER")
        story.gone(leg, cause=21, TechCause="603")
    story.gone(customer)
    assert {"reassign", "reassigned_call"} & set(story.only().tags) == tags


@pytest.mark.parametrize("same", [True, False], ids=["one_agents", "two_agents"])
def test_an_agents_two_devices_that_ring_together_are_one_offer(same: bool) -> None:
    names = [Agent("PJSIP/1001", "desk-1"), Agent("PJSIP/1001-WS", "desk-1" if same else "desk-2")]
    story = Story(msgspec.structs.replace(SETTINGS, agent=names))
    customer = story.call_in()
    both = "PJSIP/1001/sip:1001@192.0.2.1&PJSIP/1001-WS/sip:1001-WS@192.0.2.2,20"
    story.event("Newexten", **customer, Application="Dial", AppData=both, Extension="8000", Context="from-trunk")
    desk = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    browser = story.channel("PJSIP/1001-WS", "Down", customer["Linkedid"])
    for leg in (desk, browser):
        story.dial(customer, leg)
        story.state(leg, "Ringing")
    story.after(2).hang_up(desk, 21, TechCause="603")
    story.dial_ends(customer, desk, "NOANSWER")
    story.gone(desk, cause=21, TechCause="603")
    story.after(18).dial_ends(customer, browser, "NOANSWER")
    story.gone(browser, cause=0)
    story.gone(customer)
    outcomes = [(o.agent, o.outcome) for o in story.only().offers]
    assert outcomes == ([("desk-1", "rejected")] if same else [("desk-1", "rejected"), ("desk-2", "no_answer")])


def test_an_agent_who_calls_her_own_other_phone_calls_no_colleague() -> None:
    agents = [Agent("PJSIP/1001", "desk-1"), Agent("PJSIP/1002", "desk-1")]
    story = Story(msgspec.structs.replace(SETTINGS, agent=agents))
    caller = story.channel("PJSIP/1001", "Ring", Exten="1002", CallerIDNum="1001")
    leg = story.channel("PJSIP/1002", "Down", caller["Linkedid"])
    story.dial(caller, leg)
    story.after(1).hang_up(caller)
    story.gone(leg, caller)
    assert story.only().tags == []


@pytest.mark.parametrize("goes_on", [False, True], ids=["at once", "after the dialplan's Hangup"])
def test_a_caller_whose_carrier_is_told_to_call_another_number_gave_nothing_up(goes_on: bool) -> None:
    """By a 302, which a PBX before 20.17 and 22.7 does not tell."""
    for code in ({"Cause": "23", "TechCause": "302"}, {"Cause": "16"}):
        story = Story()
        customer = story.call_in()
        story.event("Newexten", **customer, Application="Transfer", AppData="PJSIP/sip:0999@carrier")
        if goes_on:
            story.event("Newexten", **customer, Application="Hangup", AppData="")
        story.event("HangupRequest", **customer, ChannelState="4", **code)
        story.event("Hangup", **customer, ChannelState="4", **code)
        assert (record := story.only()).tags == ["incoming_dn_call"]
        assert record.ended_by == "system"


def test_a_phone_that_rings_before_the_pbx_tells_who_called_it_was_called_no_later_than_that() -> None:
    story = Story()
    customer = story.call_in()
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.after(0.1).state(agent, "Ringing")
    story.after(0.001).dial(customer, agent)
    story.after(5).hang_up(customer)
    story.gone(agent, customer)
    (offer,) = story.only().offers
    assert offer.ringing_at == offer.started_at
    assert offer.ring_seconds == 5.001


def refused_before_the_call(*, waits: bool) -> Record:
    """A leg to 1001 is made for a customer and gone before it is called, then 1002 answers."""
    story = Story()
    customer = story.call_in()
    queue = "support" if waits else None
    story.event("Newexten", **customer, Application="Queue" if waits else "Wait", AppData="support", Extension="8000")
    if waits:
        story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    first = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.event("Newexten", **first, Application="Hangup", AppData="17", Extension="s", Context="before")
    story.event("Hangup", **first, ChannelState="0", Cause="17")
    second = story.after(0.002).channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, second, queue)
    story.after(0.1).state(second, "Ringing")
    story.after(1).state(second, "Up")
    story.dial_ends(customer, second, "ANSWER")
    story.talk("room", customer, second)
    story.after(5).hang_up(customer)
    story.gone(customer, second)
    return story.only()


def test_a_member_for_whom_a_routine_refused_before_she_was_called_had_an_offer_that_failed() -> None:
    record = refused_before_the_call(waits=True)
    assert [(o.agent, o.outcome, o.queue) for o in record.offers] == [
        ("1001", "cpe_rejected", "support"), ("1002", "answered", "support")
    ]  # fmt: skip
    assert {"cpe_reject", "reassign", "reassigned_call"} <= set(record.tags)


def test_a_leg_that_was_made_and_never_called_outside_of_a_queue_is_no_offer() -> None:
    assert [o.agent for o in refused_before_the_call(waits=False).offers] == ["1002"]


@pytest.mark.parametrize(("rang", "outcome"), [(True, "rejected"), (False, "cpe_rejected")])
def test_a_phone_that_says_487_though_nobody_has_cancelled_the_call_has_refused(rang: bool, outcome: str) -> None:
    """Some browser phones end the ringing so when a person declines."""
    story = Story()
    customer = story.queued()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg, "support")
    if rang:
        story.after(0.1).state(leg, "Ringing")
        story.after(2)
    story.hang_up(leg, 127, TechCause="487")
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=127, TechCause="487")
    record = answered_next(story, customer, "support")
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", outcome), ("1002", "answered")]
    assert "reassign" in record.tags


LEADS_NOWHERE = "Local/1001@missing"


def leads_nowhere(story: Story, customer: dict[str, str], application: str) -> None:
    """The PBX makes a Local channel to an extension that there is not, and lets it go before it calls anybody."""
    halves = [story.channel(LEADS_NOWHERE, "Down", customer["Linkedid"]) for _ in range(2)]
    story.event("Newexten", **halves[0], Application=application, AppData="(Outgoing Line)")
    for half in reversed(halves):
        story.event("Hangup", **half, ChannelState="0", Cause="0")


def answered_next(story: Story, customer: dict[str, str], queue: str | None) -> Record:
    second = story.after(0.002).channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, second, queue)
    story.after(0.1).state(second, "Ringing")
    story.after(1).state(second, "Up")
    story.dial_ends(customer, second, "ANSWER")
    story.talk("room", customer, second)
    story.after(5).hang_up(customer)
    story.gone(customer, second)
    return story.only()


@pytest.mark.parametrize("agent", ["1003", "1001"], ids=["by her state interface", "by the extension"])
def test_a_member_behind_an_extension_that_there_is_not_had_an_offer_that_failed(agent: str) -> None:
    story = Story()
    if agent != "1001":
        story.members("support", "linear", x1002=1)
        story.event("QueueMemberAdded", Queue="support", MemberName="Ann", Interface=f"{LEADS_NOWHERE}/n",
                    StateInterface=f"PJSIP/{agent}", Paused="0", Status="1")  # fmt: skip
    customer = story.queued()
    leads_nowhere(story, customer, "AppQueue")
    record = answered_next(story, customer, "support")
    assert [(o.agent, o.outcome, o.reason, o.queue) for o in record.offers] == [
        (agent, "cpe_rejected", "unreachable", "support"), ("1002", "answered", None, "support")
    ]  # fmt: skip
    assert {"cpe_reject", "reassign", "reassigned_call"} <= set(record.tags)


def test_a_desk_behind_an_extension_that_there_is_not_had_an_offer_that_failed() -> None:
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Dial", AppData=f"{LEADS_NOWHERE}/n,20", Extension="8000")
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="")
    leads_nowhere(story, customer, "AppDial")
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    story.event("Newexten", **customer, Application="Dial", AppData="PJSIP/1002,20", Extension="8000")
    record = answered_next(story, customer, None)
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "cpe_rejected"), ("1002", "answered")]
    assert {"cpe_reject", "reassign", "reassigned_call"} <= set(record.tags)


def called_twice(strategy: str, gone_after: float) -> Record:
    """A queue calls 1001 by two members, one right after the other; the first rings for ``gone_after`` seconds."""
    story = Story()
    story.members("support", strategy, x1001=1)
    customer = story.queued()
    first = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, first, "support")
    story.after(0.01).state(first, "Ringing")
    if gone_after < 0.1:
        story.after(gone_after).hang_up(first, 21, TechCause="603")
        story.gone(first, cause=21, TechCause="603")
    second = story.after(0.002).channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, second, "support")
    story.after(0.01).state(second, "Ringing")
    story.after(2).state(second, "Up")
    story.dial_ends(customer, second, "ANSWER")
    story.talk("room", customer, second)
    if gone_after >= 0.1:
        story.dial_ends(customer, first, "CANCEL")
        story.gone(first, cause=26)
    story.after(5).hang_up(customer)
    story.gone(customer, second)
    return story.only()


def test_an_agent_who_is_a_queues_member_twice_was_offered_the_call_once() -> None:
    assert [o.outcome for o in called_twice("ringall", gone_after=2).offers] == ["answered"]


def test_an_agent_who_declined_was_offered_the_call_again_at_once() -> None:
    assert [o.outcome for o in called_twice("linear", gone_after=0.05).offers] == ["rejected", "answered"]
