"""What calls put together at random (tests/live/chance) showed wrong at first, each by its kind."""

import pytest

from tests.helpers.story import Story


def dialled(story: Story, customer: dict[str, str], *devices: str) -> list[dict[str, str]]:
    """The legs of one Dial."""
    legs = [story.channel(device, "Down", customer["Linkedid"]) for device in devices]
    for leg in legs:
        story.dial(customer, leg)
        story.after(0.01).state(leg, "Ringing")
    return legs


def answered(story: Story, customer: dict[str, str], leg: dict[str, str]) -> None:
    story.after(1).state(leg, "Up")
    story.dial_ends(customer, leg, "ANSWER")
    story.state(customer, "Up")
    story.talk("room", leg, customer)


def local_pair(story: Story, number: str, linkedid: str) -> tuple[dict[str, str], dict[str, str]]:
    one, two = (story.channel(f"Local/{number}@group", state, linkedid) for state in ("Down", "Ring"))
    one["Channel"], two["Channel"] = f"{one['Channel']};1", f"{one['Channel']};2"
    story.event("LocalBridge", LocalOneUniqueid=one["Uniqueid"], LocalTwoUniqueid=two["Uniqueid"])
    return one, two


@pytest.mark.parametrize(
    ("rings", "outcome", "tag"), [(True, "rejected", "agent_reject"), (False, "cpe_rejected", "cpe_reject")]
)
def test_a_phone_that_is_to_show_no_missed_call_declines_though_an_old_pbx_says_answered_elsewhere(
    rings: bool, outcome: str, tag: str
) -> None:
    """Asterisk 16, options c of Dial and C of Queue: each leg ends with cause 26, and its request bears none."""
    story = Story()
    customer = story.call_in()
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    if rings:
        story.state(leg, "Ringing")
    story.after(2).event("HangupRequest", **leg, ChannelState="5" if rings else "0")
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=26)
    story.after(0.1).gone(customer, cause=26)
    record = story.only()
    assert [o.outcome for o in record.offers] == [outcome]
    assert record.tags == ["incoming_dn_call", tag]


def test_a_call_that_one_declined_and_another_passed_on_to_a_third_is_reassigned_too() -> None:
    """Of two phones that rang together one declined, the other answered and transferred the call to a third."""
    story = Story()
    customer = story.call_in()
    first, second = dialled(story, customer, "PJSIP/1001", "PJSIP/1002")
    story.after(0.5).hang_up(first, 21, TechCause="603")
    story.gone(first, cause=21)
    answered(story, customer, second)
    story.after(3).event("BlindTransfer", Result="Success", TransfererChannel=second["Channel"],
                         TransfererUniqueid=second["Uniqueid"], TransfereeChannel=customer["Channel"],
                         TransfereeUniqueid=customer["Uniqueid"], Extension="1003", Context="staff")  # fmt: skip
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.event("BridgeLeave", BridgeUniqueid="room", **second)
    story.gone(second)
    (third,) = dialled(story, customer, "PJSIP/1003")
    answered(story, customer, third)
    story.after(3).hang_up(customer)
    story.gone(customer, third)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [
        ("1001", "rejected"), ("1002", "answered"), ("1003", "answered")
    ]  # fmt: skip
    assert record.tags == [
        "incoming_dn_call", "agent_transferred_call", "reassigned_call", "reassign", "transferred", "agent_reject",
        "customer_disconnect",
    ]  # fmt: skip


def test_who_gives_up_while_a_plain_extension_rings_has_not_given_up_in_the_menu() -> None:
    story = Story()
    customer = story.call_in()
    (leg,) = dialled(story, customer, "PJSIP/3001")
    story.after(7).hang_up(customer)
    story.gone(leg, customer)
    assert story.only().abandoned_in == "ringing"


@pytest.mark.parametrize(("later", "offers"), [
    (0.1, [("1002", "answered")]),
    (1.3, [("1002", "answered")]),
    (4, [("1001", "cpe_rejected"), ("1002", "answered")]),
], ids=["at_once", "at_once_on_a_busy_pbx", "one_after_the_other"])  # fmt: skip
def test_a_phone_of_a_group_that_could_not_be_called_does_not_count_behind_a_local_channel_either(
    later: float, offers: list[tuple[str, str]]
) -> None:
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Dial",
                AppData="Local/1001@group/n&Local/1002@group/n,20")  # fmt: skip
    (gone, behind), (front, half) = (local_pair(story, number, customer["Linkedid"]) for number in ("1001", "1002"))
    story.dial(customer, gone)
    story.dial(customer, front)
    story.event("Newexten", **behind, Context="group", Extension="1001", Application="Dial", AppData="PJSIP/1001,20")
    story.event("VarSet", **behind, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    story.gone(behind, gone)
    story.after(later)
    data = "PJSIP/1002,20"
    story.event("Newexten", **half, Context="group", Extension="1002", Application="Dial", AppData=data)
    (leg,) = dialled(story, half, "PJSIP/1002")
    answered(story, half, leg)
    story.dial_ends(customer, front, "ANSWER")
    story.talk("outer", front, customer)
    story.after(3).hang_up(customer)
    story.gone(customer, front, half, leg)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == offers


def in_talk_behind_local(
    story: Story, inside_execif: bool = False
) -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """A customer in conversation with agent 1001, who was called behind a Local channel: the customer, the channel's
    halves, the agent."""
    customer = story.call_in()
    one, two = local_pair(story, "1001", customer["Linkedid"])
    story.dial(customer, one)
    application, data = ("ExecIf", "1?Dial(PJSIP/1001,20)") if inside_execif else ("Dial", "PJSIP/1001,20")
    story.event("Newexten", **two, Context="group", Extension="1001", Application=application, AppData=data)
    (leg,) = dialled(story, two, "PJSIP/1001")
    answered(story, two, leg)
    story.state(one, "Up")
    story.dial_ends(customer, one, "ANSWER")
    story.talk("outer", one, customer)
    return customer, one, two, leg


def transfers(story: Story, who: dict[str, str], half: dict[str, str], number: str) -> None:
    story.event("BlindTransfer", Result="Success", TransfererChannel=who["Channel"],
                TransfererUniqueid=who["Uniqueid"], TransfereeChannel=half["Channel"],
                TransfereeUniqueid=half["Uniqueid"], Extension=number, Context="staff")  # fmt: skip
    for each in (half, who):
        story.event("BridgeLeave", BridgeUniqueid="room", **each)
    story.gone(who)


def test_a_parked_call_that_was_answered_behind_a_local_channel_was_transferred_by_who_parked_it() -> None:
    """The PBX parks the Local channel, then takes it away and brings the colleague into the customer's bridge."""
    story = Story()
    customer, one, two, agent = in_talk_behind_local(story)
    transfers(story.after(3), agent, two, "700")
    story.event("ParkedCall", ParkeeUniqueid=two["Uniqueid"], ParkerDialString="PJSIP/1001")
    story.event("BridgeCreate", BridgeUniqueid="lot", BridgeTechnology="holding_bridge")
    story.event("BridgeEnter", BridgeUniqueid="lot", BridgeTechnology="holding_bridge", **two)
    fetching = story.after(4).channel("PJSIP/1002", "Ring", Exten="701", Context="staff")
    story.state(fetching, "Up")
    story.event("UnParkedCall", ParkeeUniqueid=two["Uniqueid"], RetrieverUniqueid=fetching["Uniqueid"])
    story.event("BridgeLeave", BridgeUniqueid="lot", **two)
    fetching["Linkedid"] = customer["Linkedid"]
    story.talk("new", two, fetching)
    story.after(0.05).event("BridgeLeave", BridgeUniqueid="new", **fetching)
    story.event("BridgeLeave", BridgeUniqueid="outer", **one)
    story.event("BridgeEnter", BridgeUniqueid="outer", BridgeTechnology="simple_bridge", **fetching)
    story.gone(one, two)
    story.after(3).hang_up(customer)
    story.gone(customer, fetching)
    record = story.only()
    assert [(t.by, t.to, t.outcome) for t in record.transfers] == [("1001", "1002", "answered")]
    assert "agent_transferred_call" in record.tags


@pytest.mark.parametrize("inside_execif", [True, False])
def test_a_transfer_that_rings_out_was_not_answered_though_the_pbx_repeats_the_dial_before(
    inside_execif: bool,
) -> None:
    """Of a Local channel that was transferred: where it goes, but with the Dial that it ran before, inside ExecIf."""
    story = Story()
    customer, one, two, agent = in_talk_behind_local(story, inside_execif)
    data = "PJSIP/1001,20"
    transfers(story.after(3), agent, two, "1002")
    story.event("Newexten", **two, Context="staff", Extension="1002", Application="Dial", AppData=data)
    (leg,) = dialled(story, two, "PJSIP/1002")
    story.after(8).dial_ends(two, leg, "NOANSWER")
    story.gone(leg, two, one, customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered"), ("1002", "no_answer")]


def test_a_phone_that_cannot_be_called_after_a_transfer_was_not_tried_by_the_queue() -> None:
    """1001 declined and then answered, behind a Local channel, and transferred to 1002, who has no phone."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Queue", AppData="support")
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    for declines in (True, False):
        one, two = local_pair(story.after(1), "1001", customer["Linkedid"])
        story.dial(customer, one, "support")
        data = "PJSIP/1001,20"
        story.event("Newexten", **two, Context="group", Extension="1001", Application="Dial", AppData=data)
        (agent,) = dialled(story, two, "PJSIP/1001")
        if declines:
            story.after(1).hang_up(agent, 21, TechCause="603")
            story.gone(agent, two, one, cause=21)
    answered(story, two, agent)
    story.dial_ends(customer, one, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("outer", one, customer)
    transfers(story.after(0.2), agent, two, "1002")
    story.event("Newexten", **two, Context="staff", Extension="1002", Application="Dial", AppData="PJSIP/1002,20")
    story.event("VarSet", **two, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    story.after(0.1).gone(two, one, customer)
    record = story.only()
    assert [(o.agent, o.queue, o.outcome) for o in record.offers] == [
        ("1001", "support", "rejected"), ("1001", "support", "answered"), ("1002", None, "cpe_rejected")
    ]  # fmt: skip
    assert "reassigned_call" in record.tags


def test_a_group_is_called_after_a_dial_that_could_call_nobody_however_soon() -> None:
    story = Story()
    customer = story.call_in()
    story.event(
        "Newexten", **customer, Context="lines", Extension="8000", Application="Dial", AppData="PJSIP/1001,20"
    )
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    data = "PJSIP/1002&PJSIP/1003,20"
    story.after(0.01).event(
        "Newexten", **customer, Context="lines", Extension="8000", Application="Dial", AppData=data
    )
    (leg, _) = legs = dialled(story, customer, "PJSIP/1002", "PJSIP/1003")
    answered(story, customer, leg)
    story.after(3).hang_up(customer)
    story.gone(*legs, customer)
    assert {"reassign", "reassigned_call"} <= set(story.only().tags)


def test_a_plain_extension_that_gets_a_call_out_of_a_queue_is_no_agent_by_that() -> None:
    """The PBX tells of a customer who is passed on that the queue goes on, at another place of the dialplan. What is
    taken for a member of a queue is an agent for good."""
    story = Story()
    for _ in range(2):
        customer = story.call_in()
        for context, number in (("lines", "8000"), ("staff", "3001")):
            story.event("Newexten", **customer, Context=context, Extension=number, Application="Queue", AppData="q")
            if number == "8000":
                story.event("QueueCallerJoin", **customer, Queue="q", Position="1")
                agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
                story.dial(customer, agent, "q")
                answered(story, customer, agent)
                story.event("QueueCallerLeave", **customer, Queue="q")
                transfers(story.after(3), agent, customer, "3001")
        (extension,) = dialled(story.after(0.1), customer, "PJSIP/3001")
        answered(story, customer, extension)
        story.after(3).hang_up(customer)
        story.gone(customer, extension)
        story.after(60)
    for record in story.told():
        assert [o.agent for o in record.offers] == ["1001"]
        assert [p.role for p in record.participants if p.party == "3001"] == ["extension"]


def test_an_agent_to_whom_a_panel_moves_a_call_received_it_though_she_passes_it_on_at_once() -> None:
    story = Story()
    customer = story.call_in()
    (first,) = dialled(story, customer, "PJSIP/1001")
    answered(story, customer, first)
    story.after(3)
    for each in (customer, first):  # the panel's Redirect
        story.event("BridgeLeave", BridgeUniqueid="room", **each)
    story.event("SoftHangupRequest", **first, Cause="16")
    story.gone(first)
    (second,) = dialled(story, customer, "PJSIP/1002")
    answered(story, customer, second)
    transfers(story.after(0.03), second, customer, "1003")
    (third,) = dialled(story, customer, "PJSIP/1003")
    story.after(1).hang_up(customer)
    story.gone(third, customer)
    record = story.only()
    assert [(t.by, t.to, t.outcome) for t in record.transfers] == [
        ("1001", "1002", "answered"), ("1002", "1003", "unanswered")
    ]  # fmt: skip


def test_a_colleague_without_a_phone_whom_an_agent_asks_by_keys_was_not_offered_the_customer() -> None:
    story = Story()
    customer = story.call_in()
    (agent,) = dialled(story, customer, "PJSIP/1001")
    answered(story, customer, agent)
    one, two = local_pair(story.after(3), "1002", customer["Linkedid"])
    story.event("BridgeLeave", BridgeUniqueid="room", **agent)
    story.talk("asking", one, agent)
    story.event("Newexten", **two, Context="staff", Extension="1002", Application="Dial", AppData="PJSIP/1002,20")
    story.event("VarSet", **two, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    for each in (one, agent):
        story.after(0.02).event("BridgeLeave", BridgeUniqueid="asking", **each)
    story.gone(two, one)
    story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="simple_bridge", **agent)
    story.after(3).hang_up(customer)
    story.gone(customer, agent)
    records = sorted(story.told(), key=lambda record: record.started_at)
    assert [[(o.agent, o.outcome) for o in record.offers] for record in records] == [
        [("1001", "answered")], [("1002", "cpe_rejected")]
    ]  # fmt: skip
    assert [record.tags for record in records] == [
        ["incoming_dn_call", "customer_disconnect"], ["agent_to_agent_call", "cpe_reject"]
    ]  # fmt: skip
    assert records[1].consult_of == records[0].call_id


@pytest.mark.parametrize("gives_up_before", [True, False])
def test_a_ring_all_queue_that_calls_the_next_when_it_has_given_up_the_first_reassigns(gives_up_before: bool) -> None:
    """Members of a higher penalty are called when those before have failed."""
    story = Story()
    story.members("support", "ringall", x1001=1, x1002=1)
    customer = story.queued()
    first = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, first, "support")
    story.after(0.002).hang_up(first, 34, TechCause="503")
    story.gone(first, cause=34, TechCause="503")
    if gives_up_before:
        story.after(0.001).dial_ends(customer, first, "CONGESTION")
    second = story.after(0.001).channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, second, "support")
    if not gives_up_before:
        story.after(0.001).dial_ends(customer, first, "CONGESTION")
    story.after(0.1).state(second, "Ringing")
    story.after(2).hang_up(customer)
    story.gone(second, customer)
    assert ({"reassign", "reassigned_call"} <= set(story.only().tags)) is gives_up_before


def followed(story: Story, caller: dict[str, str], device: str) -> list[dict[str, str]]:
    """FollowMe calls a phone behind a Local channel: the channel's halves, and the phone, which does not ring yet."""
    number = device.partition("/")[2]
    one, two = local_pair(story, number, caller["Linkedid"])
    story.dial(caller, one)
    story.event("Newexten", **two, Context="group", Extension=number, Application="Dial", AppData=f"{device},20")
    leg = story.channel(device, "Down", caller["Linkedid"])
    story.dial(two, leg)
    return [one, two, leg]


@pytest.mark.parametrize("keeps_her", [False, True])
def test_a_phone_that_follow_me_lets_ring_while_another_is_asked_and_declines_has_rung_out(keeps_her: bool) -> None:
    """FollowMe may let who has declined go at once, or when its time is up."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="FollowMe", AppData="1001")
    story.state(customer, "Up")
    first, second = followed(story, customer, "PJSIP/1001"), followed(story, customer, "PJSIP/1002")
    for leg in (first[2], second[2]):
        story.state(leg, "Ringing")
    one, two, agent = second
    story.after(2).state(agent, "Up")
    story.dial_ends(two, agent, "ANSWER")
    for half in (one, two):
        story.state(half, "Up")
    story.dial_ends(customer, one, "ANSWER")
    story.dial_ends(customer, first[0], "CANCEL")
    story.talk("asked", agent, two)
    story.after(1).event("DTMFEnd", **agent, Digit="2", Direction="Received")
    if not keeps_her:
        story.gone(one, two, agent)
    story.after(3).dial_ends(first[1], first[2], "CANCEL")
    story.gone(*first, *(second if keeps_her else ()), customer)
    record = story.only()
    assert sorted((o.agent, o.outcome) for o in record.offers) == [("1001", "no_answer"), ("1002", "rejected")]


@pytest.mark.parametrize(("rings", "gives_up", "outcome", "stage"), [
    (False, True, "cancelled", "queue"), (True, True, "cancelled", "ringing"), (True, False, "no_answer", None),
    (False, False, "cpe_rejected", None),
])  # fmt: skip
def test_a_queue_that_a_members_follow_me_answers_still_offers_the_call(
    rings: bool, gives_up: bool, outcome: str, stage: str | None
) -> None:
    """FollowMe answers the Local channel at once, so the queue takes the caller for served."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Queue", AppData="support")
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    one, two = local_pair(story, "1001", customer["Linkedid"])
    story.dial(customer, one, "support")
    story.event("Newexten", **two, Context="group", Extension="1001", Application="FollowMe", AppData="1001")
    for half in (one, two):
        story.state(half, "Up")
    story.dial_ends(customer, one, "ANSWER")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.talk("room", customer, one)
    half, other_half, phone = followed(story.after(0.1), two, "PJSIP/1001")
    if rings:
        story.state(phone, "Ringing")
    story.after(5)
    if gives_up:
        story.hang_up(customer)
    story.dial_ends(other_half, phone, "CANCEL")
    story.gone(half, other_half, phone)
    story.gone(two, one, customer)
    record = story.only()
    assert [(o.agent, o.outcome, o.queue) for o in record.offers] == [("1001", outcome, "support")]
    assert (record.abandoned_in, record.queues[0].exit) == (stage, "abandoned" if gives_up else "unknown")


@pytest.mark.parametrize(("application", "abandons"), [("Congestion", False), ("Busy", False), ("Wait", True)])
def test_a_caller_whom_the_dialplan_turns_away_did_not_hang_up_though_an_old_pbx_tells_no_cause(
    application: str, abandons: bool
) -> None:
    """Asterisk 16: the request may come before the channel's state is Busy."""
    story = Story()
    customer = story.call_in()
    (leg,) = dialled(story, customer, "PJSIP/1001")
    story.after(4).dial_ends(customer, leg, "NOANSWER")
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application=application, AppData="1")
    story.gone(leg, cause=0)
    story.event("HangupRequest", **customer, ChannelState="4", ChannelStateDesc="Ring")
    story.gone(customer, cause=34)
    assert ("customer_abandon" in story.only().tags) is abandons


@pytest.mark.parametrize(("hung_up", "outcome"), [(False, "no_answer"), (True, "cancelled")])
def test_a_phone_whose_follow_me_gave_up_rang_out_though_a_busy_pbx_ends_it_after_the_caller(
    hung_up: bool, outcome: str
) -> None:
    """hung_up: whether an administrator had ended the caller before."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="FollowMe", AppData="1001")
    story.state(customer, "Up")
    one, two, phone = followed(story, customer, "PJSIP/1001")
    story.state(phone, "Ringing")
    story.after(6)
    if hung_up:
        story.event("SoftHangupRequest", **customer, Cause="16")
    story.gone(one)
    if not hung_up:
        story.event("SoftHangupRequest", **customer, Cause="16")
    story.after(0.01).gone(customer)
    story.after(0.1).dial_ends(two, phone, "CANCEL")
    story.gone(two, phone)
    assert [(o.agent, o.outcome) for o in story.only().offers] == [("1001", outcome)]


QUEUE = {"Context": "lines", "Extension": "8000", "Application": "Queue", "AppData": "support,t"}


def in_talk_by_a_queue() -> tuple[Story, dict[str, str], dict[str, str]]:
    """A customer whom a queue has connected with agent 1001."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, **QUEUE)
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent, "support")
    answered(story, customer, agent)
    story.event("QueueCallerLeave", **customer, Queue="support")
    return story, customer, agent


def test_an_agents_second_line_was_in_no_queue_though_the_customer_takes_its_place_in_a_room() -> None:
    """The two channels change places, and before the agent's second one ends it tells what the customer's ran."""
    story, customer, agent = in_talk_by_a_queue()
    asking = story.after(3).channel("PJSIP/1001", "Ring", Exten="900", Context="staff")
    story.state(asking, "Up")
    room = {"Context": "staff", "Extension": "900", "Application": "ConfBridge", "AppData": "900"}
    story.event("Newexten", **asking, **room)
    colleague = story.channel("PJSIP/1002", "Up", Exten="900", Context="staff")
    story.event("BridgeCreate", BridgeUniqueid="meeting", BridgeTechnology="softmix", BridgeCreator="ConfBridge")
    for each in (colleague, asking):
        story.event("BridgeEnter", BridgeUniqueid="meeting", BridgeTechnology="softmix", **each)
    story.after(2).event(
        "AttendedTransfer", Result="Success", DestType="App", DestApp="ConfBridge",
        OrigTransfererChannel=agent["Channel"], OrigTransfererUniqueid=agent["Uniqueid"],
        SecondTransfererChannel=asking["Channel"], SecondTransfererUniqueid=asking["Uniqueid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"],
    )  # fmt: skip
    story.event("Newexten", **customer, **room)
    story.event("Newexten", **asking, **QUEUE)
    story.gone(agent, asking)
    story.after(3).hang_up(customer)
    story.gone(customer, colleague)
    assert [(q.name, q.exit) for q in story.only().queues] == [("support", "answered")]


def test_a_phone_that_is_off_does_not_count_where_follow_me_rings_another_at_the_same_time() -> None:
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="FollowMe", AppData="1001")
    story.state(customer, "Up")
    (gone, behind), (front, half) = (local_pair(story, number, customer["Linkedid"]) for number in ("1001", "1002"))
    for one, two, data in ((gone, behind, "PJSIP/1001,20"), (front, half, "PJSIP/1002,20")):
        story.dial(customer, one)
        story.event("Newexten", **two, Context="group", Extension="100", Application="Dial", AppData=data)
    story.event("VarSet", **behind, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    story.gone(behind, gone)
    (leg,) = dialled(story, half, "PJSIP/1002")
    story.after(6).dial_ends(half, leg, "CANCEL")
    story.gone(front, half, leg)
    story.after(0.1).gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1002", "no_answer")]


@pytest.mark.parametrize(("goes_on", "moved"), [("before", False), ("after", True)])
def test_a_customer_whom_a_panel_bridges_with_another_was_transferred_though_her_dialplan_goes_on(
    goes_on: str, moved: bool
) -> None:
    """goes_on: whether the dialplan after the Dial goes on before the customer comes to the other agent, or after."""
    story = Story()
    customer = story.call_in()
    dial = {"Context": "lines", "Extension": "8000", "Application": "Dial", "AppData": "PJSIP/1001,20,g"}
    next_ = {"Context": "lines", "Extension": "8000", "Application": "PlayTones", "AppData": "busy"}
    story.event("Newexten", **customer, **dial)
    (agent,) = dialled(story, customer, "PJSIP/1001")
    answered(story, customer, agent)
    other = story.after(3).channel("PJSIP/1002", "Up", Exten="*99", Context="staff")
    for each in (customer, agent):
        story.event("BridgeLeave", BridgeUniqueid="room", **each)
    story.gone(agent)
    if goes_on == "before":
        story.event("Newexten", **customer, **next_)
    story.after(0.1).talk("panel", customer, other)
    story.after(3).hang_up(other)
    for each in (customer, other):
        story.event("BridgeLeave", BridgeUniqueid="panel", **each)
    story.gone(other)
    if goes_on == "after":
        story.event("Newexten", **customer, **next_)
    story.gone(customer)
    assert ("agent_transferred_call" in story.only().tags) is moved


def test_a_called_customer_who_is_passed_on_to_an_agent_who_declines_has_one_failed_offer() -> None:
    """The PBX tells no Dial of a channel that was called itself, only how that ended."""
    story = Story()
    agent = story.channel("PJSIP/1001", "Ring", Exten="0912000009", Context="staff", CallerIDNum="8000")
    story.event("Newexten", **agent, Context="staff", Extension="0912000009", Application="Dial",
                AppData="PJSIP/0912000009@trunk,20")  # fmt: skip
    (customer,) = dialled(story, agent, "PJSIP/trunk")
    answered(story, agent, customer)
    customer["Exten"] = "1003"
    transfers(story.after(3), agent, customer, "1003")
    story.event("Newexten", **customer, Context="staff", Extension="1003", Application="AppDial",
                AppData="(Outgoing Line)")  # fmt: skip
    story.event("VarSet", **customer, Variable="DIALSTATUS", Value="")
    (third,) = dialled(story, customer, "PJSIP/1003")
    story.after(2).hang_up(third, 38, TechCause="500")
    story.dial_ends(customer, third, "NOANSWER")
    story.gone(third, cause=38, TechCause="500")
    story.after(0.001).event("VarSet", **customer, Variable="DIALSTATUS", Value="CHANUNAVAIL")
    story.event("Newexten", **customer, Context="staff", Extension="1003", Application="Hangup", AppData="")
    story.gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1003", "cpe_rejected")]
    assert "reassign" not in record.tags


def test_a_customer_whom_a_panel_takes_out_of_a_talk_does_not_join_the_queue_again() -> None:
    """When the talk is over to which the panel bridged her, the PBX tells once more what she ran before."""
    story, customer, agent = in_talk_by_a_queue()
    other = story.after(3).channel("PJSIP/1002", "Up", Exten="*99", Context="staff")
    for each in (customer, agent):
        story.event("BridgeLeave", BridgeUniqueid="room", **each)
    story.gone(agent)
    story.talk("panel", customer, other)
    story.after(3).hang_up(other)
    for each in (customer, other):
        story.event("BridgeLeave", BridgeUniqueid="panel", **each)
    story.gone(other)
    story.event("Newexten", **customer, **QUEUE)
    story.after(0.001).event(
        "Newexten", **customer, Context="lines", Extension="8000", Application="PlayTones", AppData="busy"
    )
    story.gone(customer)
    assert [(q.name, q.exit) for q in story.only().queues] == [("support", "answered")]


def test_phones_that_rang_beside_one_who_first_hears_an_announcement_were_answered_elsewhere() -> None:
    """Option A of Dial: the PBX gives the others up at the answer, and tells of it when the announcement is over."""
    story = Story()
    customer = story.call_in()
    data = "PJSIP/1001&PJSIP/1002,20,A(welcome)"
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Dial", AppData=data)
    first, second = dialled(story, customer, "PJSIP/1001", "PJSIP/1002")
    story.after(2).state(second, "Up")
    story.dial_ends(customer, first, "CANCEL")
    story.gone(first, cause=26)
    story.after(3).dial_ends(customer, second, "ANSWER")
    story.state(customer, "Up")
    story.talk("room", second, customer)
    story.after(5).hang_up(customer)
    story.gone(customer, second)
    assert sorted((o.agent, o.outcome) for o in story.only().offers) == [
        ("1001", "answered_elsewhere"), ("1002", "answered")
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["BUSY", "NOT_LOGGED_IN"])
def test_an_agent_of_a_queue_who_is_not_logged_in_or_has_a_call_is_no_failed_device(status: str) -> None:
    story = Story()
    story.members("support", "linear", x1001=1)
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Queue", AppData="support")
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    one, two = local_pair(story, "1001", customer["Linkedid"])
    story.dial(customer, one, "support")
    story.event("Newexten", **two, Context="group", Extension="1001", Application="AgentRequest", AppData="1001")
    story.event("VarSet", **two, Variable="AGENT_STATUS", Value=status)
    story.event("Newexten", **two, Context="group", Extension="1001", Application="Hangup", AppData="")
    story.dial_ends(customer, one, "NOANSWER")
    story.gone(two, one)
    story.after(9).event("VarSet", **customer, Variable="QUEUESTATUS", Value="TIMEOUT")
    story.event("QueueCallerLeave", **customer, Queue="support")
    story.gone(customer)
    assert story.only().offers == []


def test_a_plain_extension_that_an_agent_leaves_ringing_is_no_agent_by_ari_alone() -> None:
    """The queue is told by nothing but its application. What the agent has dialled becomes the customer's."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Queue", AppData="q")
    (agent,) = dialled(story, customer, "PJSIP/1001")
    answered(story, customer, agent)
    asking = story.after(0.05).channel("PJSIP/1001", "Ring", Exten="3001")
    (extension,) = dialled(story, asking, "PJSIP/3001")
    transfer = {"OrigTransferer": agent, "SecondTransferer": asking, "Transferee": customer}
    told = {f"{who}{key}": channel[key] for who, channel in transfer.items() for key in ("Channel", "Uniqueid")}
    story.after(0.1).event("AttendedTransfer", Result="Success", DestType="App", **told)
    story.gone(agent, asking)
    story.after(2).state(extension, "Up")
    story.dial_ends(customer, extension, "ANSWER")
    story.talk("then", extension, customer)
    story.after(3).hang_up(customer)
    story.gone(extension, customer)
    (record,) = story.told()
    assert [o.agent for o in record.offers] == ["1001"]
    assert [p.role for p in record.participants if p.party == "3001"] == ["extension"]
    assert "transferred" not in record.tags


def test_the_next_agent_is_called_while_the_phone_before_still_ends_on_a_busy_pbx() -> None:
    """The Dial gave up the Local channel in front of the phone; the phone's own leg ends only after the next Dial has
    begun."""
    story = Story()
    customer = story.call_in()
    story.event("Newexten", **customer, Context="lines", Extension="8000", Application="Dial", AppData="Local/1@g,5")
    one, two = local_pair(story, "1", customer["Linkedid"])
    story.dial(customer, one)
    (first,) = dialled(story, two, "PJSIP/1001")
    story.after(5).dial_ends(customer, one, "NOANSWER")
    story.after(0.01).event(
        "Newexten", **customer, Context="lines", Extension="8000", Application="Dial", AppData="PJSIP/1002,5"
    )
    (second,) = dialled(story, customer, "PJSIP/1002")
    story.after(0.1).gone(one)
    story.dial_ends(two, first, "CANCEL")
    story.gone(first, two)
    answered(story, customer, second)
    story.after(3).hang_up(customer)
    story.gone(second, customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "no_answer"), ("1002", "answered")]
    assert {"reassign", "reassigned_call"} <= set(record.tags)
