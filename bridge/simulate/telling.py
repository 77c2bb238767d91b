"""One simulated PBX for a demonstration: some hours of calls at once, and calls that go on in real time."""

import asyncio
import random
import time
from collections.abc import Iterator

from bridge.simulate.manager import Managers
from bridge.simulate.pbxs import SNAPSHOT, heard, name
from bridge.simulate.story import Story, Written, stories
from bridge.simulate.timeline import Plan, timeline
from bridge.vocabulary.message import Message

PBX = name(1)
TALK = 25.0
"""Mean seconds of a conversation."""
RATE_BEFORE, RATE = 1 / 60, 1 / 8
"""Calls begun a second: in the hours before, and while somebody looks."""
ACT = (2.0, 6.0)
"""Seconds that a person takes to pick up, decline, dial, press a key or hang up. Recorded were programs, which take
none."""
TIMER, TIMES = 2.0, 4.0
"""A longer stretch of seconds without an event is a timer of the recorded PBX, set short for a test. It takes
``TIMES`` as long here."""
COMMONEST = 12
"""The highest weight of a story, so that what a manager looks for is not rare."""
FOR_EVER = 10 * 365 * 86400.0
TEAMS = {1: "Support", 2: "Sales", 3: "Billing", 4: "Deliveries", 5: "Orders", 6: "Repairs", 7: "Bookings",
         8: "Emergencies", 10: "Complaints", 11: "Returns"}  # fmt: skip
"""What the queue of a story is called, by the story's number; that of its second cell is "Support 2"."""
LINES = {"80100": "Customer service", "80102": "Bookings", "80107": "Emergencies", "80108": "Deliveries",
         "80111": "Head office", "80170": "Meeting room"}  # fmt: skip
"""What the numbers are called that customers dial."""
PLACES = 30
"""Numbers of devices for all stories, two each, of the same cell."""
NAMED, LOGGED_IN = (1, 2, 3), (1, 2)
"""Cells whose people have names, and those whose agents are logged in from the start."""


class _Told(Story):
    """With numbers of four digits and names of teams, as a centre has them, and as fast as people are."""

    def __init__(self, number: int, written: Written) -> None:
        super().__init__(number, written)
        self.weight = min(written.weight, COMMONEST)
        self._acts = set(_acts([dict(_lines(text)) for _, text in written.events]))
        times = [after for after, _ in written.events]
        gaps = [after - before for before, after in zip([0.0, *times], times, strict=False)]
        self._timers = {index: gap * (TIMES - 1) for index, gap in enumerate(gaps) if gap > TIMER}

    def pause(self, index: int, chance: random.Random) -> float:
        return self._timers.get(index, 0.0) or (chance.uniform(*ACT) if index in self._acts else 0.0)

    def device(self, index: int, cell: int) -> str:
        place = (cell - 1) * PLACES + 2 * (self.number - 1) + index + 1
        return f"{super().device(index, cell)[0]}{place:03d}"

    def queue(self, index: int, cell: int) -> str:
        return TEAMS[self.number] + (f" {cell}" if cell > 1 else "")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\r\n"):
        key, _, value = line.partition(": ")
        yield key, value


def _acts(events: list[dict[str, str]]) -> Iterator[int]:
    """The places of the events by which somebody does something at a phone."""
    ringing = set()
    for index, event in enumerate(events):
        channel, state = event.get("Channel", ""), event.get("ChannelStateDesc")
        if not channel.startswith("PJSIP/"):
            continue
        is_phone = not channel.startswith("PJSIP/trunk")
        match event["Event"]:
            case "Newstate" if state == "Ringing":
                ringing.add(channel)
            case "Newstate" if state == "Up" and channel in ringing:
                yield index
            case "Newchannel" if state == "Ring" and is_phone:
                yield index
            case "HangupRequest" if state != "Down":
                yield index
            case "DTMFBegin" | "Hold" | "Unhold":
                yield index


def _members(at: float) -> Iterator[str]:
    """What AMI tells of everybody who is logged in."""
    for story in stories(_Told):
        for cell in LOGGED_IN:
            yield from story.members(PBX, cell, at)


def people() -> Iterator[tuple[str, str]]:
    """Number and name of everybody in the first cells: not every queue says its members' names."""
    for story in stories(_Told):
        for number in (story.device(index, cell) for cell in NAMED for index in range(len(story.devices))):
            yield number, f"{'Supervisor' if number.startswith('2') else 'Agent'} {number}"


def hours_before(now: float, hours: float) -> Iterator[Message]:
    """What the PBX's AMI has said in the hours until now."""
    begin = now - hours * 3600
    yield from (Message(begin, PBX, "ami", dict(event)) for event in SNAPSHOT)
    yield from (heard(begin, PBX, text) for text in _members(begin))
    plan = Plan(stories(_Told), rate=RATE_BEFORE, seconds=hours * 3600, talk=TALK, seed=1)
    for at, text in timeline(plan, PBX, begin):
        if at >= now:
            return
        yield heard(at, PBX, text)


async def go_on(managers: Managers) -> None:
    """Calls in real time, once a callbridge follows, until cancelled."""
    await managers.until_followed(1)
    for text in _members(time.time()):
        managers.say(1, text)
    plan = Plan(stories(_Told), rate=RATE, seconds=FOR_EVER, talk=TALK, seed=2)
    for at, text in timeline(plan, PBX, time.time()):
        await asyncio.sleep(max(0.0, at - time.time()))
        managers.say(1, text)
