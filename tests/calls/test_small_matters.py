"""What a dialplan does beside the call itself: its own do-not-disturb, a pre-ring, the beep of a recording."""

from tests.calls.test_confirming import halves
from tests.helpers.story import Story

Who = dict[str, str]


def test_a_direct_call_to_an_agent_on_the_pbxs_own_do_not_disturb_is_an_offer_that_her_device_refused() -> None:
    story = Story()
    customer = story.call_in()
    story.event(
        "Newexten", **customer, Application="Goto", AppData="direct,1001,1", Extension="1001", Context="direct"
    )
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="BUSY")
    story.after(0.1).event("Newexten", **customer, Application="Busy", AppData="20", Extension="1001")
    story.after(5).hang_up(customer)
    story.gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "cpe_rejected")]
    assert "cpe_reject" in record.tags


def test_a_busy_phone_is_one_offer_though_the_dialplan_does_not_show_the_dial() -> None:
    story = Story()
    customer = story.call_in()
    story.event(
        "Newexten", **customer, Application="Goto", AppData="direct,1001,1", Extension="1001", Context="direct"
    )
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(1).hang_up(agent, 17, TechCause="486")
    story.dial_ends(customer, agent, "BUSY")
    story.gone(agent, cause=17, TechCause="486")
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="BUSY")
    story.after(5).hang_up(customer)
    story.gone(customer)
    assert [(o.agent, o.outcome) for o in story.only().offers] == [("1001", "cpe_rejected")]


def test_a_mobile_that_rings_after_the_desk_did_not_is_tried_next_though_one_dial_calls_both() -> None:
    """Each is behind a Local channel, and the one of the mobile waits before it calls."""
    story = Story()
    customer = story.call_in()
    link = customer["Linkedid"]
    story.event("Newexten", **customer, Application="Dial", AppData="Local/71@pre&Local/72@then,40")
    first, second = halves(story, "71", link), halves(story, "72", link)
    story.dial(customer, first[0])
    story.dial(customer, second[0])
    desk = story.channel("PJSIP/1001", "Down", link)
    story.dial(first[1], desk)
    story.after(0.1).state(desk, "Ringing")
    story.after(7).dial_ends(first[1], desk, "NOANSWER")
    story.gone(desk, cause=0)
    story.gone(*first)
    mobile = story.after(0.1).channel("PJSIP/1002", "Down", link)
    story.dial(second[1], mobile)
    story.after(0.1).state(mobile, "Ringing")
    story.after(3).state(mobile, "Up")
    story.dial_ends(second[1], mobile, "ANSWER")
    story.talk("inner", mobile, second[1])
    story.dial_ends(customer, second[0], "ANSWER")
    story.talk("front", second[0], customer)
    story.after(20).hang_up(customer)
    story.gone(customer, *second, mobile)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "no_answer"), ("1002", "answered")]
    assert {"agent_no_answer_timeout", "reassign", "reassigned_call"} <= set(record.tags)


def test_the_beep_of_a_recording_supervises_nobody_and_is_no_third_speaker() -> None:
    story = Story()
    customer, agent = story.connected()
    one, two = halves(story, "9", story.channel("Local/none", "Down")["Linkedid"])
    spying = {"SpyerChannel": two["Channel"], "SpyerUniqueid": two["Uniqueid"]}
    spied = {"SpyeeChannel": agent["Channel"], "SpyeeUniqueid": agent["Uniqueid"]}
    story.event("Newexten", **two, Application="ChanSpy", AppData=f"{agent['Channel']},qEB")
    story.event("ChanSpyStart", **spying, **spied)
    story.after(0.4).event("ChanSpyStop", **spying, **spied)
    story.gone(one, two)
    story.after(20).hang_up(customer)
    story.gone(agent, customer)
    record = next(r for r in story.told() if r.customer)
    assert (record.supervisions, record.conferences) == ([], [])


def test_a_supervisor_who_barges_in_through_a_local_channel_is_heard() -> None:
    story = Story()
    customer, agent = story.connected()
    supervisor = story.channel("PJSIP/2001", "Down")
    one, two = halves(story, "9", supervisor["Linkedid"])
    story.dial(one, supervisor)
    story.state(supervisor, "Up")
    story.talk("own", supervisor, one)
    spying = {"SpyerChannel": two["Channel"], "SpyerUniqueid": two["Uniqueid"]}
    spied = {"SpyeeChannel": agent["Channel"], "SpyeeUniqueid": agent["Uniqueid"]}
    story.event("Newexten", **two, Application="ChanSpy", AppData=f"{agent['Channel']},qB")
    story.event("ChanSpyStart", **spying, **spied)
    story.after(10).event("ChanSpyStop", **spying, **spied)
    story.gone(one, two, supervisor)
    story.after(20).hang_up(customer)
    story.gone(agent, customer)
    record = next(r for r in story.told() if r.customer)
    assert [(s.by, s.mode) for s in record.supervisions] == [("2001", "barge")]
    assert "supervisor_conference_call" in record.tags
