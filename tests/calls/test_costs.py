"""A call of twice the size costs twice as much: counted in lines that run, so that it holds on any machine."""

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from bridge.pipeline.pipeline import Pipeline
from tests.bench.curves import CURVES, into_room, leaves, redials
from tests.helpers.story import BEGAN, SETTINGS, Story

Trace = Callable[[FrameType, str, Any], Any]
MOST = 2.4
"""Of a cost that is linear, or n log n."""
SIZE = {"people in one conference": 150, "channels in a snapshot": 400, "blind transfers": 100}


def lines_run(story: Story) -> int:
    """From the last event of a call to its record."""
    pipeline = Pipeline(SETTINGS, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    return counted(lambda: pipeline.advance(BEGAN + story.now + 60))


def counted(work: Callable[[], object]) -> int:
    """How many lines of Python it runs."""
    count = 0

    def ran(frame: FrameType, event: str, what: Any) -> "Trace":
        nonlocal count
        count += event == "line"
        return ran

    before = sys.gettrace()
    gc.disable()  # a collection would run others' callbacks, whose lines are none of the work's
    sys.settrace(ran)
    try:
        work()
    finally:
        sys.settrace(before)
        gc.enable()
    return count


@pytest.mark.parametrize("name", CURVES)
def test_the_record_of_a_call_twice_as_large_takes_twice_the_work(name: str) -> None:
    call, size = CURVES[name][1], SIZE.get(name, 150)
    once, twice = lines_run(call(size)), lines_run(call(2 * size))
    assert twice / once < MOST, f"{once:,} lines, then {twice:,}"


def conference(people: int, *, wait_marked: bool = False) -> tuple[Story, list[dict[str, str]]]:
    story = Story()
    everybody = []
    for number in range(people):
        each = story.channel(f"PJSIP/1{number:04}", "Ring")
        if wait_marked:
            story.event("Newexten", **each, Application="Set", AppData="CONFBRIDGE(user,wait_marked)=yes")
        everybody.append(into_room(story, each))
    return story, everybody


def cost_of_last(story: Story, count: int = 1) -> int:
    pipeline = Pipeline(SETTINGS, "pbx")
    for message in story.messages[:-count]:
        pipeline.feed(message)
    return counted(lambda: [pipeline.feed(message) for message in story.messages[-count:]])


@pytest.mark.parametrize("waiting", [False, True])
def test_joining_a_large_conference_costs_what_joining_a_small_one_does(waiting: bool) -> None:
    few, many = (cost_of_last(conference(people, wait_marked=waiting)[0]) for people in (50, 100))
    assert many <= few


@pytest.mark.parametrize("waiting", [False, True])
def test_leaving_a_large_conference_costs_what_leaving_a_small_one_does(waiting: bool) -> None:
    costs = []
    for people in (50, 100):
        story, everybody = conference(people, wait_marked=waiting)
        leaves(story, everybody[people // 2])
        costs.append(cost_of_last(story, 3))
    assert costs[1] <= costs[0]


def test_one_more_dial_of_a_call_costs_what_its_first_ones_did() -> None:
    costs = []
    for dials in (50, 100):
        story = redials(dials)
        last = max(i for i, m in enumerate(story.messages) if m.event.get("Application") == "Dial")
        story.messages = story.messages[: last + 1]
        costs.append(cost_of_last(story))
    assert costs[1] <= costs[0]


def test_a_bridge_of_twice_as_many_is_destroyed_by_twice_the_work() -> None:
    costs = []
    for people in (100, 200):
        story, _ = conference(people)
        story.event("BridgeDestroy", BridgeUniqueid="conf")
        costs.append(cost_of_last(story))
    assert costs[1] / costs[0] < MOST


def test_a_leader_who_comes_lets_a_thousand_hear_one_another() -> None:
    story, everybody = conference(1000, wait_marked=True)
    leader = story.channel("PJSIP/2001", "Ring")
    story.event("Newexten", **leader, Application="Set", AppData="CONFBRIDGE(user,marked)=yes")
    into_room(story.after(60), leader)
    pipeline = Pipeline(SETTINGS, "pbx")
    for message in story.messages[:-1]:
        pipeline.feed(message)
    heard = [each["Uniqueid"] for each in everybody]
    assert all(pipeline._mirror.channels[one].stays[-1].holding for one in heard)
    pipeline.feed(story.messages[-1])
    assert not any(pipeline._mirror.channels[one].stays[-1].holding for one in heard)
