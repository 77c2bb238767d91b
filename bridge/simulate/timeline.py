"""The events of one simulated PBX in the order of time. No clock is read: the seed decides everything."""

import heapq
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from bridge.simulate.story import Story

SPREAD = 0.5
"""Sigma of the log-normal distribution of talk times."""
LONGEST = 3.0
"""The longest conversation, as a multiple of the mean: without it a run might not end for hours."""


class Plan:
    """How much to send, and counts of what was sent."""

    def __init__(self, stories: Sequence[Story], *, rate: float, seconds: float, talk: float, seed: int) -> None:
        """``rate``: stories that begin per second on each PBX, for ``seconds``. ``talk``: mean conversation in
        seconds.
        """
        self.stories = stories
        self.rate, self.seconds, self.talk, self.seed = rate, seconds, talk, seed
        self.records = 0
        """How many records must result from the stories sent."""
        self.tags: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.events = 0
        self.bytes = 0

    def begun(self, story: Story) -> None:
        """Counts a story that begins."""
        self.told[story.name] += 1
        self.records += len(story.calls)
        self.tags.update(tag for tags in story.calls for tag in tags)

    def said(self, at: float, text: str) -> tuple[float, str]:
        """Counts an event that is sent."""
        self.events += 1
        self.bytes += len(text)
        return at, text


def timeline(plan: Plan, pbx: str, begin: float) -> Iterator[tuple[float, str]]:
    """Each event's time and text. Calls begin at random, as those of independent callers do (a Poisson process)."""
    chance = random.Random(f"{plan.seed}/{pbx}")
    weights = [story.weight for story in plan.stories]
    free: dict[Story, list[int]] = {story: [] for story in plan.stories}
    cells: Counter[Story] = Counter()
    told: list[tuple[float, int, str, Iterator[tuple[float, str]], Story, int]] = []
    call, at = 0, begin
    at += chance.expovariate(plan.rate)
    end = begin + plan.seconds
    while told or at < end:
        if not told or (at < end and at <= told[0][0]):
            call += 1
            story = chance.choices(plan.stories, weights)[0]
            if free[story]:
                cell = free[story].pop()
            else:
                cells[story] += 1
                cell = cells[story]
                for text in story.members(pbx, cell, at):
                    yield plan.said(at, text)
            talk = min(plan.talk * chance.lognormvariate(-(SPREAD**2) / 2, SPREAD), LONGEST * plan.talk)
            events = story.tell(pbx, cell, call, at, talk, chance)
            first, text = next(events)
            heapq.heappush(told, (first, call, text, events, story, cell))
            plan.begun(story)
            at += chance.expovariate(plan.rate)
            continue
        now, number, text, events, story, cell = told[0]
        yield plan.said(now, text)
        following = next(events, None)
        if following is None:
            heapq.heappop(told)
            free[story].append(cell)
        else:
            heapq.heapreplace(told, (following[0], number, following[1], events, story, cell))
