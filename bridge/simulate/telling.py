"""One simulated PBX for a demonstration: some hours of calls at once, and calls that go on in real time."""

import asyncio
import time
from collections.abc import Iterator

from bridge.simulate.manager import Managers
from bridge.simulate.pbxs import SNAPSHOT, heard, name
from bridge.simulate.story import Story, stories
from bridge.simulate.timeline import Plan, timeline
from bridge.vocabulary.message import Message

PBX = name(1)
TALK = 25.0
"""Mean seconds of a conversation."""
RATE_BEFORE, RATE = 1 / 60, 1 / 6
"""Calls begun a second: in the hours before, and while somebody looks."""
FOR_EVER = 10 * 365 * 86400.0
TEAMS = {1: "Support", 2: "Sales", 3: "Billing", 4: "Deliveries", 5: "Orders", 6: "Repairs", 7: "Bookings",
         8: "Emergencies", 10: "Complaints", 11: "Returns"}  # fmt: skip
"""What the queue of a story is called, by the story's number; that of its second cell is "Support 2"."""
LINES = {"80100": "Customer service", "80102": "Bookings", "80107": "Emergencies", "80108": "Deliveries",
         "80111": "Head office", "80170": "Meeting room"}  # fmt: skip
"""What the numbers are called that customers dial."""
PLACES = 30
"""Numbers of devices for all stories, two each, of the same cell."""


class _Told(Story):
    """With numbers of four digits and names of teams, as a centre has them."""

    def device(self, index: int, cell: int) -> str:
        place = (cell - 1) * PLACES + 2 * (self.number - 1) + index + 1
        return f"{super().device(index, cell)[0]}{place:03d}"

    def queue(self, index: int, cell: int) -> str:
        return TEAMS[self.number] + (f" {cell}" if cell > 1 else "")


def people() -> Iterator[tuple[str, str]]:
    """Number and name of everybody in the first two cells: not every queue says its members' names."""
    for story in stories(_Told):
        for number in (story.device(index, cell) for cell in (1, 2) for index in range(len(story.devices))):
            yield number, f"{'Supervisor' if number.startswith('2') else 'Agent'} {number}"


def hours_before(now: float, hours: float) -> Iterator[Message]:
    """What the PBX's AMI has said in the hours until now."""
    begin = now - hours * 3600
    yield from (Message(begin, PBX, "ami", dict(event)) for event in SNAPSHOT)
    plan = Plan(stories(_Told), rate=RATE_BEFORE, seconds=hours * 3600, talk=TALK, seed=1)
    for at, text in timeline(plan, PBX, begin):
        if at >= now:
            return
        yield heard(at, PBX, text)


async def go_on(managers: Managers) -> None:
    """Calls in real time, once a callbridge follows, until cancelled."""
    await managers.until_followed(1)
    plan = Plan(stories(_Told), rate=RATE, seconds=FOR_EVER, talk=TALK, seed=2)
    for at, text in timeline(plan, PBX, time.time()):
        await asyncio.sleep(max(0.0, at - time.time()))
        managers.say(1, text)
