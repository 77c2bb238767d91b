"""Who an agent is, and what the record calls her."""

import pytest
from msgspec.structs import replace

from bridge.config import Agent, Dn, Roles, Settings
from bridge.vocabulary.record import Record
from tests.calls.test_confirming import halves
from tests.helpers import recorded
from tests.helpers.story import SETTINGS, Story

BY_MEMBER = replace(recorded.settings(), roles=replace(recorded.settings().roles, agent_names="member"))
LOCAL = "a_local_member_lets_it_ring"


def agents(record: Record) -> list[tuple[str, str]]:
    return [(offer.agent, offer.device) for offer in record.offers]


def test_agents_are_called_by_the_names_that_their_queue_gives_them_where_the_settings_say_so() -> None:
    """One behind a Local channel with her phone's state, one behind a hint."""
    (record,) = recorded.replayed(recorded.messages(LOCAL), BY_MEMBER)
    assert agents(record) == [("Agent 1011", "PJSIP/1011"), ("Agent 1012", "PJSIP/1012")]
    assert [p.party for p in record.participants if p.role == "agent"] == ["Agent 1012"]
    assert "Agent 1012" in str(record.evidence["agent_disconnect"])


def test_a_name_in_the_settings_comes_before_the_queues() -> None:
    given = replace(BY_MEMBER, agent=[Agent("PJSIP/1011", "Reception desk")])
    (record,) = recorded.replayed(recorded.messages(LOCAL), given)
    assert [name for name, _ in agents(record)] == ["Reception desk", "Agent 1012"]


def offered_through(story: Story, interface: str, state: str, name: str, phone: str) -> Record:
    """A queue calls a member by a Local channel, behind which a phone rings and is answered."""
    story.feed("connected")
    story.event("QueueParams", Queue="support", Strategy="linear", ActionID="QueueStatus")
    story.event("QueueMember", Queue="support", Location=interface, StateInterface=state, Name=name, Status="1",
                Paused="0", ActionID="QueueStatus")  # fmt: skip
    story.event("QueueStatusComplete", ActionID="QueueStatus")
    story.listed()
    customer = story.call_in()
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    front = story.channel(interface.removesuffix("/n"), "Down", customer["Linkedid"])
    back = {**story.channel("x", "Ring", customer["Linkedid"]), "Channel": front["Channel"] + ";2"}
    story.messages.pop()
    story.event("Newchannel", **back, ChannelState="4")
    for message in story.messages:
        if message.event.get("Channel") == front["Channel"]:
            message.event["Channel"] += ";1"
    front["Channel"] += ";1"
    both = {**customer, "DestChannel": front["Channel"], "DestUniqueid": front["Uniqueid"]}
    story.event("AgentCalled", **both, Queue="support", Interface=interface, MemberName=name)
    story.event("DialBegin", **both, DialString=interface)
    leg = story.channel(phone, "Down", customer["Linkedid"])
    story.dial(back, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(2).hang_up(leg, 21, TechCause="603")
    story.dial_ends(back, leg, "BUSY")
    story.gone(leg, cause=21, TechCause="603")
    story.gone(back, front)
    story.after(1).hang_up(customer)
    story.gone(customer)
    return story.only()


def test_the_members_of_a_queue_in_the_freepbx_manner_are_agents_without_being_named_in_the_settings() -> None:
    """Nothing but the extension in the member's Local channel says whose phone it is."""
    unnamed = Settings(roles=Roles(trunks=["PJSIP/trunk"]), dn=[Dn("8000")])
    story = Story(unnamed)
    record = offered_through(story, "Local/1002@from-queue/n", "hint:1002@ext-local", "Bo", "SIP/1002")
    assert agents(record) == [("1002", "SIP/1002")]
    assert "agent_reject" in record.tags


def test_who_sits_at_a_desk_that_nobody_named_is_the_agent_whom_the_queue_called() -> None:
    roles = Roles(trunks=["PJSIP/trunk"], agent_names="member")
    story = Story(Settings(roles=roles, dn=[Dn("8000")]))
    record = offered_through(story, "Local/1002@from-queue/n", "hint:1002@ext-local", "Bo", "PJSIP/desk7")
    assert agents(record) == [("Bo", "PJSIP/desk7")]
    assert "agent_reject" in record.tags


def forwarded(interface: str, state: str, phone: str) -> Record:
    """A member who has a phone of her own, and the phone that the dialplan behind her calls."""
    story = Story(Settings(roles=Roles(trunks=["PJSIP/trunk"], agents=["PJSIP/10*"]), dn=[Dn("8000")]))
    story.event("DeviceStateChange", Device="PJSIP/1002", State="NOT_INUSE")
    return offered_through(story, interface, state, "Bo", phone)


@pytest.mark.parametrize("state", ["PJSIP/1002", "hint:1002@ext-local"])
def test_the_colleague_to_whom_the_dialplan_forwards_a_members_calls_has_the_offer(state: str) -> None:
    record = forwarded("Local/1002@from-queue/n", state, "PJSIP/1003")
    assert agents(record) == [("1003", "PJSIP/1003")]
    assert "agent_reject" in record.tags


def test_a_member_with_a_phone_who_sits_at_a_desk_that_is_nobodys_has_the_offer_there() -> None:
    assert agents(forwarded("Local/1002@from-queue/n", "PJSIP/1002", "PJSIP/desk7")) == [("1002", "PJSIP/desk7")]


@pytest.mark.parametrize("exten", ["7a51c0de-1001", "id-3"])
def test_a_member_behind_a_name_that_is_no_number_is_named_by_the_phone(exten: str) -> None:
    story = Story(Settings(roles=Roles(trunks=["PJSIP/trunk"])))
    record = offered_through(story, f"Local/{exten}@people", "PJSIP/1001", "Agent/1001", "PJSIP/1001")
    assert agents(record) == [("1001", "PJSIP/1001")]


def group_called(story: Story, several: bool) -> Record:
    """A queue's member is a number behind which two phones are called: at once, or one after the other."""
    customer = story.call_in()
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    front = story.channel("Local/6611@groups", "Down", customer["Linkedid"])
    back = story.channel("Local/6611@groups", "Ring", customer["Linkedid"])
    for half, number in ((front, ";1"), (back, ";2")):
        half["Channel"] = f"Local/6611@groups-0000000a{number}"
        story.event("Newstate", **half, ChannelState="4")
    story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=back["Uniqueid"])
    both = {**customer, "DestChannel": front["Channel"], "DestUniqueid": front["Uniqueid"]}
    story.event("AgentCalled", **both, Queue="support", Interface="Local/6611@groups", MemberName="Team")
    story.event("DialBegin", **both, DialString="6611@groups")
    rung = [["PJSIP/4103", "PJSIP/4104"]] if several else [["PJSIP/4103"], ["PJSIP/4104"]]
    for devices in rung:
        story.after(0.1).event("Newexten", **back, Application="Dial", AppData=f"{'&'.join(devices)},20")
        legs = [story.channel(device, "Down", customer["Linkedid"]) for device in devices]
        for leg in legs:
            story.dial(back, leg)
            story.state(leg, "Ringing")
        story.after(20)
        for leg in legs:
            story.dial_ends(back, leg, "NOANSWER")
            story.gone(leg, cause=0)
    story.hang_up(customer)
    story.gone(back, front, customer)
    return story.only()


def test_a_group_of_phones_as_a_queues_member_is_named_by_each_of_its_phones_and_each_is_an_agents() -> None:
    story = Story(Settings(roles=Roles(trunks=["PJSIP/trunk"]), dn=[Dn("8000")]))
    assert agents(group_called(story, several=True)) == [("4103", "PJSIP/4103"), ("4104", "PJSIP/4104")]


def test_a_member_whose_call_goes_on_to_another_phone_is_named_by_her_number_at_the_first() -> None:
    story = Story(Settings(roles=Roles(trunks=["PJSIP/trunk"]), dn=[Dn("8000")]))
    assert agents(group_called(story, several=False))[0] == ("6611", "PJSIP/4103")


def test_a_user_who_is_logged_in_at_a_phone_is_named_by_number_on_the_calls_that_she_places() -> None:
    """FreePBX tells it by a variable of its own; nobody is logged in where it says none."""
    for user, name in (("1001", "1001"), ("none", "desk7"), ("desk7", "desk7")):
        story = Story(Settings(roles=Roles(agents=["PJSIP/desk*"], trunks=["PJSIP/trunk"]), dn=[Dn("8000")]))
        agent = story.channel("PJSIP/desk7", "Ring", Exten="0912000001", Context="from-internal")
        story.event("VarSet", **agent, Variable="AMPUSER", Value=user)
        customer = story.channel("PJSIP/trunk", "Down", agent["Linkedid"])
        story.dial(agent, customer)
        story.after(3).state(customer, "Up")
        story.dial_ends(agent, customer, "ANSWER")
        story.talk("call", agent, customer)
        story.after(10).hang_up(agent)
        story.gone(customer, agent)
        assert [p.party for p in story.only().participants if p.role == "agent"] == [name]


class FollowedMember:
    """A queue calls a member whose follow-me rings desk and mobile by one Dial, the mobile behind a Local channel."""

    def __init__(self) -> None:
        story = self.story = Story()
        self.customer = story.call_in()
        story.event("QueueCallerJoin", **self.customer, Queue="support", Position="1")
        link = self.customer["Linkedid"]
        self.front, self.back = halves(story, "1001", link)
        both = {**self.customer, "DestChannel": self.front["Channel"], "DestUniqueid": self.front["Uniqueid"]}
        story.event("AgentCalled", **both, Queue="support", Interface="Local/1001@follow/n", MemberName="Ann")
        story.event("DialBegin", **both, DialString="Local/1001@follow/n")
        written = "PJSIP/1001&Local/90912345678@out/n,10"
        story.event("Newexten", **self.back, Application="Dial", AppData=written, Extension="1001", Context="follow")
        self.desk = story.channel("PJSIP/1001", "Down", link)
        story.dial(self.back, self.desk)
        self.out_front, self.out_back = halves(story, "90912345678", link)
        story.dial(self.back, self.out_front)
        outside = "PJSIP/0912345678@trunk"
        story.after(0.3).event("Newexten", **self.out_back, Application="Dial", AppData=outside, Extension="s")
        self.mobile = story.channel("PJSIP/trunk", "Down", link)
        story.dial(self.out_back, self.mobile)
        for phone in (self.desk, self.mobile):
            story.state(phone, "Ringing")

    def rings_out(self) -> Record:
        """What is left to ring does so until the time is up."""
        story = self.story.after(10)
        for caller, called in ((self.back, self.desk), (self.back, self.out_front), (self.out_back, self.mobile)):
            story.dial_ends(caller, called, "NOANSWER")
            story.gone(called, cause=0)
        story.gone(self.out_back, self.back, self.front)
        story.after(0.5).hang_up(self.customer)
        story.gone(self.customer)
        return story.only()


def outcomes(record: Record) -> list[tuple[str, str | None]]:
    return [(o.agent, o.outcome) for o in record.offers]


def test_a_members_desk_and_mobile_that_ring_in_vain_are_one_offer_that_was_missed_once() -> None:
    record = FollowedMember().rings_out()
    assert outcomes(record) == [("1001", "no_answer")]
    assert "reassign" not in record.tags


def test_a_member_who_declines_at_the_desk_and_lets_the_mobile_ring_has_declined() -> None:
    call = FollowedMember()
    call.story.after(2).hang_up(call.desk, 21, TechCause="603")
    assert outcomes(call.rings_out()) == [("1001", "rejected")]


def test_a_member_who_takes_the_call_on_the_mobile_was_offered_it_once_and_answered() -> None:
    call = FollowedMember()
    story = call.story.after(3)
    story.state(call.mobile, "Up")
    story.dial_ends(call.out_back, call.mobile, "ANSWER")
    story.talk("outside", call.mobile, call.out_back)
    story.state(call.out_front, "Up")
    story.dial_ends(call.back, call.desk, "CANCEL")
    story.dial_ends(call.back, call.out_front, "ANSWER")
    story.gone(call.desk, cause=26)
    story.talk("member", call.out_front, call.back)
    story.state(call.front, "Up")
    story.dial_ends(call.customer, call.front, "ANSWER")
    story.talk("room", call.front, call.customer)
    story.after(20).hang_up(call.customer)
    story.gone(call.customer, call.front, call.back, call.out_front, call.out_back, call.mobile)
    assert outcomes(story.only()) == [("1001", "answered")]


@pytest.mark.parametrize(
    "device", ["PJSIP/anonymous", "PJSIP/anonymous@sip.example", "SIP/192.0.2.7", "SIP/[2001:db8::7]"]
)
def test_whoever_calls_without_being_known_to_the_pbx_is_a_customer(device: str) -> None:
    """A PBX that takes calls from anybody: no settings name them."""
    story = Story()
    stranger = story.channel(device, "Ring", Exten="8000", Context="from-anybody", CallerIDNum="0912000001")
    agent = story.channel("PJSIP/1001", "Down", stranger["Linkedid"])
    story.dial(stranger, agent)
    story.after(0.1).state(agent, "Ringing")
    story.after(3).hang_up(stranger)
    story.gone(agent, stranger)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "customer_abandon", "short_abandon"]
    assert [p.party for p in record.participants] == ["0912000001"]


def test_settings_say_who_is_inside_before_any_name_does() -> None:
    story = Story(replace(SETTINGS, roles=replace(SETTINGS.roles, agents=["PJSIP/1*", "SIP/192.0.2.*"])))
    agent = story.channel("SIP/192.0.2.7", "Ring", Exten="1001", Context="staff")
    other = story.channel("PJSIP/1001", "Down", agent["Linkedid"])
    story.dial(agent, other)
    story.after(0.1).state(other, "Ringing")
    story.after(3).hang_up(agent)
    story.gone(other, agent)
    assert story.only().tags == ["agent_to_agent_call"]
