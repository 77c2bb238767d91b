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


def devices_of(story: Centre) -> list[DeviceStateRecord]:
    """Stretches of 1001's phone that ended."""
    pipeline = Pipeline(GIVEN, "pbx")
    pipeline.track()
    driver = Driver("pbx", pipeline)
    ended = [one for message in story.messages for one in driver.feed(message).states]
    return [one for one in ended if isinstance(one, DeviceStateRecord) and one.device == "PJSIP/1001"]


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


@pytest.mark.parametrize(("by", "paused"), [(-5, 25.0), (-20, 20.0), (-3600, 20.0)])
def test_time_that_comes_twice_is_told_once_and_no_stretch_runs_backwards(by: float, paused: float) -> None:
    found = stretches(as_told(*lunch(), by), "1001")
    assert [(one.seconds, one.complete) for one in found if one.state == "paused"] == [(paused, False)]
    assert all(one.until == other.from_ for one, other in itertools.pairwise(found))
    assert all(one.seconds > 0 for one in found)


def test_a_pause_that_began_after_the_time_to_which_the_clock_is_set_back_is_kept_and_its_gap_told() -> None:
    """And what comes before the clock has caught up lasts no time that was told already."""
    story = as_told(*lunch(), -3600)
    story.now -= 3600
    story.after(100).pause("1001", "training")
    story.after(100).unpause("1001")
    story.after(3600).pause("1001", "tea")
    story.after(60).unpause("1001")
    found = stretches(story, "1001")
    assert [(one.state, one.reason, one.seconds, one.next) for one in found[1:]] == [
        ("paused", "lunch", 20.0, "ready"), ("ready", None, 210.0, "paused"), ("paused", "tea", 60.0, "ready"),
    ]  # fmt: skip
    assert [(one.complete, len(one.gaps)) for one in found[1:]] == [(False, 1), (False, 0), (True, 0)]
    assert [(gap.from_, gap.until) for gap in found[1].gaps] == [(found[1].from_, found[1].until)]


def test_a_conversation_is_kept_over_which_the_clock_is_set_back_an_hour() -> None:
    story = Centre().opened()
    customer, agent = story.queue_call()
    story.after(20).member("QueueMemberStatus", "1002")
    place = len(story.messages)
    story.after(5)
    story.over(customer, agent)
    story.after(30).pause("1001", "lunch")
    found = stretches(as_told(story, place, -3600), "1001")
    assert [(one.state, one.seconds) for one in found] == [("ready", 10.0), ("ringing", 3.0), ("talking", 20.0)]
    assert found[-1].next == "paused"


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
    of_phone = devices_of(as_told(story, place, 3600))
    assert [(one.state, one.seconds) for one in of_phone if one.state != "reachable"] == [
        ("unreachable", 20.0), ("unknown", 3600.0), ("unreachable", 10.0),
    ]  # fmt: skip


def test_a_phone_stays_out_of_reach_as_long_as_it_was_when_the_clock_is_set_back_an_hour() -> None:
    story = Centre().opened()
    story.contact("1001", "Unreachable")
    story.after(20).member("QueueMemberStatus", "1002")
    place = len(story.messages)
    story.after(10).contact("1001", "Reachable")
    of_phone = [one for one in devices_of(as_told(story, place, -3600)) if one.state == "unreachable"]
    assert [(one.seconds, one.complete) for one in of_phone] == [(20.0, False)]
