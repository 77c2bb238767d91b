"""A board of very many: it is drawn in turns that hold nothing up, and what changes costs what changed."""

from collections.abc import Sequence

from bridge.live.board import AT_ONCE
from bridge.live.hub import Hub
from bridge.live.items import CallItem, Change, QueueItem
from bridge.live.queues import SHOWN
from bridge.pipeline.pipeline import Pipeline
from tests.calls.test_costs import counted
from tests.helpers.story import BEGAN, SETTINGS, Story

KEY = ("queue", "pbx/support")


def waiting(count: int) -> tuple[Story, list[dict[str, str]]]:
    """So many wait in one queue when the service comes."""
    story = Story()
    story.feed("connected")
    everybody = [story.channel("PJSIP/trunk", "Up") for _ in range(count)]
    story.messages = story.messages[:1]
    for each in everybody:
        story.event("CoreShowChannel", ActionID="CoreShowChannels", **each, ChannelState="6", Application="Queue",
                    ApplicationData="support")  # fmt: skip
    story.event("CoreShowChannelsComplete", ActionID="CoreShowChannels")
    story.event("QueueParams", Queue="support", Strategy="ringall", ActionID="QueueStatus")
    for place, each in enumerate(everybody, 1):
        story.event("QueueEntry", Queue="support", Position=str(place), **each, Wait=str(5000 - place),
                    ActionID="QueueStatus")  # fmt: skip
    story.event("QueueStatusComplete", ActionID="QueueStatus")
    return story, everybody


def shown(pipeline: Pipeline, story: Story) -> list[Sequence[Change]]:
    """What each turn tells, until all is told."""
    for message in story.messages:
        pipeline.feed(message)
    story.messages.clear()
    turns = [pipeline.refresh(BEGAN + story.now)]
    while pipeline.shows_less:
        turns.append(pipeline.refresh(BEGAN + story.now))
    return turns


def watched() -> Pipeline:
    pipeline = Pipeline(SETTINGS, "pbx")
    pipeline.watch(board=True)
    return pipeline


def test_a_snapshot_of_many_calls_is_shown_in_turns_and_whole_in_the_end() -> None:
    count = SHOWN + 2 * AT_ONCE
    story, _ = waiting(count)
    pipeline = watched()
    turns = shown(pipeline, story)
    assert len(turns) > 4
    assert all(sum(change.kind == "call" for change in turn) <= AT_ONCE for turn in turns[:4])
    queue = pipeline.items[KEY]
    assert isinstance(queue, QueueItem)
    calls = {
        key: item for (kind, key), item in pipeline.items.items() if isinstance(item, CallItem) and kind == "call"
    }
    assert queue.waiting == len(calls) == count
    assert [calls[key].position for key in queue.calls] == [*range(1, SHOWN + 1)]
    assert sum(call.position is None for call in calls.values()) == count - SHOWN


def test_when_the_first_of_many_leaves_everybody_moves_up_and_one_more_is_told_her_place() -> None:
    story, everybody = waiting(SHOWN + 10)
    pipeline = watched()
    shown(pipeline, story)
    story.event("QueueCallerLeave", Queue="support", **everybody[0])
    story.hang_up(everybody[0])
    story.gone(everybody[0])
    shown(pipeline, story)
    queue = pipeline.items[KEY]
    assert isinstance(queue, QueueItem)
    assert (queue.waiting, len(queue.calls)) == (SHOWN + 9, SHOWN)
    places = [item.position for key in queue.calls if isinstance(item := pipeline.items["call", key], CallItem)]
    assert places == [*range(1, SHOWN + 1)]


def test_who_joins_a_queue_of_very_many_costs_the_board_what_who_joins_one_of_many_does() -> None:
    costs = []
    for count in (2 * SHOWN, 3 * SHOWN):
        story, _ = waiting(count)
        pipeline = watched()
        shown(pipeline, story)
        late = story.call_in()
        story.event("Newexten", **late, Application="Queue", AppData="support", Extension="8000")
        story.event("QueueCallerJoin", **late, Queue="support", Position=str(count + 1))
        for message in story.messages:
            pipeline.feed(message)
        costs.append(counted(lambda pipeline=pipeline, story=story: pipeline.refresh(BEGAN + story.now)))  # type: ignore[misc]
    assert costs[1] <= costs[0] + 10


def test_a_second_that_passes_costs_the_same_however_many_agents_there_are() -> None:
    costs = []
    for count in (10, 1_000):
        hub = Hub(SETTINGS, BEGAN)
        story = Story()
        story.feed("connected")
        story.members("support", "ringall", **{f"1{number:04}": 1 for number in range(count)})
        pipeline = watched()
        for turn in shown(pipeline, story):
            hub.take(turn, BEGAN)
        assert sum(kind == "agent" for kind, _ in hub.items) == count
        hub.look({}, (), BEGAN)
        costs.append(counted(lambda hub=hub: hub.look({}, (), BEGAN + 1.0)))  # type: ignore[misc]
    assert costs[1] <= costs[0] + 10
