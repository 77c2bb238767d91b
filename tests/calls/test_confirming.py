"""Phones that are answered, and are not yet connected with anybody: an application or a follow-me asks first."""

import pytest

from bridge.config import Roles, Settings
from tests.helpers.story import SETTINGS, Story

Who = dict[str, str]
LOCAL_TRUNK = Settings(
    roles=Roles(agents=["PJSIP/1*", "PJSIP/mobile*"], supervisors=[], trunks=["PJSIP/trunk"]), dn=SETTINGS.dn
)
"""Settings of a house whose agents carry mobiles that are endpoints of the PBX."""


# -- an application of ARI rings agents by itself


def bot() -> tuple[Story, Who]:
    """A caller talks to an application of ARI."""
    story = Story()
    caller = story.call_in()
    story.event("Newexten", **caller, Application="Stasis", AppData="helper,caller", Extension="8000", Context="in")
    story.state(caller, "Up")
    return story.after(5), caller


def asked(story: Story, caller: Who, device: str = "PJSIP/1001") -> Who:
    """The application rings an agent for the caller; she answers, and hears what the application asks."""
    agent = story.channel(device, "Down", caller["Linkedid"])
    story.event("Newexten", **agent, Application="AppDial2", AppData="(Outgoing Line)")
    story.event("DialBegin", DestChannel=agent["Channel"], DestUniqueid=agent["Uniqueid"], DialString=device)
    story.state(agent, "Ringing")
    story.after(2).state(agent, "Up")
    story.event("DialEnd", DestChannel=agent["Channel"], DestUniqueid=agent["Uniqueid"], DialStatus="ANSWER")
    return agent


def let_go(story: Story, agent: Who) -> None:
    story.event("SoftHangupRequest", **agent, Cause="32")
    story.gone(agent)


def presses(story: Story, agent: Who, key: str) -> None:
    story.event("DTMFEnd", **agent, Digit=key, Direction="Received")


def test_an_agent_whom_a_bot_lets_go_after_a_key_has_declined_and_the_next_one_has_the_call() -> None:
    story, caller = bot()
    first = asked(story, caller)
    presses(story.after(1), first, "2")
    let_go(story, first)
    second = asked(story.after(1), caller, "PJSIP/1002")
    presses(story.after(3), second, "1")
    story.talk("bot", caller, second)
    story.after(20).hang_up(caller)
    story.gone(caller)
    let_go(story.after(0.5), second)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "rejected"), ("1002", "answered")]
    assert record.tags == ["incoming_dn_call", "reassigned_call", "reassign", "agent_reject", "customer_disconnect"]
    assert (record.wait_seconds, record.talk_seconds) == (14.0, 20.0)


def test_a_caller_who_gives_up_while_the_agent_is_asked_was_never_connected() -> None:
    story, caller = bot()
    agent = asked(story, caller)
    story.after(2).hang_up(caller)
    story.gone(caller)
    let_go(story.after(0.2), agent)
    record = story.only()
    assert [o.outcome for o in record.offers] == ["cancelled"]
    assert record.tags == ["incoming_dn_call", "customer_abandon"]
    assert record.talk_seconds == 0.0


def test_an_agent_who_is_asked_and_hangs_up_has_declined() -> None:
    story, caller = bot()
    agent = asked(story, caller)
    story.after(2).hang_up(agent)
    story.gone(agent)
    story.after(5).hang_up(caller)
    story.gone(caller)
    record = story.only()
    assert [o.outcome for o in record.offers] == ["rejected"]
    assert "customer_abandon" in record.tags


def test_an_agent_who_is_asked_while_a_colleague_gets_the_caller_declined_nothing() -> None:
    story, caller = bot()
    slow = asked(story, caller)
    quick = asked(story, caller, "PJSIP/1002")
    presses(story.after(1), quick, "1")
    story.talk("bot", caller, quick)
    let_go(story.after(0.1), slow)
    story.after(20).hang_up(caller)
    story.gone(caller)
    let_go(story, quick)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered_elsewhere"), ("1002", "answered")]
    assert "reassign" not in record.tags


def test_an_agent_who_is_asked_and_says_nothing_did_not_take_the_call() -> None:
    story, caller = bot()
    agent = asked(story, caller)
    let_go(story.after(15), agent)
    story.after(5).hang_up(caller)
    story.gone(caller)
    assert [o.outcome for o in story.only().offers] == ["no_answer"]


def test_an_agent_who_only_talks_with_the_bots_own_channel_is_not_connected() -> None:
    story, caller = bot()
    agent = asked(story, caller)
    media = story.channel("UnicastRTP/127.0.0.1:28950", "Up")
    story.talk("question", agent, media)
    presses(story.after(3), agent, "2")
    story.event("BridgeLeave", BridgeUniqueid="question", **agent)
    let_go(story, agent)
    story.gone(media)
    story.after(5).hang_up(caller)
    story.gone(caller)
    record = story.only()
    assert [o.outcome for o in record.offers] == ["rejected"]
    assert record.answered_at is None


# -- follow-me with a confirmation, behind Local channels behind Local channels


def halves(story: Story, number: str, linkedid: str) -> tuple[Who, Who]:
    found = []
    for half in (1, 2):
        story._count += 1
        uniqueid = f"1800000000.{story._count}"
        name = f"Local/{number}@follow-0000000{number[-1]};{half}"
        me = {"Channel": name, "Uniqueid": uniqueid, "Linkedid": linkedid}
        story.event("Newchannel", **me, ChannelState="4" if half == 2 else "0")
        found.append(me)
    return found[0], found[1]


class FollowMe:
    """A customer's Dial calls a Local channel, which calls desk and mobile, each behind a Local channel of its own;
    whoever answers at the mobile must press 1."""

    def __init__(self) -> None:
        story = self.story = Story(LOCAL_TRUNK)
        self.caller = story.call_in()
        link = self.caller["Linkedid"]
        self.outer = halves(story, "71", link)
        story.dial(self.caller, self.outer[0])
        self.desk_half, self.mobile_half = halves(story, "72", link), halves(story, "73", link)
        story.dial(self.outer[1], self.desk_half[0])
        story.dial(self.outer[1], self.mobile_half[0])
        self.desk = story.channel("PJSIP/1001", "Down", link)
        self.mobile = story.channel("PJSIP/mobile1", "Down", link)
        story.dial(self.desk_half[1], self.desk)
        story.dial(self.mobile_half[1], self.mobile)
        for phone in (self.desk, self.mobile):
            story.state(phone, "Ringing")
        story.after(5).state(self.mobile, "Up")
        story.dial_ends(self.mobile_half[1], self.mobile, "ANSWER")
        story.talk("inner", self.mobile, self.mobile_half[1])
        story.state(self.mobile_half[0], "Up")

    def end(self, *channels: Who) -> None:
        for c in channels:
            self.story.event("BridgeLeave", BridgeUniqueid="inner", **c)
        self.story.gone(*channels)

    def outcomes(self) -> dict[str, str | None]:
        return {o.device.removeprefix("PJSIP/"): o.outcome for o in self.story.only().offers}


def test_a_mobile_that_is_answered_and_confirmed_ends_the_wait_when_the_last_link_has_joined() -> None:
    me = FollowMe()
    story = me.story
    presses(story.after(8), me.mobile, "1")
    story.dial_ends(me.outer[1], me.mobile_half[0], "ANSWER")
    story.dial_ends(me.outer[1], me.desk_half[0], "CANCEL")
    story.gone(me.desk, cause=26)
    me.end(*me.desk_half)
    story.talk("middle", me.mobile_half[0], me.outer[1])
    story.dial_ends(me.caller, me.outer[0], "ANSWER")
    story.talk("front", me.outer[0], me.caller)
    story.after(30).hang_up(me.caller)
    story.gone(me.caller)
    me.end(*me.outer, *me.mobile_half, me.mobile)
    assert me.outcomes() == {"1001": "answered_elsewhere", "mobile1": "answered"}
    assert story.only().wait_seconds == 13.0


@pytest.mark.parametrize(("key", "outcome"), [("2", "rejected"), (None, "answered_elsewhere")])
def test_a_mobile_that_was_not_confirmed_when_the_desk_answered(key: str | None, outcome: str) -> None:
    me = FollowMe()
    story = me.story
    if key:
        presses(story.after(1), me.mobile, key)
    story.after(2).state(me.desk, "Up")
    story.dial_ends(me.desk_half[1], me.desk, "ANSWER")
    story.talk("desk", me.desk, me.desk_half[1])
    story.state(me.desk_half[0], "Up")
    story.dial_ends(me.outer[1], me.desk_half[0], "ANSWER")
    story.talk("middle", me.desk_half[0], me.outer[1])
    story.dial_ends(me.caller, me.outer[0], "ANSWER")
    story.talk("front", me.outer[0], me.caller)
    story.after(0.1).dial_ends(me.outer[1], me.mobile_half[0], "ABORT")
    me.end(me.mobile, *me.mobile_half)
    story.after(30).hang_up(me.caller)
    story.gone(me.caller)
    me.end(*me.outer, *me.desk_half, me.desk)
    assert me.outcomes() == {"1001": "answered", "mobile1": outcome}


def test_a_caller_who_gives_up_while_the_mobile_is_asked_was_never_connected() -> None:
    me = FollowMe()
    story = me.story
    story.after(3).hang_up(me.caller)
    story.dial_ends(me.caller, me.outer[0], "CANCEL")
    story.gone(me.caller)
    me.end(me.mobile, *me.mobile_half, me.desk, *me.desk_half, *me.outer)
    assert me.outcomes() == {"1001": "cancelled", "mobile1": "cancelled"}
    assert "customer_abandon" in story.only().tags
