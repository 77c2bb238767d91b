"""Many seeds' calls, played side by side on the cells of a lab, and what came out of them.

What was played is kept beside the capture, so that it can be judged again when a rule was mended, without a PBX.
"""

import asyncio
import pickle
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import msgspec

from bridge.config import load
from bridge.vocabulary.message import Message
from tests.helpers.recorded import replayed
from tests.live.chance import away, led, oracle, playing, shift
from tests.live.chance.grammar import plan
from tests.live.chance.plan import Plan
from tests.live.chance.seen import Log
from tests.live.chance.undecided import TooCloseError
from tests.live.expected import Expected, Record, compare
from tests.live.lab import Lab
from tests.live.manager import Manager
from tests.live.phones import Phone
from tests.live.scenarios import Scenario
from tests.live.season import INSTANCES, began, now, of_cell
from tests.live.season import play as play_season
from tests.live.stage import Cell

KEPT = "tried.pickle"
Tryable = Plan | away.Away | led.Led | shift.Shift
Happened = Log | away.Gone | led.Watched | shift.Taken


def any_plan(seed: int, version: str) -> Tryable:
    """Most seeds make a call; some a leader's room, an agent's shift on an open line, or a phone that forwards."""
    match seed % 12:
        case 2 if seed % 24 == 2:
            return away.away(seed)
        case 5:
            return led.led(seed)
        case 8:
            return shift.shift(seed)
    return plan(seed, version)


async def _play(cell: Cell, customer: Phone, plan: Tryable) -> Happened:
    match plan:
        case away.Away():
            return await away.play(cell, customer, plan)
        case led.Led():
            return await led.play(cell, customer, plan)
        case shift.Shift():
            return await shift.play(cell, customer, plan)
    return await playing.play(cell, customer, plan)


def _expected(plan: Tryable, log: Happened, members_told: bool = True) -> list[Expected]:
    match plan, log:
        case away.Away(), away.Gone():
            return away.expected(plan, log)
        case led.Led(), led.Watched():
            return led.expected(plan, log, members_told)
        case shift.Shift(), shift.Taken():
            return shift.expected(plan, log)
        case Plan(), Log():
            return oracle.expected(plan, log, members_told)
    raise TypeError(f"{plan} was not played so")


@dataclass
class Tried:
    """One seed's call."""

    plan: Tryable
    log: Happened | None = None
    cell: int = 0
    began: float = 0.0
    ended: float = 0.0
    failure: str | None = None
    undecided: str = ""
    """Why nobody can say what it deserves."""
    differences: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"seed_{self.plan.seed}"

    def scenario(self) -> Scenario:
        deserves = []

        async def script(cell: Cell, customer: Phone) -> None:
            self.cell, self.began, self.ended = cell.number, now(), inf
            self.log = await _play(cell, customer, self.plan)
            self.ended = now()
            try:
                deserves.extend(_expected(self.plan, self.log))
            except TooCloseError as error:
                self.undecided = str(error)

        return Scenario(self.name, script, deserves, self.plan.seed % 1000)

    def judge(self, records: dict[str, list[Record]]) -> None:
        """records: those of each instance."""
        self.differences, self.undecided = [], ""
        if self.failure is not None or self.log is None:
            self.differences.append(f"the script failed: {self.failure}")
            return
        cell = Cell(self.cell, Manager(), "", "")
        for instance, written in records.items():
            mine = [r for r in written if of_cell(r, cell) and self.began <= began(r) < self.ended]
            self.calls = [record["call_id"] for record in mine]
            try:
                deserves = _expected(self.plan, self.log, members_told=instance != "ari")
            except TooCloseError as error:
                if instance == "ari":  # docs/tags.md says what that does not show
                    continue
                self.undecided = str(error)
                return
            self.differences += [f"{instance}: {difference}" for difference in compare(deserves, mine, cell.nn)]

    def told(self) -> str:
        talks = len(self.log.conversations) if isinstance(self.log, Log) else 0
        did = [] if self.log is None else self.log.told()
        return "\n".join([self.plan.told(talks), *did, *self.differences, f"  calls: {self.calls}"])


async def tried(lab: Lab, directory: Path, seeds: Iterable[int], tell: Callable[[str], None]) -> list[Tried]:
    version = "16" if lab.suite == "bullseye" else "22"
    every = [Tried(any_plan(seed, version)) for seed in seeds]
    try:
        season = await play_season(lab, directory, [each.scenario() for each in every], tell)
    except asyncio.CancelledError:  # what was played by then can be judged, too
        second = directory / "again"
        played = [each for each in every if each.log is not None]
        _keep(played, second if second.exists() else directory)
        raise
    for each in every:
        played = season.played[each.name]
        each.cell, each.began, each.ended, each.failure = (
            played.cell.number,
            played.began,
            played.ended,
            played.failure,
        )
    _keep(every, season.directory)
    for each in every:
        each.judge(season.instances)
    return every


def _keep(every: list[Tried], directory: Path) -> None:
    """Beside the capture: where Asterisk crashed, that of the second time."""
    (directory / KEPT).write_bytes(pickle.dumps(every))


def again(directory: Path) -> list[Tried]:
    """What was kept, judged by the rules of today."""
    every: list[Tried] = pickle.loads((directory / KEPT).read_bytes())
    lines = (directory / "capture" / "capture.jsonl").read_bytes().splitlines()
    messages = [msgspec.json.decode(line, type=Message) for line in lines]
    records = {}
    for instance, feeds in INSTANCES.items():
        settings = load(str(directory / instance / "callbridge.toml"))
        story = replayed((m for m in messages if m.src in feeds), settings)
        records[instance] = [msgspec.to_builtins(record) for record in story]
    for each in every:
        each.judge(records)
    return every


def told(every: list[Tried]) -> str:
    wrong = [each for each in every if each.differences]
    undecided = [each for each in every if each.undecided]
    lines = [f"{each.told()}\n" for each in wrong]
    lines += [f"undecided: seed {each.plan.seed}: {each.undecided}" for each in undecided]
    kinds = Counter(kind for each in every if each.log is not None for kind in each.log.kinds())
    lines.append(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    return "\n".join([*lines, f"{len(every)} calls, {len(wrong)} differ, {len(undecided)} undecided"])
