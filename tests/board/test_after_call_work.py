"""After-call work on the board."""

from __future__ import annotations

from bridge.live.items import AgentItem, QueueItem
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.times import rfc3339
from tests.helpers.story import BEGAN
from tests.states.centre import GIVEN, WRAP_UP, Centre


def test_after_a_call_of_the_queue_the_agent_is_in_wrap_up_until_its_end_and_then_ready() -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(60).over(customer, agent)
    pipeline = Pipeline(GIVEN, "pbx")
    pipeline.watch(board=True)
    driver = Driver("pbx", pipeline)
    for message in story.messages:
        driver.feed(message)
    end = BEGAN + story.now
    for now, state, until, counted in (
        (end, "wrap_up", rfc3339(end + WRAP_UP), (1, 1)),
        (end + WRAP_UP + 1, "ready", None, (0, 2)),
    ):
        driver.advance(now)
        pipeline.refresh(now)
        item, queue = pipeline.items["agent", "pbx/1001"], pipeline.items["queue", "pbx/support"]
        assert isinstance(item, AgentItem)
        assert isinstance(queue, QueueItem)
        assert (item.state, item.until) == (state, until)
        assert (queue.wrap_up, queue.ready) == counted
        assert queue.logged_in == 2


def test_while_the_pbx_is_away_agents_and_queues_stay_as_they_were_last_known() -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    story.after(5).feed("lost")
    pipeline = Pipeline(GIVEN, "pbx")
    pipeline.watch(board=True)
    for message in story.messages:
        pipeline.feed(message)
    pipeline.refresh(BEGAN + story.now)
    item = pipeline.items["agent", "pbx/1001"]
    assert isinstance(item, AgentItem)
    assert (item.state, item.reason) == ("paused", "lunch")
    queue = pipeline.items["queue", "pbx/support"]
    assert isinstance(queue, QueueItem)
    assert (queue.logged_in, queue.ready, queue.paused) == (2, 1, 1)
