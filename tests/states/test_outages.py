"""Stretches while the PBX, or callbridge itself, is away."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from pathlib import Path

from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.service.keeping import Keeping
from bridge.states.stretch import Kept
from bridge.vocabulary.agent_state import AgentStateRecord, DeviceStateRecord, StateRecord
from bridge.vocabulary.times import rfc3339
from tests.helpers.story import BEGAN, Story
from tests.states.centre import GIVEN, Centre, of_agents, stretches, told


def away(story: Centre, seconds: float, *, paused: str | None = None, since: float = 0) -> None:
    """The PBX is away for so long; its snapshot then shows 1001 free, or paused for a reason since a time."""
    story.member("QueueMemberStatus", "1002")  # the last that was heard
    story.feed("lost")
    story.after(seconds).feed("connected")
    story.listed()
    story.event("QueueParams", Queue="support", Strategy="ringall", ActionID="QueueStatus")
    free = {"Paused": "0"}
    pause = {"Paused": "1", "PausedReason": paused, "LastPause": f"{BEGAN + since:.0f}"} if paused else free
    for number in ("1001", "1002"):
        told = pause if number == "1001" else free
        story.event("QueueMember", Queue="support", Location=f"PJSIP/{number}", Status="1", **told)
    story.event("QueueStatusComplete", ActionID="QueueStatus")


def test_while_the_pbx_was_away_the_state_is_unknown_and_the_stretches_touch() -> None:
    story = Centre().opened()
    away(story, 50)
    story.after(5).pause("1001", "lunch")
    assert told(story) == [("ready", 10.0, "unknown"), ("unknown", 50.0, "ready"), ("ready", 5.0, "paused")]
    found = stretches(story, "1001")
    assert [one.complete for one in found] == [False, False, False]
    assert all(one.until == other.from_ for one, other in itertools.pairwise(found))


def test_the_same_pause_goes_on_over_an_outage_and_names_it_as_a_gap() -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    paused = story.now
    away_from = story.after(20).now
    away(story, 50, paused="lunch", since=paused)
    story.after(30).unpause("1001")
    found = [one for one in stretches(story, "1001") if one.state == "paused"]
    assert [(one.seconds, one.complete) for one in found] == [(100.0, False)]
    assert [(gap.from_, gap.until) for gap in found[0].gaps] == [
        (rfc3339(BEGAN + away_from), rfc3339(BEGAN + away_from + 50))
    ]


def test_a_pause_that_began_in_the_outage_begins_when_the_pbx_says_and_is_unknown_only_before() -> None:
    story = Centre().opened()
    away(story, 60, paused="lunch", since=story.now + 40)
    story.after(30).unpause("1001")
    assert told(story) == [("ready", 10.0, "unknown"), ("unknown", 40.0, "paused"), ("paused", 50.0, "ready")]


def test_whoever_is_paused_when_callbridge_first_looks_has_been_since_the_pbx_says_if_not_before_the_login() -> None:
    for login, seconds in ((0, 130.0), (100, 30.0)):
        story = Centre()
        story.after(100).feed("connected")
        story.listed()
        story.event("QueueParams", Queue="support", Strategy="ringall", ActionID="QueueStatus")
        story.event("QueueMember", Queue="support", Location="PJSIP/1001", Status="1", Paused="1",
                    PausedReason="lunch", LastPause=f"{BEGAN:.0f}", LoginTime=f"{BEGAN + login:.0f}")  # fmt: skip
        story.event("QueueStatusComplete", ActionID="QueueStatus")
        story.after(30).unpause("1001")
        assert told(story) == [("paused", seconds, "ready")]


class Service:
    """One run of the service after the other over one journal, each killed where its messages end."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "calls"
        self.found: dict[str, AgentStateRecord] = {}

    def hear(self, story: Story, since: int, until: int) -> None:
        keeping = Keeping(self._path, [("pbx", "ami")])
        pipeline = Pipeline(GIVEN, "pbx", keeps=True)
        driver = Driver("pbx", pipeline)
        keeping.restore(lambda message: driver.feed(message) and None)
        self._take(keeping.agents.ended("pbx"))
        pipeline.track(keeping.agents.of("pbx"), keeping.alive)
        for message in story.messages[since:until]:
            step = driver.feed(message)
            for about, kept in step.keep:
                keeping.keep(about, kept)
            if step.states or step.open_states:
                keeping.agents.take("pbx", step)
            self._take([*step.states])
        keeping.close()

    def _take(self, states: Iterable[StateRecord]) -> None:
        self.found |= {one.state_id: one for one in of_agents(states)}


def test_a_killed_service_goes_on_with_the_stretches_that_lasted_and_a_pause_goes_on_whole(tmp_path: Path) -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    killed = len(story.messages)
    paused = story.now
    away(story, 50, paused="lunch", since=paused)
    story.messages = [m for m in story.messages if m.event.get("feed") != "lost"]
    story.after(30).unpause("1001")
    service = Service(tmp_path)
    service.hear(story, 0, killed)
    service.hear(story, killed, len(story.messages))
    found = sorted((one for one in service.found.values() if one.agent == "1001"), key=lambda one: one.from_)
    assert [(one.state, one.next) for one in found] == [("ready", "paused"), ("paused", "ready")]
    assert found[1].seconds == 80.0
    assert found[1].gaps


def test_a_journal_that_is_compacted_keeps_the_stretches_that_last(tmp_path: Path) -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    service = Service(tmp_path)
    service.hear(story, 0, len(story.messages))
    keeping = Keeping(tmp_path / "calls", [("pbx", "ami")])
    keeping.wrote(keeping.agents.ended("pbx"))
    asyncio.run(keeping.compact(set(), BEGAN + story.now + 86400))
    keeping.close()
    again = Keeping(tmp_path / "calls", [("pbx", "ami")])
    assert {
        kept.open.agent: (kept.open.state, kept.open.reason)
        for kept in again.agents.of("pbx")
        if isinstance(kept, Kept)
    } == {
        "1001": ("paused", "lunch"), "1002": ("ready", None),
    }  # fmt: skip
    assert again.agents.ended("pbx") == []
    again.close()


def test_a_journal_that_is_compacted_keeps_the_stretches_that_are_over_and_not_on_record_yet(tmp_path: Path) -> None:
    story = Centre().opened()
    story.pause("1001", "lunch")
    story.after(30).unpause("1001")
    service = Service(tmp_path)
    service.hear(story, 0, len(story.messages))
    keeping = Keeping(tmp_path / "calls", [("pbx", "ami")])
    over = keeping.agents.ended("pbx")
    keeping.wrote(over[:1])
    asyncio.run(keeping.compact(set(), BEGAN + story.now + 86400))
    keeping.close()
    again = Keeping(tmp_path / "calls", [("pbx", "ami")])
    assert len(over) > 1
    assert again.agents.ended("pbx") == over[1:]
    again.close()


def test_a_phone_that_is_lost_and_comes_back_is_an_outage_of_its_device_and_says_why() -> None:
    story = Centre().opened()
    story.contact("1001", "Removed")
    story.after(30).contact("1001", "Created")
    away(story, 50)
    story.after(5).contact("1001", "Unreachable")
    pipeline = Pipeline(GIVEN, "pbx")
    pipeline.track()
    driver, found = Driver("pbx", pipeline), list[DeviceStateRecord]()
    for message in story.messages:
        found += [one for one in driver.feed(message).states if isinstance(one, DeviceStateRecord)]
    mine = [one for one in found if one.device == "PJSIP/1001"]
    assert [(one.state, one.why, one.seconds) for one in mine] == [
        ("reachable", None, 10.0), ("unreachable", "unregistered", 30.0), ("unknown", None, 50.0),
        ("reachable", None, 5.0),
    ]  # fmt: skip
    assert [one.complete for one in mine] == [False, True, False, False]
    assert mine[1].agent == "1001"
