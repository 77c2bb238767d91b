"""What boards elsewhere get wrong. A connection that dies or is called slow, and what is lost in a reconnect, are in
``test_page_clock.py``, ``test_failures.py`` and ``test_cut.py``."""

from __future__ import annotations

import pytest

from bridge.live.items import AgentItem, CallItem, QueueItem
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.times import rfc3339
from bridge.wire.ami import ROLL_CALL
from tests.helpers.story import BEGAN
from tests.states.centre import GIVEN, Centre


def board(story: Centre, after: float = 0.0) -> Pipeline:
    """The board at the end of a story, or some seconds later."""
    pipeline = Pipeline(GIVEN, "pbx")
    pipeline.watch(board=True)
    for message in story.messages:
        pipeline.feed(message)
    pipeline.advance(BEGAN + story.now + after)
    pipeline.refresh(BEGAN + story.now + after)
    return pipeline


def agent(pipeline: Pipeline, name: str = "1001") -> AgentItem:
    item = pipeline.items["agent", f"pbx/{name}"]
    assert isinstance(item, AgentItem)
    return item


def queue(pipeline: Pipeline) -> QueueItem:
    item = pipeline.items["queue", "pbx/support"]
    assert isinstance(item, QueueItem)
    return item


def calls(pipeline: Pipeline) -> list[CallItem]:
    return [item for item in pipeline.items.values() if isinstance(item, CallItem)]


def test_an_agent_is_not_busy_any_more_as_soon_as_the_customer_is_transferred() -> None:
    story = Centre().opened()
    customer, first = story.queue_call()
    assert (agent(board(story)).state, queue(board(story)).busy) == ("talking", 1)
    story.after(5)
    second = story.channel("PJSIP/1002", "Ringing", customer["Linkedid"])
    story.event(
        "BlindTransfer", Result="Success", TransfererChannel=first["Channel"], TransfererUniqueid=first["Uniqueid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"], Extension="1002",
        Context="agents", BridgeUniqueid=story.bridge_of(first),
    )  # fmt: skip
    for who in (first, customer):
        story.event("BridgeLeave", BridgeUniqueid=story.bridge_of(first), **who)
    story.gone(first)
    story.dial(customer, second)
    now = board(story)
    assert (agent(now).state, agent(now, "1002").state) == ("wrap_up", "ringing")
    assert (queue(now).busy, queue(now).wrap_up, queue(now).ringing_agents) == (0, 1, 1)


def test_a_call_whose_hangup_was_missed_is_gone_with_the_next_roll_call() -> None:
    story = Centre().opened()
    story.queue_call()
    assert len(calls(board(story, after=200))) == 1
    story.after(200)
    story.event("CoreShowChannelsComplete", ActionID=ROLL_CALL)
    story.after(1)
    story.event("CoreShowChannelsComplete", ActionID=ROLL_CALL)
    now = board(story, after=1)
    assert calls(now) == []
    assert agent(now).state != "talking"
    assert queue(now).talking == queue(now).busy == 0


def test_a_call_that_is_over_on_the_pbx_is_gone_within_a_second() -> None:
    story = Centre().opened()
    customer, first = story.queue_call()
    story.after(5)
    story.over(customer, first)
    assert calls(board(story, after=1)) == []


def test_an_agent_is_free_since_the_moment_that_was_seen_and_not_since_the_last_call_of_the_queue() -> None:
    story = Centre().opened()
    customer, first = story.queue_call()
    story.after(30)
    story.over(customer, first)
    freed = BEGAN + story.now
    story.after(60)
    story.member("QueueMemberStatus", "1001", LastCall="0", CallsTaken="0")
    assert agent(board(story)).state == "ready"
    assert agent(board(story)).since == rfc3339(freed + (GIVEN.queue[0].wrap_up or 0))


@pytest.mark.parametrize("state_interface", ["hint:1001@ext-local", "PJSIP/1001"])
def test_callers_and_members_behind_local_channels_and_hints_are_there(state_interface: str) -> None:
    story = Centre()
    story.feed("connected")
    story.listed()
    story.contact("1001", "Reachable")
    story.event("QueueParams", Queue="support", Strategy="ringall", ActionID="QueueStatus")
    member = "Local/1001@from-queue/n"
    story.event(
        "QueueMember", Queue="support", Location=member, Name="Mei", StateInterface=state_interface, Status="1",
        Paused="0", ActionID="QueueStatus",
    )  # fmt: skip
    story.event("QueueStatusComplete", ActionID="QueueStatus")
    story.after(5)
    customer = story.call_in()
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    waits = queue(board(story))
    assert (waits.waiting, len(waits.calls), waits.logged_in, waits.ready) == (1, 1, 1, 1)
    phone = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, phone, "support")
    story.state(phone, "Ringing")
    rings = queue(board(story))
    assert (rings.waiting, rings.ringing, rings.ringing_agents, rings.ready) == (1, 1, 1, 0)
    assert agent(board(story)).state == "ringing"


def test_a_pause_is_shown_with_its_reason_and_since_when() -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    at = BEGAN + story.now
    story.after(600)
    paused = agent(board(story))
    assert (paused.state, paused.reason, paused.since) == ("paused", "lunch", rfc3339(at))
