"""A caller whose Dial failed keeps its cause: Asterisk tells it again when she hangs up later, of her own accord."""

import pytest

from tests.helpers.story import Story

OLD = [
    ({"Cause": "3", "TechCause": "404"}, None),  # the phone was not registered: no leg
    ({"Cause": "20", "TechCause": "480"}, None),
    ({"Cause": "21", "TechCause": "403"}, 21),  # the leg ended with it
    ({"Cause": "17", "TechCause": "486"}, 17),
    ({"Cause": "18", "TechCause": "408"}, 18),
    ({"Cause": "58", "TechCause": "488"}, 58),
    ({"Cause": "18"}, 18),  # before Asterisk told SIP codes
    ({"Cause": "17"}, 17),
]


def failed(story: Story, cause: int | None) -> dict[str, str]:
    """A customer is Up, and the Dial of an agent has failed."""
    customer = story.channel("PJSIP/trunk", "Ring", Context="lines", Exten="8000")
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Answer", AppData="")
    story.state(customer, "Up")
    dial(story, customer, "1001", cause)
    return customer


def dial(story: Story, customer: dict[str, str], agent: str, cause: int | None) -> None:
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Dial",
                AppData=f"PJSIP/{agent},15")  # fmt: skip
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="")
    if cause is not None:
        leg = story.channel(f"PJSIP/{agent}", "Down", customer["Linkedid"])
        story.dial(customer, leg)
        story.after(0.1).state(leg, "Ringing")
        story.after(1).event("HangupRequest", **leg, ChannelState="5", Cause=str(cause))
        story.dial_ends(customer, leg, "NOANSWER")
        story.gone(leg, cause=cause)
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="CHANUNAVAIL")


@pytest.mark.parametrize(("old", "cause"), OLD)
@pytest.mark.parametrize("application", ["BackGround", "VoiceMail", "Queue", "MusicOnHold"])
def test_a_caller_who_gives_up_after_a_dial_that_failed_has_abandoned_the_call(
    old: dict[str, str], cause: int | None, application: str
) -> None:
    story = Story()
    customer = failed(story, cause)
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application=application, AppData="x")
    story.after(4).event("HangupRequest", **customer, ChannelState="6", **old)
    story.gone(customer, cause=int(old["Cause"]))
    record = story.only()
    assert record.ended_by == "customer"
    assert "customer_abandon" in record.tags
    assert (record.hangup_cause, record.sip_code) == (None, None)


@pytest.mark.parametrize(("old", "cause"), OLD)
def test_a_customer_who_hangs_up_on_the_second_agent_disconnected(old: dict[str, str], cause: int | None) -> None:
    story = Story()
    customer = failed(story, cause)
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Queue", AppData="support")
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    agent = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, agent, queue="support")
    story.after(1).state(agent, "Ringing")
    story.after(1).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("room", agent, customer)
    story.after(5).event("HangupRequest", **customer, ChannelState="6", **old)
    story.gone(customer, agent, cause=int(old["Cause"]))
    record = story.only()
    assert record.ended_by == "customer"
    assert "customer_disconnect" in record.tags
    assert "system_disconnect" not in record.tags


def test_an_answered_dial_clears_the_cause_so_that_a_code_after_it_is_of_the_call() -> None:
    story = Story()
    customer = failed(story, 58)
    story.event(
        "Newexten", **customer, Context="lines", Extension="8000", Application="Dial", AppData="PJSIP/1002,15"
    )
    agent = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(1).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="ANSWER")
    story.talk("room", agent, customer)
    story.after(5).event("HangupRequest", **customer, ChannelState="6", Cause="58", TechCause="488")
    story.gone(customer, agent, cause=58)
    assert story.only().ended_by == "system"


def test_a_code_that_no_conversation_ends_with_is_a_hangup_though_nothing_tells_its_dial() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5).hang_up(customer, 21, TechCause="403")
    story.gone(customer, agent, cause=21)
    assert "customer_disconnect" in story.only().tags


@pytest.mark.parametrize("old", [{"Cause": "17", "TechCause": "486"}, {"Cause": "17"}])
def test_a_caller_who_gives_up_while_the_next_phone_rings_was_not_turned_away(old: dict[str, str]) -> None:
    story = Story()
    customer = story.channel("PJSIP/trunk", "Ring", Context="lines", Exten="8000")
    dial(story, customer, "1001", 17)
    story.event(
        "Newexten", **customer, Context="lines", Extension="8000", Application="Dial", AppData="PJSIP/1002,15"
    )
    leg = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(3).event("HangupRequest", **customer, ChannelState="4", **old)
    story.dial_ends(customer, leg, "CANCEL")
    story.gone(leg, customer, cause=17)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "rejected"), ("1002", "cancelled")]
    assert "customer_abandon" in record.tags


@pytest.mark.parametrize("old", [{"Cause": "17", "TechCause": "486"}, {"Cause": "17"}])
def test_a_caller_whom_the_pbx_turns_away_when_the_dialplan_ends_did_not_hang_up(old: dict[str, str]) -> None:
    story = Story()
    customer = story.channel("PJSIP/trunk", "Ring", Context="lines", Exten="8000")
    dial(story, customer, "1001", 17)
    story.event("HangupRequest", **customer, ChannelState="4", **old)
    story.gone(customer, cause=17)
    record = story.only()
    assert record.ended_by == "system"
    assert "customer_abandon" not in record.tags
