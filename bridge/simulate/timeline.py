"""What one simulated PBX says, in the order of time. Synchronous, no clock: the seed decides everything."""

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
    """How much is told, and the count of it while it is."""

    def __init__(self, stories: Sequence[Story], *, rate: float, seconds: float, talk: float, seed: int) -> None:
        """``rate``: stories begun a second on each PBX, for ``seconds``. ``talk``: mean seconds of a conversation."""
        self.stories = stories
        self.rate, self.seconds, self.talk, self.seed = rate, seconds, talk, seed
        self.records = 0
        """Records that must come of the stories told."""
        self.tags: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.events = 0
        self.bytes = 0

    def begun(self, story: Story) -> None:
        """A story is being told."""
        self.told[story.name] += 1
        self.records += len(story.calls)
        self.tags.update(tag for tags in story.calls for tag in tags)

    def said(self, at: float, text: str) -> tuple[float, str]:
        """An event is sent."""
        self.events += 1
        self.bytes += len(text)
        return at, text


def timeline(plan: Plan, pbx: str, begin: float) -> Iterator[tuple[float, str]]:
    """Each event's time and text. Calls come as they do from many people who know nothing of one another."""
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
                for text in story.members(pbx, cell):
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
