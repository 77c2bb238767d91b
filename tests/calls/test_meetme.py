"""Conference rooms of MeetMe, which Asterisk before 21 may have: of its own events, not of bridges."""

from tests.helpers.story import Story

Who = dict[str, str]


def enters(story: Story, who: Who) -> Who:
    story.event("Newexten", **who, Application="MeetMe", AppData="8600,Fq", Extension="8600", Context="staff")
    story.event("MeetmeJoin", Meetme="8600", User="1", **who)
    return who


def leaves(story: Story, who: Who) -> None:
    story.event("MeetmeLeave", Meetme="8600", User="1", Duration="30", **who)


def visits(story: Story) -> None:
    customer = enters(story.after(60), story.call_in())
    story.after(30).hang_up(customer)
    leaves(story, customer)
    story.gone(customer)


def test_each_customer_who_comes_to_an_agent_in_a_room_is_a_call_and_the_shift_is_none() -> None:
    story = Story()
    agent = enters(story, story.channel("PJSIP/1001", "Up"))
    visits(story)
    visits(story)
    story.after(60).hang_up(agent)
    leaves(story, agent)
    story.gone(agent)
    records = story.told()
    assert [r.tags for r in records] == [["incoming_dn_call", "customer_disconnect"]] * 2
    assert [r.talk_seconds for r in records] == [30.0, 30.0]
    assert [r.room for r in records] == ["8600", "8600"]
    assert all(r.complete for r in records)


def test_a_supervisor_who_is_muted_in_a_room_listens_until_she_speaks() -> None:
    story = Story()
    customer = enters(story, story.call_in())
    agent = enters(story, story.channel("PJSIP/1001", "Up"))
    supervisor = enters(story, story.channel("PJSIP/2001", "Up"))
    story.event("MeetmeMute", Meetme="8600", User="3", Status="on", **supervisor)
    story.after(5).event("MeetmeMute", Meetme="8600", User="3", Status="off", **supervisor)
    story.after(5).hang_up(customer)
    for who in (customer, agent, supervisor):
        leaves(story, who)
        story.gone(who)
    tags = ["incoming_dn_call", "supervisor_monitored_call", "supervisor_conference_call", "customer_disconnect"]
    assert story.only().tags == tags


def test_a_participant_who_is_in_a_room_as_the_service_starts_is_seen_there() -> None:
    story = Story()
    story.feed("connected")
    agent = {"Channel": "PJSIP/1001-00000001", "Uniqueid": "1799999000.1", "Linkedid": "1799999000.1"}
    story.event("CoreShowChannel", ActionID="CoreShowChannels", **agent, ChannelState="6", Application="MeetMe",
                ApplicationData="8600,Fq", Context="staff", Exten="8600", BridgeId="")  # fmt: skip
    story.event("CoreShowChannelsComplete", ActionID="CoreShowChannels")
    visits(story)
    assert story.only().tags == ["incoming_dn_call", "customer_disconnect"]
