"""A clock that is set makes no state longer than it was."""

from __future__ import annotations

import itertools

import pytest

from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.agent_state import DeviceStateRecord
from tests.pipeline.test_clocks import our_clock_set
from tests.states.centre import GIVEN, Centre, stretches, told


def as_told(story: Centre, place: int, by: float) -> Centre:
    """With the clock set by so much where the story had so many messages."""
    story.messages[:] = our_clock_set(story.messages, place, by)
    story.now += max(by, 0)
    return story


def lunch() -> tuple[Centre, int]:
    """A pause of 30 s, and how far its first 20 s go."""
    story = Centre().opened()
    story.pause("1001", "lunch")
    story.after(20).member("QueueMemberStatus", "1002")
    place = len(story.messages)
    story.after(10).unpause("1001")
    return story, place


def test_a_pause_over_which_the_clock_leapt_an_hour_ahead_is_no_hour_long() -> None:
    story = as_told(*lunch(), 3600)
    assert told(story) == [
        ("ready", 10.0, "paused"), ("paused", 20.0, "unknown"), ("unknown", 3600.0, "paused"),
        ("paused", 10.0, "ready"),
    ]  # fmt: skip
    found = stretches(story, "1001")
    paused = [(one.reason, one.complete) for one in found if one.state == "paused"]
    assert paused == [("lunch", True), ("lunch", False)]
    assert all(one.until == other.from_ for one, other in itertools.pairwise(found))


@pytest.mark.parametrize(("by", "paused"), [(-5, [(25.0, False)]), (-3600, [])])
def test_time_that_comes_twice_is_told_once_and_no_stretch_runs_backwards(
    by: float, paused: list[tuple[float, bool]]
) -> None:
    found = stretches(as_told(*lunch(), by), "1001")
    assert [(one.seconds, one.complete) for one in found if one.state == "paused"] == paused
    assert all(one.until == other.from_ for one, other in itertools.pairwise(found))
    assert all(one.seconds > 0 for one in found)


def test_a_conversation_over_which_the_clock_leapt_is_as_long_as_it_was_and_after_call_work_too() -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(20).member("QueueMemberStatus", "1002")
    place = len(story.messages)
    story.after(15)
    story.over(customer, agent)
    story.after(30).pause("1001", "lunch")
    spent = {state: 0.0 for state, _, _ in told(as_told(story, place, 7200))}
    for state, seconds, _ in told(story):
        spent[state] += seconds
    assert (spent["talking"], spent["wrap_up"], spent["unknown"]) == (35.0, 10.0, 7200.0)


def test_a_phone_is_not_out_of_reach_for_the_hour_that_the_clock_leapt_over() -> None:
    story = Centre().opened()
    story.contact("1001", "Unreachable")
    story.after(20).member("QueueMemberStatus", "1002")
    place = len(story.messages)
    story.after(10).contact("1001", "Reachable")
    pipeline = Pipeline(GIVEN, "pbx")
    pipeline.track()
    driver = Driver("pbx", pipeline)
    ended = [one for message in as_told(story, place, 3600).messages for one in driver.feed(message).states]
    of_phone = [one for one in ended if isinstance(one, DeviceStateRecord) and one.device == "PJSIP/1001"]
    assert [(one.state, one.seconds) for one in of_phone if one.state != "reachable"] == [
        ("unreachable", 20.0), ("unknown", 3600.0), ("unreachable", 10.0),
    ]  # fmt: skip
