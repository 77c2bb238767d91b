"""Several simulated PBXs side by side: their settings and their calls, into a capture or live."""

import asyncio
import contextlib
import heapq
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from bridge.simulate.manager import Managers
from bridge.simulate.timeline import Plan, timeline
from bridge.vocabulary.message import Message
from bridge.wire.capture import CaptureFile

EPOCH = 1_800_000_000.0
"""When the calls of a capture file begin: the file depends on nothing but the seed and the sizes."""
DNS = tuple(f"80{n}" for n in range(100, 200))
"""The numbers that customers dial in the stories."""
SNAPSHOT = (
    {"feed": "connected"},
    {"Event": "CoreShowChannelsComplete", "ActionID": "CoreShowChannels", "ListItems": "0"},
    {"Event": "QueueStatusComplete", "ActionID": "QueueStatus", "ListItems": "0"},
)
STEP = 0.01
"""Seconds between two looks at what is due."""


def settings(pbxs: int, port: int, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The settings file of a callbridge that follows the simulated PBXs, and by which their tags are right.
    ``names``: of DNs, by number."""
    tables = ["# Settings for callbridge simulate. Add the sinks that are to be sized."]
    for place in range(1, pbxs + 1):
        tables.append(
            f'[[pbx]]\nname = "{name(place)}"\n[pbx.ami]\nhost = "127.0.0.1"\nport = {port + place - 1}\n'
            'username = "simulated"\nsecret = "simulated"'
        )
    tables.append('[roles]\nagents = ["PJSIP/1*"]\nsupervisors = ["PJSIP/2*"]\ntrunks = ["PJSIP/trunk*"]')
    tables.append("[thresholds]\nshort_abandon = 2")
    for number in DNS:
        tables.append(f'[[dn]]\nnumber = "{number}"' + (f'\nname = "{names[number]}"' if number in names else ""))
    return "\n\n".join(tables) + "\n"


def name(number: int) -> str:
    """What settings and messages call a PBX; they are numbered from 1."""
    return f"sim{number:04d}"


def heard(at: float, pbx: str, text: str) -> Message:
    """What callbridge reads of an event that a PBX writes."""
    return Message(at, pbx, "ami", dict(line.split(": ", 1) for line in text[:-4].split("\r\n")))


def to_file(plan: Plan, pbxs: int, out: Path) -> None:
    """Write a capture of all calls. Raises ``FileError``."""
    with contextlib.closing(CaptureFile(out)) as file:
        for number in range(1, pbxs + 1):
            for event in SNAPSHOT:
                file.write(Message(EPOCH - 1, name(number), "ami", dict(event)))
        for at, number, text in _merged(plan, pbxs, EPOCH):
            file.write(heard(at, name(number), text))
    _summary(plan)


async def live(plan: Plan, pbxs: int, port: int, clients: int) -> None:
    """Listen, wait for ``clients`` on every PBX, tell the calls, and stay until the clients have gone."""
    async with Managers(port, pbxs) as managers:
        _say(f"{pbxs} PBXs on 127.0.0.1:{port} to {port + pbxs - 1}; waiting for {clients} callbridge on each")
        await managers.until_followed(clients)
        begin = time.time() + 1
        _say(f"calls for {plan.seconds:g} s")
        late = told = turned = 0.0
        for at, number, text in _merged(plan, pbxs, begin):
            while (now := time.time()) < at:
                if now - told > 10:
                    told = now
                    _say(f"{now - begin:.0f} s: {sum(plan.told.values())} begun, {plan.events} events")
                await asyncio.sleep(min(STEP, at - now) if at - now > 0.001 else 0)
                turned = now
            if now - turned > STEP:
                await asyncio.sleep(0)  # however late it is, it answers, and sends what a socket did not take at once
                turned = now
            late = max(late, now - at)
            managers.say(number, text)
        await managers.until_sent()
        if managers.lost:
            _say(f"{managers.lost} connections were lost on the way: the records will not be as announced")
        _summary(plan, late=round(late, 3), lost=managers.lost)
        _say("all told; waiting for callbridge to go")
        await managers.until_alone()


def _merged(plan: Plan, pbxs: int, begin: float) -> Iterator[tuple[float, int, str]]:
    def one(number: int) -> Iterator[tuple[float, int, str]]:
        return ((at, number, text) for at, text in timeline(plan, name(number), begin))

    return heapq.merge(*(one(number) for number in range(1, pbxs + 1)))


def _summary(plan: Plan, **more: float) -> None:
    summary = {
        "seed": plan.seed,
        "stories": sum(plan.told.values()),
        "records": plan.records,
        "events": plan.events,
        "bytes": plan.bytes,
        **more,
        "tags": dict(sorted(plan.tags.items())),
        "by_story": dict(plan.told.most_common()),
    }
    print(msgspec.json.encode(summary).decode(), flush=True)


def _say(line: str) -> None:
    print(f"callbridge: {line}", file=sys.stderr, flush=True)
