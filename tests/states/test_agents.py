"""What is on record of agents' states, told by their manager."""

from __future__ import annotations

import msgspec

from bridge.config import Agent, Settings, States
from tests.states.centre import GIVEN, WRAP_UP, Centre, stretches, told


def test_a_call_of_the_queue_is_ringing_talking_and_then_wrap_up_for_as_long_as_the_settings_say() -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(60).over(customer, agent)
    story.after(30)
    found = stretches(story, "1001")
    assert [(one.state, one.seconds, one.next) for one in found] == [
        ("ready", 10.0, "ringing"), ("ringing", 3.0, "talking"), ("talking", 60.0, "wrap_up"),
        ("wrap_up", WRAP_UP, "ready"),
    ]  # fmt: skip
    assert [one.computed for one in found] == [False, False, False, True]
    assert [one.direction for one in found] == [None, "inbound", "inbound", "inbound"]
    assert len({one.record_id for one in found[1:]}) == 1
    assert found[1].record_id is not None


def test_the_next_call_ends_the_wrap_up_at_once_and_its_seconds_are_those_that_passed() -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(60).over(customer, agent)
    story.after(4).queue_call()
    story.after(5)
    assert told(story)[3:] == [("wrap_up", 4.0, "ringing"), ("ringing", 3.0, "talking")]


def test_a_pause_ends_the_wrap_up_and_one_who_was_paused_in_the_call_has_none() -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(60).over(customer, agent)
    story.after(4).pause("1001", "lunch")
    story.after(100).unpause("1001")
    assert told(story)[3:] == [("wrap_up", 4.0, "paused"), ("paused", 100.0, "ready")]
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(30).pause("1001", "lunch")
    story.after(30).over(customer, agent)
    story.after(100).unpause("1001")
    assert told(story)[2:] == [("talking", 60.0, "paused"), ("paused", 100.0, "ready")]


def test_a_members_own_wrap_up_time_goes_before_the_queues() -> None:
    story = Centre().opened()
    story.member("QueueMemberAdded", "1001", Wrapuptime="25")
    customer, agent = story.queue_call()
    story.after(60).over(customer, agent)
    story.after(30)
    assert told(story)[3] == ("wrap_up", 25.0, "ready")


def test_agents_who_pause_themselves_for_after_call_work_are_in_wrap_up_and_its_end_is_not_computed() -> None:
    story = Centre().opened()
    story.pause("1001", "acw")
    story.after(42).unpause("1001")
    (found,) = [one for one in stretches(story, "1001") if one.state == "wrap_up"]
    assert (found.seconds, found.reason, found.computed) == (42.0, "acw", False)


def test_a_pause_with_a_new_reason_is_a_new_stretch_and_each_keeps_the_reason_of_its_beginning() -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    story.after(30).pause("1001", "training")
    story.after(20).unpause("1001")
    found = stretches(story, "1001")
    assert [(one.state, one.reason, one.seconds) for one in found] == [
        ("ready", None, 10.0), ("paused", "lunch", 30.0), ("paused", "training", 20.0),
    ]  # fmt: skip
    assert found[1].evidence.from_ is not None
    assert (found[1].evidence.from_.event, found[1].evidence.from_.detail) == (
        "QueueMemberPause", "support: paused, lunch",
    )  # fmt: skip


def test_paused_in_one_of_two_queues_is_ready_and_says_where_paused() -> None:
    story = Centre()
    story.feed("connected")
    story.listed()
    for queue in ("sales", "support"):
        story.members(queue, "ringall", x1001=1)
    story.after(10).pause("1001", "lunch", "sales")
    story.after(10).pause("1001", "lunch", "support")
    story.after(10).unpause("1001", "sales")
    story.unpause("1001", "support")
    found = stretches(story, "1001")
    assert [(one.state, one.seconds, one.paused_in) for one in found] == [
        ("ready", 20.0, ["sales"]), ("paused", 10.0, ["sales", "support"]),
    ]  # fmt: skip


def test_who_is_added_paused_is_paused_from_the_first_moment_on_and_who_is_removed_is_logged_out() -> None:
    story = Centre().opened(members=())
    story.member("QueueMemberAdded", "1001", Paused="1", PausedReason="briefing")
    story.after(5).unpause("1001")
    story.after(20).event("QueueMemberRemoved", Queue="support", Interface="PJSIP/1001")
    story.after(7).member("QueueMemberAdded", "1001")
    assert told(story) == [("paused", 5.0, "ready"), ("ready", 20.0, "logged_out"), ("logged_out", 7.0, "ready")]


def named(number: str, name: str) -> Settings:
    return msgspec.structs.replace(GIVEN, agent=[Agent(f"PJSIP/{number}", name)])


def goes_and_comes(story: Centre, number: str) -> None:
    """A phone is reachable for 20 s, away for 5 s, and there again."""
    story.contact(number, "Reachable")
    story.after(20).contact(number, "Unreachable")
    story.after(5).contact(number, "Reachable")


def test_an_agent_whom_the_settings_name_logs_out_like_any_other() -> None:
    story = Centre().opened()
    story.after(20).event("QueueMemberRemoved", Queue="support", Interface="PJSIP/1001")
    story.after(7).member("QueueMemberAdded", "1001")
    assert told(story, "Reception desk", settings=named("1001", "Reception desk")) == [
        ("ready", 30.0, "logged_out"), ("logged_out", 7.0, "ready"),
    ]  # fmt: skip


def test_an_agent_whom_the_settings_name_on_a_pbx_without_queues_is_ready_between_calls() -> None:
    story = Centre()
    story.feed("connected")
    story.listed()
    story.event("QueueStatusComplete", ActionID="QueueStatus")
    goes_and_comes(story, "1001")
    assert told(story, "Reception desk", settings=named("1001", "Reception desk")) == [
        ("ready", 20.0, "unreachable"), ("unreachable", 5.0, "ready"),
    ]  # fmt: skip


def test_an_agent_whom_the_settings_name_and_no_queue_calls_is_ready_between_calls_beside_queues_of_others() -> None:
    story = Centre().opened()
    goes_and_comes(story, "1042")
    assert told(story, "Outbound desk", settings=named("1042", "Outbound desk")) == [
        ("ready", 30.0, "unreachable"), ("unreachable", 5.0, "ready"),
    ]  # fmt: skip


def test_a_phone_that_is_gone_makes_its_agent_unreachable_and_says_why() -> None:
    story = Centre().opened()
    story.contact("1001", "Unreachable")
    story.after(30).contact("1001", "Reachable")
    story.after(5).contact("1001", "Removed")
    story.after(3).contact("1001", "Created")
    found = [one for one in stretches(story, "1001") if one.state == "unreachable"]
    assert [(one.reason, one.seconds) for one in found] == [("no_answer_to_qualify", 30.0), ("unregistered", 3.0)]


def test_static_members_whose_browser_phones_are_closed_at_night_are_logged_out_where_the_settings_say_so() -> None:
    story = Centre().opened()
    story.member("QueueMemberStatus", "1001", Membership="static")
    story.contact("1001", "Removed")
    story.after(3600).contact("1001", "Created")
    settings = Settings(roles=GIVEN.roles, states=States(static_members="while reachable"))
    assert ("logged_out", 3600.0, "ready") in told(story, settings=settings)
    assert ("unreachable", 3600.0, "ready") in told(story)


def test_who_holds_the_customer_and_calls_a_colleague_is_on_hold_then_talks_to_the_colleague() -> None:
    story = Centre().opened()
    _, agent = story.queue_call()
    story.after(20).event("Hold", **agent)
    story.after(2)
    second = story.channel("PJSIP/1001", "Ring", Exten="1002")
    colleague = story.channel("PJSIP/1002", "Down", second["Linkedid"])
    story.dial(second, colleague)
    story.state(colleague, "Ringing")
    story.after(4).state(colleague, "Up")
    story.dial_ends(second, colleague, "ANSWER")
    story.talk("aside", second, colleague)
    story.after(8).gone(second, colleague)
    story.after(1).event("Unhold", **agent)
    story.after(5)
    assert told(story)[2:] == [("talking", 20.0, "hold"), ("hold", 6.0, "talking"), ("talking", 8.0, "hold"),
                               ("hold", 1.0, "talking")]  # fmt: skip
    calls = [one.record_id for one in stretches(story, "1001")[2:]]
    assert calls[0] == calls[1] == calls[3] != calls[2]


def test_an_agents_own_call_is_dialling_until_somebody_answers() -> None:
    story = Centre().opened()
    agent = story.channel("PJSIP/1001", "Ring", Exten="0912345678")
    customer = story.channel("PJSIP/trunk", "Down", agent["Linkedid"])
    story.dial(agent, customer)
    story.after(12).state(customer, "Up")
    story.talk("out", agent, customer)
    story.after(30).over(customer, agent)
    found = stretches(story, "1001")
    assert [(one.state, one.seconds, one.direction) for one in found] == [
        ("ready", 10.0, None), ("dialling", 12.0, "outbound"), ("talking", 30.0, "outbound"),
    ]  # fmt: skip
    assert found[-1].next == "ready"  # no queue's call: no wrap-up


def test_who_transfers_a_customer_is_free_as_soon_as_her_phone_is_out_of_the_conversation() -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(40).event("BridgeLeave", BridgeUniqueid=story.bridge_of(agent), **agent)
    story.gone(agent)
    story.after(600).gone(customer)
    assert told(story)[2:] == [("talking", 40.0, "wrap_up"), ("wrap_up", WRAP_UP, "ready")]


def test_a_caller_who_gives_up_while_the_phone_rings_ends_the_ringing() -> None:
    story = Centre().opened()
    customer = story.call_in()
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent, "support")
    story.state(agent, "Ringing")
    story.after(7).gone(customer)
    story.dial_ends(customer, agent, "CANCEL")
    story.gone(agent)
    assert told(story) == [("ready", 10.0, "ringing"), ("ringing", 7.0, "ready")]
