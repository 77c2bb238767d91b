"""One simulated PBX for a demonstration: some hours of calls at once, and calls that go on in real time."""

import asyncio
import time
from collections.abc import Iterator

from bridge.simulate.manager import Managers
from bridge.simulate.pbxs import SNAPSHOT, name
from bridge.simulate.story import stories
from bridge.simulate.timeline import Plan, timeline
from bridge.vocabulary.message import Message

PBX = name(1)
TALK = 25.0
"""Mean seconds of a conversation."""
RATE_BEFORE, RATE = 1 / 60, 1 / 6
"""Calls begun a second: in the hours before, and while somebody looks."""
FOR_EVER = 10 * 365 * 86400.0


def hours_before(now: float, hours: float, seed: int = 1) -> Iterator[Message]:
    """What the PBX's AMI has said in the hours until now."""
    begin = now - hours * 3600
    yield from (Message(begin, PBX, "ami", dict(event)) for event in SNAPSHOT)
    plan = Plan(stories(), rate=RATE_BEFORE, seconds=hours * 3600, talk=TALK, seed=seed)
    for at, text in timeline(plan, PBX, begin):
        if at >= now:
            return
        yield Message(at, PBX, "ami", dict(line.split(": ", 1) for line in text[:-4].split("\r\n")))


async def go_on(managers: Managers, seed: int = 2) -> None:
    """Calls in real time, once a callbridge follows, until cancelled."""
    await managers.until_followed(1)
    plan = Plan(stories(), rate=RATE, seconds=FOR_EVER, talk=TALK, seed=seed)
    for at, text in timeline(plan, PBX, time.time()):
        await asyncio.sleep(max(0.0, at - time.time()))
        managers.say(1, text)
