"""Rooms whose callers wait for a leader: they hear music, or nothing, and nobody else until the leader comes."""

import pytest

from tests.calls.test_rooms import leaves
from tests.helpers.story import Story

Who = dict[str, str]


def comes(story: Story, who: Who, says: str | None = None, profile: str = "") -> Who:
    """Somebody comes into the room. ``says``: an option that the dialplan sets before; ``profile``: of the user."""
    if says is not None:
        story.event("Newexten", **who, Application="Set", AppData=f"CONFBRIDGE(user,{says})=yes")
    story.event(
        "Newexten", **who, Application="ConfBridge", AppData=f"900{profile}", Extension="900", Context="rooms"
    )
    story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="softmix", BridgeCreator="ConfBridge", **who)
    return who


def music(story: Story, who: Who, plays: bool = True) -> None:
    story.event("MusicOnHoldStart" if plays else "MusicOnHoldStop", **who)


def goes(story: Story, who: Who) -> None:
    story.hang_up(who)
    leaves(story, who)
    story.gone(who)


def opened() -> Story:
    story = Story()
    story.event("BridgeCreate", BridgeUniqueid="room", BridgeTechnology="softmix", BridgeCreator="ConfBridge")
    return story


@pytest.mark.parametrize("told_by", ["dialplan", "music"])
def test_a_caller_who_leaves_before_the_leader_has_abandoned_and_one_who_stays_has_a_call_of_her_own(
    told_by: str,
) -> None:
    story, by_music = opened(), told_by == "music"
    callers = []
    for _ in range(2):
        caller = story.call_in()
        if by_music:
            story.event("Newexten", **caller, Application="ConfBridge", AppData="900")
            music(story, caller)
            story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="softmix", **caller)
        else:
            comes(story, caller, "wait_marked")
        callers.append(caller)
        story.after(10)
    goes(story, callers[0])
    story.after(10)
    if by_music:
        music(story, callers[1], plays=False)
    agent = comes(story, story.channel("PJSIP/1001", "Up"), None if by_music else "marked")
    story.after(25)
    goes(story, callers[1])
    goes(story.after(3), agent)
    first, second = story.told()
    assert first.tags == ["incoming_dn_call", "customer_abandon"]
    assert (first.talk_seconds, first.wait_seconds) == (0.0, 20.0)
    assert second.tags == ["incoming_dn_call", "customer_disconnect"]
    assert (second.talk_seconds, second.wait_seconds) == (25.0, 20.0)


def test_two_callers_and_their_leader_are_a_conference_from_the_moment_she_comes() -> None:
    story = opened()
    another = story.channel("PJSIP/trunk", "Ring", Exten="8000", Context="from-trunk", CallerIDNum="0912000002")
    callers = [comes(story, who, "wait_marked") for who in (story.call_in(), another)]
    story.after(10)
    agent = comes(story, story.channel("PJSIP/1001", "Up"), "marked")
    story.after(30)
    for who in (*callers, agent):
        goes(story.after(1), who)
    record = story.only()
    assert record.wait_seconds == 10.0
    assert [len(c.speakers) for c in record.conferences] == [3]


def test_a_caller_whom_the_leader_leaves_hears_music_again_and_talks_to_nobody() -> None:
    story = opened()
    caller = comes(story, story.call_in(), "wait_marked")
    agent = comes(story.after(10), story.channel("PJSIP/1001", "Up"), "marked")
    other = comes(story.after(5), story.call_in(), "wait_marked")
    goes(story.after(15), agent)
    goes(story.after(40), caller)
    goes(story.after(40), other)
    record = story.only()
    assert record.talk_seconds == 20.0
    assert "agent_disconnect" in record.tags


def test_a_leader_who_sits_in_the_room_all_day_takes_each_caller_at_once() -> None:
    story = opened()
    comes(story, story.channel("PJSIP/1001", "Up"), "marked")
    for _ in range(2):
        caller = comes(story.after(3600), story.call_in(), "wait_marked")
        goes(story.after(30), caller)
    records = story.told()
    assert [r.tags for r in records] == [["incoming_dn_call", "customer_disconnect"]] * 2
    assert [(r.wait_seconds, r.talk_seconds) for r in records] == [(0.0, 30.0)] * 2


@pytest.mark.parametrize("stopped_before", [True, False])
def test_who_hears_music_only_because_nobody_else_is_there_waits_for_no_leader(stopped_before: bool) -> None:
    story = opened()
    caller = story.call_in()
    story.event("Newexten", **caller, Application="ConfBridge", AppData="900")
    music(story, caller)
    story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="softmix", **caller)
    story.after(10)
    if stopped_before:
        music(story, caller, plays=False)
    agent = comes(story, story.channel("PJSIP/1001", "Up"))
    if not stopped_before:
        music(story, caller, plays=False)
    goes(story.after(30), caller)
    goes(story, agent)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]
    assert (record.wait_seconds, record.talk_seconds) == (10.0, 30.0)


def test_a_participant_with_a_profile_of_her_own_may_be_the_leader() -> None:
    story = opened()
    caller = comes(story, story.call_in(), "wait_marked")
    agent = comes(story.after(10), story.channel("PJSIP/1001", "Up"), profile=",,leads")
    goes(story.after(30), caller)
    goes(story, agent)
    assert story.only().talk_seconds == 30.0


def test_an_agent_who_sits_alone_in_a_room_with_music_takes_the_customer_who_comes() -> None:
    story = opened()
    agent = comes(story, story.channel("PJSIP/1001", "Up"))
    for _ in range(2):
        music(story, agent)
        caller = comes(story.after(600), story.call_in())
        music(story, agent, plays=False)
        goes(story.after(30), caller)
    records = story.told()
    assert [r.tags for r in records] == [["incoming_dn_call", "customer_disconnect"]] * 2
    assert [r.talk_seconds for r in records] == [30.0] * 2


def test_the_last_caller_who_leaves_a_leader_has_hung_up_though_another_called_first() -> None:
    story = opened()
    first = comes(story, story.call_in(), "wait_marked")
    another = story.after(1).channel(
        "PJSIP/trunk", "Ring", Exten="8000", Context="from-trunk", CallerIDNum="0912000002"
    )
    second = comes(story, another, "wait_marked")
    leader = comes(story.after(10), story.channel("PJSIP/1001", "Up"), "marked")
    goes(story.after(10), first)
    goes(story.after(10), second)
    goes(story.after(10), leader)
    record = story.only()
    assert record.ended_by == "customer"
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]
