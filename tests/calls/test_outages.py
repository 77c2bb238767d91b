"""What a record says when part of the call could not be seen."""

from tests.helpers.story import Story


def test_a_call_that_was_up_when_the_service_came_is_told_as_not_complete() -> None:
    story = Story()
    customer = {"Channel": "PJSIP/trunk-1", "Uniqueid": "1799999990.1", "Linkedid": "1799999990.1"}
    agent = {"Channel": "PJSIP/1001-2", "Uniqueid": "1799999990.2", "Linkedid": "1799999990.1"}
    story.feed("connected")
    story.listed({**customer, "BridgeId": "room"}, {**agent, "BridgeId": "room", "Application": "AppDial"})
    story.after(5).hang_up(customer)
    story.gone(agent, customer)
    record = story.only()
    assert not record.complete
    assert record.gaps[0].from_ is None
    assert record.ended_by == "customer"


def test_a_call_through_a_lost_connection_says_when_it_was_not_seen() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    customer, agent = story.after(1).connected()
    story.after(10).feed("lost")
    story.after(4).feed("connected")
    story.listed({**customer, "BridgeId": "room"}, {**agent, "BridgeId": "room"})
    story.after(3).hang_up(agent)
    story.gone(agent, customer)
    record = story.only()
    assert not record.complete
    assert [(g.from_, g.until) for g in record.gaps] == [("2027-01-15T08:00:12.100Z", "2027-01-15T08:00:16.100Z")]
    assert record.ended_by == "agent"


def test_a_call_that_ended_unseen_is_written_and_nobody_is_blamed() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.after(1).connected()
    story.after(10).feed("lost")
    story.after(30).feed("connected")
    story.listed()
    record = story.only()
    assert not record.complete
    assert record.ended_by == "unknown"
    assert not {"agent_disconnect", "customer_disconnect", "system_disconnect"} & set(record.tags)


def test_an_agent_who_answered_but_was_not_put_through_before_an_outage_may_never_have_been() -> None:
    """As where the agent is to press a key to take the call."""
    story = Story()
    story.feed("connected")
    story.listed()
    customer = story.after(1).call_in()
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(0.1).state(agent, "Ringing")
    story.after(1).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.after(1).feed("lost")
    story.after(30).feed("connected")
    story.listed()
    record = story.only()
    assert [o.outcome for o in record.offers] == [None]
    assert record.answered_at is None


def test_an_agent_who_has_answered_and_is_found_alone_may_never_be_put_through() -> None:
    customer = {"Channel": "PJSIP/trunk-1", "Uniqueid": "1799999990.1", "Linkedid": "1799999990.1"}
    agent = {"Channel": "PJSIP/1001-2", "Uniqueid": "1799999990.2", "Linkedid": "1799999990.1"}
    story = Story()
    story.feed("connected")
    story.listed(customer, {**agent, "Application": "AppDial"})
    story.after(5).gone(agent, customer)
    record = story.only()
    assert [o.outcome for o in record.offers] == [None]
    assert record.answered_at is None


def test_a_call_after_the_outage_is_complete_again() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.after(1).feed("lost")
    story.after(1).feed("connected")
    story.listed()
    customer, agent = story.after(1).connected()
    story.after(1).hang_up(customer)
    story.gone(agent, customer)
    assert story.only().complete


def test_the_rest_of_a_call_that_seemed_to_be_over_is_not_complete() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    customer, _ = story.after(1).connected()
    story.after(1).feed("lost")
    story.after(1).feed("connected")
    story.listed()
    for _ in range(2):
        story.after(11).event("FullyBooted")  # time passes
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.state(colleague, "Ringing")
    story.after(5).gone(colleague)
    assert [record.complete for record in story.told()] == [False, False]


def test_a_late_event_makes_a_new_revision_of_the_record() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(1).gone(agent, customer)
    story.after(2).hang_up(customer)
    first, second = story.told()
    assert (first.revision, second.revision) == (1, 2)
    assert first.record_id == second.record_id
    assert "system_disconnect" in first.tags
    assert "customer_disconnect" in second.tags


def test_a_late_event_that_changes_nothing_writes_nothing_again() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(1).hang_up(customer)
    story.gone(agent, customer)
    story.after(2).event("AgentComplete", **customer, Reason="agent")
    story.event("SoftHangupRequest", **customer, Cause="16")
    assert len(story.told()) == 1


def test_a_call_that_began_just_before_an_outage_and_ended_in_it_is_not_forgotten() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.after(5).call_in()
    story.after(0.1).feed("lost")
    story.after(0.4).feed("connected")
    story.listed()
    record = story.only()
    assert not record.complete
    assert record.ended_by == "unknown"


def test_a_call_that_begins_while_the_snapshot_is_told_goes_on() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.after(5).feed("lost")
    story.after(1).feed("connected")
    customer = story.call_in()
    story.listed()
    story.after(3).hang_up(customer)
    story.gone(customer)
    record = story.only()
    assert record.complete
    assert record.ended_by == "customer"


def test_a_call_that_is_transferred_while_the_service_begins_to_listen_is_one_call() -> None:
    story = Story()
    story.feed("connected")
    customer = {"Channel": "PJSIP/trunk-1", "Uniqueid": "1799999990.1", "Linkedid": "1799999990.1"}
    agent = {"Channel": "PJSIP/1001-2", "Uniqueid": "1799999990.2", "Linkedid": "1799999990.1"}
    story.event(
        "BlindTransfer", Result="Success", TransfererChannel=agent["Channel"], TransfererUniqueid=agent["Uniqueid"],
        TransfererLinkedid=agent["Linkedid"], TransfereeChannel=customer["Channel"],
        TransfereeUniqueid=customer["Uniqueid"], Context="from-internal", Extension="1002",
    )  # fmt: skip
    story.after(0.01).gone({key: agent[key] for key in ("Channel", "Uniqueid")})
    story.listed(customer)
    story.after(3).hang_up(customer)
    story.gone(customer)
    record = story.only()
    assert not record.complete
    assert [transfer.kind for transfer in record.transfers] == ["blind"]


def test_a_phone_that_rings_when_the_service_starts_by_ari_is_no_call_of_its_own() -> None:
    """ARI lists the customer in the queue and the phone that it rings, and not that the one is for the other."""

    def listed(number: int, device: str, state: str, application: str) -> dict[str, object]:
        runs = {"context": "from-trunk", "exten": "8000", "app_name": application, "app_data": ""}
        return {"id": f"1800000000.{number}", "name": f"{device}-0000000{number}", "state": state, "dialplan": runs}

    customer, phone = listed(1, "PJSIP/trunk", "Up", "Queue"), listed(2, "PJSIP/1001", "Ringing", "AppQueue")
    story = Story()
    story.send({"feed": "connected"}, "ari")
    story.send({"request": "GET /channels", "reply": [customer, phone]}, "ari")
    story.send({"request": "GET /bridges", "reply": []}, "ari")
    for channel in (phone, customer):
        story.after(1).send({"type": "ChannelDestroyed", "channel": channel, "cause": 16}, "ari")
    record = story.only()
    assert record.call_id == "1800000000.1"
    assert not record.complete


def test_a_call_parked_in_a_lot_that_was_there_before_the_service_is_told_whole() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    lot = {"BridgeUniqueid": "lot", "BridgeTechnology": "holding_bridge"}
    story.event("BridgeListItem", **lot, BridgeNumChannels="0", BridgeType="parking", ActionID="BridgeList")
    customer, agent = story.after(5).connected()
    story.after(5).event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.event("BridgeEnter", **lot, **customer)
    story.gone(agent)
    story.after(20).hang_up(customer)
    story.event("BridgeLeave", **lot, **customer)
    story.gone(customer)
    record = story.only()
    assert record.complete
    assert record.gaps == []


def test_a_call_in_a_bridge_of_which_nobody_told_says_since_when_it_was_seen() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    customer = story.after(5).call_in()
    story.event("BridgeEnter", BridgeUniqueid="lot", BridgeTechnology="holding_bridge", **customer)
    story.after(20).hang_up(customer)
    story.gone(customer)
    record = story.only()
    assert not record.complete
    assert [(g.from_, g.until) for g in record.gaps] == [(None, record.started_at)]
