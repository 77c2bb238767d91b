"""One run of all scenarios: side by side on the cells of the lab, each call watched by three instances of the service
and a capture."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.live.lab import Lab
from tests.live.manager import Manager, PbxGone, PbxStandsStill
from tests.live.scenarios import Scenario
from tests.live.stage import Cell
from tests.live.standstill import stands_still
from tests.live.watchers import Watcher

Record = dict[str, Any]

CELLS = range(1, 9)
INSTANCES: dict[str, tuple[str, ...]] = {"ami": ("ami",), "ari": ("ari",), "both": ("ami", "ari")}
LONGEST = 100.0
"""Seconds that a scenario may take."""
WRITTEN_WITHIN = 5.0
"""Seconds in which the records of a scenario whose channels are gone must be there, on a machine as busy as this."""


Around = Callable[[list[Cell]], AbstractAsyncContextManager[None]]


def nothing(cells: list[Cell]) -> AbstractAsyncContextManager[None]:
    return nullcontext()


@dataclass
class Played:
    """One scenario, played: when and where, so that its records can be told from the others'."""

    scenario: Scenario
    cell: Cell
    began: float
    ended: float = 0.0
    failure: str | None = None


@dataclass
class Season:
    directory: Path
    played: dict[str, Played] = field(default_factory=dict)
    instances: dict[str, list[Record]] = field(default_factory=dict)
    """What each instance wrote."""
    said: dict[str, list[str]] = field(default_factory=dict)
    """What each instance logged."""
    capture: Path = Path()
    config: Path = Path()
    """The settings of the instance with both feeds."""
    seconds: float = 0.0

    def records(self, name: str, instance: str) -> list[Record]:
        """What an instance wrote of one scenario: the records of its cell that began while it was played."""
        played = self.played[name]
        return [
            record
            for record in self.instances[instance]
            if of_cell(record, played.cell) and played.began <= began(record) < played.ended
        ]


def now() -> float:
    """Seconds, cut to the millisecond as ARI cuts its timestamps: a call never begins before its scenario."""
    return int(time.time() * 1000) / 1000


def began(record: Record) -> float:
    return datetime.fromisoformat(record["started_at"]).timestamp()


def of_cell(record: Record, cell: Cell) -> bool:
    parties = record["participants"] + record["offers"]
    return any(cell.owns(party["device"]) for party in parties) or (record["dn"] or "").startswith(f"8{cell.nn}")


async def play(
    lab: Lab, directory: Path, scenarios: Iterable[Scenario], tell: Callable[[str], None], around: Around = nothing
) -> Season:
    """Plays the scenarios and returns what was written of them; ``tell`` hears of each that ends, and of an Asterisk
    that crashed by itself, or stands still: all is then played once more on a new one.

    around: what must run beside the PBX while its calls are played.
    """
    chosen = list(scenarios)
    try:
        return await _play(lab, directory, chosen, tell, around)
    except PbxStandsStill:
        tell("ASTERISK STANDS STILL: it answers no SIP. All again on a new one:")
        await asyncio.to_thread(lab.remove)
    except PbxGone:
        tell(f"ASTERISK CRASHED with exit code {lab.label_of('{{.State.ExitCode}}')}, see {lab.log}. All again:")
    await asyncio.to_thread(lab.up)
    return await _play(lab, directory / "again", chosen, tell, around)


async def _play(
    lab: Lab, directory: Path, scenarios: Iterable[Scenario], tell: Callable[[str], None], around: Around
) -> Season:
    season = Season(directory)
    start = time.time()
    watchers = {name: Watcher(lab, name, feeds, directory / name) for name, feeds in INSTANCES.items()}
    recorder = Watcher(lab, "capture", ("ami", "ari"), directory / "capture")
    season.config, season.capture = watchers["both"].config, recorder.capture
    pbx = Manager()
    await pbx.connect(lab.address, lab.ami_port, lab.username, lab.secret)
    listeners = [watcher.application for watcher in (*watchers.values(), recorder) if "ari" in watcher.feeds]
    cells = [
        Cell(number, pbx, lab.address, lab.ari_url, lab.customers, listeners, lab.queues, lab.technology)
        for number in CELLS
    ]
    waiting = deque(scenarios)
    try:
        # What an interrupted run has left must not be of this season.
        await asyncio.gather(*(cell.clear() for cell in cells))
        await asyncio.gather(recorder.record(), *(watcher.run() for watcher in watchers.values()))
        # Phones that start take the machine's time: no call waits for those of another cell. By then each service has
        # read who is there.
        await asyncio.gather(*(cell.begin_work() for cell in cells[: len(waiting)]))

        async def season_of(cell: Cell) -> None:
            while waiting:
                played = await _play_one(waiting.popleft(), cell, watchers)
                season.played[played.scenario.name] = played
                tell(f"{played.scenario.name} ({played.ended - played.began:.0f} s): {played.failure or 'played'}")
                if played.failure and await stands_still(lab.address):
                    still.set()

        still = asyncio.Event()
        async with around(cells):
            everybody = asyncio.gather(*(season_of(cell) for cell in cells))
            end, standing = asyncio.create_task(pbx.gone()), asyncio.create_task(still.wait())
            await asyncio.wait([everybody, end, standing], return_when=asyncio.FIRST_COMPLETED)
            if end.done() or standing.done():
                everybody.cancel()
                if end.done():
                    end.result()
                raise PbxGone(lab.name) if end.done() else PbxStandsStill(lab.name)
            end.cancel()
            standing.cancel()
            await everybody
    finally:
        await asyncio.gather(*(cell.close_phones() for cell in cells))
        stops = [watcher.stop() for watcher in (*watchers.values(), recorder)]
        said = await asyncio.gather(*stops, return_exceptions=True)
        await pbx.close()
    for watcher, words in zip((*watchers.values(), recorder), said, strict=True):
        if isinstance(words, BaseException):
            raise words
        season.said[watcher.name] = words
    season.instances = {name: watcher.records() for name, watcher in watchers.items()}
    season.seconds = time.time() - start
    return season


async def _play_one(scenario: Scenario, cell: Cell, watchers: dict[str, Watcher]) -> Played:
    played = Played(scenario, cell, now())
    try:
        async with asyncio.timeout(LONGEST):
            await scenario.play(cell)
    except Exception as error:  # whatever it is, the other scenarios go on
        played.failure = f"{type(error).__name__}: {error}"
    try:
        async with asyncio.timeout(LONGEST):
            await cell.close()
    except Exception as error:
        played.failure = played.failure or f"afterwards {type(error).__name__}: {error}"

    def written(instance: str) -> int:
        return sum(of_cell(r, cell) and began(r) >= played.began for r in watchers[instance].records())

    with suppress(TimeoutError):
        async with asyncio.timeout(WRITTEN_WITHIN):
            # Another process writes the files: there is no event to wait for.
            while min(written("ami"), written("both")) < len(scenario.expected):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    # Not before: under load AMI dates an event by up to a second too late.
    played.ended = now()
    return played
