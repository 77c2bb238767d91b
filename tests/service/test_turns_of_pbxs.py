"""Many PBXs share the turns of one event loop: however far behind they are, none holds it up or waits for others."""

import asyncio
from collections import Counter
from functools import partial

from bridge.feeds.clock import Clock
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Step
from bridge.service.driving import Driving
from bridge.service.turns_of_pbxs import AT_ONCE, IN_A_ROW, Turns
from tests.helpers.story import BEGAN, SETTINGS, Story


def calls(count: int) -> Story:
    story = Story()
    while len(story.messages) < count:
        channel = story.after(0.3).call_in()
        story.hang_up(channel)
        story.gone(channel)
    story.messages = story.messages[:count]
    return story


class Several:
    """Some PBXs that share the turns of one event loop."""

    def __init__(self, count: int, story: Story) -> None:
        self.story, self.turn = story, 0
        self.done: list[tuple[int, int]] = []
        """Of each step that told something: the turn of the loop, and the PBX."""
        turns, clock = Turns(), Clock(lambda: BEGAN, lambda: BEGAN)
        self.lives = [
            Driving(Driver("pbx", Pipeline(SETTINGS, "pbx", keeps=True)), partial(self.took, one), clock, turns)
            for one in range(count)
        ]

    def took(self, pbx: int, step: Step) -> None:
        self.done += [(self.turn, pbx)] * len(step.keep)

    async def count_turns(self) -> None:
        while any(live.is_behind for live in self.lives):
            self.turn += 1
            await asyncio.sleep(0)


async def test_pbxs_that_are_all_behind_share_each_turn_and_none_waits_for_another_to_be_done() -> None:
    several = Several(20, calls(400))
    messages = several.story.messages
    for live in several.lives:
        for message in messages:
            live._wait(message)
    await several.count_turns()
    assert max(Counter(turn for turn, _ in several.done).values()) <= IN_A_ROW
    first_round = several.done[: 20 * IN_A_ROW]
    assert {pbx for _, pbx in first_round} == {*range(20)}
    assert len(several.done) == 20 * len(messages)


async def test_what_all_pbxs_say_at_the_same_moment_is_taken_in_over_several_turns_and_in_order() -> None:
    several = Several(20, calls(400))
    messages = several.story.messages[:100]
    at_once = 0
    for pbx, live in enumerate(several.lives):
        for message in messages:
            step = live.feed(message)
            several.took(pbx, step)
            at_once += len(step.keep)
    assert at_once <= AT_ONCE
    await several.count_turns()
    assert len(several.done) == 20 * len(messages)
