"""AMI connects beside ARI, which has told of the calls so far and is a little late with the rest."""

from typing import Any

from tests.helpers.story import Story

CUSTOMER, PHONE = "1800000000.1", "1800000000.2"


def channel(uniqueid: str, name: str, state: str, number: str = "") -> dict[str, Any]:
    return {
        "id": uniqueid, "name": name, "state": state, "caller": {"number": number}, "connected": {"number": ""},
        "dialplan": {"context": "in", "exten": "8000", "app_name": "", "app_data": ""},
    }  # fmt: skip


def by_ari(with_snapshot: bool = True) -> Story:
    story = Story()
    if with_snapshot:
        story.send({"feed": "connected"}, "ari")
        story.send({"request": "GET /channels", "reply": []}, "ari")
        story.send({"request": "GET /bridges", "reply": []}, "ari")
    customer = channel(CUSTOMER, "PJSIP/trunk-00000001", "Up", "0912000001")
    story.send({"type": "ChannelCreated", "channel": customer}, "ari")
    return story


def ami_connects(story: Story, *listed: tuple[str, str], waits_in: str | None = None) -> None:
    story.feed("connected")
    for uniqueid, name in listed:
        who = {"Channel": name, "Uniqueid": uniqueid, "Linkedid": CUSTOMER}
        story.event("CoreShowChannel", ActionID="CoreShowChannels", **who, ChannelState="6")
    story.event("CoreShowChannelsComplete", ActionID="CoreShowChannels")
    story.event("QueueParams", Queue="support", Strategy="linear", ActionID="QueueStatus")
    story.event("QueueMember", Queue="support", Location="PJSIP/1001", Status="5", Paused="0", ActionID="QueueStatus")
    if waits_in:
        story.event("QueueEntry", Queue=waits_in, Uniqueid=CUSTOMER, Position="1", Wait="0", ActionID="QueueStatus")
    story.event("QueueStatusComplete", ActionID="QueueStatus")


AMI_CUSTOMER = {"Channel": "PJSIP/trunk-00000001", "Uniqueid": CUSTOMER, "Linkedid": CUSTOMER}


def comes_to_a_queue(*, waits_in: str | None) -> Story:
    story = by_ari()
    step = channel(CUSTOMER, "PJSIP/trunk-00000001", "Up", "0912000001")
    step["dialplan"] |= {"app_name": "Queue", "app_data": "support"}
    told = {"type": "ChannelDialplan", "channel": step, "dialplan_app": "Queue", "dialplan_app_data": "support"}
    story.after(3).send(told, "ari")
    ami_connects(story.after(0.01), (CUSTOMER, "PJSIP/trunk-00000001"), waits_in=waits_in)
    story.after(2).gone(AMI_CUSTOMER)
    return story


def test_a_caller_whom_the_queue_may_have_turned_away_as_ami_connected_did_not_wait() -> None:
    record = comes_to_a_queue(waits_in=None).only()
    assert record.tags == ["incoming_dn_call"]
    assert [(q.joined_at, q.exit) for q in record.queues] == [(None, "unknown")]


def test_a_caller_whom_the_queue_lists_as_ami_connects_waited() -> None:
    (stay,) = comes_to_a_queue(waits_in="support").only().queues
    assert stay.joined_at is not None


def test_a_phone_that_ami_does_not_list_yet_rings_on() -> None:
    story = by_ari()
    phone = channel(PHONE, "PJSIP/1001-00000002", "Down")
    story.after(1).send({"type": "ChannelCreated", "channel": phone}, "ari")
    ami_connects(story.after(0.01), (CUSTOMER, "PJSIP/trunk-00000001"))
    agent = {"Channel": "PJSIP/1001-00000002", "Uniqueid": PHONE, "Linkedid": CUSTOMER}
    story.dial(AMI_CUSTOMER, agent)
    story.after(2).state(agent, "Up")
    story.dial_ends(AMI_CUSTOMER, agent, "ANSWER")
    story.talk("room", agent, AMI_CUSTOMER)
    story.after(5).hang_up(AMI_CUSTOMER)
    story.gone(agent, AMI_CUSTOMER)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered")]


def test_who_hung_up_as_ami_connected_is_not_known_though_aris_snapshot_was_not_heard() -> None:
    story = by_ari(with_snapshot=False)
    ami_connects(story.after(5))
    assert story.only().ended_by == "unknown"


def test_nobody_knows_for_whom_an_application_rang_a_phone_while_ami_was_away() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.send({"feed": "connected"}, "ari")
    story.send({"request": "GET /channels", "reply": []}, "ari")
    story.send({"request": "GET /bridges", "reply": []}, "ari")
    story.after(1).feed("lost")
    phone = channel(PHONE, "PJSIP/1001-00000002", "Down")
    story.after(1).send({"type": "ChannelCreated", "channel": phone}, "ari")
    story.send({"type": "Dial", "peer": phone, "dialstring": "1001", "dialstatus": ""}, "ari")
    story.after(1).send({"type": "Dial", "peer": phone, "dialstring": "1001", "dialstatus": "ANSWER"}, "ari")
    story.after(1).send({"type": "ChannelDestroyed", "channel": phone, "cause": 16}, "ari")
    record = story.only()
    assert (record.ended_by, record.complete) == ("unknown", False)
