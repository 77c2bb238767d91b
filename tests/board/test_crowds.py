"""A board of very many: it is drawn in turns that hold nothing up, and what changes costs what changed."""

from collections.abc import Sequence
from functools import partial

from bridge.live.board import AT_ONCE
from bridge.live.hub import Hub
from bridge.live.items import CallItem, Change, QueueItem
from bridge.live.queues import SHOWN
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.message import Message
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


def test_joining_a_queue_of_very_many_costs_the_board_no_more_than_joining_one_of_many() -> None:
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


def queue_of(count: int) -> Story:
    story = Story()
    story.feed("connected")
    story.listed()
    story.members("support", "ringall", **{f"1{number:04}": 1 for number in range(count)})
    return story


def taken_in(pipeline: Pipeline, messages: Sequence[Message], told: list[Change]) -> None:
    for message in messages:
        pipeline.feed(message)
    told += pipeline.refresh(BEGAN + 1.0)


def test_one_member_who_changes_costs_the_same_however_many_the_queue_has() -> None:
    costs = []
    for count in (100, 1_000):
        story = queue_of(count)
        pipeline = watched()
        shown(pipeline, story)
        story.event("QueueMemberPause", Queue="support", Interface="PJSIP/10007", Status="1", Paused="1")
        story.event("QueueMemberRemoved", Queue="support", Interface="PJSIP/10008")
        told: list[Change] = []
        costs.append(counted(partial(taken_in, pipeline, story.messages, told)))
        queue = pipeline.items[KEY]
        assert isinstance(queue, QueueItem)
        assert (queue.logged_in, queue.ready, queue.paused) == (count - 1, count - 2, 1)
        assert {change.kind for change in told} == {"agent", "queue", "device"}
    assert costs[1] <= costs[0] + 10


def test_a_look_at_everybody_is_made_in_turns() -> None:
    count = 5 * AT_ONCE
    story = queue_of(count)
    pipeline = watched()
    shown(pipeline, story)
    pipeline.watch(board=True)  # a board made anew, as after so much that it was not named
    turns = shown(pipeline, story)
    assert len(turns) >= 5
    assert all(sum(change.kind == "agent" for change in turn) <= AT_ONCE for turn in turns)
    assert sum(kind == "agent" for kind, _ in pipeline.items) == count
    queue = pipeline.items[KEY]
    assert isinstance(queue, QueueItem)
    assert queue.logged_in == queue.ready == count


def test_two_members_of_a_queue_at_one_phone_are_one_until_both_have_left() -> None:
    story = Story()
    story.feed("connected")
    story.event("QueueParams", Queue="support", Strategy="ringall", ActionID="QueueStatus")
    for interface in ("PJSIP/10001", "Local/10001@agents"):
        story.event("QueueMember", Queue="support", Location=interface, StateInterface="PJSIP/10001", Status="1",
                    Paused="0", ActionID="QueueStatus")  # fmt: skip
    story.event("QueueStatusComplete", ActionID="QueueStatus")
    pipeline = watched()
    counts = []
    for gone in ("Local/10001@agents", "PJSIP/10001", None):
        shown(pipeline, story)
        queue = pipeline.items[KEY]
        assert isinstance(queue, QueueItem)
        counts.append(queue.logged_in)
        story.event("QueueMemberRemoved", Queue="support", Interface=str(gone))
    assert counts == [1, 1, 0]


def test_no_turn_of_the_board_takes_longer_because_more_agents_changed_at_once() -> None:
    costs = []
    for count in (600, 1_200):
        story = queue_of(count)
        pipeline = watched()
        shown(pipeline, story)
        story.feed("lost")
        story.feed("connected")
        story.members("support", "ringall", **{f"1{number:04}": 1 for number in range(count)})
        for message in story.messages:
            pipeline.feed(message)
        turns = [counted(lambda pipeline=pipeline: pipeline.refresh(BEGAN + 1.0))]  # type: ignore[misc]
        while pipeline.shows_less:
            turns.append(counted(lambda pipeline=pipeline: pipeline.refresh(BEGAN + 1.0)))  # type: ignore[misc]
        costs.append(max(turns))
    assert costs[1] <= costs[0] * 1.05
