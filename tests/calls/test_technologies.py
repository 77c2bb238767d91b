"""Who is who, and what a phone meant, where phones and trunks are not PJSIP's. As seen of chan_sip on Asterisk 16: a
refusal is told by how the dial ends, where chan_pjsip requests a hangup."""

import re

import msgspec
import pytest

from bridge.config import Roles
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.helpers import recorded
from tests.helpers.story import SETTINGS, Story

CHAN_SIP = msgspec.structs.replace(SETTINGS, roles=Roles(["SIP/1*"], ["SIP/2*"], ["SIP/trunk", "IAX2/*", "DAHDI/*"]))
MEMBERS_ONLY = msgspec.structs.replace(SETTINGS, roles=Roles(trunks=["PJSIP/trunk", "SIP/trunk"]))


def refused(cause: int, status: str, rang: bool) -> Record:
    """A ring group of one phone, which refuses without a HangupRequest."""
    story = Story(CHAN_SIP)
    customer = story.channel("SIP/trunk", "Ring", Exten="8000", CallerIDNum="0912000001")
    leg = story.channel("SIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    if rang:
        story.after(0.1).state(leg, "Ringing")
    story.after(2).dial_ends(customer, leg, status)
    story.gone(leg, cause=cause)
    story.gone(customer, cause=cause)
    return story.only()


@pytest.mark.parametrize(("cause", "status", "rang", "outcome"), [
    (21, "BUSY", True, "rejected"), (17, "BUSY", True, "rejected"), (19, "CONGESTION", True, "rejected"),
    (17, "BUSY", False, "cpe_rejected"), (34, "CONGESTION", True, "cpe_rejected"), (0, "NOANSWER", True, "no_answer"),
])  # fmt: skip
def test_a_phone_that_refuses_by_how_its_dial_ends_is_judged_by_its_cause(
    cause: int, status: str, rang: bool, outcome: str
) -> None:
    assert [o.outcome for o in refused(cause, status, rang).offers] == [outcome]


@pytest.mark.parametrize(("device", "dialstring", "number"), [
    ("SIP/trunk", "trunk/0912000001", "0912000001"),
    ("SIP/trunk", "0912000001@trunk", "0912000001"),
    ("IAX2/carrier", "me:secret@carrier/0912000001@from-me", "0912000001"),
    ("DAHDI/i1/0912000001", "g0/0912000001", "0912000001"),
    ("SIP/trunk", "trunk", "90912000001"),
])  # fmt: skip
def test_the_customers_number_is_what_was_dialled_on_the_trunk(device: str, dialstring: str, number: str) -> None:
    """The caller ID of an outgoing leg is what the agent dialled, with the prefix."""
    story = Story(CHAN_SIP)
    agent = story.channel("SIP/1001", "Ring", Exten="90912000001", CallerIDNum="1001")
    leg = story.channel(device, "Down", agent["Linkedid"], CallerIDNum="90912000001")
    story.event("DialBegin", **agent, DestChannel=leg["Channel"], DestUniqueid=leg["Uniqueid"], DialString=dialstring)
    story.after(1).dial_ends(agent, leg, "BUSY")
    story.gone(leg, agent, cause=17)
    record = story.only()
    assert (record.direction, record.ended_by) == ("outbound", "customer")
    assert record.customer is not None
    assert record.customer.number == number


def behind_local(device: str) -> Record:
    """FreePBX's member rings, declines; nobody is configured but the trunk."""
    story = Story(MEMBERS_ONLY)
    story.event("QueueParams", Queue="600", Strategy="linear", ActionID="QueueStatus")
    story.event("QueueMember", Queue="600", Location="Local/1001@from-queue/n", Status="1", Paused="0",
                StateInterface="hint:1001@ext-local", ActionID="QueueStatus")  # fmt: skip
    story.event("QueueStatusComplete", ActionID="QueueStatus")
    customer = story.channel("PJSIP/trunk", "Ring", Exten="8000", CallerIDNum="0912000001")
    leg = story.channel(device, "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(1).hang_up(leg, 21)
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, customer, cause=21)
    return story.only()


@pytest.mark.parametrize(("device", "offers"), [
    ("PJSIP/1001", [("1001", "rejected")]), ("SIP/1001", [("1001", "rejected")]), ("PJSIP/1002", []),
])  # fmt: skip
def test_a_member_behind_a_local_channel_is_an_agent_without_being_named(
    device: str, offers: list[tuple[str, str]]
) -> None:
    assert [(o.agent, o.outcome) for o in behind_local(device).offers] == offers


def test_who_is_called_by_a_queue_at_another_phone_is_an_agent_there() -> None:
    story = Story(MEMBERS_ONLY)
    customer = story.channel("PJSIP/trunk", "Ring", Exten="8000", CallerIDNum="0912000001")
    local = story.channel("Local/1001@from-queue", "Down", customer["Linkedid"])
    front = {**local, "Channel": "Local/1001@from-queue-1;1"}
    story.event("AgentCalled", **customer, DestChannel=front["Channel"], DestUniqueid=front["Uniqueid"], Queue="600",
                Interface="Local/1001@from-queue/n", MemberName="One")  # fmt: skip
    back = story.channel("Local/1001@from-queue", "Ring", customer["Linkedid"])
    story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=back["Uniqueid"])
    desk = story.channel("SIP/desk7", "Down", customer["Linkedid"])
    story.dial(back, desk)
    story.after(0.1).state(desk, "Ringing")
    story.after(1).hang_up(desk, 21)
    story.dial_ends(back, desk, "NOANSWER")
    story.gone(desk, back, front, customer, cause=21)
    assert [(o.agent, o.device, o.outcome) for o in story.only().offers] == [("1001", "SIP/desk7", "rejected")]


def test_a_member_of_an_older_pbx_that_cannot_be_reached_is_told_by_his_own_technology() -> None:
    story = Story(CHAN_SIP)
    story.feed("connected")
    story.listed()
    story.event("QueueParams", Queue="600", Strategy="linear", ActionID="QueueStatus")
    story.event("QueueMember", Queue="600", Location="Local/1001@from-queue/n", Status="5", Paused="0",
                StateInterface="hint:1001@ext-local", ActionID="QueueStatus")  # fmt: skip
    story.event("QueueStatusComplete", ActionID="QueueStatus")
    customer = story.after(1).channel("SIP/trunk", "Ring", Exten="8000", CallerIDNum="0912000001")
    story.event("Newexten", **customer, Application="Queue", AppData="600", Extension="8000")
    story.event("QueueCallerJoin", **customer, Queue="600", Position="1")
    story.after(3).hang_up(customer)
    story.event("QueueCallerLeave", **customer, Queue="600")
    story.gone(customer)
    assert [(o.device, o.outcome) for o in story.only().offers] == [("SIP/1001", "cpe_rejected")]


def test_a_phone_of_chan_sip_that_loses_its_registration_while_it_rings_has_failed() -> None:
    story = Story(CHAN_SIP)
    customer = story.channel("SIP/trunk", "Ring", Exten="8000", CallerIDNum="0912000001")
    leg = story.channel("SIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(1).event("PeerStatus", ChannelType="SIP", Peer="SIP/1001", PeerStatus="Unregistered", Cause="Expired")
    story.after(8).dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, customer, cause=0)
    assert [(o.outcome, o.reason) for o in story.only().offers] == [("cpe_rejected", "device_lost")]


def test_a_phone_to_which_a_members_phone_forwards_the_call_is_no_agents_by_that() -> None:
    story = Story(MEMBERS_ONLY)
    customer = story.channel("PJSIP/trunk", "Ring", Exten="8000", CallerIDNum="0912000001")
    story.event("Newexten", **customer, Application="Queue", AppData="600", Extension="8000")
    story.event("QueueCallerJoin", **customer, Queue="600", Position="1")
    member = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, member, "600")
    front = story.after(0.1).channel("Local/3001@forward", "Down", customer["Linkedid"])
    back = story.channel("Local/3001@forward", "Ring", customer["Linkedid"])
    story.event("LocalBridge", LocalOneUniqueid=front["Uniqueid"], LocalTwoUniqueid=back["Uniqueid"])
    story.event("DialEnd", **customer, DestChannel=member["Channel"], DestUniqueid=member["Uniqueid"],
                DialStatus="", Forward="3001")  # fmt: skip
    story.dial(customer, front)
    story.gone(member, cause=23)
    colleague = story.channel("PJSIP/3001", "Down", customer["Linkedid"])
    story.dial(back, colleague)
    story.after(1).hang_up(colleague, 21)
    story.dial_ends(back, colleague, "NOANSWER")
    story.gone(colleague, back, front, customer, cause=21)
    assert [(o.agent, o.outcome) for o in story.only().offers] == [("1001", "forwarded")]


@pytest.mark.parametrize(("trunk", "pattern"), [
    ("DAHDI/i1/09000000", "DAHDI/*"), ("IAX2/carrier", "IAX2/*"), ("OOH323/carrier", "OOH323/*"),
    ("PJSIP/anonymous", None), ("SIP/203.0.113.1", None), ("PJSIP/my-carrier-2", "PJSIP/my-*"),
])  # fmt: skip
@pytest.mark.parametrize("name", recorded.NAMES[::9])
def test_a_recorded_call_is_told_alike_whatever_the_trunks_channels_are_called(
    name: str, trunk: str, pattern: str | None
) -> None:
    lines = (recorded.CAPTURES / f"{name}.jsonl").read_text()
    named = re.sub(r"PJSIP/trunk(\d\d)", trunk + r"\1" * (pattern is not None), lines)
    story = [msgspec.json.decode(line, type=Message) for line in named.splitlines()]
    given = recorded.settings()
    roles = msgspec.structs.replace(given.roles, trunks=[pattern] if pattern else [])
    given = msgspec.structs.replace(given, roles=roles)
    assert recorded.told(recorded.replayed(story, given)) == recorded.expected(name)
