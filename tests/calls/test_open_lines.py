"""Agents whose line is kept open in silence or music, and bridged with one customer after the other."""

import pytest

from tests.helpers.story import Story

Who = dict[str, str]


def brought(application: str = "Wait") -> tuple[Story, Who]:
    """A dialler calls an agent, who answers, and keeps her line."""
    story = Story()
    agent = story.channel("PJSIP/1001", "Down")
    story.event("Newexten", **agent, Application="AppDial2", AppData="(Outgoing Line)")
    story.event("DialBegin", DestChannel=agent["Channel"], DestUniqueid=agent["Uniqueid"], DialString="1001")
    story.state(agent, "Ringing")
    story.after(2).state(agent, "Up")
    story.event(
        "DialEnd", DestChannel=agent["Channel"], DestUniqueid=agent["Uniqueid"], DialStatus="ANSWER"
    )  # fmt: skip
    waits(story, agent, application)
    return story.after(3600), agent


def waits(story: Story, agent: Who, application: str = "Wait") -> None:
    story.event("Newexten", **agent, Application=application, AppData="3600", Extension="s", Context="open")


def enter(story: Story, bridge: str, *channels: Who) -> None:
    """Two channels come into one bridge. Whoever has the younger Linkedid bears the older one from then on."""
    story.event("BridgeCreate", BridgeUniqueid=bridge, BridgeTechnology="simple_bridge")
    oldest = min(channels, key=lambda c: float(c["Linkedid"]))["Linkedid"]
    for i, c in enumerate(channels):
        linkedid = oldest if i else c["Linkedid"]
        story.event(
            "BridgeEnter", BridgeUniqueid=bridge, BridgeTechnology="simple_bridge", **{**c, "Linkedid": linkedid}
        )


def leave(story: Story, bridge: str, who: Who) -> None:
    story.event("BridgeLeave", BridgeUniqueid=bridge, **who)


def visit(story: Story, agent: Who, bridge: str, agent_first: bool = True, application: str = "Wait") -> None:
    """A customer calls, is bridged with the open line, and hangs up."""
    customer = story.call_in()
    story.state(customer, "Up")
    story.after(5).event("Newexten", **customer, Application="Bridge", AppData=agent["Channel"])
    enter(story, bridge, *([agent, customer] if agent_first else [customer, agent]))
    story.after(30).hang_up(customer)
    leave(story, bridge, customer)
    leave(story, bridge, agent)
    waits(story, agent, application)
    story.gone(customer)
    story.after(600)


@pytest.mark.parametrize("application", ["Wait", "MusicOnHold", "WaitExten"])
@pytest.mark.parametrize("agent_first", [True, False])
def test_each_customer_who_is_bridged_with_an_open_line_is_a_call(application: str, agent_first: bool) -> None:
    story, agent = brought(application)
    visit(story, agent, "one", agent_first, application)
    visit(story, agent, "two", agent_first, application)
    story.hang_up(agent)
    story.gone(agent)
    records = story.told()
    assert [r.tags for r in records] == [["incoming_dn_call", "customer_disconnect"]] * 2
    assert [(r.talk_seconds, r.wait_seconds) for r in records] == [(30.0, 5.0)] * 2
    assert [r.linked_ids for r in records] == [[r.call_id] for r in records]
    assert all(r.complete for r in records)


def test_an_agent_who_hangs_up_her_open_line_ends_the_call_on_it() -> None:
    story, agent = brought()
    visit(story, agent, "one")
    customer = story.call_in()
    enter(story, "two", agent, customer)
    story.after(10).hang_up(agent)
    leave(story, "two", agent)
    story.gone(agent)
    leave(story, "two", customer)
    story.gone(customer)
    assert [r.tags for r in story.told()][1] == ["incoming_dn_call", "agent_disconnect"]


def test_an_open_line_that_took_no_customer_was_no_call() -> None:
    story, agent = brought()
    story.hang_up(agent)
    story.gone(agent)
    assert story.told() == []


def test_an_agent_who_does_not_come_to_her_open_line_has_let_it_ring() -> None:
    story = Story()
    agent = story.channel("PJSIP/1001", "Down")
    story.event("Newexten", **agent, Application="AppDial2", AppData="(Outgoing Line)")
    story.event("DialBegin", DestChannel=agent["Channel"], DestUniqueid=agent["Uniqueid"], DialString="1001")
    story.state(agent, "Ringing")
    story.after(20).gone(agent, cause=0)
    assert [o.outcome for o in story.only().offers] == ["no_answer"]


def test_a_customer_who_is_called_by_the_dialler_and_then_bridged_with_an_open_line_is_an_outbound_call() -> None:
    story, agent = brought()
    customer = story.channel("PJSIP/trunk", "Down")
    story.event("Newexten", **customer, Application="AppDial2", AppData="(Outgoing Line)")
    story.event(
        "DialBegin", DestChannel=customer["Channel"], DestUniqueid=customer["Uniqueid"], DialString="0912000009@trunk"
    )
    story.after(4).state(customer, "Up")
    story.event("DialEnd", DestChannel=customer["Channel"], DestUniqueid=customer["Uniqueid"], DialStatus="ANSWER")
    enter(story, "one", agent, customer)
    story.after(20).hang_up(customer)
    leave(story, "one", customer)
    leave(story, "one", agent)
    story.gone(customer)
    record = story.after(5).only()
    assert (record.direction, record.talk_seconds) == ("outbound", 20.0)
    assert "customer_disconnect" in record.tags


def test_a_colleague_who_dials_the_open_line_of_an_agent_is_no_customer() -> None:
    story, agent = brought()
    colleague = story.channel("PJSIP/1002", "Ring")
    enter(story, "one", agent, colleague)
    story.after(20).hang_up(colleague)
    leave(story, "one", colleague)
    leave(story, "one", agent)
    story.gone(colleague)
    story.hang_up(agent)
    story.gone(agent)
    assert story.only().direction == "internal"


def test_a_customer_who_is_bridged_with_an_open_line_the_moment_another_has_left_it_is_a_call_of_her_own() -> None:
    story, agent = brought()
    for bridge in ("one", "two"):
        customer = story.call_in()
        enter(story, bridge, agent, customer)
        story.after(30).hang_up(customer)
        leave(story, bridge, customer)
        leave(story, bridge, agent)
        story.event("Newexten", **agent, Application="Goto", AppData="again", Extension="s", Context="open")
        story.gone(customer)
    records = story.after(5).told()
    assert [(r.tags, r.offers) for r in records] == [(["incoming_dn_call", "customer_disconnect"], [])] * 2


def test_who_waits_alone_in_an_applications_bridge_is_part_of_no_call_before_a_customer_calls_in() -> None:
    story = Story()
    story.event("BridgeCreate", BridgeUniqueid="shift", BridgeTechnology="softmix")
    room = {"BridgeUniqueid": "shift", "BridgeTechnology": "softmix", "BridgeCreator": "Stasis"}
    agent = story.channel("PJSIP/1001", "Up")
    story.event("Newexten", **agent, Application="Stasis", AppData="dialler", Context="staff", Extension="600")
    story.event("BridgeEnter", **room, **agent)
    for _ in range(2):
        customer = story.after(3600).call_in()
        story.event("Newexten", **customer, Application="Stasis", AppData="dialler", Context="in", Extension="8000")
        customer["Linkedid"] = agent["Linkedid"]
        story.event("BridgeEnter", **room, **customer)
        story.after(30).hang_up(customer)
        story.event("BridgeLeave", **room, **customer)
        story.gone(customer)
    story.after(60).hang_up(agent)
    story.event("BridgeLeave", **room, **agent)
    story.gone(agent)
    records = story.told()
    assert [r.tags for r in records] == [["incoming_dn_call", "customer_disconnect"]] * 2
    assert [r.wait_seconds for r in records] == [0.0, 0.0]
