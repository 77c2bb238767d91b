"""What takes long in a pipeline holds nothing else, and comes to the same as in a replay."""

import asyncio
import threading
from collections.abc import Collection
from typing import Any

import pytest

from bridge.calls.analyse import Analyst
from bridge.feeds.clock import Clock
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import MANY, Pipeline
from bridge.pipeline.step import Step
from bridge.service import driving, hanging
from bridge.service.driving import Driving
from bridge.service.hanging import Hanging
from bridge.service.turns_of_pbxs import Turns
from bridge.states.tracker import Tracker
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.bench.curves import listed, offers
from tests.helpers.heard import until
from tests.helpers.story import BEGAN, SETTINGS, Story


def large_and_small() -> Story:
    """A call of many offers ends, and others come and go meanwhile."""
    story = offers(600)
    for _ in range(20):
        channel = story.after(0.3).call_in()
        story.hang_up(channel)
        story.gone(channel)
    return story


class Service:
    """As much of it as drives one pipeline; what passes is what the messages tell."""

    def __init__(self) -> None:
        self.now = BEGAN
        self.records: list[Record] = []
        self.pipeline = Pipeline(SETTINGS, "pbx")
        self.live = Driving(
            Driver("pbx", self.pipeline), self.take, Clock(lambda: self.now, lambda: self.now), Turns()
        )

    def take(self, step: Step) -> None:
        self.records += step.records

    async def tell(self, story: Story) -> None:
        for message in story.messages:
            self.now = message.t
            self.take(self.live.feed(message))
        self.now += 60
        await until(lambda: not self.live.is_behind)
        await self.live.stop()


async def test_a_large_call_is_analysed_beside_the_event_loop_and_what_comes_meanwhile_waits_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = large_and_small()
    (alone, go), threads = (threading.Event(), threading.Event()), set()
    analyse = Analyst.analyse

    def held(self: Analyst, part: Any, *rest: Any) -> Any:
        threads.add(threading.current_thread().name)
        if len(part.channels) > 600:
            alone.set()
            assert go.wait(20)
        return analyse(self, part, *rest)

    monkeypatch.setattr(Analyst, "analyse", held)
    service = Service()
    told = asyncio.create_task(service.tell(story))
    await until(alone.is_set)
    assert service.live.is_behind
    caught_up = asyncio.create_task(service.live.caught_up())
    assert service.records == []
    assert service.pipeline.refresh(service.now) == ()
    assert service.pipeline.open_calls >= 0
    assert not caught_up.done()
    go.set()
    await caught_up
    await told  # which waits until nothing waits
    assert not service.live.is_behind
    driver = Driver("pbx", Pipeline(SETTINGS, "pbx"))
    expected = [record for message in story.messages for record in driver.feed(message).records]
    expected += driver.advance(story.messages[-1].t + 61).records
    assert service.records == expected
    assert len(expected) == 21
    assert threads == {"analysis", "MainThread"}


async def test_the_members_of_large_queues_are_looked_at_beside_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = set()
    settle = Tracker.look

    def look(self: Tracker, heard: Fact) -> None:
        threads.add(threading.current_thread().name)
        settle(self, heard)

    service, story = Service(), Story()
    service.pipeline.track()
    story.members("support", "ringall", **{f"x1{number:04}": 1 for number in range(2_500)})
    await service.tell(Story(messages=story.messages[:-1]))
    monkeypatch.setattr(Tracker, "look", look)
    await service.tell(Story(messages=story.messages[-1:]))
    assert threads == {"analysis"}


async def test_a_snapshot_of_many_channels_is_taken_in_beside_the_event_loop() -> None:
    service = Service()
    await service.tell(listed(2_500))
    assert len(service.records) == 2_500


async def test_a_list_of_ari_with_many_channels_is_taken_in_beside_the_event_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = set()
    hear = Pipeline.hear

    def heard(self: Pipeline, message: Message, *rest: Any) -> Step:
        threads.add(threading.current_thread().name)
        return hear(self, message, *rest)

    monkeypatch.setattr(Pipeline, "hear", heard)
    service = Service()
    service.pipeline._keeps = True
    kept: list[Step] = []
    service.take = kept.append  # type: ignore[method-assign]
    service.live = Driving(Driver("pbx", service.pipeline), kept.append, Clock(lambda: BEGAN, lambda: BEGAN), Turns())
    channels = [{"id": f"1.{n}", "name": f"PJSIP/trunk-{n:08x}", "state": "Up"} for n in range(3 * MANY)]
    service.live.feed(Message(BEGAN, "pbx", "ari", {"request": "GET /channels", "reply": channels}))
    await service.live.caught_up()
    assert threads == {"analysis"}
    assert sum(len(step.keep) for step in kept) == 3 * MANY
    assert max(len(step.keep) for step in kept) <= driving.STATES_AT_ONCE


def test_an_analysis_that_does_not_end_ends_the_service_and_is_noted_for_the_next_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_up: list[Collection[str]] = []

    class Hangs:
        judging: Collection[str] | None = None

    pipeline = Hangs()
    monkeypatch.setattr(hanging.os, "_exit", lambda code: given_up.append([f"exit {code}"]))
    looking = Hanging([pipeline], given_up.append)
    for second, call in ((0, ["1.1"]), (50, ["1.2"]), (100, None)):
        pipeline.judging = call
        looking.look(second)
        looking.look(second + 49)
    assert given_up == []
    pipeline.judging = ["1.3", "1.2"]
    looking.look(200)
    looking.look(259)
    assert given_up == []
    looking.look(261)
    assert given_up == [["1.3", "1.2"], ["exit 1"]]


@pytest.mark.parametrize(("bound", "size"), [("MOST_WAITING", 40), ("LARGEST_WAITING", 2_000)])
async def test_while_much_waits_no_more_is_read_and_later_it_goes_on(
    bound: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driving, bound, size)
    service, may_end = Service(), threading.Event()

    def slow(*given: Any, **options: Any) -> Any:
        assert may_end.wait(30)
        return analyse(*given, **options)

    analyse = Analyst.analyse
    story = large_and_small()
    end = story.messages.index(next(m for m in reversed(story.messages) if m.event["Event"] == "Newchannel"))
    monkeypatch.setattr(Analyst, "analyse", slow)
    assert service.live.room is None
    for message in story.messages[:end]:
        service.now = message.t
        service.take(service.live.feed(message))
        if service.live.room is not None:
            break
    room = service.live.room
    assert room is not None
    waited = asyncio.ensure_future(room.wait())
    await asyncio.sleep(0)
    assert not waited.done()
    may_end.set()
    await waited
    assert service.live.room is None
    await service.live.caught_up()


def test_the_states_of_very_many_are_handed_over_some_at_a_time() -> None:
    story = Story()
    story.feed("connected")
    story.listed()
    story.members("support", "ringall", **{f"1{number:04}": 1 for number in range(250)})
    pipeline = Pipeline(SETTINGS, "pbx", keeps=True)
    pipeline.track()
    steps = [pipeline.feed(message) for message in story.messages]
    whole = max(steps, key=lambda step: len(step.open_states))
    parts = [*whole.in_parts(100)]
    assert len(whole.open_states) > 200
    assert all(len(part.open_states) <= 100 and len(part.states) <= 100 for part in parts)
    assert {name: held for part in parts for name, held in part.open_states.items()} == whole.open_states
    assert [one for part in parts for one in part.states] == list(whole.states)
    assert [kept for part in parts for kept in part.keep] == list(whole.keep)
