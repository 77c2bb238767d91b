"""What the PBX tells of a call after its last channel has gone."""

from typing import Any

from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import NOTHING
from tests.helpers.story import BEGAN, Story

OVER = BEGAN + 20


def a_call(story: Story) -> dict[str, str]:
    """Over ``OVER``, with both feeds there."""
    story.feed("connected")
    story.send({"feed": "connected"}, "ari")
    story.listed()
    customer, agent = story.connected()
    tell_call_id(story, agent)
    story.now = OVER - BEGAN
    story.hang_up(customer)
    story.gone(agent, customer)
    return customer


def tell_call_id(story: Story, who: dict[str, str]) -> None:
    call_id = f"call-id-of-{who['Channel']}"
    channel: dict[str, Any] = {"id": who["Uniqueid"], "name": who["Channel"], "protocol_id": call_id}
    story.send({"type": "ChannelDestroyed", "channel": channel}, "ari")


def test_the_record_waits_for_the_call_id_that_ari_still_owes() -> None:
    story = Story()
    customer = a_call(story)
    story.after(0.4)
    tell_call_id(story, customer)
    record = story.only()
    assert record.revision == 1
    assert len(record.sip_call_ids) == 2


def test_a_call_id_that_comes_after_the_record_makes_it_a_new_revision() -> None:
    story = Story()
    customer = a_call(story)
    story.after(3)
    tell_call_id(story, customer)
    first, second = story.told()
    assert (first.revision, len(first.sip_call_ids)) == (1, 1)
    assert (second.revision, len(second.sip_call_ids)) == (2, 2)
    assert second.record_id == first.record_id


def test_a_call_id_that_ari_repeats_does_not_hold_up_the_record() -> None:
    story = Story()
    customer = a_call(story)
    tell_call_id(story, customer)
    pipeline = Pipeline(story.given, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    deadline = pipeline.next_deadline()
    tell_call_id(story.after(0.05), customer)
    step = pipeline.feed(story.messages[-1])
    assert pipeline.next_deadline() == deadline
    assert step is NOTHING
