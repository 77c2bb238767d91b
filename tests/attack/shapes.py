"""Calls of shapes that cost, and names without end."""

from pathlib import Path

import msgspec

from bridge.records.bounded import LARGEST
from tests.attack.target import LONGEST_ANSWER, target, told
from tests.bench.curves import offers, participants, visits
from tests.helpers.recorded import replayed
from tests.helpers.story import SETTINGS, Story

OFFERS, VISITS, PEOPLE, NAMES = 5_000, 1_000, 250, 100_000


async def _call(folder: Path, story: Story) -> tuple[str, bool]:
    calls = len({record.record_id for record in replayed(story.messages, SETTINGS)})
    async with target(folder) as under:
        await under.tell(story)
        await under.has(calls)
        largest = max(len(msgspec.json.encode(record)) for record in under.records)
        left_out = sum(sum(record.left_out.values()) for record in under.records if record.left_out)
        goes_on = await under.one_more_call()
        said = f"{len(under.records) - 1} record(s) of {largest / 1000:.0f} KB at most, {left_out:,} entries left out"
        return told(under, said), goes_on and largest <= LARGEST and under.slowest < LONGEST_ANSWER


async def a_call_of_many_offers(folder: Path) -> tuple[str, bool]:
    return await _call(folder, offers(OFFERS))


async def a_room_that_never_empties(folder: Path) -> tuple[str, bool]:
    return await _call(folder, visits(VISITS))


async def a_conference_of_many(folder: Path) -> tuple[str, bool]:
    return await _call(folder, participants(PEOPLE))


async def names_by_the_hundred_thousand(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        before = under.megabytes
        story = Story()
        for number in range(NAMES):
            story.event("DeviceStateChange", Device=f"Local/{number}@from-queue", State="NOT_INUSE")
        await under.tell(story)
        goes_on = await under.one_more_call()
        grown = under.megabytes - before
        return told(under, f"grew by {grown:.0f} MB"), goes_on and grown < 100 and under.slowest < LONGEST_ANSWER
