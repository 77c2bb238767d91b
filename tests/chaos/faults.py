"""What goes wrong, and the seeded order in which it does."""

import asyncio
import random
import subprocess
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.centre import Centre
from tests.chaos.instance import Instance
from tests.helpers.servers import Server
from tests.live.lab import Lab

KILLED = 137
"""What a command exits with that runs beside the PBX and is ended with it."""


@dataclass
class Stage:
    """Everything that something can happen to."""

    lab: Lab
    centre: Centre
    instance: Instance
    """The one that has bad luck."""
    instances: list[Instance]
    postgres: Server
    nats: list[Server]
    random: random.Random
    away: list[tuple[float, float]]
    """When the PBX was going down, away and coming back."""

    async def while_(self, low: float, high: float) -> None:
        await asyncio.sleep(self.random.uniform(low, high))


Fault = Callable[[Stage], Awaitable[None]]
FAULTS: dict[str, Fault] = {}
PBX = {"asterisk_killed", "asterisk_stopped_gracefully", "asterisk_stopped_at_once"}
"""Faults of the PBX itself: no instance can hear a PBX that is not there."""


def fault(happens: Fault) -> Fault:
    FAULTS[getattr(happens, "__name__", "")] = happens
    return happens


@fault
async def service_killed(stage: Stage) -> None:
    await stage.instance.kill()
    await stage.instance.start()


@fault
async def service_killed_twice(stage: Stage) -> None:
    await stage.instance.kill()
    await stage.instance.start()
    await stage.while_(0.1, 1.5)
    await stage.instance.kill()
    await stage.instance.start()


@fault
async def service_stopped_for_seconds(stage: Stage) -> None:
    await stage.instance.stop()
    await stage.while_(1, 4)
    await stage.instance.start()


@fault
async def ami_cut(stage: Stage) -> None:
    stage.instance.deaf("ami")
    stage.instance.wires["ami"].cut()


@fault
async def ami_cut_in_a_message(stage: Stage) -> None:
    stage.instance.wires["ami"].cut_in_a_message()
    await stage.while_(1, 2)


@fault
async def ami_half_open(stage: Stage) -> None:
    stage.instance.deaf("ami")
    stage.instance.wires["ami"].half_open()


@fault
async def ami_stalled(stage: Stage) -> None:
    stage.instance.wires["ami"].stall()
    await stage.while_(1, 4)
    stage.instance.wires["ami"].flow()


@fault
async def ari_cut(stage: Stage) -> None:
    stage.instance.deaf("ari")
    stage.instance.wires["ari"].cut()


@fault
async def ari_half_open(stage: Stage) -> None:
    stage.instance.deaf("ari")
    stage.instance.wires["ari"].half_open()


@fault
async def both_feeds_cut(stage: Stage) -> None:
    stage.instance.deaf()
    for wire in stage.instance.wires.values():
        wire.cut()


@fault
async def postgres_stopped(stage: Stage) -> None:
    await asyncio.to_thread(stage.postgres.stop)
    await stage.while_(2, 6)
    await asyncio.to_thread(stage.postgres.start)


@fault
async def jetstream_node_stopped(stage: Stage) -> None:
    node = stage.random.choice(stage.nats)
    await asyncio.to_thread(node.stop)
    await stage.while_(2, 6)
    await asyncio.to_thread(node.start)


@fault
async def disk_full(stage: Stage) -> None:
    before = stage.instance.told("journal_failed")
    stage.instance.fill()
    await stage.while_(3, 8)
    await stage.instance.tells("journal_failed", before + 1)
    stage.instance.free()


@fault
async def service_killed_on_a_full_disk(stage: Stage) -> None:
    stage.instance.fill()
    await stage.instance.kill()
    before = stage.instance.told("journal_failed")
    await stage.instance.start()
    await stage.while_(3, 6)
    await stage.instance.tells("journal_failed", before + 1)
    stage.instance.free()


async def _pbx_gone(stage: Stage, command: Sequence[str]) -> None:
    began = time.time()
    done = await asyncio.to_thread(subprocess.run, ["docker", *command], check=False, capture_output=True)
    if done.returncode not in (0, KILLED):
        done.check_returncode()
    await asyncio.to_thread(subprocess.run, ["docker", "wait", stage.lab.container], check=True, capture_output=True)
    for instance in stage.instances:
        instance.deaf()
    await stage.centre.close()
    await asyncio.to_thread(subprocess.run, ["docker", "start", stage.lab.container], check=True, capture_output=True)
    await asyncio.to_thread(stage.lab.wait_until_booted)
    stage.away.append((began, time.time()))
    await stage.centre.open()


@fault
async def asterisk_killed(stage: Stage) -> None:
    await _pbx_gone(stage, ["kill", stage.lab.container])


@fault
async def asterisk_stopped_gracefully(stage: Stage) -> None:
    """It takes no more calls, those that wait in queues are offered to nobody, and it ends with the last one."""
    stage.centre.no_more()
    await _pbx_gone(stage, ["exec", stage.lab.container, "asterisk", "-rx", "core stop gracefully"])


@fault
async def asterisk_stopped_at_once(stage: Stage) -> None:
    """It hangs up every call and ends."""
    await _pbx_gone(stage, ["stop", stage.lab.container])


def schedule(names: Sequence[str], dice: random.Random) -> Iterator[str]:
    """Each of them once in any order, and again, for ever."""
    while True:
        yield from dice.sample(names, len(names))


async def happen(stage: Stage, names: Sequence[str], until: float, tell: Callable[[str], None]) -> Counter[str]:
    """One fault after another, each mended before the next, until the time is over; how many of each there were."""
    happened: Counter[str] = Counter()
    for name in schedule(names, stage.random):
        await stage.while_(1, 4)
        if time.monotonic() > until:
            return happened
        tell(name)
        await FAULTS[name](stage)
        happened[name] += 1
        await asyncio.gather(*(instance.listens() for instance in stage.instances))
    return happened
